"""What a moderator can do with a post or a person, by name: the one way in for forms and for other servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from fedconnect.forum import boards
from fedconnect.foundation import clock, ids
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation import cases, people, posts, threads
from fedconnect.moderation.mandate import Mandate

BAN_DAYS = (1, 7, 30, 365)
#: What can be done where somebody was reported, and no post of theirs.
TO_A_PERSON = ("leave", "hold_author", "ban")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form says beside the deed: a title, a board's slug, a thread's number, a warning, days (0: for good), or
    a moment."""

    title: str = ""
    board: str = ""
    thread: str = ""
    warning: str = ""
    days: int = 7
    until: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """When what was wished for ends; None: never."""
        return self.until or (clock.now() + timedelta(days=self.days) if self.days else None)


Deed = Callable[[Session, Mandate, Post, Wish], bool]


def do(session: Session, mandate: Mandate, post: Post, name: str, wish: Wish) -> bool:
    """Do something with a post, and close what was asked about it; False where nothing changed.

    Raises:
        Malformed: there is no such deed, or what it needs is missing. NotPermitted: as permit().
    """
    deed = DEEDS.get(name)
    if deed is None:
        raise Malformed("deed", safe="Please choose what to do.")
    board_id = post.board_id
    if mandate.board.stays_here and name not in _WHERE_IT_STAYS:
        raise Malformed("deed", safe="That cannot be done on a board that does not federate.")
    changed = deed(session, mandate, post, wish)
    if changed:
        cases.close_all_about(session, board_id, post)
    return changed


def do_to_person(session: Session, mandate: Mandate, person: Person, name: str, wish: Wish) -> bool:
    """Do something about somebody as such, and close what was asked about them; False where nothing changed.

    Raises:
        Malformed: there is no such deed. NotPermitted: as permit().
    """
    deed = PERSON_DEEDS.get(name)
    if deed is None:
        raise Malformed("deed", safe="Please choose what to do.")
    changed = deed(session, mandate, person, wish.end)
    case = cases.find_case(session, mandate.board.id, CaseKind.REPORT, person.uri) if changed else None
    if case is not None:
        cases.close(session, case)
    return changed


def can_be_done(post: Post, board: Board) -> list[str]:
    """Return the names of what makes sense for a post as it is now."""
    if post.state is PostState.DELETED:
        return ["leave"]
    names = {
        PostState.VISIBLE: ["leave", "remove", "sensitive", "warn", "safeguard"],
        PostState.HELD: ["release", "remove"],
        PostState.REMOVED: ["restore", "leave"],
    }[post.state]
    if post.state is PostState.VISIBLE and board.stays_here:
        names = ["leave", "remove", "warn", "lock", "unlock"]
    elif post.state is PostState.VISIBLE:
        names += ["lock", "pin", "retitle"] if post.is_starter else ["split"]
        names += ["move", "merge"] if post.is_starter and post.person_id is not None else []
        names += ["unlock", "unpin", "uncover", "end_safeguarding"]
    if post.person_id is not None:
        names += ["hold_author", "ban", "free_author", "unban"]
    return names


def _on_thread(action: Callable[[Session, Mandate, Thread], bool]) -> Deed:
    def deed(session: Session, mandate: Mandate, post: Post, wish: Wish) -> bool:
        return action(session, mandate, session.get_one(Thread, post.thread_id))

    return deed


def _on_author(action: Callable[[Session, Mandate, Person, datetime | None], bool]) -> Deed:
    def deed(session: Session, mandate: Mandate, post: Post, wish: Wish) -> bool:
        if post.person_id is None:
            raise Malformed("author", safe="The board itself wrote this.")
        return action(session, mandate, session.get_one(Person, post.person_id), wish.end)

    return deed


def _move(session: Session, mandate: Mandate, post: Post, wish: Wish) -> bool:
    return threads.move(session, mandate, post, boards.get_board(session, wish.board))


def _merge(session: Session, mandate: Mandate, post: Post, wish: Wish) -> bool:
    number = ids.parse_id(wish.thread.rstrip("/").rpartition("/")[2].partition("?")[0].partition("#")[0])
    into = session.get(Thread, number) if number is not None else None
    if into is None:
        raise Malformed("thread", safe="Please paste the address of the other conversation.")
    return threads.merge(session, mandate, post, into)


PERSON_DEEDS: Mapping[str, Callable[[Session, Mandate, Person, datetime | None], bool]] = {
    "ban": people.ban,
    "hold_author": people.hold_author,
    "unban": lambda s, m, p, until: people.unban(s, m, p),
    "free_author": lambda s, m, p, until: people.free_author(s, m, p),
}
DEEDS: Mapping[str, Deed] = {
    "leave": lambda s, m, p, w: posts.leave(s, m, p.uri, p),
    "remove": lambda s, m, p, w: posts.remove(s, m, p),
    "restore": lambda s, m, p, w: posts.restore(s, m, p),
    "release": lambda s, m, p, w: posts.release(s, m, p),
    "sensitive": lambda s, m, p, w: posts.mark_sensitive(s, m, p, w.warning),
    "uncover": lambda s, m, p, w: posts.uncover(s, m, p),
    "warn": lambda s, m, p, w: posts.warn_author(s, m, p),
    "safeguard": lambda s, m, p, w: posts.safeguard(s, m, p),
    "end_safeguarding": lambda s, m, p, w: posts.end_safeguarding(s, m, p),
    "lock": _on_thread(threads.lock),
    "unlock": _on_thread(threads.unlock),
    "pin": _on_thread(lambda s, m, t: threads.pin(s, m, t, pinned=True)),
    "unpin": _on_thread(lambda s, m, t: threads.pin(s, m, t, pinned=False)),
    "retitle": lambda s, m, p, w: threads.retitle(s, m, p, w.title),
    "split": lambda s, m, p, w: threads.split(s, m, p, w.title),
    "move": _move,
    "merge": _merge,
    **{name: _on_author(deed) for name, deed in PERSON_DEEDS.items()},
}
#: What makes sense on a board that does not federate; the others would list a post, or show its words elsewhere.
_WHERE_IT_STAYS = frozenset(
    {
        "leave",
        "remove",
        "restore",
        "release",
        "warn",
        "lock",
        "unlock",
        "ban",
        "hold_author",
        "unban",
        "free_author",
    }
)
#: What a deed takes back, for those that can be taken back at once.
UNDONE_BY: Mapping[str, str] = {
    "remove": "restore", "sensitive": "uncover", "safeguard": "end_safeguarding", "lock": "unlock", "pin": "unpin",
    "ban": "unban", "hold_author": "free_author", "restore": "remove",
}  # fmt: skip
