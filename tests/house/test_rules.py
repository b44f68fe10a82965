"""Rules of the house that a reviewer would otherwise have to remember."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections import Counter
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.foundation.queue import FUNCTIONS
from fedconnect.foundation.settings import SETTINGS
from fedconnect.hooks import manager
from fedconnect.hooks.specs import FedConnectSpec
from fedconnect.wiring import EVENT_HANDLERS
from support.forum import Forum

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "fedconnect").rglob("*.py"))
HOOKS = [name for name in vars(FedConnectSpec) if not name.startswith("_")]


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    assert [setting.variable for setting in SETTINGS if f"`{setting.variable}`" not in text] == []


def test_every_hook_is_documented_with_its_arguments() -> None:
    import inspect

    text = (ROOT / "docs" / "plugins.md").read_text()
    for name in HOOKS:
        arguments = [
            one for one in inspect.signature(getattr(FedConnectSpec, name)).parameters if one != "self"
        ]
        assert f"`{name}({', '.join(arguments)})`" in text, name


def test_every_hook_but_screening_is_used_by_a_plugin_that_ships() -> None:
    plugins = "".join(path.read_text() for path in (ROOT / "plugins").rglob("*.py"))
    assert [name for name in HOOKS if f"def {name}(" not in plugins] == ["screen_post"]


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_every_type_of_activity_has_its_line_its_sample_and_its_verdicts(kind: str) -> None:
    """And its file: `registry` lists what each declares."""
    samples = [json.loads(path.read_text()) for path in (ROOT / "tests" / "samples" / "ours").glob("*.json")]
    tests = {
        "a line in FEDERATION.md": f"`{kind}`" in (ROOT / "FEDERATION.md").read_text(),
        "a document in tests/samples/ours": kind in {one["type"] for one in samples if "type" in one},
        "a table in tests/federation/authority.txt": re.search(
            rf"^{kind}(\(\w+\))? +hers",
            (ROOT / "tests" / "federation" / "authority.txt").read_text(),
            re.MULTILINE,
        ),
    }
    assert [what for what, found in tests.items() if not found] == []


def test_whatever_can_be_undone_has_its_verdicts_for_that_too() -> None:
    verdicts = (ROOT / "tests" / "federation" / "authority.txt").read_text()
    undone = [kind for kind, one in ACTIVITIES.items() if one.undo is not None]
    assert [kind for kind in undone if not re.search(rf"^Undo\({kind}\) ", verdicts, re.M)] == []


def test_every_type_of_activity_that_is_declared_is_listed() -> None:
    files = (ROOT / "src" / "fedconnect" / "federation" / "activities").glob("*.py")
    declared = {
        kind for path in files for kind in re.findall(r"ActivityType\(\s*\"(\w+)\"", path.read_text())
    }
    assert declared == set(ACTIVITIES)


def test_no_activity_is_asked_for_its_type_outside_of_its_file() -> None:
    found = set()
    for path in (ROOT / "src" / "fedconnect" / "federation").rglob("*.py"):
        for kind in ACTIVITIES:
            asked = rf"(kind_of|kind|type|activity)\b[^#\n]*?(==|!=|\bin\b|\.in_\()[^#\n]*\"{kind}\""
            if re.search(asked, path.read_text()):
                found.add((path.name, kind))
    assert found == {
        ("responses.py", "Accept"), ("announcements.py", "Create"), ("unhandled_activities.py", "Create"), ("unhandled_activities.py", "Update"),
        ("followers_synchronization.py", "Announce"),  # rows are found by what they hold
        ("follow_response.py", "Follow"), ("follow_response.py", "Announce"),  # what is accepted or rejected
        ("refused_boosts.py", "Announce"),
        ("moderation_activities.py", "Block"),  # what we say ourselves
        ("posts_from_origin.py", "Create"),  # an object in a collection may stand in its Create
    }  # fmt: skip


@pytest.mark.parametrize("path", FUNCTIONS)
def test_every_job_resolves_to_a_function_without_arguments(path: str) -> None:
    module, _, name = path.rpartition(".")
    function = getattr(import_module(module), name)
    assert function.__code__.co_argcount == 0


def test_every_event_has_its_handlers_in_the_one_table() -> None:
    from fedconnect.events import Event

    assert {one.__name__ for one in EVENT_HANDLERS} == {one.__name__ for one in Event.__subclasses__()}


def test_contributing_names_only_what_there_is() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = re.findall(r"`((?:src|tests|templates|migrations|docs|plugins)/[\w./-]*)`", text)
    named += re.findall(r"\]\(([\w./-]+)\)", text)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"\bmake ([a-z]+)\b", text))
    assert {one for one in targets if f"\n{one}:" not in makefile} == set()


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_called_as_its_specification_says(hook: str) -> None:
    """Told hooks have their event's line in wiring.py; what an answer may be stands in the manager."""
    hints = get_type_hints(getattr(FedConnectSpec, hook))
    if "event" in hints:
        handlers = ast.unparse(ast.parse((ROOT / "src" / "fedconnect" / "wiring.py").read_text()))
        line = re.search(rf"\b{hints['event'].__name__}: \(.*?notify_plugins\('{hook}'\)", handlers)
        assert line is not None, "a line in wiring.py"
        assert "post" not in hints or "post_id" in {one.name for one in fields(hints["event"])}
    elif hints["return"] is not type(None) and hook != "screen_post":
        assert hook in manager._CAN_BE_USED, "what its answer may be, or every answer counts as silence"


