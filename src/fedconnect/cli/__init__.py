"""The `fedconnect` command. Bad input: one clear line, exit status 2, nothing half made."""

from fedconnect.cli import blocklists, boards, instances, jobs, keys, rights, running, surfacing
from fedconnect.cli.base import main

__all__ = ["blocklists", "boards", "instances", "jobs", "keys", "main", "rights", "running", "surfacing"]
