"""Data sets that are made: communities of different shape, from a seed. Committed before any parameter was chosen.

People care for a few topics each; boards have topics; a post is words drawn from its topics and from
what everybody says. Whoever cares for a post's topics would like it, with chance in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation import clocks
from fedconnect.evaluation.dataset import Dataset
from fedconnect.surfacing.parameters import EvaluationParameters, in_force

_WORDS_OF_A_TOPIC = 400
_COMMON_WORDS = 3_000
_HISTORY_POSTS = 1_200


@dataclass(frozen=True, slots=True)
class Shape:
    """A community. `demand`: floors asked for, as a part of all that is looked at.

    `dominant`: the part of all posts that stands on one board. `cold`: the part of readers without any
    history. `breadth`: how many topics somebody cares for. `posts_a_day`: instead of a demand, where it is given.
    `follows`: how many boards somebody follows beside one, on average. `writing`: the part of readers who write;
    `prolific`: how unequally (sigma of a lognormal). `waves`: people come and write by their own clocks. `newcomers`: the part of posts
    by somebody who wrote never before, and does not read here. `listeners`: how many readers are asked where nobody answers, a
    moderator first. `crowding`: how much people follow the boards that have most posts, beside those of their topics.
    """

    name: str
    readers: int
    boards: int
    topics: int
    demand: float
    dominant: float = 0.0
    cold: float = 0.1
    breadth: float = 3.0
    words: int = 45
    posts_a_day: float = 0.0
    follows: float = 1.5
    prolific: float = 1.0
    writing: float = 0.5
    waves: bool = False
    newcomers: float = 0.0
    listeners: int = 0
    crowding: float = 0.0


def _small(readers: int, posts_a_day: int) -> Shape:
    """A forum of so few that everybody follows every board; one of them looks after it."""
    return Shape(
        f"forum-{readers}-{posts_a_day}", readers=readers, boards=min(3, readers), topics=12, demand=0.0,
        posts_a_day=posts_a_day, breadth=4.0, follows=9.0, waves=True, listeners=1,
    )  # fmt: skip


SMALL = tuple(
    _small(readers, posts_a_day)
    for readers, posts_a_day in ((3, 5), (10, 5), (10, 10), (30, 10), (30, 20), (60, 10), (60, 20))
)
LISTENING = tuple(
    replace(shape, name=f"listening-{shape.readers}-{listeners}", newcomers=0.2, listeners=1 + listeners)
    for shape, listeners in ((_small(10, 5), 2), (_small(30, 10), 2), (_small(30, 10), 3))
)
SHAPES = {
    shape.name: shape
    for shape in (
        Shape(
            "meadow", readers=1_800, boards=30, topics=60, demand=0.35
        ),  # the one that parameters were chosen on
        Shape(
            "estuary", readers=1_500, boards=12, topics=90, demand=0.35, dominant=0.6, breadth=2.0, words=30
        ),
        Shape("village", readers=240, boards=6, topics=25, demand=0.2, breadth=4.0),
        Shape("arrivals", readers=1_500, boards=25, topics=60, demand=0.35, cold=0.4, words=60),
        Shape("brook", readers=1_500, boards=25, topics=50, demand=0.2),
        Shape("river", readers=1_500, boards=25, topics=50, demand=0.5),
        Shape("flood", readers=1_500, boards=25, topics=50, demand=0.83),
        Shape("forty-boards", readers=600, boards=40, topics=60, demand=0.35, breadth=2.0, follows=0.7),
        Shape(
            "archipelago",
            readers=1_500,
            boards=40,
            topics=60,
            demand=0.35,
            breadth=2.0,
            follows=1.5,
            crowding=1.0,
        ),  # heavy-tailed: few boards that many follow, many that few follow
        Shape("weir", readers=900, boards=15, topics=50, demand=0.35),  # where attacks are replayed
        # beer.stackexchange's first week: 140 questions by 81 people, 31 % of them beyond two a day of their author
        Shape(
            "founders",
            readers=81,
            boards=3,
            topics=12,
            demand=0.0,
            posts_a_day=20,
            cold=1.0,
            breadth=4.0,
            follows=9.0,
            prolific=1.9,
            writing=1.0,
            waves=True,
            listeners=1,
        ),
        Shape("tides", readers=600, boards=20, topics=40, demand=0.35, waves=True),
        *SMALL,
        *LISTENING,
    )
}


def generate(shape: Shape, seed: int) -> Dataset:
    """Return a data set of a shape."""
    evaluation = in_force().evaluation
    dice = np.random.default_rng([seed, 7])
    posts_a_day = _posts_a_day(shape, evaluation)
    fresh = round(posts_a_day * evaluation.days)
    count = fresh + _HISTORY_POSTS
    board_topics = _mixtures(dice, shape.boards, shape.topics, 4.0)
    boards = dice.choice(shape.boards, size=count, p=_board_shares(shape))
    topics = np.array([dice.multinomial(3, board_topics[board]) for board in boards]) / 3.0
    reader_vectors = _mixtures(dice, shape.readers, shape.topics, shape.breadth)
    likes = _likes(dice, reader_vectors, topics)
    arrival = np.concatenate(
        [
            np.sort(dice.uniform(-24.0 * evaluation.days, 0.0, _HISTORY_POSTS)),
            np.sort(dice.uniform(0.0, 24.0 * evaluation.days, fresh)),
        ]
    )
    writers = dice.permutation(shape.readers)[: max(10, round(shape.readers * shape.writing))]
    is_cold = dice.random(shape.readers) < shape.cold
    reach = (reader_vectors @ board_topics.T) * _board_shares(shape) ** shape.crowding
    texts = _texts(dice, topics, shape)
    authors = _authors(dice, writers, count, shape.prolific)
    if shape.newcomers:
        is_new = np.random.default_rng([seed, 83]).random(count) < shape.newcomers
        authors = np.where(is_new, shape.readers + np.arange(count), authors)
    zones = None
    if shape.waves:
        clocks_dice = np.random.default_rng([seed, 71])
        zones = clocks.draw_zones(clocks_dice, shape.readers)
        theirs = clocks.draw_zones(clocks_dice, fresh)
        arrival[_HISTORY_POSTS:] = np.sort(clocks.draw_moments(clocks_dice, theirs, 0.0, evaluation.days))
    return Dataset(
        name=shape.name,
        texts=texts,
        languages=["en"] * count,
        boards=boards,
        authors=authors,
        arrival_h=arrival,
        history=[
            [] if is_cold[reader] else _some(dice, np.flatnonzero(likes[reader, :_HISTORY_POSTS]), evaluation)
            for reader in range(shape.readers)
        ],
        likes=[(np.flatnonzero(row[_HISTORY_POSTS:]) + _HISTORY_POSTS).tolist() for row in likes],
        follows=[np.argsort(-row)[: 1 + dice.poisson(shape.follows)].tolist() for row in reach],
        pace=_paces(dice, shape.readers),
        visits_a_day=evaluation.visits_a_day,
        zones=zones,
        listeners=shape.listeners,
    )


def examined_a_visit(page: int) -> float:
    """Return how many posts of a page are looked at on average: the sum of 1/log2(1+rank)."""
    return float((1 / np.log2(1 + np.arange(1, page + 1))).sum())


def _posts_a_day(shape: Shape, evaluation: EvaluationParameters) -> float:
    if shape.posts_a_day:
        return shape.posts_a_day
    parameters = in_force()
    supply = shape.readers * evaluation.visits_a_day * examined_a_visit(parameters.ranking.page)
    return shape.demand * supply / parameters.hearing.floor


def _mixtures(dice: np.random.Generator, rows: int, topics: int, breadth: float) -> NDArray[np.float64]:
    return dice.dirichlet(np.full(topics, breadth / topics), size=rows)


def _board_shares(shape: Shape) -> NDArray[np.float64]:
    shares = 1 / np.arange(1, shape.boards + 1) ** 0.8
    shares /= shares.sum()
    if shape.dominant:
        shares[1:] *= (1 - shape.dominant) / shares[1:].sum()
        shares[0] = shape.dominant
    return shares


def _likes(
    dice: np.random.Generator, reader_vectors: NDArray[np.float64], topics: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """About two in a hundred posts are liked, mostly by those whose topics they have, and a few by anybody."""
    fit = (reader_vectors @ topics.T).astype(np.float32)
    fit *= dice.lognormal(0.0, 0.6, size=fit.shape).astype(np.float32)
    liked: NDArray[np.bool_] = fit > np.quantile(fit[:: max(1, len(fit) // 300)], 0.98)
    return liked | (dice.random(fit.shape, dtype=np.float32) < 0.001)


def _texts(dice: np.random.Generator, topics: NDArray[np.float64], shape: Shape) -> list[str]:
    own = 1 / np.arange(1, _WORDS_OF_A_TOPIC + 1)
    everybody = 1 / np.arange(1, _COMMON_WORDS + 1)
    own, everybody = own / own.sum(), everybody / everybody.sum()
    texts = []
    for mixture in topics:
        length = max(6, int(dice.lognormal(np.log(shape.words), 0.6)))
        telling = dice.binomial(length, 0.4)
        of_topic = dice.choice(shape.topics, size=telling, p=mixture)
        words = [f"t{t}w{w}" for t, w in zip(of_topic, dice.choice(len(own), telling, p=own), strict=True)]
        words += [f"c{w}" for w in dice.choice(len(everybody), length - telling, p=everybody)]
        texts.append(" ".join(words))
    return texts


def _authors(
    dice: np.random.Generator, writers: NDArray[np.int64], count: int, prolific: float
) -> NDArray[np.int64]:
    weights = dice.lognormal(0.0, prolific, len(writers))
    return dice.choice(writers, size=count, p=weights / weights.sum())


def _paces(dice: np.random.Generator, readers: int) -> NDArray[np.float64]:
    paces = dice.lognormal(0.0, 1.0, readers)
    mean: NDArray[np.float64] = paces / paces.mean()
    return mean


def _some(dice: np.random.Generator, liked: NDArray[np.intp], evaluation: EvaluationParameters) -> list[int]:
    """Return some of what a reader liked before: few have a long history."""
    most = min(len(liked), evaluation.most_history, 1 + int(dice.exponential(6.0)))
    return sorted(dice.choice(liked, most, replace=False).tolist()) if most else []
