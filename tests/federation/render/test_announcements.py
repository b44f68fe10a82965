"""What a board announces: plain ids for microblogs, envelopes for the threadiverse, and Undos that name the very one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.federation import render
from support.forum import BASE
from support.moderation_rows import stop_the_clock
from support.unit import a_board, a_thread

BOARD, ANA, BOT = f"{BASE}/boards/respite", "https://home.example/users/ana", f"{BASE}/respite_quiet"


def test_a_boost_said_anew_has_another_id_and_its_undo_names_the_very_one(session: Session) -> None:
    thread, _ = a_thread(session, board := a_board(session))
    ids = []
    for undone in range(3):
        thread.boosts_undone = undone
        undo = render.undo_announce(board, thread, "https://home.example/users/ana")
        assert undo["object"]["id"] == render.announce(board, thread, "x")["id"]
        ids.append(undo["object"]["id"])
        assert undo["id"] != undo["object"]["id"]
    assert len(set(ids)) == 3


def test_an_envelope_is_named_after_what_is_in_it(session: Session) -> None:
    board, other = a_board(session), a_board(session, "benefits")
    one, two = ({"id": f"https://home.example/{number}", "type": "Like"} for number in (1, 2))
    assert render.envelope(board, one)["id"] == render.envelope(board, {**one, "type": "Other"})["id"]
    assert render.envelope(board, one)["id"] != render.envelope(board, two)["id"]
    assert render.envelope(board, one)["id"].startswith(render.envelope_prefix(board))
    assert not render.envelope(other, one)["id"].startswith(render.envelope_prefix(board))


def boosts(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    """Each kind of boost, with who makes it and of what."""
    board = a_board(session)
    thread, post = a_thread(session, board, uri="https://home.example/posts/1")
    found = "https://far.example/posts/9"
    return [
        (BOARD, post.uri, render.announce(board, thread, ANA)),
        (BOT, post.uri, render.companion_announce(BOT, post, ANA)),
        (BOARD, found, render.hashtag_announce(board, 9, found, ANA)),
    ]


def test_a_boost_is_of_a_plain_id_public_and_its_author_hears_of_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch, datetime(2026, 11, 1, 10, 0, 5, 999_999, tzinfo=UTC))
    documents = boosts(session)
    for actor, uri, document in documents:
        assert (document["type"], document["actor"], document["object"]) == ("Announce", actor, uri)
        assert (document["to"], document["cc"]) == ([PUBLIC], [f"{actor}/followers", ANA])
        assert document["published"] == "2026-11-01T10:00:05Z"
        assert document["id"].startswith(actor)
    assert len({document["id"] for _, _, document in documents}) == 3


def test_taking_a_boost_back_names_it_whole_and_goes_to_whom_it_went(session: Session) -> None:
    for actor, uri, document in boosts(session):
        said = dict(document)
        undo = render.undone(document)
        assert (undo["type"], undo["actor"], undo["to"], undo["cc"]) == (
            "Undo",
            actor,
            said["to"],
            said["cc"],
        )
        inner = {key: value for key, value in said.items() if key != "@context"}
        assert undo["object"] == inner
        assert inner["object"] == uri
        assert undo["id"] != said["id"]


@pytest.mark.parametrize(("undone", "end"), [(0, "/7"), (1, "/7-2"), (2, "/7-3")])
def test_the_first_boost_has_a_plain_id_and_the_next_ones_are_counted(
    session: Session, undone: int, end: str
) -> None:
    assert render.announce_uri(a_board(session), 7, undone) == f"{BOARD}/announces{end}"


def test_an_envelope_holds_an_activity_as_it_was_said_and_names_no_person(session: Session) -> None:
    activity = {"id": f"{ANA}#1", "type": "Like", "actor": ANA, "content": "<b>x</b>"}
    envelope = render.envelope(a_board(session), activity)
    assert envelope["object"] == activity
    assert (envelope["type"], envelope["actor"], envelope["audience"]) == ("Announce", BOARD, BOARD)
    assert (envelope["to"], envelope["cc"]) == ([PUBLIC], [f"{BOARD}/followers"])


def test_a_move_goes_to_followers_alone_and_another_address_is_another_move(session: Session) -> None:
    board = a_board(session, moved_to="https://new.example/b")
    first = render.move(board)
    assert (first["type"], first["object"], first["target"]) == ("Move", BOARD, "https://new.example/b")
    assert (first["actor"], first["to"]) == (BOARD, [f"{BOARD}/followers"])
    assert PUBLIC not in str(first)
    assert render.move(board)["id"] == first["id"]
    board.moved_to = "https://other.example/b"
    assert render.move(board)["id"] != first["id"]
