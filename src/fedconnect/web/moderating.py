"""The daily list of those who look after boards, each case on a page of its own, and what can be done with a post."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.drafts import Visibility
from fedconnect.forum import boards, moderators
from fedconnect.foundation import database, ids
from fedconnect.foundation.counts import RateLimit
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.moderation import (
    appeals,
    attendance,
    caseload,
    cases,
    conduct,
    letters,
    undoing,
    unnamed,
    wording,
)
from fedconnect.moderation.actions import case as case_action
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.mandate import Mandate
from fedconnect.web import visitors
from fedconnect.web.headers import personal_page

moderating = Blueprint("moderating", __name__)


class Done(NamedTuple):
    """What was just decided: the first and the last decision's number, and how many those are."""

    first: int
    last: int
    many: int


_decisions = RateLimit("decisions of a moderator", 300, 300)
_MOST_AT_ONCE = 100


@moderating.get("/moderation")
def overview() -> Response:
    """Everything that waits for somebody, the worst first."""
    visit = visitors.get_visit()
    done = Done(*(ids.parse_id(request.args.get(name, "")) or 0 for name in ("first", "last", "many")))
    with database.reading() as session:
        person, theirs = _moderator(session)
        waiting = caseload.count_waiting(session, theirs)
        lines = caseload.list_cases(session, person, theirs)
        gathered = caseload.list_gathered(session, theirs)
        rules = conduct.rules_of_each(session, theirs)
        runs_it = moderators.is_admin(session, person)
    if any(attendance.is_to_be_noted(board) for board in theirs):
        with database.transaction() as session:
            attendance.note_attended(session, session.get_one(Person, visit.person_id))
    return personal_page(
        "moderation.html",
        runs_it=runs_it,
        lines=lines,
        gathered=gathered,
        waiting=waiting,
        rules=rules,
        done=done,
    )


@moderating.post("/moderation")
def decide_many() -> BaseResponse:
    """Decide on several cases alike."""
    visitors.get_visit()
    _limit()
    wanted = [number for one in request.form.getlist("case")[:_MOST_AT_ONCE] if (number := ids.parse_id(one))]
    deed = request.form.get("deed", "")
    if not wanted:
        raise Malformed("nothing chosen", safe="Please choose at least one case.")
    with database.transaction() as session:
        done = []
        for number in wanted:
            for one in caseload.list_alike(session, _get_case(session, number)):
                done += _decide(session, _get_case(session, one), deed)
    return redirect(_back_to_list(done), 303)


@moderating.post("/moderation/undo")
def undo() -> BaseResponse:
    """Take back what one decided just now."""
    visitors.get_visit()
    first, last = (ids.parse_id(request.form.get(name, "")) or 0 for name in ("first", "last"))
    with database.transaction() as session:
        person, _ = _moderator(session)
        undoing.undo(session, person, first, last, "Taken back at once by who decided: it was a mistake.")
    return redirect("/moderation", 303)


@moderating.get("/moderation/<case_id>")
def show(case_id: str) -> Response:
    """One case: what it is about, what was said about it, and what can be done."""
    with database.reading() as session:
        person, _ = _moderator(session)
        case = _get_case(session, ids.parse_id(case_id) or 0)
        board = session.get_one(Board, case.board_id)
        post = session.get(Post, case.post_id) if case.post_id is not None else None
        appeal, decision = caseload.appeal_of(session, case) if case.kind is CaseKind.APPEAL else (None, None)
        facts = _facts(session, board, post) | {"actions": case_action.offered(case, post, board)}
        return personal_page(
            "case.html",
            line=caseload.get_line(session, case, person),
            is_open=case.state is CaseState.OPEN,
            board=board,
            notes=cases.list_notes(session, case),
            appeal=appeal,
            decision=decision,
            consent=unnamed.consent_to(session, case) if case.kind is CaseKind.UNNAMED else "",
            **facts,
        )


@moderating.post("/moderation/<case_id>")
def decide(case_id: str) -> BaseResponse:
    """Decide on a case."""
    visitors.get_visit()
    _limit()
    with database.transaction() as session:
        case = _get_case(session, ids.parse_id(case_id) or 0)
        done = _decide(session, case, request.form.get("deed", ""))
    return redirect(_back_to_list(done), 303)


@moderating.post("/moderation/<case_id>/<any(claim, unclaim, note, evidence, answer, publish, hear):deed>")
def work_on(case_id: str, deed: str) -> BaseResponse:
    """Claim a case or give it back, note something for the others, look at evidence, answer, let the board ask, hear an
    appeal."""
    visitors.get_visit()
    _limit()
    words = request.form.get("words", "")
    with database.transaction() as session:
        person, _ = _moderator(session)
        case = _get_case(session, ids.parse_id(case_id) or 0)
        if deed == "claim":
            _claim(session, case, person)
        elif deed == "unclaim":
            cases.let_go(session, case, person)
        elif deed == "note":
            cases.note(session, case, person, words)
        elif deed == "evidence":
            kept = cases.open_evidence(session, case, person)
            return personal_page("evidence.html", text=kept, case_id=case.id)
        elif case.kind is CaseKind.UNNAMED and deed in {"answer", "publish"}:
            return _settle_unnamed(session, case, person, deed, words)
        elif deed == "answer":
            board = session.get_one(Board, case.board_id)
            letters.answer_privately(session, board, case, words)
            cases.note(session, case, person, words)
        elif deed == "hear":
            appeal, _ = caseload.appeal_of(session, case) if case.kind is CaseKind.APPEAL else (None, None)
            if appeal is None:
                raise NotFound("no appeal")
            appeals.hear(session, appeal, person, words, overturn=request.form.get("how") == "overturn")
        else:
            raise NotFound("nothing to publish")
    return redirect("/moderation" if deed in {"hear", "unclaim"} else f"/moderation/{case_id}", 303)


