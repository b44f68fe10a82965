"""Somebody in a browser at our forum, whose line to their home server loses things: they wait, and press again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from peers.home_pages import Account, permit
from peers.pages import Form, Page, page_of, send

PRESSES = 30  # so often somebody tries the same thing
_LOOKS_EVERY_S = 3.0
_TOO_MANY = 429
_POST = re.compile(r"(/boards/[^/]+/threads/\d+)(?:\?[^#]*)?#post-(\d+)$")


class Stuck(Exception):
    """It did not work, however often it was pressed; the words are what the forum said."""


@dataclass
class ForumBrowser:
    """`said`: what the forum told of what went wrong, in order."""

    base: str
    board: str
    account: Account
    home_host: str
    software: str
    browser: requests.Session
    said: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        """Sign in, and permit writing. Raises Stuck."""
        self._until(self._sign_in_once, "signing in")

    def write(self, text: str, *, picture: bytes | None, alt: str, options: str) -> str:
        """Begin a thread and return its address. Raises Stuck."""
        form = self._compose(self._page(f"/boards/{self.board}/new"))
        form.fill(text=text, visibility="public", language="en")
        if picture is not None:
            form = self._add_picture(form, picture)
            form.fill(media_alt=alt)
        form.fill(options=options, do="send")
        return self._send_until_there(form)

    def edit(self, address: str, text: str) -> None:
        """Change what was written. Raises Stuck."""

        def once() -> Page | None:
            page = self._page(address + "/edit")
            return page if any("text" in one.types for one in page.forms()) else self._tell(page)

        form = self._compose(self._until(once, "opening the edit"))
        form.fill(text=text, do="send")
        self._send_until_there(form)

    def delete(self, address: str) -> None:
        """Delete what was written. Raises Stuck."""

        def once() -> bool | None:
            page = self._page(address + "/delete")
            if page.status in {404, 410}:
                return True
            form = next((one for one in page.forms() if one.url.endswith("/delete")), None)
            if form is None:
                return self._tell(page)
            done = self._send(form)
            return True if done.status < 400 else self._tell(done)

        self._until(once, "deleting")

    def sign_out(self) -> None:
        """Sign out. Raises Stuck."""
        form = next(one for one in self._page("/you").forms() if one.url.endswith("/sign-out"))
        self._send(form)

    def _sign_in_once(self) -> bool | None:
        account = f"@{self.account.name}@{self.home_host}"
        asked = Form(f"{self.base}/sign-in", "POST", [("account", account), ("for", "write"), ("next", "/")])
        page = self._send(asked)
        door = page.link("a.door")
        if not door:
            return self._tell(page)
        back = permit(self.browser, door, self.account, self.software)
        if back.status >= 400:
            return self._tell(back)
        return any(one.url.endswith("/sign-out") for one in self._page("/you").forms()) or None

    def _add_picture(self, form: Form, picture: bytes) -> Form:
        def once() -> Page | None:
            chosen = Form(form.url, form.method, [*form.fields, ("do", "picture")])
            page = self._send(chosen, [("pictures", ("night.png", picture, "image/png"))])
            return page if 'name="media_id"' in page.text else self._tell(page)

        return self._compose(self._until(once, "adding a picture"))

    def _send_until_there(self, form: Form) -> str:
        """Send a form until the forum took it, and wait until it stands on the board."""
        held = [form]

        def once() -> Page | None:
            page = self._send(held[0])
            if page.status < 400:
                return page
            again = [one for one in page.forms() if "text" in one.types]
            if again:
                held[0] = again[0]
                held[0].fill(do="send")
            return self._tell(page)

        return self._wait_for(self._until(once, "sending"))

    def _wait_for(self, page: Page) -> str:
        """Wait for as long as the page on the way says that it looks again by itself."""
        while (there := _POST.search(page.url)) is None:
            if 'http-equiv="refresh"' not in page.text:
                raise Stuck(f"{page.status} {page.words}")
            time.sleep(_LOOKS_EVERY_S)
            page = self._page(page.url.removeprefix(self.base))
        return f"{there[1]}/{there[2]}".removeprefix(self.base)

    def _until(self, once: Callable[[], object], what: str):  # type: ignore[no-untyped-def]
        for _ in range(PRESSES):
            found = once()
            if found is not None:
                return found
            time.sleep(1)
        raise Stuck(f"{what}: {self.said[-1] if self.said else '?'}")

    def _tell(self, page: Page) -> None:
        problem = page.tree.css_first(".problem, [role=alert]")
        self.said.append(
            f"{page.status} {problem.text().strip() if problem is not None else page.words[:160]}"
        )

    def _compose(self, page: Page) -> Form:
        return next(one for one in page.forms() if "text" in one.types)

    def _page(self, path: str) -> Page:
        return self._patiently(lambda: page_of(self.browser.get(self.base + path, timeout=90)))

    def _send(self, form: Form, files: list[tuple[str, tuple[str, bytes, str]]] | None = None) -> Page:
        return self._patiently(lambda: send(self.browser, form, files))

    @staticmethod
    def _patiently(ask: Callable[[], Page]) -> Page:
        """Ask, and wait for as long as we are told to where it was too often."""
        while (page := ask()).status == _TOO_MANY:
            time.sleep(15)
        return page
