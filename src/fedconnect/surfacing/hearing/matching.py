"""Many readers and many posts at once: sparse products, in blocks. For jobs and the evaluator; web processes
never load this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from fedconnect.surfacing.encoder import BUCKETS, Encoding
from fedconnect.surfacing.parameters import InterestParameters
from fedconnect.surfacing.profile.reader_vector import ReaderVector

_BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Matrix:
    """Tastes or posts as rows of words, with a column for each board after them."""

    rows: csr_array
    boards: dict[int, int]


def readers_matrix(
    reader_vectors: Sequence[ReaderVector], boards: Sequence[int], parameters: InterestParameters
) -> Matrix:
    """Return readers as rows: their words, and `board_prior` times how dear each board is to them."""
    column = {board_id: BUCKETS + i for i, board_id in enumerate(boards)}
    indices, values, ends = [], [], [0]
    for reader_vector in reader_vectors:
        dear = [
            (column[b], parameters.board_prior * w) for b, w in reader_vector.boards.items() if b in column
        ]
        indices.append(np.concatenate([reader_vector.buckets, np.array([c for c, _ in dear], np.uint32)]))
        values.append(np.concatenate([reader_vector.weights, np.array([w for _, w in dear], np.float32)]))
        ends.append(ends[-1] + len(indices[-1]))
    return Matrix(_rows(indices, values, ends, BUCKETS + len(column)), column)


def posts_matrix(posts: Sequence[Encoding], board_of: Sequence[int], readers: Matrix) -> csr_array:
    """Return posts as rows over the same columns."""
    indices, values, ends = [], [], [0]
    for post, board_id in zip(posts, board_of, strict=True):
        column = readers.boards.get(board_id)
        own = [] if column is None else [column]
        indices.append(np.concatenate([post.buckets, np.array(own, np.uint32)]))
        values.append(np.concatenate([post.weights, np.ones(len(own), np.float32)]))
        ends.append(ends[-1] + len(indices[-1]))
    return _rows(indices, values, ends, readers.rows.shape[1])


@dataclass(frozen=True, slots=True)
class Origins:
    """Who the readers of a desk are, in its order: ids of `readers` and `persons`, and a number for the
    `domains` that they count for; EXEMPT where they count in any case, ABSENT where they never do.
    """

    readers: NDArray[np.int64]
    persons: NDArray[np.int64]
    domains: NDArray[np.int64]


EXEMPT = -1
ABSENT = -2


class ReaderIndex:
    """Readers laid out by word, so that one new post finds its people at once."""

    def __init__(self, readers: Matrix, origins: Origins | None = None) -> None:
        self.origins = origins
        self.by_word: csc_array = readers.rows.tocsc()
        self.boards = readers.boards
        self.count = readers.rows.shape[0]

    def fits(self, post: Encoding, board_id: int) -> NDArray[np.float32]:
        """Return how well one post fits each reader."""
        columns = post.buckets.astype(np.int64)
        weights = post.weights
        if board_id in self.boards:
            columns = np.append(columns, self.boards[board_id])
            weights = np.append(weights, np.float32(1.0))
        starts, ends = self.by_word.indptr[columns], self.by_word.indptr[columns + 1]
        fits = np.zeros(self.count, np.float32)
        for start, end, weight in zip(starts.tolist(), ends.tolist(), weights.tolist(), strict=True):
            fits[self.by_word.indices[start:end]] += np.float32(weight) * self.by_word.data[start:end]
        return fits


def each_match(
    readers: csr_array, posts: csr_array, most: int, *, advance: Callable[[int], None] = lambda done: None
) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
    """Return the `most` best posts of each reader: their places and fits, the best first.

    `advance` is told how many readers are done.
    """
    by_word = posts.T.tocsr()
    found: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []
    for start in range(0, readers.shape[0], _BLOCK):
        product = readers[start : start + _BLOCK] @ by_word
        for row in range(product.shape[0]):
            low, high = product.indptr[row], product.indptr[row + 1]
            found.append(_best(product.indices[low:high], product.data[low:high], most))
        advance(min(start + _BLOCK, readers.shape[0]))
    return found


def _best(
    places: NDArray[np.int32], fits: NDArray[np.float32], most: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    if len(fits) > most:
        kept = np.argpartition(fits, len(fits) - most)[-most:]
        places, fits = places[kept], fits[kept]
    order = np.argsort(-fits, kind="stable")
    return places[order], fits[order]


def _rows(
    indices: list[NDArray[np.uint32]], values: list[NDArray[np.float32]], ends: list[int], width: int
) -> csr_array:
    if not indices:
        return csr_array(np.zeros((0, width), np.float32))
    rows: csr_array = csr_array(
        (np.concatenate(values), np.concatenate(indices).astype(np.int32), np.array(ends, np.int32)),
        shape=(len(indices), width),
    )
    rows.sum_duplicates()
    return rows