def test_a_column_that_is_added_has_a_value_for_the_rows_that_are_there() -> None:
    """On a table with rows a column without one cannot be added, and no test's old database has rows everywhere."""
    folder = ROOT / "migrations" / "versions"
    added = [
        (path.name, ast.unparse(node))
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("add_column")
    ]
    assert len(added) > 10
    assert [one for one in added if "nullable=False" in one[1] and "server_default=" not in one[1]] == []


def test_no_row_that_was_read_before_is_written_back() -> None:
    """`session.merge` writes every column as it was read: whatever came in between is undone. A row that is only to be
    named in a transaction is put there with `load=False`, or asked for anew."""
    calls = [
        (path.name, ast.unparse(node))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("session.merge")
    ]
    assert [one for one in calls if "load=False" not in one[1]] == []


def test_no_query_says_by_itself_what_may_be_seen() -> None:
    """A condition that says "visible" somewhere else forgets what the others know: visibility, silence, a board's wish."""
    said = re.compile(r"Post\.state\s*(==|\.is_)\s*\(?PostState\.VISIBLE|Post\.visibility\s*(==|\.in_)")
    src = ROOT / "src" / "fedconnect"
    found = {path.relative_to(src).as_posix() for path in src.rglob("*.py") if said.search(path.read_text())}
    assert found - {"forum/local_only.py"} == {
        "models/visibility.py"
    }  # boards that stay here have a room of their own


def test_no_code_of_the_domain_commits() -> None:
    allowed = {"database.py", "database_engine.py"}
    found = [path.name for path in SOURCES if ".commit()" in path.read_text() and path.name not in allowed]
    assert found == []


def test_nobody_is_ranked_in_the_code_either() -> None:
    ranking = re.compile(
        r"follower_?count|followers_count|\bkarma\b|reputation|\btrending\b|\bpopularity\b", re.IGNORECASE
    )
    found = [f"{path.name}: {match[0]}" for path in SOURCES for match in ranking.finditer(path.read_text())]
    assert found == []


def test_there_is_no_room_for_odds_and_ends() -> None:
    names = {part for path in SOURCES for part in (path.stem, *path.relative_to(ROOT).parts)}
    assert names.isdisjoint({"utils", "util", "helpers", "common", "misc"})


