"""Whose sentences reach a reader, and which of them first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.models import passed_on
from fedconnect.models.decision import Ban
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.passed_on import PassedOn, PassedOnPlace, meant_for, passed_on_to, to_whom
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind
from support.surfacing_rows import DAY, NOON, a_local_follow, a_reader_named
from support.unit import a_board, a_person, a_reader, a_thread, add


@pytest.fixture
def dora(session: Session) -> Reader:
    return a_reader_named(session, "dora")


@pytest.fixture
def eve(session: Session) -> Person:
    return session.get_one(Person, a_reader_named(session, "Eve", "Far.example").person_id)


@pytest.fixture
def post(session: Session) -> Post:
    return a_thread(session, a_board(session), a_person(session))[1]


def passed(session: Session, post: Post, by: Person, to: Reader | None, **values: object) -> PassedOn:
    known = {"post_id": post.id, "by_person_id": by.id, "sentence": "For you", "at": NOON}
    return add(session, PassedOn(**{**known, "to_person_id": to.person_id if to else None, **values}))


def reaching(session: Session, reader: Reader) -> list[PassedOn]:
    whose = (reader.id, reader.person_id, NOON)
    ids = session.execute(meant_for(), to_whom(*whose)).scalars().all()
    return [row[0] for row in session.execute(passed_on_to(ids, *whose))]


def test_a_sentence_for_somebody_else_or_for_nobody_reaches_nobody(
    session: Session, dora: Reader, eve: Person, post: Post
) -> None:
    passed(session, post, eve, a_reader_named(session, "lea"))
    passed(session, post, eve, None)
    passed(session, post, eve, None, to_board_id=a_board(session, "sleep").id)
    assert reaching(session, dora) == []
    mine = passed(session, post, eve, dora)
    assert reaching(session, dora) == [mine]


@pytest.mark.parametrize(
    ("kind", "subject"), [(MuteKind.PERSON, "eve@far.example"), (MuteKind.SERVER, "far.example")]
)
@pytest.mark.parametrize("by", ["reader", "author"])
def test_no_sentence_of_whom_the_reader_or_the_author_hides(
    session: Session, dora: Reader, eve: Person, post: Post, kind: MuteKind, subject: str, by: str
) -> None:
    passed(session, post, eve, dora)
    whose = dora if by == "reader" else a_reader(session, session.get_one(Person, post.person_id))
    add(session, Mute(reader_id=whose.id, kind=kind, subject="x" + subject, since=NOON))
    assert len(reaching(session, dora)) == 1
    add(session, Mute(reader_id=whose.id, kind=kind, subject=subject, since=NOON))
    assert reaching(session, dora) == []


@pytest.mark.parametrize("what", ["gone", "quarantined", "silenced", "limited", "blocked"])
def test_no_sentence_of_somebody_who_is_gone_or_not_trusted(
    session: Session, dora: Reader, eve: Person, post: Post, what: str
) -> None:
    passed(session, post, eve, dora)
    if what == "gone":
        eve.gone_at = NOON
    elif what == "quarantined":
        eve.quarantined_at = NOON
    else:
        add(session, Instance(host=eve.host, policy=Policy(what)))
    session.flush()
    assert reaching(session, dora) == []


@pytest.mark.parametrize("where", ["of the post", "passed to"])
def test_whoever_is_banned_from_either_board_is_heard_no_more_by_their_sentences(
    session: Session, dora: Reader, eve: Person, post: Post, where: str
) -> None:
    other = a_board(session, "sleep")
    a_local_follow(session, dora, other)
    passed(session, post, eve, None, to_board_id=other.id)
    board_id = post.board_id if where == "of the post" else other.id
    ban = add(session, Ban(board_id=board_id, person_id=eve.id, until=NOON))
    assert len(reaching(session, dora)) == 1, "it is over"
    ban.until = NOON + DAY
    session.flush()
    assert reaching(session, dora) == []


def test_what_was_said_not_for_me_to_does_not_come_again_whoever_passes_it_on(
    session: Session, dora: Reader, eve: Person, post: Post
) -> None:
    add(session, PassedOnPlace(reader_id=dora.id, post_id=post.id, visits=0, at=NOON, is_dismissed=True))
    passed(session, post, eve, dora)
    passed(session, post, a_person(session, "mia"), dora)
    assert reaching(session, dora) == []


def test_a_reader_is_not_told_of_their_own_posts_nor_what_they_passed_on(
    session: Session, dora: Reader, eve: Person, post: Post
) -> None:
    own = a_thread(session, a_board(session, "sleep"), session.get_one(Person, dora.person_id))[1]
    a_local_follow(session, dora, session.get_one(type(a_board(session, "b2")), own.board_id))
    passed(session, own, eve, dora)
    passed(session, post, session.get_one(Person, dora.person_id), None, to_board_id=own.board_id)
    assert reaching(session, dora) == []


def test_what_is_for_oneself_comes_first_then_the_latest_and_only_so_many(
    session: Session, dora: Reader, eve: Person, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_board(session, "sleep")
    a_local_follow(session, dora, other)
    old, late = (
        passed(session, post, eve, None, to_board_id=other.id, at=NOON - ago * DAY) for ago in (3, 1)
    )
    mine = passed(session, post, eve, dora, at=NOON - 9 * DAY)
    passed(session, post, eve, dora, at=NOON - 30 * DAY)
    passed(session, post, eve, dora, at=NOON - 30 * DAY - timedelta(seconds=1))
    assert reaching(session, dora) == [mine, late, old]
    monkeypatch.setattr(passed_on, "MOST", 2)
    assert reaching(session, dora) == [mine, late]
