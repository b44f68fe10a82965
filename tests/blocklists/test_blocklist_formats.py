"""Lists at their limits, and as somebody may have damaged them; each form itself is in the folder above."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fedconnect.blocklists import blocklist_formats
from fedconnect.blocklists.blocklist_formats import digest_of, read_list
from fedconnect.foundation.errors import Malformed
from fedconnect.models.instance import Policy


def hosts(body: str) -> dict[str, Policy]:
    return {one.host: one.policy for one in read_list(body.encode())}


def as_json(*entries: Any) -> str:
    return json.dumps([*entries, {"domain": "ok.example"}])


@pytest.mark.parametrize(
    "entry",
    [None, 1, "spam.example", [], {}, {"domain": 7}, {"domain": None, "severity": "suspend"},
     {"domain": ["spam.example"]}, {"domain": "spam.example", "severity": "unheard of"}, {"domain": "sp*m.example"},
     {"domain": "sp*m.example", "digest": "00"}, {"domain": "sp*m.example", "digest": "g" * 64},
     {"domain": "sp*m.example", "digest": 7}, {"domain": "localhost"}, {"domain": "https://spam.example/"},
     {"domain": "spam.example/path"}, {"domain": "a..example"}, {"domain": "x" * 300 + ".example"}],
)  # fmt: skip
def test_an_entry_that_names_no_server_is_left_out(entry: Any) -> None:
    assert hosts(as_json(entry)) == {"ok.example": Policy.BLOCKED}


def test_a_severity_of_another_type_counts_as_none_said() -> None:
    assert hosts(as_json({"domain": "x.example", "severity": 7}))["x.example"] is Policy.BLOCKED


@pytest.mark.parametrize(
    ("word", "policy"),
    [("suspend", Policy.BLOCKED), (" Reject ", Policy.BLOCKED), ("", Policy.BLOCKED), ("SILENCE", Policy.SILENCED),
     ("limit", Policy.SILENCED), ("filter", Policy.LIMITED), ("quarantine", Policy.LIMITED)],
)  # fmt: skip
def test_what_lists_call_it_is_understood(word: str, policy: Policy) -> None:
    assert hosts(f"domain,severity\nx.example,{word}\n") == {"x.example": policy}


def test_a_host_is_read_in_any_dress_and_stands_once() -> None:
    body = "#Domain , severity\n  X.Example. ,silence\n*.x.example,suspend\n\n,suspend\n"
    assert hosts(body) == {"x.example": Policy.BLOCKED}
    assert hosts("\ufeffdomain\r\nx.example\r\n") == {"x.example": Policy.BLOCKED}
    assert hosts("  # a remark\nx.example # not one\ny.example\n") == {"y.example": Policy.BLOCKED}


def test_columns_are_known_by_their_names_and_a_short_line_says_less() -> None:
    assert hosts("severity,domain\nsilence,x.example\nsilence\n") == {"x.example": Policy.SILENCED}
    assert hosts("domain,severity\nx.example\n") == {"x.example": Policy.BLOCKED}


def test_a_hidden_host_is_known_by_its_digest_alone() -> None:
    (one,) = read_list(f"domain,severity,digest\nx*y.example,silence,{digest_of('xzy.example')}\n".encode())
    assert (one.host, one.digest, one.policy) == ("", digest_of("xzy.example"), Policy.SILENCED)
    named = read_list(f"domain,severity,digest\nx.example,silence,{digest_of('other.example')}\n".encode())
    assert named[0].digest == digest_of("x.example"), "a digest that is not the host's is not believed"


def test_a_list_is_as_long_as_it_may_be_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocklist_formats, "MOST_SERVERS", 3)
    assert len(hosts("domain\na.example\nb.example\nc.example\n")) == 3
    with pytest.raises(Malformed):
        hosts("domain\na.example\nb.example\nc.example\na.example\n")
    monkeypatch.setattr(blocklist_formats, "MOST_BYTES", 20)
    assert hosts("domain\nlong.example\n") == {"long.example": Policy.BLOCKED}
    with pytest.raises(Malformed):
        hosts("domain\nlonger.example\n")
