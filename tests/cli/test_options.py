"""Every command takes what its options give it."""

from __future__ import annotations

import inspect

import click
import pytest

from fedconnect.cli import main


def commands_of(group: click.Group, path: str = "") -> dict[str, click.Command]:
    context = click.Context(group)
    found: dict[str, click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        whole = f"{path} {name}".strip()
        found |= commands_of(command, whole) if isinstance(command, click.Group) else {whole: command}
    return found


COMMANDS = commands_of(main)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_takes_what_its_options_give_it(name: str) -> None:
    command = COMMANDS[name]
    assert command.callback is not None
    taken = set(inspect.signature(inspect.unwrap(command.callback)).parameters)
    given = {parameter.name for parameter in command.params}
    assert given - {"help", "version"} <= taken
    assert taken - given <= {"context", "ctx"}
