"""The actor that signs our fetches: read by anybody, unsigned, or nobody could check us."""

from __future__ import annotations

import pytest

from fedconnect.web.activitypub import instance_actor as view
from support.federation_rows import with_keys
from support.forum import BASE
from support.views_unit import ACTIVITY, Desk


@pytest.fixture(params=[True, False], ids=["authorized fetch", "open"])
def opened(desk: Desk, request: pytest.FixtureRequest) -> Desk:
    with_keys()
    desk.sign_out()
    desk.set(AUTHORIZED_FETCH=request.param)
    return desk.open(view.blueprint)


def test_whatever_the_settings_say_it_is_read_unsigned_with_its_key(opened: Desk) -> None:
    actor = opened.get("/actor", ACTIVITY)
    assert actor.json is not None
    assert (actor.status_code, actor.json["id"]) == (200, f"{BASE}/actor")
    assert actor.json["publicKey"]["owner"] == f"{BASE}/actor"
    assert "PRIVATE" not in actor.text


def test_it_says_nothing(opened: Desk) -> None:
    said = opened.get("/actor/outbox", ACTIVITY).json
    assert said is not None
    assert (said["id"], said["orderedItems"]) == (f"{BASE}/actor/outbox", [])


def test_shared_caches_keep_it_for_ten_minutes_where_documents_are_open(desk: Desk) -> None:
    with_keys()
    desk.open(view.blueprint)
    assert desk.get("/actor", ACTIVITY).headers["Cache-Control"] == "public, max-age=600"
