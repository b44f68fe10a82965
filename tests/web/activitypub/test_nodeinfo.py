"""What software this is: two versions, no number of people, and what plugins say cannot say otherwise than they may."""

from __future__ import annotations

import pytest

from fedconnect.hooks import manager
from fedconnect.web.activitypub import nodeinfo
from support.forum import BASE
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.sign_out()
    desk.watch(manager, "collect", [])
    return desk.open(nodeinfo.blueprint)


@pytest.mark.parametrize("version", ["1.0", "2.2", "2", "2.00", "x"])
def test_there_is_no_other_version(opened: Desk, version: str) -> None:
    assert opened.get(f"/nodeinfo/{version}").status_code == 404


def test_each_version_is_found_and_says_that_it_is_this_one(opened: Desk) -> None:
    links = opened.get("/.well-known/nodeinfo").json
    assert links is not None
    assert [one["href"] for one in links["links"]] == [f"{BASE}/nodeinfo/2.0", f"{BASE}/nodeinfo/2.1"]
    for link in links["links"]:
        answer = opened.get(link["href"].removeprefix(BASE))
        assert answer.json is not None
        assert link["rel"].endswith(f"/{answer.json['version']}")
        assert f'profile="{link["rel"]}#"' in answer.content_type
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_how_many_people_there_are_is_not_told_and_nobody_registers(opened: Desk, version: str) -> None:
    document = opened.get(f"/nodeinfo/{version}").json
    assert document is not None
    assert set(document["usage"]["users"].values()) == {0}
    assert (document["usage"]["localPosts"], document["openRegistrations"]) == (0, False)
    assert set(document["software"]) == {"name", "version"}


def test_a_plugin_adds_to_what_is_said_beside_and_to_nothing_else(opened: Desk) -> None:
    asked = opened.watch(manager, "collect", [("languages", ["de"]), ("usage", {"users": {"total": 9}})])
    document = opened.get("/nodeinfo/2.0").json
    assert document is not None
    assert document["metadata"]["languages"] == ["de"]
    assert document["metadata"]["nodeName"] == "forum.example"
    assert document["usage"]["users"]["total"] == 0
    assert [one["hook"] for one in asked] == ["nodeinfo_metadata"]
