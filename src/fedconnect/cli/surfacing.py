"""Proof that quiet posts are heard, from the command line. What it needs is loaded only then."""

from __future__ import annotations

import atexit
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from fedconnect.cli.base import main, plainly, prepare
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.settings import read_settings

_SHARE = click.FloatRange(0, 1)


@main.group()
def surfacing() -> None:
    """Bring quiet posts to those who may care, and see whether it works."""


@surfacing.command("evaluate")
@click.argument("dataset")
@click.option("--seeds", default="", help="Numbers with commas between; drawn anew where none are given.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here."
)
@click.option(
    "--svg", "svg_folder", type=click.Path(file_okay=False, path_type=Path), help="Draw curves here."
)
@click.option("--indexable", type=_SHARE, help="The share of authors who let themselves be found.")
@click.option(
    "--answered", type=_SHARE, help="The share of authors who answered whether their posts may travel."
)
@click.option("--yes", type=_SHARE, help="The share of those who said yes.")
@click.option("--learning", type=_SHARE, help="The share of readers who said yes to learning.")
@click.option("--answers/--no-answers", default=True, help="Whether anybody answers anybody.")
@click.option(
    "--kept",
    "kept_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep results here, and go on with what is there.",
)
@click.option(
    "--grid",
    is_flag=True,
    help="Only one table: each share of authors who let posts travel by each of readers who said yes.",
)
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes; else one a processor.")
@plainly
def evaluate(
    dataset: str,
    seeds: str,
    json_file: Path | None,
    svg_folder: Path | None,
    indexable: float | None,
    answered: float | None,
    yes: float | None,
    learning: float | None,
    answers: bool,
    kept_file: Path | None,
    grid: bool,
    workers: int | None,
) -> None:
    """Replay a data set under this ranking and under ten others, on the same visits.

    DATASET is `polis`, a made one (meadow, estuary, village, arrivals, brook, river, flood, forty-boards, archipelago, weir, tides, founders, or a small
    one: forum-10-5 has ten readers and five posts a day, in listening-30-3 three of thirty listen), a folder with
    items.tsv and votes.tsv in the columns of Polis, `own` for this installation's own last 90 days, or `all`.

    Example: fedconnect surfacing evaluate polis --json figures.json
    """
    from fedconnect.evaluation import evaluation_run, report, targets  # noqa: PLC0415
    from fedconnect.evaluation.assumptions import Assumptions, share_that_travels  # noqa: PLC0415
    from fedconnect.evaluation.kept_results import KeptResults  # noqa: PLC0415
    from fedconnect.evaluation.trials import KNOWN, load  # noqa: PLC0415
    from fedconnect.surfacing.parameters import in_force  # noqa: PLC0415

    if dataset == "own":
        dataset = _own_log()
    plans = evaluation_run.plans_for(dataset)
    kept = KeptResults(kept_file) if kept_file is not None and dataset in KNOWN else None
    numbers = (
        _read_seeds(seeds)
        or (kept.seeds if kept else [])
        or evaluation_run.draw_seeds(evaluation_run.GRID_SEEDS if grid else evaluation_run.SEEDS)
    )
    if len(plans) == 1:
        load(dataset, numbers[0])  # what cannot be read is said at once
    made = in_force().evaluation
    consent = (
        made.indexable if indexable is None else indexable,
        made.answered if answered is None else answered,
        made.yes if yes is None else yes,
    )
    assumed = Assumptions(
        share_that_travels(*consent),
        made.learning if learning is None else learning,
        made.servers,
        made.answerable if answers else 0.0,
    )
    if grid:
        trials = [one for plan in plans for one in evaluation_run.grid_of(plan.source, numbers, assumed)]
    else:
        trials = evaluation_run.trials_of(plans, numbers, assumed)
    if kept is not None:
        kept.begin(numbers)
    results = []
    with click.progressbar(length=len(trials), label="Replaying", width=30) as bar:
        bar.render_progress()
        for result in evaluation_run.run_trials(trials, workers, kept):
            results.append(result)
            bar.update(1)
    measured = evaluation_run.in_order(results, plans)
    click.echo(
        f"seeds {', '.join(map(str, numbers))}; of the authors {assumed.travelling:.1%} let their posts travel ({consent[1]:.0%} "
        f"answered when asked, {consent[2]:.0%} of them yes; of the rest {consent[0]:.0%} let themselves be found), of the "
        f"readers {assumed.learning:.0%} said yes to learning; they are on {assumed.servers} servers; "
        f"{assumed.answering:.0%} of posts may be answered"
    )
    if grid:
        for own in measured:
            click.echo(f"\n{report.grid_table(own)}")
        return
    for own in measured:
        click.echo(f"\n{report.table(own)}\n\n{report.verdict_lines(targets.judge(own))}")
    click.echo(f"\n{report.CANNOT_SHOW}")
    if json_file is not None:
        json_file.write_text(report.as_json(measured, asdict(in_force())), encoding="utf-8")
    if svg_folder is not None:
        svg_folder.mkdir(parents=True, exist_ok=True)
        for own in measured:
            (svg_folder / f"{own[0].name}.svg").write_text(report.as_svg(own), encoding="utf-8")
    missed = [one for own in measured for one in targets.judge(own) if not one.holds]
    if missed:
        click.echo(f"\n{len(missed)} of the targets were missed.", err=True)
        raise SystemExit(1)


