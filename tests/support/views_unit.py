"""What tests of single views need: one blueprint in a bare app, who asks, what was shown, and which use case was called.

`Desk.watch` puts a double in the place of a use case. It binds what it is given to the parameters of the real one, so
that a call which the real one would refuse fails here too; what it was given is kept by the names of the parameters.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Blueprint
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import rate_limit
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.rate_limit import DECLARED
from fedconnect.web import current_visit, responses, viewer_context
from support.forum_rows import NOON
from support.unit import Unit
from support.web_rows import Rendered, a_bare_app, a_reader_asking

ACTIVITY = "application/activity+json"
Call = dict[str, Any]


class Desk:
    """A bare app with the blueprints of a test, and Dora, who asks; `pages` are the templates that were shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._app = a_bare_app()
        self._app.register_error_handler(FedConnectError, lambda error: (error.safe, error.status))
        self.visit: Visit | None = a_reader_asking()
        for module in (current_visit, viewer_context):
            monkeypatch.setattr(module, "find_visit", lambda: self.visit)
        self._rendered = [Rendered(monkeypatch, responses)]

    def open(self, *blueprints: Blueprint) -> Desk:
        for blueprint in blueprints:
            self._app.register_blueprint(blueprint)
        return self

    def draws(self, module: Any) -> None:
        """Let a module that draws its pages by itself draw them here too."""
        rendered = Rendered(self._monkeypatch, module)
        rendered.pages = self._rendered[0].pages
        self._rendered.append(rendered)

    def signed_in(self, **values: Any) -> Visit:
        self.visit = a_reader_asking(**values)
        return self.visit

    def sign_out(self) -> None:
        self.visit = None

    def set(self, **config: Any) -> None:
        self._app.config.update(config)

    def get(self, path: str, accept: str = "text/html", **headers: str) -> TestResponse:
        return self._app.test_client(use_cookies=False).get(path, headers={"Accept": accept, **headers})

    def post(self, path: str, form: Any = None, accept: str = "text/html", **more: Any) -> TestResponse:
        return self._app.test_client(use_cookies=False).post(
            path, data=form or {}, headers={"Accept": accept}, **more
        )

    def watch(self, module: Any, name: str, answer: Any = None) -> list[Call]:
        """Keep what a use case is called with; it gives `answer`, or raises it. The session is left out."""
        real, calls = getattr(module, name), list[Call]()

        @functools.wraps(real)  # whoever watches the double binds to the real one too
        def double(*args: Any, **kwargs: Any) -> Any:
            bound = inspect.signature(real).bind(*args, **kwargs)
            calls.append({key: one for key, one in bound.arguments.items() if not isinstance(one, Session)})
            if isinstance(answer, Exception):
                raise answer
            return answer

        self._monkeypatch.setattr(module, name, double)
        return calls

    def use_up(self, limit: str, who: str, times: int) -> None:
        """Let somebody have done a thing so often already."""
        for _ in range(times):
            assert not DECLARED[limit].take(who), "fewer may be than the test says"

    @property
    def shown(self) -> dict[str, Any]:
        """What the template that was drawn last was given."""
        return self._rendered[0].last[1]

    @property
    def template(self) -> str:
        return self._rendered[0].last[0]

    @property
    def pages(self) -> list[str]:
        return [name for name, _ in self._rendered[0].pages]


@pytest.fixture
def desk(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An app with an installed database and no page yet; `open` gives it one."""
    return Desk(monkeypatch)


@pytest.fixture
def time_stands_still() -> Iterator[None]:
    """No window of a limit moves on while its places are counted."""
    rate_limit.forget()
    with time_machine.travel(NOON, tick=False):
        yield
    rate_limit.forget()
