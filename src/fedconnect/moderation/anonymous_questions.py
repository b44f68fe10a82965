"""Asking without one's name: a moderator takes out what identifies, and the board asks in its own name.

Nobody else learns who asked, moderators neither: what leads back is a keyed digest, deleted thirty days after the
question was settled. Whoever asked reads the answers on a page of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft, Visibility
from fedconnect.events import Cause
from fedconnect.forum import moderators, removal
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock, database, html, link_display, sealing
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.foundation.ids import new_id
from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import visible_in_thread
from fedconnect.moderation.actions import leave
from fedconnect.moderation.actions.action import ActionParams, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision
from fedconnect.moderation.boards import moderator_activity
from fedconnect.moderation.cases import cases, sealed_messages
from fedconnect.moderation.posts import author_status_query
from fedconnect.moderation.posts.submit_post import submit_post
from fedconnect.moderation.posts.submitted_post import NewPost

LINK_LIFE = timedelta(days=30)
LONGEST = 5000
MOST_WAITING = 3
_AT_ONCE = 50
BY_WISH = "Whoever does not want to be named can let the board ask."
_PURPOSE, _CONSENT = "unnamed", "consent"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One of a reader's questions: what became of it, where it stands (`path`) and how many have answered.

    `state`: waiting, published, answered (privately), taken down (`reason`: why); `forgotten_at` is when the link to
    them goes.
    """

    id: int
    board_name: str
    board_slug: str
    state: str
    text: str
    path: str
    answers: int
    answer: str
    reason: str
    at: datetime
    forgotten_at: datetime


def is_offered(session: Session, board: Board) -> bool:
    """Whether a board's pages lead to it: it can be asked, and somebody was here lately (at most 1 query)."""
    is_attended = board.attended_at is not None and not moderator_activity.is_unattended(board)
    return is_attended and can_ask(session, board)


def can_ask(session: Session, board: Board) -> bool:
    """Whether a board takes such questions, and somebody is there who would take out what identifies."""
    takes = (
        board.takes_anonymous and board.moved_to is None and not (board.is_local_only or board.is_archived)
    )
    return takes and bool(moderators.list_moderators(session, board))


def ask(
    session: Session, board: Board, reader_id: int, person: Person, text: str, consent: str = ""
) -> AnonymousQuestion:
    """Hand a text to a board's moderators. `consent`: how whoever it is about agreed, where one asks for another.

    Raises:
        NotFound: the board takes none, or keeps them off. Malformed: nothing was written, or too much waits already.
    """
    if (
        not can_ask(session, board)
        or author_status_query.read_author_status(session, board, person).is_banned
    ):
        raise NotFound("takes no questions without a name")
    text, consent = html.plain_lines(text, LONGEST + 1), html.plain(consent, 500)
    if not text or len(text) > LONGEST:
        raise Malformed("text", safe="Please write your question, with at most 5,000 characters.")
    waiting = select(func.count(AnonymousQuestion.id)).where(
        _is_of(reader_id), AnonymousQuestion.settled_at.is_(None)
    )
    if session.execute(waiting).scalar_one() >= MOST_WAITING:
        raise Malformed(
            "many", safe="Three of your questions wait already. Please let them be looked at first."
        )
    number = new_id()
    case = sealed_messages.open_anonymous_question(session, board, f"unnamed:{number}", text)
    asked = AnonymousQuestion(
        id=number, board_id=board.id, case_id=case.id, asker=sealing.digest(str(reader_id), _PURPOSE),
        answer="", consent=sealing.seal(consent.encode(), f"{_CONSENT}:{number}") if consent else "", at=clock.now(),
    )  # fmt: skip
    session.add(asked)
    return asked


def publish(
    session: Session, context: ModerationContext, case: Case, text: str, visibility: Visibility, language: str
) -> Post:
    """Let the board ask what a moderator has made of it.

    Raises:
        NotFound: it was taken back, or settled already. Malformed: nothing is left of it.
    """
    authorize(session, context, case.board_id)
    asked, board = _get_open(session, case), context.board
    text = html.plain_lines(text, LONGEST)
    if not text:
        raise Malformed("text", safe="Please leave something of the question.")
    uri, body = f"{board_uri(board.slug)}/posts/{new_id()}", link_display.with_links(html.paragraphs(text))
    draft = PostDraft(
        uri=uri, author_uri=board_uri(board.slug), html=body, source=body, visibility=visibility, published=clock.now(),
        url=uri, language=language,
    )  # fmt: skip
    post = submit_post(session, NewPost(board, None, draft, is_anonymous=True)).post
    assert post is not None
    asked.post_id, asked.settled_at = post.id, clock.now()
    record_decision(session, context, DecisionKind.ASK, uri, post=post)
    _settle(session, case)
    return post


def reply_privately(session: Session, context: ModerationContext, case: Case, words: str) -> None:
    """Write back to whoever asked, instead of publishing; nobody learns who that is.

    Raises:
        NotFound: it was taken back, or settled already. Malformed: nothing was written.
    """
    authorize(session, context, case.board_id)
    asked, words = _get_open(session, case), html.plain_lines(words, 2000)
    if not words:
        raise Malformed("words", safe="Please write an answer.")
    asked.answer = sealing.seal(words.encode(), f"{_PURPOSE}:{asked.id}")
    asked.settled_at = clock.now()
    leave.perform(session, context, Target(case.subject_uri), ActionParams())
    _settle(session, case)


