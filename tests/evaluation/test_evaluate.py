"""The evaluator judges the product's own code, from a command, and says clearly what it cannot read."""

from __future__ import annotations

import ast
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fedconnect.evaluation.dataset import VENDORED, read_votes
from fedconnect.evaluation.generating import SHAPES, generate
from fedconnect.evaluation.world import build_world
from fedconnect.surfacing.parameters import in_force

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
PURE = ROOT / "src" / "fedconnect" / "surfacing"
JUDGES = ROOT / "src" / "fedconnect" / "evaluation"


def evaluate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fedconnect.cli", "surfacing", "evaluate", *arguments],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def functions_of(*folders: Path) -> set[str]:
    return {
        node.name
        for folder in folders
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }


def test_the_evaluator_has_no_second_implementation() -> None:
    ours = {
        name
        for name in functions_of(PURE, PURE / "hearing", PURE / "profile", PURE / "feed")
        if not name.startswith("_")
    }
    assert {
        "arrange",
        "audience_of",
        "target",
        "step_of",
        "are_near_duplicates",
        "reader_vector_of",
    } <= ours
    assert ours & functions_of(JUDGES) == set()
    text = "".join(path.read_text() for path in (JUDGES).glob("*.py"))
    for name in (
        "arrange(",
        "audience_of(",
        ".promise(",
        "step_of(",
        "has_quota(",
        "is_answered(",
        "is_heard(",
        "share_out(",
        "posts_that_ask(",
    ):
        assert name in text, name


def test_polis_is_read_by_its_own_clocks_and_a_voter_likes_what_they_agreed_with() -> None:
    data = read_votes(VENDORED, in_force().evaluation)
    assert len(data.texts) == 1819
    assert data.readers > 7000
    assert data.arrival_h.min() < 0 <= data.arrival_h.max() < 24 * in_force().evaluation.days


def test_a_made_community_is_the_same_for_a_seed_and_another_for_another() -> None:
    one, again, other = (generate(SHAPES["village"], seed) for seed in (1, 1, 2))
    assert one.texts == again.texts
    assert one.texts != other.texts


def test_a_community_of_fewer_than_300_has_its_floors_among_followers() -> None:
    world = build_world(generate(SHAPES["village"], 3), in_force())
    assert world.fits.shape[0] == 240
    assert world.with_followers.all()


def test_the_command_replays_and_writes_what_it_measured(tmp_path: Path) -> None:
    done = evaluate("village", "--seeds", "1,2", "--json", str(tmp_path / "f.json"), "--svg", str(tmp_path))
    assert "holds  of all posts, answered, seen as promised, or asked about" in done.stdout, done.stderr
    assert "What this cannot show" in done.stdout
    assert done.returncode == int("MISSED" in done.stdout), "what is missed is a failure"
    found = json.loads((tmp_path / "f.json").read_text())
    figures = found["datasets"][0]["policies"]
    assert len(figures) == 11
    ours, newest, votes = (figures[name] for name in ("ours", "chronological", "Hacker News"))
    one_post = 1 / found["datasets"][0]["posts"]
    assert ours["attained"]["mean"] >= 0.99
    assert ours["attained"]["mean"] >= newest["attained"]["mean"] - one_post
    assert ours["attained"]["mean"] > votes["attained"]["mean"]
    assert ours["promised"]["mean"] >= newest["promised"]["mean"], "it does not do it by promising less"
    for figure in figures.values():
        parts = [figure[name]["mean"] for name in ("seen_by_k", "answered_only", "neither")]
        assert sum(parts) == pytest.approx(1)
        assert parts[0] + parts[1] == pytest.approx(figure["attained"]["mean"])
    assert found["datasets"][0]["seeds"] == [1, 2]
    assert (tmp_path / "village.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "there is no items.tsv"),
        ({"items.tsv": "conv\titem\tts\ttext\n"}, "the column author is missing"),
        ({"items.tsv": "conv\titem\tts\tauthor\ttext\n"}, "holds no posts"),
        ({"items.tsv": "conv\titem\tts\tauthor\ttext\na\t1\tx\tb\tc\n"}, "“x” is no number"),
        ({"items.tsv": "conv\titem\tts\tauthor\ttext\na\t1\n"}, "line 2 is too short"),
        ({"items.tsv.gz": "not packed"}, "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, files: dict[str, str], says: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    done = evaluate(str(tmp_path))
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_any_table_with_those_columns_can_be_replayed(tmp_path: Path) -> None:
    items = ["conv\titem\tts\tauthor\ttext"] + [f"a\t{n}\t{n}\tp{n}\trespite word{n}" for n in range(40)]
    votes = ["conv\titem\tvoter\tvote"] + [f"a\t{n}\tv{v}\t1" for n in range(40) for v in range(30)]
    (tmp_path / "items.tsv").write_text("\n".join(items) + "\n")
    with gzip.open(tmp_path / "votes.tsv.gz", "wt") as file:
        file.write("\n".join(votes) + "\n")
    done = evaluate(str(tmp_path), "--seeds", "4")
    assert "28 posts, 30 readers" in done.stdout, done.stderr


@pytest.mark.parametrize("seeds", ["a", "1,,2", "-1", ",".join(["1"] * 51)])
def test_seeds_that_are_none_are_refused(seeds: str) -> None:
    done = evaluate("village", "--seeds", seeds)
    assert done.returncode == 2
    assert "--seeds wants" in done.stderr


def children_of(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in found.stdout.split()]


def is_there(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_an_evaluation_that_is_ended_leaves_no_worker(how: signal.Signals) -> None:
    words = [sys.executable, "-m", "fedconnect.cli", "surfacing", "evaluate", "estuary", "--seeds", "1"]
    main = subprocess.Popen([*words, "--workers", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    try:
        while len(children := children_of(main.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(children) == 2, "a worker, and what looks after its resources"
        time.sleep(2)  # the worker has begun
    finally:
        main.send_signal(how)
        main.wait(10)
    while any(map(is_there, children)) and time.monotonic() < deadline:
        time.sleep(0.1)
    left = [pid for pid in children if is_there(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []
