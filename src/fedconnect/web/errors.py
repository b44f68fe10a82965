"""How errors are answered: one kind page or one line of JSON, never a stack trace."""

from __future__ import annotations

import json

import structlog
from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import BadHost, HTTPException

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import Permission, asked_with
from fedconnect.accounts.sign_in import onward_path
from fedconnect.foundation.errors import Busy, FedConnectError, Malformed, NotPermitted, Removed, Unproven
from fedconnect.web import current_visit
from fedconnect.web.current_visit import SignInNeeded
from fedconnect.web.languages import gettext, say
from fedconnect.web.negotiation import wants_activitypub

log = structlog.get_logger()
_WORDS = {
    400: ("That address is not quite right", "Please check the link."),
    401: ("Please sign in first", "This page is for readers who are signed in."),
    403: ("That is not permitted", "This server does not take messages from there."),
    404: ("There is nothing here", "The address may be mistyped, or what was here is not public."),
    405: ("Not that way", "This address cannot be used like that."),
    410: ("This was taken back", "Its author deleted it, and so it is gone from here too."),
    413: ("Too large", "That is more than we can read at once."),
    409: ("Please try that once more", "Something had changed in the meantime."),
    422: ("That did not work", "Please check what you typed."),
    429: (
        "A little slower, please",
        "That was too often in a short while. Please come back in a few minutes.",
    ),
    415: ("Not in that form", "This address takes ActivityPub messages only."),
    502: ("Your server does not answer", "Nothing is lost; please try again in a moment."),
    503: (
        "One moment, please",
        "Something is busy here. Nothing is lost; please try again in half a minute.",
    ),
}
_REMOVED = (
    "This was removed",
    "Somebody who looks after the board removed it. What was decided, and why, stands in the board’s log.",
)
_UNFORESEEN = ("Something went wrong", "It is our fault, not yours, and it has been written down.")


def handle_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(FedConnectError, _foreseen)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _foreseen(error: FedConnectError) -> Response:
    log.info("refused", status=error.status, reason=error.detail[:200], path=request.path[:200])
    if isinstance(error, PermissionNeeded) and _is_page():
        return _ask_permission(error)
    if isinstance(error, SignInNeeded) and _is_page():
        return _ask_to_sign_in(error)
    # another server reads which rule it broke; a person reads what to do
    is_told = _is_from_a_server() and isinstance(error, Malformed | NotPermitted | Unproven)
    reason = error.detail if is_told else ""
    words = _REMOVED if isinstance(error, Removed) else None
    response = _answer(error.status, error.safe, says=say(error.sentence), reason=reason, words=words)
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    response = _answer(status, error.name)
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _unforeseen(error: Exception) -> Response:
    log.exception("unforeseen", path=request.path[:200])
    return _answer(500, "Something went wrong here.")


def _ask_permission(error: PermissionNeeded) -> Response:
    """Ask for what is needed, at the moment when it is needed."""
    response = make_response(
        render_template(
            "sign_in/permit.html", wanted=(error.permission,), onward=_onward(), pressed=_pressed(),
            along=_along(error.permission), fields=[*request.form.items()],
        ),
        error.status,
    )  # fmt: skip
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _along(needed: Permission) -> list[Permission]:
    """Return what else is asked for in the same go: what belongs to it and is not permitted yet."""
    held = current_visit.held_permissions()
    return [one for one in asked_with(needed)[1:] if one not in held]


def _pressed() -> str:
    """Return the path of the button that needs a permission; a page that was asked for is gone on to by itself."""
    return onward_path(request.path) if request.method == "POST" and not request.files else ""


def _ask_to_sign_in(error: SignInNeeded) -> Response:
    """Let somebody sign in where they were going; what they typed is still in their browser."""
    problem = (
        gettext("You were signed out. Go back to find your text, copy it, and sign in.")
        if request.method == "POST"
        else ""
    )
    response = make_response(
        render_template(
            "sign_in/begin.html", onward=onward_path(request.full_path.removesuffix("?")), wanted=error.wanted,
            problem=problem,
            own_server=_own_server_way(request.path),
        ),
        error.status,
    )  # fmt: skip
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _own_server_way(path: str) -> str:
    """Return the way that needs no sign-in: the first choice for whoever wants to write."""
    for here, there in (("/new", "/write"), ("/reply", "/answer")):
        if path.startswith("/boards/") and path.endswith(here):
            return path.removesuffix(here) + there
    return ""


def _onward() -> str:
    """Return where somebody goes on after permitting something: the page itself, or the one whose button it was."""
    path = request.path
    if request.blueprint in {"you/mutes", "you/topics"}:
        return "/you/reading"  # the page on which their forms stand
    if request.method == "POST" and not path.endswith(("/new", "/reply", "/edit", "/delete", "/report")):
        path = path.rpartition("/")[0]
    while path and not _is_page_of_ours(path):
        path = path.rpartition("/")[0]
    return onward_path(path or "/")


def _is_page_of_ours(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


def _is_page() -> bool:
    """Whether a person in a browser asks, rather than another server or a program."""
    if isinstance(request.routing_exception, BadHost):
        return False  # no link of a page could be written
    if wants_activitypub() or request.path.startswith(("/.well-known/", "/nodeinfo/")):
        return False
    if _is_from_a_server():
        return False  # whatever it says that it accepts
    return request.method != "POST" or request.accept_mimetypes.accept_html


def _is_from_a_server() -> bool:
    return request.path.endswith("/inbox") or ("Signature" in request.headers and wants_activitypub())


def _answer(
    status: int, safe: str, says: str = "", reason: str = "", words: tuple[str, str] | None = None
) -> Response:
    """Answer with a page, or a program with a problem document; a hidden thing and a missing one get the same words
    (case P05). Ref: RFC 9457."""
    if _is_page():
        title, text = words or _WORDS.get(status, _UNFORESEEN)
        text = gettext(text) if status in {404, 410, 500} or not says else says
        response = make_response(
            render_template("error.html", status=status, title=gettext(title), text=text), status
        )
    else:
        problem = {
            "type": "about:blank",
            "title": safe,
            "status": status,
            "detail": (reason or safe)[:300],
            "error": safe,
        }
        response = make_response(json.dumps(problem, ensure_ascii=False), status)
        response.content_type = "application/problem+json"
    response.headers["Cache-Control"] = "no-store" if status >= 500 else "public, max-age=10"
    response.vary.add("Accept")
    return response
