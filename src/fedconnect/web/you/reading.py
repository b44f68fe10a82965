"""How a reader wants to read."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import preferences
from fedconnect.accounts.home_account_import import HomeList
from fedconnect.forum import mutes, topics
from fedconnect.foundation import database
from fedconnect.web import current_visit
from fedconnect.web.responses import plain_page

blueprint = Blueprint("you/reading", __name__)


@blueprint.get("/you/reading")
def show() -> Response:
    """How a reader wants to read: names or words first, and what they do not want to see; `taken` and `missing` name the
    lists that were just taken over from home, and those that their server does not have."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        reader = preferences.preferences_of(session, visit)
        raised = mutes.list_mutes(session, visit.reader_id)
        chosen = topics.list_topics(session, visit.reader_id)
    return plain_page("you/reading.html", reader=reader, mutes=raised, topics=chosen,
        taken=_lists("taken"), missing=_lists("missing"),
    )  # fmt: skip


def _lists(name: str) -> list[HomeList]:
    named = request.args.get(name, "")[:100].split(".")
    return [one for one in HomeList if one.value in named]


@blueprint.post("/you/reading")
def change() -> BaseResponse:
    """Take over how a reader wants to read."""
    visit = current_visit.get_visit()
    choice = {"words": True, "names": False}.get(request.form.get("first", ""))
    with database.transaction() as session:
        preferences.choose_first(session, visit, content=choice)
    return redirect("/you/reading", 303)
