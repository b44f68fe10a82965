"""How far other servers are trusted, for those who run the installation: by hand, and by lists that are tried first."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub import own_keys
from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.foundation.fetch import host_of
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.instance import Policy
from fedconnect.moderation.blocklists import blocklist_formats, blocklists, consensus, instance_policies
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

other_servers = Blueprint("servers", __name__, url_prefix="/servers")
_changes = RateLimit("changes of an admin to servers", 60, 3600)


@other_servers.get("")
def overview() -> Response:
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


@other_servers.post("")
def decide() -> BaseResponse:
    """Decide on one server."""
    visit = _changing()
    with database.transaction() as session:
        admin = instance_policies.get_admin(session, visit)
        host = _host(request.form.get("host", "").strip())
        policy = _policy(request.form.get("policy", ""))
        instance_policies.set_policy(session, host, policy, request.form.get("reason", "").strip(), admin)
    return redirect("/servers", 303)


@other_servers.post("/lists")
def add() -> BaseResponse:
    """Subscribe to a list, or import a file."""
    request.max_content_length = blocklist_formats.MOST_BYTES + (1 << 16)
    visit = _changing()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
    source, at_most = (
        request.form.get("source", "").strip()[:2048],
        _policy(request.form.get("at_most", "blocked")),
    )
    file = request.files.get("file")
    body = None
    if file is not None and file.filename:
        source, body = file.filename[:200], file.read(blocklist_formats.MOST_BYTES + 1)
    elif not source.startswith(("https://", "http://")):
        raise Malformed("source", safe="Please choose a file, or type the address of a list: https://…")
    blocklists.add_while_waiting(source, body, at_most)
    return redirect("/servers", 303)


@other_servers.post("/lists/<list_id>/leave")
def leave(list_id: str) -> BaseResponse:
    """Leave a list."""
    visit = _changing()
    with database.transaction() as session:
        admin = instance_policies.get_admin(session, visit)
        blocklists.remove_list(session, ids.parse_id(list_id) or 0)
        consensus.keep_up(session, admin)
    return redirect("/servers", 303)


@other_servers.post("/agree")
def agree() -> BaseResponse:
    """Try what the lists would change, or put them in force."""
    number = request.form.get("lists", "1")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    visit = _changing()
    with database.transaction() as session:
        admin = instance_policies.get_admin(session, visit)
        if request.form.get("how") != "force":
            return personal_page("moderation/blocklist_plan.html", plan=consensus.plan(session, wanted))
        consensus.put_in_force(session, wanted, admin)
    return redirect("/servers", 303)


@other_servers.get("/list.csv")
def export() -> Response:
    """The servers that are closed here, as Mastodon and others read them."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
        answer = make_response(blocklists.export(session))
    answer.content_type = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{own_keys.host().partition(":")[0]}-servers.csv"'
    )
    return answer


def _changing() -> Visit:
    """Return who wants to change something, which counts."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_changes, str(visit.reader_id))
    return visit


def _policy(word: str) -> Policy:
    try:
        return Policy(word)
    except ValueError as error:
        raise Malformed("policy", safe="Please choose how far the server is trusted.") from error


def _host(typed: str) -> str:
    try:
        return host_of(typed if "://" in typed else f"https://{typed}/")
    except FetchFailed as error:
        raise Malformed("host", safe="That is no name of a server, such as spam.example.") from error
