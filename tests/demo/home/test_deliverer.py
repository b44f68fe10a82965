"""Deliveries: patient where a server is busy, and not where it says no."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.demo.home import deliverer
from fedconnect.demo.home.deliverer import Deliverer, deliver
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused, FetchFailed
from fedconnect.foundation.fetch import HttpResponse

INBOX = "http://forum.example/inbox"
KEY_ID = "http://127.0.0.1:1/users/dora#main-key"


@cache
def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Inbox:
    def __init__(self) -> None:
        self.answers: list[int | Exception] = []
        self.tried = 0
        self.now = 0.0
        self.keys: list[str] = []

    def post(self, url: str, body: bytes, *, headers: dict[str, str]) -> HttpResponse:
        self.tried += 1
        self.keys.append(headers["Signature"])
        answer = self.answers.pop(0) if self.answers else 202
        if isinstance(answer, Exception):
            raise answer
        return HttpResponse(answer, {}, b"", url)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Inbox:
    made = Inbox()
    monkeypatch.setattr(fetch, "post", made.post)
    monkeypatch.setattr(deliverer, "time", SimpleNamespace(monotonic=lambda: made.now, sleep=made.sleep))
    return made


@pytest.mark.parametrize("answer", [200, 302, 400, 401, 403, 404, 428, 430])
def test_what_is_refused_is_not_sent_again(inbox: Inbox, answer: int) -> None:
    inbox.answers = [answer]
    assert not deliver(a_key(), KEY_ID, INBOX, {"type": "Create"})
    assert inbox.tried == 1


@pytest.mark.parametrize("answer", [429, 500, 503, FetchFailed("reset"), AddressRefused("loopback")])
def test_what_cannot_be_taken_just_now_is_sent_again(inbox: Inbox, answer: int | Exception) -> None:
    inbox.answers = [answer, answer]
    assert deliver(a_key(), KEY_ID, INBOX, {"type": "Create"})
    assert (inbox.tried, inbox.now) == (3, 1.0)
    assert all(f'keyId="{KEY_ID}"' in one for one in inbox.keys)


def test_a_forum_that_is_never_ready_is_given_up_after_a_minute(inbox: Inbox) -> None:
    inbox.answers = [503] * 1000
    assert not deliver(a_key(), KEY_ID, INBOX, {"type": "Create"})
    assert 60 <= inbox.now <= 61


def test_what_is_put_there_is_sent_in_order_and_a_failure_keeps_nobody_waiting(inbox: Inbox) -> None:
    done: list[int] = []

    def fails() -> None:
        raise RuntimeError("by a test")

    sending = Deliverer()
    sending.do(lambda: done.append(1))
    sending.do(fails)
    sending.do(lambda: done.append(2))
    sending.put(a_key(), KEY_ID, INBOX, {"type": "Create"})
    sending.wait()
    assert done == [1, 2]
    assert inbox.tried == 1
