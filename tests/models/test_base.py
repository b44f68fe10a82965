"""States move only along their table: no life cycle goes back from its end or skips what it must not."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from fedconnect.models.base import IllegalMove, Moves, state_column
from fedconnect.models.case import Case, CaseState
from fedconnect.models.decision import Appeal, AppealState
from fedconnect.models.fetch_task import FetchState, FetchTask
from fedconnect.models.hashtag import HashtagPost, HashtagPostState
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.outbound import Delivery, DeliveryState
from fedconnect.models.plugin_event import PluginEvent, PluginEventState
from fedconnect.models.post import Post, PostState
from fedconnect.models.submission import Submission, SubmissionState
from fedconnect.models.thread import Thread, ThreadState


class Light(StrEnum):
    RED = "r"
    GREEN = "g"


#: from these nothing leads on
ENDS: list[tuple[type[Any], StrEnum]] = [
    (Appeal, AppealState.UPHELD),
    (Appeal, AppealState.OVERTURNED),
    (Submission, SubmissionState.SEEN),
    (Submission, SubmissionState.FAILED),
    (HashtagPost, HashtagPostState.LEFT),
    (HashtagPost, HashtagPostState.UNDONE),
    (FetchTask, FetchState.DONE),
    (InboundActivity, InboundState.HANDLED),
    (InboundActivity, InboundState.IGNORED),
    (InboundActivity, InboundState.FAILED),
]


@pytest.mark.parametrize(("row", "end"), ENDS, ids=[f"{row.__name__}-{end}" for row, end in ENDS])
def test_what_has_come_to_its_end_stays_there(row: type[Any], end: StrEnum) -> None:
    for new in type(end):
        one = row(state=end)
        with pytest.raises(IllegalMove):
            one.move(new)
        assert one.state is end, "a refused step leaves no trace"


#: steps that must not be taken, each beside one that leads there in the right way
STEPS: list[tuple[type[Any], StrEnum, StrEnum, StrEnum]] = [
    (Post, PostState.REMOVED, PostState.HELD, PostState.VISIBLE),
    (Post, PostState.DELETED, PostState.VISIBLE, PostState.HELD),
    (Post, PostState.DELETED, PostState.REMOVED, PostState.HELD),
    (Thread, ThreadState.LOCKED, ThreadState.LOCKED, ThreadState.OPEN),
    (Case, CaseState.CLOSED, CaseState.CLOSED, CaseState.OPEN),
    (Submission, SubmissionState.SENT, SubmissionState.ASKED, SubmissionState.SENT),
    (HashtagPost, HashtagPostState.FOUND, HashtagPostState.UNDONE, HashtagPostState.BOOSTED),
    (Hearing, HearingState.WAITING, HearingState.HEARD, HearingState.OPEN),
    (Hearing, HearingState.HEARD, HearingState.OPEN, HearingState.CLOSED),
    (Hearing, HearingState.MISSED, HearingState.WAITING, HearingState.CLOSED),
    (Hearing, HearingState.CLOSED, HearingState.OPEN, HearingState.WAITING),
    (Delivery, DeliveryState.DELIVERED, DeliveryState.RETRYING, DeliveryState.QUEUED),
    (FetchTask, FetchState.FAILED, FetchState.DONE, FetchState.QUEUED),
    (PluginEvent, PluginEventState.FAILED, PluginEventState.FAILED, PluginEventState.QUEUED),
]


@pytest.mark.parametrize(("row", "state", "wrong", "right"), STEPS)
def test_a_state_moves_only_along_its_life(
    row: type[Any], state: StrEnum, wrong: StrEnum, right: StrEnum
) -> None:
    one = row(state=state)
    with pytest.raises(IllegalMove):
        one.move(wrong)
    assert one.state is state
    one.move(right)
    assert one.state is right


def test_a_state_that_the_table_does_not_know_moves_nowhere() -> None:
    moves = Moves[Light]({Light.RED: {Light.GREEN}})
    moves.check(Light.RED, Light.GREEN)
    for old, new in ((Light.GREEN, Light.RED), (Light.GREEN, Light.GREEN), (Light.RED, Light.RED)):
        with pytest.raises(IllegalMove, match="may not become"):
            moves.check(old, new)


def test_a_state_is_stored_by_its_word_and_not_by_its_name() -> None:
    assert state_column(Light).enums == ["r", "g"]
