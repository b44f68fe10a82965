"""What to try in the demo, and one click to be one of its people: the road that everybody takes, without the typing."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sign_in
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.federation.rate_limits import limit_asker
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit
from fedconnect.web.demo.door import the_door
from fedconnect.web.responses import personal_page

blueprint = Blueprint("demo/show", __name__)
_tries = RateLimit("people of the demo tried", 60, 300)
_DAY_MS = 86_400_000
_LIVED_MS = -1000
#: What they are asked for at once, so that nothing they try stops to ask.
_WANTED = (Permission.WRITE, Permission.MARK, Permission.FOLLOW, Permission.REPORT)


@blueprint.get("/demo")
def show() -> Response:
    """What to try; while the demo's month goes by, how far it is."""
    response = personal_page("demo/show.html", days_left=days_left())
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/demo/as/<name>")
def enter(name: str) -> BaseResponse:
    """Set out to the demo's home server as one of its people; it asks them nothing, and they come back signed in."""
    person = the_door().find(name)
    if person is None:
        raise NotFound("nobody whom one can be")
    if days_left():
        return redirect("/demo", 303)  # a sign-in lasts ten minutes, which are nothing yet
    limit_asker(_tries, current_visit.client_address())
    begun = sign_in.begin(f"@{name}@{the_door().host}", _WANTED, person.onward)
    response = redirect(f"{begun.url}&{urlencode({'login_hint': name})}", 303)
    current_visit.keep_browser_secret(response, begun.browser)
    return response


def days_left() -> int:
    """Return how many days of the demo's month are still to come; 0 once it is lived."""
    behind_ms = -clock.shift_ms()
    return 0 if behind_ms <= -_LIVED_MS else -(-behind_ms // _DAY_MS)
