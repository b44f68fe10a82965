"""Each rule of authority.py by itself; test_authority_by_verdicts.py tries them together, from outside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.federation import authority
from fedconnect.foundation import clock, own_address, sealing
from fedconnect.foundation.secrets import open_secrets
from fedconnect.models.board import LinkedGroup, LinkedGroupState
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from support.federation_rows import actor_document
from support.unit import a_board, a_person, add

ANA, BEN = "https://a.example/ana", "https://a.example/ben"


@pytest.fixture(autouse=True)
def somebody(tmp_path: Path) -> None:
    own_address.configure("https://forum.example")
    sealing.configure(open_secrets(tmp_path))


def activity(**fields: Any) -> vocabulary.Activity:
    plain = {"@context": vocabulary.ACTIVITYSTREAMS, "id": ANA + "#1", "type": "Create", "actor": ANA}
    return vocabulary.parse_activity({**plain, **fields})


def note(**fields: Any) -> vocabulary.Note:
    return vocabulary.parse_note({"type": "Note", "id": ANA + "/1", "attributedTo": ANA, **fields})


@pytest.mark.parametrize(
    ("actor", "identity", "owner", "may"),
    [
        (ANA, ANA + "#1", ANA, True),
        (ANA, ANA + "#1", BEN, False),
        (ANA, "https://b.example/1", ANA, False),
        (ANA, "http://a.example/1", ANA, False),
        (ANA, "https://a.example:8443/1", ANA, False),
        ("https://forum.example/actor", "https://forum.example/1", "https://forum.example/actor", False),
    ],
)
def test_s04_s25_and_s30_who_may_speak(actor: str, identity: str, owner: str, may: bool) -> None:
    assert authority.may_speak(activity(actor=actor, id=identity), owner) is may


@pytest.mark.parametrize(
    ("embedded", "may"),
    [
        ({"id": ANA + "/1", "attributedTo": ANA}, True),
        ({"id": ANA + "/1", "attributedTo": [{"type": "Person", "id": ANA}]}, True),
        ({"id": ANA + "/1", "attributedTo": BEN}, False),
        ({"id": "https://b.example/1", "attributedTo": ANA}, False),
        ({"attributedTo": ANA}, False),
        ({"id": ANA + "/1"}, False),
        ({"id": ANA + "/1", "attributedTo": [ANA, BEN]}, False),
        ({"id": ANA + "/1", "attributedTo": "1"}, False),
    ],
)
def test_s14_and_s15_only_the_signers_own_is_believed_as_embedded(
    embedded: dict[str, Any], may: bool
) -> None:
    assert authority.may_believe_embedded(activity(object=embedded), embedded) is may


@pytest.mark.parametrize(
    ("fields", "author", "may"),
    [
        ({}, ANA, True),
        ({}, BEN, False),
        ({"id": "https://b.example/1"}, ANA, False),
        (
            {"id": "https://forum.example/1", "attributedTo": "https://forum.example/b"},
            "https://forum.example/b",
            False,
        ),
    ],
)
def test_s16_a_post_is_its_authors_on_its_authors_server(
    fields: dict[str, Any], author: str, may: bool
) -> None:
    assert authority.may_publish(note(**fields), author) is may


@pytest.mark.parametrize(
    ("undone", "may"),
    [
        (ANA + "#2", True),
        ({"id": ANA + "#2", "type": "Like", "actor": ANA}, True),
        ({"type": "Like", "object": "https://x.example/1"}, True),
        ({"id": ANA + "#2", "type": "Like", "actor": BEN}, False),
        ({"id": "https://b.example/2", "type": "Like", "actor": ANA}, False),
        ("https://b.example/2", False),
    ],
)
def test_s21_only_ones_own_is_undone(undone: Any, may: bool) -> None:
    assert authority.may_undo(activity(type="Undo", object=undone)) is may


@pytest.mark.parametrize(
    "uri", ["https://forum.example/x", "https://FORUM.example/x", "https://forum.example:443/"]
)
def test_s30_whatever_is_on_our_host_is_ours(uri: str) -> None:
    assert authority.is_ours(uri)
    assert not authority.is_ours("https://forum.example.evil.example/")
    assert not authority.is_ours("http://forum.example/")


def person(uri: str = ANA, **values: Any) -> Person:
    return Person(**{"id": 1, "uri": uri, "kind": "Person", **values})


def post(**values: Any) -> Post:
    return Post(**{"person_id": 1, "uri": ANA + "/1", "received": clock.now(), "may_reply": "", **values})


def test_whoever_has_an_address_now_does_not_edit_what_was_written_there_before() -> None:
    now = clock.now()
    heir = person(quarantined_at=now)
    assert not authority.may_edit(heir, post(received=now - timedelta(seconds=1)))
    assert authority.may_edit(heir, post(received=now))
    assert not authority.may_edit(person(), post(person_id=2))
    assert not authority.may_edit(person(), post(person_id=None))
    assert authority.may_edit(person(), post(received=now - timedelta(days=999)))


@pytest.mark.parametrize(
    ("author", "uri", "may"),
    [(2, ANA + "/1", False), (None, ANA + "/1", False), (1, "https://b.example/1", True)],
)
def test_a_post_that_is_here_is_taken_back_by_its_author_wherever_it_lies(
    author: int | None, uri: str, may: bool
) -> None:
    assert authority.may_delete(person(), uri, post(person_id=author, uri=uri)) is may


@pytest.mark.parametrize(
    ("uri", "may"), [("https://b.example/1", False), ("http://a.example/1", False), (BEN + "/1", True)]
)
def test_a_post_yet_to_come_is_taken_back_by_its_own_server_alone(uri: str, may: bool) -> None:
    assert authority.may_delete(person(), uri, None) is may


@pytest.mark.parametrize(
    ("kind", "uri", "may"),
    [
        ("Application", ANA, False),
        ("Application", "https://a.example/actor/x", False),
        ("Application", "https://b.example/actor", False),
        ("Application", "http://a.example/actor", False),
        ("Service", "https://a.example/actor", False),
        ("Person", "https://a.example/", False),
        ("Application", "https://a.example/actor", True),
        ("Application", "https://a.example", True),
        ("Application", "https://a.example/", True),
    ],
)
def test_s19_a_server_speaks_for_its_people_from_an_address_that_no_account_has(
    kind: str, uri: str, may: bool
) -> None:
    assert authority.may_delete_for_its_server(person(uri, kind=kind), post()) is may


@pytest.mark.parametrize(
    ("may_reply", "author", "needs"),
    [
        ("", 2, False),
        (BEN, 2, True),
        (BEN, 1, False),
        (f"{BEN}\n{ANA}", 2, False),
        (ANA + "x", 2, True),
        (ANA + "/followers", 2, True),
    ],
)
def test_leave_to_answer_is_needed_by_whoever_was_not_named(may_reply: str, author: int, needs: bool) -> None:
    assert authority.needs_approval(post(may_reply=may_reply, person_id=author), person()) is needs


STAMP, PARENT, REPLY = BEN + "/stamps/1", BEN + "/1", ANA + "/2"


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({"type": "Note"}, False),
        ({"type": ["Note", "Note"]}, False),
        ({"id": BEN + "/stamps/2"}, False),
        ({"attributedTo": ANA}, False),
        ({"attributedTo": None}, False),
        ({"interactingObject": ANA + "/3"}, False),
        ({"interactionTarget": BEN + "/2"}, False),
        ({"interactingObject": PARENT, "interactionTarget": REPLY}, False),
        ({"interactingObject": [REPLY, ANA + "/3"]}, False),
        ({}, True),
        ({"type": ["ReplyApproval"], "interactingObject": [REPLY]}, True),
        ({"type": "ReplyApproval", "interactingObject": {"id": REPLY}}, True),
    ],
)
def test_a_leave_is_for_this_answer_to_this_post_by_its_author(change: dict[str, Any], may: bool) -> None:
    leave = {
        "type": "ReplyAuthorization",
        "id": STAMP,
        "attributedTo": BEN,
        "interactingObject": REPLY,
        "interactionTarget": PARENT,
    }
    assert authority.may_approve({**leave, **change}, STAMP, BEN, PARENT, REPLY) is may


def test_a_leave_that_lies_on_another_server_than_its_author_is_none() -> None:
    far = "https://b.example/stamps/1"
    leave = {
        "type": "ReplyApproval",
        "id": far,
        "attributedTo": BEN,
        "interactingObject": REPLY,
        "interactionTarget": PARENT,
    }
    assert not authority.may_approve(leave, far, BEN, PARENT, REPLY)


@pytest.mark.parametrize(
    ("values", "target", "may"),
    [
        ({}, {"alsoKnownAs": []}, False),
        ({}, {"alsoKnownAs": [BEN]}, False),
        ({}, {"movedTo": "https://c.example/ana"}, False),
        ({}, {"id": ANA}, False),
        ({}, {"id": "https://forum.example/boards/respite"}, False),
        ({"quarantined_at": clock.now()}, {}, False),
        ({"moved_at": clock.now() - timedelta(days=30) + timedelta(hours=6)}, {}, False),
        ({"moved_at": clock.now() - timedelta(days=30)}, {}, True),
        ({}, {}, True),
    ],
)
def test_somebody_moves_to_who_names_them_has_stayed_and_not_again_within_a_month(
    values: dict[str, Any], target: dict[str, Any], may: bool
) -> None:
    new = actor_document("https://new.example/ana", alsoKnownAs=[ANA], **target) if "alsoKnownAs" not in target else (
        actor_document("https://new.example/ana", **target))  # fmt: skip
    assert authority.may_move(person(**values), vocabulary.parse_actor({**new, **target})) is may


@pytest.mark.parametrize(
    ("note_given", "may"),
    [
        ({"id": "https://b.example/1"}, False),
        ({"id": ANA + "/1", "attributedTo": BEN}, False),
        ({"attributedTo": ANA}, False),
        ({"id": ANA + "/1"}, True),
        ({"id": ANA + "/1", "attributedTo": {"id": ANA}}, True),
    ],
)
def test_only_ones_own_post_may_quote(note_given: dict[str, Any], may: bool) -> None:
    assert authority.may_quote(note_given, ANA) is may


@pytest.mark.parametrize(
    ("kind", "state", "is_quarantined", "carries"),
    [
        ("Person", LinkedGroupState.ACCEPTED, False, False),
        ("Group", LinkedGroupState.ASKED, False, False),
        ("Group", LinkedGroupState.ACCEPTED, True, False),
        ("Group", LinkedGroupState.ACCEPTED, False, True),
    ],
)
def test_a_group_brings_things_only_to_boards_that_it_has_accepted(
    session: Session, kind: str, state: LinkedGroupState, is_quarantined: bool, carries: bool
) -> None:
    board, other = a_board(session), a_board(session, "benefits")
    group = a_person(session, kind=kind, quarantined_at=clock.now() if is_quarantined else None)
    add(
        session, LinkedGroup(board_id=board.id, person_id=group.id, uri="x:1", state=state, since=clock.now())
    )
    assert [one.slug for one in authority.carries_for(session, group)] == (["respite"] if carries else [])
    assert other not in authority.carries_for(session, group)
