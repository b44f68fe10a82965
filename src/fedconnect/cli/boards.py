"""Boards from the command line: make them, join them with others, say who looks after them."""

from __future__ import annotations

import click

from fedconnect.activitypub import vocabulary
from fedconnect.cli.base import look_up, main, plainly, prepare
from fedconnect.events import BoardMoved, emit
from fedconnect.forum import boards, linked_groups
from fedconnect.forum.welcome_post import begin_board
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.settings import read_settings
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import appointments, board_settings

_BY_ADMIN = "Who looks after a board is decided by whoever runs the forum."


@main.group()
def board() -> None:
    """Make and change boards."""


@board.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="The board's name, as people read it.")
@click.option("--summary", default="", help="What the board is for, in a sentence or two.")
@click.option("--language", default="en", help="The language that most people write here.")
@click.option(
    "--stays-here",
    "is_local_only",
    is_flag=True,
    help="It does not federate: sealed here, for who is signed in, for good.",
)
@plainly
def board_create(slug: str, name: str, summary: str, language: str, is_local_only: bool) -> None:
    """Create a board with its pinned welcome.

    Example: fedconnect board create respite --name "Respite and short breaks"
    """
    prepare(read_settings())
    with database.transaction() as session:
        begin_board(session, slug, name, summary, language, is_local_only=is_local_only)
    if is_local_only:
        click.echo(f"{own_address.base_url()}/here/{slug} is there. Nothing of it leaves this server.")
    else:
        click.echo(f"{boards.board_uri(slug)} is there. People follow it as @{slug}@{own_address.host()}.")
    click.echo(
        f"Say who looks after it: fedconnect moderator add {slug} @user@host. Without anybody for three days, new "
        "conversations wait."
    )


@main.group()
def moderator() -> None:
    """Say who looks after a board."""


@moderator.command("add")
@click.argument("slug")
@click.argument("handle")
@plainly
def moderator_add(slug: str, handle: str) -> None:
    """Let somebody look after a board.

    Example: fedconnect moderator add respite @ana@example.social
    """
    prepare(read_settings())
    with database.read_transaction() as session:
        boards.get_any_board(session, slug)
    person = look_up(handle)
    with database.transaction() as session:
        person = session.merge(person, load=False)
        appointments.appoint(
            session,
            ModerationContext(boards.get_any_board(session, slug), None, "Asked to.", _BY_ADMIN),
            person,
        )
    click.echo(f"{person.handle} looks after {slug} now.")


@moderator.command("remove")
@click.argument("slug")
@click.argument("handle")
@plainly
def moderator_remove(slug: str, handle: str) -> None:
    """Let somebody look after a board no longer.

    Example: fedconnect moderator remove respite @ana@example.social
    """
    prepare(read_settings())
    person = look_up(handle)
    with database.transaction() as session:
        person = session.merge(person, load=False)
        context = ModerationContext(
            boards.get_any_board(session, slug), None, "No longer looks after the board.", _BY_ADMIN
        )
        if not appointments.dismiss(session, context, person):
            raise Malformed(safe=f"{person.handle} does not look after {slug}.")
    click.echo(f"{person.handle} looks after {slug} no longer.")


