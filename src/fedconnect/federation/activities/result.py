"""What the work on an activity ends in."""

from __future__ import annotations

from dataclasses import dataclass

from fedconnect.models.board import Board


@dataclass(frozen=True, slots=True)
class Handled:
    """The activity had its effect. Where its type is relayed, the threadiverse followers of `board` are told of it as
    it was said. `is_said_later`: it is kept until it is known whether they are."""

    outcome: str
    board: Board | None = None
    is_said_later: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """The activity is none of ours, or not permitted; `reason` is for the log."""

    reason: str


NOTHING_THAT_COMES = ""
UNSEEN = "undone before it came"  # the outcome of an Undo of what is not here


@dataclass(frozen=True, slots=True)
class Deferred:
    """The activity needs something that is not here yet; `came_meanwhile` where it is here by now after all.

    `uri` is that post's; NOTHING_THAT_COMES where no activity will bring it, and it is looked at again by itself.
    """

    uri: str
    came_meanwhile: bool = False


Result = Handled | Ignored | Deferred
