"""Telling a reader's browser that something is new, in one neutral sentence that says nothing of what.

Somebody looking over a shoulder, and the push service itself, learn no more than that. Sent at most once.
Ref: RFC 8030 (Web Push), RFC 8291 (encryption), RFC 8292 (VAPID).
"""

from __future__ import annotations

import base64
import json
import os
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import http_ece
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database, fetch, own_address, sealing
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification
from fedconnect.models.web_push import PushKey, PushSubscription
from fedconnect.site.identity import get_site

log = structlog.get_logger()
SENTENCES = {
    "en": "There is something new for you.",
    "de": "Es gibt etwas Neues für Sie.",
    "es": "Hay algo nuevo para usted.",
}
_MOST_A_READER = 10
_LIFE_S = 86_400
_PURPOSE = "push-key"
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser says of its subscription: `endpoint` is the push service's, the keys are base64url."""

    endpoint: str
    p256dh: str
    auth: str


def read_browser(endpoint: str, p256dh: str, auth: str) -> Browser:
    """Read a subscription as a browser sends it.

    Raises:
        Malformed: no address of a push service, or no keys.
    """
    try:
        fetch.host_of(endpoint)
        point, secret = _bytes(p256dh), _bytes(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (FetchFailed, ValueError) as error:
        raise Malformed(
            f"no subscription: {error}", safe="This browser's subscription could not be read."
        ) from error
    if len(endpoint) > 1000 or len(secret) != 16:
        raise Malformed("no subscription", safe="This browser's subscription could not be read.")
    return Browser(endpoint, p256dh, auth)


def subscribe(session: Session, reader_id: int, browser: Browser, language: str) -> None:
    """Tell this browser from now on; the oldest of too many is dropped."""
    session.execute(delete(PushSubscription).where(PushSubscription.endpoint == browser.endpoint))
    session.add(
        PushSubscription(
            reader_id=reader_id, endpoint=browser.endpoint, p256dh=browser.p256dh, auth=browser.auth,
            language=language if language in SENTENCES else "en", since=clock.now(),
        )
    )  # fmt: skip
    session.flush()  # the query below counts it
    mine = select(PushSubscription.id).where(PushSubscription.reader_id == reader_id)
    surplus = list(
        session.execute(mine.order_by(PushSubscription.since.desc()).offset(_MOST_A_READER)).scalars()
    )
    if surplus:
        session.execute(delete(PushSubscription).where(PushSubscription.id.in_(surplus)))


def unsubscribe_all(session: Session, reader_id: int) -> None:
    """Tell none of a reader's browsers any more."""
    session.execute(delete(PushSubscription).where(PushSubscription.reader_id == reader_id))


def application_key() -> str:
    """Return our public key for browsers, made when it is first asked for; opens its own transactions."""
    with database.read_transaction() as session:
        known = session.execute(select(PushKey).order_by(PushKey.id).limit(1)).scalar_one_or_none()
    if known is None:
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        with database.transaction() as session:
            session.add(
                PushKey(
                    public=_text(public), private_sealed=sealing.seal(private, _PURPOSE), made_at=clock.now()
                )
            )
        with database.read_transaction() as session:  # of two that were made at once, the first counts
            known = session.execute(select(PushKey).order_by(PushKey.id).limit(1)).scalar_one()
    return known.public


def send_due() -> bool:
    """Tell the browsers of some readers who have unpushed news; False where there are none."""
    with database.read_transaction() as session:
        waiting = (
            select(Notification.person_id)
            .join(Reader, Reader.person_id == Notification.person_id)
            .join(PushSubscription, PushSubscription.reader_id == Reader.id)
            .where(Notification.pushed_at.is_(None), Notification.seen_at.is_(None))
            .distinct()
            .limit(_BATCH)
        )
        people = list(session.execute(waiting).scalars())
    if not people:
        return False
    with database.transaction() as session:
        told = session.execute(
            update(Notification)
            .where(Notification.person_id.in_(people), Notification.pushed_at.is_(None))
            .values(pushed_at=clock.now())
            .returning(Notification.person_id)
        )
        ours = set(told.scalars())  # another worker may have been quicker
        found = list(
            session.execute(
                select(PushSubscription)
                .join(Reader, Reader.id == PushSubscription.reader_id)
                .where(Reader.person_id.in_(ours))
            ).scalars()
        )
    for one in found:
        _send(one)
    return True


def _send(one: PushSubscription) -> None:
    words = json.dumps({"title": get_site().name, "body": SENTENCES[one.language], "url": "/you/news"})
    body = http_ece.encrypt(
        words.encode(), salt=os.urandom(16), private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(one.p256dh), auth_secret=_bytes(one.auth), version="aes128gcm",
    )  # fmt: skip
    headers = {
        "Content-Type": "application/octet-stream", "Content-Encoding": "aes128gcm", "TTL": str(_LIFE_S),
        "Topic": "news", "Urgency": "normal", "Authorization": _vapid(one.endpoint),
    }  # fmt: skip
    try:
        response = fetch.send("POST", one.endpoint, body, headers=headers, total_s=10.0)
    except FetchFailed as error:
        log.info("push_lost", reason=error.detail)
        return
    if response.status in {404, 410}:
        with database.transaction() as session:
            session.execute(delete(PushSubscription).where(PushSubscription.id == one.id))
    elif response.status >= 300:
        log.info("push_refused", status=response.status)


def _vapid(endpoint: str) -> str:
    public = application_key()
    with database.read_transaction() as session:
        row = session.execute(select(PushKey).order_by(PushKey.id).limit(1)).scalar_one()
    key = ECKey.import_key(sealing.unseal(row.private_sealed, _PURPOSE).decode())
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + 12 * 3600,
        "sub": own_address.base_url() + "/about",
    }
    token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, key)
    return f"vapid t={token}, k={public}"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
