"""The notices: only what was written, shown as plain text; for privacy there is always one."""

from __future__ import annotations

import pytest

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.moderation.kept_data import KEPT
from fedconnect.site.settings import change_site
from fedconnect.web.site import notices as view
from support.unit import a_board
from support.views_unit import Desk

HOSTILE = "One <script>alert(1)</script>\n& two\n\nThree"


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.sign_out()
    return desk.open(view.blueprint)


@pytest.mark.parametrize("path", ["/terms", "/imprint"])
def test_what_nobody_wrote_is_not_there(opened: Desk, path: str) -> None:
    assert opened.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/terms", "/imprint", "/privacy"])
def test_words_are_text_and_no_markup(opened: Desk, path: str) -> None:
    with database.transaction() as session:
        change_site(session, {path[1:]: HOSTILE})
    assert opened.get(path).status_code == 200
    assert opened.shown["words"] == (
        "<p>One &lt;script&gt;alert(1)&lt;/script&gt;<br>&amp; two</p><p>Three</p>"
    )


def test_without_words_the_privacy_notice_says_what_is_kept(opened: Desk) -> None:
    answer = opened.get("/privacy")
    assert (answer.status_code, opened.shown["words"], opened.shown["kept"]) == (200, "", KEPT)


def test_the_rules_lead_to_boards_that_speak_to_everybody(opened: Desk) -> None:
    with database.transaction() as session:
        a_board(session, "respite")
        boards.create_board(session, "shelter", "Shelter", is_local_only=True)
    opened.get("/rules")
    assert [one.slug for one in opened.shown["boards"]] == ["respite"]
