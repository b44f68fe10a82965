"""The `fedconnect` command. Bad input: one clear line, exit status 2, nothing half made."""

from fedconnect.cli import boards, instances, keys, rights, running, surfacing
from fedconnect.cli.base import main

__all__ = ["boards", "instances", "keys", "main", "rights", "running", "surfacing"]
