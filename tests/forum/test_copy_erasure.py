"""With a post go the copies of its words: received, sent, typed; and nothing of anybody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import parse_activity
from fedconnect.forum import copy_erasure
from fedconnect.forum.copy_erasure import erase_copies, erase_copies_of_unseen, erase_received_from
from fedconnect.foundation.ids import new_id
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from support.forum_rows import at
from support.unit import a_board, a_person, a_reader, add

URI = "https://home.example/posts/1"
PENDING = [InboundState.RECEIVED, InboundState.WAITING, InboundState.FAILED]
ENDED = [InboundState.HANDLED, InboundState.IGNORED]
NOTE = {
    "id": URI, "type": "Note", "attributedTo": "https://home.example/users/ana", "inReplyTo": "https://home.example/posts/0",
    "to": "https://www.w3.org/ns/activitystreams#Public", "cc": [], "published": "2026-11-01T12:00:00Z",
    "content": "<p>Secret</p>", "contentMap": {"en": "Secret"}, "summary": "Secret", "name": "Secret", "tag": [{"name": "#secret"}],
    "attachment": [{"name": "Secret"}],
}  # fmt: skip
SAID = {
    "@context": "x",
    "id": URI + "/activity",
    "type": "Create",
    "actor": NOTE["attributedTo"],
    "object": NOTE,
    "summary": "Secret",
}


def received(session: Session, body: Any = None, **values: Any) -> InboundActivity:
    known: dict[str, Any] = {
        "actor_uri": NOTE["attributedTo"], "activity_uri": f"{URI}/{new_id()}", "kind": "Create", "object_uri": URI,
        "body": body if isinstance(body, str) else json.dumps(SAID if body is None else body), "received_at": at(0), "due_at": at(0),
    }  # fmt: skip
    return add(session, InboundActivity(**{**known, **values}))


def sent(session: Session, uri: str, **values: Any) -> OutboundActivity:
    known = {
        "actor": "board:respite",
        "kind": "Announce",
        "object_uri": URI,
        "body": json.dumps(SAID),
        "created_at": at(0),
    }
    return add(session, OutboundActivity(**{"uri": uri, **known, **values}))


@pytest.mark.parametrize("state", [*PENDING, *ENDED])
@pytest.mark.parametrize(
    "body",
    [SAID, {"type": "Announce", "id": "x", "object": SAID}, {"type": "Create", "object": [NOTE]}],
    ids=["create", "announce", "list"],
)
def test_a_neighbour_empties_nothing_of_a_post_that_is_still_to_come_and_its_author_does(
    session: Session, state: InboundState, body: Any
) -> None:
    row = received(session, body, state=state)
    before = row.body
    erase_copies_of_unseen(session, URI, a_person(session, "eve"))
    session.refresh(row)
    assert row.body == before
    erase_copies_of_unseen(session, URI, a_person(session, "ana"))
    session.refresh(row)
    assert "Secret" not in row.body


def test_however_much_others_say_of_an_id_its_author_takes_back_their_own(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_erasure, "_MOST_COPIES", 2)
    eve = {"actor_uri": "https://home.example/users/eve", "kind": "Announce"}
    copies = [
        received(session, {**SAID, "type": "Announce"}, state=InboundState.WAITING, **eve) for _ in range(3)
    ]
    own = received(session, state=InboundState.WAITING)
    erase_copies_of_unseen(session, URI, a_person(session, "ana"))
    for one in (own, *copies):
        session.refresh(one)
    assert "Secret" not in own.body
    assert sum("Secret" in one.body for one in copies) == 2, "one Delete reads no more than it may"


@pytest.mark.parametrize("body", ["", "[", "[]", "7", json.dumps({"id": URI, "object": None})])
def test_what_does_not_say_whose_it_is_is_nobodys(session: Session, body: str) -> None:
    row = received(session, body, state=InboundState.WAITING)
    erase_copies_of_unseen(session, URI, a_person(session, "ana"))
    session.refresh(row)
    assert row.body == body


def test_the_form_of_a_post_that_is_still_to_come_is_emptied_for_its_author_alone(session: Session) -> None:
    ana, eve = a_person(session, "ana"), a_person(session, "eve")
    row = add(
        session,
        Submission(
            reader_id=a_reader(session, ana).id, board_id=a_board(session).id, kind=SubmissionKind.START,
            state=SubmissionState.SEEN, key="1", fields='{"a": 1}', uri=URI, asked_at=at(0), due_at=at(0),
        ),
    )  # fmt: skip
    erase_copies_of_unseen(session, URI, eve)
    session.refresh(row)
    assert row.fields == '{"a": 1}'
    erase_copies_of_unseen(session, URI, ana)
    session.refresh(row)
    assert row.fields == "{}"


@pytest.mark.parametrize("state", ENDED)
def test_what_was_handled_is_emptied(session: Session, state: InboundState) -> None:
    row = received(session, state=state)
    erase_copies(session, URI)
    session.refresh(row)
    assert (row.body, row.state) == ("", state)


@pytest.mark.parametrize("state", PENDING)
def test_what_still_waits_keeps_its_place_and_no_word(session: Session, state: InboundState) -> None:
    row = received(session, state=state)
    erase_copies(session, URI)
    session.refresh(row)
    assert row.state is state
    assert "secret" not in row.body.casefold()
    left = json.loads(row.body)
    assert {name: left[name] for name in ("@context", "id", "type", "actor")} == {
        name: SAID[name] for name in ("@context", "id", "type", "actor")
    }
    place = {
        name: NOTE[name] for name in ("id", "type", "attributedTo", "inReplyTo", "to", "cc", "published")
    }
    assert left["object"] == {**place, "content": ""}


@pytest.mark.parametrize(
    ("body", "left"),
    [("{", ""), ({**SAID, "object": URI}, URI), ({"type": "Create"}, None), ({**SAID, "object": None}, None)],
)
def test_what_cannot_be_read_keeps_nothing_and_an_address_is_no_word(
    session: Session, body: Any, left: str | None
) -> None:
    row = received(session, body)
    erase_copies(session, URI)
    session.refresh(row)
    if body == "{":
        assert row.body == ""
    else:
        assert json.loads(row.body)["object"] == left


@pytest.mark.parametrize(
    "body",
    [
        {**SAID, "object": [NOTE]}, {**SAID, "object": [[NOTE]]}, {**SAID, "object": [URI, NOTE]}, {**SAID, "actor": NOTE},
        {**SAID, "object": {**NOTE, "inReplyTo": NOTE, "attributedTo": [NOTE]}}, {**SAID, "to": ["https://x", {"name": "Secret"}]},
    ],
)  # fmt: skip
def test_no_word_stays_wherever_it_stands_in_a_message(session: Session, body: Any) -> None:
    row = received(session, body)
    erase_copies(session, URI)
    session.refresh(row)
    assert "secret" not in row.body.casefold()
    assert URI in row.body


@pytest.mark.parametrize("body", ["[" * 100_000, "[]", '"Secret"'])
def test_what_is_no_message_keeps_nothing(session: Session, body: str) -> None:
    row = received(session, body)
    erase_copies(session, URI)
    session.refresh(row)
    assert row.body == ""


def test_the_one_object_of_a_list_keeps_its_place(session: Session) -> None:
    row = received(session, {**SAID, "object": [NOTE]})
    erase_copies(session, URI)
    session.refresh(row)
    read = parse_activity({**json.loads(row.body), "@context": "https://www.w3.org/ns/activitystreams"})
    assert (read.object_uri, (read.embedded or {}).get("content")) == (URI, "")


def test_what_is_about_another_post_or_carries_no_words_stays(session: Session) -> None:
    rows = [
        received(session, object_uri=URI + "0"), received(session, kind="Like", state=InboundState.HANDLED),
        received(session, kind="Delete"), received(session, object_uri="", state=InboundState.HANDLED),
    ]  # fmt: skip
    emptied = [received(session, kind=kind, state=InboundState.HANDLED) for kind in ("Update", "Announce")]
    erase_copies(session, URI)
    for row in (*rows, *emptied):
        session.refresh(row)
    assert [row.body for row in rows] == [json.dumps(SAID)] * 4
    assert [row.body for row in emptied] == ["", ""]


def test_what_was_sent_with_words_is_emptied_and_a_bare_announcement_stays(session: Session) -> None:
    emptied = [sent(session, f"https://x/{kind}", kind=kind) for kind in ("Create", "Update", "Announce")]
    bare = json.dumps({"type": "Announce", "object": URI})
    kept = [
        sent(session, "https://x/bare", body=bare), sent(session, "https://x/other", object_uri=URI + "0"),
        sent(session, "https://x/delete", kind="Delete"),
    ]  # fmt: skip
    before = [row.body for row in kept]
    erase_copies(session, URI)
    for row in (*emptied, *kept):
        session.refresh(row)
    assert [row.body for row in emptied] == [""] * 3
    assert [row.body for row in kept] == before


@pytest.mark.parametrize(
    ("state", "uri", "left"),
    [
        (SubmissionState.SEEN, URI, "{}"), (SubmissionState.FAILED, URI, "{}"), (SubmissionState.SENT, URI, '{"a": 1}'),
        (SubmissionState.ASKED, URI, '{"a": 1}'), (SubmissionState.SEEN, URI + "0", '{"a": 1}'),
    ],
)  # fmt: skip
def test_what_was_typed_goes_where_it_is_needed_no_more(
    session: Session, state: SubmissionState, uri: str, left: str
) -> None:
    reader = a_reader(session, a_person(session))
    row = add(
        session,
        Submission(
            reader_id=reader.id, board_id=a_board(session).id, kind=SubmissionKind.START, state=state, key="1", fields='{"a": 1}',
            uri=uri, asked_at=at(0), due_at=at(0),
        ),
    )  # fmt: skip
    erase_copies(session, URI)
    session.refresh(row)
    assert row.fields == left


def test_of_somebody_who_is_forgotten_nothing_is_left_and_what_waits_is_given_up(session: Session) -> None:
    ana, ben = a_person(session), a_person(session, "ben")
    states = [*PENDING, *ENDED]
    rows = [received(session, state=state, kind="Like", waits_for="https://x") for state in states]
    held = received(session, token="somebody", waits_for="https://x")
    bens = received(session, actor_uri=ben.uri)
    erase_received_from(session, ana)
    for row in (*rows, held, bens):
        session.refresh(row)
    assert [row.body for row in (*rows, held)] == [""] * 6
    assert [row.state for row in rows] == [InboundState.IGNORED] * 3 + ENDED
    assert [row.waits_for for row in rows[:3]] == [None] * 3
    assert held.state is InboundState.RECEIVED  # whoever is at it writes its end, and finds nothing to say
    assert (bens.body, bens.state) == (json.dumps(SAID), InboundState.RECEIVED)
