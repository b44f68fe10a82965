"""How far a server is trusted, as whoever runs the forum says at the command line."""

from __future__ import annotations

import pytest

from fedconnect.models.blocklist import AllowedServer
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Instance, Policy
from support.cli_unit import Shell, all_of, keep, the
from support.moderation_rows import a_server

WHY = ("--why", "Nothing but advertising comes from there.")


@pytest.mark.parametrize(
    "words",
    [
        ("spam.example", "blocked"),
        ("spam.example", "closed", *WHY),
        ("spam.example", "Blocked", *WHY),
        ("spam.example", *WHY),
        ("blocked", "spam.example", *WHY),
    ],
)
def test_without_a_policy_that_there_is_and_a_reason_nothing_is_decided(
    shell: Shell, words: tuple[str, ...]
) -> None:
    assert shell.run("instance", "set", *words).exit_code == 2
    assert (all_of(Instance), all_of(Decision), shell.prepared) == ([], [], [])


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("forum.example", "this forum itself"),
        ("https://FORUM.example/", "this forum itself"),
        ("ftp://spam.example", "not an http(s) URL"),
        ("ana@spam.example", "not an http(s) URL"),
        ("spam.example:x", "'spam.example:x' is no name of a server (not a URL)"),
        ("spam.example:99999", "is no name of a server (not a URL)"),
        ("", "not an http(s) URL"),
    ],
)
def test_about_what_is_no_other_server_nothing_is_decided(shell: Shell, host: str, words: str) -> None:
    assert words in shell.fails("instance", "set", host, "blocked", *WHY)
    assert (all_of(Instance), all_of(Decision)) == ([], [])


def test_a_reason_of_blanks_is_none(shell: Shell) -> None:
    shell.fails("instance", "set", "spam.example", "blocked", "--why", "  ")
    assert (all_of(Instance), all_of(Decision)) == ([], [])


@pytest.mark.parametrize(
    "typed",
    [
        "spam.example",
        "SPAM.Example",
        "spam.example:443",
        "https://spam.example",
        "https://spam.example/about?x",
    ],
)
def test_a_server_has_one_spelling_however_it_is_typed(shell: Shell, typed: str) -> None:
    shell.does("instance", "set", typed, "blocked", *WHY)
    assert (the(Instance).host, the(Instance).policy) == ("spam.example", Policy.BLOCKED)


def test_a_decision_on_a_server_has_its_reason_in_the_log(shell: Shell) -> None:
    shell.does("instance", "set", "spam.example", "limited", *WHY)
    decision = the(Decision)
    assert (decision.kind, decision.subject_uri) == (DecisionKind.SERVER, "spam.example")
    assert (decision.person_id, decision.reason) == (None, WHY[1])


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("open", "is open: what it sends is taken"),
        ("silenced", "is silenced: its posts stand on their board, and are brought to nobody"),
        ("limited", "is limited: its posts wait for a moderator, and none is announced unseen"),
        ("blocked", "is blocked: nothing is taken from it or sent to it"),
    ],
)
def test_it_is_said_what_a_decision_means(shell: Shell, policy: str, words: str) -> None:
    assert shell.does("instance", "set", "spam.example", policy, *WHY) == f"spam.example {words}.\n"
    assert the(Instance).policy is Policy(policy)
    assert [one.host for one in all_of(AllowedServer)] == (["spam.example"] if policy == "open" else [])


def test_servers_that_are_simply_open_are_not_listed(shell: Shell) -> None:
    assert shell.does("instance", "list") == ""
    for host, policy, by_lists in (
        ("c.example", Policy.BLOCKED, True),
        ("a.example", Policy.SILENCED, False),
        ("b.example", Policy.OPEN, False),
    ):
        keep(a_server, host, policy=policy, by_lists=by_lists)
    assert shell.does("instance", "list") == "a.example\tsilenced\nc.example\tblocked  by lists\n"
