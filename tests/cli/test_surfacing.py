"""The commands on surfacing: what they measure, what they write, and how they fail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fedconnect.cli import surfacing
from fedconnect.evaluation import evaluation_run, own_log, report, targets, trials
from fedconnect.evaluation.assumptions import Assumptions
from fedconnect.evaluation.kept_results import KeptResults
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.jobs import companions, hearings, hourly, listening
from fedconnect.surfacing.hearing import public_record, rematching
from fedconnect.surfacing.parameters import in_force
from support.cli_unit import Shell


@pytest.mark.parametrize(
    "text",
    ["1,", ",", "one", "1;2", "1.0", "-1", "1,-1", "2147483648", ",".join(["1"] * 51), "9" * 5000, "0x1"],
)
def test_what_is_no_number_of_a_draw_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="seeds"):
        surfacing._read_seeds(text)


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("", []), ("0", [0]), ("3,1,2", [3, 1, 2]), (" 1 , 2", [1, 2]), ("2147483647", [2147483647])],
)
def test_numbers_of_draws_are_kept_in_their_order(text: str, seeds: list[int]) -> None:
    assert surfacing._read_seeds(text) == seeds


def test_fifty_numbers_are_the_most() -> None:
    assert len(surfacing._read_seeds(",".join(["7"] * 50))) == 50


# Measuring


class Evaluation:
    """A measurement that costs nothing: a result is the trial, and `missed` names the data sets that miss a target."""

    def __init__(self) -> None:
        self.tried: list[Any] = []
        self.loaded: list[tuple[str, int]] = []
        self.missed: set[str] = set()

    def run_trials(self, asked: Sequence[Any], workers: int | None, kept: KeptResults | None) -> list[Any]:
        self.tried += asked
        self.workers, self.kept = workers, kept
        return [SimpleNamespace(trial=one, name=one.source) for one in reversed(asked)]

    def load(self, source: str, seed: int) -> None:
        if source == "nowhere":
            raise Malformed("no such data", safe="There is no data set of this name.")
        self.loaded.append((source, seed))

    def judge(self, results: Sequence[Any]) -> list[Any]:
        return [SimpleNamespace(holds=True), SimpleNamespace(holds=results[0].name not in self.missed)]


@pytest.fixture
def evaluation(monkeypatch: pytest.MonkeyPatch) -> Evaluation:
    made = Evaluation()
    monkeypatch.setattr(evaluation_run, "run_trials", made.run_trials)
    monkeypatch.setattr(trials, "load", made.load)
    monkeypatch.setattr(targets, "judge", made.judge)
    monkeypatch.setattr(report, "table", lambda own: f"table of {own[0].name}: {len(own)}")
    monkeypatch.setattr(report, "verdict_lines", lambda verdicts: f"{len(verdicts)} verdicts")
    monkeypatch.setattr(
        report, "as_json", lambda measured, parameters: json.dumps([len(measured), *parameters])
    )
    monkeypatch.setattr(report, "as_svg", lambda own: f"<svg>{own[0].name}</svg>")
    return made


@pytest.mark.parametrize("words", [("meadow", "--seeds", "x"), ("nowhere", "--seeds", "1")])
def test_what_cannot_be_measured_is_said_at_once_and_nothing_is_written(
    shell: Shell, evaluation: Evaluation, tmp_path: Path, words: tuple[str, ...]
) -> None:
    shell.fails(
        "surfacing", "evaluate", *words, "--json", str(tmp_path / "f.json"), "--svg", str(tmp_path / "s")
    )
    assert (evaluation.tried, list(tmp_path.iterdir())) == ([], [])


def test_a_data_set_is_measured_once_for_each_number_and_the_numbers_are_told(
    shell: Shell, evaluation: Evaluation
) -> None:
    said = shell.does("surfacing", "evaluate", "meadow", "--seeds", "5,3")
    assert [(one.source, one.seed) for one in evaluation.tried] == [("meadow", 5), ("meadow", 3)]
    assert evaluation.loaded == [("meadow", 5)]
    assert "\nseeds 5, 3; of the authors " in said
    assert " of posts may be answered\n\ntable of meadow: 2\n\n2 verdicts\n" in said
    assert said.endswith(f"\n{report.CANNOT_SHOW}\n")
    assert shell.prepared == [], "it needs no database"


def test_without_numbers_they_are_drawn_and_told(
    shell: Shell, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_run, "draw_seeds", lambda count: [10 + count, 12])
    assert "seeds 15, 12; " in shell.does("surfacing", "evaluate", "meadow")
    assert [one.seed for one in evaluation.tried] == [15, 12]


@pytest.mark.parametrize(
    ("words", "travelling", "learning"),
    [
        ((), 0.475, None), (("--answered", "0"), 0.15, None), (("--answered", "1", "--yes", "0.25"), 0.25, None),
        (("--learning", "1", "--answered", "0", "--indexable", "0.5"), 0.5, 1.0),
    ],
)  # fmt: skip
def test_what_is_assumed_of_authors_and_readers_is_asked_for_or_in_force_and_always_told(
    shell: Shell, evaluation: Evaluation, words: tuple[str, ...],
    travelling: float, learning: float | None,
) -> None:  # fmt: skip
    made = in_force().evaluation
    assumed = Assumptions(
        pytest.approx(travelling),
        made.learning if learning is None else learning,
        made.servers,
        made.answerable,
    )
    said = shell.does("surfacing", "evaluate", "meadow", "--seeds", "5,3", *words)
    assert [one.assumptions for one in evaluation.tried] == [assumed, assumed]
    assert f"of the authors {travelling:.1%} let their posts travel (" in said
    assert f" of the readers {assumed.learning:.0%} said yes to learning; " in said


@pytest.mark.parametrize(
    "words", [("--yes", "1.1"), ("--learning", "-0.1"), ("--answered", "half"), ("--indexable", "2")]
)
def test_a_share_is_from_none_to_all(shell: Shell, evaluation: Evaluation, words: tuple[str, ...]) -> None:
    assert shell.run("surfacing", "evaluate", "meadow", "--seeds", "1", *words).exit_code == 2
    assert evaluation.tried == []


def test_a_target_that_is_missed_is_a_failure_after_everything_was_told(
    shell: Shell, evaluation: Evaluation, tmp_path: Path
) -> None:
    evaluation.missed = {"meadow"}
    file = tmp_path / "figures.json"
    result = shell.run("surfacing", "evaluate", "meadow", "--seeds", "1,2", "--json", str(file))
    assert (result.exit_code, result.stderr) == (1, "\n1 of the targets were missed.\n")
    assert report.CANNOT_SHOW in result.stdout
    assert file.exists()


def test_figures_and_a_drawing_for_each_data_set_are_written_where_it_was_asked(
    shell: Shell, evaluation: Evaluation, tmp_path: Path
) -> None:
    file, folder = tmp_path / "figures.json", tmp_path / "drawn" / "here"
    shell.does("surfacing", "evaluate", "all", "--seeds", "1", "--json", str(file), "--svg", str(folder))
    sources = [plan.source for plan in evaluation_run.EVERYTHING]
    assert json.loads(file.read_text())[:2] == [len(sources), "encoder"]
    assert {one.name: one.read_text() for one in folder.iterdir()} == {
        f"{source}.svg": f"<svg>{source}</svg>" for source in sources
    }
    assert evaluation.loaded == [], "of many, each is read where it is measured"


def test_the_grid_is_one_table_of_every_pair_of_shares(
    shell: Shell, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation.missed = {"meadow"}
    monkeypatch.setattr(report, "grid_table", lambda own: f"grid of {len(own)}")
    said = shell.does("surfacing", "evaluate", "meadow", "--grid", "--no-answers", "--seeds", "4,5")
    assert said.endswith("\ngrid of 24\n")
    pairs = {(one.assumptions.travelling, one.assumptions.learning) for one in evaluation.tried}
    assert pairs == {(travels, learns) for travels in (0, 0.15, 0.5, 1) for learns in (0, 0.5, 1)}
    assert {one.assumptions.answering for one in evaluation.tried} == {0.0}


def test_an_evaluation_goes_on_with_the_seeds_that_it_began_with(
    shell: Shell, evaluation: Evaluation, tmp_path: Path
) -> None:
    file = str(tmp_path / "kept.jsonl")
    shell.does("surfacing", "evaluate", "meadow", "--seeds", "4,5", "--kept", file, "--workers", "1")
    assert (evaluation.workers, evaluation.kept.seeds) == (1, [4, 5])
    assert "seeds 4, 5; " in shell.does("surfacing", "evaluate", "meadow", "--kept", file)
    evaluation.kept = None
    shell.does("surfacing", "evaluate", str(tmp_path), "--kept", file, "--seeds", "1")
    assert evaluation.kept is None, "of a folder nobody knows whether it is still the same"


def test_our_own_log_lies_where_only_we_can_read_it(
    shell: Shell, evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(own_log, "write_own_log", lambda session, folder: (folder / "items.tsv").touch())
    monkeypatch.setattr(surfacing.atexit, "register", kept.append)
    shell.does("surfacing", "evaluate", "own", "--seeds", "1")
    folder = Path(evaluation.loaded[0][0])
    assert folder.stat().st_mode & 0o077 == 0
    assert [one.name for one in folder.iterdir()] == ["items.tsv"]
    assert len(shell.prepared) == 1
    (clean_up,) = kept
    clean_up()
    assert not folder.exists(), "it goes with the process"


# Doing what is due


def test_readers_are_matched_until_none_is_left(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    states = iter([(0, 5), (3, 5), (5, 5)])
    more = iter([True, True, False])
    monkeypatch.setattr(rematching, "begin_or_go_on", lambda: seen.append("begun"))
    monkeypatch.setattr(rematching, "match_next", lambda: seen.append("matched") or next(more))
    monkeypatch.setattr(rematching, "progress", lambda session: next(states))
    assert shell.does("surfacing", "rematch").endswith("5 of 5 readers are matched anew.\n")
    assert seen == ["begun", "matched", "matched", "matched"]


def test_without_readers_nothing_is_matched(shell: Shell) -> None:
    assert shell.does("surfacing", "rematch").endswith("0 of 0 readers are matched anew.\n")


def test_what_is_due_is_done_now_and_in_no_transaction(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, bool]] = []
    for job in (hourly, companions, listening, hearings):
        name = job.__name__.rpartition(".")[2]
        monkeypatch.setattr(job, "run", lambda name=name: done.append((name, database.is_open())))
    assert shell.does("surfacing", "now") == "What was due is done; deliveries are on their way.\n"
    assert done == [(name, False) for name in ("hearings", "listening", "companions", "hourly")]
    assert len(shell.prepared) == 1


# Drawing


@pytest.mark.parametrize("seen", [[], [0, 0, 0]])
def test_where_nothing_was_seen_nothing_is_drawn(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seen: list[int]
) -> None:
    monkeypatch.setattr(public_record, "attention", lambda session: seen)
    assert "nothing to draw" in shell.fails("surfacing", "curve", str(tmp_path / "a.svg"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("seen", "gini"), [([4, 4], "0.00"), ([0, 0, 0, 8], "0.75")])
def test_how_evenly_posts_were_seen_is_drawn_and_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seen: list[int], gini: str
) -> None:
    monkeypatch.setattr(public_record, "attention", lambda session: seen)
    file = tmp_path / "a.svg"
    said = shell.does("surfacing", "curve", str(file))
    assert said == f"{file} is drawn: {len(seen)} posts, Gini {gini} (0: all are seen alike).\n"
    assert f"{len(seen)} posts" in file.read_text(encoding="utf-8")
