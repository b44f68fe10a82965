"""The command itself, and what every subcommand shares. Bad input: one clear line, exit status 2."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from fedconnect import __version__, wiring
from fedconnect.activitypub import own_keys, remote_actors, webfinger
from fedconnect.federation.outbound import announcements, bot_actors
from fedconnect.forum import boards, linked_groups
from fedconnect.foundation import database
from fedconnect.foundation.errors import FedConnectError, InvalidSettings
from fedconnect.foundation.logs import configure_log
from fedconnect.foundation.private_files import check_private, keep_private
from fedconnect.foundation.settings import Settings, read_settings
from fedconnect.models.person import Person

P = ParamSpec("P")
R = TypeVar("R")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
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
            if error.errno == errno.ENOSPC:
                lines = [f"no space left in {Path(error.filename or '.').absolute().parent}"]
            else:
                lines = [f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")]
        for line in lines:
            click.echo(f"fedconnect: {line}", err=True)
        sys.exit(2)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fedconnect")
@click.option("--demo", is_flag=True, hidden=True, help="Live in the time of a demo that runs here.")
@click.pass_context
def main(context: click.Context, demo: bool) -> None:
    """A forum of topic boards that people follow and post to from their own Mastodon account.

    Settings are environment variables; `fedconnect check` explains each.
    """
    keep_private()
    configure_log("warning")
    context.obj = demo
    if demo:
        from fedconnect.demo import process, quickened_clock  # noqa: PLC0415

        quickened_clock.follow(process.folder_of(read_settings()))


def prepare(settings: Settings) -> bool:
    """Install what a process needs, and bring the database to its newest form."""
    from fedconnect.migrating import migrate as bring_up_to_date  # noqa: PLC0415

    wiring.rehearse(settings)
    check_private(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    opened = wiring.install(settings)
    done = bring_up_to_date(settings, opened)
    with database.transaction() as session:
        own_keys.ensure_key(session, own_keys.INSTANCE, "/actor")
        if bot_actors.MODERATORS in bot_actors.ensure_keys(session):
            for board in boards.list_boards(session):  # of an installation from before there was one
                announcements.tell_changed(session, board)
            linked_groups.ask_again(session)
    return done


def look_up(handle: str) -> Person:
    """Return whom a handle names, asking their server.

    Raises:
        Malformed: no handle. FetchFailed: the server does not answer, or knows nobody of that name.
    """
    account = webfinger.look_up(webfinger.parse_handle(handle))
    return remote_actors.ensure_person(account.actor_uri)
