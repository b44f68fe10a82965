"""Changing the installation's secrets, from the command line."""

from __future__ import annotations

import click

from fedconnect.cli.base import main, plainly
from fedconnect.foundation import secrets
from fedconnect.foundation.settings import read_settings


@main.group("secrets")
def keys() -> None:
    """Change the secrets that seal tokens and vouch for sessions."""


@keys.command("rotate")
@plainly
def rotate() -> None:
    """Make a new key and a new session secret; what is sealed is sealed anew within a day.

    Restart the processes afterwards. Example: fedconnect secrets rotate
    """
    fresh = secrets.rotate(read_settings().data_dir)
    click.echo(f"Made key {fresh.current}. Restart FedConnect; readers stay signed in.")


@keys.command("drop-former")
@plainly
def drop_former() -> None:
    """Let former session secrets count no more: who was not here since the rotation signs in again.

    Restart the processes afterwards. Example: fedconnect secrets drop-former
    """
    secrets.rotate(read_settings().data_dir, drop_former=True)
    click.echo("Former session secrets no longer count. Restart FedConnect.")
