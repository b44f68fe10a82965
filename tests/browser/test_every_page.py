"""Every page, light and dark: nothing for axe to find, small, from us alone, still while it loads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response
from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.blocklists import blocklists, instance_policies
from fedconnect.forum import boards, moderators
from fedconnect.foundation import clock, database
from fedconnect.listening import listeners
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hashtag import AnsweredQuestion, FollowedHashtag, HashtagPost
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.hearing.listening_hours import Hours
from tests.browser.conftest import Site, sign_in

LIMIT = 60_000


def a_thread(site: Site, page: Page) -> str:
    sign_in(site, page, "/boards/respite/new", "write&for=mark")
    page.get_by_label("Your post").fill("A question\nWhat helped you?")
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_role("textbox", name="Your words").fill("A walk, every day.")
    page.get_by_role("button", name="Post", exact=True).click()
    return page.url.removeprefix(site.base).partition("#")[0]


def paths(site: Site, page: Page) -> list[str]:
    thread = a_thread(site, page)
    post = page.locator("article.starter time").locator("xpath=..").get_attribute("href") or ""
    return [
        "/", "/?choose=boards", "/boards", "/boards?for=writing", "/boards/respite/about", "/about", "/quiet", "/search", "/search?q=question", "/boards/respite", "/boards/respite/quiet", "/boards/respite/new",
        "/boards/respite/follow", "/boards/respite/write", thread, post + "/reply", post + "/edit", post + "/delete", post + "/report",
        post + "/answer", f"/people/@dora@{site.home.host}", "/you", "/you/news", "/you/saved", "/you/reading", "/you/interests", "/hearing", "/boards/respite/hearing", post + "/pass-on",
        "/nowhere", *care_pages(site, page, post),
    ]  # fmt: skip


def care_pages(site: Site, page: Page, post: str) -> list[str]:
    """Let dora look after the board, with something to look at, a rule to try and an appeal to hear."""
    page.goto(site.base + post + "/report")
    page.get_by_label("Somebody may be in danger").check()
    page.get_by_label("What should they know?").fill("She may not be safe")
    page.get_by_role("button", name="Send").click()
    moderate(site, "dora")
    page.goto(site.base + post + "/moderate")
    page.get_by_label("1. Be kind").check()
    page.get_by_label("Why, in a sentence").fill("It is a try.")
    page.get_by_role("button", name="Ask its author to mind a rule").click()
    with database.read_transaction() as session:
        case = session.query(Case).filter_by(kind=CaseKind.REPORT).one().id
        decision = session.query(Decision).filter_by(kind=DecisionKind.WARN).one().id
    return [
        *newer_pages(site, page), "/moderation", f"/moderation/{case}", post + "/moderate", "/boards/respite/care", "/boards/respite/gathered", "/you/decisions",
        f"/decisions/{decision}", "/log", "/boards/respite/log", "/boards/respite/rules", "/transparency", "/help-now", "/you/erase",
    ]  # fmt: skip


def newer_pages(site: Site, page: Page) -> list[str]:
    """Let dora ask without her name, run the installation with a list of servers, and write where nothing leaves."""
    page.goto(site.base + "/boards/respite/ask")
    page.get_by_label("Your question.").fill("Who helps?\nSomebody close drinks again.")
    page.get_by_role("button", name="Hand it over").click()
    found = remote_actors.ensure_person(site.home.people["dora"].uri)
    blocklists.add_list(
        "friends.csv", f"domain,severity\nspam.example,suspend\n{site.home.host},silence\n".encode()
    )
    with database.transaction() as session:
        moderators.add_admin(session, session.merge(found))
        boards.create_board(session, "shelter", "Shelter", "For people who were hurt.", is_local_only=True)
        instance_policies.set_policy(session, "loud.example", Policy.SILENCED, "Too loud for a front page.")
        asked = session.query(Case).filter_by(kind=CaseKind.ANONYMOUS).one().id
        board = boards.get_board(session, "respite")
        link = opt_outs.link_for(found.id, board.id).removeprefix(site.base)
        a_question(session, board)
        for number, state in enumerate(LinkedGroupState):
            a_sister(session, board, number, state)
        for number, zone in enumerate(("Europe/Berlin", "America/Argentina/ComodRivadavia", "")):
            listeners.offer(session, a_listener(session, number).id, board, Hours(18, 22, zone))
    page.goto(site.base + "/here/shelter")
    page.get_by_label("Your post.").fill("A hard week\nI do not know whom to tell.")
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_label("Your words").fill("It got better on Friday.")
    page.get_by_role("button", name="Post", exact=True).click()
    here = page.url.removeprefix(site.base).partition("#")[0]
    return [
        "/boards/respite/ask", "/you/asked", f"/moderation/{asked}", "/servers", "/moderation/attention", "/here/shelter", here, link,
    ]  # fmt: skip


def a_listener(session: Session, number: int) -> Person:
    """Somebody with a long name on a server with a long one, as there are."""
    name = f"somebody_with_quite_a_long_name_{number}"
    uri = f"https://social.a-quite-long-domain-name.example/users/{name}"
    person = Person(
        uri=uri, host="social.a-quite-long-domain-name.example", username=name, inbox=uri + "/inbox",
        handle_host="social.a-quite-long-domain-name.example", fetched_at=clock.now(),
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person


def a_sister(session: Session, board: Board, number: int, state: LinkedGroupState) -> None:
    """A group with a long handle, which has answered or not."""
    group = a_listener(session, 10 + number)
    group.kind = "Group"
    session.add(
        LinkedGroup(board_id=board.id, person_id=group.id, uri=group.uri, state=state, since=clock.now())
    )


def a_question(session: Session, board: Board) -> None:
    """A question elsewhere, under a hashtag of the board, that waits for its moderators."""
    reader = session.query(Reader).first()
    assert reader is not None
    uri, now = "https://social.a-quite-long-domain-name.example/1", clock.now()
    session.add(FollowedHashtag(board_id=board.id, tag="dementia", reader_id=reader.id, since=now))
    session.add(
        HashtagPost(
            board_id=board.id,
            uri=uri,
            url=uri,
            tag="dementia",
            found_at=now,
            asked_at=now - timedelta(days=2),
            is_unanswered=True,
        )
    )
    session.add(AnsweredQuestion(board_id=board.id, day=now))


def moderate(site: Site, name: str) -> None:
    """Let somebody who lives on the home server look after the board."""
    found = remote_actors.ensure_person(site.home.people[name].uri)
    with database.transaction() as session:
        moderators.add_moderator(session, boards.get_board(session, "respite"), session.merge(found))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(site: Site, visited: Page, scheme: str) -> None:
    page = visited
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    axe = Axe()
    found = {}
    for path in [*paths(site, page), "signed out"]:
        if path == "signed out":
            page.context.clear_cookies()
            path = "/sign-in"
        page.goto(site.base + path)
        result = axe.run(page)
        if result.violations_count:
            found[path] = result.generate_snapshot()
    assert found == {}


def test_c01_every_page_is_small_still_and_from_us_alone(site: Site, visited: Page) -> None:
    page = visited
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const one of list.getEntries()) window.shift += one.value })"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    for path in paths(site, page):
        answers.clear()
        answer = page.goto(site.base + path)
        assert answer is not None
        page.wait_for_load_state("networkidle")
        html = len(answer.body())
        extra = sum(
            one.request.sizes()["responseBodySize"]
            for one in answers
            if one.request.resource_type in {"stylesheet", "script"}
        )
        assert html <= LIMIT, (path, html)
        assert extra <= LIMIT, (path, extra)
        assert page.evaluate("window.shift") == 0, f"{path} moved while it loaded"
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_largest_thing_on_a_page_is_in_its_first_html(site: Site, visited: Page) -> None:
    page = visited
    thread = a_thread(site, page)
    for path in ("/", "/boards/respite", thread, "/sign-in"):
        page.goto(site.base + path)
        largest = page.evaluate(
            "new Promise(done => new PerformanceObserver(list => { const all = list.getEntries(); const e = all[all.length - 1].element;"
            " done(e ? e.innerText.trim().slice(0, 60) : '') }).observe({type: 'largest-contentful-paint', buffered: true}))"
        )
        first = page.request.get(site.base + path).text()
        words = largest.split("\n")[0][:20]
        assert words
        assert words in first.replace("&amp;", "&"), (path, largest)
