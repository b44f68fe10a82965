"""A submission at the home server: published once there, also where an earlier call did it and nobody heard so.

Asked twice with the same Idempotency-Key, Mastodon gives the same post again for an hour. GoToSocial and others know no
such key, so that after the first try we always look among the reader's own posts before we ask again, and an edit looks
at the post first. Ref: Mastodon `POST /api/v1/statuses`, `GET /api/v1/accounts/:id/statuses`, `…/:id/source`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from fedconnect.accounts.mastodon_api import Document, Fields, HomeAway, HomeClient, text
from fedconnect.accounts.outgoing_status import OPEN, document_of
from fedconnect.activitypub import vocabulary
from fedconnect.federation.activities.submitted_replies import GIVES_UP
from fedconnect.foundation import clock, database, html
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.home_servers.home_posts import find_home_id
from fedconnect.home_servers.published_differences import find_difference
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState

_CLOCKS_APART = timedelta(minutes=2)
_MOST_PAGES = 5
_AROUND = re.compile(r"@\S+|https?://\S+")  # servers write handles and links in their own way
_MARKS = re.compile(r"(?m)^[ \t]*(?:\d+[.)]|`{3}\w*)(?=\s|$)")  # of mark-up, which becomes a list or code
_WORD = re.compile(r"[^\W_]+")  # an underscore can be mark-up


@dataclass(frozen=True, slots=True)
class SubmissionRequest:
    """What a submission's row says: `fields` as the home server takes them; `uri` and `home_post_id` once it has it.

    `tries`: how often it was begun before this time. `differs`: what its author is told of a difference, as a row keeps it.
    """

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
    tries: int = 0
    differs: str = ""


@dataclass(frozen=True, slots=True)
class PublishedStatus:
    """What a home server made of it: its id, the number that it has there, and in what it `differs` from what was asked,
    which its author is told."""

    uri: str
    number: str
    differs: Sentence | None = None


def publish(client: HomeClient, request: SubmissionRequest) -> PublishedStatus:
    """Let the home server publish it, once; return what it made of it.

    Raises:
        HomeAway, HomeRefused, PermissionGone: as `HomeClient` says.
    """
    fields = dict(request.fields)
    if request.kind is SubmissionKind.EDIT:
        number = request.home_post_id or find_home_id(client, request.about_uri)
        response = _changed_before(client, request, number)
        if response is None:
            response = client.put(f"/api/v1/statuses/{number}", document_of(fields))
    else:
        if request.kind is SubmissionKind.REPLY and not request.is_loose:
            fields["in_reply_to_id"] = find_home_id(client, request.about_uri)
        response = _said_before(client, request, fields)
        if response is None:
            response = client.post("/api/v1/statuses", document_of(fields), idempotency_key=request.key)
    uri, number = (
        vocabulary.uri(response.get("uri")) if isinstance(response, dict) else None,
        text(response, "id", 100),
    )
    if uri is None or not number or vocabulary.host(uri) != client.host:
        raise HomeAway(client.host, "a post without an id of its own")
    return PublishedStatus(uri, number, find_difference(client.host, request.kind, fields, response))


def _said_before(client: HomeClient, request: SubmissionRequest, fields: Fields) -> Document | None:
    """Look among the reader's own posts for one that an earlier call made; None where it may be said (again).

    Raises:
        HomeAway, HomeRefused, PermissionGone: it cannot be looked for; HomeAway: or it is too late to say it.
    """
    since = _first_asked(request)
    if since is None:
        return None
    me = text(client.get("/api/v1/accounts/verify_credentials"), "id", 100)
    if not me:
        raise HomeAway(client.host, "an account without an id")
    made_since: list[Document] = []
    for page in client.pages(f"/api/v1/accounts/{me}/statuses", most=_MOST_PAGES, exclude_reblogs="true"):
        made = [one for one in page if isinstance(one, dict) and _is_younger(one, since - _CLOCKS_APART)]
        made_since += made
        if not made:
            break
    alike = [one for one in made_since if _is_same(one, fields)]
    ours = _of_other_submissions(request, [text(one, "uri", 2048) for one in alike])
    found = [one for one in alike if text(one, "uri", 2048) not in ours]
    if found:
        return found[-1]  # the first that was made
    if clock.now() - request.asked_at > GIVES_UP:
        raise HomeAway(client.host, "not to be found there, and too late to be said")
    return None


def _changed_before(client: HomeClient, request: SubmissionRequest, number: str) -> Document | None:
    """Look whether an earlier call changed a post as it is asked for now; None where it is still to be changed.

    Asked twice, GoToSocial answers 422: the second time nothing changes.

    Raises:
        HomeAway, HomeRefused, PermissionGone: it cannot be looked for.
    """
    if not request.tries:
        return None
    source = client.get(f"/api/v1/statuses/{number}/source")
    whole: object = client.get(f"/api/v1/statuses/{number}")
    return whole if isinstance(whole, dict) and _is_as_asked(source, whole, request.fields) else None


def _is_as_asked(source: object, whole: Document, fields: Fields) -> bool:
    media = whole.get("media_attachments")
    asked = document_of(fields)
    return (
        text(source, "text", 100_000).strip() == str(fields["status"]).strip()
        and text(source, "spoiler_text", 5000).strip() == str(fields.get("spoiler_text", "")).strip()
        and isinstance(media, list)
        and [text(one, "id", 100) for one in media] == asked.get("media_ids", [])
        and bool(whole.get("sensitive")) == (asked.get("sensitive") is True)
        and text(whole, "language", 20) in {"", asked.get("language", text(whole, "language", 20))}
    )


def _first_asked(request: SubmissionRequest) -> datetime | None:
    """Return when the home server was first asked for this; None where it never was.

    A form that failed and is sent again is a new row, and what its server did with the old one is not known.
    """
    with database.read_transaction() as session:
        failed: datetime | None = session.execute(
            select(func.min(Submission.asked_at)).where(
                Submission.reader_id == request.reader_id, Submission.board_id == request.board_id,
                Submission.kind == request.kind, Submission.about_uri == request.about_uri,
                Submission.state == SubmissionState.FAILED, Submission.uri == "",
                or_(Submission.attempts > 1, Submission.claims > 1),  # a no to the first try is a no
                Submission.asked_at > request.asked_at - 2 * GIVES_UP, Submission.id != request.id,
            )
        ).scalar()  # fmt: skip
    if failed is not None:
        return min(failed, request.asked_at)
    return request.asked_at if request.tries else None


def _of_other_submissions(request: SubmissionRequest, uris: list[str]) -> set[str]:
    """Return which posts are known to be what another submission became: somebody may say the same thing twice."""
    if not uris:
        return set()
    with database.read_transaction() as session:
        return set(
            session.execute(
                select(Submission.uri).where(Submission.uri.in_(uris), Submission.id != request.id)
            ).scalars()
        )


def _is_younger(post: Document, since: datetime) -> bool:
    made = clock.parse_instant(post.get("created_at"))
    return made is not None and made >= since


def _is_same(post: Document, fields: Fields) -> bool:
    """Whether a post has the same words and parent, and stands in the open; a server may make it quieter than asked."""
    return (
        text(post, "in_reply_to_id", 100) == fields.get("in_reply_to_id", "")
        and text(post, "visibility", 20) in {*OPEN, fields.get("visibility", ""), ""}
        and _words(html.text_of(text(post, "content", 100_000))) == _words(str(fields["status"]))
    )


def _words(said: str) -> list[str]:
    """Return the words and emoji without handles, links and numbers of lists."""
    own = _AROUND.sub(" ", _MARKS.sub(" ", said))
    return _WORD.findall(own) + [
        one for one in own if unicodedata.category(one) == "So"
    ]  # emoji can be all of it
