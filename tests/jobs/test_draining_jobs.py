"""Jobs that do one thing after the other until nothing is due: homes, submissions, push, hearings, rematch and backfill.

Each clears its bell before it looks, ends when it is to stop or took long, and rings again where it left something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from fedconnect.accounts import grants, unkept_tokens, web_push
from fedconnect.accounts.mastodon_api import PATIENCE_S
from fedconnect.blocklists import consensus
from fedconnect.federation.backfill import fetch_handlers
from fedconnect.federation.outbound import hashtag_curation, hashtag_questions
from fedconnect.foundation import clock, durable, queue
from fedconnect.home_servers import submissions
from fedconnect.hooks import manager
from fedconnect.jobs import backfill, hearings, homes, hourly, push, questions, rematch, sweep
from fedconnect.jobs import submissions as submissions_job
from fedconnect.surfacing.hearing import rematching, scheduling


@dataclass
class Work:
    """So many things are due; what the job did is kept, in order."""

    due: int = 3
    did: list[str] = field(default_factory=list)
    stops_after: int = 99

    def next(self, *_supply: object) -> bool:
        if self.due == 0:
            return False
        self.due -= 1
        self.did.append("one")
        return True

    def is_to_stop(self) -> bool:
        return self.did.count("one") >= self.stops_after


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    found = Work()
    monkeypatch.setattr(queue, "clear", lambda job: found.did.append(f"cleared {job}"))
    monkeypatch.setattr(queue, "enqueue_once", lambda job: found.did.append(f"rang {job}"))
    monkeypatch.setattr(queue, "stop_requested", found.is_to_stop)
    monkeypatch.setattr(grants, "check_next", found.next)
    monkeypatch.setattr(grants, "give_back_next", lambda: False)
    monkeypatch.setattr(unkept_tokens, "give_back_next", lambda: False)
    monkeypatch.setattr(submissions, "process_next", found.next)
    monkeypatch.setattr(web_push, "send_due", found.next)
    monkeypatch.setattr(scheduling, "place_next", found.next)
    monkeypatch.setattr(rematching, "match_next", found.next)
    monkeypatch.setattr(rematching, "begin_or_go_on", lambda: found.did.append("began"))
    monkeypatch.setattr(scheduling, "supplies_now", dict)
    monkeypatch.setattr(hashtag_questions, "ask_about_all", lambda: found.did.append("asked"))
    monkeypatch.setattr(scheduling, "end_overdue", lambda: found.did.append("ended"))
    monkeypatch.setattr(scheduling, "encode_edited", lambda: 0)
    monkeypatch.setattr(sweep, "mind_the_clock", lambda: None)
    return found


RUNS: dict[str, tuple[Callable[[], None], list[str]]] = {
    "homes": (homes.run, []),
    "submissions": (submissions_job.run, []),
    "push": (push.run, []),
    "rematch": (rematch.run, ["began"]),
    "hearings": (hearings.run, ["ended"]),
}
NAMES = sorted(RUNS)


@pytest.mark.parametrize("name", NAMES)
def test_a_worker_that_is_to_stop_does_one_more_at_most_and_rings_for_another(work: Work, name: str) -> None:
    run, before = RUNS[name]
    work.stops_after = 1
    run()
    assert work.did == [f"cleared {name}", *before, "one", f"rang {name}"]


@pytest.mark.parametrize("name", NAMES)
def test_where_all_is_done_nobody_is_woken_again(work: Work, name: str) -> None:
    run, before = RUNS[name]
    run()
    assert work.did == [f"cleared {name}", *before, "one", "one", "one"]


@pytest.mark.parametrize("name", NAMES)
def test_where_nothing_is_due_nothing_is_done(work: Work, name: str) -> None:
    run, before = RUNS[name]
    work.due = 0
    run()
    assert work.did == [f"cleared {name}", *before]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_takes_long_leaves_the_rest_to_the_next(
    work: Work, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = RUNS[name]
    now = [0.0]

    def monotonic() -> float:
        now[0] += 15
        return now[0]

    work.due = 99
    monkeypatch.setattr(f"{run.__module__}.time.monotonic", monotonic)
    run()
    assert 1 <= work.did.count("one") <= 4
    assert work.did[-1] == f"rang {name}"


def test_tokens_are_given_back_once_all_accounts_are_checked(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    back, unkept = Work(due=2), Work(due=2)
    monkeypatch.setattr(grants, "give_back_next", back.next)
    monkeypatch.setattr(unkept_tokens, "give_back_next", unkept.next)
    homes.run()
    assert (work.due, back.due, unkept.due) == (0, 0, 0)


@pytest.mark.parametrize("is_due", [True, False])
def test_backfill_rings_where_something_is_left(
    work: Work, monkeypatch: pytest.MonkeyPatch, is_due: bool
) -> None:
    monkeypatch.setattr(fetch_handlers, "run_next", work.next)
    monkeypatch.setattr(durable, "is_due", lambda kind: is_due)
    backfill.run()
    assert work.did[0] == "cleared backfill"
    assert ("rang backfill" in work.did) is is_due


def test_a_plugin_that_fails_keeps_no_other_from_its_hour(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, Any]] = []

    def call(plugin: str, hook: str, **arguments: Any) -> None:
        told.append((plugin, arguments["now"]))
        if plugin == "bad":
            raise ZeroDivisionError

    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: noon)
    monkeypatch.setattr(hashtag_curation, "fetch_all", lambda: work.did.append("hashtags"))
    monkeypatch.setattr(consensus, "follow_lists", lambda: work.did.append("lists"))
    monkeypatch.setattr(
        manager, "names_that_hear", lambda hook: ["bad", "good"] if hook == "on_the_hour" else []
    )
    monkeypatch.setattr(manager, "call", call)
    hourly.run()
    assert work.did == ["cleared hourly", "hashtags", "lists"]
    assert told == [("bad", noon), ("good", noon)]


def test_questions_are_asked_about_once_an_hour_in_a_job_that_holds_nothing_else_up(work: Work) -> None:
    questions.run()
    assert work.did == ["cleared questions", "asked"]
    job = queue.JOBS["questions"]
    assert job.every_s == 3600
    assert hashtag_questions._MOST_TIME.total_seconds() + 2 * PATIENCE_S + 20 < job.timeout_s, (
        "it ends by itself before"
    )
