"""An actor as its own server describes it: whose keys are whose, and what makes it no actor."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import Actor, parse_actor
from fedconnect.foundation.errors import Malformed

ANA = "https://home.example/users/ana"


def actor(**fields: Any) -> Actor:
    plain = {"id": ANA, "type": "Person", "preferredUsername": "ana", "inbox": f"{ANA}/inbox"}
    return parse_actor({**plain, **fields})


def key(identity: object = f"{ANA}#main-key", owner: object = ANA, pem: object = "PEM") -> dict[str, object]:
    return {"id": identity, "owner": owner, "publicKeyPem": pem}


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "Note"}, {"type": [["Person"]]}, {"type": None}, {"type": "person"}, {"id": None}, {"id": "acct:a@b"},
        {"inbox": None}, {"inbox": [f"{ANA}/inbox", f"{ANA}/in"]}, {"inbox": {"href": f"{ANA}/inbox"}},
        {"preferredUsername": "a" * 256}, {"preferredUsername": "an\na"}, {"preferredUsername": "ana\u202e"},
        {"preferredUsername": "  "},
    ],
)  # fmt: skip
def test_without_type_id_inbox_and_a_printable_name_it_is_no_actor(fields: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        actor(**fields)


@pytest.mark.parametrize(
    ("fields", "username"),
    [
        ({"type": ["Person"], "preferredUsername": ["ana"], "inbox": [f"{ANA}/inbox"]}, "ana"),
        ({"type": "as:Person", "inbox": {"id": f"{ANA}/inbox"}}, "ana"),
        ({"type": ["schema:Person", "https://www.w3.org/ns/activitystreams#Person"]}, "ana"),
        ({"preferredUsername": None}, "ana"),
        ({"preferredUsername": "", "name": "Ana L."}, "ana"),
        ({"preferredUsername": None, "webfinger": "acct:ana.l@home.example"}, "ana.l"),
        ({"preferredUsername": None, "webfinger": "@al@home.example"}, "al"),
        ({"preferredUsername": ["a", "b"], "id": "https://home.example/@al/"}, "al"),
        ({"preferredUsername": None, "id": "https://home.example/u/%C3%A9l%C3%A9a"}, "éléa"),
        ({"preferredUsername": None, "id": "https://home.example/u/%0A"}, "home.example"),
        ({"preferredUsername": None, "id": "https://home.example/"}, "home.example"),
    ],
)
def test_one_value_and_a_list_of_it_say_the_same_and_a_name_is_found_where_none_is_given(
    fields: dict[str, Any], username: str
) -> None:
    found = actor(**fields)
    assert (found.kind, found.username, found.inbox) == ("Person", username, f"{ANA}/inbox")


def test_a_name_may_have_255_letters() -> None:
    assert actor(preferredUsername="a" * 255).username == "a" * 255


@pytest.mark.parametrize(
    "listed",
    [
        key(owner="https://home.example/users/eve"), key(owner=[ANA, f"{ANA}2"]), key(identity=None),
        key(identity="urn:key"), key(pem=None), key(pem=b"PEM"), key(pem="x" * 8193), f"{ANA}#main-key",
    ],
)  # fmt: skip
def test_a_key_that_is_not_plainly_the_actors_own_is_none(listed: object) -> None:
    assert actor(publicKey=listed).keys == ()


def test_a_key_is_proven_only_where_its_own_address_is_the_actors() -> None:
    own, far = key(pem="x" * 8192), key("https://home.example/users/ana/main-key")
    longer = key(f"{ANA}a#main-key")
    assert [one.is_proven for one in actor(publicKey=[own, far, longer]).keys] == [True, False, False]


def test_of_an_actors_keys_ten_count() -> None:
    many = [key(f"{ANA}#{number}") for number in range(11)]
    assert [one.id for one in actor(publicKey=many).keys] == [f"{ANA}#{number}" for number in range(10)]


@pytest.mark.parametrize(
    ("fields", "shared"),
    [
        ({"endpoints": {"sharedInbox": "https://home.example/inbox"}}, "https://home.example/inbox"),
        ({"sharedInbox": "https://home.example/old"}, "https://home.example/old"),
        ({"endpoints": {}, "sharedInbox": "https://home.example/old"}, None),
        ({"endpoints": {"sharedInbox": "x"}}, None),
        ({"endpoints": ["https://home.example/inbox"]}, None),
        ({}, None),
    ],
)
def test_where_a_server_takes_everything_at_once(fields: dict[str, Any], shared: str | None) -> None:
    assert actor(**fields).shared_inbox == shared


@pytest.mark.parametrize("value", ["true", 1, None, [True], False])
def test_nobody_lets_themselves_be_found_by_anything_but_true(value: object) -> None:
    assert actor(indexable=value).indexable is False
    assert actor(indexable=True).indexable is True


def test_what_an_actor_says_of_itself_is_bounded_and_never_of_another_type() -> None:
    odd = actor(
        name=["Ana", "Eve"],
        summary={"en": "x"},
        url="javascript:alert(1)",
        webfinger=7,
        movedTo=[ANA],
        published="1066",
    )
    assert (odd.name, odd.summary, odd.url, odd.webfinger, odd.moved_to, odd.published) == (
        "",
        "",
        ANA,
        "",
        None,
        None,
    )
    long = actor(summary="x" * 20_001, webfinger="x" * 601)
    assert (len(long.summary), len(long.webfinger)) == (20_000, 600)
