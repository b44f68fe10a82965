"""Who does something with a post or a board, how often, and where they go on."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit

_actions = RateLimit("deeds of a reader", 60, 300)


def acting_visit(permission: Permission | None = None) -> Visit:
    """Return who wants to do something; what is sent counts.

    Raises:
        SignInNeeded: nobody is signed in; the permission is asked for along with it. TooMany: too often.
    """
    visit = current_visit.find_visit()
    if visit is None:
        raise current_visit.SignInNeeded("to act", wanted=(permission,) if permission else ())
    if request.method == "POST":
        current_visit.check_rate_limit(_actions, str(visit.reader_id))
    return visit


def back_to_post(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Lead back to the post that something was done with."""
    return redirect(f"/boards/{slug}/threads/{thread_id}/{post_id}", 303)
