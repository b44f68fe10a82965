"""Telling a reader's browsers when something is new."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import web_push
from fedconnect.foundation import database
from fedconnect.web import current_visit
from fedconnect.web.languages import language

blueprint = Blueprint("you/push", __name__)


@blueprint.post("/you/push")
def subscribe() -> BaseResponse:
    """Tell this browser when something is new; its push service learns no more than that."""
    visit = current_visit.get_visit()
    form = request.form
    browser = web_push.read_browser(form.get("endpoint", ""), form.get("p256dh", ""), form.get("auth", ""))
    with database.transaction() as session:
        web_push.subscribe(session, visit.reader_id, browser, language())
    return redirect("/you/news", 303)


@blueprint.post("/you/push/end")
def unsubscribe() -> BaseResponse:
    """Tell none of the reader's browsers any more."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        web_push.unsubscribe_all(session, visit.reader_id)
    return redirect("/you/news", 303)
