"""A collection or one page of it: ids, bounded, and where the next page is."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import CollectionPage, parse_collection
from fedconnect.activitypub.vocabulary.collection import MAX_ITEMS
from fedconnect.foundation.errors import Malformed

REPLIES = "https://home.example/posts/1/replies"


def collection(kind: object = "Collection", **fields: Any) -> CollectionPage:
    return parse_collection({"type": kind, **fields})


@pytest.mark.parametrize("kind", [None, "Note", "collection", [["Collection"]], {"id": "Collection"}])
def test_what_is_no_collection_is_none(kind: object) -> None:
    with pytest.raises(Malformed, match="collection"):
        collection(kind)


@pytest.mark.parametrize(
    "kind", ["Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"]
)
def test_whole_or_page_ordered_or_not_it_names_each_thing_once(kind: str) -> None:
    named = collection(
        kind, items=[f"{REPLIES}/1", 5, {"id": f"{REPLIES}/2"}], orderedItems=[f"{REPLIES}/1", f"{REPLIES}/3"]
    )
    assert named.items == (f"{REPLIES}/1", f"{REPLIES}/2", f"{REPLIES}/3")
    assert collection(kind, items=f"{REPLIES}/1").items == (f"{REPLIES}/1",)


def test_of_the_items_of_a_page_500_are_looked_at_whatever_they_are() -> None:
    items = [f"{REPLIES}/{number}" for number in range(MAX_ITEMS + 1)]
    assert collection(items=items).items == tuple(items[:500])
    assert collection(items=[None] * 500, orderedItems=items).items == ()


@pytest.mark.parametrize(
    ("fields", "following"),
    [
        ({"next": REPLIES, "first": f"{REPLIES}/first"}, REPLIES),
        ({"first": REPLIES}, REPLIES),
        ({"first": {"type": "CollectionPage", "items": []}}, {"type": "CollectionPage", "items": []}),
        ({"next": "javascript:alert(1)"}, None),
        ({"next": [REPLIES]}, None),
        ({"last": REPLIES, "prev": REPLIES}, None),
        ({}, None),
    ],
)
def test_the_next_page_comes_before_the_first_and_nothing_else_is_followed(
    fields: dict[str, Any], following: object
) -> None:
    assert collection(**fields).following == following
