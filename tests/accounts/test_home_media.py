"""Pictures go to the reader's own server with their permission, and without what a file hides."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from fedconnect.accounts import form_limits, home_media
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.home_limits import Limits
from fedconnect.accounts.mastodon_api import HomeRefused
from fedconnect.accounts.outgoing_status import MediaUpload, NotReady
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import database
from fedconnect.foundation.errors import Busy, FetchFailed, Malformed
from fedconnect.models.home_server import HomeServer
from support.account_rows import World, a_grant, a_home_reader, a_visit
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import signed_in, visit_of
from support.unit import Unit
from support.visitor import Visitor


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    return file.getvalue()


def test_nothing_chosen_and_nothing_permitted_reach_nobody(forum: Forum) -> None:
    dora = signed_in("dora")
    with pytest.raises(NotReady):
        home_media.upload_pictures(dora, [])
    with pytest.raises(PermissionNeeded):
        home_media.upload_pictures(dora, [picture()])
    with pytest.raises(PermissionNeeded):
        home_media.describe(dora, [MediaUpload("7", "A cat")])
    home_media.describe(dora, [MediaUpload("7", "")])  # nothing to say, nobody to ask


def test_what_is_no_picture_is_not_handed_over(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    with pytest.raises(Malformed):
        home_media.upload_pictures(visit_of(visitor), [b"no picture"])
    assert home.uploads == {}


def test_four_at_most_are_made_anew_and_described(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    found = home_media.upload_pictures(visit_of(visitor), [picture()] * 5)
    assert [one.id for one in found] == list(home.uploads) == ["500", "501", "502", "503"]
    assert b"PNG" not in home.uploads["500"]
    home_media.describe(visit_of(visitor), [MediaUpload("500", "A cat"), MediaUpload("501", "")])
    assert home.deeds == [("dora", "describe", "A cat")]


def test_a_home_that_does_not_say_its_limits_keeps_nobody_from_writing(forum: Forum) -> None:
    dora = signed_in("dora")
    with database.read_transaction() as session:
        home = session.get_one(HomeServer, dora.home_id)
    assert form_limits.limits_for_form(home) == Limits()


# The module by itself: the home server is a table of answers, and a picture is remade into two bytes.


@pytest.fixture
def writer(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Somebody who permitted us to write."""
    monkeypatch.setattr(home_media.images, "remake", lambda raw: b"WP")
    with database.transaction() as session:
        reader = a_home_reader(session)
        a_grant(session, reader, "read write")
        return a_visit(session, reader)


UPLOAD = "POST https://home.example/api/v2/media"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"id": ""},
        {"id": "../statuses/1"},
        {"id": "7/8"},
        {"id": True},
        {"id": ".."},
        {"id": "7?a=b"},
        {"id": "7%2f8"},
        {"id": "7\n8"},
        ["7"],
        {"id": "a" * 101},
    ],
)
def test_an_id_that_would_lead_elsewhere_is_none(writer: Visit, world: World, answer: object) -> None:
    world.says(UPLOAD, answer)
    with pytest.raises(HomeRefused):
        home_media.upload_pictures(writer, [b"raw"])


@pytest.mark.parametrize("number", [7, "0192d1c8-8a5e-7b4f-9c8e-0123456789ab", "01J9ZK.QR~X=", "a" * 100])
def test_an_id_is_whatever_the_home_server_says(writer: Visit, world: World, number: object) -> None:
    world.says(UPLOAD, {"id": number})
    assert home_media.upload_pictures(writer, [b"raw"]) == (MediaUpload(str(number), ""),)


def test_of_five_pictures_four_are_sent_and_none_as_it_was(writer: Visit, world: World) -> None:
    world.says(UPLOAD, {"id": 7})
    assert home_media.upload_pictures(writer, [b"a raw picture"] * 5) == (MediaUpload("7", ""),) * 4
    assert all(b"WP" in one.body and b"a raw picture" not in one.body for one in world.asked)
    assert len(world.asked) == 4


def test_one_that_is_no_picture_is_not_sent(
    writer: Visit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remake(raw: bytes) -> bytes:
        raise Malformed("no picture")

    monkeypatch.setattr(home_media.images, "remake", remake)
    with pytest.raises(Malformed):
        home_media.upload_pictures(writer, [b"raw"])
    assert world.asked == []


def test_only_a_picture_with_a_description_is_described(writer: Visit, world: World) -> None:
    world.says("PUT https://home.example/api/v1/media/8", {"id": "8"})
    home_media.describe(writer, [MediaUpload("7", ""), MediaUpload("8", "A cat")])
    assert [(one.url[-2:], one.body) for one in world.asked] == [("/8", b'{"description":"A cat"}')]


@pytest.mark.parametrize("error", [FetchFailed("silence"), Busy("no slot")])
def test_a_form_does_not_wait_for_a_home_that_is_away(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def limits_of(home: HomeServer) -> Limits:
        raise error

    monkeypatch.setattr(form_limits.home_limits, "limits_of", limits_of)
    assert form_limits.limits_for_form(HomeServer()) == Limits()
    monkeypatch.setattr(form_limits.home_limits, "limits_of", lambda home: Limits(max_characters=7))
    assert form_limits.limits_for_form(HomeServer()).max_characters == 7