def consent_to(session: Session, case: Case) -> str:
    """Return how somebody for whom another asks agreed to that; kept as long as the link to who asked."""
    asked = session.execute(
        select(AnonymousQuestion).where(AnonymousQuestion.case_id == case.id)
    ).scalar_one_or_none()
    if asked is None or not asked.consent:
        return ""
    return sealing.unseal(asked.consent, f"{_CONSENT}:{asked.id}").decode()


def list_asked(session: Session, reader_id: int) -> list[AskedQuestion]:
    """Return a reader's own questions, the latest first (3 queries)."""
    rows = session.execute(
        select(AnonymousQuestion, Case, Board, Post, Thread)
        .join(Case, Case.id == AnonymousQuestion.case_id)
        .join(Board, Board.id == AnonymousQuestion.board_id)
        .outerjoin(Post, Post.id == AnonymousQuestion.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .where(_is_of(reader_id))
        .order_by(AnonymousQuestion.at.desc())
        .limit(50)
    ).all()
    counted = (
        select(Post.thread_id, func.count())
        .where(
            Post.thread_id.in_([row[3].thread_id for row in rows if row[3] is not None]),
            Post.is_starter.is_(False),
            visible_in_thread(),
        )
        .group_by(Post.thread_id)
    )
    answers = dict(session.execute(counted).all())
    posts_asked = [row[3].id for row in rows if row[3] is not None]
    removals = select(Decision.post_id, Decision.rule, Decision.reason).where(
        Decision.post_id.in_(posts_asked), Decision.kind == DecisionKind.REMOVE
    )
    reasons = {row[0]: f"{row[1]} {row[2]}" for row in session.execute(removals.order_by(Decision.at))}
    return [_line(row[0], row[1], row[2], row[3], row[4], answers, reasons) for row in rows]


def take_back(session: Session, reader_id: int, number: int) -> None:
    """Forget a question of one's own: what waits is gone, and what the board published is taken down.

    Raises:
        NotFound: it is not theirs, or the link to them is gone.
    """
    asked = session.execute(
        select(AnonymousQuestion).where(AnonymousQuestion.id == number, _is_of(reader_id))
    ).scalar_one_or_none()
    if asked is None:
        raise NotFound("no such question of theirs")
    _forget(session, asked)


def take_all_back(session: Session, reader_id: int) -> None:
    """The same with everything that somebody asked and that still leads back to them."""
    for asked in session.execute(select(AnonymousQuestion).where(_is_of(reader_id))).scalars().all():
        _forget(session, asked)


def forget_overdue() -> bool:
    """Delete some links to who asked, thirty days after their question was settled; and what nobody settled in time.
    Return whether there may be more."""
    before = clock.now() - LINK_LIFE
    old = or_(
        AnonymousQuestion.settled_at < before,
        AnonymousQuestion.settled_at.is_(None) & (AnonymousQuestion.at < before),
    )
    overdue = select(AnonymousQuestion).where(old).limit(_AT_ONCE)
    with database.read_transaction() as session:
        if session.execute(overdue.limit(1)).first() is None:
            return False
    with database.transaction() as session:
        asked = session.execute(overdue.with_for_update(skip_locked=True)).scalars().all()
        for one in asked:
            if one.settled_at is None:
                _settle(session, session.get_one(Case, one.case_id))
            session.delete(one)
    return len(asked) == _AT_ONCE


def _is_of(reader_id: int) -> ColumnElement[bool]:
    return AnonymousQuestion.asker.in_(sealing.digests(str(reader_id), _PURPOSE))


def _get_open(session: Session, case: Case) -> AnonymousQuestion:
    asked = session.execute(
        select(AnonymousQuestion)
        .where(AnonymousQuestion.case_id == case.id, AnonymousQuestion.settled_at.is_(None))
        .with_for_update()
    ).scalar_one_or_none()
    if asked is None or case.kind is not CaseKind.ANONYMOUS or case.state is not CaseState.OPEN:
        raise NotFound("taken back, or settled already")
    return asked


def _settle(session: Session, case: Case) -> None:
    """Close a case and drop its words: they held what identifies."""
    cases.close(session, case)
    case.sealed, case.last_at = "", clock.now()


def _forget(session: Session, asked: AnonymousQuestion) -> None:
    case = session.get_one(Case, asked.case_id)
    _settle(session, case)
    post = session.get(Post, asked.post_id) if asked.post_id is not None else None
    if post is not None:
        removal.withdraw(session, post, Cause.AUTHOR)
    session.delete(asked)


def _line(
    asked: AnonymousQuestion,
    case: Case,
    board: Board,
    post: Post | None,
    thread: Thread | None,
    answers: dict[int, int],
    reasons: dict[int | None, str],
) -> AskedQuestion:
    state = "waiting"
    if asked.answer:
        state = "answered"
    elif post is not None:
        state = "published" if post.state is PostState.VISIBLE else "taken down"
    elif case.state is CaseState.CLOSED:
        state = "taken down"
    text = sealed_messages.read_message(case).text
    if post is not None and thread is not None:
        words = html.text_of(post.body_html)
        text = words if thread.title.rstrip("…") in words else f"{thread.title}\n{words}".strip()
    said = sealing.unseal(asked.answer, f"{_PURPOSE}:{asked.id}").decode() if asked.answer else ""
    return AskedQuestion(
        id=asked.id, board_name=board.name, board_slug=board.slug, state=state,
        text=text,
        path=f"/boards/{board.slug}/threads/{post.thread_id}" if state == "published" and post is not None else "",
        answers=answers.get(post.thread_id, 0) if post is not None else 0, answer=said,
        reason=reasons.get(post.id, "") if state == "taken down" and post is not None else "", at=asked.at,
        forgotten_at=(asked.settled_at or asked.at) + LINK_LIFE,
    )  # fmt: skip
