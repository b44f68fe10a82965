"""Follows and what is answered to them: the Follow inside as its author said it, to that person alone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.federation import render
from support.forum import BASE
from support.unit import a_board, a_person

BOARD, BOT, FOLLOW = f"{BASE}/boards/respite", f"{BASE}/letter", "https://home.example/follows/1"


def test_an_answer_goes_to_who_asked_alone_with_the_follow_inside_as_they_said_it(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    answers = [
        ("Accept", BOARD, render.accept_follow(board, ana, FOLLOW, f"{BOARD}#a")),
        ("Accept", BOT, render.accept_bot_follow(BOT, ana, FOLLOW, f"{BOT}#a")),
        ("Reject", BOT, render.reject_follow(BOT, ana, FOLLOW, f"{BOT}#a")),
    ]
    for kind, actor, document in answers:
        assert (document["type"], document["actor"], document["id"]) == (kind, actor, f"{actor}#a")
        assert document["to"] == [ana.uri]
        assert PUBLIC not in str(document)
        assert document["object"] == {"id": FOLLOW, "type": "Follow", "actor": ana.uri, "object": actor}


def test_a_follow_is_to_the_group_and_its_end_names_the_very_follow(session: Session) -> None:
    group = a_person(session, "crafts", "group.example", kind="Group")
    follow = render.follow(BOT, group, FOLLOW)
    assert (follow["id"], follow["actor"], follow["to"], follow["object"]) == (
        FOLLOW, BOT, [group.uri], group.uri,
    )  # fmt: skip
    undo = render.undo_follow(BOT, group, FOLLOW)
    assert undo["object"] == {key: value for key, value in follow.items() if key != "@context"}
    assert (undo["type"], undo["actor"], undo["to"]) == ("Undo", BOT, [group.uri])
    assert undo["id"] not in {FOLLOW, follow["id"]}
