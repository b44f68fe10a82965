"""What the domain says has happened: frozen, ids only. wiring.py says what follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in this transaction."""


@dataclass(frozen=True, slots=True)
class BoardFollowed(Event):
    """A person asked to follow a board; also told when they ask again."""

    follow_id: int


@dataclass(frozen=True, slots=True)
class BoardUnfollowed(Event):
    """A person took their Follow back, whether or not it still stood."""

    follow_uri: str
    person_id: int


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    """A post can be seen on its board; `was_moved` there by a moderator, not sent there by its author."""

    post_id: int
    thread_id: int
    board_id: int
    is_starter: bool
    was_moved: bool = False


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """The author changed a post that was published before."""

    post_id: int
    thread_id: int
    board_id: int


class Cause(StrEnum):
    """Why a post can no longer be seen."""

    AUTHOR = "author"  # deleted by an activity of its author's
    ACCOUNT = "account"  # its author's account is gone
    NARROWED = "narrowed"  # its author narrowed who may see it
    LEFT = "left"  # its author took it off the board
    HELD = "held"  # it waits for a moderator
    REMOVED = "removed"  # a moderator's decision
    MOVED = "moved"  # a moderator moved its thread to another board
    UNWANTED = "unwanted"  # whom it answers took their leave back
    MERGED = "merged"  # its thread goes on in another one


@dataclass(frozen=True, slots=True)
class PostWithdrawn(Event):
    """A post can no longer be seen on its board."""

    post_id: int
    thread_id: int
    board_id: int
    is_starter: bool
    cause: Cause = Cause.AUTHOR


@dataclass(frozen=True, slots=True)
class PostNeedsCare(Event):
    """The words of a new post sound as if somebody were in danger; its author is written to."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostSafeguarded(Event):
    """A post goes to listeners and moderators alone from now on."""

    post_id: int
    thread_id: int
    board_id: int


@dataclass(frozen=True, slots=True)
class DecisionMade(Event):
    """A moderator decided; `was_said` where their own server has said so as an activity of theirs;
    `is_told` where whom it concerns hears of it in another way."""

    decision_id: int
    was_said: bool
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class CaseReported(Event):
    """There is something to look at on a board; told once for each time a case is opened."""

    case_id: int


@dataclass(frozen=True, slots=True)
class PostHeld(Event):
    """A post waits before it is shown; its author is told why."""

    post_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class PostRefused(Event):
    """A post that names a board cannot stand on it; `why` names a text for its author."""

    board_id: int
    person_id: int
    uri: str
    why: str


@dataclass(frozen=True, slots=True)
class DirectMessageWritten(Event):
    """A board wrote to somebody in private."""

    direct_message_id: int


@dataclass(frozen=True, slots=True)
class AppealHeard(Event):
    """Somebody else looked at a decision again, and its author is told what came of it."""

    appeal_id: int


@dataclass(frozen=True, slots=True)
class CaseClimbed(Event):
    """Nobody looked at something urgent in time, and the next are called: deputies, then admins."""

    case_id: int


@dataclass(frozen=True, slots=True)
class LinkedGroupFollowed(Event):
    """A board wants to follow a remote Group."""

    linked_group_id: int


@dataclass(frozen=True, slots=True)
class LinkedGroupUnfollowed(Event):
    """No board follows a remote Group any more by this Follow."""

    person_id: int
    follow_uri: str


@dataclass(frozen=True, slots=True)
class FollowRefused(Event):
    """Somebody asked to follow an actor of ours that nobody can follow; `actor` names its key."""

    actor: str
    person_id: int
    follow_uri: str


@dataclass(frozen=True, slots=True)
class QuoteAsked(Event):
    """Somebody asked to quote a note of ours and may; `request_uri` is what they asked with."""

    stamp_id: int
    person_id: int
    request_uri: str


@dataclass(frozen=True, slots=True)
class BoardMoved(Event):
    """A board has gone to another address, and its followers are told."""

    board_id: int


@dataclass(frozen=True, slots=True)
class BoardChanged(Event):
    """What a board is called, how it looks or whether it takes posts has changed, and its followers' servers read it again."""

    board_id: int


@dataclass(frozen=True, slots=True)
class BotFollowed(Event):
    """A person asked to follow a service of ours; also told when they ask again."""

    bot: str
    bot_uri: str
    person_id: int
    follow_uri: str


@dataclass(frozen=True, slots=True)
class BotMessaged(Event):
    """Somebody wrote to a service in private: plain text, at most 2,000 characters, kept until it is answered."""

    bot: str
    person_uri: str
    handle: str
    text: str
    uri: str


@dataclass(frozen=True, slots=True)
class HearingPlaced(Event):
    """A post has its promise now, or it is known why it has none; told once for each post."""

    post_id: int


@dataclass(frozen=True, slots=True)
class HearingEnded(Event):
    """A post was answered, or seen by as many as was promised, and its author asked to be told."""

    post_id: int


@dataclass(frozen=True, slots=True)
class LikeChanged(Event):
    """Somebody likes a post, or no longer does."""

    post_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ListenerAsked(Event):
    """Somebody is asked to answer a post that nobody answers."""

    post_id: int
    board_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class TravelRefused(Event):
    """Somebody wants their posts shown on their own boards alone."""

    person_id: int


@dataclass(frozen=True, slots=True)
class SurfacingRefused(Event):
    """An author said no: their posts are not surfaced on a board, or, where it is empty, on any."""

    person_id: int
    board_id: int | None


@dataclass(frozen=True, slots=True)
class PrivateMessageTaken(Event):
    """Somebody wrote to a board in private; they should know who can read it."""

    board_id: int
    person_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class InboxGone(Event):
    """A server said of an inbox that it is gone for good (410)."""

    host: str
    inbox: str


@dataclass(frozen=True, slots=True)
class ActorMoved(Event):
    """An actor names a new account, and nothing that it holds here has gone along yet."""

    person_id: int


def emit(session: Session, event: Event) -> None:
    """Say that something happened; handlers run before this transaction commits."""
    session.info.setdefault("events", []).append(event)


def take(session: Session) -> list[Event]:
    """Return the events not yet reacted to, and forget them."""
    taken: list[Event] = session.info.pop("events", [])
    return taken
