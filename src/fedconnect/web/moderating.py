"""The daily list of those who look after boards, each case on a page of its own, and what can be done with a post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.drafts import Visibility
from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database, ids
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.decision import Decision
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.casework import case_page, case_work, daily_list, deciding
from fedconnect.moderation.casework.decision_form import DecisionForm, OfferedForm, read_days
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

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
    visit = current_visit.get_visit()
    done = Done(*(ids.parse_id(request.args.get(name, "")) or 0 for name in ("first", "last", "many")))
    shown = daily_list.open_list(visit)
    return personal_page(
        "moderation/queue.html",
        runs_it=shown.runs_forum,
        lines=shown.lines,
        hashtag_posts=shown.hashtag_posts,
        waiting=shown.waiting,
        rules=shown.rules,
        done=done,
    )


@moderating.post("/moderation")
def decide_many() -> BaseResponse:
    """Decide on several cases alike."""
    visit = _deciding()
    wanted = [number for one in request.form.getlist("case")[:_MOST_AT_ONCE] if (number := ids.parse_id(one))]
    with database.transaction() as session:
        made = deciding.decide_cases(session, visit, wanted, _form())
    return redirect(_back_to_list(made), 303)


@moderating.post("/moderation/undo")
def undo() -> BaseResponse:
    """Take back what one decided just now."""
    visit = current_visit.get_visit()
    first, last = (ids.parse_id(request.form.get(name, "")) or 0 for name in ("first", "last"))
    with database.transaction() as session:
        deciding.undo(session, visit, first, last)
    return redirect("/moderation", 303)


@moderating.get("/moderation/<case_id>")
def show(case_id: str) -> Response:
    """One case: what it is about, what was said about it, and what can be done."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        shown = case_page.read_case(session, visit, ids.parse_id(case_id) or 0)
        return personal_page(
            "moderation/case.html",
            line=shown.line,
            is_open=shown.is_open,
            board=shown.board,
            notes=shown.notes,
            appeal=shown.appeal,
            decision=shown.decision,
            consent=shown.consent,
            **_offered(shown.form),
        )


@moderating.post("/moderation/<case_id>")
def decide(case_id: str) -> BaseResponse:
    """Decide on a case."""
    visit = _deciding()
    with database.transaction() as session:
        made = deciding.decide_case(session, visit, ids.parse_id(case_id) or 0, _form())
    return redirect(_back_to_list([made] if made is not None else []), 303)


@moderating.post("/moderation/<case_id>/<any(claim, unclaim, note, evidence, answer, publish, hear):deed>")
def work_on(case_id: str, deed: str) -> BaseResponse:
    """Claim a case or give it back, note something for the others, look at evidence, answer, let the board ask, hear an
    appeal."""
    visit, number = _deciding(), ids.parse_id(case_id) or 0
    form, words, here = request.form, request.form.get("words", ""), f"/moderation/{case_id}"
    with database.transaction() as session:
        if deed == "evidence":
            kept = case_work.open_evidence(session, visit, number)
            return personal_page("moderation/evidence.html", text=kept, case_id=number)
        if deed == "claim":
            case_work.claim(session, visit, number)
        elif deed == "unclaim":
            case_work.let_go(session, visit, number)
            here = "/moderation"
        elif deed == "note":
            case_work.note(session, visit, number, words)
        elif deed == "answer":
            here = "/moderation" if case_work.answer(session, visit, number, words) else here
        elif deed == "publish":
            visibility = Visibility.UNLISTED if "quietly" in form else Visibility.PUBLIC
            board, post = case_work.publish(session, visit, number, words, visibility)
            here = f"/boards/{board.slug}/threads/{post.thread_id}"
        else:
            case_work.hear(session, visit, number, words, overturn=form.get("how") == "overturn")
            here = "/moderation"
    return redirect(here, 303)


@moderating.route("/boards/<slug>/threads/<thread_id>/<post_id>/moderate", methods=["GET", "POST"])
def moderate(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Decide on a post that nobody has reported."""
    visit = current_visit.get_visit() if request.method != "POST" else _deciding()
    address = read_address(slug, thread_id, post_id)
    if request.method != "POST":
        with database.read_transaction() as session:
            board, form = deciding.offer_on_post(session, visit, address)
            return personal_page("posts/moderate.html", board=board, **_offered(form))
    with database.transaction() as session:
        place, post = deciding.decide_post(session, visit, address, _form())
    way = f"/here/{place.slug}" if place.is_local_only else f"/boards/{place.slug}/threads"
    return redirect(f"{way}/{post.thread_id}", 303)


def _deciding() -> Visit:
    """Return who wants to decide something, which counts."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_decisions, str(visit.reader_id))
    return visit


def _form() -> DecisionForm:
    form = request.form
    params = ActionParams(
        title=form.get("title", "")[:400],
        board=form.get("board", "")[:24],
        thread=form.get("thread", "")[:400],
        warning=form.get("warning", "")[:500],
        days=read_days(form.get("days", "7")),
    )
    return DecisionForm(
        form.get("deed", ""), form.get("reason", ""), form.get("rule", ""), form.get("gentle", ""), params
    )


def _offered(form: OfferedForm) -> dict[str, Any]:
    """Return what a page needs for the form for a decision."""
    return {
        "post": form.post,
        "thread": form.thread,
        "actions": form.actions,
        "rules": form.rules,
        "gentle": form.gentle,
        "others": form.others,
        "days": form.days,
    }


def _back_to_list(made: Sequence[Decision]) -> str:
    if not made:
        return "/moderation"
    numbers = [one.id for one in made]
    return f"/moderation?first={min(numbers)}&last={max(numbers)}&many={len(numbers)}"
