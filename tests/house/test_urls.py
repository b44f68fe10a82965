"""Every address has its file, and docs/urls.md says which."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from flask import Blueprint

from fedconnect import web
from fedconnect.web.routes import BLUEPRINTS, DEMO_BLUEPRINTS
from support import urls


def declared() -> dict[str, Blueprint]:
    """Every blueprint that stands in a file of `web/`, by that file's path from there, without its ending."""
    found = {}
    for module in pkgutil.walk_packages(web.__path__, web.__name__ + "."):
        path = module.name.removeprefix(web.__name__ + ".").replace(".", "/")
        for one in vars(import_module(module.name)).values():
            if isinstance(one, Blueprint) and one.import_name == module.name:
                found[path] = one
    return found


def test_every_blueprint_is_registered() -> None:
    found = declared()
    assert len(found) > 20
    missing = [path for path, one in found.items() if one not in (*BLUEPRINTS, *DEMO_BLUEPRINTS)]
    assert missing == [], "list it in its room's __init__.py; a new room in src/fedconnect/web/routes.py"


def test_every_blueprint_is_named_after_its_file() -> None:
    """So that a name in a log, or in a list of exceptions, says where to look."""
    assert {path: one.name for path, one in declared().items() if one.name != path} == {}


def test_no_blueprint_is_registered_twice() -> None:
    every = (*BLUEPRINTS, *DEMO_BLUEPRINTS)
    assert len(set(map(id, every))) == len(every)


def test_the_map_of_addresses_says_what_the_code_answers() -> None:
    assert urls.PAGE.read_text() == urls.page(), "`make urls` writes it anew"
