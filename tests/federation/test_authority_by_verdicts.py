"""The matrix: each activity by each signer about each one's object, against verdicts written by hand.

Every case goes through the real endpoint and the real workers; an effect is a difference between what the
tables held before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from fedconnect.activitypub import remote_actors
from fedconnect.blocklists import instance_policies
from fedconnect.forum import boards, moderators
from fedconnect.foundation import caches, clock, database, rate_limit
from fedconnect.models.all import (
    Ban,
    Case,
    Follow,
    InboundActivity,
    Moderator,
    Person,
    Post,
    QuoteApproval,
    Reaction,
    Thread,
)  # fmt: skip
from fedconnect.models.board import LinkedGroup
from fedconnect.models.board_rules import Invitation
from fedconnect.models.instance import Policy
from fedconnect.models.post import PostState
from fedconnect.models.thread import ThreadState
from support.forum import Forum
from support.remote import Document, RemotePerson, RemoteServer, ago

VERDICTS = Path(__file__).parent / "authority.txt"
ORIGINS = ("hers", "own", "third", "ours")


def tables() -> dict[str, dict[str, list[str]]]:
    """Return activity → signer → the verdicts for each origin, as the file says."""
    found: dict[str, dict[str, list[str]]] = {}
    title = ""
    for line in VERDICTS.read_text().splitlines():
        words = line.partition("#")[0].split()
        if words[1:] == list(ORIGINS):
            title = words[0]
            found[title] = {}
        elif words:
            assert len(words) == 5, line
            found[title][words[0]] = words[1:]
    return found


MATRIX = tables()


@dataclass
class World:
    """Everybody, and what each of them has on the board."""

    forum: Forum
    people: dict[str, RemotePerson]
    servers: list[RemoteServer]
    numbers: int = 0
    posts: dict[str, Document] = field(default_factory=dict)

    def post_of(self, name: str) -> Document:
        """Return a fresh thread starter of somebody's, published on the board."""
        person = self.people[name]
        self.numbers += 1
        note = person.note(f"Number {self.numbers} of {name}", self.forum.board())
        person.server.serve(note)
        self.forum.tell(person, person.create(note))
        return note

    def welcome(self) -> str:
        with database.read_transaction() as session:
            board = boards.get_board(session, "respite")
            return str(session.get_one(Post, board.welcome_post_id).uri)

    def change(self, what: Callable[[Any], None]) -> None:
        with database.transaction() as session:
            what(session)

    def snapshot(self) -> list[tuple[Any, ...]]:
        """Return everything that an activity could change, without what only says that it came."""
        rows: list[tuple[Any, ...]] = []
        with database.read_transaction() as session:
            for post in session.execute(select(Post)).scalars():
                rows.append(("post", post.uri, post.state, post.person_id, post.body_html, post.visibility))
            for thread in session.execute(select(Thread)).scalars():
                rows.append(("thread", thread.starter_uri, thread.state, thread.pinned, thread.title))
            for table in (Reaction, Follow, Ban, Moderator, Invitation):
                for row in session.execute(select(table)).scalars():
                    rows.append((table.__name__, row.id, row.person_id))
            for person in session.execute(select(Person)).scalars():
                rows.append(("person", person.uri, person.name, person.gone_at is None))
            for case in session.execute(select(Case)).scalars():
                rows.append(("case", case.subject_uri, case.times))
            rows += [("sister", row.id, row.state) for row in session.execute(select(LinkedGroup)).scalars()]
            rows += [("stamp", row.id) for row in session.execute(select(QuoteApproval)).scalars()]
        return sorted(rows, key=repr)


@pytest.fixture
def world(forum: Forum) -> Iterator[World]:
    home, elsewhere, thirds, mods, blocked = hosts = [RemoteServer(f"127.0.0.{n}") for n in range(11, 16)]
    people = {
        "author": home.person("ana", key=1),
        "neighbour": home.person("ben", key=2),
        "stranger": elsewhere.person("mallory", key=3),
        "third": thirds.person("carol", key=4),
        "moderator": mods.person("mo", key=5),
        "former": mods.person("fred", key=6),
        "elsewhere": mods.person("elsa", key=7),
        "blocked": blocked.person("bob", key=8),
    }
    made = World(forum, people, hosts)
    for name, person in people.items():
        if name != "blocked":
            forum.tell(person, person.follow(forum.board()))
    forum.moderate(people["moderator"])
    forum.moderate(people["former"])
    forum.moderate(people["elsewhere"], "benefits")

    def settle(session: Any) -> None:
        former = session.execute(select(Person).where(Person.uri == people["former"].uri)).scalar_one()
        moderators.remove_moderator(session, boards.get_board(session, "respite"), former)
        instance_policies.set_policy(session, blocked.host, Policy.BLOCKED, "Spam.")

    made.change(settle)
    caches.clear_all()
    yield made
    for server in hosts:
        server.close()


