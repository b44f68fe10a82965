"""Which page of a list is asked for, and what is no page."""

from __future__ import annotations

import pytest

from fedconnect.foundation.errors import Malformed
from fedconnect.web.pagination import page_number
from support.web_rows import a_bare_app


def asked(query: str) -> int:
    with a_bare_app().test_request_context(f"/?{query}"):
        return page_number()


@pytest.mark.parametrize(
    "text",
    ["0", "-1", "%2B1", "10001", "99999", "010000", "1" * 6, "9" * 5000, "", "1.0", "1e3", "%201", "x",
    "%D9%A3", "%C2%B2", "1_0"],
)  # fmt: skip
def test_what_is_no_number_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        asked(f"page={text}")


@pytest.mark.parametrize(
    ("query", "page"),
    [("", 1), ("page=1", 1), ("page=10000", 10_000), ("page=00007", 7), ("page=2&page=x", 2)],
)
def test_a_page_is_a_whole_number_from_one_and_the_first_without_any(query: str, page: int) -> None:
    assert asked(query) == page
