"""Signing out whoever may not be here any more: all that is theirs ends, and nothing of anybody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts import forced_sign_out, held_tokens
from fedconnect.foundation import clock
from fedconnect.foundation.translatable_sentences import from_row
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader, ReaderSession, SignIn
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from fedconnect.models.web_push import PushSubscription
from support.account_rows import a_grant, a_home, a_home_reader, a_session
from support.unit import a_board, add


def signed_in(session: Session, name: str, host: str, account_host: str = "") -> Reader:
    reader = a_home_reader(session, name, a_home(session, host))
    session.get_one(Person, reader.person_id).host = account_host or host
    a_session(session, reader, name)
    session.flush()
    return reader


def decide(session: Session, host: str, policy: Policy = Policy.BLOCKED) -> None:
    add(session, Instance(host=host, policy=policy))


def still_in(session: Session) -> set[int]:
    return set(session.execute(select(ReaderSession.reader_id)).scalars())


def a_sign_in(session: Session, home_id: int, for_reader_id: int | None = None) -> SignIn:
    number = f"{home_id}-{for_reader_id}"
    return add(session, SignIn(
        state_hash=number, browser_hash="b", home_id=home_id, domain="x", scopes="", for_reader_id=for_reader_id,
        begun_at=clock.now(),
    ))  # fmt: skip


def test_who_is_limited_or_silenced_stays_signed_in(session: Session) -> None:
    readers = {signed_in(session, name, f"{name}.example").id for name in ("ana", "ben", "cleo")}
    decide(session, "ana.example", Policy.LIMITED)
    decide(session, "ben.example", Policy.SILENCED)
    assert forced_sign_out.end_where_blocked(session) == 0
    assert still_in(session) == readers


def test_a_blocked_account_and_a_blocked_home_are_signed_out_alike(session: Session) -> None:
    signed_in(session, "ana", "bad.example")
    signed_in(session, "ben", "good.example", account_host="bad.example")
    signed_in(session, "cleo", "sub.bad.example", account_host="fine.example")
    dan = signed_in(session, "dan", "notbad.example")
    decide(session, "bad.example")
    assert forced_sign_out.end_where_blocked(session) == 3
    assert still_in(session) == {dan.id}


def test_a_subdomain_that_was_decided_on_by_itself_stays(session: Session) -> None:
    ana = signed_in(session, "ana", "good.bad.example")
    decide(session, "bad.example")
    decide(session, "good.bad.example", Policy.OPEN)
    assert forced_sign_out.end_where_blocked(session) == 0
    assert still_in(session) == {ana.id}


@pytest.mark.parametrize(
    ("host", "out"), [("bad.example", {"ana", "ben"}), ("sub.bad.example", {"ben"}), ("b_d.example", set())]
)
def test_looking_at_one_server_looks_at_no_other(session: Session, host: str, out: set[str]) -> None:
    """Two are blocked; only what is asked about is ended. An underscore is no wildcard."""
    readers = {
        name: signed_in(session, name, where).id
        for name, where in (("ana", "bad.example"), ("ben", "sub.bad.example"), ("cleo", "worse.example"))
    }
    decide(session, "bad.example")
    decide(session, "worse.example")
    assert forced_sign_out.end_where_blocked(session, host) == len(out)
    assert still_in(session) == {number for name, number in readers.items() if name not in out}


def test_a_sign_in_that_is_on_its_way_to_a_blocked_home_ends(session: Session) -> None:
    bad, good = a_home(session, "bad.example"), a_home(session, "good.example")
    a_sign_in(session, bad.id)
    stays = a_sign_in(session, good.id)
    decide(session, "bad.example")
    assert forced_sign_out.end_where_blocked(session) == 0, "nobody was signed in"
    assert session.execute(select(SignIn.id)).scalars().all() == [stays.id]


def test_more_people_than_a_statement_takes_are_all_signed_out(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forced_sign_out, "_MANY", 2)
    home = a_home(session, "bad.example")
    for number in range(5):
        reader = a_home_reader(session, f"p{number}", home)
        a_session(session, reader, str(number))
        a_sign_in(session, a_home(session, f"h{number}.bad.example").id)
    decide(session, "bad.example")
    assert forced_sign_out.end_where_blocked(session) == 5
    assert still_in(session) == set()
    assert session.execute(select(SignIn)).all() == []


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (SubmissionState.ASKED, SubmissionState.FAILED),
        (SubmissionState.SENT, SubmissionState.FAILED),
        (SubmissionState.SEEN, SubmissionState.SEEN),
        (SubmissionState.FAILED, SubmissionState.FAILED),
    ],
)
def test_what_still_waits_to_be_sent_fails_and_says_why(
    session: Session, state: SubmissionState, becomes: SubmissionState
) -> None:
    ana = signed_in(session, "ana", "home.example")
    row = add(session, Submission(
        reader_id=ana.id, board_id=a_board(session).id, kind=SubmissionKind.START, state=state, key="k", fields="{}",
        asked_at=clock.now(), due_at=clock.now(), token="somebody",
    ))  # fmt: skip
    forced_sign_out.end_readers(session, [ana.id])
    session.refresh(row)
    assert row.state is becomes
    waited = state in {SubmissionState.ASKED, SubmissionState.SENT}
    assert (from_row(row.problem).words == forced_sign_out.NOT_SENT.words) is waited
    assert (row.token is None) is waited, "whoever sends it just now writes nothing over this"


def test_every_token_is_forgotten_and_none_is_left_to_give_back(session: Session) -> None:
    ana, ben = signed_in(session, "ana", "home.example"), signed_in(session, "ben", "other.example")
    long_ago = clock.now() - timedelta(days=9)
    live, ended, theirs = (
        a_grant(session, ana), a_grant(session, ana, ended_at=long_ago), a_grant(session, ben),
    )  # fmt: skip
    for reader in (ana, ben):
        add(session, PushSubscription(
            reader_id=reader.id, endpoint=str(reader.id), p256dh="x", auth="x", since=clock.now()
        ))  # fmt: skip
        a_sign_in(session, reader.home_id, reader.id)
    forced_sign_out.end_person(session, session.get_one(Person, ana.person_id))
    for row in (live, ended, theirs):
        session.refresh(row)
    assert live.token_sealed == ended.token_sealed == ""
    assert live.ended_at is not None
    assert ended.ended_at == long_ago
    assert held_tokens.token_of(theirs) == "token"
    assert still_in(session) == {ben.id}
    assert session.execute(select(PushSubscription.reader_id)).scalars().all() == [ben.id]
    assert session.execute(select(SignIn.for_reader_id)).scalars().all() == [ben.id]


def test_nobody_to_end_is_nobody(session: Session) -> None:
    ana = signed_in(session, "ana", "home.example")
    forced_sign_out.end_readers(session, [])
    forced_sign_out.end_where_blocked(session, "home.example")
    assert still_in(session) == {ana.id}
