"""A reader's own front page: what was chosen for them, and without it everything, the newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import bookmarks, mutes
from fedconnect.forum.mutes import Mutes
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.thread import Thread
from fedconnect.surfacing.feed import feed
from fedconnect.surfacing.feed.feed import Feed, Placed
from fedconnect.surfacing.feed.reasons import Reason
from fedconnect.surfacing.profile.feed_request import FeedRequest
from fedconnect.web.front.home_feed import HomeFeed, build_home_feed
from fedconnect.web.viewer_context import ViewerContext
from support.unit import a_board, a_person, a_reader, a_thread
from support.web_rows import a_bare_app, a_reader_asking

WORDS = Mutes(words=re.compile("read this", re.IGNORECASE))


class Front:
    """A board with three threads, a reader, and what their feed says."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.board, self.ana = a_board(session), a_person(session)
        self.threads = [self.begin(hours) for hours in (1, 2, 3)]
        self.reader = a_reader(session, a_person(session, "dora", "readers.example"))
        self.asked: list[FeedRequest] = []
        self.placed: list[Placed] = []
        self.follows: tuple[int, ...] = ()
        self.passed_on: tuple[int, ...] = ()

    def begin(self, hours: int, board: Board | None = None, author: Person | None = None) -> Thread:
        published = clock.now() - timedelta(hours=hours)
        return a_thread(self.session, board or self.board, author or self.ana, published=published)[0]

    def list_feed(self, session: Session, request: FeedRequest) -> Feed:
        self.asked.append(request)
        return Feed(self.placed, self.follows, self.passed_on)

    def place(self, thread: Thread, reason: Reason | None = None, **values: Any) -> None:
        known = {"post_id": thread.id + 1, "is_answer": False, "is_reserved": False, "opened_at": None}
        self.placed.append(Placed(thread_id=thread.id, reason=reason, **{**known, **values}))

    def build(
        self, page: int = 1, query: str = "", shields: Mutes = mutes.NONE, **visit: Any
    ) -> HomeFeed | None:
        who = a_reader_asking(reader_id=self.reader.id, person_id=self.reader.person_id, **visit)
        with a_bare_app().test_request_context(f"/?{query}"):
            return build_home_feed(self.session, ViewerContext(who, shields), page)

    def shown(self, page: int = 1, query: str = "", shields: Mutes = mutes.NONE) -> HomeFeed:
        found = self.build(page, query, shields)
        assert found is not None
        return found


@pytest.fixture
def front(session: Session, monkeypatch: pytest.MonkeyPatch) -> Front:
    found = Front(session)
    monkeypatch.setattr(feed, "list_feed", found.list_feed)
    return found


def ids(threads: Sequence[Any]) -> list[int]:
    return [one.id for one in threads]


def test_whoever_follows_nothing_and_has_nothing_found_has_no_page(front: Front) -> None:
    assert front.build() is None
    assert front.build(query="order=newest") is None
    assert front.build(page=2) is None


def test_a_page_is_in_the_order_in_which_it_was_chosen(front: Front) -> None:
    first, second, third = front.threads
    for thread in (third, first, second):
        front.place(thread)
    found = front.shown()
    assert ids(found.threads) == [third.id, first.id, second.id]
    assert (found.reasons, found.answers, found.is_plain, found.page, found.has_more) == (
        {},
        {},
        False,
        1,
        False,
    )
    (request,) = front.asked
    assert request == FeedRequest(front.reader.id, front.reader.person_id, "@dora@home.example")


def test_only_what_has_a_reason_tells_one_and_only_an_answer_leads_to_itself(front: Front) -> None:
    first, second, _ = front.threads
    why = Reason(words=("care",))
    front.place(first, why)
    front.place(second, post_id=77, is_answer=True)
    found = front.shown()
    assert found.reasons == {first.id: why}
    assert found.answers == {second.id: 77}


def test_what_is_new_goes_by_when_each_was_opened_last(front: Front) -> None:
    first, second, third = front.threads
    moments: list[datetime | None] = [clock.now(), clock.now() - timedelta(days=9), None]
    for thread, opened_at in zip((first, second, third), moments, strict=True):
        front.place(thread, opened_at=opened_at)
    assert [line.news for line in front.shown().threads] == ["", "answers", "thread"]


