"""The forum's own identity from the command line, and the address under which it is known."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fedconnect.cli.base import bring_up, main, plainly, prepare
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.settings import read_settings
from fedconnect.site import identity, known_address, pictures, settings

_LINES = 3


@main.group()
def site() -> None:
    """Say what this forum is called, who runs it, and how to reach them."""


@site.command("show")
@plainly
def site_show() -> None:
    """Show what is said of the forum.

    Example: fedconnect site show
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        parts = settings.parts_of(session)
        row = identity.find_row(session)
    for name, text in parts.items():
        lines = text.split("\n")
        more = f" … ({len(text)} characters)" if len(lines) > _LINES else ""
        click.echo(f"{name}: {' / '.join(lines[:_LINES])}{more}" if text else f"{name}: (empty)")
    click.echo(f"logo: {'set' if row is not None and row.logo else '(empty)'}")
    click.echo(f"address: {row.base_url if row is not None else ''}")


@site.command("set")
@click.argument("part", type=click.Choice([*settings.PARTS, "logo"]))
@click.argument("text")
@plainly
def site_set(part: str, text: str) -> None:
    """Set one part. For long texts, `-` reads them from standard input; a logo is the path of a picture; empty takes it away.

    Example: fedconnect site set name "Carers' corner"
    """
    prepare(read_settings())
    if part == "logo":
        made = pictures.remade(_read(Path(text))) if text else None
        with database.transaction() as session:
            settings.ensure_site(session).logo = pictures.keep(session, made) if made is not None else ""
            pictures.drop_unused(session)
    else:
        with database.transaction() as session:
            settings.change_site(session, {part: sys.stdin.read() if text == "-" else text})
    identity.forget()
    click.echo(f"{part} is {'set' if text else 'empty now'}. Pages say so within half a minute.")


@site.command("address")
@click.option(
    "--accept", is_flag=True, help="Take over FEDCONNECT_BASE_URL, though boards were made elsewhere."
)
@plainly
def site_address(accept: bool) -> None:
    """Show the address that the boards were made under, or take over another for good.

    Whoever follows a board elsewhere knows it by its old address, and stays with that.

    Example: FEDCONNECT_BASE_URL=https://new.example fedconnect site address --accept
    """
    wanted = read_settings()
    bring_up(wanted)
    if accept:
        with database.transaction() as session:
            before = known_address.accept(session, wanted.base_url)
        click.echo(f"The forum is at {wanted.base_url} now; before, it was at {before or 'none'}.")
        return
    with database.read_transaction() as session:
        row = identity.find_row(session)
    click.echo(row.base_url if row is not None and row.base_url else "None is remembered yet.")


def _read(path: Path) -> bytes:
    if path.stat().st_size > pictures.MOST_UPLOADED:
        raise Malformed(safe="That file is too large: 5 MB at most.")
    return path.read_bytes()
