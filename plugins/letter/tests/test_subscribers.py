"""Who gets the letter, when it is due, and that nothing is left of who said stop."""

from __future__ import annotations

import importlib
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from fedconnect.foundation import database
from fedconnect.foundation.package_files import find_bundled
from fedconnect.hooks.manager import import_plugin
from fedconnect.hooks.views import PersonView
from fedconnect.surfacing.feed import unseen_posts
from fedconnect.surfacing.feed.unseen_posts import UnseenPost
from support.forum import BASE
from support.surfacing_rows import DAY, HOUR, INSTANT, NOON, stop_the_clock
from support.unit import Unit

import_plugin("letter", find_bundled("plugins") / "letter")
answers: Any = importlib.import_module("fedconnect_plugins_letter.answers")
letters: Any = importlib.import_module("fedconnect_plugins_letter.letters")
subscribers: Any = importlib.import_module("fedconnect_plugins_letter.subscribers")
Pool: Any = importlib.import_module("fedconnect_plugins_letter.pool").Pool
Pace: Any = importlib.import_module("fedconnect_plugins_letter.wishes").Pace
Wish: Any = importlib.import_module("fedconnect_plugins_letter.wishes").Wish
EVE = "https://b.example/users/eve"


@pytest.fixture(autouse=True)
def tables(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribers.METADATA.create_all(database.installed().writer)
    stop_the_clock(monkeypatch)


def wish(uri: str = EVE, message: str = "https://b.example/1", **values: Any) -> None:
    subscribers.heed(uri, "@eve@b.example", Wish(**values), message)


def due(moment: Any = NOON + 9 * DAY) -> list[str]:
    return [one.person_uri for one in subscribers.list_due(moment)]


def follow(*names: str) -> None:
    subscribers.meet_followers(
        [PersonView(f"https://b.example/users/{name}", name, f"@{name}@b.example") for name in names]
    )


def sent_rows() -> list[tuple[str, int]]:
    with database.read_transaction() as session:
        rows = session.execute(select(subscribers.SENT.c.person_uri, subscribers.SENT.c.post_id))
        return sorted((row[0], row[1]) for row in rows)


def test_a_message_without_a_wish_subscribes_nobody() -> None:
    wish()
    assert subscribers.find(EVE) is None
    assert not subscribers.has_answered("https://b.example/1")


def test_after_stop_nothing_is_kept_of_them_and_everything_of_others() -> None:
    other = "https://b.example/users/lea"
    for uri in (EVE, other):
        wish(uri, topics=("sleep",))
        subscribers.note_sent(subscribers.find(uri), [1, 2], NOON, reached=True)
    wish(topics=("bread",), stops=True)
    assert subscribers.find(EVE) is None
    assert subscribers.find(other) is not None
    assert sent_rows() == [(other, 1), (other, 2)]


def test_what_is_not_said_anew_stays_and_off_ends_with_the_next_wish() -> None:
    wish(topics=("sleep", "bread"))
    assert subscribers.find(EVE).pace is Pace.WEEKLY
    wish(pace=Pace.DAILY, message="https://b.example/2")
    assert subscribers.find(EVE) == subscribers.Subscriber(
        EVE, "@eve@b.example", ("sleep", "bread"), Pace.DAILY
    )
    wish(topics=("beer",))
    assert (subscribers.find(EVE).topics, subscribers.find(EVE).pace) == (("beer",), Pace.DAILY)
    wish(pace=Pace.OFF)
    assert (subscribers.find(EVE).topics, due()) == (("beer",), [])
    wish(topics=())
    assert (subscribers.find(EVE).topics, subscribers.find(EVE).pace) == ((), Pace.WEEKLY)


def test_a_message_that_was_answered_is_known() -> None:
    wish(topics=("sleep",))
    assert subscribers.has_answered("https://b.example/1")
    assert not subscribers.has_answered("https://b.example/2")


def test_the_first_letter_comes_after_an_hour() -> None:
    wish(topics=("sleep",))
    assert due(NOON + HOUR - INSTANT) == []
    assert due(NOON + HOUR) == [EVE]


@pytest.mark.parametrize(("pace", "days"), [("daily", 1), ("weekly", 7)])
def test_the_next_letter_is_due_a_pace_later_whether_or_not_this_one_held_posts(pace: str, days: int) -> None:
    wish(pace=Pace(pace))
    later = NOON + 5 * HOUR
    subscribers.note_sent(subscribers.find(EVE), [], later, reached=True)
    assert due(later + timedelta(days=days) - INSTANT) == []
    assert due(later + timedelta(days=days)) == [EVE]


def test_the_longest_waiting_come_first_and_a_bound_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("c", "a", "b")):
        stop_the_clock(monkeypatch, NOON + number * HOUR)
        wish(f"https://b.example/users/{name}", topics=())
    assert [uri[-1] for uri in due()] == ["c", "a", "b"]
    monkeypatch.setattr(subscribers, "_MOST_DUE", 2)
    assert [uri[-1] for uri in due()] == ["c", "a"]


