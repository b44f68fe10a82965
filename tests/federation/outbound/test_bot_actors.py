"""Our actors beside the boards: who is one, who follows it, and whom its words reach."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.events import BotFollowed, BotMessaged
from fedconnect.federation.outbound import bot_actors
from fedconnect.forum import boards
from fedconnect.forum.tombstones import take_back
from fedconnect.foundation import clock, database
from fedconnect.hooks import manager
from fedconnect.hooks.views import BotView
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotFollow, BotNote
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.person import Person
from support.forum import BASE
from support.unit import Unit, a_board, a_person, add

COMPANION = f"{BASE}/boards/respite/companion"
FOLLOW = "https://home.example/users/ana#follows/1"


@pytest.fixture(autouse=True)
def letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """One plugin registers a service."""
    view = BotView("letter", "Letter", "A letter a week", "/letter")
    monkeypatch.setattr(
        manager, "collect", lambda hook: [("letter", [view])] if hook == "register_bots" else []
    )


def follows(session: Session, board: Board, person: Person) -> None:
    bot_actors.follow(session, bot_actors.companion_of(board), person, f"{person.uri}#follows/{board.id}")
    session.flush()


@pytest.mark.parametrize(
    "uri",
    ["", COMPANION + "s", f"{BASE}/boards/companion", f"{BASE}/boards/nowhere/companion", "https://evil.example/boards/respite/companion",
     f"{BASE}/services/", f"{BASE}/services/letters", "https://evil.example/services/letter", f"{BASE}/boards/here1/companion"],
)  # fmt: skip
def test_no_other_address_is_an_actor(session: Session, uri: str) -> None:
    a_board(session)
    a_board(session, "here1", is_local_only=True)
    assert bot_actors.find_bot(session, uri) is None


def test_companions_and_services_are_found_by_address_followers_and_handle(session: Session) -> None:
    board = a_board(session)
    companion = bot_actors.companion_of(board)
    assert bot_actors.find_bot(session, COMPANION) == companion
    assert bot_actors.find_bot(session, f"{COMPANION}/followers") == companion
    assert bot_actors.find_handle(session, "respite_quiet") == companion
    letter = bot_actors.find_bot(session, f"{BASE}/services/letter")
    assert letter is not None
    assert letter == bot_actors.find_handle(session, "letter")
    assert bot_actors.find_handle(session, "nowhere_quiet") is None
    assert bot_actors.find_handle(session, "respite") is None


def test_a_follow_that_was_taken_back_before_it_came_is_none(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    take_back(session, FOLLOW, ana.uri)
    assert not bot_actors.follow(session, bot_actors.companion_of(board), ana, FOLLOW)
    assert session.scalars(select(BotFollow)).all() == []
    assert events.take(session) == []


def test_a_follow_asked_again_is_one_row_under_its_new_name_and_answered_again(session: Session) -> None:
    ana, bot = a_person(session), bot_actors.companion_of(a_board(session))
    for number in (1, 2):
        assert bot_actors.follow(session, bot, ana, f"{FOLLOW}{number}")
        session.flush()
    assert session.scalars(select(BotFollow.uri)).all() == [f"{FOLLOW}2"]
    assert events.take(session) == [
        BotFollowed(bot.name, bot.uri, ana.id, f"{FOLLOW}{number}") for number in (1, 2)
    ]


def test_nobody_ends_somebody_elses_follow(session: Session) -> None:
    board, ana, eve = a_board(session), a_person(session), a_person(session, "eve")
    follows(session, board, ana)
    assert not bot_actors.unfollow(session, eve, f"{ana.uri}#follows/{board.id}", "")
    assert not bot_actors.unfollow(session, eve, "", COMPANION)
    assert not bot_actors.unfollow(session, ana, "https://home.example/another", COMPANION)
    assert not bot_actors.unfollow(session, ana, "", f"{BASE}/services/letter")
    assert len(session.scalars(select(BotFollow)).all()) == 1


@pytest.mark.parametrize("by_name", [True, False])
def test_a_follow_ends_by_its_own_name_or_its_targets_and_may_come_again_under_its_name(
    session: Session, by_name: bool
) -> None:
    board, ana = a_board(session), a_person(session)
    follows(session, board, ana)
    uri = f"{ana.uri}#follows/{board.id}"
    assert bot_actors.unfollow(session, ana, uri if by_name else "", "" if by_name else COMPANION)
    session.flush()
    assert session.scalars(select(BotFollow)).all() == []
    follows(session, board, ana)
    assert [one.uri for one in session.scalars(select(BotFollow))] == [uri]


def test_somebody_who_is_left_out_is_not_reached_through_their_servers_shared_inbox_either(
    session: Session,
) -> None:
    board = a_board(session)
    shared = {"shared_inbox": "https://home.example/inbox"}
    ana, ben = a_person(session, **shared), a_person(session, "ben", **shared)
    eve = a_person(session, "eve", "far.example", shared_inbox="https://far.example/inbox")
    gone = a_person(session, "gus", "gone.example", gone_at=clock.now())
    for person in (ana, ben, eve, gone):
        follows(session, board, person)
    bot = bot_actors.companion_of(board)
    assert bot_actors.inboxes_of(session, bot) == ["https://far.example/inbox", "https://home.example/inbox"]
    assert bot_actors.inboxes_of(session, bot, [ana.id]) == ["https://far.example/inbox", ben.inbox]
    assert bot_actors.inboxes_of(session, bot, [ana.id, ben.id, eve.id]) == []


def test_what_somebody_writes_to_a_service_is_passed_on_up_to_2000_letters(session: Session) -> None:
    ana, bot = a_person(session), bot_actors.companion_of(a_board(session))
    bot_actors.receive_message(session, bot, ana, "x" * 2001, "https://home.example/1")
    assert events.take(session) == [
        BotMessaged(bot.name, ana.uri, ana.handle, "x" * 2000, "https://home.example/1")
    ]


def test_a_service_writes_to_nobody_it_does_not_know_or_who_is_gone(unit: Unit) -> None:
    with database.transaction() as session:
        ana = a_person(session)
        gone = a_person(session, "gus", gone_at=clock.now())
    assert not bot_actors.send_note("letter", "https://home.example/users/nobody", "<p>Hi</p>")
    assert not bot_actors.send_note("letter", gone.uri, "<p>Hi</p>")
    assert not bot_actors.send_note("nothing", ana.uri, "<p>Hi</p>")
    assert unit.jobs == []
    assert bot_actors.send_note("letter", ana.uri, "<p>Hi</p>", "https://home.example/1")
    with database.read_transaction() as session:
        note = session.scalars(select(BotNote)).one()
        said = session.scalars(select(OutboundActivity)).one()
        assert session.scalars(select(Delivery.inbox)).all() == [ana.inbox]
        letter = bot_actors.find_handle(session, "letter")
        companion = bot_actors.companion_of(Board(slug="respite", name="Respite", language="en", id=1))
        assert letter is not None
        assert bot_actors.find_note(session, letter, str(note.id)) is not None
        assert bot_actors.find_note(session, companion, str(note.id)) is None
        assert bot_actors.find_note(session, letter, f"{note.id}x") is None
    written = json.loads(said.body)
    assert (written["to"], written["cc"], said.actor) == ([ana.uri], [], "letter")
    assert written["object"]["inReplyTo"] == "https://home.example/1"


def test_ending_a_follow_tells_its_server_and_leaves_the_others(unit: Unit) -> None:
    with database.transaction() as session:
        ana, ben = a_person(session), a_person(session, "ben")
        letter = bot_actors.find_handle(session, "letter")
        assert letter is not None
        for person in (ana, ben):
            bot_actors.follow(session, letter, person, f"{person.uri}#f")
    bot_actors.end_follow("letter", ana.uri)
    bot_actors.end_follow("letter", "https://home.example/users/nobody")
    assert [one.uri for one in bot_actors.list_followers("letter")] == [ben.uri]
    with database.read_transaction() as session:
        assert session.scalars(select(OutboundActivity.kind)).all() == ["Reject"]
        assert session.execute(select(Delivery.inbox, Delivery.urgent)).all() == [(ana.inbox, True)]


def test_somebody_who_is_gone_leaves_nothing_behind(session: Session) -> None:
    board, ana, ben = a_board(session), a_person(session), a_person(session, "ben")
    for person in (ana, ben):
        follows(session, board, person)
        add(session, BotNote(bot="letter", person_id=person.id, html="<p>x</p>", at=clock.now()))
    bot_actors.forget_person(session, ana)
    assert session.scalars(select(BotFollow.person_id)).all() == [ben.id]
    assert session.scalars(select(BotNote.person_id)).all() == [ben.id]


def test_who_writes_to_the_moderators_common_actor_is_told_once_a_day_whom_to_write_to(
    session: Session,
) -> None:
    team, ana, ben = bot_actors.moderators_of_all(), a_person(session), a_person(session, "ben")
    for who in (ana, ana, ben):
        bot_actors.receive_message(session, team, who, "That was unfair", "https://home.example/1")
    notes = session.scalars(select(BotNote)).all()
    assert [one.person_id for one in notes] == [ana.id, ben.id]
    assert "write to the board in private" in notes[0].html
    assert notes[0].in_reply_to == "https://home.example/1"
    bodies = [json.loads(one) for one in session.scalars(select(OutboundActivity.body))]
    assert [one["to"] for one in bodies] == [[ana.uri], [ben.uri]]


def test_the_moderators_common_actor_is_found_by_id_and_handle_and_no_plugin_or_board_takes_its_name(
    session: Session,
) -> None:
    team = bot_actors.moderators_of_all()
    assert team.uri == f"{BASE}/services/moderators"
    assert bot_actors.find_bot(session, team.uri) == bot_actors.find_handle(session, "moderators") == team
    assert "moderators" in boards.RESERVED
