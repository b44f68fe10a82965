"""Vectors of young posts as a process remembers them, for ten minutes: every reader's page asks for the same."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation.caches import TTLCache
from fedconnect.models.hearing import PostVector
from fedconnect.surfacing.encoder import Encoding

_known: TTLCache[Encoding] = TTLCache(life_s=600, most=4_000)  # some 6 kB each


def read_encodings(session: Session, vector_ids: Sequence[int]) -> list[Encoding | None]:
    """Return vectors in the order asked, None for one that is gone (1 query for those that are not remembered). A vector with
    other words has another id, so that what is remembered is never what a post said before."""
    found = _known.get_all([str(number) for number in vector_ids])
    missing = [number for number, one in zip(vector_ids, found, strict=True) if one is None]
    if not missing:
        return found
    rows = session.execute(
        select(PostVector.id, PostVector.packed, PostVector.words, PostVector.simhash).where(
            PostVector.id.in_(missing)
        )
    )
    fresh = {
        number: Encoding.unpack(packed, words.split(), simhash) for number, packed, words, simhash in rows
    }
    for number, encoding in fresh.items():
        _known.put(str(number), encoding)
    return [one or fresh.get(number) for number, one in zip(vector_ids, found, strict=True)]
