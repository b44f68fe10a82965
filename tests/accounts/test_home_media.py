"""Pictures go to the reader's own server with their permission, and without what a file hides."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from fedconnect.accounts import form_limits, home_media
from fedconnect.accounts.composer import MediaUpload, NotReady
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.home_limits import Limits
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.home_server import HomeServer
from support.forum import Forum
from support.home import FakeHomeServer
from support.rows import signed_in, visit_of
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
