"""Boards that do not federate: their posts are rows here alone, sealed, for who is signed in.

Nothing of them is listed, fed, searched, surfaced, sent or told to plugins: their visibility is open to none of those
rooms, no event says that they exist, and every field that those rooms read is empty. Only this one opens the words.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft, Visibility
from fedconnect.forum.author_display import Author, author_of
from fedconnect.forum.mutes import Mutes
from fedconnect.forum.threads import recount
from fedconnect.foundation import clock, html, link_display, own_address, sealing
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.foundation.html import SANITISER_VERSION
from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState, month_of
from fedconnect.models.visibility import in_sight

LONGEST = 5000
LONGEST_TITLE = 140
A_PAGE = 20
MOST_ANSWERS = 500
_PURPOSE = "post"


@dataclass(frozen=True, slots=True)
class SealedText:
    """What a sealed post says; only a thread's first post has a title."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class LocalThreadItem:
    """A conversation as the board's list shows it."""

    id: int
    title: str
    author: Author
    published: datetime
    replies: int
    is_locked: bool


@dataclass(frozen=True, slots=True)
class LocalPostItem:
    """A post as its thread shows it; `html` is safe, and empty like `title` where the post is gone."""

    id: int
    title: str
    person_id: int | None
    author: Author | None
    html: str
    published: datetime
    is_starter: bool
    is_removed: bool
    is_held: bool


def get_board(session: Session, slug: str) -> Board:
    """Return a board that does not federate. Raises NotFound."""
    board = session.execute(
        select(Board).where(Board.slug == slug, Board.is_local_only.is_(True))
    ).scalar_one_or_none()
    if board is None:
        raise NotFound("no such board")
    return board


def draft_of(board: Board, person: Person, typed: str, *, is_thread: bool) -> tuple[PostDraft, SealedText]:
    """Return what somebody typed as a draft, for screening, and as words. The first line of a thread is its title.

    Raises:
        Malformed: nothing was written, or too much.
    """
    text = html.plain_lines(typed, LONGEST + 1)
    if not text or len(text) > LONGEST:
        raise Malformed("text", safe="Please write something, with at most 5,000 characters.")
    title = ""
    if is_thread:
        first, _, rest = text.partition("\n")
        title, text = (first, rest.strip()) if len(first) <= LONGEST_TITLE else (first[:LONGEST_TITLE], text)
    uri = f"{own_address.base_url()}/here/{board.slug}/posts/{new_id()}"
    body = html.paragraphs(f"{title}\n{text}".strip())
    draft = PostDraft(
        uri=uri, author_uri=person.uri, html=body, source=body, visibility=Visibility.LOCAL_ONLY, published=clock.now(),
        language=board.language,
    )  # fmt: skip
    return draft, SealedText(title, text)


def start_thread(
    session: Session, board: Board, person: Person, draft: PostDraft, words: SealedText, *, state: PostState,
    newcomer_host: str = "",
) -> Post:  # fmt: skip
    """Begin a conversation, in sight or held."""
    thread = Thread(
        board_id=board.id, starter_uri=draft.uri, title="", published=draft.published, is_listed=False, is_public=False,
        month=month_of(draft.published), last_post_at=draft.published, reply_count=0, answered=False,
    )  # fmt: skip
    session.add(thread)
    session.flush()  # the post names it
    return _keep(session, thread, None, person, draft, words, state, newcomer_host)


def reply(
    session: Session,
    thread: Thread,
    starter: Post,
    person: Person,
    draft: PostDraft,
    words: SealedText,
    *,
    state: PostState,
    newcomer_host: str = "",
) -> Post:
    """Answer in a conversation that takes answers, in sight or held. `thread` is its locked row."""
    post = _keep(session, thread, starter, person, draft, words, state, newcomer_host)
    if state is PostState.VISIBLE:
        recount(session, thread)
    return post


def is_open(session: Session, thread_id: int) -> bool:
    """Whether a conversation takes answers."""
    return session.get_one(Thread, thread_id).state is ThreadState.OPEN


def words_of(post: Post) -> SealedText:
    """Return what a sealed post says; nothing where it is gone."""
    if not post.sealed:
        return SealedText("", "")
    told = json.loads(sealing.unseal(post.sealed, f"{_PURPOSE}:{post.uri}"))
    return SealedText(told["title"], told["text"])


def plain_text(post: Post) -> str:
    """Return a post's words as plain text, opened where they are sealed."""
    if not post.sealed:
        return html.text_of(post.source)
    words = words_of(post)
    return f"{words.title}\n{words.text}".strip()


