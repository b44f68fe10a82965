"""The words that documents share: what is an address, who is named, which text in which language; all bounded."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import properties
from fedconnect.activitypub.vocabulary.properties import (
    MAX_RECIPIENTS,
    MAX_TAGS,
    MAX_UNENCODED,
    MAX_URI,
    POST_TYPES,
    PUBLIC,
)
from fedconnect.foundation.errors import AddressRefused

ANA = "https://home.example/users/ana"
BEN = "https://home.example/users/ben"


def of_length(characters: int) -> str:
    return "https://home.example/".ljust(characters, "x")


@pytest.mark.parametrize(
    "value",
    [
        None, 1, True, b"https://home.example/1", [ANA], {"id": ANA}, "", "home.example/1", "//home.example/1",
        "javascript:alert(1)", "data:text/html,x", "ftp://home.example/1", "acct:ana@home.example", "HTTPS://home.example/1",
        "https://", "https:///1", "https://home.example/\n1", "https://home.example/\u202e1",
        "https://ana:pw@home.example/1", "https://home.example\\@evil.example/1", "https://home..example/1",
        "https://home.example:99999/1", "https://[::1/1", " https://home.example/1",
    ],
)  # fmt: skip
def test_what_no_server_can_serve_is_no_address(value: object) -> None:
    assert properties.uri(value) is None


@pytest.mark.parametrize(
    "value",
    ["https://home.example", "http://home.example/1", "https://home.example:8443/1?x=y#z", "https://münchen.example/1",
     "https://192.0.2.1/1", "https://[2001:db8::1]/1"],
)  # fmt: skip
def test_an_address_is_kept_as_it_was_written(value: str) -> None:
    assert properties.uri(value) == value


def test_an_address_may_have_1024_characters_and_no_more() -> None:
    assert properties.uri(of_length(MAX_URI)) == of_length(1024)
    assert properties.uri(of_length(MAX_URI + 1)) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://home.example/1", "http://home.example/1", False),
        ("https://home.example/1", "https://sub.home.example/1", False),
        ("https://home.example/1", "https://home.example:8443/1", False),
        ("https://home.example/1", "https://home.example.evil.example/1", False),
        ("https://home.example:443/1", "https://HOME.example/2", True),
        ("http://home.example:80/1", "http://home.example./2", True),
        ("http://home.example:443/1", "https://home.example/2", False),
    ],
)
def test_only_scheme_host_and_port_together_are_an_origin(one: str, other: str, same: bool) -> None:
    assert properties.same_origin(one, other) is same
    assert properties.same_origin(other, one) is same


def test_a_host_is_asked_of_addresses_alone() -> None:
    with pytest.raises(AddressRefused):
        properties.host("acct:ana@home.example")
    assert properties.host("https://Home.Example:8443/1") == "home.example:8443"


@pytest.mark.parametrize(
    ("value", "named"),
    [(ANA, ANA), ({"id": ANA, "type": "Person"}, ANA), ({"href": ANA}, None), ({"id": {"id": ANA}}, None), ([ANA], ANA),
     ({"@id": ANA}, ANA), ([{"id": ANA}], ANA), ([ANA, ANA], None), ([[ANA]], None), ([], None)],
)  # fmt: skip
def test_a_reference_is_an_id_or_one_object_that_has_one(value: object, named: str | None) -> None:
    assert properties.reference(value) == named


@pytest.mark.parametrize(
    "name", ["public", "as:public", "https://www.w3.org/ns/activitystreams#public", "AS:Public"]
)
def test_what_only_looks_like_the_public_widens_nothing(name: str) -> None:
    assert PUBLIC not in properties.recipients([name])


def test_addressees_are_each_named_once_in_order_and_the_public_under_one_name() -> None:
    sent = [BEN, "as:Public", {"id": ANA}, "Public", BEN, 7, None, "nobody", PUBLIC]
    assert properties.recipients(sent) == (BEN, PUBLIC, ANA)
    assert properties.recipients(ANA) == (ANA,)
    assert properties.recipients(None) == ()


def test_of_addressees_the_first_five_hundred_count() -> None:
    many = [f"https://home.example/{number}" for number in range(MAX_RECIPIENTS + 1)]
    assert properties.recipients(many) == tuple(many[:500])
    assert properties.recipients([*many[:499], PUBLIC])[-1] == PUBLIC
    assert PUBLIC not in properties.recipients([*many[:500], PUBLIC])


def test_of_addressees_whose_names_are_dear_to_encode_twenty_count_and_plain_ones_go_on() -> None:
    dear = [f"https://müller{number}.example/" for number in range(MAX_UNENCODED + 1)]
    assert properties.recipients([*dear, ANA]) == (*dear[:20], ANA)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Note", "Note"), (["Note"], "Note"), ("as:Hashtag", "Hashtag"), (["Note", "ex:Recipe"], ""), (["Note", "Page"], ""),
        ("https://www.w3.org/ns/activitystreams#Event", "Event"), (None, ""), ({"id": "Note"}, ""), ([["Note"]], ""), ("toot:Emoji", "Emoji"),
        ("http://joinmastodon.org/ns#Emoji", "Emoji"), ("evil:Follow", "evil:Follow"),
    ],
)  # fmt: skip
def test_a_type_is_known_by_its_short_name_and_one_that_stands_alone(value: object, name: str) -> None:
    assert properties.kind_of({"type": value}) == name
    assert properties.kind_of({"@type": value}) == name


def test_of_several_types_the_first_that_is_known_counts() -> None:
    for value, name in (
        (["ex:Recipe", "Page"], "Page"),
        (["as:Note", "Page"], "Note"),
        (["ex:Recipe", "Person"], ""),
        ("Person", ""),
    ):
        assert properties.kind_of({"type": value}, POST_TYPES) == name


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"content": "Hi"}, ("Hi", "")),
        ({"content": 1}, ("", "")),
        ({"content": "Hi", "contentMap": {}}, ("Hi", "")),
        ({"content": "Hi", "contentMap": ["en"]}, ("Hi", "")),
        ({"content": "Hi", "contentMap": {"de": "Hallo", "en": "Hi"}}, ("Hi", "en")),
        ({"content": "Salut", "contentMap": {"de": "Hallo", "en": "Hi"}}, ("Salut", "de")),
        ({"contentMap": {"de": "Hallo", "en": "Hi"}}, ("Hallo", "de")),
        ({"content": ["Hi"], "contentMap": {"de": "Hallo"}}, ("Hi", "de")),
        ({"content": {"@value": "Hi", "@language": "en"}}, ("Hi", "en")),
        ({"content": "", "contentMap": {"fr": " ", "de": "<p>Hallo</p>"}}, ("<p>Hallo</p>", "de")),
        ({"content": "<p>&nbsp;</p>", "contentMap": {"de": "<p>Hallo</p>"}}, ("<p>Hallo</p>", "de")),
        ({"content": "<p><img src=x></p>", "contentMap": {"de": "<p>Hallo</p>"}}, ("<p><img src=x></p>", "de")),
        ({"content": None, "contentMap": {"de": ""}}, ("", "de")),
        ({"contentMap": {"de": 5}}, ("", "de")),
        ({"contentMap": {"und": "Hi"}}, ("Hi", "")),
        ({"contentMap": {"zh-Hant-TW": "你好"}}, ("你好", "zh-Hant-TW")),
        ({"contentMap": {"x" * 35: "Hi"}}, ("Hi", "x" * 35)),
        ({"contentMap": {"x" * 36: "Hi"}}, ("Hi", "")),
        ({"contentMap": {"d\u00e9": "Hi"}}, ("Hi", "")),
        ({"contentMap": {'en"><script>': "Hi"}}, ("Hi", "")),
        ({"contentMap": {"": "Hi"}}, ("Hi", "")),
    ],
)  # fmt: skip
def test_a_text_keeps_its_words_and_only_a_real_language(
    document: dict[str, Any], told: tuple[str, str]
) -> None:
    assert properties.text_in_language(document, "content") == told


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, None),
        (["javascript:alert(1)", {"href": "nowhere"}, 5], None),
        (ANA, ANA),
        ([ANA, BEN], ANA),
        ([ANA, {"href": BEN, "mediaType": "text/html"}], BEN),
        ([{"href": ANA, "mediaType": "video/mp4"}, {"href": BEN, "mediaType": "text/html"}], BEN),
        ([{"href": "x:y", "mediaType": "text/html"}, ANA], ANA),
        ({"type": "Link", "href": ANA}, ANA),
    ],
)
def test_the_page_of_a_thing_is_its_html_if_there_is_one(value: object, found: str | None) -> None:
    assert properties.page(value) == found


def test_of_the_pages_of_a_thing_twenty_are_looked_at() -> None:
    assert properties.page([*[0] * 19, ANA]) == ANA
    assert properties.page([*[0] * 20, ANA]) is None


def emoji(name: object = ":hug:", icon: object = None) -> dict[str, Any]:
    return {
        "type": "Emoji",
        "name": name,
        "icon": {"url": "https://home.example/hug.png"} if icon is None else icon,
    }


@pytest.mark.parametrize(
    "tag",
    [
        emoji(":hug me:"), emoji(":hüg:"), emoji("::"), emoji(""), emoji(None), emoji(":" + "x" * 61 + ":"), emoji(":a:b:"),
        emoji(icon="javascript:alert(1)"), emoji(icon={"url": "file:///etc/passwd"}), emoji(icon=7), {**emoji(), "type": "Image"},
    ],
)  # fmt: skip
def test_a_picture_in_a_text_needs_a_plain_name_and_an_address(tag: dict[str, Any]) -> None:
    assert properties.emojis([tag]) == ()


def test_of_two_pictures_with_one_name_the_first_counts_with_or_without_colons() -> None:
    second = emoji("hug", "https://home.example/other.png")
    (kept,) = properties.emojis([emoji(), second])
    assert (kept.shortcode, kept.url) == (":hug:", "https://home.example/hug.png")
    assert properties.emojis([emoji(":" + "x" * 60 + ":")])[0].shortcode == ":" + "x" * 60 + ":"


def test_a_document_brings_fifty_pictures_and_500_tags() -> None:
    assert len(properties.emojis(emoji(f":e{number}:") for number in range(MAX_TAGS + 1))) == 50
    many: list[Any] = ["text", *({"name": str(number)} for number in range(500))]
    assert [tag["name"] for tag in properties.tags({"tag": many})] == [str(number) for number in range(499)]
    assert properties.tags({"tag": {"name": "alone"}}) == [{"name": "alone"}]
    assert properties.tags({}) == []


def test_spaces_in_an_id_are_encoded_since_servers_make_ids_out_of_names() -> None:
    odd = "https://nodebb.example/category/2#activity/accept:follow/Respite & breaks/1764000000000"
    assert properties.uri(odd) == odd.replace(" ", "%20")
    for no_id in ("https://ev il.example/1", "https://home.example/" + " " * 900, "https://home.example/\t"):
        assert properties.uri(no_id) is None, no_id
