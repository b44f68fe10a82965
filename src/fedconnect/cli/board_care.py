"""What boards are called, how they look, their order and their end, from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from fedconnect.cli.base import plainly, prepare
from fedconnect.cli.boards import board
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.settings import read_settings
from fedconnect.models.board import Board
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import board_identity
from fedconnect.moderation.boards.board_identity import BoardIdentity
from fedconnect.site import pictures
from fedconnect.site.tints import TINTS, tint_of

_COLOURS = [tint.name for tint in TINTS]
_NOTHING = "Say what to change: --name, --summary, --language, --tint, --picture or --position."


@board.command("list")
@plainly
def board_list() -> None:
    """List every board in the order of lists.

    Example: fedconnect board list
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        for one in boards.list_every_board(session):
            marks = [
                "stays here" if one.is_local_only else "",
                "discreet" if one.is_discreet else "",
                "archived" if one.is_archived else "",
            ]
            said = ", ".join([one.language, tint_of(one).name, *filter(None, marks)])
            click.echo(f"{one.slug}: {one.name} ({said})")


@board.command("edit")
@click.argument("slug")
@click.option("--name", help="The board's name, as people read it.")
@click.option("--summary", help="What the board is for, in a sentence or two.")
@click.option("--language", help="The language that most people write here.")
@click.option("--tint", type=click.Choice([*_COLOURS, "own"]), help="Its hue; own: by its slug.")
@click.option("--picture", help="The path of a picture; empty takes it away.")
@click.option("--position", type=click.IntRange(1, 500), help="Its place in lists, from 1.")
@plainly
def board_edit(
    slug: str,
    name: str | None,
    summary: str | None,
    language: str | None,
    tint: str | None,
    picture: str | None,
    position: int | None,
) -> None:
    """Rename or describe a board, or change how it looks and where it is listed. Its followers' servers are told.

    Example: fedconnect board edit respite --name "Respite and short breaks" --tint plum
    """
    if all(one is None for one in (name, summary, language, tint, picture, position)):
        raise Malformed(safe=_NOTHING)
    prepare(read_settings())
    made = pictures.remade(_read(Path(picture))) if picture else None
    with database.transaction() as session:
        found = boards.get_any_board(session, slug)
        before = board_identity.identity_of(found)
        wanted = BoardIdentity(
            before.name if name is None else name,
            before.summary if summary is None else summary,
            before.language if language is None else language,
            before.tint if tint is None else None if tint == "own" else _COLOURS.index(tint),
        )
        board_identity.change_identity(session, _context(found), wanted)
        if picture is not None:
            board_identity.change_picture(session, _context(found), made)
        if position is not None:
            at = boards.list_every_board(session).index(found)
            board_identity.move_in_order(session, found, position - 1 - at)
    click.echo(f"{slug} is changed.")


@board.command("archive")
@click.argument("slug")
@plainly
def board_archive(slug: str) -> None:
    """Let a board be read alone: it takes no posts and leaves all lists.

    Example: fedconnect board archive respite
    """
    _archive(slug, is_archived=True)
    click.echo(f"{slug} is archived. `fedconnect board reopen {slug}` opens it again.")


@board.command("reopen")
@click.argument("slug")
@plainly
def board_reopen(slug: str) -> None:
    """Let an archived board take posts again.

    Example: fedconnect board reopen respite
    """
    _archive(slug, is_archived=False)
    click.echo(f"{slug} takes posts again.")


def _archive(slug: str, *, is_archived: bool) -> None:
    prepare(read_settings())
    with database.transaction() as session:
        found = boards.get_any_board(session, slug)
        if not board_identity.archive(session, _context(found), is_archived=is_archived):
            raise Malformed(safe=f"{slug} is {'archived already' if is_archived else 'not archived'}.")


def _context(found: Board) -> ModerationContext:
    return ModerationContext(found, None, "Set by those who run the forum.", board_identity.BY_ADMIN)


def _read(path: Path) -> bytes:
    if path.stat().st_size > pictures.MOST_UPLOADED:
        raise Malformed(safe="That file is too large: 5 MB at most.")
    return path.read_bytes()
