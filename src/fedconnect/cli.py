"""The `fedconnect` command. Bad input: one clear line, exit status 2, nothing half made."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from fedconnect import __version__, wiring
from fedconnect.activitypub import own_keys, remote_actors, webfinger
from fedconnect.forum import boards
from fedconnect.forum.welcome import write_welcome
from fedconnect.foundation import database, queue
from fedconnect.foundation.database import Database
from fedconnect.foundation.errors import FedConnectError, InvalidSettings
from fedconnect.foundation.log import configure_log
from fedconnect.foundation.settings import SETTINGS, Settings, read_settings

P = ParamSpec("P")
R = TypeVar("R")


def _plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what we foresaw into one line a problem and exit status 2."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except InvalidSettings as error:
            lines = error.problems
        except FedConnectError as error:
            lines = [error.safe if not error.detail else f"{error.safe} ({error.detail})"]
        except SQLAlchemyError as error:
            lines = [f"the database cannot be used: {str(getattr(error, 'orig', error)).splitlines()[0]}"]
        except BrokenPipeError:
            sys.exit(0)  # whoever read us has seen enough
        except OSError as error:
            lines = [f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")]
        for line in lines:
            click.echo(f"fedconnect: {line}", err=True)
        sys.exit(2)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fedconnect")
def main() -> None:
    """A forum of topic boards that people follow and post to from their own Mastodon account.

    Settings are environment variables; `fedconnect check` explains each.
    """
    configure_log("warning")


@main.command()
@click.option("--demo", is_flag=True, help="Fill boards with real conversations, sent by a demo peer.")
@_plainly
def up(demo: bool) -> None:
    """Run everything in the foreground: web, workers, timetable and an embedded Valkey.

    Example: fedconnect up --demo
    """
    from fedconnect import up as tree  # noqa: PLC0415  keeps the other commands quick
    from fedconnect.demo import peer  # noqa: PLC0415

    if demo:
        for name, value in peer.settings(read_settings()).items():
            os.environ[name] = value
    settings = read_settings()
    wiring.rehearse(settings)
    tree.check_unused(settings)
    tree.check_port(settings)
    with tree.sole_owner(settings):
        prepare(settings)
        _first_board(demo)
        status = tree.run(settings, extra={"demo": ["demo-peer"]} if demo else None)
    sys.exit(status)


@main.command(hidden=True)
@_plainly
def demo_peer() -> None:
    """Send the demo's conversations to the forum's inbox (started by `up --demo`)."""
    from fedconnect.demo import peer  # noqa: PLC0415

    peer.run(read_settings())


@main.command()
@_plainly
def migrate() -> None:
    """Bring the database to the newest form.

    Example: fedconnect migrate
    """
    settings = read_settings()
    done = prepare(settings)
    click.echo("The database was brought up to date." if done else "The database is up to date.")


@main.command()
@_plainly
def check() -> None:
    """Explain every setting, say what is wrong, and try what the settings lead to.

    Example: fedconnect check
    """
    for setting in SETTINGS:
        value = os.environ.get(setting.variable)
        shown = "(set)" if value and "url" in setting.name and "@" in value else value
        click.echo(
            f"{setting.variable}\n    {setting.meaning}\n    now: {shown or setting.default or '(empty)'}"
        )
    settings = read_settings()
    click.echo(f"\nData folder: {settings.data_dir}")
    opened = Database(settings.database_url)
    if settings.is_sqlite and not (settings.data_dir / "fedconnect.db").exists():
        click.echo("Database: not made yet; `fedconnect up` or `fedconnect migrate` makes it.")
    else:
        with opened.reader.connect():
            click.echo("Database: reachable.")
    queue.connect(settings.queue_url)
    reachable = queue.is_reachable()
    click.echo(
        "Valkey: reachable." if reachable else "Valkey: does not answer (`fedconnect up` brings its own)."
    )


@main.command()
@click.option("--graceful-seconds", default=30, help="How long requests may finish when it ends.")
@_plainly
def web(graceful_seconds: int) -> None:
    """Run the web processes alone, such as under systemd or in a container.

    Example: FEDCONNECT_BIND=0.0.0.0:8000 fedconnect web
    """
    from fedconnect.serving import serve  # noqa: PLC0415

    serve(read_settings(), graceful_s=graceful_seconds)


@main.command()
@_plainly
def worker() -> None:
    """Run one worker with its timetable.

    Example: fedconnect worker
    """
    from fedconnect.worker import work  # noqa: PLC0415

    work(read_settings())


@main.group()
def board() -> None:
    """Make and change boards."""


@board.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="The board's name, as people read it.")
@click.option("--summary", default="", help="What the board is for, in a sentence or two.")
@click.option("--language", default="en", help="The language that most people write here.")
@_plainly
def board_create(slug: str, name: str, summary: str, language: str) -> None:
    """Create a board with its pinned welcome.

    Example: fedconnect board create respite --name "Respite and short breaks"
    """
    prepare(read_settings())
    with database.transaction() as session:
        write_welcome(session, boards.create_board(session, slug, name, summary, language))
    click.echo(f"{boards.board_uri(slug)} is there. People follow it as @{slug}@{own_keys.host()}.")


@main.group()
def moderator() -> None:
    """Say who looks after a board."""


@moderator.command("add")
@click.argument("slug")
@click.argument("handle")
@_plainly
def moderator_add(slug: str, handle: str) -> None:
    """Let somebody look after a board.

    Example: fedconnect moderator add respite @ana@example.social
    """
    prepare(read_settings())
    with database.reading() as session:
        boards.get_board(session, slug)
    uri = webfinger.fetch_actor_uri(webfinger.parse_handle(handle))
    person = remote_actors.ensure_person(uri)
    with database.transaction() as session:
        boards.add_moderator(session, boards.get_board(session, slug), person)
    click.echo(f"{person.handle} looks after {slug} now.")


def prepare(settings: Settings) -> bool:
    """Install what a process needs, and bring the database to its newest form."""
    from fedconnect.migrating import migrate as bring_up_to_date  # noqa: PLC0415

    wiring.rehearse(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    opened = wiring.install(settings)
    done = bring_up_to_date(settings, opened)
    with database.transaction() as session:
        own_keys.ensure_key(session, own_keys.INSTANCE, "/actor")
    return done


def _first_board(demo: bool) -> None:
    """Begin an empty installation with one welcome thread; the demo brings boards of its own."""
    from fedconnect.demo import conversations  # noqa: PLC0415

    with database.transaction() as session:
        if boards.list_boards(session):
            return
        if demo:
            for topic in conversations.TOPICS:
                made = boards.create_board(session, topic.slug, topic.name, topic.summary)
                write_welcome(session, made)
        else:
            lobby = boards.create_board(
                session,
                "lobby",
                "Lobby",
                "A first board to try things out. `fedconnect board create` adds more.",
            )
            write_welcome(session, lobby)


if __name__ == "__main__":
    main()
