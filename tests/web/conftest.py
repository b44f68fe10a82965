"""Fixtures of the unit tests of views."""

from support.views_unit import desk, time_stands_still

__all__ = ["desk", "time_stands_still"]
