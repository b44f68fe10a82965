"""A data set made ready by the product's own functions: encodings, tastes, fits, audiences, twins, quotas."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.assumptions import EVERYBODY, Assumptions
from fedconnect.evaluation.dataset import Dataset
from fedconnect.evaluation.generating import examined_a_visit
from fedconnect.evaluation.hostility import Hostility
from fedconnect.foundation import clock
from fedconnect.surfacing import encoder
from fedconnect.surfacing.encoder import Encoding, Frequencies
from fedconnect.surfacing.hearing import near_duplicates, promise
from fedconnect.surfacing.hearing.audience import audience_of
from fedconnect.surfacing.hearing.impressions import is_old_enough
from fedconnect.surfacing.hearing.matching import posts_matrix, readers_matrix
from fedconnect.surfacing.parameters import Parameters
from fedconnect.surfacing.profile import interests, reader_vector
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.tokenizer import tokenize

_DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a replay needs; posts are those that arrive in it, the oldest first.

    `fits`: readers by posts; `word_fits` without the boards that they follow, as the rematch looks for what else there
    is. `travels`: posts that may be shown beyond their board. `thresholds`: posts by steps. `has_floor`: it is promised something, if its board can promise
    anything; `floor`: at most so much, in so many `hours`. `counts`: readers whose accounts are old enough. `barred`: it repeats another, so it stands on its board's page alone. `first`: whether it is its author's first. `liked`: readers by posts.
    `domains`: of each reader, by number; without it everybody has their own. `gone_h`: when a post is taken back, else inf.
    `listeners`: how many of the first readers listen, the very first as a moderator. `answerable`: posts that whoever looks at them may answer. `zones`: of each reader's clock; without it people come at any hour alike.
    """

    name: str
    arrival_h: NDArray[np.float64]
    boards: NDArray[np.int64]
    authors: NDArray[np.int64]
    fits: NDArray[np.float32]
    word_fits: NDArray[np.float32]
    travels: NDArray[np.bool_]
    liked: NDArray[np.bool_]
    follows: NDArray[np.bool_]
    thresholds: NDArray[np.float64]
    with_followers: NDArray[np.bool_]
    alike: NDArray[np.float16]
    duplicates: NDArray[np.int64]
    over_quota: NDArray[np.bool_]
    barred: NDArray[np.bool_]
    first: NDArray[np.bool_]
    has_floor: NDArray[np.bool_]
    floor: int
    hours: NDArray[np.float64]
    gone_h: NDArray[np.float64]
    domains: NDArray[np.int64] | None
    hostility: Hostility
    zones: NDArray[np.int64] | None
    answerable: NDArray[np.bool_]
    listeners: int
    demand: float
    history_length: NDArray[np.int64]
    counts: NDArray[np.bool_]
    pace: NDArray[np.float64]
    visits_a_day: float
    days: float

    def in_audience(self, place: int) -> NDArray[np.bool_]:
        """Return which readers count for a post when it is placed; not its author."""
        inside = self.fits[:, place] >= self.thresholds[place, 0]
        if self.with_followers[place]:
            inside |= self.follows[:, self.boards[place]]
        if self.authors[place] < len(inside):
            inside[self.authors[place]] = False
        found: NDArray[np.bool_] = inside
        return found