def list_threads(
    session: Session, board: Board, mutes: Mutes, page: int = 1
) -> tuple[Sequence[LocalThreadItem], bool]:
    """Return a page of a board's conversations, the latest first, and whether there are more.

    Raises:
        NotFound: a page beyond the last.
    """
    rows = session.execute(
        select(Thread, Post, Person)
        .join(Post, Post.uri == Thread.starter_uri)
        .join(Person, Person.id == Post.person_id)
        .where(Thread.board_id == board.id, in_sight())
        .order_by(Thread.last_post_at.desc(), Thread.id.desc())
        .offset((page - 1) * A_PAGE)
        .limit(A_PAGE + 1)
    ).all()
    if not rows and page > 1:
        raise NotFound("no such page")
    shown = [
        LocalThreadItem(
            thread.id, words_of(post).title, _author(person, board), thread.published, thread.reply_count,
            thread.state is ThreadState.LOCKED,
        )
        for thread, post, person in rows[:A_PAGE]
        if not mutes.against_person(person.handle)
    ]  # fmt: skip
    return shown, len(rows) > A_PAGE


def get_starter(session: Session, board: Board, thread_id: int) -> Post:
    """Return the first post of a conversation that can be read. Raises NotFound."""
    post = session.execute(
        select(Post).where(Post.thread_id == thread_id, Post.board_id == board.id, Post.is_starter.is_(True))
    ).scalar_one_or_none()
    if post is None or post.visibility is not Visibility.LOCAL_ONLY or post.state is PostState.HELD:
        raise NotFound("no such conversation")
    return post


def list_posts(session: Session, board: Board, thread_id: int, mutes: Mutes, me: int) -> list[LocalPostItem]:
    """Return a conversation's posts, the first and then its answers by time; one's own also where they wait.

    Raises:
        NotFound: there is none here that can be read.
    """
    rows = session.execute(_posts(board, thread_id)).all()
    starter = next((post for post, _ in rows if post.is_starter), None)
    if starter is None or (starter.state is PostState.HELD and starter.person_id != me):
        raise NotFound("no such conversation")
    return [
        _shown(post, person, board)
        for post, person in rows
        if (post.state is not PostState.HELD or post.person_id == me)
        and (post.is_starter or person is None or not mutes.against_person(person.handle))
    ]


def get_post(session: Session, board: Board, thread_id: int, post_id: int) -> Post:
    """Return a post that can be read. Raises NotFound."""
    post = session.get(Post, post_id)
    is_here = post is not None and (post.board_id, post.thread_id) == (board.id, thread_id)
    if post is None or not is_here or post.state is not PostState.VISIBLE:
        raise NotFound("no such post")
    return post


def _posts(board: Board, thread_id: int) -> Select[Post, Person]:
    return (
        select(Post, Person)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(
            Post.thread_id == thread_id,
            Post.board_id == board.id,
            Post.visibility == Visibility.LOCAL_ONLY,
            or_(Post.is_starter.is_(True), Post.state != PostState.DELETED),
        )
        .order_by(Post.is_starter.desc(), Post.published, Post.uri)
        .limit(MOST_ANSWERS * 2)
    )


def _keep(
    session: Session,
    thread: Thread,
    parent: Post | None,
    person: Person,
    draft: PostDraft,
    words: SealedText,
    state: PostState,
    newcomer_host: str,
) -> Post:
    told = json.dumps({"title": words.title, "text": words.text}).encode()
    post = Post(
        thread_id=thread.id, board_id=thread.board_id, person_id=person.id, parent_id=parent.id if parent else None,
        uri=draft.uri, url="", state=state, visibility=Visibility.LOCAL_ONLY,
        is_starter=parent is None, published=draft.published, received=clock.now(), body_html="", source="",
        newcomer_host=newcomer_host, sealed=sealing.seal(told, f"{_PURPOSE}:{draft.uri}"), sanitiser=SANITISER_VERSION,
    )  # fmt: skip
    session.add(post)
    session.flush()  # the counts see it, and a case may name it
    return post


def _shown(post: Post, person: Person | None, board: Board) -> LocalPostItem:
    is_readable = post.state in {PostState.VISIBLE, PostState.HELD}
    words = words_of(post)
    return LocalPostItem(
        id=post.id, title=words.title if is_readable else "", person_id=post.person_id, author=_author(person, board) if person and is_readable else None,
        html=link_display.with_links(html.paragraphs(words.text)) if is_readable else "", published=post.published,
        is_starter=post.is_starter, is_removed=post.state is PostState.REMOVED, is_held=post.state is PostState.HELD,
    )  # fmt: skip


def _author(person: Person, board: Board) -> Author:
    return author_of(person.name, person.username, person.handle_host, person.url, board.name)
