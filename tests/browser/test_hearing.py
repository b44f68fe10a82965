"""The whole loop before people's eyes: a post arrives, the right readers see it, its counter moves, it is heard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from fedconnect.foundation import clock, database
from fedconnect.jobs import hearings as hearings_job
from fedconnect.jobs import listening as listening_job
from fedconnect.models.board import Board
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.surfacing import word_frequencies
from fedconnect.surfacing.hearing import link_tokens, reader_index
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from support.remote import RemotePerson, RemoteServer
from tests.browser.conftest import PATIENCE_MS, Site

QUIET = "Who else sits with somebody who has dementia at night?"


@pytest.fixture
def remote() -> RemoteServer:
    word_frequencies.clear()
    return RemoteServer("127.0.0.2")


def arrive(site: Site, person: RemotePerson, text: str) -> str:
    """Let a post come through the inbox, signed, and find its people."""
    import json

    import requests

    note = person.note(text, f"{site.base}/boards/respite", published=clock.now().isoformat())
    body = json.dumps(person.create(note)).encode()
    answer = requests.post(
        f"{site.base}/inbox", data=body, headers=person.sign(f"{site.base}/inbox", body), timeout=10
    )
    assert answer.status_code == 202, answer.text
    site.work()
    reader_index.clear()
    hearings_job.run()
    return str(note["id"])


def hearing_of(uri: str) -> Hearing:
    with database.read_transaction() as session:
        return session.execute(
            select(Hearing).join(Post, Post.id == Hearing.post_id).where(Post.uri == uri)
        ).scalar_one()


def come(site: Site, browser: Browser, name: str, topics: str) -> BrowserContext:
    """Sign somebody in with their own interests, as a person does."""
    if name not in site.home.people:
        site.home.resident(name, key=len(site.home.people))
    site.home.at_the_keyboard = name
    context = browser.new_context(viewport={"width": 390, "height": 780})
    site.watch(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{site.base}/sign-in?next=/boards/respite")
    page.get_by_label("Your handle, or just your server").fill(f"@{name}@{site.home.host}")
    page.get_by_role("button", name="Find my server").click()
    page.get_by_role("button", name="Continue on").click()
    page.get_by_role("button", name="Authorize").click()
    page.locator("details.follow > summary").click()
    page.get_by_role("button", name="Follow here only").click()
    page.goto(site.base + "/")
    page.get_by_role("button", name="No, thank you").click()
    expect(page.get_by_text("One question, asked once")).to_have_count(0)
    if topics:
        page.goto(site.base + "/you/reading")
        page.get_by_label("Topics, with commas between").fill(topics)
        page.get_by_role("button", name="Add", exact=True).click()
    with database.transaction() as session:
        session.execute(update(Reader).values(joined_at=clock.now() - timedelta(days=365)))
    return context


def see_the_front_page(site: Site, context: BrowserContext) -> Page:
    """Read one's own page for a while: scroll to its end, then leave."""
    page = context.pages[0]
    told: list[int] = []
    page.on("response", lambda answer: told.append(answer.status) if answer.url.endswith("/seen") else None)
    page.goto(site.base + "/")
    for article in page.locator("article[data-seen]").all():
        article.scroll_into_view_if_needed()
        page.wait_for_timeout(1200)
    page.wait_for_timeout(4500)  # told every four seconds, and so perhaps before the end was reached
    assert set(told) == {204}
    page.wait_for_timeout(1500)  # written at most a second later
    return page


@pytest.mark.usefixtures("ample_supply")
def test_a_quiet_post_reaches_three_readers_is_heard_and_leaves_and_an_unanswered_one_reaches_a_listener(
    site: Site, browser: Browser, remote: RemoteServer
) -> None:
    with database.transaction() as session:
        session.execute(update(Board).values(hearing_floor=2))
    dora = come(site, browser, "dora", "dementia, night")
    eve = come(site, browser, "eve", "gardening")
    finn = come(site, browser, "finn", "")
    ana = remote.person("ana", key=6)
    quiet = arrive(site, ana, QUIET)
    for number in range(2):
        arrive(
            site,
            remote.person(f"ben{number}", key=7),
            f"Gardening helps me, number {number}: beans word{number}",
        )

    page = see_the_front_page(site, dora)
    assert hearing_of(quiet).qualified == 1
    page.locator("details.why > summary").first.click()
    expect(page.get_by_text("It’s about dementia, night, which you named.")).to_be_visible()
    first = page.locator("article h2 a").first
    expect(first).to_have_text(QUIET)

    page = see_the_front_page(site, eve)
    expect(page.locator("article h2 a").first).to_contain_text("Gardening helps me")
    heard = hearing_of(quiet)
    assert (heard.qualified, heard.state) == (2, HearingState.HEARD)

    page = finn.pages[0]
    page.goto(site.base + "/")
    expect(page.get_by_text("few have seen this")).to_have_count(0)

    page = finn.pages[0]
    page.goto(site.base + "/boards/respite/hearing")
    assert page.get_by_label("Time zone").input_value() not in {"", None}
    page.get_by_label("From hour").fill("0")
    page.get_by_label("to hour").fill("23")
    page.get_by_role("button", name="Become a listener").click()
    expect(page.get_by_text("You listen from 0 to 23")).to_be_visible()
    with database.transaction() as session:
        long_ago = clock.now() - timedelta(hours=13)
        session.execute(update(Hearing).values(begun_at=long_ago))
    listening_job.run()
    page.goto(site.base + "/you/news")
    expect(page.get_by_text("Nobody has answered this yet. Perhaps you can").first).to_be_visible()
    assert site.strangers == []
    assert site.complaints == []
    for context in (dora, eve, finn):
        context.close()
    remote.close()


def test_a_link_in_a_message_counts_once_its_page_was_read_with_scripts_and_without(
    site: Site, browser: Browser, remote: RemoteServer
) -> None:
    quiet = arrive(site, remote.person("ana", key=6), QUIET)
    one = hearing_of(quiet)
    readers = [LinkReader(is_qualified=True, domain=f"{name}.example") for name in ("far", "near")]
    with database.transaction() as session:
        path = f"/boards/respite/threads/{one.thread_id}"
        links = [link_tokens.make(session, one.post_id, path, each, "letter") for each in readers]
    here = [site.base + link[link.index("/boards") :] for link in links]

    context = browser.new_context()
    site.watch(context)
    page = context.new_page()
    with page.expect_response(lambda answer: answer.url.endswith("/seen")) as told:
        page.goto(here[0])
        expect(page.get_by_role("heading", name=QUIET)).to_be_visible()
        assert hearing_of(quiet).seen == 0, "to open it counts nothing yet"
        expect(page.get_by_role("button", name="I have read this")).to_have_count(0)
    assert told.value.status == 204
    page.wait_for_timeout(1500)  # written at most a second later
    assert (hearing_of(quiet).seen, hearing_of(quiet).qualified) == (1, 1)

    plain = browser.new_context(java_script_enabled=False)
    site.watch(plain)
    page = plain.new_page()
    page.goto(here[1])
    page.get_by_role("button", name="I have read this").click()
    expect(
        page.get_by_text("That counts as one reader of this post. Nobody learns that it was you.")
    ).to_be_visible()
    assert (hearing_of(quiet).seen, hearing_of(quiet).qualified) == (2, 2)
    page.get_by_role("link", name="Back to the conversation").click()
    expect(page.get_by_role("heading", name=QUIET)).to_be_visible()
    for each in (context, plain):
        each.close()
