"""Asking somebody elsewhere to look after a board: what is checked first, and whatever their server says."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.events import DirectMessageWritten
from fedconnect.foundation import clock, database, fetch, outbound_slots
from fedconnect.foundation.errors import Busy, Malformed, NotFound, NotPermitted
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Invitation
from fedconnect.models.decision import Decision
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.moderation.boards.invitations import ask_by_handle, get_invitation, respond
from support.federation_rows import OtherServers, with_keys
from support.moderation_rows import a_ban, a_server, a_visit, count, somebody_of_the_team
from support.unit import Unit, a_board, a_moderator, a_person, add

ANA = "https://home.example/users/ana"
WEBFINGER = "https://home.example/.well-known/webfinger?resource=acct%3Aana%40home.example"


def names(actor: object = ANA) -> dict[str, Any]:
    link = {"rel": "self", "type": "application/activity+json", "href": actor}
    return {"subject": "acct:ana@home.example", "links": [link]}


def a_world(**values: Any) -> tuple[Visit, int]:
    """Mo, who looks after a board, and Ana, of whom we know."""
    with database.transaction() as session:
        visit = a_visit(session, somebody_of_the_team(session, a_board(session)))
        return visit, a_person(session, "ana", **values).id


def ask(visit: Visit, handle: str = "@ana@home.example", *, is_handover: bool = False) -> None:
    ask_by_handle(visit, "respite", handle, "Please help", "We are few.", is_handover=is_handover)


def asked() -> list[Invitation]:
    with database.read_transaction() as session:
        return list(session.execute(select(Invitation)).scalars())


def test_who_does_not_look_after_the_board_makes_us_ask_no_server(unit: Unit, others: OtherServers) -> None:
    a_world()
    with database.transaction() as session:
        other = a_board(session, "other")
        visits = [
            a_visit(session, a_person(session, "eve")),
            a_visit(session, somebody_of_the_team(session, other, "otto")),
        ]
    for visit in visits:
        with pytest.raises(NotFound):
            ask(visit)
    assert (others.asked, asked(), unit.events) == ([], [], [])


@pytest.mark.parametrize(
    "handle",
    [
        "",
        "ana",
        "@ana",
        "@ana@",
        "@@home.example",
        "@ana@home.example/x",
        "@a b@home.example",
        "@" + "a" * 700 + "@home.example",
    ],
)
def test_what_is_no_handle_is_said_and_no_server_is_asked(
    unit: Unit, others: OtherServers, handle: str
) -> None:
    visit, _ = a_world()
    with pytest.raises(Malformed):
        ask(visit, handle)
    assert (others.asked, asked()) == ([], [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<h1>Hello</h1>",
        b"[]",
        b"null",
        {"subject": 7, "links": []},
        {"subject": "acct:ana@home.example"},
        {"subject": "acct:ana@home.example", "links": {"rel": "self"}},
        names(7),
        names("ftp://home.example/ana"),
        names(""),
    ],
)
def test_whatever_a_server_says_that_names_nobody_is_no_error_of_ours(
    unit: Unit, others: OtherServers, body: object
) -> None:
    visit, _ = a_world()
    others.say(WEBFINGER, body)
    with pytest.raises(Malformed):
        ask(visit)
    assert asked() == []


@pytest.mark.parametrize("status", [302, 404, 410, 429, 500])
def test_a_server_that_refuses_or_is_gone_is_said_in_a_sentence(
    unit: Unit, others: OtherServers, status: int
) -> None:
    visit, _ = a_world()
    others.say(WEBFINGER, names(), status)
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert refused.value.safe == "That account could not be found. Is the handle whole?"
    assert asked() == []


def test_an_actor_that_cannot_be_had_is_not_asked(unit: Unit, others: OtherServers) -> None:
    visit, _ = a_world()
    with_keys()
    others.say(WEBFINGER, names("https://home.example/users/unknown"))
    with pytest.raises(Malformed):
        ask(visit)
    assert asked() == []


def test_whoever_is_asked_has_an_invitation_and_a_letter(unit: Unit, others: OtherServers) -> None:
    visit, ana = a_world()
    others.say(WEBFINGER, names())
    ask(visit, " ana@Home.example ", is_handover=True)
    (found,) = asked()
    assert (found.person_id, found.by_id, found.words, found.is_handover) == (
        ana,
        visit.person_id,
        "Please help",
        True,
    )
    assert len(unit.of(DirectMessageWritten)) == 1
    with pytest.raises(Malformed):
        ask(visit)
    assert len(asked()) == 1, "nobody is asked twice"


def test_who_cannot_look_after_it_is_not_asked(unit: Unit, others: OtherServers) -> None:
    visit, ana = a_world()
    others.say(WEBFINGER, names())
    with database.transaction() as session:
        board = session.query(Board).one()
        ban = a_ban(session, board, session.get_one(Person, ana))
    with pytest.raises(NotPermitted):
        ask(visit)
    with database.transaction() as session:
        session.delete(session.merge(ban))
        a_server(session, "home.example", Policy.BLOCKED)
    with pytest.raises((NotPermitted, NotFound)):
        ask(visit)
    assert asked() == []


def test_who_is_dismissed_while_a_server_thinks_asks_nobody(
    unit: Unit, others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, _ = a_world()
    others.say(WEBFINGER, names())
    answer = others.request

    def slowly(*request: Any, **more: Any) -> Any:
        with database.transaction() as session:
            session.query(Moderator).delete()
        return answer(*request, **more)

    monkeypatch.setattr(fetch, "_request", slowly)
    with pytest.raises(NotFound):
        ask(visit)
    assert asked() == []


def test_where_no_slot_is_free_nobody_waits_for_long(
    unit: Unit, others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, _ = a_world()
    monkeypatch.setattr(outbound_slots, "_wait_for", lambda _slot: False)
    taken = [outbound_slots._slots.acquire(blocking=False) for _ in range(outbound_slots.SLOTS)]
    try:
        with pytest.raises(Busy):
            ask(visit)
    finally:
        for _ in filter(None, taken):
            outbound_slots._slots.release()
    assert others.asked == []


def an_invitation(session: Session, board: Board, person: Person, by: Person, **values: Any) -> Invitation:
    known = {"board_id": board.id, "person_id": person.id, "by_id": by.id, "at": clock.now()}
    return add(session, Invitation(**{**known, **values}))


def test_an_invitation_is_read_and_answered_by_whom_it_is_for_alone(session: Session) -> None:
    board = a_board(session)
    mo, ana = somebody_of_the_team(session, board), a_person(session)
    found = an_invitation(session, board, ana, mo)
    mos, anas = a_visit(session, mo), a_visit(session, ana)
    for visit, number in ((mos, found.id), (a_visit(session, a_person(session, "eve")), found.id), (anas, 0)):
        with pytest.raises(NotFound):
            get_invitation(session, visit, number)
        with pytest.raises(NotFound):
            respond(session, visit, number, accepts=True)
    assert get_invitation(session, anas, found.id) == (found, board)
    assert count(session, Moderator) == 1


@pytest.mark.parametrize("accepts", [True, False])
def test_an_answer_is_given_once_and_a_no_changes_nothing_else(session: Session, accepts: bool) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, ana = somebody_of_the_team(session, board), a_person(session)
    a_moderator(session, other, mo)
    number = an_invitation(session, board, ana, mo).id
    visit = a_visit(session, ana)
    assert respond(session, visit, number, accepts=accepts) == (board, accepts)
    session.expire_all()
    with pytest.raises(NotFound):
        respond(session, visit, number, accepts=True)
    assert (count(session, Moderator), count(session, Decision)) == ((3, 1) if accepts else (2, 0))


def test_who_hands_a_board_over_steps_back_with_a_yes_alone(session: Session) -> None:
    board = a_board(session)
    mo, ana, bea = somebody_of_the_team(session, board), a_person(session), a_person(session, "bea")
    no, yes = (an_invitation(session, board, one, mo, is_handover=True) for one in (bea, ana))
    respond(session, a_visit(session, bea), no.id, accepts=False)
    assert [one.person_id for one in session.query(Moderator)] == [mo.id]
    respond(session, a_visit(session, ana), yes.id, accepts=True)
    assert [one.person_id for one in session.query(Moderator)] == [ana.id]
