"""What can become of a post, and of an edit. Each has a plain reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fedconnect.moderation.hold_reason import HoldReason


@dataclass(frozen=True, slots=True)
class Published:
    """It is shown."""

    reason: ClassVar[str] = "published"


@dataclass(frozen=True, slots=True)
class Held:
    """It is kept and not shown yet."""

    hold: HoldReason
    reason: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True)
class Known:
    """It is here already, in whatever state."""

    reason: ClassVar[str] = "known already"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Its author took it back before it came: its place is kept, and nothing of what it said."""

    reason: ClassVar[str] = "taken back before it came"


@dataclass(frozen=True, slots=True)
class Locked:
    """Its thread takes no answers. `told` names the text that its author reads; empty where they are not written to."""

    told: str = ""
    reason: ClassVar[str] = "the thread is locked"


@dataclass(frozen=True, slots=True)
class Full:
    """Its thread has as many answers as it takes."""

    reason: ClassVar[str] = "the thread is full"


@dataclass(frozen=True, slots=True)
class Refused:
    """It has no place here. `told` names the text that its author reads; empty where they are not written to."""

    reason: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class ConversationHidden:
    """Nothing is kept of it until what its conversation began with, `uri`, can be seen; never where that is not."""

    uri: str
    reason: ClassVar[str] = "what it belongs to is out of sight"


Outcome = Published | Held | Known | TakenBack | Locked | Full | Refused | ConversationHidden


@dataclass(frozen=True, slots=True)
class PostDecision:
    """What becomes of a post, and what follows beside it.

    `also_held` are posts of others that wait from now on; `is_attended`: somebody who looks after the board was here;
    `is_newcomer`: nothing of its author's stood on the board before this hour.
    """

    outcome: Outcome
    also_held: tuple[int, ...] = ()
    is_attended: bool = False
    is_newcomer: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """The new version names no board any more: the post leaves, and its words are forgotten."""

    reason: ClassVar[str] = "left the board"


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """The post is gone, or a later version is here already; a poll's votes are taken over all the same."""

    reason: ClassVar[str] = "no newer edit"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Its author now shows it to fewer people than can read a board: it is withdrawn."""

    reason: ClassVar[str] = "edited"


@dataclass(frozen=True, slots=True)
class Edited:
    """The new version takes the place of the old one."""

    reason: ClassVar[str] = "edited"


EditOutcome = Left | OlderVersion | Narrowed | Edited


@dataclass(frozen=True, slots=True)
class EditDecision:
    """What becomes of an edit, and what follows beside it.

    `hold` is why the new version has to be looked at; `is_put_on_hold`: the post waits for that, since it was in sight
    or waited already. `is_attended`: somebody who looks after the board was here.
    """

    outcome: EditOutcome
    hold: HoldReason | None = None
    is_put_on_hold: bool = False
    is_attended: bool = False

    @property
    def reason(self) -> str:
        """What became of it, in plain words."""
        is_kept = isinstance(self.outcome, Edited | Narrowed)
        return "held: the edit was screened" if is_kept and self.hold is not None else self.outcome.reason
