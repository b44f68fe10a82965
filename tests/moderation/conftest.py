"""People who look after boards, each in a browser of their own, and authors whose home server hears of decisions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from fedconnect.activitypub import remote_actors
from fedconnect.forum import moderators
from fedconnect.foundation import counts, database
from fedconnect.models.case import Case
from fedconnect.models.decision import Decision
from fedconnect.models.post import Post
from support.forum import Forum
from support.home import HomeServer
from support.remote import RemotePerson
from support.visitor import Visitor

RULE = "1. Be kind: no attacks, no hate, no mockery."
WHY = {"rule": RULE, "reason": "It mocks somebody."}


class Team:
    """Who looks after boards in a test, and what authors hear of it."""

    def __init__(self, app: Flask, forum: Forum, home: HomeServer) -> None:
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
        counts.forget()  # a team of many is no attack
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
def team(app: Flask, forum: Forum, home: HomeServer) -> Team:
    return Team(app, forum, home)
