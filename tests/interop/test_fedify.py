"""A peer that is not ours follows, posts, replies, edits and deletes, and checks it from its own store.

The run is worth something only if it turns red when it should: so it is run again with one byte of each
body changed, with our signature check off, and with the peer's.
"""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.fedify import install, run
from support.meeting import Meeting, meeting


@pytest.fixture(scope="session")
def node() -> Path:
    return install()


@pytest.mark.interop
@pytest.mark.parametrize("software", ["fedify", "lemmy", "hollo"])
def test_a_peer_that_is_not_ours_follows_posts_replies_edits_and_deletes(
    node: Path, tmp_path: Path, software: str
) -> None:
    """As a microblog; under a name of the threadiverse, which hears envelopes; and under one that gets RFC 9421 first."""
    with meeting(tmp_path) as met:
        status, steps, failed = run(node, met, software=software)
        assert status == 0, failed
        assert steps[-1] == "all held"
        assert len(steps) == 18
        with sqlite3.connect(tmp_path / "data" / "fedconnect.db") as opened:
            assert opened.execute("SELECT words, times FROM report_case").fetchall() == [("Please look", 1)]
            assert opened.execute("SELECT count(*) FROM reaction").fetchone() == (0,)
            fell_back = opened.execute("SELECT software, signature_form, knocked_at FROM instance").fetchall()
            assert fell_back == [(software, None, None)]


@pytest.mark.interop
def test_somebody_who_only_has_mastodon_gets_the_companions_boost_and_a_letter_and_says_stop(
    node: Path, tmp_path: Path
) -> None:
    with meeting(tmp_path, plugins="letter") as met, ThreadPoolExecutor(1) as pool:
        story = pool.submit(run, node, met, story="quiet", patience_s=150)
        _let_hours_pass(met)
        status, steps, failed = story.result()
    assert status == 0, failed
    assert steps[-1] == "all held"
    assert len(steps) == 11


def _let_hours_pass(met: Meeting) -> None:
    """Wait until both posts have their hearings, and let them be seven hours old and a letter due."""
    path = met.folder / "data" / "fedconnect.db"
    for _ in range(400):
        with sqlite3.connect(path, timeout=10) as opened:
            found = opened.execute("SELECT count(*) FROM hearing WHERE state = 'open'").fetchone()[0]
            subscribed = opened.execute("SELECT count(*) FROM letter_subscriber").fetchone()[0]
            if found == 2 and subscribed:
                opened.execute("UPDATE hearing SET begun_at = datetime(begun_at, '-7 hours') || '.000000'")
                opened.execute(
                    "UPDATE letter_subscriber SET due_at = datetime(due_at, '-1 day') || '.000000'"
                )
                break
        time.sleep(0.1)
    met.command("surfacing", "now")


@pytest.mark.interop
def test_the_run_turns_red_when_one_byte_of_a_body_changes(node: Path, tmp_path: Path) -> None:
    def spoil(data: bytes) -> bytes:
        return data.replace(b"activities/follow", b"activities/fallow")

    with meeting(tmp_path, change=spoil) as met:
        status, steps, failed = run(node, met)
    assert status == 1
    assert "the follow is accepted" not in steps
    assert "401" in failed


@pytest.mark.interop
def test_the_run_turns_red_when_the_peers_signature_check_is_off(node: Path, tmp_path: Path) -> None:
    with meeting(tmp_path) as met:
        status, _, failed = run(node, met, trust_anybody=True)
    assert status == 1
    assert "this peer refuses what is unsigned" in failed


@pytest.mark.interop
def test_the_run_turns_red_when_our_signature_check_is_off(node: Path, tmp_path: Path) -> None:
    with meeting(tmp_path, our_check=False) as met:
        status, _, failed = run(node, met)
    assert status == 1
    assert "the board refuses what is unsigned" in failed
