"""Finds the plugins that are switched on, and calls them so that a fault stays theirs."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import structlog

from fedconnect.drafts import PostDraft
from fedconnect.foundation import database
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.package_files import find_bundled
from fedconnect.foundation.settings import Settings
from fedconnect.hooks.specs import FedConnectSpec
from fedconnect.hooks.views import BotView, Link, PersonView, Verdict

log = structlog.get_logger()
_manager = pluggy.PluginManager("fedconnect")
_manager.add_hookspecs(FedConnectSpec)


def _all_are(kind: type) -> Callable[[Any], bool]:
    return lambda answer: isinstance(answer, list | tuple) and all(isinstance(one, kind) for one in answer)


def _is_json(answer: Any) -> bool:
    return isinstance(answer, Mapping) and bool(json.dumps(answer))


_CAN_BE_USED: dict[str, Callable[[Any], bool]] = {
    "register_pages": _all_are(object),
    "register_links": _all_are(Link),
    "register_bots": _all_are(BotView),
    "render_post_footer": lambda answer: isinstance(answer, str),
    "embed_words": lambda answer: hasattr(answer, "__len__") and not isinstance(answer, str | bytes),
    "nodeinfo_metadata": _is_json,
}


def load_plugins(settings: Settings) -> None:
    """Load the plugins that the setting names, in place of those loaded before.

    Raises:
        InvalidSettings: no plugin of that name, or one that cannot start.
    """
    for name, _ in list(_manager.list_name_plugin()):
        _manager.unregister(name=name)
    problems: list[str] = []
    for name in settings.plugins:
        try:
            _manager.register(_find(name), name=name)
        except LookupError:
            problems.append(f"FEDCONNECT_PLUGINS names {name!r}; there is no such plugin")
    if problems:
        raise InvalidSettings(problems)
    for name, implementation in _implementations("startup"):
        try:
            implementation(settings=settings)
        except Exception as error:
            raise InvalidSettings([f"plugin {name} cannot start: {error}"]) from error


def plugin_folders(settings: Settings) -> list[Path]:
    """Return the folders of the plugins that are switched on and lie in ours."""
    return [
        find_bundled("plugins") / name
        for name in settings.plugins
        if (find_bundled("plugins") / name).is_dir()
    ]


def names_that_hear(hook: str) -> list[str]:
    """Return the plugins that implement a hook, in name order."""
    return [name for name, _ in _implementations(hook)]


def hears(plugin: str, hook: str) -> bool:
    """Whether a plugin that is switched on implements a hook, which may have gone with an older release."""
    return hasattr(_manager.hook, hook) and plugin in names_that_hear(hook)


def call(plugin: str, hook: str, **arguments: Any) -> Any:
    """Call one plugin's hook; what it raises is the caller's to record."""
    _refuse_inside_transaction()
    for name, implementation in _implementations(hook):
        if name == plugin:
            try:
                return implementation(**arguments)
            except SystemExit as error:  # it may end itself, and not the worker
                raise RuntimeError(f"plugin {name} wanted to end its process") from error
    return None


def collect(hook: str, **arguments: Any) -> list[tuple[str, Any]]:
    """Call a hook in every plugin, in name order; one that raises, or answers what cannot be used, is logged and counts
    as silence."""
    answers: list[tuple[str, Any]] = []
    for name, implementation in _implementations(hook):
        try:
            answer = implementation(**arguments)
            if answer is not None and not _CAN_BE_USED[hook](answer):
                raise TypeError(f"an answer of type {type(answer).__name__}")
        except (Exception, SystemExit):
            log.exception("plugin_failed", plugin=name, hook=hook)
            continue
        if answer is not None:
            answers.append((name, answer))
    return answers


def screen_post(draft: PostDraft, author: PersonView) -> Verdict:
    """Return the strictest verdict; a screening plugin that fails counts as HOLD, not as silence."""
    _refuse_inside_transaction()
    strictest = Verdict.PUBLISH
    for name, implementation in _implementations("screen_post"):
        try:
            verdict = implementation(draft=draft, author=author)
            if verdict is not None:
                verdict = Verdict(verdict)
        except (Exception, SystemExit):
            log.exception("plugin_failed", plugin=name, hook="screen_post")
            verdict = Verdict.HOLD
        strictest = max(strictest, verdict if verdict is not None else Verdict.PUBLISH)
    return strictest


def _implementations(hook: str) -> Iterator[tuple[str, Any]]:
    caller = getattr(_manager.hook, hook)
    for implementation in sorted(caller.get_hookimpls(), key=lambda one: str(one.plugin_name)):
        wanted = implementation.argnames

        def function(_call: Any = implementation.function, _wanted: Any = wanted, **given: Any) -> Any:
            return _call(**{name: given[name] for name in _wanted})

        yield implementation.plugin_name, function


def _find(name: str) -> ModuleType | Any:
    for entry in entry_points(group="fedconnect.plugins", name=name):
        return entry.load()
    folder = find_bundled("plugins") / name
    if not (folder / "__init__.py").is_file():
        raise LookupError(name)
    return import_plugin(name, folder)


def import_plugin(name: str, folder: Path) -> ModuleType:
    """Import a plugin's folder as the package `fedconnect_plugins_<name>`."""
    package = f"fedconnect_plugins_{name}"
    if package in sys.modules:
        return sys.modules[package]
    spec = importlib.util.spec_from_file_location(
        package, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise LookupError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = module
    spec.loader.exec_module(module)
    return module


def _refuse_inside_transaction() -> None:
    if database.is_open():
        raise RuntimeError("a plugin was asked inside a transaction")