def build_world(
    data: Dataset,
    parameters: Parameters,
    floor: int | None = None,
    assumptions: Assumptions = EVERYBODY,
    seed: int = 0,
) -> World:
    """Return a data set ready for replay. `floor`: another promise than the one in force."""
    frequencies = Frequencies()
    words = [tokenize(text[: parameters.encoder.longest_text]) for text in data.texts]
    for place in np.flatnonzero(data.arrival_h < 0).tolist():
        frequencies.learn(words[place], data.languages[place])
    posts = [
        encoder.encode_words(own, language, frequencies, parameters.encoder)
        for own, language in zip(words, data.languages, strict=True)
    ]
    learns = assumptions.who_learns(data.readers, seed)
    reader_vectors = [
        _reader_vector(data, reader, posts, parameters, learns=bool(learns[reader]))
        for reader in range(data.readers)
    ]
    readers = readers_matrix(reader_vectors, range(data.board_count), parameters.interests)
    fresh = np.flatnonzero(data.arrival_h >= 0)
    fresh = fresh[np.argsort(data.arrival_h[fresh], kind="stable")]
    hostility = data.hostility
    new = [posts[place] for place in fresh.tolist()]
    edited = _edited(data, posts, frequencies, parameters)
    matrix = posts_matrix([edited[place] for place in fresh.tolist()], data.boards[fresh].tolist(), readers)
    fits = (readers.rows @ matrix.T).toarray().astype(np.float32)
    by_words = readers.rows[:, : encoder.BUCKETS] @ matrix[:, : encoder.BUCKETS].T
    alike = (matrix[:, : encoder.BUCKETS] @ matrix[:, : encoder.BUCKETS].T).toarray().astype(np.float16)
    arrival, authors, boards = data.arrival_h[fresh], data.authors[fresh], data.boards[fresh]
    audiences = [audience_of(fits[:, place], data.readers, parameters.audience) for place in range(len(new))]
    wanted = parameters.hearing.floor if floor is None else floor
    demand = _demand(data, len(fresh), wanted, parameters)
    first = _is_first(data, fresh)
    gone = np.array([hostility.gone_h.get(place, np.inf) for place in fresh.tolist()])
    families = _duplicates(new, arrival, gone, first, parameters)
    is_duplicate = families != np.arange(len(new))
    over_quota = _over_quota(arrival, authors, first, is_duplicate, parameters)
    return World(
        name=data.name,
        arrival_h=arrival,
        boards=boards,
        authors=authors,
        fits=fits,
        word_fits=by_words.toarray().astype(np.float32),
        travels=assumptions.what_travels(authors, seed) | np.isin(authors, list(hostility.authors)),
        liked=_table(data.likes, fresh, data.readers),
        follows=_follows(data),
        thresholds=np.array([one.thresholds for one in audiences]).reshape(len(new), -1),
        with_followers=np.array([one.with_followers for one in audiences], bool),
        alike=alike,
        duplicates=families,
        over_quota=over_quota,
        barred=is_duplicate,
        first=first,
        has_floor=~(over_quota | is_duplicate),
        floor=wanted,
        hours=np.array(
            [hostility.promises.get(board, (0, parameters.hearing.hours))[1] for board in boards.tolist()]
        ),
        gone_h=gone,
        domains=_domains(data, assumptions, seed),
        hostility=hostility,
        zones=None if data.zones is None else np.append(data.zones, np.zeros(len(hostility.lookers), int)),
        answerable=assumptions.what_is_answerable(len(fresh), seed),
        listeners=data.listeners,
        demand=demand,
        history_length=np.array([len(one) for one in data.history]),
        counts=_counts(data),
        pace=data.pace,
        visits_a_day=data.visits_a_day,
        days=parameters.evaluation.days,
    )


def _edited(
    data: Dataset, posts: list[Encoding], frequencies: Frequencies, parameters: Parameters
) -> list[Encoding]:
    """Return what posts say once they are edited: that is what they are matched by, and not what they repeat."""
    found = list(posts)
    for place, text in data.hostility.edited.items():
        words = tokenize(text[: parameters.encoder.longest_text])
        found[place] = encoder.encode_words(words, data.languages[place], frequencies, parameters.encoder)
    return found


def _domains(data: Dataset, assumptions: Assumptions, seed: int) -> NDArray[np.int64] | None:
    hostile = data.hostility.lookers
    honest = data.readers - len(hostile)
    drawn = assumptions.which_servers(honest, seed)
    if drawn is None and not hostile:
        return None
    own = np.arange(honest) + 1_000 if drawn is None else drawn
    return np.append(own, np.array(hostile, np.int64))


