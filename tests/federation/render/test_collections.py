"""Collections: what is nobody's to count is not counted, and pages lead only to pages."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.federation import render
from support.forum import BASE
from support.unit import a_board


@pytest.mark.parametrize(
    ("number", "more", "links"),
    [(1, False, {}), (1, True, {"next": 2}), (3, True, {"next": 4, "prev": 2}), (3, False, {"prev": 2})],
)
def test_a_page_leads_on_only_where_there_is_more_and_back_only_to_a_page(
    number: int, more: bool, links: dict[str, int]
) -> None:
    page = render.collection_page("https://forum.example/x", number, ["a"], more=more)
    assert {key: page[key] for key in ("next", "prev") if key in page} == {
        key: f"https://forum.example/x?page={to}" for key, to in links.items()
    }


def test_nobody_is_told_how_many_follow() -> None:
    for document in (
        render.closed_collection("https://forum.example/x"),
        render.paged_collection("https://forum.example/x"),
    ):
        assert "totalItems" not in document
        assert "orderedItems" not in document


@pytest.mark.parametrize("items", [[], ["a"], ["a", {"id": "b"}, "a"]])
def test_a_small_collection_tells_all_of_it_in_its_order(items: list[object]) -> None:
    document = render.collection("https://forum.example/x", items)
    assert (document["type"], document["totalItems"]) == ("OrderedCollection", len(items))
    assert document["orderedItems"] == items
    assert document["orderedItems"] is not items


def test_a_page_says_of_which_collection_it_is_and_that_begins_with_the_first(session: Session) -> None:
    whole = render.paged_collection("https://forum.example/x")
    page = render.collection_page("https://forum.example/x", 1, ["b", "a"], more=False)
    assert (whole["first"], page["partOf"]) == (page["id"], whole["id"])
    assert (page["type"], page["orderedItems"]) == ("OrderedCollectionPage", ["b", "a"])
    assert render.context_uri(a_board(session), 7) == f"{BASE}/boards/respite/threads/7/context"
