"""What is prepared before a transaction: whether anybody here is concerned is asked first, and of whom what is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.activities.result import Deferred, Ignored
from fedconnect.federation.inbound import preparing
from fedconnect.federation.inbound.preparing import Batch, Prepared, Received
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed, NotPermitted
from fedconnect.models.board import LinkedGroup, LinkedGroupState
from fedconnect.models.instance import Policy
from fedconnect.models.post import Arrival
from support.federation_rows import (
    OtherServers,
    actor_document,
    an_activity,
    an_instance,
    note_document,
    with_keys,
)
from support.forum import BASE
from support.unit import Unit, a_board, a_person, a_thread, add

ANA, BOARD = "https://home.example/users/ana", f"{BASE}/boards/respite"
HERE, NEW, FAR = (
    "https://home.example/posts/here",
    "https://home.example/posts/new",
    "https://far.example/posts/1",
)


@pytest.fixture(autouse=True)
def home(unit: Unit, others: OtherServers) -> None:
    with_keys()
    with database.transaction() as session:
        an_instance(session, "home.example", software="mastodon", asked_at=clock.now())
        a_thread(session, a_board(session), a_person(session), uri=HERE)


def prepare(activity: Activity, batch: Batch | None = None, **values: Any) -> Prepared:
    known = {
        "arrival": Arrival.SENT,
        "stands_alone": False,
        "cause": "",
        "for_board": "",
        "linked_group_uri": "",
        **values,
    }
    return preparing.prepare(Received(1, activity, "", clock.now(), **known), batch or Batch())


def create(note: object = None, actor: str = ANA, **fields: Any) -> Activity:
    return an_activity("Create", actor, note if note is not None else note_document(NEW, ANA, **fields))


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


def test_an_embedded_post_that_is_not_the_signers_is_asked_for_at_its_origin_on_the_signers_server_alone(
    others: OtherServers,
) -> None:
    others.say(NEW, note_document(NEW, ANA, content="<p>True</p>", cc=[BOARD]))
    forged = note_document(NEW, "https://home.example/users/ben", content="<p>Forged</p>")
    prepared = prepare(create(forged))
    assert prepared.incoming.note is not None
    assert prepared.incoming.note.html == "<p>True</p>"
    asked = len(others.asked)
    elsewhere = prepare(create(note_document(FAR, "https://far.example/users/fay", cc=[BOARD])))
    assert elsewhere.incoming.note is None
    assert len(others.asked) == asked


def test_a_blocked_server_is_asked_nothing(others: OtherServers) -> None:
    with database.transaction() as session:
        an_instance(session, "evil.example", policy=Policy.BLOCKED)
    with pytest.raises(NotPermitted):
        prepare(an_activity("Like", "https://a.evil.example/users/eve", HERE))
    assert others.asked == []


def test_a_known_sender_is_asked_about_anew_only_where_somebody_here_is_concerned(
    others: OtherServers,
) -> None:
    with database.transaction() as session:
        a_person(session, "old", fetched_at=clock.now() - timedelta(days=9))
    old = "https://home.example/users/old"
    others.say(old, actor_document(old))
    for activity, values in (
        (an_activity("Like", old, FAR), {}),
        (an_activity("Delete", old, old), {}),
        (an_activity("Like", old, HERE), {"cause": "x"}),
    ):
        prepare(activity, **values)
    assert others.asked == []
    prepare(an_activity("Like", old, HERE))
    assert others.asked == [("GET", old)]


def test_a_group_that_a_board_follows_concerns_us_whatever_it_says() -> None:
    group = "https://home.example/users/group"
    with database.transaction() as session:
        board, row = a_board(session, "benefits"), a_person(session, "group", kind="Group")
        add(session, LinkedGroup(board_id=board.id, person_id=row.id, uri="x:1", state=LinkedGroupState.ACCEPTED,
                                 since=clock.now()))  # fmt: skip
        assert preparing.registry.concerns(session, an_activity("Announce", group, FAR), row)
        assert not preparing.registry.concerns(session, an_activity("Like", group, FAR), row)


def test_an_unknown_type_ends_without_a_handler() -> None:
    assert prepare(an_activity("EmojiReact", ANA, HERE)).ends == Ignored("no handler for this type")
