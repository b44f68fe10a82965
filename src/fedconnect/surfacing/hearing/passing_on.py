"""A reader passes a quiet post on, to a board or to somebody, with one sentence why.

Whom a post is passed on to is never told to who passes it on, not even whether they are known here: what they may do, and
what they read, depends on what they did themselves alone. Nobody can be flooded: each cap is for a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board, Follow
from fedconnect.models.decision import Ban
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.passed_on import KEPT, PassedOn, PassedOnPlace
from fedconnect.models.person import LATEST_FIRST, Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification, NotificationKind
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.models.visibility import in_sight, may_travel, welcome_to
from fedconnect.surfacing.hearing.reader_notifications import notify

LONGEST_SENTENCE = 280
MOST_A_DAY = 10  # of one sender
TO_A_PERSON = 5  # from everybody
TO_A_BOARD = 10
FROM_ONE = 2  # sender, to the same person or board
WAITING = 10  # for somebody who never signed in
YOUNGEST = timedelta(days=1)  # since somebody signed in for the first time
_DAY = timedelta(days=1)
_NO_PERSONS = ("Service", "Application", "Group")


def pass_on_to_board(session: Session, by: Person, post: Post, board: Board, sentence: str) -> None:
    """Pass a quiet post on to those who follow another board; the same twice is once.

    Raises:
        Malformed: no sentence, too many today, or somebody who just came.
    """
    sentence = _checked(session, by, sentence)
    to_board = PassedOn.to_board_id == board.id
    if _count(session, to_board, PassedOn.by_person_id == by.id, PassedOn.post_id == post.id, days=30):
        return
    if (
        _count(session, to_board) >= TO_A_BOARD
        or _count(session, to_board, PassedOn.by_person_id == by.id) >= FROM_ONE
    ):
        raise Malformed("board", safe="Enough was passed on to this board today; please try again tomorrow.")
    _add(session, by, post, sentence, to_board_id=board.id)


def pass_on_to_person(session: Session, by: Person, post: Post, handle: str, sentence: str) -> None:
    """Pass a quiet post on to somebody who reads here, wrote here or follows a board: they are told, also where they sign
    in only later. Anybody else is passed over in silence, and counts like them.

    Raises:
        Malformed: no sentence, too many today, or somebody who just came.
    """
    sentence = _checked(session, by, sentence)
    person = _find_known(session, handle)
    if person is None or not _may_reach(session, by, post, person):
        _add(session, by, post, sentence)
        return
    _add(session, by, post, sentence, to_person_id=person.id)
    notify(session, person.id, NotificationKind.PASSED_ON, post.id)


def may_pass_on(session: Session, by: Person, post: Post) -> bool:
    """Whether somebody may pass a post on: it is somebody else's, not yet heard or answered, its author lets it travel and
    does not hide from them; and they may write on its board."""
    now = clock.now()
    quiet = or_(Hearing.state.in_((HearingState.OPEN, HearingState.MISSED)), Hearing.answerers == 0)
    banned = exists().where(
        Ban.person_id == by.id, Ban.board_id == post.board_id, or_(Ban.until.is_(None), Ban.until > now)
    )
    distrusted = exists().where(Instance.host == by.host, Instance.policy != Policy.OPEN)
    found = session.execute(
        select(Hearing.id)
        .join(Post, Post.id == Hearing.post_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.id == post.id, Hearing.state != HearingState.CLOSED, quiet, may_travel(),
            Post.person_id != by.id, welcome_to(by.handle), ~banned, ~distrusted,
        )
    )  # fmt: skip
    return found.first() is not None


def all_stale(now: datetime) -> Iterator[StaleRows]:
    """Yield what was passed on too long ago, and what waited too long for somebody who never signed in."""
    before = now - KEPT
    yield stale(PassedOn, PassedOn.at < before)
    yield stale(PassedOnPlace, PassedOnPlace.at < before)
    never_came = ~exists().where(Reader.person_id == Notification.person_id)
    yield stale(Notification, Notification.kind == NotificationKind.PASSED_ON, Notification.at < before)
    yield stale(Notification, Notification.at < before, never_came)


def _find_known(session: Session, handle: str) -> Person | None:
    """Return who has a handle now, where they are somebody of this forum."""
    name, _, host = handle.strip().removeprefix("@").partition("@")
    return session.execute(
        select(Person)
        .where(
            Person.username == name,
            Person.handle_host == host.lower(),
            Person.kind.not_in(_NO_PERSONS),
            Person.quarantined_at.is_(None),
            or_(
                exists().where(Reader.person_id == Person.id),
                exists().where(Follow.person_id == Person.id),
                exists().where(Post.person_id == Person.id, in_sight()),
            ),
        )
        .order_by(*LATEST_FIRST)
        .limit(1)
    ).scalar_one_or_none()


def _may_reach(session: Session, by: Person, post: Post, person: Person) -> bool:
    if person.id in {post.person_id, by.id}:
        return False
    if session.execute(select(Post.id).where(Post.id == post.id, welcome_to(person.handle))).first() is None:
        return False
    to_them = PassedOn.to_person_id == person.id
    from_one = PassedOn.by_person_id == by.id
    if _count(session, to_them) >= TO_A_PERSON or _count(session, to_them, from_one) >= FROM_ONE:
        return False
    if _count(session, to_them, from_one, PassedOn.post_id == post.id, days=30):
        return False
    if session.execute(select(Reader.id).where(Reader.person_id == person.id)).first() is not None:
        return True
    waiting = select(func.count()).where(Notification.person_id == person.id)
    return session.execute(waiting).scalar_one() < WAITING


def _checked(session: Session, by: Person, sentence: str) -> str:
    """Return one line of words, where somebody may pass one more on today."""
    sentence = " ".join(sentence.split())
    if not sentence or len(sentence) > LONGEST_SENTENCE:
        raise Malformed("sentence", safe="Please say in one sentence why, with at most 280 characters.")
    joined = select(Reader.joined_at).where(Reader.person_id == by.id)
    since = session.execute(joined).scalar_one_or_none()
    if since is None or clock.now() - since < YOUNGEST:
        raise Malformed("new", safe="You can pass posts on from your second day here.")
    if _count(session, PassedOn.by_person_id == by.id) >= MOST_A_DAY:
        raise Malformed("too many", safe="You have passed on ten posts today; tomorrow you can pass on more.")
    return sentence


def _count(session: Session, *conditions: ColumnElement[bool], days: int = 1) -> int:
    since = PassedOn.at > clock.now() - _DAY * days
    return session.execute(select(func.count()).select_from(PassedOn).where(since, *conditions)).scalar_one()


def _add(
    session: Session, by: Person, post: Post, sentence: str, *,
    to_board_id: int | None = None, to_person_id: int | None = None,
) -> None:  # fmt: skip
    session.add(
        PassedOn(
            post_id=post.id, by_person_id=by.id, to_board_id=to_board_id, to_person_id=to_person_id,
            sentence=sentence, at=clock.now(),
        )
    )  # fmt: skip
    session.flush()  # the next count sees it
