"""Documents of other servers: every GET is signed by the instance actor, and an id must be its own.

Ref: ActivityPub §3.2 and §7; origin rules in docs/decisions/0003 (CVE-2024-23832, CVE-2024-25623).
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message

from fedconnect.activitypub import double_knock, own_keys, strict_json
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.activitypub.vocabulary import (
    ACCEPT,
    ACTIVITYSTREAMS,
    MEDIA_TYPE,
    Document,
    host,
    same_origin,
    uri,
)
from fedconnect.foundation import database, fetch
from fedconnect.foundation.errors import FetchFailed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.instance import Policy, SignatureForm

_LONGEST_TYPE = 500  # a media type and its parameters; what parses them is not linear


def fetch_document(address: str, *, before_another: Callable[[str], None] | None = None) -> Document:
    """Fetch an ActivityPub document by its id.

    The answer counts only if it says of itself that it has the id that was asked for; if it names
    another, that one is asked once, and must agree. `before_another` hears of that one before it is asked,
    and may raise.

    Raises:
        FetchFailed: no answer, another status than 200, another media type, another id, or one on a blocked server.
        Malformed: no acceptable JSON.
    """
    document = _get(address)
    identity = uri(document.get("id"))
    if identity == address:
        return document
    if identity is None:
        raise FetchFailed("a document without an id", retryable=False)
    if before_another is not None:
        before_another(identity)
    refuse_blocked(identity)  # whoever asked looked at the first server only
    document = _get(identity)
    if document.get("id") != identity:
        raise FetchFailed("a document that denies its own id", retryable=False)
    return document


def refuse_blocked(address: str) -> None:
    """Ask nothing of a blocked server to which another one leads.

    Raises:
        FetchFailed: it is blocked.
    """
    with database.read_transaction() as session:
        if policy_of(session, host(address)) is Policy.BLOCKED:
            raise FetchFailed("a blocked instance", retryable=False)


def _get(address: str) -> Document:
    with database.read_transaction() as session:
        instance = own_keys.signer(session, own_keys.INSTANCE)

    def ask(form: SignatureForm) -> HttpResponse:
        def sign(url: str) -> dict[str, str]:
            # each step is signed before it is asked, so that another server is not
            if not same_origin(url, address):
                raise FetchFailed("redirected to another server", retryable=False)
            return instance.sign("GET", url, form=form)

        return fetch.get(address, headers={"Accept": ACCEPT}, sign=sign)

    response = double_knock.knock(host(address), ask)
    if response.status != 200:
        raise FetchFailed(
            f"status {response.status}", response_status=response.status, retryable=response.status >= 500
        )
    if not _is_activitypub(response.headers.get("content-type", "")):
        raise FetchFailed("an answer that is no ActivityPub document", retryable=False)
    return strict_json.loads(response.body)


def _is_activitypub(content_type: str) -> bool:
    if len(content_type) > _LONGEST_TYPE:
        return False
    told = Message()
    told["Content-Type"] = content_type.replace("\n", " ").replace("\r", " ")
    kind = told.get_content_type()
    profiles = str(told.get_param("profile", "")).lower().split()
    return kind == MEDIA_TYPE or (kind == "application/ld+json" and ACTIVITYSTREAMS in profiles)
