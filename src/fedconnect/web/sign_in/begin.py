"""Sign in with the account you have: type where you live, and go there to confirm; or permit more."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import home_servers, sign_in
from fedconnect.accounts.pressed import read_pressed
from fedconnect.accounts.typed_addresses import read_address
from fedconnect.federation.rate_limits import limit_asker, limit_webfinger
from fedconnect.foundation.errors import FedConnectError, Malformed
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.sign_in.sign_in_page import show_way_on, sign_in_page, status_of, wanted_permissions

blueprint = Blueprint("sign_in/begin", __name__)
_tries = RateLimit("sign-ins begun", 10, 300)


@blueprint.get("/sign-in")
def ask() -> BaseResponse:
    """Ask where somebody lives."""
    onward = sign_in.onward_path(request.args.get("next", "/"))
    if current_visit.find_visit() is not None:
        return redirect(onward, 303)
    return sign_in_page(
        "sign_in/begin.html", onward=onward, wanted=wanted_permissions(request.args.getlist("for"))
    )


@blueprint.post("/sign-in")
def begin() -> BaseResponse:
    """Prepare the way to somebody's own server, and show it as a link: people see where they are going."""
    typed = request.form.get("account", "")[:400]
    onward = sign_in.onward_path(request.form.get("next", "/"))
    wanted = wanted_permissions(request.form.getlist("for"))
    try:
        _check_rate_limits(typed)
        begun = sign_in.begin(typed, wanted, onward, is_known=current_visit.find_visit() is not None)
    except FedConnectError as error:
        return sign_in_page(
            "sign_in/begin.html",
            status=422 if isinstance(error, Malformed) else status_of(error),
            problem=say(error.sentence),
            typed=typed,
            onward=onward,
            wanted=wanted,
        )
    return show_way_on(begun, wanted)


@blueprint.post("/permit")
def permit() -> BaseResponse:
    """Ask a signed-in reader's server for more."""
    visit = current_visit.get_visit()
    wanted = wanted_permissions(request.form.getlist("for"))
    onward = sign_in.onward_path(request.form.get("next", "/"))
    limit_asker(_tries, current_visit.client_address())
    fields = [
        (name.removeprefix("field:"), value)
        for name, value in request.form.items()
        if name.startswith("field:")
    ]
    pressed = read_pressed(sign_in.onward_path(request.form.get("pressed", "/")), fields)
    return show_way_on(sign_in.begin_anew(visit, wanted, onward, pressed), wanted)


def _check_rate_limits(typed: str) -> None:
    who = current_visit.client_address()
    limit_asker(_tries, who)
    domain = read_address(typed).domain  # as it will be asked, however it was typed
    if not home_servers.is_known(domain):  # otherwise nobody is asked
        limit_webfinger(domain, who)