def test_whoever_cannot_be_reached_is_forgotten() -> None:
    wish(topics=("sleep",))
    subscribers.note_sent(subscribers.find(EVE), [1], NOON, reached=True)
    subscribers.note_sent(subscribers.find(EVE), [2], NOON, reached=False)
    assert (subscribers.find(EVE), sent_rows()) == (None, [])


def test_of_who_said_stop_while_their_letter_went_out_nothing_is_kept() -> None:
    wish(topics=("sleep",))
    (eve,) = subscribers.list_due(NOON + HOUR)
    wish(stops=True)
    subscribers.note_sent(eve, [1], NOON + HOUR, reached=True)
    assert (subscribers.find(EVE), sent_rows()) == (None, [])


def test_a_follower_gets_it_weekly_at_once_and_no_more_after_unfollowing() -> None:
    follow("eve", "lea", "eve")
    assert due(NOON) == [EVE, "https://b.example/users/lea"]
    assert subscribers.find(EVE) == subscribers.Subscriber(EVE, "@eve@b.example", (), Pace.WEEKLY)
    follow("lea")
    assert subscribers.find(EVE) is None
    assert subscribers.find("https://b.example/users/lea") is not None


def test_whoever_wrote_keeps_what_they_asked_for_whether_they_follow_or_not() -> None:
    follow("eve")
    wish(pace=Pace.OFF)
    for followers in (("eve",), ()):
        follow(*followers)
        assert subscribers.find(EVE).pace is Pace.OFF


def test_what_was_sent_is_remembered_for_sixty_days_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wish(topics=())
    for _ in range(2):
        subscribers.note_sent(subscribers.find(EVE), [1, 1], NOON - 60 * DAY, reached=True)
    subscribers.note_sent(subscribers.find(EVE), [2], NOON - 60 * DAY - INSTANT, reached=True)
    assert subscribers.posts_sent(EVE) == {1, 2}
    follow()
    assert sent_rows() == [(EVE, 1)]


def a_pool(monkeypatch: pytest.MonkeyPatch, *answers: list[int]) -> tuple[Any, list[tuple[object, ...]]]:
    """A pool from which these are drawn one after the other, and what it was asked."""
    asked: list[tuple[object, ...]] = []
    left = list(answers)

    def draw(
        posts: object,
        person_uri: str,
        topics: object,
        had: set[int],
        held: Counter[int],
        most: int,
        dice: object,
        near: object,
    ) -> list[int]:
        asked.append((person_uri, topics, set(had), dict(held), most))
        return left.pop(0)

    monkeypatch.setattr(unseen_posts, "draw", draw)
    return Pool([], Counter(), Random(1)), asked


def test_a_letter_holds_links_as_text_and_what_was_drawn_before_what_is_drawn_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[object, ...]] = []

    def list_unseen(session: object, *rest: object) -> list[UnseenPost]:
        asked.append(rest)
        return [
            UnseenPost(
                7, "/boards/b/threads/1", "<script>alert(1)</script>", "A & B", ("sleep", "<i>"), False
            ),
            UnseenPost(8, "/boards/b/threads/2", "Grief", "B", (), True),
        ]

    monkeypatch.setattr(unseen_posts, "list_unseen", list_unseen)
    wish(topics=("sleep",))
    eve = subscribers.find(EVE)
    subscribers.note_sent(eve, [3], NOON, reached=True)
    pool, drew = a_pool(monkeypatch, [7], [8, 9])
    letters.draw_next(eve, pool, NOON)
    html, posts = letters.compose(eve, pool)
    assert posts == [7, 8]
    assert drew == [(EVE, ("sleep",), {3}, {}, 1), (EVE, ("sleep",), {3, 7}, {7: 1}, 10)]
    assert asked == [("@eve@b.example", ("sleep",), [7, 8, 9])]
    assert pool._held == Counter({7: 1, 8: 1}), "what is not sent is held by nobody"
    assert "<script" not in html
    assert f'<a href="{BASE}/boards/b/threads/1">&lt;script&gt;' in html
    assert "(A &amp; B, sleep, &lt;i&gt;)" in html
    assert "Content warning: Grief</a> (B)" in html