def set_post(world: World, uri: str, **values: Any) -> None:
    def put(session: Any) -> None:
        post = session.execute(select(Post).where(Post.uri == uri)).scalar_one()
        for name, value in values.items():
            setattr(post, name, value)

    world.change(put)


def set_thread(world: World, uri: str, **values: Any) -> None:
    def put(session: Any) -> None:
        thread = session.execute(select(Thread).where(Thread.starter_uri == uri)).scalar_one()
        for name, value in values.items():
            setattr(thread, name, value)

    world.change(put)


def activity(world: World, title: str, signer: RemotePerson, who: str, origin: str) -> Document:
    """Return the activity of a case, with the world made ready for it to have its effect."""
    board = world.forum.board()
    owner = {"hers": "author", "own": who, "third": "third", "ours": ""}[origin]
    if owner in {"forged", "local", "blocked"}:
        owner = "stranger"
    person = world.people.get(owner)
    kind, _, inner = title.rstrip(")").partition("(")
    more = {"cc": [board], "audience": board}
    if kind == "Undo" and inner in {"Follow", "Like", "Announce"}:
        about: Any = board
        if inner != "Follow":
            about = world.post_of("author")["id"]
        if person is None:
            done = {"id": f"{board}#something/1", "type": inner, "actor": board, "object": about}
        else:
            done = person.activity(inner, about)
            if owner != "blocked":
                world.forum.tell(person, done)
        return signer.activity("Undo", {name: value for name, value in done.items() if name != "@context"})
    if title in {"Update(actor)", "Delete(actor)", "Move"}:
        uri = person.uri if person else board
        if title == "Delete(actor)":
            return signer.activity("Delete", uri)
        if title == "Move":
            world.numbers += 1
            new = world.servers[1].person(f"new{world.numbers}", key=9, alsoKnownAs=[uri])
            return signer.activity("Move", uri, target=new.uri)
        document = {
            **(person.document() if person else {"id": uri, "type": "Group"}),
            "name": f"N{world.numbers}",
        }
        world.numbers += 1
        if person:
            person.server.documents[f"/users/{person.name}"] = document
        return signer.activity("Update", document)
    if inner == "moderators" or title in {"Block", "Undo(Block)"}:
        uri = person.uri if person else board
        if inner == "moderators":
            return signer.activity(kind, uri, target=board + "/moderators", **more)
        block = signer.activity("Block", uri, target=board, **more)
        if title == "Block":
            return block
        if person is not None and who != "blocked":
            found = remote_actors.ensure_person(person.uri)

            def ban(session: Any) -> None:
                mine = boards.get_board(session, "respite").id
                session.add(Ban(board_id=mine, person_id=found.id, until=None))

            if not (who == "moderator" and origin == "own"):
                world.change(ban)
        return signer.undo(block)
    if title in {"Accept", "Reject"}:
        world.numbers += 1
        asked = {"id": f"{board}#follows/{world.numbers}", "type": "Follow", "actor": board}
        if person is not None:
            group = remote_actors.ensure_person(person.uri)

            def ask(session: Any) -> None:
                mine = boards.get_board(session, "respite").id
                session.execute(delete(LinkedGroup))
                session.add(
                    LinkedGroup(board_id=mine, person_id=group.id, uri=asked["id"], since=clock.now())
                )

            world.change(ask)
        return signer.activity(title, asked | {"object": person.uri if person else board})
    if title == "Follow":
        found = remote_actors.ensure_person(signer.uri)

        def forget(session: Any) -> None:
            for row in session.execute(select(Follow).where(Follow.person_id == found.id)).scalars():
                session.delete(row)

        world.change(forget)
        return signer.activity("Follow", person.uri if person else board)
    if title == "Create":
        world.numbers += 1
        fresh = (person or signer).note(f"Fresh {world.numbers}", board)
        if person is None:
            fresh |= {"id": f"{board}/posts/{world.numbers}", "attributedTo": board}
        else:
            person.server.serve(fresh)
        return signer.create(fresh) | {"id": f"{signer.uri}#creates/{world.numbers}"}
    uri = world.post_of(owner)["id"] if person else world.welcome()
    if title == "Update":
        world.numbers += 1
        note = {
            "id": uri, "type": "Note", "attributedTo": person.uri if person else board, "content": "<p>Changed</p>",
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [board], "tag": [],
            "published": ago(hours=2), "updated": ago(seconds=3600 - world.numbers),
        }  # fmt: skip
        if person:
            person.server.serve(note)
        return signer.activity("Update", note)
    if title == "Undo(Lock)":
        set_thread(world, uri, state=ThreadState.LOCKED)
        return signer.undo(signer.activity("Lock", uri, **more))
    if title == "Lock":
        set_thread(world, uri, state=ThreadState.OPEN)
    if title == "Undo(Delete)":
        set_post(world, uri, state=PostState.REMOVED)
        return signer.undo(signer.activity("Delete", uri, summary="Rule", **more))
    if title == "Delete":
        set_post(world, uri, state=PostState.VISIBLE)
        return signer.activity("Delete", uri, summary="Rule", **more)
    if inner == "featured":
        set_thread(world, uri, pinned=kind == "Remove")
        return signer.activity(kind, uri, target=board + "/featured", **more)
    if title == "QuoteRequest":
        return signer.activity("QuoteRequest", uri, instrument=signer.note("Quoting"))
    if title in {"Like", "Announce", "Dislike", "Flag"}:
        set_post(world, uri, state=PostState.VISIBLE)
    return signer.activity(kind, uri, **more)


