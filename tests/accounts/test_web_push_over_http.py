"""Push messages: decrypted at an endpoint of our own, they say that something is new and nothing else."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from fedconnect.jobs import push as push_job
from fedconnect.models.web_push import PushKey, PushSubscription
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson, RemoteServer
from support.visitor import Visitor


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class PushService(RemoteServer):
    """A push service (RFC 8030) with one browser behind it, which can decrypt what arrives."""

    def __init__(self) -> None:
        super().__init__("127.0.0.6")
        self.inbox_status = 201
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def fields(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": self.base + "/push/abc", "p256dh": text(point), "auth": text(self.secret)}

    def read(self, number: int = -1) -> dict[str, str]:
        sent = [one for one in self.received if one.method == "POST"][number]
        return json.loads(
            http_ece.decrypt(sent.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        )


@pytest.fixture
def bot() -> Iterator[PushService]:
    made = PushService()
    yield made
    made.close()


@pytest.fixture
def dora(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> Visitor:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    return visitor


def answered(forum: Forum, home: FakeHomeServer, ana: RemotePerson, words: str) -> None:
    me = home.people["dora"]
    mine = me.note("My question", forum.board())
    forum.tell(me, me.create(mine))
    forum.tell(ana, ana.create(ana.note(words, forum.board(), inReplyTo=mine["id"])))


def test_a_browser_is_told_that_something_is_new_and_never_what(
    forum: Forum, dora: Visitor, home: FakeHomeServer, bot: PushService, ana: RemotePerson
) -> None:
    dora.post("/you/push", bot.fields, **{"Accept-Language": "de"})
    answered(forum, home, ana, "A very private answer")
    push_job.run()
    said = bot.read()
    assert said == {"title": "forum.example", "body": "Es gibt etwas Neues für Sie.", "url": "/you/news"}
    (sent,) = [one for one in bot.received if one.method == "POST"]
    assert b"private" not in sent.body
    assert sent.headers["content-encoding"] == "aes128gcm"
    assert int(sent.headers["ttl"]) > 0
    push_job.run()
    assert len(bot.received) == 1, "told once"


def test_the_push_service_can_check_that_it_was_us(
    forum: Forum, dora: Visitor, home: FakeHomeServer, bot: PushService, ana: RemotePerson
) -> None:
    dora.post("/you/push", bot.fields)
    answered(forum, home, ana, "Hello")
    push_job.run()
    scheme, _, rest = bot.received[0].headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    raw = base64.urlsafe_b64decode(parts["k"] + "==")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(parts["t"], ECKey.import_key(pem.decode())).claims
    assert scheme == "vapid"
    assert claims["aud"] == bot.base
    assert claims["sub"].startswith("https://forum.example/")
    assert parts["k"] in dora.page("/you/news"), "the key that the browser subscribed with"
    assert "PRIVATE" not in forum.rows(PushKey)[0].private_sealed


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    forum: Forum, dora: Visitor, home: FakeHomeServer, bot: PushService, ana: RemotePerson, status: int
) -> None:
    bot.inbox_status = status
    dora.post("/you/push", bot.fields)
    answered(forum, home, ana, "Hello")
    push_job.run()
    assert forum.rows(PushSubscription) == []


def test_who_signs_out_everywhere_is_told_no_more(
    forum: Forum, dora: Visitor, home: FakeHomeServer, bot: PushService, ana: RemotePerson
) -> None:
    dora.post("/you/push", bot.fields)
    dora.post("/you/disconnect")
    answered(forum, home, ana, "Hello")
    push_job.run()
    assert bot.received == []


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "https://x.example/" + "y" * 2000},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "€"},
        {"auth": "AAAA"},
    ],
)
def test_what_is_no_subscription_is_refused(
    forum: Forum, dora: Visitor, bot: PushService, change: dict[str, str]
) -> None:
    assert dora.post("/you/push", bot.fields | change).status_code == 400
    assert forum.rows(PushSubscription) == []


def test_a_push_service_inside_our_network_is_not_reached(
    forum: Forum, dora: Visitor, home: FakeHomeServer, bot: PushService, ana: RemotePerson
) -> None:
    dora.post("/you/push", bot.fields | {"endpoint": "https://10.1.2.3/push"})
    answered(forum, home, ana, "Hello")
    push_job.run()  # the address is refused by foundation/fetch, and nothing breaks
    assert bot.received == []
