"""What the pages of a demo know of it: where its people live, and whom a visitor can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom a visitor of the demo can be: the page where they begin is `onward`."""

    name: str
    shown: str
    what: str
    onward: str


@dataclass(frozen=True, slots=True)
class DemoDoor:
    """The demo's home server, by its address, and the people there whom a visitor can be."""

    home: str
    people: tuple[DemoPerson, ...]

    @property
    def host(self) -> str:
        """The home server as it stands in handles."""
        return self.home.partition("://")[2]

    def find(self, name: str) -> DemoPerson | None:
        """Return one of the people, or None."""
        return next((one for one in self.people if one.name == name), None)


def open_door(app: Flask, door: DemoDoor) -> None:
    """Let an app be a demo."""
    app.extensions["demo"] = door
    app.jinja_env.globals["demo"] = door


def the_door() -> DemoDoor:
    """Return the door of the demo that is asked."""
    return cast("DemoDoor", current_app.extensions["demo"])
