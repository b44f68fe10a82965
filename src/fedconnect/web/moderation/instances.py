"""How far other servers are trusted, decided by hand by those who run the installation."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.blocklists import blocklists, consensus, instance_policies
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.foundation.fetch import host_of
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.instance import Policy
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("moderation/instances", __name__)
_changes = RateLimit("changes of an admin to servers", 60, 3600)


@blueprint.get("/servers")
def show() -> Response:
    """The servers that are closed, the lists, and those that no list may close."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
        closed = instance_policies.list_policies(session)
        return personal_page(
            "moderation/instances.html",
            by_hand=[one for one in closed if not one.by_lists],
            by_lists=[one for one in closed if one.by_lists],
            allowed=instance_policies.list_allowed(session),
            lists=blocklists.list_lists(session),
            agree=consensus.in_force(session),
            policies=consensus.STRICTNESS,
            home=visit.home_host,
            home_list=blocklists.home_list(visit.home_host),
        )


@blueprint.post("/servers")
def decide() -> BaseResponse:
    """Decide on one server."""
    visit = changing_visit()
    with database.transaction() as session:
        admin = instance_policies.get_admin(session, visit)
        host = _host(request.form.get("host", "").strip())
        policy = read_policy(request.form.get("policy", ""))
        instance_policies.set_policy(session, host, policy, request.form.get("reason", "").strip(), admin)
    return redirect("/servers", 303)


def changing_visit() -> Visit:
    """Return who wants to change something, which counts."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_changes, str(visit.reader_id))
    return visit


def read_policy(word: str) -> Policy:
    """Return the policy that was chosen. Raises Malformed."""
    try:
        return Policy(word)
    except ValueError as error:
        raise Malformed("policy", safe="Please choose how far the server is trusted.") from error


def _host(typed: str) -> str:
    try:
        return host_of(typed if "://" in typed else f"https://{typed}/")
    except FetchFailed as error:
        raise Malformed("host", safe="That is no name of a server, such as spam.example.") from error
