"""Running an installation: everything at once, or each kind of process alone."""

from __future__ import annotations

import os

import click

from fedconnect import wiring
from fedconnect.cli.base import main, plainly, prepare
from fedconnect.forum import boards
from fedconnect.forum.welcome_post import write_welcome
from fedconnect.foundation import database, queue
from fedconnect.foundation.database_engine import Database
from fedconnect.foundation.private_files import check_private
from fedconnect.foundation.settings import SETTINGS, Settings, read_settings


@main.command()
@click.option("--demo", is_flag=True, help="Fill boards with real conversations, sent by a demo peer.")
@plainly
def up(demo: bool) -> None:
    """Run everything in the foreground: web, workers, timetable and an embedded Valkey.

    Example: fedconnect up --demo
    """
    from fedconnect import up as tree  # noqa: PLC0415  keeps the other commands quick
    from fedconnect.demo import process  # noqa: PLC0415
    from fedconnect.serving import serve  # noqa: PLC0415

    if demo:
        for name, value in process.settings(read_settings()).items():
            os.environ[name] = value
    settings = read_settings()
    wiring.rehearse(settings)
    check_private(settings)
    tree.check_unused(settings)
    tree.check_port(settings)
    with tree.sole_owner(settings):
        prepare(settings)
        if demo:
            _begin_demo(settings)
        _first_board(demo)
        extra = {"demo": ["demo-people"]} if demo else None
        door = process.door(settings) if demo else None
        tree.run(settings, lambda: serve(settings, graceful_s=3, demo=door), extra=extra, demo=demo)


@main.command(hidden=True)
@plainly
def demo_people() -> None:
    """Let the demo's people live at their home server, and come to the forum (started by `up --demo`)."""
    from fedconnect.demo import process  # noqa: PLC0415

    process.run(read_settings())


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
        with opened.reader.connect():
            click.echo("Database: reachable.")
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
@click.pass_obj
@plainly
def web(demo: bool, graceful_seconds: int) -> None:
    """Run the web processes alone, such as under systemd or in a container.

    Example: FEDCONNECT_BIND=0.0.0.0:8000 fedconnect web
    """
    from fedconnect.serving import serve  # noqa: PLC0415

    settings = read_settings()
    check_private(settings)
    door = None
    if demo:
        from fedconnect.demo import process  # noqa: PLC0415

        door = process.door(settings)
    serve(settings, graceful_s=graceful_seconds, demo=door)


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


def _begin_demo(settings: Settings) -> None:
    """Let this process, and what it starts, live in the demo's time; content that was there before keeps its own."""
    from fedconnect.demo import process, quickened_clock  # noqa: PLC0415

    with database.read_transaction() as session:
        is_new = not boards.list_every_board(session)
    quickened_clock.begin(process.folder_of(settings), is_new=is_new)
    quickened_clock.follow(process.folder_of(settings))


def _first_board(demo: bool) -> None:
    """Begin an empty installation with one welcome thread; the demo brings boards of its own."""
    from fedconnect.demo import conversations, world  # noqa: PLC0415

    with database.transaction() as session:
        if boards.list_every_board(session):
            return
        if demo:
            for topic in conversations.TOPICS:
                made = boards.create_board(session, topic.slug, topic.name, topic.summary)
                made.threads_a_stranger = conversations.MOST_THREADS_A_PERSON
                write_welcome(session, made)
            for place in world.read_boards():
                write_welcome(session, boards.create_board(session, place.slug, place.name, place.summary))
        else:
            lobby = boards.create_board(
                session,
                "lobby",
                "Lobby",
                "A first board to try things out. `fedconnect board create` adds more.",
            )
            write_welcome(session, lobby)
