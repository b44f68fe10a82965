"""What the domain says has happened: frozen, ids only. wiring.py says what follows."""

from __future__ import annotations

from dataclasses import dataclass

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
    """A person took a Follow back, whether or not it still stood."""

    follow_uri: str


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    """A post can be seen on its board."""

    post_id: int
    thread_id: int
    board_id: int
    is_starter: bool


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """The author changed a post that was published before."""

    post_id: int
    thread_id: int
    board_id: int


@dataclass(frozen=True, slots=True)
class PostWithdrawn(Event):
    """A post can no longer be seen: its author deleted it, or narrowed who may see it."""

    post_id: int
    thread_id: int
    board_id: int
    is_starter: bool


@dataclass(frozen=True, slots=True)
class PrivateMessageRefused(Event):
    """Somebody wrote to a board in private; nothing was kept, and they should know."""

    board_id: int
    person_id: int
    uri: str


def emit(session: Session, event: Event) -> None:
    """Say that something happened; reactions run before this transaction commits."""
    session.info.setdefault("events", []).append(event)


def take(session: Session) -> list[Event]:
    """Return the events not yet reacted to, and forget them."""
    taken: list[Event] = session.info.pop("events", [])
    return taken
