"""Pages: what they show, what they never show, and how they say that something is not there."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from sqlalchemy import event

from fedconnect.foundation import database
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.remote import RemotePerson

PAGES = ("/", "/about", "/quiet", "/boards/respite", "/boards/respite/quiet", "/boards/respite/2026/11")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_safe_and_loads_from_us_alone(forum: Forum, ana: RemotePerson, path: str) -> None:
    forum.tell(ana, ana.create(ana.note("Hello <script>alert(1)</script> there", forum.board())))
    answer = forum.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert re.findall(r"<script(?! src=\"/static/)", page) == [], (
        "scripts of ours alone, and none within the page"
    )
    assert "style=" not in page
    assert page.count("<h1") == 1
    assert re.search(r'<html lang="\w+"', page)
    assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', page)


def test_no_page_counts_people_or_approval(forum: Forum, ana: RemotePerson, ben: RemotePerson) -> None:
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note), ana.follow(forum.board()))
    forum.tell(ben, ben.activity("Like", note["id"]), ben.activity("Announce", note["id"]))
    for path in (*PAGES, forum.thread_path("Hello"), "/boards/respite/feed.atom"):
        page = forum.get(path).get_data(as_text=True)
        assert not re.search(
            r"\d+\s*(followers?|likes?|boosts?|points?|favourites?|members?)", page, re.IGNORECASE
        )


def test_the_quiet_page_shows_what_nobody_else_has_answered_longest_waiting_first(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    from datetime import UTC, datetime, timedelta

    notes = {}
    for days, text in ((1, "Newer"), (3, "Older"), (2, "Answered"), (30, "Long ago")):
        when = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        notes[text] = ana.note(text, forum.board(), published=when)
        forum.tell(ana, ana.create(notes[text]))
    forum.tell(ana, ana.create(ana.note("To myself", forum.board(), inReplyTo=notes["Older"]["id"])))
    forum.tell(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=notes["Answered"]["id"])))
    for path in ("/quiet", "/boards/respite/quiet"):
        page = forum.get(path).get_data(as_text=True)
        assert page.index("Older") < page.index("Newer")
        assert "Answered" not in page
        assert "Long ago" not in page


def test_p05_a_hidden_thread_and_a_missing_one_look_the_same(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("Hello", forum.board("benefits"))))
    (thread,) = forum.rows(Thread, Thread.title == "Hello")
    elsewhere = forum.get(f"/boards/respite/threads/{thread.id}")
    missing = forum.get("/boards/respite/threads/1")
    nonsense = forum.get("/boards/respite/threads/abc")
    assert elsewhere.status_code == missing.status_code == nonsense.status_code == 404
    assert elsewhere.data == missing.data == nonsense.data


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/boards/nowhere", "/boards/respite/2026/13", "/boards/respite/٠٠٠٠/11", "/boards/respite/threads/99999999999999999999",
     "/boards/respite/posts/1", "/boards/respite/announces/1", "/boards/respite/notices/1"],
)  # fmt: skip
def test_what_is_not_there_is_said_kindly(forum: Forum, path: str) -> None:
    answer = forum.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.get_data(as_text=True)
    asked_by_a_server = forum.ap(path)
    assert asked_by_a_server.status_code == 404
    assert (asked_by_a_server.mimetype, asked_by_a_server.json["status"]) == ("application/problem+json", 404)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "1e3", "1 OR 1=1"])
def test_c05_a_page_number_out_of_bounds_is_refused(forum: Forum, page: str) -> None:
    assert forum.client.get("/boards/respite", query_string={"page": page}).status_code == 400


def test_a_thread_of_a_thousand_replies_is_paged_and_none_is_lost(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Long", forum.board())
    forum.tell(ana, ana.create(note))
    for number in range(230):
        assert (
            forum.post(
                ana, ana.create(ana.note(f"reply{number:04}", forum.board(), inReplyTo=note["id"]))
            ).status_code
            == 202
        )
    forum.work()
    path = forum.thread_path("Long")
    seen = [
        re.findall(r"reply\d{4}", forum.get(f"{path}?page={n}").get_data(as_text=True)) for n in (1, 2, 3)
    ]
    assert [len(page) for page in seen] == [99, 100, 31]
    assert len({word for page in seen for word in page}) == 230
    assert forum.get(f"{path}?page=4").status_code == 404


def test_a_board_page_needs_a_known_number_of_queries(forum: Forum, ana: RemotePerson) -> None:
    for number in range(25):
        forum.post(ana, ana.create(ana.note(f"Thread {number}", forum.board())))
    forum.work()
    forum.get("/boards/respite")
    statements: list[str] = []
    engine = database.installed().reader

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", count)
    forum.get("/boards/respite")
    event.remove(engine, "before_cursor_execute", count)
    assert len([one for one in statements if one.startswith(("SELECT", "WITH"))]) == 5


def test_the_feed_is_well_formed_atom(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("Tom &amp; Jerry &lt;3", forum.board())))
    answer = forum.get("/boards/respite/feed.atom")
    feed = ElementTree.fromstring(answer.data)
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(atom + "title") for entry in feed.iter(atom + "entry")]
    assert "Tom & Jerry <3" in titles
    for entry in feed.iter(atom + "entry"):
        assert all(entry.findtext(atom + name) for name in ("id", "title", "updated", "published"))


def test_a_name_cannot_play_tricks(forum: Forum, remote: object, ana: RemotePerson) -> None:
    ana.server.documents["/users/ana"]["name"] = "<b>Eve</b>\u202e admin" + "x" * 100_000
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    page = forum.get(forum.thread_path("Hello")).get_data(as_text=True)
    assert "&lt;b&gt;Eve" in page
    assert "\u202e" not in page
    assert "x" * 500 not in page


def test_an_author_who_does_not_want_to_be_indexed_is_not(forum: Forum, ana: RemotePerson) -> None:
    ana.server.documents["/users/ana"].pop("indexable")
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    assert forum.get(forum.thread_path("Hello")).headers["X-Robots-Tag"] == "noindex"


def test_health_says_ok(forum: Forum) -> None:
    assert forum.get("/health").status_code == 200
