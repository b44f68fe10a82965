"""M3: words that are gone are gone: from every table, the file, its log, Valkey and the media folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Enum, String, Text, insert, select
from sqlalchemy.exc import SQLAlchemyError

from fedconnect import data_rights
from fedconnect.forum import search, tombstones
from fedconnect.forum.copy_erasure import erase_copies
from fedconnect.foundation import clock, database, queue
from fedconnect.models.all import Row
from fedconnect.models.base import table_of
from fedconnect.models.decision import Decision
from fedconnect.models.hearing import PostVector
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.passed_on import PassedOn
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from support.forum import Forum
from support.remote import RemotePerson
from support.team import WHY, Team
from support.visitor import Visitor

CANARY = "canarythatisgone"


def places(word: str = CANARY) -> list[str]:
    """Return the columns of every table in which a word stands."""
    found = []
    with database.read_transaction() as session:
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


def verdicts() -> dict[str, str]:
    """Return what may stand in each column, as words.txt says it."""
    lines = (Path(__file__).parent / "words.txt").read_text().splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


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
    team.moderator("mo").post(team.path(removed) + "/moderate", {**WHY, "action": "remove"})
    orphan = ana.note(f"It waits {CANARY}", forum.board(), inReplyTo=ana.uri + "/unknown")
    forum.tell(ana, ana.create(orphan))
    forum.deliver()
    found = forum.rows(Post, Post.person_id == forum.rows(Person, Person.uri == ana.uri)[0].id)
    assert {"post.source", "inbound_activity.body", "outbound_activity.body", "thread.title"} <= set(places())
    return found


@pytest.fixture
def told(team: Team, forum: Forum, app: Flask, written: list[Post]) -> Visitor:
    """Words of a signed-in author in every other place that holds some: what they typed, learnt, asked and objected."""
    account = team.account("ana")
    team.home.documents["/users/ana"] |= {
        "name": f"Ana {CANARY} :{CANARY}:",
        "tag": [
            {
                "type": "Emoji",
                "name": f":{CANARY}:",
                "icon": {"type": "Image", "url": f"{team.home.base}/e.png"},
            }
        ],
    }
    forum.tell(account, account.activity("Update", account.uri))
    team.write(
        "ana", f"Rich {CANARY} #{CANARY} :{CANARY}:", type="Question", summary=f"Warning {CANARY}",
        oneOf=[{"type": "Note", "name": f"Yes {CANARY}", "replies": {"totalItems": 0}}],
        attachment=[{"type": "Document", "mediaType": "image/png", "url": f"{team.home.base}/a.png", "name": CANARY}],
        tag=[{"type": "Mention", "href": forum.board(), "name": "@board"}, {"type": "Hashtag", "name": f"#{CANARY}"},
             {"type": "Emoji", "name": f":{CANARY}:", "icon": {"type": "Image", "url": f"{team.home.base}/e.png"}}],
    )  # fmt: skip
    ana = team.reader("ana")
    ana.sign_in(team.home, "ana", wanted=("write",))
    ana.post("/you/shields", {"kind": "words", "subject": CANARY})
    ana.post("/you/topics", {"topics": CANARY})
    ana.post("/boards/respite/ask", {"text": CANARY, "for": "me"})
    (removal,) = forum.rows(Decision, Decision.kind == "remove")
    ana.post(f"/decisions/{removal.id}/appeal", {"words": CANARY})
    other = team.write("ben", "Somebody else's words")
    team.home.refusing["/api/v1/statuses"] = (503, {}, b"")
    words = {"text": CANARY, "visibility": "public", "language": "en", "do": "send"}
    ana.post("/boards/respite/new", words)
    with database.transaction() as session:
        mine = select(Reader).join(Person, Person.id == Reader.person_id).where(Person.uri == account.uri)
        reader = session.execute(mine).scalar_one()
        about = {"board_id": other.board_id, "post_id": other.id}
        session.add_all(
            [
                PassedOn(
                    post_id=other.id,
                    by_person_id=reader.person_id,
                    to_board_id=other.board_id,
                    sentence=CANARY,
                    at=clock.now(),
                ),
                PostVector(
                    **about | {"post_id": written[0].id},
                    packed=b"",
                    words=CANARY,
                    simhash=0,
                    since=clock.now(),
                ),
            ]
        )
        learnt = f'{{"{CANARY}": 1.0}}'
        session.add(Profile(reader_id=reader.id, liked=learnt, disliked=learnt, updated_at=clock.now()))
    return ana


def test_m3_every_column_of_text_is_accounted_for() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Row.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | Text) and not isinstance(column.type, Enum)
    }
    assert columns == set(verdicts())


def test_m3_the_words_of_an_author_are_looked_for_where_they_stand(told: Visitor) -> None:
    """Or finding none of them afterwards would say nothing."""
    listed = {column for column, verdict in verdicts().items() if verdict == "author"}
    assert listed - set(places()) == set()
    assert {column for column in places() if verdicts()[column] == "plain"} == set()


def test_m3_after_a_delete_the_words_are_nowhere(team: Team, forum: Forum, written: list[Post]) -> None:
    ana = team.account("ana")
    for post in written:
        forum.tell(ana, ana.delete(post.uri))
    (orphan,) = forum.rows(InboundActivity, InboundActivity.body.contains("It waits"))
    forum.tell(ana, ana.delete(orphan.object_uri))
    assert everywhere(forum) == []


def test_m3_who_is_forgotten_leaves_no_word(team: Team, forum: Forum, written: list[Post]) -> None:
    with database.transaction() as session:
        data_rights.erase(session, session.query(Person).filter_by(uri=team.account("ana").uri).one())
    assert everywhere(forum) == []


def test_m3_what_is_being_received_is_kept_no_longer_than_it_is_needed(team: Team, forum: Forum) -> None:
    """Each message's own body goes when it is handled; held posts alone need theirs, to be passed on later."""
    team.write("ana", f"Words {CANARY}")
    assert "inbound_activity.body" not in places()


def test_m3_a_reader_who_asks_to_be_forgotten_leaves_no_word_in_file_or_log(
    team: Team, forum: Forum, told: Visitor
) -> None:
    handle = f"@ana@{team.home.host}"
    assert told.post("/you/erase", {"handle": handle}).status_code == 303
    assert [*places(), *files(forum.settings.data_dir), *map(str, in_valkey())] == []


def test_m3_a_post_taken_back_before_it_is_handled_keeps_its_place_and_no_word(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    note = ana.note(f"A question {CANARY}", forum.board())
    answer = ben.note("An answer", forum.board(), inReplyTo=note["id"])
    assert forum.post(ana, ana.create(note)).status_code == 202
    with database.transaction() as session:
        erase_copies(session, note["id"])
        tombstones.take_back(session, note["id"], ana.uri)
    assert [row.body for row in forum.rows(InboundActivity) if CANARY in row.body] == []
    forum.tell(ben, ben.create(answer))
    forum.hurry()  # two workers' threads may have had one each, and an answer looks again after some seconds
    forum.work()
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert post.state is PostState.DELETED
    assert forum.rows(Post, Post.uri == answer["id"])[0].parent_id == post.id


def test_m3_an_error_of_the_database_tells_no_words(forum: Forum) -> None:
    """It is logged, and logs are kept by whoever runs this."""
    with pytest.raises(SQLAlchemyError) as error, database.transaction() as session:
        session.execute(
            insert(table_of(Post)).values(id=1, source=CANARY, body_html=CANARY, uri="https://a.example/1")
        )
    assert CANARY not in str(error.value)
