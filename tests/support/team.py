"""People who look after boards, each in a browser of their own, and authors whose home server hears of decisions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fedconnect.activitypub import remote_actors
from fedconnect.forum import boards, moderators
from fedconnect.foundation import database, rate_limit
from fedconnect.jobs import delivery
from fedconnect.models.board_rules import Invitation
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Decision
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from support.addresses import filled, shapes
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson
from support.visitor import Visitor

RULE = "1. Be kind: no attacks, no hate, no mockery."
WHY = {"rule": RULE, "reason": "It mocks somebody."}


class Team:
    """Who looks after boards in a test, and what authors hear of it."""

    def __init__(self, app: Flask, forum: Forum, home: FakeHomeServer) -> None:
        self.app, self.forum, self.home = app, forum, home

    def account(self, name: str) -> RemotePerson:
        """An account on the home server."""
        if name not in self.home.people:
            self.home.resident(name, key=len(self.home.people))
        return self.home.people[name]

    def reader(self, name: str) -> Visitor:
        """Somebody who is signed in."""
        self.account(name)
        visitor = Visitor(self.app)
        rate_limit.forget()  # a team of many is no attack
        visitor.sign_in(self.home, name)
        return visitor

    def moderator(self, name: str, slug: str = "respite") -> Visitor:
        """Somebody who is signed in and looks after a board."""
        visitor = self.reader(name)
        self.forum.moderate(self.account(name), slug)
        return visitor

    def admin(self, name: str) -> Visitor:
        """Somebody who is signed in and runs the installation."""
        visitor = self.reader(name)
        found = remote_actors.ensure_person(self.account(name).uri)
        with database.transaction() as session:
            moderators.add_admin(session, session.merge(found))
        return visitor

    def write(self, name: str, text: str, slug: str = "respite", **extra: Any) -> Post:
        """Let an account write to a board; return the post."""
        person = self.account(name)
        note = person.note(text, self.forum.board(slug), **extra)
        self.forum.tell(person, person.create(note))
        return self.post(note["id"])

    def post(self, uri: str) -> Post:
        (post,) = self.forum.rows(Post, Post.uri == uri)
        assert isinstance(post, Post)
        return post

    def path(self, post: Post, slug: str = "respite") -> str:
        return f"/boards/{slug}/threads/{post.thread_id}/{post.id}"

    def told(self, name: str) -> list[str]:
        """What boards wrote to somebody in private, oldest first."""
        self.forum.deliver()
        uri = self.account(name).uri
        return [one["object"]["content"] for one in self.home.delivered("Create") if one["to"] == [uri]]

    def case(self, **facts: Any) -> Case:
        """The one case there is."""
        (found,) = self.forum.rows(Case, *(getattr(Case, name) == value for name, value in facts.items()))
        assert isinstance(found, Case)
        return found

    def decision(self, **facts: Any) -> Decision:
        """The one decision there is."""
        wanted = (getattr(Decision, name) == value for name, value in facts.items())
        (found,) = self.forum.rows(Decision, *wanted)
        assert isinstance(found, Decision)
        return found


def cases_on(page: str) -> list[int]:
    """The numbers of the cases on the daily list, in its order."""
    return [int(number) for number in re.findall(r'data-case="(\d+)"', page)]


@pytest.fixture
def team(app: Flask, forum: Forum, home: FakeHomeServer) -> Team:
    return Team(app, forum, home)


@pytest.fixture
def crawled(team: Team, app: Flask) -> dict[str, Visitor]:
    """A board with something of everything that is hidden."""
    forum = team.forum
    author = team.account("author")
    open_post = team.write("author", "An open question")
    removed = team.write("author", "The canaryremoved words")
    deleted = team.write("author", "The canarydeleted words")
    forum.tell(author, author.delete(deleted.uri))
    browsers = {
        "visitor": Visitor(app),
        "reader": team.reader("reader"),
        "author": team.reader("author"),
        "moderator": team.moderator("modesta"),
        "other": team.moderator("other", "benefits"),
        "former": team.moderator("former"),
        "admin": team.admin("admin"),
    }
    reporta = team.reader("reporta")
    reporta.post(team.path(open_post) + "/report", {"words": "canaryreport"})
    reporta.post(team.path(removed) + "/report", {"words": "canaryreport"})
    mod = browsers["moderator"]
    mod.post(team.path(removed) + "/moderate", {**WHY, "action": "remove"})
    mod.post(team.path(open_post) + "/moderate", {**WHY, "action": "lock"})
    (case,) = forum.rows(Case, Case.post_id == open_post.id, Case.kind == CaseKind.REPORT)
    mod.post(f"/moderation/{case.id}/note", {"words": "canarynote"})
    unnameda = team.reader("unnameda")
    for words in ("canaryunnamed, which waits", "canaryunnamed, to be asked"):
        unnameda.post("/boards/respite/ask", {"text": words, "for": "me"})
    (asked, _) = forum.rows(Case, Case.kind == CaseKind.ANONYMOUS)
    mod.post(f"/moderation/{asked.id}/publish", {"words": "What the board asks"})
    mod.post("/boards/respite/rules", {"rules": "Be kind.", "welcome": "Hello"})
    mod.post("/boards/respite/care", {"open_from": "1", "open_to": "2", "zone": "UTC", "holds_after_hours": "24",
                                      "slow_minutes": "0", "threads_a_stranger": "3", "threads_a_server": "19", "holds_first_posts": "on"})  # fmt: skip
    team.write("held", "The canaryheld words")
    private = author.note("canarymessage", forum.board(), to=[forum.board()], cc=[])
    forum.tell(author, author.create(private) | {"to": [forum.board()], "cc": []})
    narrow = author.note("canaryfollowers", forum.board(), to=[author.uri + "/followers"], cc=[])
    forum.tell(author, author.create(narrow) | {"to": [author.uri + "/followers"], "cc": []})
    with database.transaction() as session:
        from fedconnect.models.board import Moderator
        from fedconnect.models.person import Person

        former = session.query(Person).filter_by(username="former").one()
        session.query(Moderator).filter_by(person_id=former.id).delete()
    browsers["author"].post(f"/decisions/{_decision(team).id}/appeal", {"words": "Why?"})
    with database.transaction() as session:
        boards.create_board(session, "shelter", "Shelter", is_local_only=True)
    browsers["author"].post("/here/shelter", {"text": "canarysealed words"})
    delivery.run()
    return browsers


def _decision(team: Team) -> Decision:
    return team.decision(kind="remove")


def addresses(team: Team, app: Flask) -> list[tuple[str, str]]:
    """Return every GET rule with each address that it stands for here."""
    forum = team.forum
    with database.read_transaction() as session:
        readers = list(session.execute(select(Reader.id)).scalars())
    values = {
        "slug": ["respite", "shelter"], "case_id": [str(one.id) for one in forum.rows(Case)],
        "decision_id": [str(one.id) for one in forum.rows(Decision)],
        "invitation_id": [str(one.id) for one in forum.rows(Invitation)] or ["1"],
        "year": ["2026"], "month": ["11"], "which": ["followers"], "handle": [f"@author@{team.home.host}"],
        "version": ["2.1"], "name": ["letter"], "submission_id": [str(readers[0])],
    }  # fmt: skip
    found = []
    for rule, shape in shapes(app):
        if "<post_id>" in shape or "<thread_id>" in shape:
            here = shape.startswith("/here/")
            for post in forum.rows(Post):
                if here and not post.sealed:
                    continue
                one = shape.replace("<post_id>", str(post.id)).replace("<thread_id>", str(post.thread_id))
                found.append((rule, one.replace("<slug>", "shelter" if here else "respite")))
                if post.sealed:
                    found.append((rule, one.replace("<slug>", "shelter")))
            continue
        found += [(rule, one) for one in filled(shape, values)]
    extra = ["/search?q=canaryheld", "/search?q=canaryremoved", "/log?q=canaryreport", "/log?q=modesta",
             "/.well-known/webfinger?resource=acct:respite@forum.example", "/people/@modesta@x.example"]  # fmt: skip
    return found + [(one.partition("?")[0], one) for one in extra]
