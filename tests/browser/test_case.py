"""A whole case before people's eyes: a report from another server, a removal, a letter, an objection, another hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from fedconnect.activitypub import remote_actors
from fedconnect.forum import boards, moderators
from fedconnect.foundation import clock, database, rate_limit
from fedconnect.jobs import delivery
from fedconnect.models.hashtag import HashtagPost, HashtagPostState
from support.remote import RemotePerson, RemoteServer
from tests.browser.conftest import Site
from tests.browser.test_hearing import come

WORDS = "A sentence that somebody may mind"


@pytest.fixture
def peer() -> Iterator[RemoteServer]:
    server = RemoteServer("127.0.0.2")
    yield server
    server.close()


def send(site: Site, person: RemotePerson, activity: dict[str, Any]) -> None:
    body = json.dumps(activity).encode()
    url = f"{site.base}/inbox"
    answer = requests.post(url, data=body, headers=person.sign(url, body), timeout=10)
    assert answer.status_code == 202, answer.text
    site.work()


def look_after(site: Site, name: str) -> None:
    found = remote_actors.ensure_person(site.home.people[name].uri)
    with database.transaction() as session:
        moderators.add_moderator(session, boards.get_board(session, "respite"), session.merge(found))


def arrive(site: Site, browser: Browser, name: str) -> Page:
    """Sign somebody in, in a browser of their own."""
    rate_limit.forget()
    return come(site, browser, name, "").new_page()


def with_a_report(site: Site, browser: Browser, peer: RemoteServer) -> Page:
    """Somebody who looks after a board, with one report on their list."""
    ana = peer.person("ana")
    note = ana.note(WORDS, f"{site.base}/boards/respite")
    send(site, ana, ana.create(note))
    send(site, ana, ana.activity("Flag", [ana.uri, note["id"]], content="I take this back"))
    page = arrive(site, browser, "mo")
    look_after(site, "mo")
    return page


def test_a_case_goes_from_a_report_to_another_hand(site: Site, browser: Browser, peer: RemoteServer) -> None:
    board = f"{site.base}/boards/respite"
    ana = peer.person("ana")
    site.home.resident("opal", key=3)
    opal = site.home.people["opal"]
    send(site, ana, ana.follow(board))
    note = opal.note(WORDS, board)
    send(site, opal, opal.create(note))
    delivery.run()
    assert [one["object"] for one in peer.delivered("Announce")] == [note["id"]]

    flag = ana.activity("Flag", [opal.uri, note["id"]], content="This mocks my sister")
    send(site, ana, flag)
    mo = arrive(site, browser, "mo")
    look_after(site, "mo")
    mo.goto(site.base)
    mo.get_by_role("link", name="Review").click()
    expect(mo.get_by_text("This mocks my sister")).to_be_visible()
    expect(mo.get_by_text(WORDS)).to_be_hidden()
    expect(mo.get_by_text("Keys: j and k move")).to_be_visible()
    mo.keyboard.press("j")
    mo.keyboard.press("o")
    expect(mo.get_by_text(WORDS)).to_be_visible()
    mo.keyboard.press("1")
    expect(mo.get_by_label("Why, in a sentence")).to_have_value(re.compile("Be kind"))
    mo.keyboard.press("r")
    expect(mo.get_by_text("Done: 1 decided.")).to_be_visible()
    expect(mo.get_by_text("Nothing waits")).to_be_visible()

    delivery.run()
    assert [one["object"]["object"] for one in peer.delivered("Undo")] == [note["id"]]
    letters = [one["object"]["content"] for one in site.home.delivered("Create") if one["to"] == [opal.uri]]
    assert "Be kind" in letters[-1]
    link = re.search(r"/decisions/\d+", letters[-1])
    assert link is not None

    author = arrive(site, browser, "opal")
    author.goto(site.base + link[0])
    expect(author.get_by_text("A human.")).to_be_visible()
    author.get_by_label("Why you object").fill("I quoted what was said to me.")
    author.get_by_role("button", name="Ask somebody else to look").click()
    expect(author.get_by_text("Somebody else than who decided looks at it")).to_be_visible()

    mo.goto(site.base + "/moderation")
    expect(mo.get_by_text("Nothing waits")).to_be_visible()
    pia = arrive(site, browser, "pia")
    look_after(site, "pia")
    pia.goto(site.base + "/moderation")
    pia.get_by_role("link", name="An objection").click()
    expect(pia.get_by_text("I quoted what was said to me.")).to_be_visible()
    pia.get_by_label("Your answer to them").fill("It is a quotation, and may stand.")
    pia.get_by_role("button", name="Take the decision back").click()

    delivery.run()
    assert [one["object"] for one in peer.delivered("Announce")][-1] == note["id"], "boosted again"
    author.goto(site.base + link[0])
    expect(author.get_by_text("you were right")).to_be_visible()
    stranger = browser.new_page()
    stranger.goto(site.base + "/boards/respite/log")
    expect(
        stranger.get_by_role("heading", name="An objection was heard, and the decision was taken back")
    ).to_be_visible()
    text = stranger.inner_text("main")
    for name in ("mo@", "pia@", "opal@", "ana@", WORDS, "my sister"):
        assert name not in text
    stranger.goto(site.base + "/boards/respite")
    expect(stranger.get_by_text(WORDS).first).to_be_visible()


def test_keys_are_promised_only_where_they_are_heard(
    site: Site, browser: Browser, peer: RemoteServer
) -> None:
    """A key pressed into a page that does not listen yet is lost, and nobody would know."""
    mo = with_a_report(site, browser, peer)
    promised = mo.get_by_text("Keys: j and k move")
    mo.goto(site.base + "/moderation")
    expect(promised).to_be_visible()
    mo.evaluate("localStorage.setItem('keys', 'off')")
    mo.reload()
    expect(mo.get_by_text("I take this back")).to_be_visible()
    expect(promised).to_be_hidden()
    mo.evaluate("localStorage.removeItem('keys')")
    mo.route("**/moderation.js", lambda route: route.abort())
    mo.reload()
    expect(mo.get_by_text("I take this back")).to_be_visible()
    expect(promised).to_be_hidden()


def test_what_was_gathered_is_gone_through_with_keys_too(
    site: Site, browser: Browser, peer: RemoteServer
) -> None:
    mo = with_a_report(site, browser, peer)
    with database.transaction() as session:
        url = "https://elsewhere.example/@eve/1"
        respite = boards.get_board(session, "respite").id
        session.add(HashtagPost(board_id=respite, uri=url, url=url, tag="rest", found_at=clock.now()))
    mo.goto(site.base + "/moderation")
    expect(mo.get_by_text("Keys: j and k move")).to_be_visible()
    expect(mo.get_by_role("link", name="A post on elsewhere.example")).to_be_visible()
    for key in ("j", "j", "r"):
        mo.keyboard.press(key)
    expect(mo.get_by_role("link", name="A post on elsewhere.example")).to_be_focused()
    mo.keyboard.press("l")
    expect(mo.get_by_role("link", name="A post on elsewhere.example")).to_have_count(0)
    expect(mo.get_by_text("I take this back")).to_be_visible()
    with database.read_transaction() as session:
        assert session.query(HashtagPost).one().state is HashtagPostState.LEFT
