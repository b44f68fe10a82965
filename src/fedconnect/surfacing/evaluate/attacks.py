"""Communities in which somebody wants more than their share: what is added to a data set, and who did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fedconnect.surfacing.evaluate.dataset import Dataset

_POSTS = 300
_FLOOD_H = 100.0
_BEGIN_H = 48.0
FORGED = "forged impressions"


@dataclass(frozen=True, slots=True)
class Attack:
    """A data set with an attack in it; `by` tells which authors belong to it."""

    data: Dataset
    by: frozenset[int]


Attacker = Callable[[Dataset, int], Attack]


def one_author(data: Dataset, seed: int) -> Attack:
    """One account posts 300 times in 100 hours, about whatever most people talk about."""
    dice = np.random.default_rng([seed, 17])
    author = _newcomer(data)
    texts = [_popular_text(data, dice) for _ in range(_POSTS)]
    return _added(data, texts, np.full(_POSTS, author), dice)


def many_accounts(data: Dataset, seed: int) -> Attack:
    """300 new accounts on three hosts post once each; half of the texts are one text with a word changed."""
    dice = np.random.default_rng([seed, 19])
    authors = _newcomer(data) + np.arange(_POSTS)
    template = _popular_text(data, dice).split() * 2
    texts = [_popular_text(data, dice) for _ in range(_POSTS // 2)]
    for number in range(_POSTS - len(texts)):
        words = list(template)
        words[number % len(words)] = f"x{number}"
        texts.append(" ".join(words))
    return _added(data, texts, authors, dice)


def near_duplicates(data: Dataset, seed: int) -> Attack:
    """300 accounts post the same text, each with another word at its end."""
    dice = np.random.default_rng([seed, 23])
    text = " ".join(_popular_text(data, dice) for _ in range(2))
    texts = [f"{text} x{number}" for number in range(_POSTS)]
    return _added(data, texts, _newcomer(data) + np.arange(_POSTS), dice)


def keyword_stuffing(data: Dataset, seed: int) -> Attack:
    """300 accounts post once each: the words of fifty other posts at once."""
    dice = np.random.default_rng([seed, 29])
    texts = [" ".join(_popular_text(data, dice) for _ in range(50)) for _ in range(_POSTS)]
    return _added(data, texts, _newcomer(data) + np.arange(_POSTS), dice)


def forged_impressions(data: Dataset, seed: int) -> Attack:
    """300 accounts of that day follow every board and look at everything twenty times a day, so that other
    people's posts seem heard. (Tokens that were never given out are refused before anything is counted.)"""
    count, pace = _POSTS, 20.0 / data.visits_a_day
    everywhere = list(range(data.board_count))
    attacked = replace(
        data,
        history=[*data.history, *[[] for _ in range(count)]],
        likes=[*data.likes, *[[] for _ in range(count)]],
        follows=[*data.follows, *[everywhere for _ in range(count)]],
        pace=np.append(data.pace, np.full(count, pace)),
        account_age_h=np.append(np.full(data.readers, 1e4), np.full(count, 12.0)),
    )
    return Attack(attacked, frozenset())


ATTACKS: dict[str, Attacker] = {
    "one author, 300 posts": one_author,
    "300 accounts on three hosts": many_accounts,
    "near-duplicates": near_duplicates,
    "keyword stuffing": keyword_stuffing,
    FORGED: forged_impressions,
}


def _newcomer(data: Dataset) -> int:
    return max(int(data.authors.max()), data.readers) + 1


def _popular_text(data: Dataset, dice: np.random.Generator) -> str:
    """Return words of posts that many liked, mixed: what a flooder would write to please everybody."""
    before = np.flatnonzero(data.arrival_h < 0)
    words = [word for place in dice.choice(before, 3) for word in data.texts[int(place)].split()]
    return " ".join(dice.permutation(words)[:60].tolist())


def _added(data: Dataset, texts: list[str], authors: NDArray[np.int64], dice: np.random.Generator) -> Attack:
    count = len(texts)
    busiest = int(np.bincount(data.boards).argmax())
    attacked = replace(
        data,
        texts=[*data.texts, *texts],
        languages=[*data.languages, *["en"] * count],
        boards=np.append(data.boards, np.full(count, busiest)),
        authors=np.append(data.authors, authors),
        arrival_h=np.append(data.arrival_h, np.sort(dice.uniform(_BEGIN_H, _BEGIN_H + _FLOOD_H, count))),
    )
    return Attack(attacked, frozenset(authors.tolist()))
