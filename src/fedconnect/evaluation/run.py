"""What happened under one policy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.answers import ReplayedAnswer


@dataclass(slots=True)
class Run:
    """What happened under one policy; of each post where nothing else is said. `floors`: what its board could promise when
    it came, from its own supply; those over quota and repetitions have no reserved place for it, and are measured by it all
    the same. `seen`: by how many; `heard`: by how many who count. `when_heard_h`: the age at which the promise was kept,
    else inf; `when_ten_h`: at which ten were there; `when_really_h`: at which as many honest readers of its audience had
    seen it, whatever counted. `ended_h`: the age at which answers ended its hearing. `first_answer_h`, of honest people.
    `asked_h`: the age at which somebody was first asked to answer it. `author_back_h`: at which its author replied to an answer. `ideal`, `dcg`, `visitor`: of each visit.
    `engagements`: when somebody turned to which post."""

    floors: NDArray[np.float64]
    seen: NDArray[np.int64]
    heard: NDArray[np.float64]
    really: NDArray[np.float64]
    when_heard_h: NDArray[np.float64]
    when_ten_h: NDArray[np.float64]
    when_really_h: NDArray[np.float64]
    ended_h: NDArray[np.float64]
    engaged: NDArray[np.float64]
    answerers: NDArray[np.int64]
    first_answer_h: NDArray[np.float64]
    asked_h: NDArray[np.float64]
    author_back_h: NDArray[np.float64]
    dcg: NDArray[np.float64]
    ideal: NDArray[np.float64]
    visitor: NDArray[np.int64]
    met: int = 0
    examined: int = 0
    reserved: int = 0
    shown: int = 0
    answers: list[ReplayedAnswer] = field(default_factory=list)
    engagements: list[tuple[float, int]] = field(default_factory=list)


def nothing_yet(posts: int, visitor: NDArray[np.int64]) -> Run:
    """Return what has happened before the first visit."""
    never = [np.full(posts, np.inf) for _ in range(7)]
    when_heard, when_ten, when_really, ended, answered, asked, back = never
    return Run(
        floors=np.zeros(posts), seen=np.zeros(posts, np.int64), heard=np.zeros(posts), really=np.zeros(posts),
        when_heard_h=when_heard, when_ten_h=when_ten, when_really_h=when_really, ended_h=ended,
        engaged=np.zeros(posts), answerers=np.zeros(posts, np.int64), first_answer_h=answered, asked_h=asked,
        author_back_h=back,
        dcg=np.zeros(len(visitor)), ideal=np.zeros(len(visitor)), visitor=visitor,
    )  # fmt: skip
