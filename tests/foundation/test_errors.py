"""Errors that were foreseen: what is shown of them, and what is tried again."""

from __future__ import annotations

import pytest

from fedconnect.foundation.errors import AddressRefused, FedConnectError, FetchFailed, NotFound, TooMany
from fedconnect.foundation.translatable_sentences import Sentence


def test_what_is_for_the_log_is_never_shown() -> None:
    error = FetchFailed("token abc to 10.0.0.1", safe="%(host)s is silent.", host="a.example")
    assert (error.safe, error.detail) == ("a.example is silent.", "token abc to 10.0.0.1")
    assert FedConnectError("a secret").safe == "Something went wrong here."
    assert str(NotFound()) == NotFound.safe
    assert error.sentence == Sentence("%(host)s is silent.", {"host": "a.example"})


@pytest.mark.parametrize(
    ("answer", "is_gone"), [(404, True), (410, True), (403, False), (500, False), (None, False)]
)
def test_only_two_answers_say_that_a_thing_is_gone(answer: int | None, is_gone: bool) -> None:
    assert FetchFailed(response_status=answer).is_gone is is_gone


def test_an_address_that_is_refused_is_not_tried_again() -> None:
    assert not AddressRefused("private").retryable
    assert FetchFailed("silence").retryable
    assert TooMany(retry_after_s=7).retry_after_s == 7
    assert TooMany().retryable
