"""The one daily list: everything that somebody should look at, the worst first. Its figures are of work, never of
people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy import case as case_when
from sqlalchemy.orm import Session

from fedconnect.forum import moderators
from fedconnect.forum.local_only import plain_text
from fedconnect.forum.post_items import MediaItem, media_of
from fedconnect.foundation import clock
from fedconnect.foundation.html import text_of
from fedconnect.models.board import Board, Moderator
from fedconnect.models.case import Case, CaseKind, CaseState, Severity
from fedconnect.models.decision import Appeal, Decision
from fedconnect.models.hashtag import HashtagPost, HashtagPostState
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation.cases import sealed_messages
from fedconnect.moderation.decisions import appeals

MOST = 100
MOST_HASHTAG_POSTS = 20
_MOST_APPEALS = 200
_TEXT = 1200
_MOST_ALIKE = 1000


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One case as the list shows it; `text` is what the post says, folded, `media` what is attached to it.

    `claim` is `mine`, `theirs` or empty; `more` is how many of the same wave stand behind it. `is_late`: somebody should have looked already.
    """

    id: int
    kind: CaseKind
    severity: Severity
    board: Board
    title: str
    text: str
    media: tuple[MediaItem, ...]
    author_handle: str
    path: str
    state: PostState | None
    words: str
    times: int
    first_at: datetime
    due_at: datetime | None
    is_late: bool
    claim: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits on a board that somebody looks after."""

    board: Board
    cases: int
    hashtag_posts: int


def boards_of(session: Session, person: Person) -> list[Board]:
    """Return the boards on which somebody may decide, by name."""
    theirs: ColumnElement[bool] = Board.id.in_(
        select(Moderator.board_id)
        .join(Person, Person.id == Moderator.person_id)
        .where(Moderator.person_id == person.id, moderators.in_office())
    )
    if moderators.is_admin(session, person):
        theirs = true()
    return list(session.execute(select(Board).where(theirs).order_by(Board.name).limit(500)).scalars())


def list_cases(session: Session, person: Person, boards: Sequence[Board]) -> list[QueueItem]:
    """Return what waits for somebody, the worst first: of their boards, and appeals that are theirs to hear. What
    concerns themselves is for others, while there are any."""
    hears = _appeals_for(session, person)
    ids = [board.id for board in boards]
    mine = Case.board_id.in_(ids)
    waves = _waves(session, ids)
    rows = session.execute(
        _joined()
        .where(
            Case.state == CaseState.OPEN,
            or_(and_(mine, Case.kind != CaseKind.APPEAL), Case.id.in_(hears)),
            or_(Case.wave == "", Case.id.in_(list(waves))),
        )
        .order_by(_harm(), Case.due_at.is_(None), Case.due_at, Case.first_at, Case.id)
        .limit(MOST)
    ).all()
    lines = [
        _line(*row, person)
        for row in rows
        if not _concerns(row[0], row[2], person) or not moderators.has_others(session, row[1], person)
    ]
    return [replace(line, more=waves.get(line.id, 1) - 1) for line in lines]


def _harm() -> ColumnElement[int]:
    """What the list is sorted by: what hurts and is late stands beside danger, so that it does not wait longer for it."""
    is_late = and_(Case.severity == Severity.HURT, Case.due_at <= clock.now())
    return case_when((is_late, int(Severity.DANGER)), else_=Case.severity)


def list_hashtag_posts(session: Session, boards: Sequence[Board]) -> list[tuple[HashtagPost, Board]]:
    """Return what was gathered elsewhere for boards and waits for a hand, the longest waiting first: it goes after
    seven days."""
    found = (
        select(HashtagPost, Board)
        .join(Board, Board.id == HashtagPost.board_id)
        .where(Board.id.in_([board.id for board in boards]), HashtagPost.state == HashtagPostState.FOUND)
        .order_by(HashtagPost.found_at, HashtagPost.id)
        .limit(MOST_HASHTAG_POSTS)
    )
    return [(hashtag_posts, board) for hashtag_posts, board in session.execute(found)]


def list_alike(session: Session, case: Case) -> list[int]:
    """Return the open cases of the same wave on a board, the given one among them."""
    if not case.wave:
        return [case.id]
    alike = select(Case.id).where(
        Case.board_id == case.board_id, Case.wave == case.wave, Case.state == CaseState.OPEN
    )
    return list(session.execute(alike.order_by(Case.id).limit(_MOST_ALIKE)).scalars())


def get_item(session: Session, case: Case, person: Person) -> QueueItem:
    """Return one case as the list shows it."""
    row = session.execute(_joined().where(Case.id == case.id)).one()
    return _line(*row, person)


def may_look(session: Session, case: Case, person: Person) -> bool:
    """Whether a case is somebody's to look at: on a board of theirs and not about them, or an appeal that they may
    hear."""
    if case.kind is CaseKind.APPEAL:
        return _is_theirs_to_hear(session, case, person)
    board = session.get_one(Board, case.board_id)
    if not moderators.may_decide(session, board, person):
        return False
    post = session.get(Post, case.post_id) if case.post_id is not None else None
    return not (_concerns(case, post, person) and moderators.has_others(session, board, person))


def appeal_of(session: Session, case: Case) -> tuple[Appeal, Decision]:
    """Return the appeal behind a case, and the decision that it is against."""
    appeal = session.get_one(Appeal, _appeal_id(case.subject_uri))
    return appeal, session.get_one(Decision, appeal.decision_id)


def count_waiting(session: Session, boards: Sequence[Board]) -> list[Waiting]:
    """Return how much waits on each board (2 queries)."""
    ids = [board.id for board in boards]
    open_cases = dict(
        session.execute(
            select(Case.board_id, func.count())
            .where(Case.board_id.in_(ids), Case.state == CaseState.OPEN)
            .group_by(Case.board_id)
        ).all()
    )
    found = dict(
        session.execute(
            select(HashtagPost.board_id, func.count())
            .where(HashtagPost.board_id.in_(ids), HashtagPost.state == HashtagPostState.FOUND)
            .group_by(HashtagPost.board_id)
        ).all()
    )
    return [Waiting(board, open_cases.get(board.id, 0), found.get(board.id, 0)) for board in boards]


def _concerns(case: Case, post: Post | None, person: Person) -> bool:
    """Whether a case is about somebody themselves."""
    return case.subject_uri == person.uri or (post is not None and post.person_id == person.id)


def _waves(session: Session, boards: Sequence[int]) -> dict[int, int]:
    """Return how many open cases each wave has, by the first of them."""
    found = (
        select(func.min(Case.id), func.count())
        .where(Case.board_id.in_(boards), Case.wave != "", Case.state == CaseState.OPEN)
        .group_by(Case.board_id, Case.wave)
    )
    return dict(session.execute(found).all())


def _joined() -> Select[Case, Board, Post, Thread, Person]:
    return (
        select(Case, Board, Post, Thread, Person)
        .join(Board, Board.id == Case.board_id)
        .outerjoin(Post, Post.id == Case.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .outerjoin(Person, Person.id == Post.person_id)
    )


def _line(
    case: Case, board: Board, post: Post | None, thread: Thread | None, author: Person | None, viewer: Person
) -> QueueItem:
    now = clock.now()
    claim = ""
    if case.claimed_until is not None and case.claimed_until > now:
        claim = "mine" if case.claimed_by == viewer.id else "theirs"
    return QueueItem(
        id=case.id,
        kind=case.kind,
        severity=Severity(case.severity),
        board=board,
        title=thread.title if thread is not None else "",
        text=_text(case, post)[:_TEXT],
        media=media_of(post) if post is not None else (),
        author_handle=author.handle if author is not None else "",
        path=_path(board, post),
        state=post.state if post is not None else None,
        words=case.words,
        times=case.times,
        first_at=case.first_at,
        due_at=case.due_at,
        is_late=case.due_at is not None and case.due_at <= now,
        claim=claim,
    )


def _text(case: Case, post: Post | None) -> str:
    if post is None:
        return sealed_messages.read_message(case).text
    return plain_text(post) if post.sealed else text_of(post.body_html)


def _path(board: Board, post: Post | None) -> str:
    if post is None:
        return ""
    if board.is_local_only:
        return f"/here/{board.slug}/{post.thread_id}#post-{post.id}"
    return f"/boards/{board.slug}/threads/{post.thread_id}/{post.id}"


def _appeals_for(session: Session, person: Person) -> set[int]:
    """Return the cases of appeals that are somebody's to hear, however many wait (4 queries)."""
    waiting = (
        select(Case.subject_uri, Case.id)
        .where(Case.kind == CaseKind.APPEAL, Case.state == CaseState.OPEN)
        .order_by(Case.due_at)
        .limit(_MOST_APPEALS)
    )
    by_appeal = {_appeal_id(uri): case_id for uri, case_id in session.execute(waiting)}
    if not by_appeal:
        return set()
    made = (
        select(Appeal, Decision, Board)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Board, Board.id == Decision.board_id)
        .where(Appeal.id.in_(by_appeal))
    )
    rows = [(appeal, decision, board) for appeal, decision, board in session.execute(made)]
    return {by_appeal[appeal_id] for appeal_id in appeals.hearable(session, person, rows)}


def _appeal_id(subject_uri: str) -> int:
    return int(subject_uri.removeprefix("appeal:"))


def _is_theirs_to_hear(session: Session, case: Case, person: Person) -> bool:
    appeal, decision = appeal_of(session, case)
    return appeals.may_hear(session, decision, appeal, person)