@board.command("settings")
@click.argument("slug")
@click.option(
    "--unaddressed", type=click.Choice(["show", "hide"]), help="Answers that do not name the board."
)
@click.option("--first", type=click.Choice(["words", "names"]), help="Whether its lists go without names.")
@click.option(
    "--discreet",
    type=click.Choice(["yes", "no"]),
    help="A quick exit, and no search engines (for boards on abuse).",
)
@click.option(
    "--threads-a-stranger",
    type=click.IntRange(0, 10_000),
    help="Shown within an hour of one person not seen before.",
)
@click.option(
    "--threads-a-server", type=click.IntRange(0, 10_000), help="The same for all such people of one server."
)
@plainly
def change_board(
    slug: str,
    unaddressed: str | None,
    first: str | None,
    discreet: str | None,
    threads_a_stranger: int | None,
    threads_a_server: int | None,
) -> None:
    """Show or change how a board treats answers that do not name it, names in lists, discretion, and new people.

    Example: fedconnect board settings respite --unaddressed hide --first words
    """
    prepare(read_settings())
    with database.transaction() as session:
        found = boards.get_board(session, slug)
        if unaddressed is not None:
            found.takes_unaddressed = unaddressed == "show"
        if first is not None:
            found.hides_authors = first == "words"
        if discreet is not None:
            found.is_discreet = discreet == "yes"
        if threads_a_stranger is not None:
            found.threads_a_stranger = threads_a_stranger
        if threads_a_server is not None:
            found.threads_a_server = threads_a_server
        named: dict[str, object] = {
            "threads a stranger": threads_a_stranger,
            "threads a server": threads_a_server,
        }
        named |= {"unaddressed": unaddressed, "first": first, "discreet": discreet}
        if said := ", ".join(f"{name}: {value}" for name, value in named.items() if value is not None):
            board_settings.note_setting(
                session, ModerationContext(found, None, "Set by whoever runs the forum.", _BY_ADMIN), said
            )
        shown = "shown in their thread, marked" if found.takes_unaddressed else "not shown"
        lists = "go without names" if found.hides_authors else "show names"
        exits = (
            "offer a quick exit and stay out of search engines"
            if found.is_discreet
            else "offer no quick exit"
        )
    click.echo(f"Answers that do not name {slug} are {shown}.")
    click.echo(f"Its lists {lists}; its pages {exits}.")
    click.echo(
        f"Of one person not seen before it shows {found.threads_a_stranger} threads an hour, of one server's "
        f"{found.threads_a_server}; more wait."
    )


@board.group("sister")
def linked_group() -> None:
    """Let a board follow groups of other servers on the same topic."""


@linked_group.command("add")
@click.argument("slug")
@click.argument("handle")
@plainly
def sister_add(slug: str, handle: str) -> None:
    """Ask a group of another server to let a board follow it.

    Example: fedconnect board sister add respite @carers@lemmy.example
    """
    prepare(read_settings())
    group = look_up(handle)
    with database.transaction() as session:
        linked_groups.follow_group(session, boards.get_board(session, slug), session.merge(group, load=False))
    click.echo(f"{group.handle} was asked. What is written there appears on {slug} once it agrees.")


@linked_group.command("remove")
@click.argument("slug")
@click.argument("handle")
@plainly
def sister_remove(slug: str, handle: str) -> None:
    """Let a board follow a group no longer.

    Example: fedconnect board sister remove respite @carers@lemmy.example
    """
    prepare(read_settings())
    group = look_up(handle)
    with database.transaction() as session:
        if not linked_groups.leave_group(
            session, boards.get_board(session, slug), session.merge(group, load=False)
        ):
            raise Malformed(safe=f"{slug} does not follow {group.handle}.")
    click.echo(f"{slug} no longer follows {group.handle}.")


@board.command("alias")
@click.argument("slug")
@click.argument("uri")
@plainly
def board_alias(slug: str, uri: str) -> None:
    """Let a group of another server move to this board: it is named as the same.

    Example: fedconnect board alias respite https://old.example/c/respite
    """
    prepare(read_settings())
    if vocabulary.uri(uri) is None:
        raise Malformed(safe=f"{uri[:80]!r} is no address of a group.")
    with database.transaction() as session:
        found = boards.get_board(session, slug)
        known = [line for line in found.also_known_as.split("\n") if line]
        if uri not in known:
            found.also_known_as = "\n".join([*known, uri][-20:])
    click.echo(f"{slug} is known as {uri} too. The move itself is made over there.")


@board.command("move")
@click.argument("slug")
@click.argument("handle")
@plainly
def board_move(slug: str, handle: str) -> None:
    """Send a board's followers to a group elsewhere, which must name this board as the same.

    Example: fedconnect board move respite @respite@new.example
    """
    prepare(read_settings())
    target = look_up(handle)
    with database.transaction() as session:
        found = boards.get_board(session, slug)
        boards.move_away(session, found, target)
        emit(session, BoardMoved(found.id))
    click.echo(f"{slug} has moved to {target.handle}; its followers are told. It takes no new threads.")
