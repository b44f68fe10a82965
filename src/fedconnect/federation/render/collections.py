"""Collections, whole or page by page. Ref: ActivityPub §5, FEP-7888."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, Document
from fedconnect.forum.boards import board_uri
from fedconnect.models.board import Board


def closed_collection(uri: str) -> Document:
    """Return followers or following: there is such a collection, and its size and members are nobody's."""
    return {"@context": ACTIVITYSTREAMS, "id": uri, "type": "OrderedCollection"}


def collection(uri: str, items: Sequence[Any]) -> Document:
    """Return a small collection with its items inside."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": list(items),
    }


def collection_page(uri: str, number: int, items: Sequence[Any], *, more: bool) -> Document:
    """Return one numbered page of a collection."""
    page: Document = {
        "@context": ACTIVITYSTREAMS,
        "id": f"{uri}?page={number}",
        "type": "OrderedCollectionPage",
        "partOf": uri,
        "orderedItems": list(items),
    }
    if more:
        page["next"] = f"{uri}?page={number + 1}"
    if number > 1:
        page["prev"] = f"{uri}?page={number - 1}"
    return page


def paged_collection(uri: str) -> Document:
    """Return a collection whose items are read page by page; its size is not told."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "OrderedCollection",
        "first": f"{uri}?page=1",
    }


def context_uri(board: Board, thread_id: int) -> str:
    """Return the address of a thread's whole conversation. Ref: FEP-7888."""
    return f"{board_uri(board.slug)}/threads/{thread_id}/context"
