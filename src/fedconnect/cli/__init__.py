"""The `fedconnect` command. Bad input: one clear line, exit status 2, nothing half made."""

from fedconnect.cli import (
    blocklists,
    board_care,
    boards,
    data_rights,
    instances,
    jobs,
    keys,
    running,
    site,
    surfacing,
)
from fedconnect.cli.base import main

__all__ = [
    "blocklists",
    "board_care",
    "boards",
    "data_rights",
    "instances",
    "jobs",
    "keys",
    "main",
    "running",
    "site",
    "surfacing",
]
