"""A collection, or one page of it: ids, and where the next page is."""

from __future__ import annotations

from dataclasses import dataclass

from fedconnect.activitypub.vocabulary.properties import Document, kind_of, listed, reference, unique, uri
from fedconnect.foundation.errors import Malformed

MAX_ITEMS = 500
_TYPES = frozenset({"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"})


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """The ids that a page names; `following` is the next page: its address, or itself where embedded."""

    items: tuple[str, ...]
    following: str | Document | None


def parse_collection(document: Document) -> CollectionPage:
    """Read a collection or a page of one.

    Raises:
        Malformed: it is neither.
    """
    if not kind_of(document, _TYPES):
        raise Malformed("not a collection")
    items = [*listed(document.get("items")), *listed(document.get("orderedItems"))][:MAX_ITEMS]
    following = document.get("next") or document.get("first")
    if not isinstance(following, dict):
        following = uri(following)
    return CollectionPage(unique(reference(item) for item in items), following)
