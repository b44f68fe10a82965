"""What a handler answers, and what it was given."""

from __future__ import annotations

from dataclasses import dataclass

from fedconnect.activitypub.vocabulary import Actor
from fedconnect.drafts import PostDraft
from fedconnect.hooks.views import Verdict
from fedconnect.models.person import Person


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was fetched, cleaned and screened before the transaction opened."""

    person: Person
    draft: PostDraft | None = None
    verdict: Verdict = Verdict.PUBLISH
    actor: Actor | None = None
    parent_is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Handled:
    """The activity had its effect."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """The activity is none of ours, or not permitted; `reason` is for the log."""

    reason: str
    forget_body: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """The activity needs something that is not here yet."""

    uri: str


Result = Handled | Ignored | Waits