def test_there_is_no_empty_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    wish(topics=("sleep",))
    assert letters.compose(subscribers.find(EVE), a_pool(monkeypatch, [])[0]) == ("", [])


def drawn_at(*hours: float) -> list[int]:
    """Let somebody draw at these hours after noon if it is their turn; returns at how many they did."""
    done = []
    for hour in hours:
        now = NOON + hour * HOUR
        for number, one in enumerate(subscribers.list_drawing(now)):
            subscribers.note_drawn(one, [int(hour * 100) + number], now)
            done.append(int(hour))
    return done


@pytest.mark.parametrize(
    ("pace", "turns"),
    [("weekly", [0, 34, 68, 101, 135]), ("daily", [0, 5, 10, 15, 20])],
)
def test_five_links_are_drawn_evenly_from_one_letter_to_the_next(pace: str, turns: list[int]) -> None:
    wish(pace=Pace(pace))
    assert drawn_at(*range(7 * 24 if pace == "weekly" else 24)) == turns
    assert subscribers.posts_drawn(EVE) == [hour * 100 for hour in turns]


def test_after_a_pause_a_link_is_not_drawn_for_each_hour_that_was_missed() -> None:
    wish(pace=Pace.DAILY)
    assert drawn_at(0, 100, 101, 103, 104) == [0, 100, 104]


def test_a_letter_that_was_sent_begins_the_next_with_nothing_drawn() -> None:
    wish(pace=Pace.DAILY)
    drawn_at(0)
    subscribers.note_sent(subscribers.find(EVE), [0], NOON, reached=True)
    assert subscribers.posts_drawn(EVE) == []
    assert drawn_at(4, 5) == [5]


def test_no_more_is_drawn_than_a_letter_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    wish(topics=())
    eve = subscribers.find(EVE)
    subscribers.note_drawn(eve, [1, 2, 3, 4, 5], NOON)
    pool, asked = a_pool(monkeypatch)
    letters.draw_next(eve, pool, NOON + DAY)
    assert (subscribers.posts_drawn(EVE), asked) == ([1, 2, 3, 4, 5], [])


def test_nothing_stays_drawn_for_who_stopped_unfollowed_or_named_other_topics() -> None:
    for end in (
        lambda: wish(topics=("bread",)), lambda: wish(stops=True), lambda: subscribers.forget(EVE), lambda: follow("lea"),
    ):  # fmt: skip
        follow("eve")
        eve = subscribers.find(EVE)
        subscribers.note_drawn(eve, [1], NOON)
        assert subscribers.posts_drawn(EVE) == [1]
        end()
        assert subscribers.posts_drawn(EVE) == []
        subscribers.forget(EVE)
        subscribers.note_drawn(eve, [2], NOON)
        assert subscribers.posts_drawn(EVE) == [], "who said stop while it was drawn"


def test_who_wants_no_letter_draws_nothing_and_at_most_so_many_draw_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wish(pace=Pace.OFF)
    assert subscribers.list_drawing(NOON) == []
    follow("lea", "mia", "noa")
    monkeypatch.setattr(subscribers, "_MOST_DRAWING", 2)
    assert len(subscribers.list_drawing(NOON)) == 2


def test_it_is_known_in_how_many_letters_a_post_stands_sent_or_drawn() -> None:
    for name in ("eve", "lea"):
        wish(f"https://b.example/users/{name}", topics=())
    eve, lea = (subscribers.find(f"https://b.example/users/{name}") for name in ("eve", "lea"))
    subscribers.note_sent(eve, [1, 2], NOON, reached=True)
    subscribers.note_drawn(eve, [3], NOON)
    subscribers.note_drawn(lea, [2, 3, 4], NOON)
    with database.read_transaction() as session:
        assert subscribers.count_letters(session, [1, 2, 3, 9]) == Counter({1: 1, 2: 2, 3: 2})
        assert subscribers.count_letters(session, []) == Counter()


def test_an_answer_says_what_holds_now_and_a_topic_is_text() -> None:
    assert "no letter yet" in answers.answer(EVE, Wish())
    wish(topics=("<b>", "sleep"), pace=Pace.DAILY)
    told = answers.answer(EVE, Wish())
    assert "once a day, about: &lt;b&gt;, sleep." in told
    assert "<b>" not in told
    wish(topics=(), pace=Pace.WEEKLY)
    assert "once a week, about: whatever few have seen." in answers.answer(EVE, Wish())
    wish(pace=Pace.OFF)
    assert "your topics are kept" in answers.answer(EVE, Wish())
    assert "forgotten" in answers.answer(EVE, Wish(stops=True))
