"""Thesauri as somebody's posts could have taught them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fedconnect.meaning.thesaurus import Thesaurus, key_of


def a_thesaurus(
    forms: Mapping[str, Sequence[str]], near: Mapping[str, Mapping[str, float]] | None = None
) -> Thesaurus:
    """A thesaurus of these stems with their forms, and of what stands near some of them."""
    stems = sorted(forms, key=lambda stem: stem not in (near or {}))
    rows = [list((near or {})[stem].items()) for stem in stems if stem in (near or {})]
    width = max((len(row) for row in rows), default=0)
    places, nearness = np.zeros((len(rows), width), np.uint16), np.zeros((len(rows), width), np.float16)
    for i, row in enumerate(rows):
        for j, (stem, value) in enumerate(row):
            places[i, j], nearness[i, j] = stems.index(stem), value
    return Thesaurus(
        np.array([key_of(stem) for stem in stems], np.uint32),
        np.cumsum([0, *(len(forms[stem]) for stem in stems)]).astype(np.uint32),
        np.array([key_of(form) for stem in stems for form in forms[stem]], np.uint32),
        places, nearness,
    )  # fmt: skip