@surfacing.command("rematch")
@plainly
def rematch() -> None:
    """Match every reader with the posts of all boards now, instead of within the hour.

    Example: fedconnect surfacing rematch
    """
    from fedconnect.surfacing.hearing import rematching  # noqa: PLC0415

    prepare(read_settings())
    rematching.begin_or_go_on()
    with database.read_transaction() as session:
        _, whole = rematching.progress(session) or (0, 0)
    with click.progressbar(length=whole, label="Matching readers", width=30) as bar:
        bar.render_progress()
        done = 0
        while rematching.match_next():
            with database.read_transaction() as session:
                so_far, _ = rematching.progress(session) or (whole, whole)
            bar.update(so_far - done)
            done = so_far
    click.echo(f"{done} of {whole} readers are matched anew.")


@surfacing.command("now")
@plainly
def now() -> None:
    """Let companions boost and plugins do at once what is due, instead of at their next turn.

    Example: fedconnect surfacing now
    """
    from fedconnect.jobs import companions, hearings, hourly, listening  # noqa: PLC0415

    prepare(read_settings())
    for job in (hearings, listening, companions, hourly):
        job.run()
    click.echo("What was due is done; deliveries are on their way.")


@surfacing.command("curve")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@plainly
def curve(file: Path) -> None:
    """Draw how evenly the posts of the last thirty days were seen, as SVG; without saying which.

    Example: fedconnect surfacing curve attention.svg
    """
    from fedconnect.surfacing.hearing import public_record  # noqa: PLC0415
    from fedconnect.surfacing.inequality import gini, lorenz  # noqa: PLC0415
    from fedconnect.surfacing.lorenz_chart import Curve, lorenz_svg  # noqa: PLC0415

    prepare(read_settings())
    with database.read_transaction() as session:
        seen = public_record.attention(session)
    if not any(seen):
        raise Malformed(
            "nothing seen", safe="No post of the last thirty days was seen yet: there is nothing to draw."
        )
    title = "Which part of all attention the least seen posts get"
    file.write_text(lorenz_svg(title, [Curve(f"{len(seen)} posts", lorenz(seen))]), encoding="utf-8")
    click.echo(f"{file} is drawn: {len(seen)} posts, Gini {gini(seen):.2f} (0: all are seen alike).")


def _own_log() -> str:
    """Write this installation's log to a folder that only we can read and that goes with this process."""
    from fedconnect.evaluation import own_log  # noqa: PLC0415

    prepare(read_settings())
    folder = tempfile.TemporaryDirectory(prefix="fedconnect-own-")
    atexit.register(folder.cleanup)
    with database.read_transaction() as opened:
        own_log.write_own_log(opened, Path(folder.name))
    return folder.name


def _read_seeds(text: str) -> list[int]:
    if not text:
        return []
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise Malformed(
            "seeds", safe="--seeds wants whole numbers with commas between, such as 1,2,3."
        ) from error
    if not 1 <= len(found) <= 50 or any(not 0 <= seed < 2**31 for seed in found):
        raise Malformed("seeds", safe="--seeds wants 1 to 50 numbers from 0 to 2147483647.")
    return found
