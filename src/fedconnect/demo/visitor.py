"""Somebody's browser, as far as the demo's people need one: pages, cookies, forms, and the road of signing in."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from fedconnect.demo.home.living_home import named
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.fetch import HttpResponse

_COOKIE = re.compile(r"\b(\w{0,40}fedconnect_\w{1,20})=([^;,]{0,400})")
_WAY = re.compile(r'href="([^"]{1,4000}/oauth/authorize[^"]{0,4000})"')
_TOKEN = re.compile(r'data-seen="([\w.=-]{1,200})"')
_THREAD = re.compile(r'href="(/boards/\w{1,40}/threads/\d{1,19}(?:/\d{1,19})?)"')
_PATIENCE_S = 20.0


class NotSignedIn(FedConnectError):
    """The road of signing in did not lead back."""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What a browser got: `location` where it was sent on."""

    status: int
    text: str
    location: str

    @property
    def tokens(self) -> list[str]:
        """The tokens of posts that say that they were seen, from the top."""
        return list(dict.fromkeys(_TOKEN.findall(self.text)))

    @property
    def threads(self) -> list[str]:
        """Paths of conversations, from the top."""
        return list(dict.fromkeys(_THREAD.findall(self.text)))

    def values_of(self, name: str) -> list[str]:
        """Return the values of a form's fields of a name."""
        tags = re.findall(r"<(?:input|option|button)\b[^>]{0,2000}>", self.text)
        mine = [tag for tag in tags if f'name="{name}"' in tag]
        return [html.unescape(found[1]) for tag in mine if (found := re.search(r'value="([^"]*)"', tag))]


@dataclass
class Visitor:
    """A person with a browser. `address` is what a proxy on this machine would name: people do not share one."""

    forum: str
    name: str
    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def is_signed_in(self) -> bool:
        """Whether the browser holds a session."""
        return any(name.endswith("session") and value for name, value in self.cookies.items())

    def get(self, path: str) -> SeenPage:
        """Open a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str | list[str]]) -> SeenPage:
        """Send a form of the forum's own."""
        return self._ask("POST", path, urlencode(fields, doseq=True).encode())

    def sign_in(self, host: str) -> None:
        """Sign in as somebody who lives at a demo home, by the road that everybody takes.

        Raises:
            NotSignedIn: it did not lead back.
        """
        page = self.post("/sign-in", {"account": f"@{self.name}@{host}", "next": "/"})
        found = _WAY.search(page.text)
        if found is None:
            raise NotSignedIn(f"no way on ({page.status})")
        way = named(html.unescape(found[1]), self.name)
        back = fetch.send("GET", way, None, headers={"Accept": "text/html"}, total_s=_PATIENCE_S)
        parts = urlsplit(back.headers.get("location", ""))
        if f"{parts.scheme}://{parts.netloc}" != self.forum:
            raise NotSignedIn(f"sent nowhere ({back.status})")
        self.get(f"{parts.path}?{parts.query}")
        if not self.is_signed_in:
            raise NotSignedIn("came back without a session")

    def look_at(self, page: SeenPage, most: int) -> None:
        """Let the first posts of a page have been before somebody's eyes."""
        if tokens := page.tokens[:most]:
            self.post("/seen", {"tokens": " ".join(tokens)})

    def _ask(self, method: str, path: str, body: bytes | None) -> SeenPage:
        headers = {
            "Accept": "text/html", "Accept-Language": "en-GB", "X-Forwarded-For": self.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }  # fmt: skip
        if body is not None:
            headers |= {"Origin": self.forum, "Content-Type": "application/x-www-form-urlencoded"}
        got = fetch.send(method, urljoin(self.forum, path), body, headers=headers, total_s=_PATIENCE_S)
        self._keep_cookies(got)
        return SeenPage(got.status, got.body.decode(errors="replace"), got.headers.get("location", ""))

    def _keep_cookies(self, got: HttpResponse) -> None:
        for name, value in _COOKIE.findall(got.headers.get("set-cookie", "")):
            value = value.strip('"')
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
