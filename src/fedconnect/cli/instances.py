"""How far other servers are trusted, from the command line."""

from __future__ import annotations

import click

from fedconnect.blocklists import instance_policies
from fedconnect.cli.base import main, plainly, prepare
from fedconnect.foundation import database, fetch
from fedconnect.foundation.errors import AddressRefused, Malformed
from fedconnect.foundation.settings import read_settings
from fedconnect.models.instance import Policy

_EFFECT = {
    Policy.OPEN: "is open: what it sends is taken",
    Policy.SILENCED: "is silenced: its posts stand on their board, and are brought to nobody",
    Policy.LIMITED: "is limited: its posts wait for a moderator, and none is announced unseen",
    Policy.BLOCKED: "is blocked: nothing is taken from it or sent to it",
}


@main.group()
def instance() -> None:
    """Say how far another server is trusted: open, silenced, limited or blocked."""


@instance.command("set")
@click.argument("host")
@click.argument("policy", type=click.Choice([policy.value for policy in Policy]))
@click.option("--why", required=True, help="The reason, as the public log tells it.")
@plainly
def instance_set(host: str, policy: str, why: str) -> None:
    """Decide how far a server is trusted; it holds at once, and its people are signed out.

    Example: fedconnect instance set spam.example blocked --why "Nothing but advertising comes from there."
    """
    prepare(read_settings())
    try:
        name = fetch.host_of(host if "://" in host else f"https://{host}/")
    except AddressRefused as error:
        raise Malformed(safe=f"{host[:100]!r} is no name of a server ({error.detail}).") from error
    with database.transaction() as session:
        instance_policies.set_policy(session, name, Policy(policy), why)
    click.echo(f"{name} {_EFFECT[Policy(policy)]}.")


@instance.command("list")
@plainly
def instance_list() -> None:
    """List the servers that are not simply open.

    Example: fedconnect instance list
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        for one in instance_policies.list_policies(session):
            click.echo(f"{one.host}\t{one.policy.value}{'  by lists' if one.by_lists else ''}")
