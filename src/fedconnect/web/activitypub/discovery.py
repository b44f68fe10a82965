"""How other servers find us: WebFinger and host-meta. Ref: RFC 7033, RFC 6415, FEP-3b86."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from fedconnect.federation.outbound import bot_actors
from fedconnect.forum.boards import board_uri, get_board, slug_of
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import AddressRefused, Malformed, NotFound
from fedconnect.foundation.fetch import host_of
from fedconnect.web.negotiation import open_json

blueprint = Blueprint("activitypub/discovery", __name__)
_JRD = "application/jrd+json; charset=utf-8"
_DAY_S = 86_400


@blueprint.get("/.well-known/webfinger")
def webfinger() -> Response:
    """Say which actor a handle or an address is."""
    resource = request.args.get("resource", "")
    if not resource or len(resource) > 2048:
        raise Malformed("resource", safe="Name a resource, such as acct:board@host.")
    name = _local_name(resource)
    if name == "":
        return open_json(_instance(), _JRD, max_age_s=_DAY_S)
    with database.read_transaction() as session:
        bot = bot_actors.find_handle(session, name)
        uri = bot.uri if bot is not None else board_uri(get_board(session, name).slug)
    page = bot.page if bot is not None else uri
    return open_json(
        {
            "subject": f"acct:{name}@{own_address.host()}",
            "aliases": [uri],
            "links": [
                {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
                {"rel": "self", "type": "application/activity+json", "href": uri},
            ],
        },
        _JRD,
        max_age_s=_DAY_S,
    )


def _local_name(resource: str) -> str:
    """Return the board's slug that a resource names, or nothing for the instance actor.

    Raises:
        Malformed: neither a handle nor an address. NotFound: not on this host.
    """
    base, host = own_address.base_url(), own_address.host()
    bare = host.partition(":")[0]
    if resource.startswith(("https://", "http://")):
        try:
            asked = host_of(resource)
        except AddressRefused as error:
            raise NotFound("no host") from error
        if asked != host:
            raise NotFound("another host")
        if resource.rstrip("/") in {base, base + "/actor"}:
            return ""
        slug = slug_of(resource)
        if slug is not None:
            return slug
        if resource.endswith("/companion") and (slug := slug_of(resource.removesuffix("/companion"))):
            return f"{slug}_quiet"
        if resource.startswith(f"{base}/services/"):
            return resource.rpartition("/")[2]
        raise NotFound("no actor")
    user, at, domain = resource.removeprefix("acct:").removeprefix("@").rpartition("@")
    if not at:
        raise Malformed("resource", safe="Name a resource, such as acct:board@host.")
    if domain.lower() not in {host, bare}:
        raise NotFound("another host")
    return "" if user.lower() in {host, bare} else user.lower()


def _instance() -> dict[str, Any]:
    base = own_address.base_url()
    return {
        "subject": f"acct:{own_address.host()}@{own_address.host()}",
        "aliases": [base + "/actor"],
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": base + "/about"},
            {"rel": "self", "type": "application/activity+json", "href": base + "/actor"},
        ],
    }


@blueprint.get("/.well-known/host-meta")
def host_meta() -> Response:
    """Say where WebFinger is, for servers that ask here first."""
    template = f"{own_address.base_url()}/.well-known/webfinger?resource={{uri}}"
    response = Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" template="{template}"/></XRD>\n',
        content_type="application/xrd+xml; charset=utf-8",
    )
    response.headers["Cache-Control"] = f"public, max-age={_DAY_S}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/.well-known/host-meta.json")
def host_meta_json() -> Response:
    """The same in JSON."""
    template = f"{own_address.base_url()}/.well-known/webfinger?resource={{uri}}"
    return open_json({"links": [{"rel": "lrdd", "template": template}]}, "application/json", max_age_s=_DAY_S)