def revive(world: World) -> None:
    """Undo what a case did to the cast: nobody stays gone, banned, moved or without a follow."""

    def put(session: Any) -> None:
        board = boards.get_board(session, "respite")
        for table in (Ban, Invitation, LinkedGroup):
            session.execute(delete(table))
        people = {person.uri: person for person in session.execute(select(Person)).scalars()}
        for tombstone in session.execute(select(remote_tombstone())).scalars():
            session.delete(tombstone)
        for name, remote in world.people.items():
            person = people.get(remote.uri)
            if person is None or name == "blocked":
                continue
            person.gone_at = person.moved_at = person.moved_to = None
            followed = select(Follow).where(Follow.person_id == person.id, Follow.board_id == board.id)
            if session.execute(followed).first() is None:
                world.numbers += 1
                session.add(
                    Follow(
                        board_id=board.id, person_id=person.id, uri=f"{remote.uri}#again/{world.numbers}",
                        since=clock.now(),
                    )
                )  # fmt: skip
        wanted = people[world.people["moderator"].uri].id
        for row in session.execute(select(Moderator).where(Moderator.board_id == board.id)).scalars():
            if row.person_id != wanted:
                session.delete(row)
        moderators.add_moderator(session, board, people[world.people["moderator"].uri])

    world.change(put)
    rate_limit.forget()


def remote_tombstone() -> Any:
    from fedconnect.models.post import Tombstone

    return Tombstone


def judge(world: World, title: str, who: str, origin: str) -> str:
    """Send one case, and say what became of it."""
    stranger = world.people["stranger"]
    claimed = {"forged": world.people["author"], "local": stranger}.get(who) or world.people[who]
    document = activity(world, title, claimed, who, origin)
    if who == "local":
        document |= {"actor": world.forum.board(), "id": f"{world.forum.board()}#forged/{world.numbers}"}
    key = stranger if who in {"forged", "local"} else claimed
    before = world.snapshot()
    rows = len(world.forum.rows(InboundActivity))
    answer = world.forum.post(key, document)
    world.forum.work()
    if answer.status_code != 202:
        assert world.snapshot() == before, "refused, and all the same it had an effect"
        assert len(world.forum.rows(InboundActivity)) == rows, "refused, and all the same a row was kept"
        return str(answer.status_code)
    return "-" if world.snapshot() == before else "+"


def test_the_file_has_a_verdict_for_every_case() -> None:
    signers = [
        "author",
        "neighbour",
        "stranger",
        "moderator",
        "former",
        "elsewhere",
        "blocked",
        "forged",
        "local",
    ]
    assert all(list(rows) == signers for rows in MATRIX.values())
    assert sum(len(cells) for rows in MATRIX.values() for cells in rows.values()) >= 600
    assert {cell for rows in MATRIX.values() for cells in rows.values() for cell in cells} == {
        "+",
        "-",
        "401",
        "403",
    }


@pytest.mark.parametrize("title", MATRIX)
def test_s19_to_s22_everybody_may_do_what_the_hand_written_verdicts_say_and_nothing_else(
    world: World, title: str
) -> None:
    wrong = []
    for who, verdicts in MATRIX[title].items():
        for origin, expected in zip(ORIGINS, verdicts, strict=True):
            found = judge(world, title, who, origin)
            if found != expected:
                wrong.append(f"{who} about {origin}: {found} instead of {expected}")
            revive(world)
    assert wrong == []
