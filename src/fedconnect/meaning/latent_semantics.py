"""Words that stand near each other, by latent semantic analysis. For a job alone: web processes never load this.

Ref: Deerwester et al. 1990, "Indexing by latent semantic analysis"; the words of a query grow by those near it, as in Qiu and
Frei 1993, "Concept based query expansion".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from fedconnect.meaning.corpus import Corpus
from fedconnect.meaning.parameters import MeaningParameters
from fedconnect.meaning.thesaurus import MOST_STEMS, Thesaurus, key_of

_BLOCK = 512
_SEED = 1
_MOST_DIMENSIONS = 4096
_SAID_AGAIN = 1.5  # what a word counts that a post says more than once, however often

#: Gives a vector for each word, or None where it has none: what may stand in for what is learnt here.
Embed = Callable[[Sequence[str]], Any]


def learn(corpus: Corpus, parameters: MeaningParameters, embed: Embed = lambda words: None) -> Thesaurus:
    """Return what a corpus teaches; the same corpus teaches the same.

    Where it has fewer than `least_posts`, forms of words are all that is known.
    """
    rows = _matrix(corpus)
    used = np.bincount(rows.indices, minlength=len(corpus.stems))
    order = np.argsort(-used, kind="stable")[:MOST_STEMS]
    shares, people = _shares(rows, corpus.authors)
    enough = people[order] >= parameters.posts_a_stem
    order = np.concatenate(
        [order[enough][: parameters.stems], order[~enough], order[enough][parameters.stems :]]
    )
    count = min(int(enough.sum()), parameters.stems)
    if len(corpus.posts) < parameters.least_posts or count <= parameters.dimensions:
        count = 0
    near = np.zeros((0, parameters.near), np.uint16)
    nearness = np.zeros((0, parameters.near), np.float16)
    if count:
        vectors = _given(
            [corpus.forms[place].most_common(1)[0][0] for place in order[:count].tolist()], embed
        )
        if vectors is None:
            vectors = _learnt(rows, shares, corpus.authors, order[:count], parameters)
        near, nearness = _neighbours(vectors, parameters.near)
    return _laid_out(corpus, order, near, nearness, parameters.forms)


def _matrix(corpus: Corpus) -> csr_array:
    """Return posts as rows of how often they have each stem."""
    lengths = [len(places) for places, _ in corpus.posts]
    shape = (len(lengths), len(corpus.stems))
    if not lengths:
        return csr_array(np.zeros(shape, np.float32))
    counts = np.concatenate([counts for _, counts in corpus.posts])
    places = np.concatenate([places for places, _ in corpus.posts]).astype(np.int32)
    rows: csr_array = csr_array((counts, places, np.cumsum([0, *lengths])), shape=shape)
    return rows


def _shares(rows: csr_array, authors: Sequence[int]) -> tuple[csr_array, NDArray[np.intp]]:
    """Return for each stem of each post what part of its author's say in that stem it has, and how many people say each stem.

    Where somebody says a word in n posts, each has the part 1/√n: what they teach of any two words together is at most what
    one post would, as the products of those parts add up to 1 at most.
    """
    writers = np.repeat(np.asarray(authors, np.int64), np.diff(rows.indptr))
    width = max(1, rows.shape[1])
    pairs, place, posts = np.unique(
        np.unique(writers, return_inverse=True)[1] * width + rows.indices,
        return_inverse=True, return_counts=True,
    )  # fmt: skip
    parts = np.sqrt(1 / posts[place]).astype(np.float32)
    people = np.bincount((pairs % width).astype(np.intp), minlength=rows.shape[1])
    return csr_array((parts, rows.indices, rows.indptr), shape=rows.shape), people


def _learnt(
    rows: csr_array,
    shares: csr_array,
    authors: Sequence[int],
    kept: NDArray[np.intp],
    parameters: MeaningParameters,
) -> NDArray[np.float32]:
    """Return a vector for each kept stem: the right singular vectors of TF-IDF, by their values; of each author as a share."""
    weighed = rows[:, kept].tocsr()
    rarity = np.log((1 + rows.shape[0]) / (1 + np.bincount(weighed.indices, minlength=len(kept)))) + 1
    weighed.data = np.where(weighed.data > 1, _SAID_AGAIN, 1.0) * rarity[weighed.indices]
    weighed = _cut(weighed, parameters.words_a_post)
    lengths = np.sqrt(np.add.reduceat(np.append(weighed.data**2, 0.0), weighed.indptr[:-1]))
    usual = np.median(lengths[np.unique(authors, return_index=True)[1]])  # of one post of each author
    lengths = np.maximum(lengths, usual or 1.0)  # or two words alone would weigh more than in any text
    weighed.data /= np.repeat(lengths, np.diff(weighed.indptr))
    weighed = weighed.multiply(shares[:, kept]).tocsr()
    wanted = max(2, min(parameters.dimensions, weighed.shape[0] // parameters.posts_a_dimension))
    _, values, vectors = svds(weighed.astype(np.float32), k=wanted, rng=np.random.default_rng(_SEED))
    return np.asarray(vectors.T * values, np.float32)


def _cut(weighed: csr_array, most: int) -> csr_array:
    """Leave the most telling words of each post."""
    for start, end in zip(weighed.indptr[:-1].tolist(), weighed.indptr[1:].tolist(), strict=True):
        if end - start > most:
            own = weighed.data[start:end]
            own[np.argsort(-own, kind="stable")[most:]] = 0.0
    weighed.eliminate_zeros()
    return weighed


def _given(words: Sequence[str], embed: Embed) -> NDArray[np.float32] | None:
    """Return vectors that stand in for what is learnt; None where there are none, or where they cannot be used."""
    answer = embed(words)
    if answer is None:
        return None
    try:
        vectors = np.asarray(answer, np.float32)
    except (TypeError, ValueError, OverflowError):
        return None
    is_table = (
        vectors.ndim == 2 and vectors.shape[0] == len(words) and 1 <= vectors.shape[1] <= _MOST_DIMENSIONS
    )
    return vectors if is_table and bool(np.isfinite(vectors).all()) else None


def _neighbours(vectors: NDArray[np.float32], most: int) -> tuple[NDArray[np.uint16], NDArray[np.float16]]:
    """Return for each row the places of the others whose cosine with it is largest, and the cosines; 0 where it is none."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    units = vectors / np.maximum(lengths, np.float32(1e-9))
    most = min(most, len(units) - 1)
    near, nearness = np.zeros((len(units), most), np.uint16), np.zeros((len(units), most), np.float16)
    for start in range(0, len(units), _BLOCK):
        alike = units[start : start + _BLOCK] @ units.T
        rows = np.arange(len(alike))
        alike[rows, start + rows] = -1.0
        best = np.argpartition(-alike, most - 1, axis=1)[:, :most]
        found = np.take_along_axis(alike, best, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        near[start : start + _BLOCK] = np.take_along_axis(best, order, axis=1)
        nearness[start : start + _BLOCK] = np.maximum(np.take_along_axis(found, order, axis=1), 0)
    return near, nearness


def _laid_out(
    corpus: Corpus,
    order: NDArray[np.intp],
    near: NDArray[np.uint16],
    nearness: NDArray[np.float16],
    most: int,
) -> Thesaurus:
    """Return a thesaurus without the words themselves."""
    of_place = list(corpus.stems)
    forms = [[form for form, _ in corpus.forms[place].most_common(most)] for place in order.tolist()]
    return Thesaurus(
        np.array([key_of(of_place[place]) for place in order.tolist()], np.uint32),
        np.cumsum([0, *(len(own) for own in forms)]).astype(np.uint32),
        np.array([key_of(form) for own in forms for form in own], np.uint32),
        near, nearness,
    )  # fmt: skip
