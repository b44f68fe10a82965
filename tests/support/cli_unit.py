"""Commands of the command line for tests of a single module: called in this process, on the test's own database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from fedconnect import cli
from fedconnect.activitypub import remote_actors, webfinger
from fedconnect.activitypub.webfinger import Account, Handle
from fedconnect.cli import base
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.models.person import Person
from support.unit import AnyRow, a_person

_THAT_PREPARE = (
    cli.blocklists, cli.board_care, cli.boards, cli.data_rights, cli.instances, cli.jobs, cli.running, cli.site, cli.surfacing
)  # fmt: skip


@dataclass
class Shell:
    """Somebody at the command line: the database is prepared already, and other servers answer as in `known`."""

    prepared: list[Any] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, typed: str = "") -> Result:
        """Call a command; what nobody foresaw is raised, and is no line for people."""
        result = CliRunner().invoke(base.main, list(words), input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def does(self, *words: str, typed: str = "") -> str:
        """Call a command that must succeed; return what it says."""
        result = self.run(*words, typed=typed)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def fails(self, *words: str, typed: str = "") -> str:
        """Call a command that must fail as bad input does, in one line; return that line."""
        result = self.run(*words, typed=typed)
        (line,) = result.stderr.splitlines()
        assert (result.exit_code, result.stdout) == (2, ""), result.stdout
        assert line.startswith("fedconnect: ")
        return line.removeprefix("fedconnect: ")

    def knows(self, name: str = "ana", host: str = "home.example", **values: Any) -> Person:
        """Let a server know somebody; a Group with `kind`."""
        with database.transaction() as session:
            person = a_person(session, name, host, **values)
        self.known[person.handle] = person.uri
        return person

    def ask(self, handle: Handle) -> Account:
        assert not database.is_open(), "nothing waits for another server while a transaction is open"
        if str(handle) not in self.known:
            raise FetchFailed("HTTP 404", response_status=404)
        return Account(handle, self.known[str(handle)], {}, "https")


def a_shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell for the rest of a test."""
    made = Shell()
    for module in _THAT_PREPARE:
        monkeypatch.setattr(module, "prepare", made.prepared.append)
    monkeypatch.setattr(base, "configure_log", lambda level: None)
    monkeypatch.setattr(webfinger, "look_up", made.ask)
    monkeypatch.setattr(remote_actors, "ensure_person", lambda uri: the(Person, Person.uri == uri))
    return made


def all_of(row: type[AnyRow], *conditions: Any) -> list[AnyRow]:
    """Committed rows, oldest first."""
    with database.read_transaction() as session:
        return list(session.execute(select(row).where(*conditions).order_by(row.id)).scalars())


def the(row: type[AnyRow], *conditions: Any) -> AnyRow:
    """The one committed row."""
    (found,) = all_of(row, *conditions)
    return found


def keep(make: Any, *args: Any, **values: Any) -> Any:
    """Call a builder of support/unit.py in a transaction of its own, and keep what it made."""
    with database.transaction() as session:
        return make(session, *args, **values)
