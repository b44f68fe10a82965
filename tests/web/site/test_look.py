"""The forum's colours and pictures as files: nothing but what admins chose, for everybody to keep."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.site import identity, pictures
from fedconnect.site.settings import change_site
from fedconnect.web.site import look as view
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.sign_out()
    return desk.open(view.blueprint)


@pytest.mark.parametrize("digest", ["0" * 64, "x", "0" * 63, "0" * 64 + ".webp", "%2e%2e"])
def test_no_other_picture_is_shown(opened: Desk, digest: str) -> None:
    assert opened.get(f"/pictures/{digest}").status_code == 404


def test_a_picture_is_shown_and_may_be_kept(opened: Desk) -> None:
    with database.transaction() as session:
        digest = pictures.keep(session, b"RIFFxxxxWEBP")
    answer = opened.get(f"/pictures/{digest}")
    assert (answer.data, answer.mimetype) == (b"RIFFxxxxWEBP", "image/webp")
    assert "immutable" in answer.headers["Cache-Control"]


def test_without_an_accent_the_style_is_empty_and_with_one_it_has_both_schemes(opened: Desk) -> None:
    assert opened.get("/site.css").text == ""
    with database.transaction() as session:
        change_site(session, {"accent": "#aa3300"})
    identity.forget()
    answer = opened.get("/site.css")
    assert answer.mimetype == "text/css"
    assert ":root:not([data-theme]) { --accent: #aa3300;" in answer.text
    assert answer.text.count("--accent-soft:") == 2
    assert "@media (prefers-color-scheme: dark) {" in answer.text
