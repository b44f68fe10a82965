"""docs/prices.md, for what strangers send to the application: CPU of the web thread, measured."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from support.forum import BASE, Forum
from support.remote import RemotePerson, RemoteServer

MOST_S = 0.25


def unsigned(forum: Forum, ana: RemotePerson) -> Any:
    return forum.client.post("/inbox", data=large(ana), content_type="application/activity+json")


def large(ana: RemotePerson) -> bytes:
    body = {**ana.activity("Create", "x"), "content": ""}
    return json.dumps({**body, "content": "a" * ((1 << 20) - len(json.dumps(body)) - 10)}).encode()


def foreign_key(forum: Forum, ana: RemotePerson) -> Any:
    body = large(ana)
    headers = ana.sign(BASE + "/inbox", body)
    headers["Signature"] = headers["Signature"].replace(ana.key_id, ana.server.base + "/nobody#key")
    return forum.client.post("/inbox", data=body, headers=headers, base_url=BASE)


def wrongly_signed(forum: Forum, ana: RemotePerson) -> Any:
    headers = ana.sign(BASE + "/inbox", b"another")
    return forum.client.post("/inbox", data=large(ana), headers=headers, base_url=BASE)


KINDS: dict[str, tuple[Callable[[Forum, RemotePerson], Any], int]] = {
    "an unsigned POST of 1 MiB to an inbox": (unsigned, 0),
    "a POST of 1 MiB with the key of an unknown sender": (foreign_key, 1),
    "a POST of 1 MiB whose digest does not fit": (wrongly_signed, 0),
    "GET /health": (lambda forum, ana: forum.get("/health"), 0),
    "GET /": (lambda forum, ana: forum.get("/"), 0),
    "a sign-in at a server that is not there": (
        lambda forum, ana: forum.client.post(
            "/sign-in", data={"account": "@a@127.0.0.9:1"}, base_url=BASE, headers={"Origin": BASE}
        ),
        1,
    ),
    "WebFinger": (
        lambda forum, ana: forum.get("/.well-known/webfinger?resource=acct:respite@forum.example"),
        0,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_c2_no_request_of_a_stranger_costs_more_than_a_quarter_second_or_one_foreign_request(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, kind: str
) -> None:
    ask, foreign = KINDS[kind]
    begun = time.thread_time()
    answer = ask(forum, ana)
    cost = time.thread_time() - begun
    print(f"{kind}: {cost * 1000:.0f} ms, {answer.status_code}")
    assert answer.status_code in {200, 401, 422, 502, 503}
    assert cost < MOST_S
    assert len(remote.received) <= foreign


@pytest.mark.parametrize("kind", KINDS)
def test_c2_no_request_of_a_stranger_takes_more_than_32_mib(
    forum: Forum, ana: RemotePerson, kind: str
) -> None:
    tracemalloc.start()
    try:
        KINDS[kind][0](forum, ana)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    print(f"{kind}: {peak / (1 << 20):.1f} MiB")
    assert peak < 32 << 20
