"""A submission at the home server: published once there, also where an earlier call did it and nobody heard so.

Asked twice with the same Idempotency-Key, a home server gives the same post again for an hour; after that
we look among the reader's own posts before we would ask again. Ref: Mastodon `POST /api/v1/statuses`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from fedconnect.accounts.mastodon_api import Document, Fields, HomeAway, HomeClient, text
from fedconnect.activitypub import vocabulary
from fedconnect.foundation import clock, html
from fedconnect.home_servers.home_posts import find_home_id
from fedconnect.models.submission import SubmissionKind

KEY_LIFE = timedelta(minutes=50)  # a home server remembers a key for an hour


@dataclass(frozen=True, slots=True)
class SubmissionRequest:
    """What a submission's row says: `fields` as the home server takes them; `uri` and `home_post_id` once it has it."""

    id: int
    reader_id: int
    board_id: int
    kind: SubmissionKind
    fields: Fields
    key: str
    about_uri: str
    is_loose: bool
    asked_at: datetime
    uri: str
    home_post_id: str
    is_sent: bool


def publish(client: HomeClient, request: SubmissionRequest) -> tuple[str, str]:
    """Let the home server publish it, once; return its id, and the number that it has there.

    Raises:
        HomeAway, HomeRefused, PermissionGone: as `HomeClient` says.
    """
    fields = dict(request.fields)
    if request.kind is SubmissionKind.EDIT:
        number = request.home_post_id or find_home_id(client, request.about_uri)
        response = client.put(f"/api/v1/statuses/{number}", fields)
    else:
        if request.kind is SubmissionKind.REPLY and not request.is_loose:
            fields["in_reply_to_id"] = find_home_id(client, request.about_uri)
        response = (
            _said_before(client, request, fields) if clock.now() - request.asked_at > KEY_LIFE else None
        )
        if response is None:
            response = client.post("/api/v1/statuses", fields, idempotency_key=request.key)
    uri, number = (
        vocabulary.uri(response.get("uri")) if isinstance(response, dict) else None,
        text(response, "id", 100),
    )
    if uri is None or not number or vocabulary.host(uri) != client.host:
        raise HomeAway(client.host, "a post without an id of its own")
    return uri, number


def _said_before(client: HomeClient, request: SubmissionRequest, fields: Fields) -> Document | None:
    """Look among the reader's own posts for one that an earlier call made, before anything is said twice."""
    me = text(client.get("/api/v1/accounts/verify_credentials"), "id", 100)
    posts = client.get(f"/api/v1/accounts/{me}/statuses", limit="40")
    for post in posts if isinstance(posts, list) else []:
        made = clock.parse_instant(post.get("created_at")) if isinstance(post, dict) else None
        if made is None or made < request.asked_at - timedelta(minutes=2):
            continue
        same_parent = text(post, "in_reply_to_id", 100) == fields.get("in_reply_to_id", "")
        if same_parent and _words(html.text_of(text(post, "content", 100_000))) == _words(
            str(fields["status"])
        ):
            return dict(post)
    return None


def _words(said: str) -> list[str]:
    """Return the words without handles and links, which servers write in their own way."""
    return re.findall(r"\w+", re.sub(r"@\S+|https?://\S+", " ", said))
