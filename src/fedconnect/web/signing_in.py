"""Sign in with the account you have: type where you live, confirm there, come back."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import home_servers, revocation, sign_in
from fedconnect.accounts.permissions import Permission
from fedconnect.accounts.sign_in import Begun, Return
from fedconnect.federation.rate_limits import limit_asker, limit_webfinger
from fedconnect.foundation.errors import AddressRefused, FedConnectError, Malformed
from fedconnect.foundation.fetch import host_of
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit
from fedconnect.web.languages import say

signing_in = Blueprint("signing_in", __name__)
_tries = RateLimit("sign-ins begun", 10, 300)
_returns = RateLimit("sign-ins finished", 30, 300)


@signing_in.get("/sign-in")
def ask() -> BaseResponse:
    """Ask where somebody lives."""
    onward = sign_in.onward_path(request.args.get("next", "/"))
    if current_visit.find_visit() is not None:
        return redirect(onward, 303)
    return _page("sign_in/begin.html", onward=onward, wanted=_wanted(request.args.getlist("for")))


@signing_in.post("/sign-in")
def begin() -> BaseResponse:
    """Prepare the way to somebody's own server, and show it as a link: people see where they are going."""
    typed = request.form.get("account", "")[:400]
    onward = sign_in.onward_path(request.form.get("next", "/"))
    wanted = _wanted(request.form.getlist("for"))
    try:
        _mind_the_pace(typed)
        begun = sign_in.begin(typed, wanted, onward, is_known=current_visit.find_visit() is not None)
    except FedConnectError as error:
        return _page(
            "sign_in/begin.html",
            status=422 if isinstance(error, Malformed) else _status_of(error),
            problem=say(error.sentence),
            typed=typed,
            onward=onward,
            wanted=wanted,
        )
    return _way_on(begun, wanted)


@signing_in.post("/permit")
def permit() -> BaseResponse:
    """Ask a signed-in reader's server for more."""
    visit = current_visit.get_visit()
    wanted = _wanted(request.form.getlist("for"))
    onward = sign_in.onward_path(request.form.get("next", "/"))
    limit_asker(_tries, current_visit.client_address())
    return _way_on(sign_in.begin_anew(visit, wanted, onward), wanted)


@signing_in.get("/sign-in/back")
def back() -> BaseResponse:
    """Where home servers send readers back to."""
    named = {name: request.args.get(name, "")[:2000] for name in ("state", "code", "session", "iss", "error")}
    came = Return(named["state"], named["code"], named["session"], named["iss"], named["error"])
    limit_asker(_returns, current_visit.client_address())
    try:
        done = sign_in.finish(came, current_visit.browser_secret(), request.headers.get("User-Agent", ""))
    except FedConnectError as error:
        return _page(
            "sign_in/begin.html", status=_status_of(error), problem=say(error.sentence), onward="/", wanted=()
        )
    answer = redirect(done.onward, 303)
    current_visit.keep_session(answer, done.cookie)
    return answer


@signing_in.post("/sign-out")
def sign_out() -> BaseResponse:
    """Sign out in this browser; with the last one the permission is given back."""
    visit = current_visit.find_visit()
    if visit is not None:
        revocation.sign_out(visit)
    answer = redirect("/", 303)
    current_visit.forget_session(answer)
    return answer


def _mind_the_pace(typed: str) -> None:
    who = current_visit.client_address()
    limit_asker(_tries, who)
    try:
        host = host_of("https://" + typed.rpartition("@")[2].partition("/")[0] + "/")
    except AddressRefused:
        return  # it will be told what would do
    if home_servers.is_known(host):
        return  # nobody is asked
    limit_webfinger(host, who)


def _way_on(begun: Begun, wanted: tuple[Permission, ...]) -> Response:
    answer = _page("sign_in/link.html", begun=begun, wanted=wanted)
    current_visit.keep_browser_secret(answer, begun.browser)
    return answer


def _wanted(names: list[str]) -> tuple[Permission, ...]:
    known = {one.value: one for one in Permission}
    return tuple(dict.fromkeys(known[name] for name in names[:10] if name in known))


def _status_of(error: FedConnectError) -> int:
    return error.status if error.status >= 500 or error.status in {400, 403, 409, 429} else 422


def _page(template: str, status: int = 200, **facts: object) -> Response:
    answer = make_response(render_template(template, **facts), status)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
