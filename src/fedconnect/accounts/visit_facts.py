"""What every page's frame tells a reader: what is new, which boards they follow, what waits for their review. Each is a part
of the one statement that finds the visit, so that a page costs no query more for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, String, case, cast, exists, func, or_, select

from fedconnect.foundation import monogram
from fedconnect.models.board import Board, Follow, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification

MOST_BOARDS = 40
_NEXT, _BOTH = "\n", "\t"  # neither is in a slug, and a name that has one is only shown cut


@dataclass(frozen=True, slots=True)
class FollowedBoard:
    """A board that a reader follows, as the list beside each page names it; `tint` is from 0 to 5."""

    slug: str
    name: str
    tint: int


def unread_threads() -> ScalarSelect[int]:
    """In how many conversations a reader is told of something that they have not seen."""
    return (
        select(func.count(func.distinct(Post.thread_id)))
        .join(Notification, Notification.post_id == Post.id)
        .where(Notification.person_id == Person.id, Notification.seen_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def looks_after() -> ColumnElement[bool]:
    """Whether somebody looks after a board, or the installation."""
    moderates = exists().where(Moderator.person_id == Person.id).correlate(Person)
    return or_(moderates, _is_admin())


def boards_followed() -> ScalarSelect[str]:
    """The boards that a reader follows, from their own account or on these pages alone, for `read_boards`. Discreet ones are left
    out: on every other page somebody may be looking over a shoulder."""
    here = select(LocalFollow.board_id).where(LocalFollow.reader_id == Reader.id).correlate(Reader)
    home = select(Follow.board_id).where(Follow.person_id == Person.id).correlate(Person)
    one = Board.slug + _BOTH + Board.name
    return (
        select(func.aggregate_strings(one, _NEXT))
        .where(or_(Board.id.in_(here), Board.id.in_(home)), Board.is_discreet.is_(False))
        .correlate(Reader, Person)
        .scalar_subquery()
    )


def to_review() -> ScalarSelect[int]:
    """How many cases wait on the boards that a moderator looks after, on all boards for who runs the installation: one for
    each post and each wave. Appeals go to whoever may hear them, and are not counted."""
    moderated = select(Moderator.board_id).where(Moderator.person_id == Person.id).correlate(Person)
    subject = case(
        (Case.wave != "", cast(Case.board_id, String) + ":" + Case.wave),
        else_=cast(func.coalesce(Case.post_id, Case.id), String),
    )
    return (
        select(func.count(func.distinct(subject)))
        .where(
            Case.state == CaseState.OPEN,
            Case.kind != CaseKind.APPEAL,
            or_(Case.board_id.in_(moderated), _is_admin()),
        )
        .correlate(Person)
        .scalar_subquery()
    )


def read_boards(told: str | None) -> Sequence[FollowedBoard]:
    """Return the boards of `boards_followed`, by name, the first forty."""
    parts = (line.partition(_BOTH) for line in (told or "").split(_NEXT))
    found = [FollowedBoard(slug, name, monogram.tint_of(slug)) for slug, both, name in parts if both]
    return sorted(found, key=lambda one: (one.name.casefold(), one.slug))[:MOST_BOARDS]


def _is_admin() -> ColumnElement[bool]:
    return exists().where(Admin.person_id == Person.id).correlate(Person)
