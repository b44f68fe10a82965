"""Taking permissions back: one, or all of them."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import grants, revocation
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.web import current_visit

blueprint = Blueprint("you/withdraw_permissions", __name__)


@blueprint.post("/you/permissions/<permission>/end")
def withhold(permission: str) -> BaseResponse:
    """Take one permission back."""
    visit = current_visit.get_visit()
    known = {one.value: one for one in Permission}
    if permission not in known:
        raise NotFound("no such permission")
    with database.transaction() as session:
        grants.withhold(session, visit, known[permission])
    return redirect("/you", 303)


@blueprint.post("/you/disconnect")
def disconnect() -> BaseResponse:
    """Give every permission back, and sign out everywhere."""
    revocation.disconnect(current_visit.get_visit())
    response = redirect("/", 303)
    current_visit.forget_session(response)
    return response
