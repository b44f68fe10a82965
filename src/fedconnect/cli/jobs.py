"""What waits, what failed, and trying it again."""

from __future__ import annotations

import click
from sqlalchemy import func, select

from fedconnect.cli.base import main, plainly, prepare
from fedconnect.foundation import database, durable
from fedconnect.foundation.database import database_now
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.settings import read_settings
from fedconnect.jobs.kinds import KINDS

_MOST_SHOWN = 20


@main.group()
def jobs() -> None:
    """Look at what the workers have to do, and try again what failed."""


@jobs.command("list")
@plainly
def list_jobs() -> None:
    """Show how much of each kind waits, is due and has failed, with what failed last.

    Example: fedconnect jobs list
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        now = database_now(session)
        for kind in KINDS:
            row = kind.row
            counts = session.execute(
                select(
                    func.count().filter(row.state.in_(kind.open)),
                    func.count().filter(row.state.in_(kind.open), row.due_at <= now),
                    func.count().filter(row.state == kind.failed),
                ).select_from(row)
            ).one()
            click.echo(f"{kind.name:12} {counts[0]:8} waiting {counts[1]:8} due {counts[2]:8} failed")
            failed = session.execute(
                select(row.id, row.outcome)
                .where(row.state == kind.failed)
                .order_by(row.id.desc())
                .limit(_MOST_SHOWN)
            )
            for number, outcome in failed:
                click.echo(f"    {number}  {outcome or '(no reason)'}")


@jobs.command("retry")
@click.argument("kind")
@click.argument("ids", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@plainly
def retry_jobs(kind: str, ids: tuple[int, ...]) -> None:
    """Try again what failed: all of a KIND, or the rows named by IDS.

    Example: fedconnect jobs retry plugins
    """
    chosen = next((one for one in KINDS if one.name == kind), None)
    if chosen is None:
        raise Malformed(safe=f"There is no kind {kind!r}; choose one of {', '.join(k.name for k in KINDS)}.")
    prepare(read_settings())
    with database.transaction() as session:
        count = durable.retry(session, chosen, ids)
    click.echo(f"{count} {'is' if count == 1 else 'are'} tried again.")
