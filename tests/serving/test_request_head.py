"""One request as it is read, fed byte by byte: where each bound lies, and what is never read in two ways."""

from __future__ import annotations

import pytest
from waitress.utilities import BadRequest, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from fedconnect.serving import request_head
from fedconnect.serving.request_head import RequestReader, is_refusal_of_size
from fedconnect.serving.worker import front_adjustments

POST = b"POST /inbox HTTP/1.1\r\nHost: forum.example\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
SIGNED_IN = b"Cookie: fedconnect_session=x\r\n"
MIB = 1 << 20


def read(*pieces: bytes) -> RequestReader:
    """What was read of the pieces, as far as anything was taken of them."""
    reader = RequestReader(front_adjustments())
    for piece in pieces:
        while piece and not reader.completed:
            piece = piece[reader.received(piece) :]
    return reader


def error_of(*pieces: bytes) -> type[object] | None:
    reader = read(*pieces)
    assert reader.completed or reader.error is None, "what is refused is read no further"
    return type(reader.error) if reader.error is not None else None


def with_fields(*fields: bytes, first: bytes = b"GET / HTTP/1.1") -> bytes:
    return b"\r\n".join((first, b"Host: forum.example", *fields)) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("first", "is_fine"),
    [
        (b"GET / HTTP/1.1", True), (b"A" * 20 + b" / HTTP/1.1", True), (b"A" * 21 + b" / HTTP/1.1", False),
        (b"GET /" + b"a" * (8190 - 14) + b" HTTP/1.1", True),
        (b"GET /" + b"a" * (8190 - 13) + b" HTTP/1.1", False),
        (b"GET /a b HTTP/1.1", False), (b"GET /\x7f HTTP/1.1", False), (b"GET /\xc3\xa9 HTTP/1.1", False),
        (b"GET a HTTP/1.1", False), (b"GET  HTTP/1.1", False), (b"GET / HTTP/1.10", False),
        (b"GET / http/1.1", False),
        (b"GE-T / HTTP/1.1", False), (b"GET /?a=b&c=%23 HTTP/1.1", True), (b"GET / HTTP/1.1 ", False),
    ],
)  # fmt: skip
def test_a_request_line_has_one_form(first: bytes, is_fine: bool) -> None:
    assert error_of(with_fields(first=first)) is (None if is_fine else BadRequest)


@pytest.mark.parametrize(
    ("fields", "is_fine"),
    [
        ([b"X-A: b"] * 99, True), ([b"X-A: b"] * 100, False),  # Host is one of them
        ([b"X: " + b"a" * 8187], True), ([b"X: " + b"a" * 8188], False), ([b"X:"], True),
        ([b"X:\ta \xc3\xa9"], True),
        ([b"X :a"], False), ([b":a"], False), ([b"X\xe9: a"], False), ([b"X_A: a"], False),
        ([b"X: a\x01"], False),
        ([b"X: a\x7f"], False), ([b"!#$%&'*+-.^`|~09Az: a"], True),
    ],
)  # fmt: skip
def test_header_fields_are_few_short_and_plain(fields: list[bytes], is_fine: bool) -> None:
    assert error_of(with_fields(*fields)) is (None if is_fine else BadRequest)


@pytest.mark.parametrize(
    "name",
    [
        "Content-Type", "Content-Encoding", "Authorization", "Date", "Digest", "Expect", "Origin",
        "Content-Length", "HOST",
    ],
)  # fmt: skip
def test_what_two_programs_could_read_from_two_fields_stands_once(name: str) -> None:
    value = b"1" if name == "Content-Length" else b"forum.example"
    first, second = (one.encode() + b": " + value for one in (name, name.upper()))
    assert error_of(with_fields(first, second)) is BadRequest


@pytest.mark.parametrize("name", [b"Accept", b"X-Forwarded-For", b"Cookie", b"Signature"])
def test_what_may_be_a_list_may_stand_twice(name: bytes) -> None:
    assert error_of(with_fields(name + b": a", name + b": b")) is None


@pytest.mark.parametrize(
    ("version", "host", "is_fine"),
    [
        (b"1.1", b"", False), (b"1.0", b"", True), (b"1.0", b"Host: a/b\r\n", False),
        (b"1.0", b"Host: a.example\r\n", True),
        (b"1.1", b"Host: [::1]:8000\r\n", True), (b"1.1", b"Host:\r\n", False),
        (b"1.1", b"Host: a b\r\n", False),
        (b"1.1", b"Host: " + b"a" * 260 + b"\r\n", True), (b"1.1", b"Host: " + b"a" * 261 + b"\r\n", False),
        (b"1.1", b"Host: a@b.example\r\n", False), (b"1.1", b"Host: \t a.example \t\r\n", True),
    ],
)  # fmt: skip
def test_a_host_is_named_and_is_one(version: bytes, host: bytes, is_fine: bool) -> None:
    sent = b"GET / HTTP/" + version + b"\r\n" + host + b"\r\n"
    assert error_of(sent) is (None if is_fine else BadRequest)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (b"0", None), (b"000000000003", None), (b"0000000000003", BadRequest), (b"", BadRequest),
        (b"3 3", BadRequest),
        (b"3;", BadRequest), (b"-0", BadRequest),
    ],
)  # fmt: skip
def test_a_length_is_a_plain_number(length: bytes, expected: type[object] | None) -> None:
    assert error_of(POST + b"Content-Length: " + length + b"\r\n\r\nabc") is expected


