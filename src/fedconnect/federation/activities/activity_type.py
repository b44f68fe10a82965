"""What a type of activity is to us. Each is declared in a file of its own; nothing else asks which type it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity, Document, Note
from fedconnect.federation.activities.result import Result
from fedconnect.models.board import Board
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival

Prepared = TypeVar("Prepared")


@dataclass(frozen=True, slots=True)
class Incoming:
    """An activity whose sender is proven and known, and how it came.

    `note` is the post that it carries, as its origin tells it, with nothing cleaned. `for_board` is the slug of the
    board that a sister board brings it to, `linked_group_uri` that sister. `stands_alone`: what a post answers is on no
    board. `replies_to_uri` is what it answers where its own server could not say so. `restored_by`: the received
    activity that brought a deleted post back, where this is what its origin says to that; 0 otherwise.
    """

    activity: Activity
    person: Person
    policy: Policy = Policy.OPEN
    note: Note | None = None
    arrival: Arrival = Arrival.SENT
    inbound_id: int = 0
    for_board: str = ""
    linked_group_uri: str = ""
    stands_alone: bool = False
    replies_to_uri: str = ""
    restored_by: int = 0


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a sister board announces to its followers: no proof of what is inside. Ref: FEP-1b12.

    `inner` is the activity inside, `target` what that is about; `board` the first of ours that follows the sister.
    """

    incoming: Incoming
    inner: Document
    target: str
    board: Board


def nobody_is_concerned(session: Session, person: Person) -> bool:
    """Say that an activity concerns us by the ids in it alone."""
    return False


@dataclass(frozen=True)
class ActivityType(Generic[Prepared]):
    """One type of activity.

    `prepare` runs with no transaction open and may ask other servers; it returns the type's own frozen facts, and
    raises FetchFailed or Malformed where they are not to be had. `apply` has its effect, in a transaction that others
    share. `undo` takes it back, given the Undo. `in_envelope` and `undo_in_envelope` are for what a sister board
    announces; without them it is the sister's own affair.
    """

    name: str
    prepare: Callable[[Incoming], Prepared]
    apply: Callable[[Session, Incoming, Prepared], Result]
    undo: Callable[[Session, Incoming], Result] | None = None
    in_envelope: Callable[[Session, Envelope], Result] | None = None
    undo_in_envelope: Callable[[Session, Envelope], Result] | None = None
    concerns: Callable[[Session, Person], bool] = nobody_is_concerned
    carries_post: bool = False  # unless it is about its own actor
    can_end_account: bool = False  # its actor may be gone, and need not be looked up
    can_be_about_actor: bool = False  # a stranger's, about themselves, changes nothing here
    can_be_forwarded: bool = False  # from somebody else it is a hint to ask its object's origin
    is_undone_by_id: bool = False  # an Undo may name it by its id alone
    is_once: bool = False  # what comes under a known id is the same again; of all others it is news where it changes something
    is_relayed: bool = False  # to a board's threadiverse followers, where a board is the result's


def nothing(incoming: Incoming) -> None:
    """Prepare nothing: the activity says all that is needed."""


AnyActivityType = ActivityType[Any]
