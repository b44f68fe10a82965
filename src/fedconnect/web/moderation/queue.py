"""Everything that waits for those who look after boards, the worst first; many cases decided alike, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database, ids
from fedconnect.models.decision import Decision
from fedconnect.moderation.casework import daily_list, deciding
from fedconnect.web import current_visit
from fedconnect.web.moderation.decision_form import deciding_visit, read_decision
from fedconnect.web.responses import personal_page

blueprint = Blueprint("moderation/queue", __name__)
_MOST_AT_ONCE = 100


class DecidedNotice(NamedTuple):
    """What was just decided: the first and the last decision's number, and how many those are."""

    first: int
    last: int
    many: int


@blueprint.get("/moderation")
def show() -> Response:
    """Everything that waits for somebody, the worst first."""
    visit = current_visit.get_visit()
    done = DecidedNotice(
        *(ids.parse_id(request.args.get(name, "")) or 0 for name in ("first", "last", "many"))
    )
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


@blueprint.post("/moderation")
def decide_many() -> BaseResponse:
    """Decide on several cases alike."""
    visit = deciding_visit()
    wanted = [number for one in request.form.getlist("case")[:_MOST_AT_ONCE] if (number := ids.parse_id(one))]
    with database.transaction() as session:
        made = deciding.decide_cases(session, visit, wanted, read_decision())
    return redirect(back_to_queue(made), 303)


@blueprint.post("/moderation/undo")
def undo() -> BaseResponse:
    """Take back what one decided just now."""
    visit = current_visit.get_visit()
    first, last = (ids.parse_id(request.form.get(name, "")) or 0 for name in ("first", "last"))
    with database.transaction() as session:
        deciding.undo(session, visit, first, last)
    return redirect("/moderation", 303)


def back_to_queue(made: Sequence[Decision]) -> str:
    """Return the address of the list; it offers to take back what was just decided."""
    if not made:
        return "/moderation"
    numbers = [one.id for one in made]
    return f"/moderation?first={min(numbers)}&last={max(numbers)}&many={len(numbers)}"
