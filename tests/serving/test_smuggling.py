"""A request has one meaning only: what two programs could read in two ways is 400, and the end of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.front import Front, running_front

pytestmark = pytest.mark.heavy

HEAD = b"POST /inbox HTTP/1.1\r\nHost: forum.example\r\n"
NEXT = b"GET /smuggled HTTP/1.1\r\nHost: forum.example\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Front]:
    with running_front() as front:
        yield front


@pytest.fixture
def front(server: Front) -> Front:
    server.told.clear()
    return server


AMBIGUOUS = {
    "length and chunked": HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "the same length twice": HEAD + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "a list of lengths": HEAD + b"Content-Length: 3, 3\r\n\r\nabc",
    "a length with a sign": HEAD + b"Content-Length: +3\r\n\r\nabc",
    "a negative length": HEAD + b"Content-Length: -3\r\n\r\nabc",
    "a length in hexadecimal": HEAD + b"Content-Length: 0x3\r\n\r\nabc",
    "a length in other digits": HEAD + b"Content-Length: \xd9\xa3\r\n\r\nabc",
    "a length with an underscore": HEAD + b"Content-Length: 1_0\r\n\r\n0123456789",
    "an empty length": HEAD + b"Content-Length: \r\n\r\nabc",
    "xchunked": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked twice": HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked, chunked": HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked, identity": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "gzip, chunked": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked with a vertical tab": HEAD + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunked in quotes": HEAD + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "chunked in HTTP/1.0": HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "white space before the colon": HEAD + b"Content-Length : 3\r\n\r\nabc",
    "a tab before the colon": HEAD + b"Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
    "a folded field": HEAD + b"X-A: b\r\n c\r\n\r\n",
    "a folded first field": b"GET / HTTP/1.1\r\n Host: forum.example\r\n\r\n",
    "a folded length": HEAD + b"Content-Length:\r\n 3\r\n\r\nabc",
    "bare line feeds": b"GET / HTTP/1.1\nHost: forum.example\r\n\r\n",
    "a bare line feed between fields": HEAD + b"X-A: b\nContent-Length: 3\r\n\r\nabc",
    "a bare carriage return": HEAD + b"X-A: b\rContent-Length: 3\r\n\r\nabc",
    "a null byte": HEAD + b"X-A: \x00\r\n\r\n",
    "an underscore": HEAD + b"X_FORWARDED_FOR: 192.0.2.1\r\n\r\n",
    "an underscore in a length": HEAD + b"Content_Length: 3\r\n\r\nabc",
    "two hosts": HEAD + b"Host: other.example\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a host with a path": b"GET / HTTP/1.1\r\nHost: forum.example/x\r\n\r\n",
    "an address as target": b"GET http://other.example/ HTTP/1.1\r\nHost: forum.example\r\n\r\n",
    "CONNECT": b"CONNECT forum.example:443 HTTP/1.1\r\nHost: forum.example\r\n\r\n",
    "a fragment": b"GET /a#b HTTP/1.1\r\nHost: forum.example\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\nHost: forum.example\r\n\r\n",
    "a tab in the request line": b"GET\t/ HTTP/1.1\r\nHost: forum.example\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/1.2": b"GET / HTTP/1.2\r\nHost: forum.example\r\n\r\n",
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a lower-case method": b"get / HTTP/1.1\r\nHost: forum.example\r\n\r\n",
    "a field without a colon": HEAD + b"Nonsense\r\n\r\n",
    "a field without a name": HEAD + b": x\r\n\r\n",
    "two types": HEAD + b"Content-Type: text/html\r\nContent-Type: application/json\r\n\r\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_c2_a_request_of_two_meanings_is_400_and_nothing_behind_it_is_read(front: Front, name: str) -> None:
    answer = front.raw(AMBIGUOUS[name] + NEXT)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), answer
    assert answer.count(b"HTTP/1.") == 1
    assert front.told == []


CHUNKS = {
    "no size": b"\n",
    "a size that is no number": b"0x3\r\nabc\r\n0\r\n\r\n",
    "a negative size": b"-3\r\nabc\r\n0\r\n\r\n",
    "a longer chunk than it says": b"3\r\nabcdef\r\n0\r\n\r\n",
    "a chunk ended by a line feed": b"3\r\nabc\n0\r\n\r\n",
    "an endless line of size": b"3;" + b"a" * 5000,
    "an endless trailer": b"0\r\n" + b"X: y\r\n" * 3000,
}


@pytest.mark.parametrize("name", CHUNKS)
def test_c2_a_broken_chunk_is_refused_or_never_complete(front: Front, name: str) -> None:
    with front.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS[name])
        connection.settimeout(0.5)
        try:
            answer = connection.recv(1000)
        except TimeoutError:
            answer = b"HTTP/1.1 400 (still waiting)"
    assert b" 400 " in answer[:20]
    assert front.told == []


def test_c2_what_has_one_meaning_arrives_as_it_was_sent(front: Front) -> None:
    body = b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-Trailer: y\r\n\r\n"
    chunked = (
        b"POST /a%2Fb?q=%C3%A9&z HTTP/1.1\r\nHost: forum.example\r\nTransfer-Encoding: Chunked\r\n\r\n" + body
    )
    sized = HEAD + b"Content-Length: 3\r\nX-Forwarded-For: 192.0.2.1\r\n\r\nabc"
    assert front.statuses(chunked + sized + NEXT) == [200, 200, 200]
    first, second, third = front.told
    assert (first["REQUEST_URI"], first["body"], first["CONTENT_LENGTH"]) == ("/a%2Fb?q=%C3%A9&z", 11, "11")
    assert (second["HTTP_X_FORWARDED_FOR"], second["body"]) == ("192.0.2.1", 3)
    assert (third["PATH_INFO"], third["REMOTE_ADDR"]) == ("/smuggled", "127.0.0.1")


def test_c2_somebody_who_asks_before_sending_is_told_to_go_on_or_refused(front: Front) -> None:
    with front.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    large = HEAD + b"Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n"
    assert front.raw(large).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_c2_a_connection_is_kept_or_closed_as_its_client_wishes(front: Front, version: bytes) -> None:
    closes = b"GET / HTTP/" + version + b"\r\nHost: forum.example\r\nConnection: close\r\n\r\n"
    assert front.raw(closes + NEXT).count(b"HTTP/1.") == 1
