"""What people do, in a real Chromium: from typing an address to a thread on the board, and on from there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.models.post import Post
from tests.browser.conftest import Site, sign_in

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


class Clicks:
    """Counts what a person presses, and takes the pictures of docs/signing-in.md where asked to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, name: str, *, link: bool = False) -> None:
        self.take()
        self.page.get_by_role("button", name=name, exact=False).first.click()
        self.count += 1

    def take(self) -> None:
        if os.environ.get("PICTURES") == "write":
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"first-thread-{self.count}.png")


def test_from_typing_ones_address_to_ones_thread_on_the_board_are_four_clicks(
    site: Site, visited: Page
) -> None:
    page = visited
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(site.base + "/boards/respite/new")
    clicks = Clicks(page)
    page.get_by_label("Your handle, or just your server").fill(f"@dora@{site.home.host}")
    clicks.press("Find my server")
    clicks.press("Continue on")
    clicks.press("Authorize")
    page.get_by_label("Your post").fill("Who looks after the carer?\nI have not slept through since March.")
    clicks.press("Post")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who looks after the carer?")
    clicks.take()
    assert clicks.count <= 4
    page.goto(site.base + "/boards/respite")
    expect(page.get_by_role("link", name="Who looks after the carer?")).to_be_visible()
    assert len(site.home.statuses) == 1


def test_everything_works_without_javascript(site: Site, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    sign_in(site, page, "/boards/respite/new", "write")
    page.get_by_label("Your post").fill("Without scripts\nIt works all the same.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Preview", exact=True)).to_contain_text("It works all the same.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Without scripts")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_have_attribute("aria-pressed", "true")
    context.close()


def test_every_deed_on_a_post_from_answering_to_deleting(site: Site, visited: Page) -> None:
    page = visited
    sign_in(site, page, "/boards/respite/new", "write&for=mark&for=follow")
    page.get_by_label("Your post").fill("A question\nWhat helped you?")
    page.get_by_role("button", name="Post", exact=True).click()
    for deed in ("Favourite", "Boost", "Save"):
        page.get_by_role("button", name=deed).click()
        expect(page.get_by_role("button", name=deed)).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name=deed).click()
        expect(page.get_by_role("button", name=deed)).not_to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_role("textbox", name="Your words").fill("A walk, every day.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".answers")).to_contain_text("A walk, every day.")
    page.locator(".answers").get_by_role("link", name="Edit").click()
    page.get_by_role("textbox", name="Your words").fill("A walk, every other day.")
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator(".answers")).to_contain_text("every other day")
    page.locator(".answers").get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(".answers")).not_to_contain_text("every other day")
    page.goto(site.base + "/boards/respite")
    for deed in ("Follow here only", "Unfollow", "Follow with Mastodon"):
        page.locator("details.follow > summary").click()
        page.get_by_role("button", name=deed).click()
    assert ("dora", "follow", True) in site.home.deeds
    page.goto(site.base + "/you")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert site.home.tokens == {}


def test_p11_something_private_is_noticed_here_and_sent_nowhere(site: Site, visited: Page) -> None:
    page = visited
    sign_in(site, page, "/boards/respite/new", "write")
    page.wait_for_load_state("networkidle")
    before = len(site.asked)
    words = page.get_by_label("Your post")
    for text, sign in (
        ("Call 07700 900123", "telephone"),
        ("We live in SW1A 1AA", "postcode"),
        ("My case no. AB12-345 is open", "case"),
        ("Mrs Jane Smith was kind", "name"),
    ):
        words.fill(text)
        expect(page.locator("#careful")).to_contain_text(sign)
    words.fill("Nothing of the kind, at 12 o’clock in 2026")
    expect(page.locator("#careful")).to_be_hidden()
    words.fill("x" * 480)
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"^-?\d+$"))
    assert len(site.asked) == before, "nothing was sent while writing"


def test_who_says_no_at_home_is_told_that_nothing_changed(site: Site, visited: Page) -> None:
    page = visited
    page.goto(site.base + "/sign-in")
    page.get_by_label("Your handle, or just your server").fill(site.home.host)
    page.get_by_role("button", name="Find my server").click()
    way = page.get_by_role("button", name="Continue on").get_attribute("href")
    page.goto(site.home.confirm(way, "dora", deny=True))
    expect(page.get_by_role("alert")).to_contain_text("nothing has changed")


def test_what_cannot_be_reached_keeps_the_text_and_says_so(site: Site, visited: Page) -> None:
    page = visited
    sign_in(site, page, "/boards/respite/new", "write")
    site.home.refusing["/api/v1/statuses"] = (503, {}, b"")
    page.get_by_label("Your post").fill("A question\nThat waits.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("On its way")
    with database.read_transaction() as session:
        assert session.query(Post).filter(Post.person_id.is_not(None)).count() == 0


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
def test_nothing_runs_over_the_edge(site: Site, visited: Page, width: int) -> None:
    page = visited
    sign_in(site, page, "/boards/respite/new", "write")
    page.get_by_label("Your post").fill("A" + "n" * 90 + " long word\nhttps://example.org/" + "x" * 120)
    page.get_by_role("button", name="Post", exact=True).click()
    thread = page.url
    page.set_viewport_size({"width": width, "height": 800})
    for path in (
        "/",
        "/boards/respite",
        "/boards/respite/new",
        thread.removeprefix(site.base),
        "/you",
        "/you/reading",
        "/search?q=long",
        "/sign-in",
    ):
        page.goto(site.base + path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (path, width, over)


def test_a_board_that_asks_for_it_can_be_left_at_once(site: Site, visited: Page) -> None:
    page = visited
    with database.transaction() as session:
        boards.get_board(session, "respite").is_discreet = True
    page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="elsewhere"))
    answer = page.goto(site.base + "/boards/respite")
    assert answer is not None
    assert answer.headers["x-robots-tag"] == "noindex"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/")
    page.wait_for_load_state("networkidle")
    site.asked[:] = [url for url in site.asked if "wikipedia" not in url]
    page.goto(site.base + "/boards/benefits")
    expect(page.get_by_role("button", name="Leave quickly")).to_have_count(0)


def test_keys_go_from_post_to_post_and_rest_while_somebody_types(site: Site, visited: Page) -> None:
    page = visited
    sign_in(site, page, "/boards/respite/new", "write")
    page.get_by_label("Your post").fill("A question\nWith j and / and n and ? in it.")
    page.get_by_label("Your post").press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("button", name="Post", exact=True).click()
    page.goto(site.base + "/boards/respite")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="A question")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_role("button", name="Switch keys off").click()
    page.keyboard.press("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Respite & breaks")


def test_without_a_line_a_kind_page_says_so(site: Site, visited: Page) -> None:
    page = visited
    page.goto(site.base + "/")
    page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(done => setTimeout(done, 300)))")
    page.context.set_offline(True)
    page.goto(site.base + "/boards/respite")
    expect(page.get_by_role("heading", level=1)).to_have_text("No line just now")
    page.context.set_offline(False)
    site.complaints.clear()
    kept = page.evaluate(
        "caches.open('fedconnect-2').then(kept => kept.keys()).then(all => all.map(one => new URL(one.url).pathname))"
    )
    assert all(path == "/offline" or path.startswith("/static/") for path in kept), (
        "no page of a reader is kept"
    )
