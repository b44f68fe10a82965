"""Readers' own servers for the unit tests of this folder."""

from __future__ import annotations

from support.federation_rows import others as others
from support.home_server_rows import home as home