def test_a_sentence_with_hidden_words_brings_nothing_and_is_not_told(front: Front) -> None:
    first, second, third = front.threads
    word: dict[str, Any] = {"passed_on": "Read this", "passed_by": "@ben@b.example"}
    front.place(first, Reason(words=("care",), follows=False, **word))
    front.place(second, Reason(words=("care",), follows=True, **word))
    front.place(third, Reason(follows=False, passed_on="Mine", passed_by="@ana@home.example"))
    found = front.shown(shields=WORDS)
    assert ids(found.threads) == [second.id, third.id]
    assert found.reasons[second.id] == Reason(words=("care",), follows=True)
    assert found.reasons[third.id].passed_on == "Mine"
    assert ids(front.shown().threads) == [first.id, second.id, third.id], "others hear it"


def test_what_had_a_place_because_it_was_passed_on_is_told_of_the_chosen_page_alone(front: Front) -> None:
    bookmarks.follow_here(front.session, front.reader.id, front.board)
    first, second, _ = front.threads
    for thread in (first, second):
        front.place(thread, Reason(passed_on="Read this", passed_by="@ben@b.example"))
    front.passed_on = (second.id + 1, first.id + 1)
    assert front.shown().passed_on == front.passed_on
    assert front.shown(query="order=newest").passed_on == ()
    front.follows = (front.board.id,)
    assert front.shown(shields=WORDS).passed_on == (), "nothing of it was shown"


def test_where_nothing_is_left_of_a_page_the_followed_boards_stand_there(front: Front) -> None:
    front.place(front.threads[0], Reason(passed_on="Read this", passed_by="@ben@b.example"))
    assert front.build(shields=WORDS) is None
    front.follows = (front.board.id,)
    found = front.shown(shields=WORDS)
    assert found.is_plain
    assert ids(found.threads) == ids(front.threads)


@pytest.mark.parametrize("query", ["order=newest", "order=newest&x=y"])
def test_whoever_wants_it_plain_has_the_boards_that_they_follow_the_newest_first(
    front: Front, query: str
) -> None:
    other = a_board(front.session, "bread")
    elsewhere = front.begin(0, other)
    front.place(front.threads[2])
    bookmarks.follow_here(front.session, front.reader.id, front.board)
    found = front.shown(query=query)
    assert (ids(found.threads), found.is_plain, found.page) == (ids(front.threads), True, 1)
    assert (found.reasons, found.answers, found.has_more) == ({}, {}, False)
    assert front.asked == [], "nothing was chosen for them"
    bookmarks.follow_here(front.session, front.reader.id, other)
    assert ids(front.shown(query=query).threads) == [elsewhere.id, *ids(front.threads)]


@pytest.mark.parametrize("query", ["", "order=oldest", "order="])
def test_every_other_order_is_the_chosen_one(front: Front, query: str) -> None:
    front.place(front.threads[1])
    assert ids(front.shown(query=query).threads) == [front.threads[1].id]


def test_the_second_page_is_plain_and_goes_on_where_the_first_one_ended(front: Front) -> None:
    bookmarks.follow_here(front.session, front.reader.id, front.board)
    older = [front.begin(hours) for hours in range(10, 28)]  # twenty-one in all
    first, second = front.shown(query="order=newest"), front.shown(page=2)
    assert (len(first.threads), first.has_more) == (20, True)
    assert (ids(second.threads), second.page, second.is_plain, second.has_more) == (
        [older[-1].id],
        2,
        True,
        False,
    )
    with pytest.raises(NotFound):
        front.build(page=3)


def test_whom_a_reader_mutes_is_on_neither_kind_of_page(front: Front) -> None:
    eve = front.begin(0, author=a_person(front.session, "eve", "evil.example"))
    front.place(eve)
    front.place(front.threads[0])
    bookmarks.follow_here(front.session, front.reader.id, front.board)
    shields = Mutes(people=frozenset({"eve@evil.example"}))
    assert eve.id in ids(front.shown().threads)
    assert eve.id not in ids(front.shown(shields=shields).threads)
    assert eve.id not in ids(front.shown(query="order=newest", shields=shields).threads)
