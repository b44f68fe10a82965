"""An activity's envelope: what it must have, what it may not have more than one of, and how much of it counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, Activity, parse_activity
from fedconnect.activitypub.vocabulary.activity import MAX_OBJECTS, MAX_REASON
from fedconnect.foundation.errors import Malformed

ANA, POST = "https://home.example/users/ana", "https://home.example/posts/1"


def activity(**fields: Any) -> Activity:
    plain = {"@context": ACTIVITYSTREAMS, "id": f"{ANA}#1", "type": "Like", "actor": ANA, "object": POST}
    return parse_activity({**plain, **fields})


@pytest.mark.parametrize(
    "context", [None, "https://schema.org", [], {}, {"as": ACTIVITYSTREAMS}, [[ACTIVITYSTREAMS]]]
)
def test_what_does_not_speak_activitystreams_is_no_activity(context: object) -> None:
    with pytest.raises(Malformed, match="context"):
        activity(**{"@context": context})


def test_an_activity_inside_another_needs_no_context_of_its_own() -> None:
    inner = {"id": f"{ANA}#1", "type": "Like", "actor": ANA}
    assert parse_activity(inner, inner=True).kind == "Like"
    with pytest.raises(Malformed):
        parse_activity(inner)
    assert activity(**{"@context": [{"toot": "http://joinmastodon.org/ns#"}, ACTIVITYSTREAMS]}).kind == "Like"


@pytest.mark.parametrize("kind", [None, "", 1, [], ["Like", "Create"], [["Like"]], {"id": "Like"}, "x" * 41])
def test_an_activity_is_of_one_type_with_a_name_of_at_most_40_letters(kind: object) -> None:
    with pytest.raises(Malformed, match="type"):
        activity(type=kind)
    assert activity(type="x" * 40).kind == "x" * 40
    for same in (["Like"], "as:Like", ["https://www.w3.org/ns/activitystreams#Like"]):
        assert activity(type=same).kind == "Like"


@pytest.mark.parametrize(
    "actor", [None, "", "acct:ana@home.example", [ANA, ANA + "/2"], {"type": "Person"}, {"id": [ANA]}, 1]
)
def test_an_activity_is_of_exactly_one_actor(actor: object) -> None:
    with pytest.raises(Malformed, match="actor"):
        activity(actor=actor)
    for same in ({"id": ANA, "type": "Person"}, [ANA], [{"id": ANA}]):
        assert activity(actor=same).actor == ANA


@pytest.mark.parametrize("identity", [None, "", "urn:uuid:1", {"id": f"{ANA}#1"}, [f"{ANA}#1"]])
def test_an_activity_has_an_address_of_its_own(identity: object) -> None:
    with pytest.raises(Malformed, match="id"):
        activity(id=identity)


def test_of_several_objects_none_is_the_one_that_the_activity_is_about() -> None:
    several = activity(type="Flag", object=[{"id": POST, "type": "Note"}, ANA, POST, 5])
    assert (several.object_uri, several.embedded, several.about) == ("", None, (POST, ANA))
    alone = activity(object=[{"id": POST, "type": "Note"}])
    assert (alone.object_uri, alone.about) == (POST, (POST,))
    assert alone.embedded == {"id": POST, "type": "Note"}
    assert activity(object=None).about == ()


def test_of_many_objects_twenty_count() -> None:
    many = [f"https://home.example/{number}" for number in range(MAX_OBJECTS + 1)]
    assert activity(object=many).about == tuple(many[:20])


@pytest.mark.parametrize(
    ("embedded", "kind", "inner_target"),
    [
        ({"type": "Like", "object": POST}, "Like", POST),
        ({"type": "Like", "object": {"id": POST}}, "Like", POST),
        ({"type": ["Like"], "object": [POST]}, "Like", POST),
        ({"type": ["Like", "Block"], "object": [POST, ANA]}, "", ""),
        ({}, "", ""),
        (POST, "", ""),
    ],
)
def test_what_an_embedded_activity_is_and_is_about(embedded: object, kind: str, inner_target: str) -> None:
    undo = activity(type="Undo", object=embedded)
    assert (undo.object_kind, undo.inner_target) == (kind, inner_target)


def test_the_reason_is_the_summary_before_the_content_and_not_longer_than_5000() -> None:
    assert activity(summary="Spam", content="Other").reason == "Spam"
    assert activity(summary="", content="Other").reason == "Other"
    assert activity(summary=["Spam"]).reason == "Spam"
    assert activity(summary=["Spam", "Ham"], content={"en": "x"}).reason == ""
    assert len(activity(content="x" * (MAX_REASON + 1)).reason) == 5000


def test_everybody_in_to_cc_and_audience_is_named_once_and_hidden_addressees_are_not() -> None:
    board = "https://forum.example/boards/respite"
    named = activity(to=["as:Public", ANA], cc=ANA, audience=board, bto=POST, bcc=POST).named
    assert named == (PUBLIC, ANA, board)


def test_a_ban_ends_at_its_end_time_or_where_older_servers_say_when_it_expires() -> None:
    at_nine, at_ten = datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert activity(endTime=at_nine.isoformat(), expires=at_ten.isoformat()).until == at_nine
    assert activity(expires=at_ten.isoformat()).until == at_ten
    assert activity(endTime="soon").until is None
