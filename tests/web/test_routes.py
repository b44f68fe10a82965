"""Every file that answers addresses is listed, once and under its own name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask

from fedconnect.web import routes
from fedconnect.web.routes import BLUEPRINTS, register_blueprints

WEB = Path(routes.__file__).parent


def test_no_file_that_declares_addresses_is_forgotten() -> None:
    declared = {
        name: found
        for path in WEB.rglob("*.py")
        if isinstance(found := getattr(import_module(_module(path)), "blueprint", None), Blueprint)
        for name in [path.relative_to(WEB).with_suffix("").as_posix()]
    }
    assert {one.name for one in BLUEPRINTS} == set(declared)
    assert set(declared.values()) == set(BLUEPRINTS)


def test_none_is_listed_twice() -> None:
    assert len({id(one) for one in BLUEPRINTS}) == len(BLUEPRINTS)


def test_no_two_views_answer_the_same_request() -> None:
    app = Flask("bare", static_folder=None)
    register_blueprints(app)
    assert set(app.blueprints) == {one.name for one in BLUEPRINTS}
    asked = [
        (str(rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(asked) == len(set(asked))


def _module(path: Path) -> str:
    parts = path.relative_to(WEB).with_suffix("").parts
    return ".".join(("fedconnect", "web", *(one for one in parts if one != "__init__")))
