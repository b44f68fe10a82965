"""A post with #funding and a deadline becomes an opportunity, is changed by an edit and goes with its post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings
from fedconnect.hooks import manager
from fedconnect.hooks.views import PostView
from support.forum import Forum
from support.remote import RemotePerson, ago


@pytest.fixture
def funded(forum: Forum, settings: Settings) -> Iterator[Forum]:
    """The forum with the plugin switched on: its table by its own migration, its pages by its own blueprint."""
    from dataclasses import replace

    from fedconnect.app import create_app
    from fedconnect.migrating import migrate

    with_plugin = replace(settings, plugins=("funding",))
    forum.client = create_app(with_plugin).test_client()
    migrate(with_plugin, database.installed())
    yield forum
    manager.load_plugins(settings)


def tagged(person: RemotePerson, board: str, text: str) -> dict[str, object]:
    note = person.note(text, board)
    note["tag"].append({"type": "Hashtag", "name": "#Funding", "href": "https://s.example/tags/funding"})
    return note


def test_a_post_with_a_deadline_is_listed_says_so_and_goes_with_its_post(
    funded: Forum, ana: RemotePerson
) -> None:
    closes = clock.now().date() + timedelta(days=9)
    note = tagged(ana, funded.board(), f"Small grants for carers<br>Deadline: {closes.isoformat()}")
    funded.tell(ana, ana.create(note))
    page = funded.get("/funding/").get_data(as_text=True)
    assert "Small grants for carers" in page
    assert "closes in 9 days" in page
    assert "closes in 9 days" in funded.get(funded.thread_path("Small grants for carers")).get_data(
        as_text=True
    )
    assert "<span>Funding</span></a>" in funded.get("/").get_data(as_text=True)
    funded.tell(ana, ana.delete(note["id"]))
    assert "Small grants" not in funded.get("/funding/").get_data(as_text=True)


def test_an_edit_changes_the_deadline(funded: Forum, ana: RemotePerson) -> None:
    today = clock.now().date()
    note = tagged(ana, funded.board(), f"Grants<br>Deadline: {(today + timedelta(days=9)).isoformat()}")
    funded.tell(ana, ana.create(note))
    later = {
        **note,
        "content": note["content"].replace(
            (today + timedelta(days=9)).isoformat(), (today + timedelta(days=1)).isoformat()
        ),
        "updated": ago(minutes=30),
    }
    funded.tell(ana, ana.activity("Update", later))
    assert "closes tomorrow" in funded.get("/funding/").get_data(as_text=True)


def test_a_post_without_the_tag_or_a_deadline_is_no_opportunity(funded: Forum, ana: RemotePerson) -> None:
    funded.tell(ana, ana.create(ana.note("Deadline: 2099-01-01", funded.board())))
    funded.tell(ana, ana.create(tagged(ana, funded.board(), "Where do people find grants?")))
    assert "Nothing is open" in funded.get("/funding/").get_data(as_text=True)


def test_nodeinfo_tells_of_the_plugin(funded: Forum) -> None:
    assert funded.get("/nodeinfo/2.1").json["metadata"]["funding"] == {"hashtags": ["funding"]}  # type: ignore[index]


def test_a_bad_setting_stops_the_start_with_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setenv("FUNDING_HASHTAGS", "two words")
    with pytest.raises(InvalidSettings, match="FUNDING_HASHTAGS holds 'two words'"):
        manager.load_plugins(replace(settings, plugins=("funding",)))
    manager.load_plugins(settings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Deadline: 2026-12-24", date(2026, 12, 24)), ("closes 24 December 2026", date(2026, 12, 24)),
     ("Apply by 3. Dec 2026", date(2026, 12, 3)), ("Deadline: 2026-13-40", None), ("no date at all", None)],
)  # fmt: skip
def test_deadlines_are_read_as_people_write_them(text: str, expected: date | None) -> None:
    import importlib

    from fedconnect.foundation.package_files import find_bundled
    from fedconnect.hooks.manager import import_plugin

    import_plugin("funding", find_bundled("plugins") / "funding")
    opportunities = importlib.import_module("fedconnect_plugins_funding.opportunities")
    view = PostView(1, "", "b", "t", "", text, ("funding",), "", "", clock.now(), "/", True)
    assert opportunities.deadline_of(view) == expected
