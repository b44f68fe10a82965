"""The line that loses things: what it loses is lost for us alone, after the work was done, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from peers.lossy_proxy import Fate, Losses, LossyProxy, Upstream
from support.remote import RemoteServer

ALWAYS, NEVER = Losses(1, 0, 1), Losses(0, 0, 0)
Line = Callable[[Losses], tuple[LossyProxy, str]]


@pytest.fixture
def server() -> Iterator[RemoteServer]:
    found = RemoteServer("127.0.0.1")
    yield found
    found.close()


@pytest.fixture
def line(server: RemoteServer) -> Iterator[Line]:
    made: list[LossyProxy] = []
    port = int(server.base.rpartition(":")[2])

    def between(losses: Losses) -> tuple[LossyProxy, str]:
        made.append(LossyProxy(("127.0.0.1", 0), Upstream("home", "127.0.0.1", port), seed=1, losses=losses))
        return made[-1], f"http://127.0.0.1:{made[-1].port}"

    yield between
    for one in made:
        one.close()


def test_an_answer_is_lost_after_the_work_was_done(line: Line, server: RemoteServer) -> None:
    _, base = line(ALWAYS)
    with pytest.raises(requests.ConnectionError):
        requests.post(base + "/api/v1/statuses", json={"status": "Hello"}, timeout=5)
    (asked,) = server.received
    assert (asked.method, asked.path, asked.json) == ("POST", "/api/v1/statuses", {"status": "Hello"})


def test_a_request_that_is_lost_never_arrives(line: Line, server: RemoteServer) -> None:
    _, base = line(Losses(0, 1, 0))
    with pytest.raises(requests.ConnectionError):
        requests.delete(base + "/api/v1/statuses/9", timeout=5)
    assert server.received == []


@pytest.mark.parametrize(
    "path", ["/users/ana", "/oauth/authorize?state=x", "/.well-known/webfinger", "/inbox"]
)
def test_what_servers_say_to_each_other_and_pages_for_people_are_never_lost(
    line: Line, server: RemoteServer, path: str
) -> None:
    _, base = line(ALWAYS)
    assert requests.get(base + path, timeout=5).status_code < 500
    assert [one.path for one in server.received] == [path]


def test_what_is_passed_on_comes_as_it_was_sent_and_the_answer_as_it_was_given(
    line: Line, server: RemoteServer
) -> None:
    _, base = line(NEVER)
    server.special["/api/v1/media/7"] = (
        404,
        {"Content-Type": "application/json", "Link": "<x>"},
        b'{"error": "No"}',
    )
    sent = {
        "Host": "home.example",
        "Authorization": "Bearer t",
        "Signature": "a=b",
        "Content-Type": "image/webp",
    }
    answer = requests.get(base + "/api/v1/media/7", headers=sent, timeout=5)
    assert (answer.status_code, answer.headers["Link"], answer.json()) == (404, "<x>", {"error": "No"})
    assert requests.put(base + "/api/v1/media/7", data=b"\x00\xff", headers=sent, timeout=5).status_code
    for asked in server.received:
        assert {name: asked.headers[name.lower()] for name in sent} == sent
    assert server.received[1].body == b"\x00\xff"


def test_of_what_is_spared_nothing_is_lost(line: Line, server: RemoteServer) -> None:
    proxy, _ = line(Losses(1, 0, 1, spared=("/oauth/token",)))
    assert proxy.fate_of("POST", "/oauth/token") is Fate.PASSED
    assert proxy.fate_of("POST", "/oauth/revoke") is Fate.ANSWER_LOST


def test_a_quiet_line_loses_nothing(line: Line) -> None:
    proxy, base = line(ALWAYS)
    proxy.is_quiet = True
    assert requests.get(base + "/api/v1/statuses/9", timeout=5).status_code < 500


def test_the_same_seed_loses_the_same_and_about_as_much_as_was_asked(line: Line) -> None:
    first, second = line(Losses())[0], line(Losses())[0]
    asked = [("POST" if number % 2 else "GET", f"/api/v1/statuses/{number}") for number in range(1000)]
    fates = [first.fate_of(*one) for one in asked]
    assert fates == [second.fate_of(*one) for one in asked]
    assert 170 < sum(fate is Fate.ANSWER_LOST for fate in fates[1::2]) < 280
    assert 30 < sum(fate is Fate.REQUEST_LOST for fate in fates[1::2]) < 75
    assert Fate.REQUEST_LOST not in fates[::2]


def test_calls_are_counted_together_whatever_their_ids_and_swallowed_tokens_on_their_own(
    line: Line, server: RemoteServer
) -> None:
    proxy, base = line(ALWAYS)
    server.special["/oauth/token"] = (200, {"Content-Type": "application/json"}, b"{}")
    for path in ("1", "01M8PN036JSWT0KK1Q91V9Y5SX", "01a22d5d-c662-70f3-8976-238f80fd9e5e"):
        proxy.fate_of("GET", f"/api/v1/statuses/{path}/source")
    assert proxy.counts == {("GET /api/v1/statuses/…/source", Fate.ANSWER_LOST): 3}
    with pytest.raises(requests.ConnectionError):
        requests.get(base + "/oauth/token", timeout=5)
    assert proxy.swallowed_tokens == 1
