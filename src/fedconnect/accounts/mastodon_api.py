"""A home server's client API: one request, one answer, every failure said in our own words.

A request with a token goes to that very host and never follows a redirect; what the other server writes into
an error is shown only as a short line of plain text. Ref: Mastodon's API documentation, error bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fedconnect.activitypub import strict_json
from fedconnect.foundation import fetch, html
from fedconnect.foundation.errors import FedConnectError, FetchFailed, Malformed
from fedconnect.foundation.translatable_sentences import Blank

PATIENCE_S = 10.0
_AWAY = frozenset({502, 503, 504})  # it is restarting, or busy
_NEXT = re.compile(r'<([^<>]+)>;\s*rel="next"')
Document = dict[str, Any]
Fields = Mapping[str, str | Sequence[str]]


class HomeAway(FetchFailed):
    """The home server does not answer, or with something that is no answer (502); nothing is lost.

    `response_status` is its status, None where it gave none.
    """

    def __init__(self, host: str, detail: str, *, response_status: int | None = None) -> None:
        super().__init__(
            detail,
            response_status=response_status,
            safe="%(host)s does not answer just now. Please try again in a moment.",
            host=host,
        )

    @property
    def is_in_doubt(self) -> bool:
        """Whether what was asked may be done all the same: no answer, or that of a proxy in front."""
        return self.response_status in {None, 502, 504}


class HomeFault(HomeAway):
    """The home server answered, but with what is no answer to this (502): it says so, since trying again mends nothing."""

    def __init__(
        self, detail: str, *, host: str, safe: str, response_status: int | None = None, **blanks: Blank
    ) -> None:
        FetchFailed.__init__(
            self, detail, response_status=response_status, retryable=True, safe=safe, host=host, **blanks
        )

    @property
    def is_in_doubt(self) -> bool:
        """Whether what was asked may be done all the same: some answer came."""
        return True


class HomeRefused(FedConnectError):
    """The home server understood and said no; `answer` is its status, `reason` one line of plain text."""

    status = 422

    safe = "%(host)s did not take this."

    def __init__(self, host: str, response_status: int, reason: str = "", *, safe: str | None = None) -> None:
        detail = f"{host} says {response_status}: {reason}"
        if reason:
            super().__init__(
                detail, safe="%(host)s did not take this: “%(reason)s”", host=host, reason=reason
            )
        else:
            super().__init__(detail, safe=safe, host=host)
        self.response_status = response_status
        self.reason = reason


class PermissionGone(FedConnectError):
    """The token is dead or does not allow this: the reader is asked again (401). `token` is the one that it was."""

    status = 401

    def __init__(self, host: str, *, is_dead: bool, token: str = "") -> None:
        self.token = token
        if is_dead:
            super().__init__(
                f"{host} no longer knows the permission",
                safe="%(host)s no longer knows the permission for this. Please permit it anew.",
                host=host,
            )
        else:
            super().__init__(
                f"{host} did not give us the permission",
                safe="%(host)s did not give us the permission for this. Please permit it anew.",
                host=host,
            )
        self.is_dead = is_dead


@dataclass(slots=True)
class HomeClient:
    """Speaks to one home server at `base` (scheme and host), with a reader's token or with none.

    Where the token can be renewed, `renew` takes the one that no longer serves and returns another, or None: it is
    called before the first request where the token `is_ending`, and once after a 401.
    """

    base: str
    token: str = ""
    renew: Callable[[str], str | None] | None = field(default=None, repr=False, compare=False)
    is_ending: bool = False

    @property
    def host(self) -> str:
        return self.base.partition("://")[2]

    def get(self, path: str, **query: str) -> Any:
        """Return what a GET answers.

        Raises:
            HomeAway, HomeRefused, PermissionGone.
        """
        return self._call("GET", path + ("?" + urlencode(query) if query else ""), None, {})

    def get_pages(self, path: str, *, most: int = 25) -> list[Any]:
        """Return the items of a list that goes over several pages. Raises: as pages."""
        return [item for page in self.pages(path, most=most) for item in page]

    def pages(self, path: str, *, most: int, **query: str) -> Iterator[list[Any]]:
        """Go through a list page by page, by its `Link`, on this host only; each is asked for when it is wanted.

        Raises:
            HomeAway, HomeRefused, PermissionGone.
        """
        following = path + "?" + urlencode({"limit": "80", **query})
        for _ in range(most):
            response = self._ask("GET", following, None, {})
            page = self._read(response)
            yield page if isinstance(page, list) else []
            found = _NEXT.search(response.headers.get("link", "")[:4000])
            if found is None or not found[1].startswith(self.base + "/"):
                return
            following = found[1].removeprefix(self.base)

    def post(self, path: str, document: Document | None = None, *, idempotency_key: str = "") -> Any:
        """Return what a POST of JSON answers: lists and polls as form fields are lost on some servers (Hollo).

        Raises:
            HomeAway, HomeRefused, PermissionGone.
        """
        headers = {"Content-Type": "application/json"} if document is not None else {}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return self._call("POST", path, _json(document), headers)

    def post_form(self, path: str, fields: Mapping[str, str]) -> Any:
        """Return what a POST of form fields answers, as OAuth has it. Raises: as post."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._call("POST", path, urlencode(fields).encode(), headers)

    def put(self, path: str, document: Document) -> Any:
        """Return what a PUT of JSON answers. Raises: as post."""
        return self._call("PUT", path, _json(document), {"Content-Type": "application/json"})

    def delete(self, path: str) -> Any:
        """Return what a DELETE answers. Raises: as post."""
        return self._call("DELETE", path, None, {})

    def upload(self, path: str, name: str, media_type: str, content: bytes, fields: Mapping[str, str]) -> Any:
        """Return what an upload of one file answers. Raises: as post."""
        boundary = "fedconnect-7f2d0c5b9e"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = b"".join(
            [*parts, head.encode(), f"Content-Type: {media_type}\r\n\r\n".encode(), content, b"\r\n"]
        )
        return self._call(
            "POST", path, body + f"--{boundary}--\r\n".encode(),
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )  # fmt: skip

    def _call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        return self._read(self._ask(method, path, body, headers))

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> fetch.HttpResponse:
        if self.is_ending and not self._has_renewed():
            raise PermissionGone(self.host, is_dead=True, token=self.token)
        response = self._send(method, path, body, headers)
        if response.status == 401 and self._has_renewed():  # so nothing was done yet
            response = self._send(method, path, body, headers)
        return response

    def _has_renewed(self) -> bool:
        fresh = self.renew(self.token) if self.renew is not None else None
        self.token, self.is_ending = fresh or self.token, False
        return fresh is not None

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> fetch.HttpResponse:
        headers["Accept"] = "application/json"
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            return fetch.send(method, self.base + path, body, headers=headers, total_s=PATIENCE_S)
        except FetchFailed as error:
            raise HomeAway(self.host, error.detail) from error

    def _read(self, response: fetch.HttpResponse) -> Any:
        if response.status in {401, 403}:
            raise PermissionGone(self.host, is_dead=response.status == 401, token=self.token)
        if response.status >= 500 and response.status not in _AWAY:
            raise HomeFault(
                f"status {response.status}", host=self.host, response_status=response.status, status=response.status,
                safe="%(host)s answered with a fault of its own (%(status)s). Somebody who runs it can mend that.",
            )  # fmt: skip
        if response.status >= 500 or 300 <= response.status < 400 or response.status == 429:
            raise HomeAway(self.host, f"status {response.status}", response_status=response.status)
        document = self._parse(response)
        if response.status >= 400:
            said = document.get("error") if isinstance(document, dict) else ""
            raise HomeRefused(self.host, response.status, html.plain(said, 200))
        return document

    def _parse(self, response: fetch.HttpResponse) -> Any:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not (kind == "application/json" or kind.endswith("+json")):
            if response.status >= 400:
                return {}
            raise HomeFault(
                f"an answer of type {kind or 'nothing'}", host=self.host, response_status=response.status,
                safe="%(host)s answered with a page for people where programs are answered. Somebody who runs it can mend that.",
            )  # fmt: skip
        try:
            return strict_json.loads_any(response.body)
        except Malformed as error:
            raise HomeFault(
                error.detail, host=self.host, response_status=response.status,
                safe="%(host)s answered with what cannot be read. Somebody who runs it can mend that.",
            ) from error  # fmt: skip


def text(document: Any, name: str, limit: int = 400) -> str:
    """Return a text field of an answer, or nothing where it is missing or no text; numbers become text."""
    value = document.get(name) if isinstance(document, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and len(value) <= limit else ""


def _json(document: Document | None) -> bytes:
    return strict_json.dumps(document) if document is not None else b""
