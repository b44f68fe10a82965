"""M3: words that are gone are gone: from every table, the file, its log, Valkey and the media folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import String, Text, select

from fedconnect.forum import search, tombstones
from fedconnect.forum.forgetting import forget_copies
from fedconnect.foundation import database, queue
from fedconnect.models.all import Row
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import rights
from moderation.conftest import WHY, Team
from support.forum import Forum
from support.remote import RemotePerson

CANARY = "canarythatisgone"


def places(word: str = CANARY) -> list[str]:
    """Return the columns of every table in which a word stands."""
    found = []
    with database.reading() as session:
        for table in Row.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, String | Text):
                    values = session.execute(select(column)).scalars()
                    if any(word in str(value).lower() for value in values if value):
                        found.append(f"{table.name}.{column.name}")
    return found


def files(folder: Path, word: str = CANARY) -> list[str]:
    """Return the files below a folder in which a word stands."""
    return [
        one.name for one in folder.rglob("*") if one.is_file() and word.encode() in one.read_bytes().lower()
    ]


def in_valkey(word: str = CANARY) -> list[bytes]:
    connection = queue.queue().connection
    return [key for key in connection.scan_iter() if word.encode() in (connection.dump(key) or b"").lower()]


def everywhere(forum: Forum) -> list[str]:
    search.leave_no_trace()  # as erasing does
    return [*places(), *files(forum.settings.data_dir), *map(str, in_valkey())]


@pytest.fixture
def written(team: Team, forum: Forum, lea: RemotePerson) -> list[Post]:
    """Words in a thread, in an answer, in one that is held, in one that was removed, and in an edit; passed on in an
    envelope, found by search, told to those who look after the board."""
    forum.tell(lea, lea.follow(forum.board()))
    first = team.write("ana", f"A title {CANARY}\n\nand words {CANARY}")
    ana = team.account("ana")
    answer = ana.note(f"An answer {CANARY}", forum.board(), inReplyTo=first.uri)
    forum.tell(ana, ana.create(answer), ana.update(answer, f"edited {CANARY}"))
    removed = team.write("ana", f"Removed {CANARY}")
    team.moderator("mo").post(team.path(removed) + "/moderate", {**WHY, "deed": "remove"})
    orphan = ana.note(f"It waits {CANARY}", forum.board(), inReplyTo=ana.uri + "/unknown")
    forum.tell(ana, ana.create(orphan))
    forum.deliver()
    found = forum.rows(Post, Post.person_id == forum.rows(Person, Person.uri == ana.uri)[0].id)
    assert {"post.source", "inbound_activity.body", "outbound_activity.body", "thread.title"} <= set(places())
    return found


def test_m3_after_a_delete_the_words_are_nowhere(team: Team, forum: Forum, written: list[Post]) -> None:
    ana = team.account("ana")
    for post in written:
        forum.tell(ana, ana.delete(post.uri))
    (orphan,) = forum.rows(InboundActivity, InboundActivity.body.contains("It waits"))
    forum.tell(ana, ana.delete(orphan.object_uri))
    assert everywhere(forum) == []


def test_m3_who_is_forgotten_leaves_no_word(team: Team, forum: Forum, written: list[Post]) -> None:
    with database.transaction() as session:
        rights.erase(session, session.query(Person).filter_by(uri=team.account("ana").uri).one())
    assert everywhere(forum) == []


def test_m3_what_is_being_received_is_kept_no_longer_than_it_is_needed(team: Team, forum: Forum) -> None:
    """Each message's own body goes when it is handled; held posts alone need theirs, to be passed on later."""
    team.write("ana", f"Words {CANARY}")
    assert "inbound_activity.body" not in places()


def test_m3_a_reader_who_asks_to_be_forgotten_leaves_no_word_in_file_or_log(
    app: Flask, team: Team, forum: Forum, written: list[Post]
) -> None:
    ana = team.reader("ana")
    ana.post("/you/shields", {"kind": "words", "subject": CANARY})
    ana.post("/you/topics", {"topics": CANARY})
    ana.post("/boards/respite/ask", {"text": CANARY, "for": "me"})
    handle = f"@ana@{team.home.host}"
    assert ana.post("/you/erase", {"handle": handle}).status_code == 303
    assert [*places(), *files(forum.settings.data_dir), *map(str, in_valkey())] == []


def test_m3_a_post_taken_back_before_it_is_handled_keeps_its_place_and_no_word(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    note = ana.note(f"A question {CANARY}", forum.board())
    answer = ben.note("An answer", forum.board(), inReplyTo=note["id"])
    assert forum.post(ana, ana.create(note)).status_code == 202
    with database.transaction() as session:
        forget_copies(session, note["id"])
        tombstones.take_back(session, note["id"], ana.uri)
    assert [row.body for row in forum.rows(InboundActivity) if CANARY in row.body] == []
    forum.tell(ben, ben.create(answer))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert post.state is PostState.DELETED
    assert forum.rows(Post, Post.uri == answer["id"])[0].parent_id == post.id
