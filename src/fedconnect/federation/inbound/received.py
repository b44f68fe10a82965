"""What arrived, as its row says it; and what a batch of such rows knows already."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival


@dataclass(frozen=True, slots=True)
class Received:
    """What a row of a received activity says."""

    id: int
    activity: Activity
    body: str
    received_at: datetime
    arrival: Arrival
    stands_alone: bool
    cause: str
    for_board: str
    linked_group_uri: str
    replies_to_uri: str = ""
    has_waited: bool = False


@dataclass(frozen=True, slots=True)
class KnownSender:
    """Somebody who speaks in a batch, and how far their server is trusted; nobody, where they are not met yet."""

    person: Person | None
    policy: Policy
    is_introduced: bool = False  # their server was asked about itself


@dataclass(slots=True)
class Batch:
    """What is known within a batch: who was looked up, and the posts of it that concern somebody here."""

    people: dict[str, KnownSender] = field(default_factory=dict)
    posts: set[str] = field(default_factory=set)
