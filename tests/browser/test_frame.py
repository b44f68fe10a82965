"""The frame, measured: conversations come first, the header is one row, nothing scrolls sideways, and what was done is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from support.unit import a_person, a_thread
from tests.browser.conftest import Site, sign_in

WORDS = (
    ("Respite for a parent with dementia: what helped?", "We have four nights in August, and I don’t know where to begin."),
    ("كيف أجد وقتا للراحة؟", "أنا أعتني بوالدتي منذ ثلاث سنوات ولا أعرف من أسأل."),
    ("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz und seine Folgen für alle", "Wer kennt sich aus?"),
)  # fmt: skip
FIRST = ".threads > li:not(.pinned) article"


@pytest.fixture
def busy(site: Site) -> Site:
    """A forum in which people with long names began a dozen conversations."""
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        ana = a_person(session)
        ana.name = "Dr. Katharina Maria Hohenstein-Wallerfangen"
        for number in range(12):
            title, text = WORDS[number % 3]
            when = clock.now() - timedelta(hours=7 * number, minutes=5)
            a_thread(session, board, ana, title=title, excerpt=text, published=when)
    return site


@pytest.mark.parametrize("path", ["/", "/boards/respite"])
def test_the_first_conversation_is_in_the_upper_half_of_a_phone(busy: Site, visited: Page, path: str) -> None:
    visited.set_viewport_size({"width": 390, "height": 844})
    visited.goto(busy.base + path)
    box = visited.locator(FIRST).first.bounding_box()
    assert box is not None
    assert box["y"] < 330


def test_a_board_shows_eight_conversations_at_once(busy: Site, visited: Page) -> None:
    visited.set_viewport_size({"width": 1280, "height": 900})
    visited.goto(busy.base + "/boards/respite")
    boxes = [one.bounding_box() for one in visited.locator(FIRST).all()]
    whole = [box for box in boxes if box is not None and box["y"] + box["height"] <= 900]
    assert len(whole) >= 8, boxes


@pytest.mark.parametrize("width", [320, 390, 700, 1100, 1280])
def test_the_header_is_one_row_and_nothing_scrolls_sideways(busy: Site, visited: Page, width: int) -> None:
    page = visited
    page.set_viewport_size({"width": width, "height": 800})
    with database.transaction() as session:
        boards.get_board(session, "benefits").is_discreet = True
    for who in ("stranger", "reader"):
        if who == "reader":
            sign_in(busy, page)
        for path in (
            "/",
            "/boards",
            "/boards/respite",
            "/boards/respite/about",
            "/boards/benefits",
            "/quiet",
        ):
            page.goto(busy.base + path)
            box = page.locator("body > header").bounding_box()
            assert box is not None
            assert box["height"] <= 57, (path, who, box)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, who)
    assert page.locator(".bottom-bar").is_visible() is (width < 1100)


def test_what_was_done_is_said_and_taken_back_from_the_same_line(busy: Site, visited: Page) -> None:
    page = visited
    sign_in(busy, page, "/boards/respite")
    page.locator("details.follow > summary").click()
    page.get_by_role("button", name="Follow here only").click()
    expect(page.locator(".said")).to_contain_text("Following here. Only you know.")
    expect(page.locator(".beside-page")).to_contain_text("Respite & breaks")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".said")).to_contain_text("Unfollowed.")
    page.reload()
    expect(page.locator(".said")).to_have_count(0)


def test_times_are_in_the_zone_and_order_of_who_reads(busy: Site, browser: object) -> None:
    context = browser.new_context(timezone_id="Pacific/Auckland", locale="en-US")  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(busy.base + "/boards/respite")
    told = page.locator("time[data-ago]").last
    expect(told).to_have_text(page.evaluate(
        "new Date(document.querySelector('li:last-child > article time').dateTime)"
        ".toLocaleDateString('en-US', {day: 'numeric', month: 'short'})"
    ))  # fmt: skip
    context.close()


def test_the_ways_of_a_line_open_one_at_a_time_and_close_with_escape(busy: Site, visited: Page) -> None:
    page = visited
    sign_in(busy, page, "/boards/respite")
    page.locator("details.follow > summary").click()
    page.get_by_role("button", name="Follow here only").click()
    page.goto(busy.base + "/?order=newest")
    folds = page.locator("details.more-ways")
    folds.nth(0).locator("summary").click()
    folds.nth(1).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.more-ways[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.more-ways[open]")).to_have_count(0)
