"""Whether anything here is concerned is asked first, of ids alone."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.federation.activities import registry
from fedconnect.federation.activities.result import Deferred, Ignored
from fedconnect.federation.inbound.received import Batch
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.board import LinkedGroup, LinkedGroupState
from fedconnect.models.post import Arrival
from support.federation_rows import (
    an_activity,
    note_document,
)
from support.received_rows import ANA, BOARD, FAR, HERE, NEW, create, home, prepare
from support.unit import a_board, a_person, add

__all__ = ["home"]
pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.parametrize(
    ("fields", "ends"),
    [
        ({}, Ignored("names no board of ours")),
        ({"cc": ["https://elsewhere.example/boards/respite"]}, Ignored("names no board of ours")),
        ({"inReplyTo": FAR}, Deferred(FAR)),
        ({"to": [], "inReplyTo": FAR}, Ignored("private: not kept")),
        ({"to": [f"{ANA}/followers"]}, Ignored("private: not kept")),
    ],
)
def test_a_post_that_concerns_nobody_here_is_not_prepared(fields: dict[str, Any], ends: object) -> None:
    prepared = prepare(create(**fields))
    assert (prepared.ends, prepared.facts) == (ends, None)


def test_an_answer_to_elsewhere_that_stands_alone_does_not_wait() -> None:
    assert prepare(create(inReplyTo=FAR), stands_alone=True).ends == Ignored("names no board of ours")


@pytest.mark.parametrize(
    "fields",
    [
        {"cc": [BOARD]}, {"audience": BOARD}, {"to": [BOARD]}, {"inReplyTo": HERE}, {"id": HERE},
        {"tag": {"type": "Mention", "href": BOARD, "name": "@respite"}},
    ],
)  # fmt: skip
def test_a_post_that_names_or_answers_or_is_something_here_is_prepared(fields: dict[str, Any]) -> None:
    prepared = prepare(create(**fields))
    assert prepared.ends is None
    assert prepared.facts is not None


@pytest.mark.parametrize(
    "values",
    [{"arrival": Arrival.FETCHED}, {"cause": "x"}, {"for_board": "respite"}, {"replies_to_uri": HERE}],
)
def test_what_we_went_for_ourselves_concerns_us(values: dict[str, Any]) -> None:
    assert prepare(create(), **values).ends is None


def test_an_answer_to_a_post_of_the_same_batch_concerns_us() -> None:
    batch = Batch()
    prepare(create(cc=[BOARD]), batch)
    assert prepare(create(note_document(FAR.replace("far", "home"), ANA, inReplyTo=NEW)), batch).ends is None
    assert prepare(create(note_document(FAR.replace("far", "home"), ANA, inReplyTo=NEW))).ends == Deferred(
        NEW
    )


def test_somebody_elses_post_does_not_make_its_answers_concern_us() -> None:
    batch = Batch()
    eve = create(note_document(NEW, ANA, cc=[BOARD]), actor="https://home.example/users/eve")
    with database.transaction() as session:
        a_person(session, "eve")
    with pytest.raises(FetchFailed):  # what is not eve's own is asked for at its origin
        prepare(eve, batch)
    assert batch.posts == set()


def test_a_group_that_a_board_follows_concerns_us_whatever_it_says() -> None:
    group = "https://home.example/users/group"
    with database.transaction() as session:
        board, row = a_board(session, "benefits"), a_person(session, "group", kind="Group")
        add(session, LinkedGroup(board_id=board.id, person_id=row.id, uri="x:1", state=LinkedGroupState.ACCEPTED,
                                 since=clock.now()))  # fmt: skip
        assert registry.concerns(session, an_activity("Announce", group, FAR), row)
        assert not registry.concerns(session, an_activity("Like", group, FAR), row)