@moderating.route("/boards/<slug>/threads/<thread_id>/<post_id>/moderate", methods=["GET", "POST"])
def moderate(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Decide on a post that nobody has reported."""
    visitors.get_visit()
    if request.method == "GET":
        with database.reading() as session:
            board, post = _get_post(session, slug, thread_id, post_id)
            return personal_page("moderate.html", board=board, **_facts(session, board, post))
    _limit()
    with database.transaction() as session:
        board, post = _get_post(session, slug, thread_id, post_id)
        person, _ = _moderator(session)
        mandate = _mandate(session, board, person)
        registry.perform(session, mandate, post, request.form.get("deed", ""), _params())
        place = session.get_one(Board, post.board_id)
        way = f"/here/{place.slug}" if place.stays_here else f"/boards/{place.slug}/threads"
    return redirect(f"{way}/{post.thread_id}", 303)


def _settle_unnamed(session: Session, case: Case, person: Person, deed: str, words: str) -> BaseResponse:
    """Let the board ask for somebody who is not named, or answer them in private."""
    _claim(session, case, person)
    board = session.get_one(Board, case.board_id)
    mandate = Mandate(board, person, "Asked for somebody who does not want to be named.", unnamed.BY_WISH, case_id=case.id)  # fmt: skip
    if deed == "answer":
        unnamed.answer(session, mandate, case, words)
        return redirect("/moderation", 303)
    visibility = Visibility.UNLISTED if "quietly" in request.form else Visibility.PUBLIC
    post = unnamed.publish(session, mandate, case, words, visibility, board.language)
    return redirect(f"/boards/{board.slug}/threads/{post.thread_id}", 303)


def _back_to_list(done: list[int]) -> str:
    if not done:
        return "/moderation"
    return f"/moderation?first={min(done)}&last={max(done)}&many={len(done)}"


def _decide(session: Session, case: Case, name: str) -> list[int]:
    """Decide on a case, and return the decision that was written, if anything changed."""
    person, _ = _moderator(session)
    _claim(session, case, person)
    board = session.get_one(Board, case.board_id)
    decision = case_action.decide(session, _mandate(session, board, person, case), case, name, _params())
    return [decision.id] if decision is not None else []


def _claim(session: Session, case: Case, person: Person) -> None:
    if not cases.claim(session, case, person):
        raise Malformed(
            "claimed", safe="Somebody else has this open just now; it is theirs for some minutes."
        )


def _mandate(session: Session, board: Board, person: Person, case: Case | None = None) -> Mandate:
    gentle = request.form.get("gentle", "")
    return Mandate(
        board,
        person,
        request.form.get("reason", "").strip(),
        conduct.check_rule(session, board, request.form.get("rule", "").strip()),
        gentle=gentle if gentle in wording.GENTLE else "",
        case_id=case.id if case is not None else None,
    )


def _params() -> ActionParams:
    days = request.form.get("days", "7")
    return ActionParams(
        title=request.form.get("title", "")[:400],
        board=request.form.get("board", "")[:24],
        thread=request.form.get("thread", "")[:400],
        warning=request.form.get("warning", "")[:500],
        days=int(days) if days.isascii() and days.isdigit() and int(days) in {0, *registry.BAN_DAYS} else 7,
    )


def _facts(session: Session, board: Board, post: Post | None) -> dict[str, Any]:
    """Return what the form for a decision needs."""
    return {
        "post": post,
        "thread": session.get(Thread, post.thread_id) if post is not None else None,
        "rules": conduct.rules_of(conduct.current(session, board)),
        "actions": registry.offered(post, board) if post is not None else [],
        "gentle": wording.gentle_texts(board.language),
        "others": [one for one in boards.list_boards(session) if one.id != board.id],
        "days": registry.BAN_DAYS,
    }


def _moderator(session: Session) -> tuple[Person, list[Board]]:
    """Return who is asking and their boards. Raises NotFound where they look after none."""
    person = session.get_one(Person, visitors.get_visit().person_id)
    theirs = caseload.boards_of(session, person)
    if not theirs:
        raise NotFound("looks after no board")
    return person, theirs


def _get_case(session: Session, number: int) -> Case:
    person, _ = _moderator(session)
    case = cases.get_case(session, number)
    if not caseload.may_look(session, case, person):
        raise NotFound("not theirs to look at")
    return case


def _get_post(session: Session, slug: str, thread_id: str, post_id: str) -> tuple[Board, Post]:
    """Return a post in whatever state, for who looks after its board. Raises NotFound."""
    person = session.get_one(Person, visitors.get_visit().person_id)
    board = boards.get_any_board(session, slug)
    if not moderators.may_decide(session, board, person):
        raise NotFound("not a moderator of this board")
    post = session.get(Post, ids.parse_id(post_id) or 0)
    if post is None or post.board_id != board.id or str(post.thread_id) != thread_id:
        raise NotFound("no such post")
    return board, post


def _limit() -> None:
    visitors.limit(_decisions, str(visitors.get_visit().reader_id))
