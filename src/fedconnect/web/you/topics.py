"""The topics that a reader cares about."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.home_account_import import HomeList
from fedconnect.forum import topics
from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import NotFound
from fedconnect.home_servers import imports
from fedconnect.web import current_visit

blueprint = Blueprint("you/topics", __name__)


@blueprint.post("/you/topics")
def add() -> BaseResponse:
    """Name topics that one cares about, with commas between."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        topics.add_topics(session, visit.reader_id, request.form.get("topics", "")[:2000].split(","))
    return redirect("/you/reading", 303)


@blueprint.post("/you/topics/from-home")
def from_home() -> BaseResponse:
    """Take over the hashtags that the reader follows at home; asked for each time, by this button alone."""
    imports.import_topics(current_visit.get_visit())
    return redirect(f"/you/reading?taken={HomeList.HASHTAGS}", 303)


@blueprint.post("/you/topics/end")
def forget() -> BaseResponse:
    """Forget every topic."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        topics.forget_topics(session, visit.reader_id)
    return redirect("/you/reading", 303)


@blueprint.post("/you/topics/<topic_id>/end")
def drop(topic_id: str) -> BaseResponse:
    """Care for a topic no longer."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        if not topics.drop_topic(session, visit.reader_id, ids.parse_id(topic_id) or 0):
            raise NotFound("no topic of theirs")
    return redirect("/you/reading", 303)
