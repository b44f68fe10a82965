"""How errors are answered: one kind page or one line of JSON, never a stack trace."""

from __future__ import annotations

import json

import structlog
from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from fedconnect.foundation.errors import Busy, FedConnectError
from fedconnect.web.negotiation import wants_activitypub

log = structlog.get_logger()
_WORDS = {
    400: ("That address is not quite right", "Please check the link."),
    403: ("That is not permitted", "This server does not take messages from there."),
    404: ("There is nothing here", "The address may be mistyped, or what was here is not public."),
    405: ("Not that way", "This address cannot be used like that."),
    410: ("This was taken back", "Its author deleted it, and so it is gone from here too."),
    413: ("Too large", "That is more than we can read at once."),
    415: ("Not in that form", "This address takes ActivityPub messages only."),
    503: (
        "One moment, please",
        "Something is busy here. Nothing is lost; please try again in half a minute.",
    ),
}
_UNFORESEEN = ("Something went wrong", "It is our fault, not yours, and it has been written down.")


def answer_failures(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(FedConnectError, _foreseen)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _foreseen(error: FedConnectError) -> Response:
    log.info("refused", status=error.status, reason=error.detail[:200], path=request.path[:200])
    answer = _answer(error.status, error.safe)
    if isinstance(error, Busy):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    answer = _answer(status, error.name)
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _unforeseen(error: Exception) -> Response:
    log.exception("unforeseen", path=request.path[:200])
    return _answer(500, "Something went wrong here.")


def _answer(status: int, safe: str) -> Response:
    if (
        request.method == "POST"
        or wants_activitypub()
        or request.path.startswith(("/.well-known/", "/nodeinfo/"))
    ):
        answer = make_response(json.dumps({"error": safe}, ensure_ascii=False), status)
        answer.content_type = "application/json; charset=utf-8"
    else:
        title, text = _WORDS.get(status, _UNFORESEEN)
        answer = make_response(render_template("error.html", status=status, title=title, text=text), status)
    answer.headers["Cache-Control"] = "no-store" if status >= 500 else "public, max-age=10"
    answer.vary.add("Accept")
    return answer