@pytest.mark.parametrize("encoding", [b"chunked", b"CHUNKED", b" \tchunked "])
def test_chunks_are_told_in_any_case(encoding: bytes) -> None:
    reader = read(POST + b"Transfer-Encoding: " + encoding + b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
    assert (reader.error, reader.completed, reader.chunked) == (None, True, True)
    old = POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: " + encoding + b"\r\n\r\n0\r\n\r\n"
    assert error_of(old) is BadRequest


@pytest.mark.parametrize(("size", "expected"), [(MIB, None), (MIB + 1, RequestEntityTooLarge)])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(
    size: int, expected: type[object] | None
) -> None:
    asked = POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % size
    reader = read(asked)
    assert (type(reader.error) if reader.error else None) is expected
    assert reader.completed is (expected is not None)
    assert reader.expect_continue is (expected is None), "nobody is asked to send what is refused"


def test_chunks_are_counted_as_they_come() -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    assert error_of(CHUNKED, *[chunk] * 15) is None
    assert error_of(CHUNKED, *[chunk] * 16) is RequestEntityTooLarge


@pytest.mark.parametrize(
    ("path", "more", "may_be_large"),
    [
        (b"/boards/a/new", SIGNED_IN, True), (b"/boards/a/threads/1/2/reply", SIGNED_IN, True),
        (b"/boards/a/threads/1/2/edit?x=/inbox", SIGNED_IN, True), (b"/servers/lists", SIGNED_IN, True),
        (b"/boards/a/new", b"Cookie: a=b; __Host-fedconnect_session=x\r\n", True),
        (b"/boards/a/new", b"", False),
        (b"/boards/a/new", b"Cookie: fedconnect_sign_in=x\r\n", False), (b"/inbox", SIGNED_IN, False),
        (b"/boards/a/new/x", SIGNED_IN, False), (b"/boards/a/b/new", SIGNED_IN, False),
        (b"/x/boards/a/new", SIGNED_IN, False),
        (b"/boards/a%2Fb/new", SIGNED_IN, False), (b"/boards/a/threads/1/2/delete", SIGNED_IN, False),
        (b"/servers/lists/x", SIGNED_IN, False), (b"/?/servers/lists", SIGNED_IN, False),
    ],
)  # fmt: skip
def test_only_readers_and_only_where_files_are_taken_may_send_much(
    path: bytes, more: bytes, may_be_large: bool
) -> None:
    asked = b"POST " + path + b" HTTP/1.1\r\nHost: a\r\n" + more + b"Content-Length: "
    for size in (MIB + 1, 17 * MIB):
        refused = error_of(asked + b"%d\r\n\r\n" % size)
        assert refused is (None if may_be_large else RequestEntityTooLarge)
    assert error_of(asked + b"%d\r\n\r\n" % (17 * MIB + 1)) is RequestEntityTooLarge


def test_a_body_in_crumbs_is_refused_however_small_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_head, "_MOST_CHUNK_ENDS", 10)
    crumb = b"1\r\nx\r\n"
    assert error_of(CHUNKED, *[crumb] * 5) is None
    assert error_of(CHUNKED, *[crumb] * 5, b"0\r\n") is BadRequest
    assert error_of(CHUNKED, crumb * 5, b"0\r\n") is BadRequest


def test_the_line_of_a_chunk_and_the_trailer_have_bounds() -> None:
    assert error_of(CHUNKED, b"1;" + b"a" * 254) is None
    assert error_of(CHUNKED, b"1;" + b"a" * 255) is BadRequest
    assert error_of(CHUNKED, b"0\r\n", b"X: " + b"a" * 4093) is None
    assert error_of(CHUNKED, b"0\r\n", b"X: " + b"a" * 4094) is BadRequest


def test_a_head_that_does_not_end_is_refused_for_its_size() -> None:
    begun = b"GET / HTTP/1.1\r\nHost: a\r\n"
    assert error_of(begun, b"X: " + b"a" * (request_head.MOST_HEAD_BYTES - len(begun) - 4)) is None
    reader = read(begun, b"X: " + b"a" * request_head.MOST_HEAD_BYTES)
    assert isinstance(reader.error, RequestHeaderFieldsTooLarge)
    assert is_refusal_of_size(reader)


def test_whether_a_sender_may_still_be_sending() -> None:
    assert is_refusal_of_size(read(POST + b"Content-Length: 99999999\r\n\r\n"))
    assert not is_refusal_of_size(read(POST + b"Content-Length: x\r\n\r\n"))
    assert not is_refusal_of_size(read(with_fields()))


def test_a_body_is_awaited_between_the_head_and_its_last_byte() -> None:
    states = [
        read(*pieces).is_reading_body
        for pieces in (
            (POST,),
            (POST, b"Content-Length: 3\r\n\r\n"),
            (POST, b"Content-Length: 3\r\n\r\n", b"abc"),
        )
    ]
    assert states == [False, True, False]
    assert not read(with_fields()).is_reading_body


def test_what_comes_behind_a_request_is_not_its_own() -> None:
    reader = RequestReader(front_adjustments())
    sent = POST + b"Content-Length: 3\r\n\r\nabcGET"
    taken = 0
    while not reader.completed:
        taken += reader.received(sent[taken:])
    assert sent[taken:] == b"GET"
