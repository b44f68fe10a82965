"""Communities in which somebody wants more than their share: what is added to a data set, and who did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.dataset import Dataset
from fedconnect.evaluation.hostility import Hostility

_POSTS = 300
_FLOOD_H = 100.0
_BEGIN_H = 48.0
_LOOKERS = 10
_SOCKS = ("one.example", "one.example", "two.example")
FORGED = "forged impressions"
OLD_LOOKERS = "ten old accounts on one server look at everything"
SPREAD_LOOKERS = "ten old accounts on ten servers look at everything"
NEW_SOCKS = "three new accounts answer everything"
MET_SOCKS = "three accounts met before answer everything"
GREEDY = "a moderator wants 50 in 12 hours"
FIFTY_A_DAY = "one author, 50 a day"


@dataclass(frozen=True, slots=True)
class Attack:
    """A data set with an attack in it; `by` tells which authors belong to it, `board` whose posts, in their place."""

    data: Dataset
    by: frozenset[int]
    board: int | None = None

    def theirs(self, authors: NDArray[np.int64], boards: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which posts are to gain by it."""
        return np.isin(authors, list(self.by)) if self.board is None else boards == self.board


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


def _lookers(data: Dataset, domains: tuple[int, ...]) -> Attack:
    count = len(domains)
    attacked = replace(
        data,
        history=[*data.history, *[[] for _ in range(count)]],
        likes=[*data.likes, *[[] for _ in range(count)]],
        follows=[*data.follows, *[list(range(data.board_count)) for _ in range(count)]],
        pace=np.append(data.pace, np.zeros(count)),  # what they do stands in the hostility
        hostility=replace(data.hostility, lookers=domains),
    )
    return Attack(attacked, frozenset())


def old_lookers(data: Dataset, seed: int) -> Attack:
    """Ten accounts a month old, on a server of their own, follow every board and look at each post as soon as it comes."""
    return _lookers(data, (-1,) * _LOOKERS)


def spread_lookers(data: Dataset, seed: int) -> Attack:
    """The same ten, on ten servers that the other readers use too: the most that ten accounts can do."""
    return _lookers(data, tuple(range(_LOOKERS)))


def new_socks(data: Dataset, seed: int) -> Attack:
    """Three throw-away accounts on two domains say "+1" to everything, an hour after it came."""
    return Attack(replace(data, hostility=Hostility(socks=_SOCKS)), frozenset())


def met_socks(data: Dataset, seed: int) -> Attack:
    """The same three, who wrote here a day before."""
    return Attack(replace(data, hostility=Hostility(socks=_SOCKS, are_met=True)), frozenset())


def delete_and_repost(data: Dataset, seed: int) -> Attack:
    """One account posts the same text 300 times, and takes each back before the next."""
    dice = np.random.default_rng([seed, 53])
    text = " ".join(_popular_text(data, dice) for _ in range(2))
    attack = _added(data, [text] * _POSTS, np.full(_POSTS, _newcomer(data)), dice)
    places = np.arange(len(data.texts), len(attack.data.texts))
    following = np.append(attack.data.arrival_h[places[1:]], np.inf)
    gone = dict(zip(places.tolist(), (following - 1e-6).tolist(), strict=True))
    hostility = replace(attack.data.hostility, gone_h=gone)
    return replace(attack, data=replace(attack.data, hostility=hostility))


def paraphrases(data: Dataset, seed: int, part: float) -> Attack:
    """300 accounts post the same text, each with another part of its words changed."""
    dice = np.random.default_rng([seed, 59])
    template = " ".join(_popular_text(data, dice) for _ in range(2)).split()
    changed = max(1, round(part * len(template)))
    texts = []
    for number in range(_POSTS):
        words = list(template)
        for place in dice.choice(len(words), changed, replace=False).tolist():
            words[place] = f"x{number}y{place}"
        texts.append(" ".join(words))
    return _added(data, texts, _newcomer(data) + np.arange(_POSTS), dice)


def edited_into_one(data: Dataset, seed: int) -> Attack:
    """300 accounts post texts of their own, and edit all of them into one soon after they were placed."""
    dice = np.random.default_rng([seed, 61])
    texts = [_popular_text(data, dice) for _ in range(_POSTS)]
    attack = _added(data, texts, _newcomer(data) + np.arange(_POSTS), dice)
    text = " ".join(_popular_text(data, dice) for _ in range(2))
    edited = dict.fromkeys(range(len(data.texts), len(attack.data.texts)), text)
    return replace(attack, data=replace(attack.data, hostility=replace(attack.data.hostility, edited=edited)))


def greedy_moderator(data: Dataset, seed: int) -> Attack:
    """The moderators of the board that has nearest to 9.5 % of all posts promise fifty readers in twelve hours."""
    shares = np.bincount(data.boards, minlength=data.board_count) / len(data.boards)
    board = int(np.abs(shares - 0.095).argmin())
    return Attack(replace(data, hostility=Hostility(promises={board: (50, 12.0)})), frozenset(), board)


def fifty_a_day(data: Dataset, seed: int) -> Attack:
    """One account posts 50 times a day, all the time."""
    dice = np.random.default_rng([seed, 67])
    count = 50 * round(float(data.arrival_h.max()) / 24)
    texts = [_popular_text(data, dice) for _ in range(count)]
    attack = _added(data, texts, np.full(count, _newcomer(data)), dice)
    arrival = attack.data.arrival_h.copy()
    arrival[-count:] = np.sort(dice.uniform(0, float(data.arrival_h.max()), count))
    return replace(attack, data=replace(attack.data, arrival_h=arrival))


ATTACKS: dict[str, Attacker] = {
    "one author, 300 posts": one_author,
    "300 accounts on three hosts": many_accounts,
    "near-duplicates": near_duplicates,
    "keyword stuffing": keyword_stuffing,
    FORGED: forged_impressions,
    OLD_LOOKERS: old_lookers,
    SPREAD_LOOKERS: spread_lookers,
    NEW_SOCKS: new_socks,
    MET_SOCKS: met_socks,
    "delete and repost": delete_and_repost,
    "paraphrases, 5 % of words": partial(paraphrases, part=0.05),
    "paraphrases, 10 % of words": partial(paraphrases, part=0.10),
    "edited into one text": edited_into_one,
    GREEDY: greedy_moderator,
    FIFTY_A_DAY: fifty_a_day,
}
IN_SMALL_FORUMS = (FIFTY_A_DAY,)
IN_LARGE_FORUMS = tuple(name for name in ATTACKS if name not in IN_SMALL_FORUMS)


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
        hostility=Hostility(authors=frozenset(authors.tolist())),
    )
    return Attack(attacked, frozenset(authors.tolist()))
