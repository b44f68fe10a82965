"""Who does something, how often, and where they go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.foundation import rate_limit
from fedconnect.foundation.errors import TooMany
from fedconnect.web import reader_actions
from fedconnect.web.current_visit import SignInNeeded
from fedconnect.web.reader_actions import acting_visit, back_to_post
from support.forum_rows import NOON
from support.web_rows import a_bare_app, a_reader_asking, somebody_asks


@pytest.fixture(autouse=True)
def limits_anew() -> Iterator[None]:
    """Nobody did anything yet, and time stands still."""
    rate_limit.forget()
    with time_machine.travel(NOON, tick=False):
        yield
    rate_limit.forget()


def acts(method: str = "POST", times: int = 1) -> None:
    for _ in range(times):
        with a_bare_app().test_request_context("/", method=method):
            acting_visit()


def test_nobody_acts_without_signing_in_and_is_asked_for_the_permission_along_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    somebody_asks(monkeypatch, None)
    for permission, wanted in ((Permission.WRITE, (Permission.WRITE,)), (None, ())):
        with a_bare_app().test_request_context("/", method="POST"), pytest.raises(SignInNeeded) as asked:
            acting_visit(permission)
        assert asked.value.wanted == wanted


def test_a_reader_acts_sixty_times_in_five_minutes_and_not_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody_asks(monkeypatch, a_reader_asking())
    acts(times=60)
    with pytest.raises(TooMany) as refused:
        acts()
    assert 0 < refused.value.retry_after_s <= 300


def test_only_what_is_sent_counts_and_for_its_reader_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody_asks(monkeypatch, a_reader_asking(reader_id=2))
    acts("GET", times=70)
    acts(times=60)
    somebody_asks(monkeypatch, a_reader_asking(reader_id=7))
    acts()
    with a_bare_app().test_request_context("/"):
        assert reader_actions.acting_visit().reader_id == 7


def test_one_goes_on_to_the_post_and_the_form_is_not_sent_twice() -> None:
    with a_bare_app().test_request_context("/"):
        answer = back_to_post("respite", "12", "34")
    assert (answer.status_code, answer.location) == (303, "/boards/respite/threads/12/34")
