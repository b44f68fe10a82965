"""Answers have hearings of their own in a replay: the forbidden first."""

from __future__ import annotations

import numpy as np
import pytest

from fedconnect.evaluation.answers import Answers, ReplayedAnswer
from fedconnect.surfacing.parameters import in_force

P = in_force()
EVERYWHERE = np.ones(2, bool)
NEVER = np.full(2, -1.0, np.float32)


def written(*answers: tuple[int, int, float]) -> Answers:
    """Answers as (about, author, hour)."""
    found = Answers(P.hearing.hours, P.hearing)
    for about, author, at in answers:
        found.write(about, author, at)
    return found


def running(floor: int = 2) -> Answers:
    """One answer of reader 7 to the first post, whose hearing began at 13."""
    found = written((0, 7, 1.0))
    (answer,) = found.due(13.0)
    found.begin(answer, floor, 0)
    return found


def shown(
    answers: Answers, reader: int = 1, now_h: float = 14.0, **values: np.ndarray
) -> list[ReplayedAnswer]:
    known = {"follows": EVERYWHERE, "opened_h": NEVER, **values}
    return answers.offered(reader, now_h, **known)


def test_an_answer_is_shown_to_nobody_who_wrote_it_follows_not_its_board_or_has_read_it() -> None:
    answers = running()
    assert shown(answers) == answers.all
    assert shown(answers, reader=7) == []
    assert shown(answers, follows=np.array([False, True])) == []
    assert shown(answers, opened_h=np.array([2.0, -1.0], np.float32)) == []
    assert shown(answers, opened_h=np.array([0.5, -1.0], np.float32)) == answers.all


def test_a_hearing_ends_by_a_reply_by_its_time_or_when_it_is_heard() -> None:
    assert shown(running(), now_h=13 + P.hearing.hours) != []
    assert shown(running(), now_h=13.1 + P.hearing.hours) == []
    assert shown(running(floor=0)) == [], "nothing was promised"
    replied = running()
    replied.all[0].replied_h = 13.5
    assert shown(replied) == []
    heard = running(floor=1)
    heard.look(heard.all[0], 1, 13.5, inside=True)
    assert shown(heard) == []
    assert heard.all[0].when_heard_h == 13.5


def test_a_look_counts_once_and_only_of_its_audience() -> None:
    answers = running()
    (answer,) = answers.all
    looks = [answers.look(answer, 1, 14.0 + n, inside=inside) for n, inside in enumerate((False, True, True))]
    assert (looks, answer.shown, answer.heard) == ([True, False, False], 1, 1)


def test_a_hearing_begins_after_twelve_hours_without_a_reply() -> None:
    answers = written((0, 7, 1.0), (1, 8, 2.0))
    answers.all[1].replied_h = 3.0
    assert answers.due(12.9) == []
    assert answers.due(30.0) == answers.all[:1]
    assert answers.due(31.0) == [], "once"


@pytest.mark.parametrize("hour", [1.0, 20.0])
def test_two_answers_a_day_of_one_author_have_a_hearing(hour: float) -> None:
    answers = written((0, 7, hour), (1, 7, hour + 1), (0, 7, hour + 2), (0, 8, hour + 2), (0, 7, hour + 25))
    assert [(one.author, one.at_h) for one in answers.due(100.0)] == [
        (7, hour), (7, hour + 1), (8, hour + 2), (7, hour + 25),
    ]  # fmt: skip


def test_what_nobody_replied_to_is_known_by_its_post() -> None:
    answers = written((0, 7, 1.0), (1, 8, 2.0), (0, 9, 3.0))
    answers.all[0].replied_h = 4.0
    assert (answers.to(0), answers.to(1), answers.to(5)) == ([answers.all[2]], [answers.all[1]], [])
