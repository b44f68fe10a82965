"""What waits and what failed, as a command tells it; and what is tried again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from fedconnect.foundation import clock
from fedconnect.models.plugin_event import PluginEvent, PluginEventState
from support.cli_unit import Shell, all_of, keep
from support.unit import Unit, add

QUEUED, FAILED = PluginEventState.QUEUED, PluginEventState.FAILED
LATER = timedelta(hours=1)


def an_event(state: PluginEventState = QUEUED, wait: timedelta = -LATER, **values: Any) -> PluginEvent:
    known = {"plugin": "letter", "hook": "post_published", "event": "{}", "due_at": clock.now() + wait}
    made: PluginEvent = keep(add, PluginEvent(**{**known, "state": state, **values}))
    return made


def told(shell: Shell) -> dict[str, tuple[str, list[str]]]:
    """What is listed: each kind with its line, and what failed of it."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in shell.does("jobs", "list").splitlines():
        if line.startswith("    "):
            found[name][1].append(line.strip())
        else:
            name, counts = line.split(maxsplit=1)
            found[name] = " ".join(counts.split()), []
    return found


NOTHING = "0 waiting 0 due 0 failed"


def test_where_nothing_is_to_be_done_every_kind_is_named_with_nothing(shell: Shell) -> None:
    assert told(shell) == {
        name: (NOTHING, []) for name in ("inbox", "delivery", "submissions", "backfill", "plugins")
    }


def test_what_waits_is_no_failure_and_only_what_may_begin_is_due(shell: Shell) -> None:
    for wait in (-LATER, LATER, LATER):
        an_event(wait=wait)
    an_event(FAILED, outcome="no plugin letter hears it")
    found = told(shell)
    assert found.pop("plugins")[0] == "3 waiting 1 due 1 failed"
    assert list(found.values()) == [(NOTHING, [])] * 4


def test_what_is_due_at_this_moment_is_due(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    an_event(wait=timedelta(0))
    an_event(wait=timedelta(microseconds=1))
    assert told(shell)["plugins"][0] == "2 waiting 1 due 0 failed"


def test_of_what_failed_the_latest_twenty_are_named_with_their_reasons(shell: Shell) -> None:
    an_event(outcome="waits, and is not named")
    failed = [an_event(FAILED, outcome=f"reason {number}") for number in range(20)]
    failed.append(an_event(FAILED))
    counts, lines = told(shell)["plugins"]
    assert counts == "1 waiting 1 due 21 failed"
    assert lines[0] == f"{failed[20].id}  (no reason)"
    assert lines[1:] == [f"{failed[n].id}  reason {n}" for n in range(19, 0, -1)]


def test_of_a_kind_that_is_not_there_nothing_is_tried_and_the_kinds_are_named(
    shell: Shell, unit: Unit
) -> None:
    an_event(FAILED)
    line = shell.fails("jobs", "retry", "Plugins")
    assert re.search(r"no kind 'Plugins'; choose one of inbox, .*plugins\.$", line)
    assert ([one.state for one in all_of(PluginEvent)], unit.jobs, shell.prepared) == ([FAILED], [], [])


def test_only_what_was_named_and_has_failed_is_tried_again(shell: Shell, unit: Unit) -> None:
    failed, other = an_event(FAILED), an_event(FAILED)
    waiting = an_event(wait=LATER)
    said = shell.does("jobs", "retry", "plugins", str(failed.id), str(waiting.id), "1")
    assert said == "1 is tried again.\n"
    found = {one.id: one for one in all_of(PluginEvent)}
    assert [found[one.id].state for one in (failed, other, waiting)] == [QUEUED, FAILED, QUEUED]
    assert found[failed.id].due_at <= clock.now() < found[waiting.id].due_at
    assert unit.jobs == ["plugins"]


def test_all_of_a_kind_are_tried_again(shell: Shell, unit: Unit) -> None:
    for _ in range(2):
        an_event(FAILED, attempts=9)
    assert shell.does("jobs", "retry", "plugins") == "2 are tried again.\n"
    assert len(shell.prepared) == 1
    assert {(one.state, one.attempts) for one in all_of(PluginEvent)} == {(QUEUED, 0)}


def test_where_nothing_failed_nobody_is_woken(shell: Shell, unit: Unit) -> None:
    an_event()
    assert shell.does("jobs", "retry", "plugins") == "0 are tried again.\n"
    assert unit.jobs == []


def test_what_is_no_number_tries_nothing_again(shell: Shell) -> None:
    an_event(FAILED)
    assert shell.run("jobs", "retry", "plugins", "all").exit_code == 2
    assert [one.state for one in all_of(PluginEvent)] == [FAILED]


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999"])
def test_what_is_no_id_is_refused_in_a_line(shell: Shell, number: str) -> None:
    result = shell.run("jobs", "retry", "plugins", "--", number)
    assert (result.exit_code, "is not in the range" in result.stderr) == (2, True)
