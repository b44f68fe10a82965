"""Lists of servers to keep away from, from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from fedconnect.blocklists import blocklists, consensus, instance_policies
from fedconnect.blocklists.consensus import BlockPlan
from fedconnect.cli.base import main, plainly, prepare
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.settings import read_settings
from fedconnect.models.instance import Policy

_SHOWN = 40


@main.group()
def blocklist() -> None:
    """Keep away from servers that others keep away from, after a look at whom that would touch."""


@blocklist.command("import")
@click.argument("source")
@click.option(
    "--agree",
    type=click.IntRange(1, 50),
    default=1,
    show_default=True,
    help="How many lists must agree on a server.",
)
@click.option(
    "--at-most", type=click.Choice([policy.value for policy in Policy][1:]), default="blocked", show_default=True,
    help="How strictly this list may count, whatever it says.",
)  # fmt: skip
@click.option(
    "--dry-run", is_flag=True, help="Keep the list, show what it would change, and put nothing in force."
)
@click.option(
    "--yes", is_flag=True, help="Put it in force without asking, also where it changes nothing today."
)
@plainly
def blocklist_import(source: str, agree: int, at_most: str, dry_run: bool, yes: bool) -> None:
    """Import a file, or subscribe to an address that is read again each day; shown first, then put in force.

    Takes Mastodon's CSV and its public list, fediblockhole's, or a host a line.

    Example: fedconnect blocklist import https://home.example/api/v1/instance/domain_blocks
    """
    prepare(read_settings())
    body = None if source.startswith(("https://", "http://")) else Path(source).read_bytes()
    name = source if body is None else Path(source).name
    count = blocklists.add_list(name, body, Policy(at_most))
    click.echo(f"{name} names {count} servers.")
    with database.read_transaction() as session:
        made = consensus.plan(session, agree)
    _tell(made)
    if dry_run or not (made.changes or yes):
        click.echo("The list is kept, and counts for nothing yet.")
        return
    if not yes:
        click.confirm("Put this in force?", abort=True)
    with database.transaction() as session:
        consensus.put_in_force(session, agree)
    click.echo("In force; people of servers that are blocked now are signed out.")


@blocklist.command("list")
@plainly
def blocklist_list() -> None:
    """Show the lists.

    Example: fedconnect blocklist list
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        for one, count in blocklists.list_lists(session):
            how = "read each day" if one.is_subscribed else "imported"
            click.echo(f"{one.source}\t{count} servers\t{how}\t{one.problem}".rstrip())


@blocklist.command("leave")
@click.argument("source")
@plainly
def blocklist_leave(source: str) -> None:
    """Leave a list; servers that it alone closed are opened.

    Example: fedconnect blocklist leave oliphant.csv
    """
    prepare(read_settings())
    with database.transaction() as session:
        known = {one.source: one.id for one, _ in blocklists.list_lists(session)}
        if source not in known:
            raise Malformed("list", safe=f"There is no list {source!r}; see fedconnect blocklist list.")
        blocklists.remove_list(session, known[source])
        session.flush()
        made = consensus.keep_up(session)
    click.echo(f"{source} is left; {len(made.changes) if made else 0} servers are trusted otherwise now.")


@blocklist.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@plainly
def blocklist_export(file: Path) -> None:
    """Write the servers that are closed here as Mastodon's CSV.

    Example: fedconnect blocklist export ours.csv
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        text = blocklists.export(session)
        count = len(instance_policies.list_policies(session))
    with file.open("x", encoding="utf-8") as opened:
        opened.write(text)
    click.echo(f"{file} holds {count} servers.")


def _tell(made: BlockPlan) -> None:
    click.echo(f"Where {made.agree} of {made.lists} lists agree, {len(made.changes)} servers change.")
    for one in made.touching[:_SHOWN]:
        click.echo(
            f"  {one.host}: {one.old.value} to {one.new.value}; there: {one.followers} who follow boards, "
            f"{one.authors} who wrote, {one.readers} who read here, {one.moderators} who moderate"
        )
    if not made.touching and made.changes:
        click.echo("  Nobody known here is on any of them.")
    elif len(made.touching) > _SHOWN:
        click.echo(f"  … and {len(made.touching) - _SHOWN} more with people known here.")