def _reader_vector(
    data: Dataset, reader: int, posts: list[Encoding], parameters: Parameters, *, learns: bool
) -> reader_vector.ReaderVector:
    profile = InterestProfile(at=-parameters.evaluation.days)
    for place in data.history[reader] if learns else ():
        interests.learn(
            profile, posts[place].telling, int(data.boards[place]), parameters.interests.reply,
            float(data.arrival_h[place]) / _DAY_H, parameters.encoder.terms_a_reader, parameters.interests,
        )  # fmt: skip
    return reader_vector.reader_vector_of(
        profile, (), data.follows[reader], parameters.encoder.terms_a_reader, parameters.interests
    )


def _demand(data: Dataset, fresh: int, wanted: int, parameters: Parameters) -> float:
    """Return which part of all that is looked at the floors of all posts ask for."""
    examined = data.readers * data.visits_a_day * examined_a_visit(parameters.ranking.page)
    return wanted * fresh / parameters.evaluation.days / examined if examined else float("inf")


def _duplicates(
    posts: list[Encoding], arrival: NDArray[np.float64], gone_h: NDArray[np.float64], first: NDArray[np.bool_],
    parameters: Parameters,
) -> NDArray[np.int64]:  # fmt: skip
    """Return for each post the first one of its family; somebody's first post begins one, and nothing repeats what is gone."""
    family = np.arange(len(posts))
    hashes = np.array([one.simhash for one in posts], np.int64).view(np.uint64)
    for place, post in enumerate(posts):
        if first[place]:
            continue
        low = int(np.searchsorted(arrival, arrival[place] - parameters.hearing.duplicate_days * _DAY_H))
        near = np.bitwise_count(hashes[low:place] ^ hashes[place]) <= 16  # a wide net, then the real test
        near &= gone_h[low:place] > arrival[place]
        for other in (np.flatnonzero(near) + low).tolist():
            if near_duplicates.are_near_duplicates(post, posts[other], parameters.hearing):
                family[place] = family[other]
                break
    return family


def _is_first(data: Dataset, fresh: NDArray[np.intp]) -> NDArray[np.bool_]:
    known = set(data.authors[data.arrival_h < 0].tolist())
    first = np.zeros(len(fresh), bool)
    for place, author in enumerate(data.authors[fresh].tolist()):
        first[place] = author not in known
        known.add(author)
    return first


def _over_quota(
    arrival: NDArray[np.float64], authors: NDArray[np.int64], first: NDArray[np.bool_], repeats: NDArray[np.bool_],
    parameters: Parameters,
) -> NDArray[np.bool_]:  # fmt: skip
    """Return which posts are one too many of their author's day; what only repeats another spends nothing of it."""
    recent: dict[int, list[float]] = defaultdict(list)
    over = np.zeros(len(arrival), bool)
    for place, (at, author) in enumerate(zip(arrival.tolist(), authors.tolist(), strict=True)):
        recent[author] = [one for one in recent[author] if one >= at - _DAY_H]
        if repeats[place]:
            continue
        if promise.has_quota(len(recent[author]), bool(first[place]), parameters.hearing):
            recent[author].append(at)
        else:
            over[place] = True
    return over


def _table(likes: list[list[int]], fresh: NDArray[np.intp], readers: int) -> NDArray[np.bool_]:
    place_of = {int(item): place for place, item in enumerate(fresh.tolist())}
    table = np.zeros((readers, len(fresh)), bool)
    for reader, items in enumerate(likes):
        table[reader, [place_of[item] for item in items]] = True
    return table


def _follows(data: Dataset) -> NDArray[np.bool_]:
    table = np.zeros((data.readers, data.board_count), bool)
    for reader, boards in enumerate(data.follows):
        table[reader, boards] = True
    return table


def _counts(data: Dataset) -> NDArray[np.bool_]:
    if data.account_age_h is None:
        return np.ones(data.readers, bool)
    now = clock.now()
    return np.array(
        [is_old_enough(now - timedelta(hours=age), now) for age in data.account_age_h.tolist()], bool
    )
