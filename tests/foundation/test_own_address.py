"""Where this installation is reached, and the host that stands in our handles."""

from __future__ import annotations

import pytest

from fedconnect.foundation import own_address


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_address, "_base_url", None)


def test_nobody_is_told_an_address_before_it_is_known() -> None:
    with pytest.raises(RuntimeError):
        own_address.base_url()
    with pytest.raises(RuntimeError):
        own_address.host()


@pytest.mark.parametrize(
    ("base", "host"),
    [("https://forum.example", "forum.example"), ("http://127.0.0.1:8000", "127.0.0.1:8000")],
)
def test_the_host_of_our_handles_keeps_its_port(base: str, host: str) -> None:
    own_address.configure(base)
    assert (own_address.base_url(), own_address.host()) == (base, host)
