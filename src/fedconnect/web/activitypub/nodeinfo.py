"""What software this is. Ref: NodeInfo 2.0 and 2.1 (nodeinfo.diaspora.software)."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect import __version__
from fedconnect.foundation import own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.hooks import manager
from fedconnect.site.identity import get_site
from fedconnect.web.negotiation import open_json

blueprint = Blueprint("activitypub/nodeinfo", __name__)
_DAY_S = 86_400


@blueprint.get("/.well-known/nodeinfo")
def nodeinfo_links() -> Response:
    """Say which NodeInfo documents there are."""
    base = own_address.base_url()
    links = [
        {"rel": f"http://nodeinfo.diaspora.software/ns/schema/{v}", "href": f"{base}/nodeinfo/{v}"}
        for v in ("2.0", "2.1")
    ]
    return open_json({"links": links}, "application/json", max_age_s=_DAY_S)


@blueprint.get("/nodeinfo/<version>")
def nodeinfo(version: str) -> Response:
    """Describe this software; how many people use it is nobody's business, so the counts are zero."""
    if version not in {"2.0", "2.1"}:
        raise NotFound("no such version")
    software = {"name": "fedconnect", "version": __version__}
    site = get_site()
    document = {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0"]},
        "openRegistrations": False,
        "usage": {"users": {"total": 0, "activeMonth": 0, "activeHalfyear": 0}, "localPosts": 0},
        "metadata": {
            "nodeName": site.name,
            "nodeDescription": site.description
            or "Topic boards to follow and post to from your own Mastodon account.",
            **dict(manager.collect("nodeinfo_metadata")),
        },
    }
    kind = f'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/{version}#"'
    return open_json(document, kind, max_age_s=_DAY_S)
