"""Running an installation: everything at once, or each kind of process alone."""

from __future__ import annotations

import os
from contextlib import suppress

import click
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from fedconnect import wiring
from fedconnect.cli.base import main, plainly, prepare
from fedconnect.forum import boards
from fedconnect.forum.welcome_post import write_welcome
from fedconnect.foundation import database, queue
from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.private_files import check_private
from fedconnect.foundation.settings import SETTINGS, read_settings
from fedconnect.site import known_address


@main.command()
@click.option("--demo", is_flag=True, help="Fill boards with real conversations, sent by a demo peer.")
@plainly
def up(demo: bool) -> None:
    """Run everything in the foreground: web, workers, timetable and an embedded Valkey.

    Example: fedconnect up --demo
    """
    from fedconnect import up as tree  # noqa: PLC0415  keeps the other commands quick
    from fedconnect.demo import peer  # noqa: PLC0415
    from fedconnect.serving import serve  # noqa: PLC0415

    if demo:
        for name, value in peer.settings(read_settings()).items():
            os.environ[name] = value
    settings = read_settings()
    wiring.rehearse(settings)
    check_private(settings)
    tree.check_unused(settings)
    tree.check_port(settings)
    with tree.sole_owner(settings):
        prepare(settings)
        _first_board(demo)
        extra = {"demo": ["demo-peer"]} if demo else None
        tree.run(settings, lambda: serve(settings, graceful_s=3), extra=extra)


@main.command(hidden=True)
@plainly
def demo_peer() -> None:
    """Send the demo's conversations to the forum's inbox (started by `up --demo`)."""
    from fedconnect.demo import peer  # noqa: PLC0415

    peer.run(read_settings())


@main.command()
@plainly
def migrate() -> None:
    """Bring the database to the newest form.

    Example: fedconnect migrate
    """
    settings = read_settings()
    done = prepare(settings)
    click.echo("The database was brought up to date." if done else "The database is up to date.")


@main.command()
@plainly
def check() -> None:
    """Explain every setting, say what is wrong, and try what the settings lead to.

    Example: fedconnect check
    """
    for setting in SETTINGS:
        value = os.environ.get(setting.variable)
        is_secret = value and "url" in setting.name and ("@" in value or "password" in value.lower())
        shown = "(set)" if is_secret else value
        click.echo(
            f"{setting.variable}\n    {setting.meaning}\n    now: {shown or setting.default or '(empty)'}"
        )
    settings = read_settings()
    click.echo(f"\nData folder: {settings.data_dir}")
    opened = Database(settings.database_url)
    if settings.is_sqlite and not (settings.data_dir / "fedconnect.db").exists():
        click.echo("Database: not made yet; `fedconnect up` or `fedconnect migrate` makes it.")
    else:
        with opened.reader.connect() as connection:
            click.echo("Database: reachable.")
            # one from before addresses were remembered has no such table
            with suppress(DatabaseError), Session(connection) as session:
                known_address.check(session, settings.base_url)
        if not opened.keeps_commits():
            click.echo(
                "Database: fsync is off in PostgreSQL: a power cut loses what was accepted. Turn it on."
            )
    opened.dispose()
    queue.connect(settings.queue_url)
    reachable = queue.is_reachable()
    click.echo(
        "Valkey: reachable." if reachable else "Valkey: does not answer (`fedconnect up` brings its own)."
    )


@main.command()
@click.option("--graceful-seconds", default=30, help="How long requests may finish when it ends.")
@plainly
def web(graceful_seconds: int) -> None:
    """Run the web processes alone, such as under systemd or in a container.

    Example: FEDCONNECT_BIND=0.0.0.0:8000 fedconnect web
    """
    from fedconnect.serving import serve  # noqa: PLC0415

    settings = read_settings()
    check_private(settings)
    serve(settings, graceful_s=graceful_seconds)


@main.command()
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(["general", "delivery"]),
    help="Work on this queue alone. Without it: on both.",
)
@plainly
def worker(queues: tuple[str, ...]) -> None:
    """Run one worker with its timetable. Keep one for deliveries alone, so that slow servers hold up nothing here.

    Example: fedconnect worker --queue delivery
    """
    from fedconnect.worker import QUEUES, work  # noqa: PLC0415

    settings = read_settings()
    check_private(settings)
    work(settings, queues or tuple(QUEUES))


def _first_board(demo: bool) -> None:
    """Begin an empty installation with one welcome thread; the demo brings boards of its own."""
    from fedconnect.demo import conversations  # noqa: PLC0415

    with database.transaction() as session:
        if boards.list_every_board(session):
            return
        if demo:
            for topic in conversations.TOPICS:
                made = boards.create_board(session, topic.slug, topic.name, topic.summary)
                made.threads_a_stranger = conversations.MOST_THREADS_A_PERSON
                write_welcome(session, made)
        else:
            lobby = boards.create_board(
                session,
                "lobby",
                "Lobby",
                "A first board to try things out. `fedconnect board create` adds more.",
            )
            write_welcome(session, lobby)
