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
_PARTS = 4
_NEXT, _BOTH = "\n", "\t"  # neither is in a slug, and a name that has one is only shown cut


@dataclass(frozen=True, slots=True)
class FollowedBoard:
    """A board that a reader follows: `how` is `home`, from their own account, or `here`, on these pages alone; `tint` is from 0
    to 5. A discreet one is named on its own pages only: on others somebody may be looking over a shoulder."""

    slug: str
    name: str
    how: str
    is_discreet: bool
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
    """The boards that a reader follows, for `read_boards`."""
    here = exists().where(LocalFollow.reader_id == Reader.id, LocalFollow.board_id == Board.id)
    home = exists().where(Follow.person_id == Person.id, Follow.board_id == Board.id)
    how = case((home.correlate(Person, Board), "home"), else_="here")
    discreet = case((Board.is_discreet.is_(True), "discreet"), else_="")
    one = Board.slug + _BOTH + how + _BOTH + discreet + _BOTH + Board.name
    return (
        select(func.aggregate_strings(one, _NEXT))
        .where(or_(here.correlate(Reader, Board), home.correlate(Person, Board)))
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
    parts = [line.split(_BOTH, 3) for line in (told or "").split(_NEXT)]
    found = [
        FollowedBoard(slug, name, how, discreet != "", monogram.tint_of(slug))
        for slug, how, discreet, name in (one for one in parts if len(one) == _PARTS)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.slug))[:MOST_BOARDS]


def _is_admin() -> ColumnElement[bool]:
    return exists().where(Admin.person_id == Person.id).correlate(Person)