def test_no_two_classes_have_one_name() -> None:
    names = Counter(
        node.name
        for path in SOURCES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    )
    shared = {name for name, number in names.items() if number > 1}
    assert shared == set(), "one word, one meaning"


def test_no_room_holds_more_than_15_percent_of_the_code() -> None:
    lines = Counter[str]()
    for path in SOURCES:
        lines[path.relative_to(ROOT / "src" / "fedconnect").parts[0]] += len(path.read_text().splitlines())
    assert {room for room, number in lines.items() if number > 0.15 * lines.total()} == set()


def test_no_file_has_grown_into_a_house() -> None:
    assert [path.name for path in SOURCES if len(path.read_text().splitlines()) > 300] == []


def test_every_public_function_says_what_it_does() -> None:
    import ast

    missing = []
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                missing.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert missing == []


def test_every_route_answers_head_and_unknown_methods_without_an_error(forum: Forum) -> None:
    for rule in forum.client.application.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", str(rule))
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
            assert forum.client.open(path, method=method).status_code < 500, (method, path)


def test_no_machine_of_ours_is_named_in_what_is_committed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    leak = re.compile(r"/(root|home)/\w")
    found = [
        name
        for name in tracked
        if name.endswith((".py", ".md", ".toml", ".yaml", ".html", "Makefile", "run"))
        and name != "tests/house/test_rules.py"
        and leak.search((ROOT / name).read_text())
    ]
    assert found == []


def test_versions_that_had_holes_are_not_installed() -> None:
    from importlib.metadata import version

    least = {
        "urllib3": (2, 7),
        "requests": (2, 32, 4),
        "flask": (3, 1, 3),
        "werkzeug": (3, 1, 6),
        "gunicorn": (22,),
        "rq": (3,),
    }
    for name, lowest in least.items():
        assert tuple(int(part) for part in version(name).split(".")[:3]) >= lowest, name


CASES = [
    *(f"s{n:02}" for n in range(1, 31)),
    *(f"f{n:02}" for n in range(1, 14)),
    *(f"x{n:02}" for n in range(1, 11)),
]
READER_CASES = [
    *(f"o{n:02}" for n in range(1, 14)),
    *(f"c{n:02}" for n in range(1, 6)),
    *(f"p{n:02}" for n in range(1, 12)),
    *(f"m{n:02}" for n in range(1, 4)),
    "d08",
]


def test_every_case_of_signing_in_and_of_privacy_is_named_by_a_test() -> None:
    names: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(r"def (test_\w+)", path.read_text()):
            names |= set(re.findall(r"(?<=_)[ocpmd]\d\d(?=_)", name))
    assert [case for case in READER_CASES if case not in names] == []


def test_every_case_of_signatures_fetching_and_content_is_named_by_a_test() -> None:
    names: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(r"def (test_\w+)", path.read_text()):
            names |= set(re.findall(r"(?<=_)[sfx]\d\d(?=_)", name))
            if spans := re.findall(r"([sfx])(\d\d)_to_[sfx](\d\d)", name):
                names |= {
                    f"{letter}{n:02}" for letter, low, high in spans for n in range(int(low), int(high) + 1)
                }
    assert [case for case in CASES if case not in names] == []


def test_every_guard_of_the_list_stands_where_the_list_says() -> None:
    import tomllib

    guards = tomllib.loads((ROOT / "tests" / "guards" / "guards.toml").read_text())["guard"]
    assert len(guards) >= 60
    gone = [guard for guard in guards if (ROOT / guard["file"]).read_text().count(guard["guard"]) != 1]
    assert gone == []
    assert {case.upper() for case in CASES} - {guard["case"] for guard in guards} <= {
        "S05", "S15", "F06", "F07", "F11", "X04",
    }, "these have tests that no single line makes red"  # fmt: skip
    assert {case.upper() for case in READER_CASES} - {guard["case"] for guard in guards} <= {
        "O04", "O08", "O10", "O11", "P01", "P11",
    }, "these hold because something does not exist here, or by two locks"  # fmt: skip
