"""Where somebody writes, and whether they may: to a board, under a post, or over a post of their own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.accounts import grants, preferences, sessions
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards
from fedconnect.forum.post_addresses import PostAddress, get_post_at
from fedconnect.foundation import own_address
from fedconnect.foundation.errors import NotFound, NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.submission import SubmissionKind
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.posts import author_status_query


@dataclass(frozen=True, slots=True)
class WritingPlace:
    """A place in which a reader may write. `about` is what they answer or edit, `title` that of its thread;
    `answered` is the handle of somebody else whom they answer, and `answered_name` their name."""

    kind: SubmissionKind
    board: Board
    about: Post | None
    title: str
    answered: str
    answered_name: str
    reader: Reader
    home: HomeServer

    @property
    def handle(self) -> str:
        """The board's `@slug@host`."""
        return f"@{self.board.slug}@{own_address.host()}"

    @property
    def about_uri(self) -> str:
        """The id of what is answered or edited; empty where a thread begins."""
        return self.about.uri if self.about is not None else ""


def place_to_start(session: Session, visit: Visit, slug: str) -> WritingPlace:
    """Return the place for a thread on a board.

    Raises:
        NotFound: no such board. PermissionNeeded: they have not permitted it. NotPermitted: they are kept off.
    """
    return _place(session, visit, SubmissionKind.START, boards.get_board(session, slug), None, "")


def place_to_reply(session: Session, visit: Visit, address: PostAddress) -> WritingPlace:
    """Return the place for an answer to a post. Raises: as place_to_start; Gone; NotPermitted: the thread is closed."""
    board, thread, post = get_post_at(session, address)
    if thread.state is ThreadState.LOCKED:
        raise NotPermitted("locked", safe="This conversation is closed: it takes no more answers.")
    return _place(session, visit, SubmissionKind.REPLY, board, post, thread.title)


def place_to_edit(session: Session, visit: Visit, address: PostAddress) -> WritingPlace:
    """Return the place for a change of one's own post. Raises: as place_to_start; Gone; NotFound: somebody else's."""
    board, thread, post = get_post_at(session, address)
    if post.person_id != visit.person_id:
        raise NotFound("somebody else's")
    return _place(session, visit, SubmissionKind.EDIT, board, post, thread.title)


def check_open(board: Board) -> None:
    """Look whether a board takes posts. Raises NotPermitted where it is archived."""
    if board.is_archived:
        raise NotPermitted(
            "archived", safe="This board is archived: you can read it, but it takes no more posts."
        )


def handle_answered(session: Session, post: Post) -> str:
    """Return the handle of whoever wrote what a post answers; empty where it answers nobody who is known."""
    parent = session.get(Post, post.parent_id) if post.parent_id is not None else None
    person = session.get(Person, parent.person_id) if parent and parent.person_id else None
    return person.handle if person is not None else ""


def _place(
    session: Session, visit: Visit, kind: SubmissionKind, board: Board, about: Post | None, title: str
) -> WritingPlace:
    reader = preferences.preferences_of(session, visit)
    if kind is not SubmissionKind.EDIT:
        check_open(board)
    if Permission.WRITE not in grants.permissions_of(session, visit):
        raise PermissionNeeded(Permission.WRITE)
    if author_status_query.read_author_status(session, board, sessions.person_of(session, visit)).is_banned:
        raise NotPermitted("banned", safe="Its moderators do not let you write to this board at present.")
    answered = name = ""
    if kind is SubmissionKind.REPLY and about is not None and about.person_id not in {None, visit.person_id}:
        person = session.get_one(Person, about.person_id)
        answered, name = person.handle, person.name or person.username
    home = session.get_one(HomeServer, visit.home_id)
    return WritingPlace(kind, board, about, title, answered, name, reader, home)
