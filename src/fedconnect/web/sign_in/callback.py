"""Where home servers send readers back to."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sign_in
from fedconnect.accounts.sign_in import Return
from fedconnect.federation.rate_limits import limit_asker
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.sign_in.sign_in_page import sign_in_page, status_of

blueprint = Blueprint("sign_in/callback", __name__)
_returns = RateLimit("sign-ins finished", 30, 300)


@blueprint.get("/sign-in/back")
def back() -> BaseResponse:
    """Where home servers send readers back to."""
    named = {name: request.args.get(name, "")[:2000] for name in ("state", "code", "session", "iss", "error")}
    came = Return(named["state"], named["code"], named["session"], named["iss"], named["error"])
    limit_asker(_returns, current_visit.client_address())
    try:
        done = sign_in.finish(
            came, current_visit.browser_secret(), request.headers.get("User-Agent", ""), earlier=current_visit.find_visit()
        )  # fmt: skip
    except FedConnectError as error:
        return sign_in_page(
            "sign_in/begin.html", status=status_of(error), problem=say(error.sentence), onward="/", wanted=()
        )
    response: BaseResponse = redirect(done.onward, 303)
    if done.pressed is not None:
        response = sign_in_page("sign_in/go_on.html", pressed=done.pressed, onward=done.onward)
    current_visit.keep_session(response, done.cookie)
    return response
