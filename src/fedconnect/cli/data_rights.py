"""What somebody may ask of us, for admins who are asked by letter: an export, and to forget them."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect import data_rights
from fedconnect.cli.base import look_up, main, plainly, prepare
from fedconnect.forum import moderators, search
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.settings import read_settings
from fedconnect.models.person import LATEST_FIRST, Person


@main.command("export")
@click.argument("handle")
@click.argument("file", type=click.Path(path_type=Path))
@plainly
def export(handle: str, file: Path) -> None:
    """Write everything that is kept about somebody into a file that only you can read.

    Example: fedconnect export @ana@example.social ana.json
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        text = data_rights.as_json(data_rights.export(session, _person(session, handle)))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
    click.echo(f"{file} holds what is kept about {handle}.")


@main.command("erase")
@click.argument("handle")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@plainly
def erase(handle: str, yes: bool) -> None:
    """Forget somebody: their posts leave every board, and all that was kept for them is deleted.

    Example: fedconnect erase @ana@example.social
    """
    prepare(read_settings())
    if not yes:
        click.confirm(f"Forget {handle} and take their posts off every board?", abort=True)
    with database.transaction() as session:
        gone = data_rights.erase(session, _person(session, handle))
    search.leave_no_trace()
    click.echo(
        f"{handle} is forgotten: {gone} posts are gone, and servers that were told of them are asked to follow."
    )


@main.group("admin")
def admin() -> None:
    """Say who runs the installation."""


@admin.command("add")
@click.argument("handle")
@plainly
def admin_add(handle: str) -> None:
    """Let somebody run the installation: they decide where no moderator can, and hear what nobody else may.

    Example: fedconnect admin add @ana@example.social
    """
    prepare(read_settings())
    person = look_up(handle)
    with database.transaction() as session:
        moderators.add_admin(session, session.merge(person, load=False))
    click.echo(f"{person.handle} runs this installation now.")


@admin.command("remove")
@click.argument("handle")
@plainly
def admin_remove(handle: str) -> None:
    """Let somebody run the installation no longer.

    Example: fedconnect admin remove @ana@example.social
    """
    prepare(read_settings())
    with database.transaction() as session:
        person = _person(session, handle)
        if not moderators.remove_admin(session, person):
            raise Malformed(safe=f"{person.handle} does not run this installation.")
    click.echo(f"{person.handle} runs this installation no longer.")


def _person(session: Session, handle: str) -> Person:
    user, _, host = handle.strip().removeprefix("@").partition("@")
    found = session.execute(
        select(Person)
        .where(Person.username == user, Person.handle_host == host.lower())
        .order_by(*LATEST_FIRST)
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise Malformed(safe=f"Nobody called {handle!r} is known here.")
    return found
