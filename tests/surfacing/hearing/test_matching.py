"""Readers and posts as sparse rows: a board weighs as much as it is dear, and the best come first."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.surfacing.encoder import BUCKETS
from fedconnect.surfacing.feed.candidates import fits_of
from fedconnect.surfacing.hearing import matching
from fedconnect.surfacing.hearing.matching import ReaderIndex, each_match, posts_matrix, readers_matrix
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.reader_vector import ReaderVector, reader_vector_of
from support.surfacing_rows import encoded

P = in_force()


def reader(*topics: str, follows: tuple[int, ...] = ()) -> ReaderVector:
    return reader_vector_of(InterestProfile(), topics, follows, P.encoder.terms_a_reader, P.interests)


READERS = [reader("respite care", follows=(7,)), reader("bread"), reader(follows=(7, 8)), reader()]
POSTS = [encoded("respite for a week"), encoded("bread, butter and respite"), encoded("trains")]


def test_a_post_fits_each_reader_as_it_does_on_their_own_page() -> None:
    index = ReaderIndex(readers_matrix(READERS, [7, 8], P.interests))
    for post in POSTS:
        for board in (7, 8, 9):
            pages = [float(fits_of([post], [board], one)[0]) for one in READERS]
            assert index.fits(post, board).tolist() == pytest.approx(pages, abs=1e-6)
    assert index.count == 4
    assert index.fits(encoded(""), 9).tolist() == [0.0] * 4


def test_a_board_that_is_not_there_any_more_says_nothing() -> None:
    matrix = readers_matrix(READERS, [8], P.interests)
    assert matrix.rows.shape == (4, BUCKETS + 1)
    assert ReaderIndex(matrix).fits(POSTS[2], 7).tolist() == [0.0] * 4


def test_rows_of_posts_have_the_columns_of_the_readers() -> None:
    readers = readers_matrix(READERS, [7, 8], P.interests)
    posts = posts_matrix(POSTS, [7, 9, 8], readers)
    fits = (readers.rows @ posts.T).toarray()
    index = ReaderIndex(readers)
    for place, board in enumerate((7, 9, 8)):
        assert fits[:, place].tolist() == pytest.approx(index.fits(POSTS[place], board).tolist(), abs=1e-6)
    assert posts_matrix([], [], readers).shape == (0, BUCKETS + 2)
    assert readers_matrix([], [7], P.interests).rows.shape == (0, BUCKETS + 1)


def test_each_reader_has_their_best_posts_the_best_first_in_whatever_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers = readers_matrix(READERS, [7, 8], P.interests)
    posts = posts_matrix(POSTS, [9, 9, 7], readers)
    monkeypatch.setattr(matching, "_BLOCK", 3)
    done: list[int] = []
    found = each_match(readers.rows, posts, 2, advance=done.append)
    assert [places.tolist() for places, _ in found] == [[0, 1], [1], [2], []]
    assert all(np.all(np.diff(fits) <= 0) for _, fits in found)
    assert done == [3, 4]
