"""Learns the weights of each language from its corpus: `make danger`. Logistic regression; the same bytes each time.

Where a score counts as danger (0) is set so that the real posts that nobody learnt from are hardly ever taken for it.
"""

from __future__ import annotations

import gzip
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from fedconnect.moderation.danger.classifier import LANGUAGES, WEIGHTS, Weights, languages_of, pack, unpack
from fedconnect.moderation.danger.corpus_lines import CorpusLine, expand, read_lines
from fedconnect.moderation.danger.traits import SLOTS, traits_of, windows

_EACH = 8  # sentences of one line
_HELD_BACK_AS = 5  # one line in so many is held back, five times
_PENALTY = 0.05
_DANGER_COUNTS = 1.5
_FALSE_ALARMS = 0.004  # of real posts
_SAFE_FALSE_ALARMS = 0.18  # of corpus lines that are safe and hard, held back
_HERE = Path(__file__).parents[2]
_POLIS = _HERE / "evaluation" / "polis" / "items.tsv.gz"
_FORUM = _HERE.parents[1] / "tests" / "samples" / "se_beer_2017" / "posts.tsv.gz"

Vector = Any  # numpy's own types say little more


def real_posts(language: str) -> list[str]:
    """Return real posts in which nobody is in danger: statements of Polis, and every second post of a real forum (the
    others measure). There are hardly any in Spanish: its limit rests on the safe sentences."""
    posts = [line.split("\t")[-1] for line in _lines(_POLIS)]
    if language == "en":
        posts += [" ".join(line.split("\t")[-2:]) for line in _lines(_FORUM)[::2]]
    return [post for post in posts if language in languages_of(post)]


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()[1:]


def main(languages: Iterable[str] = LANGUAGES) -> None:
    """Learn, write the weights, and say how good they are on what was held back."""
    for language in languages:
        weights, figures = learn(read_lines(language), real_posts(language))
        (WEIGHTS / f"{language}.bin").write_bytes(weights)
        print(f"{language}: {figures}, {len(weights) / 1000:.0f} kB")  # noqa: T201


def learn(lines: Sequence[CorpusLine], posts: Sequence[str]) -> tuple[bytes, str]:
    """Return packed weights, and what they find of lines that were held back in turn."""
    scores: list[tuple[float, bool]] = []
    real: list[float] = []
    for part in range(_HELD_BACK_AS):
        kept = _fit(
            [one for number, one in enumerate(lines) if number % _HELD_BACK_AS != part],
            [one for number, one in enumerate(posts) if number % _HELD_BACK_AS != part],
        )
        held = [one for number, one in enumerate(lines) if number % _HELD_BACK_AS == part]
        scores += [(_highest(kept, expand(one.text, 1, _same_dice())[0]), one.is_danger) for one in held]
        real += [_highest(kept, one) for number, one in enumerate(posts) if number % _HELD_BACK_AS == part]
    calm = [score for score, is_danger in scores if not is_danger]
    limit = max(_most(real, _FALSE_ALARMS), _most(calm, _SAFE_FALSE_ALARMS))
    danger = [score > limit for score, is_danger in scores if is_danger]
    figures = (
        f"{sum(danger) / len(danger):.1%} of {len(danger)} held-back lines found, "
        f"{sum(one > limit for one in calm) / len(calm):.1%} of {len(calm)} safe ones, "
        f"{sum(one > limit for one in real) / len(real):.2%} of {len(real)} real posts"
    )
    whole = _fit(lines, posts)
    slots = bytes(whole.slots.cast("B"))
    return pack(whole.bias - limit, whole.scale, slots), figures


def _same_dice() -> random.Random:
    return random.Random(1)  # noqa: S311 (nobody gains by guessing it, and each run makes the same bytes)


def _most(scores: Sequence[float], share: float) -> float:
    """Return the score above which no more than a share of all are."""
    return float(np.quantile(scores, 1 - share))


def _highest(weights: Weights, text: str) -> float:
    return max((weights.score(words) for words in windows(text)), default=weights.bias)


def _fit(lines: Sequence[CorpusLine], posts: Sequence[str]) -> Weights:
    """Return what separates danger from all else."""
    dice = _same_dice()
    rows: list[list[int]] = []
    sides: list[float] = []
    counts: list[float] = []
    for line in lines:
        sentences = expand(line.text, _EACH, dice)
        for sentence in sentences:
            found = max(windows(sentence), key=len, default=[])  # of two sentences, both
            rows.append(traits_of(found))
            sides.append(1.0 if line.is_danger else -1.0)
            counts.append((_DANGER_COUNTS if line.is_danger else 1.0) / len(sentences) ** 0.5)
    for post in posts:
        for words in list(windows(post))[:12]:
            rows.append(traits_of(words))
            sides.append(-1.0)
            counts.append(0.3)
    learnt, bias = _logistic(_matrix(rows), np.array(sides), np.array(counts))
    scale = float(np.abs(learnt).max()) / 127
    rounded = np.rint(learnt / scale).astype(np.int8)
    return unpack(pack(bias, scale, rounded.tobytes()))


def _matrix(rows: Sequence[Sequence[int]]) -> Vector:
    starts = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), 1 / max(1, len(row)) ** 0.5) for row in rows])
    return csr_matrix((values, np.concatenate([np.array(row) for row in rows]), starts), (len(rows), SLOTS))


def _logistic(matrix: Vector, sides: Vector, counts: Vector) -> tuple[Vector, float]:
    """Return weights and bias with the least logistic loss and a penalty on their squares."""
    turned = matrix.T.tocsr()
    penalty = _PENALTY

    def loss(point: Vector) -> tuple[float, Vector]:
        weights, bias = point[:-1], point[-1]
        margin = sides * (matrix @ weights + bias)
        value = counts @ np.logaddexp(0, -margin) + 0.5 * penalty * weights @ weights
        pull = -counts * sides / (1 + np.exp(np.clip(margin, -50, 50)))
        return float(value), np.append(turned @ pull + penalty * weights, pull.sum())

    found = minimize(loss, np.zeros(SLOTS + 1), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return found.x[:-1], float(found.x[-1])


if __name__ == "__main__":
    main(sys.argv[1:] or LANGUAGES)
