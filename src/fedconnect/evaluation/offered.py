"""What a reader may be shown in a replay: the conditions of the product's own query, on arrays.

`find_candidates` asks a database; this asks the same of a world in which every author lets their posts be brought to
readers of their board, nobody hides from anybody, nothing is pinned, held or addressed to a few, and all posts begin a conversation. A test holds the
list of its conditions against that query.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.world import World
from fedconnect.surfacing.feed.candidates import MOST
from fedconnect.surfacing.hearing.rematching import MATCHES
from fedconnect.surfacing.parameters import Parameters

NEVER = -1.0


def offered(
    world: World, reader: int, now_h: float, opened_h: NDArray[np.float32],
    last_answer_h: NDArray[np.float32], heard: NDArray[np.float64], floors: NDArray[np.float64],
    ended_h: NDArray[np.float64], parameters: Parameters,
) -> NDArray[np.intp]:  # fmt: skip
    """Return the places of the posts that may stand on a reader's page now. `opened_h`: when they had each post
    open; `ended_h`: the age at which answers ended its hearing."""
    young = _young(world, now_h, parameters)
    is_theirs = world.follows[reader, world.boards[young]]
    is_matched = np.isin(young, matched(world, reader, now_h, parameters))
    is_read = (opened_h[young] > NEVER) & (opened_h[young] >= last_answer_h[young])
    found: NDArray[np.intp] = young[(is_theirs | is_matched) & (world.authors[young] != reader) & ~is_read]
    if len(found) <= MOST:
        return found
    age = now_h - world.arrival_h[found]
    is_open = world.has_floor[found] & (heard[found] < floors[found])
    is_open &= (age <= world.hours[found]) & (age < ended_h[found])
    progress = np.where(is_open, heard[found] / np.maximum(1, floors[found]), 0.0)
    first: NDArray[np.intp] = np.sort(np.lexsort((age, progress, ~is_open))[:MOST])
    return found[first]


def matched(world: World, reader: int, now_h: float, parameters: Parameters) -> NDArray[np.intp]:
    """Return what the last rematch, once an hour, found for a reader among all posts that travel."""
    young = _young(world, float(np.floor(now_h)), parameters)
    fits = np.where(world.travels[young], world.word_fits[reader, young], 0.0)
    best = np.argsort(-fits, kind="stable")[:MATCHES]
    found: NDArray[np.intp] = young[best[fits[best] > 0]]
    return found


def _young(world: World, now_h: float, parameters: Parameters) -> NDArray[np.intp]:
    low = int(np.searchsorted(world.arrival_h, now_h - parameters.ranking.life_days * 24.0, side="right"))
    young = np.arange(low, int(np.searchsorted(world.arrival_h, now_h)))
    return young[world.gone_h[young] > now_h]
