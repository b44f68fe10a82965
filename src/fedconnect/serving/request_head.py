"""One request as it is read: its head must have one meaning only, and its body a size that we allow.

What two programs could read in two ways is refused (request smuggling). Ref: RFC 9112 §2–7, RFC 9110 §5.5.
"""

from __future__ import annotations

import re
from typing import Any

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

MOST_HEAD_BYTES = 32 << 10
MOST_FIELD_BYTES = 8190
MOST_FIELDS = 100
MOST_BODY_BYTES = 1 << 20
MOST_UPLOAD_BYTES = 17 << 20
_MOST_CHUNK_LINE_BYTES = 256
_MOST_TRAILER_BYTES = 4096
_MOST_CHUNK_ENDS = 10_000  # two for each chunk: a body in crumbs costs a second of CPU

_REQUEST_LINE = re.compile(rb"[A-Z]{1,20} /[\x21\x22\x24-\x7e]* HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)")
_LENGTH = re.compile(rb"[0-9]{1,12}")
_HOST = re.compile(rb"[0-9A-Za-z.:\[\]_-]{1,260}")
_ONCE = frozenset(
    {
        b"host", b"content-length", b"transfer-encoding", b"content-type", b"content-encoding", b"authorization",
        b"date", b"digest", b"expect", b"origin",
    }
)  # fmt: skip
#: The pages that take files, all for readers who are signed in.
_UPLOADS = re.compile(r"/boards/[^/]+/(?:new|threads/[^/]+/[^/]+/(?:reply|edit))|/servers/lists")
_SESSION = "fedconnect_session="


class RequestReader(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's reader of one request, told to refuse what is ambiguous or too large.

    `limit` is how many bytes the body may have, known once the head is complete.
    """

    error: Any  # of waitress's kinds, or None

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self.limit = MOST_BODY_BYTES
        self.chunk_ends = 0

    @property
    def is_reading_body(self) -> bool:
        """Whether the head is complete and a body is awaited."""
        return self.body_rcv is not None and not self.completed

    def received(self, data: bytes) -> int:
        """Take bytes as they come; return how many belong to this request."""
        if self.chunked and self.error is None:
            self.chunk_ends += data.count(b"\r\n")
            if self.chunk_ends > _MOST_CHUNK_ENDS:
                self.error = BadRequest("a body in crumbs")
                self.completed, self.expect_continue = True, False
                return len(data)
        consumed: int = super().received(data)
        if self.error is None and self.body_rcv is not None:
            self._bound_body()
        if self.error is not None:
            self.expect_continue = False  # nobody is asked to send what is refused
            self.completed = True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head.

        Raises:
            ParsingError: it is malformed, or has more than one meaning.
        """
        if header_plus != b"GET / HTTP/1.0\r\n":  # what waitress answers an endless head with
            self._check(header_plus)
        super().parse_header(header_plus)
        if _UPLOADS.fullmatch(self.path) and _SESSION in self.headers.get("COOKIE", ""):
            self.limit = MOST_UPLOAD_BYTES

    def _check(self, head: bytes) -> None:
        first, *fields = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        if not _REQUEST_LINE.fullmatch(first) or len(first) > MOST_FIELD_BYTES:
            raise ParsingError("the request line")
        if len(fields) > MOST_FIELDS or any(len(field) > MOST_FIELD_BYTES for field in fields):
            raise ParsingError("too many or too long header fields")
        seen: dict[bytes, bytes] = {}
        for field in fields:
            match = _FIELD.fullmatch(field)
            if match is None:
                raise ParsingError("a header field")
            name = match[1].lower()
            if name in _ONCE and name in seen:
                raise ParsingError("a header field that may stand once")
            seen[name] = match[2].strip(b" \t")
        self._check_framing(seen, old=first.endswith(b"1.0"))

    def _check_framing(self, seen: dict[bytes, bytes], *, old: bool) -> None:
        if (b"host" not in seen and not old) or not _HOST.fullmatch(seen.get(b"host", b"x")):
            raise ParsingError("Host")
        length, encoding = seen.get(b"content-length"), seen.get(b"transfer-encoding")
        if length is not None and not _LENGTH.fullmatch(length):
            raise ParsingError("Content-Length")
        if encoding is not None and (old or length is not None or encoding.lower() != b"chunked"):
            raise ParsingError("Transfer-Encoding")

    def _bound_body(self) -> None:
        if max(self.content_length, self.body_bytes_received) > self.limit:
            self.error = RequestEntityTooLarge(f"more than {self.limit} bytes")
        elif self.chunked and (
            len(self.body_rcv.control_line) > _MOST_CHUNK_LINE_BYTES
            or len(self.body_rcv.trailer) > _MOST_TRAILER_BYTES
        ):
            self.error = BadRequest("a chunk")


def is_refusal_of_size(request: RequestReader) -> bool:
    """Whether a request is refused while its sender may still be sending."""
    return isinstance(request.error, RequestEntityTooLarge | RequestHeaderFieldsTooLarge)
