"""What a handler answers, and what it was given."""

from __future__ import annotations

from dataclasses import dataclass

from fedconnect.activitypub.vocabulary import Actor
from fedconnect.drafts import PostDraft
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was fetched, cleaned and screened before the transaction opened.

    `screened` says why the verdict is to hold it: `plugin`, or `limited` by its server's policy. `subject` is the person that the activity is about; `actor` the actor that it refers to, freshly fetched;
    `approval` is where the leave for an answer stands, proven; `stands_alone` that what a post answers is on no
    board. `for_board` and `sister_uri` tell how it came, where it was not sent to us. `ends` is how it ends where
    nothing here is concerned: then nothing was cleaned.
    """

    person: Person
    draft: PostDraft | None = None
    verdict: Verdict = Verdict.PUBLISH
    screened: str = ""
    actor: Actor | None = None
    subject: Person | None = None
    approval: str = ""
    stands_alone: bool = False
    arrival: Arrival = Arrival.SENT
    inbound_id: int = 0
    for_board: str = ""
    sister_uri: str = ""
    collections: tuple[str, ...] = ()
    ends: Ignored | Waits | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """The activity had its effect. The threadiverse followers of `relay` are told of it as it was said."""

    outcome: str
    relay: Board | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """The activity is none of ours, or not permitted; `reason` is for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waits:
    """The activity needs something that is not here yet; `came_meanwhile` where it is here by now after all."""

    uri: str
    came_meanwhile: bool = False


Result = Handled | Ignored | Waits
