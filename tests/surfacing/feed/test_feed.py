"""A reader's page from rows to reasons."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from fedconnect.meaning.learnt_thesaurus import keep
from fedconnect.models.board import Board
from fedconnect.models.hearing import HearingState
from fedconnect.models.passed_on import PassedOn, PassedOnPlace
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Order, ReaderMatches
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import ReadMarker
from fedconnect.models.thread import Thread
from fedconnect.surfacing.feed import feed, readership
from fedconnect.surfacing.feed.feed import Placed
from fedconnect.surfacing.feed.reasons import Reason
from fedconnect.surfacing.hearing import impressions, passed_on_places
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.surfacing.profile.feed_request import FeedRequest
from support.surfacing_rows import (
    HOUR,
    NOON,
    a_hearing,
    a_local_follow,
    a_profile,
    a_reader_named,
    a_topic,
    a_vector,
    a_young_post,
    stop_the_clock,
)
from support.thesauri import a_thesaurus
from support.unit import a_board, a_person, a_post, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    monkeypatch.setattr(readership, "count_readers", lambda session: 1_000)


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def dora(session: Session, board: Board) -> Reader:
    reader = a_reader_named(session, "dora")
    a_topic(session, reader, "sleep")
    a_local_follow(session, reader, board)
    return reader


def asks(session: Session, reader: Reader) -> FeedRequest:
    return FeedRequest(reader.id, reader.person_id, session.get_one(Person, reader.person_id).handle)


def page(session: Session, reader: Reader) -> list[Placed]:
    return list(feed.list_feed(session, asks(session, reader)).placed)


def crowded(session: Session, board: Board) -> Post:
    """More than a page of newer posts, all unlike, and one quiet post that nobody would see; return that one."""
    for number in range(25):
        a_young_post(session, board, f"word{number}", f"p{number}")
    quiet = a_young_post(session, board, "trains", "quiet", 47)
    a_hearing(session, quiet, begun_at=NOON - 47 * HOUR, thresholds="[0.9]", with_followers=True)
    return quiet


def test_a_post_is_told_with_its_reason_and_one_that_needs_none_without(
    session: Session, board: Board, dora: Reader
) -> None:
    fits, plain = (
        a_young_post(session, board, "sleep and night", "ana"),
        a_young_post(session, board, "trains", "ben"),
    )
    sent = a_young_post(session, a_board(session, "other"), "beer", "lea")
    add(session, PassedOn(post_id=sent.id, by_person_id=a_reader_named(session, "eve").person_id, to_person_id=dora.person_id,
                          sentence="For you", at=NOON))  # fmt: skip
    found = a_young_post(session, a_board(session, "third"), "hops", "mia")
    packed = np.array([found.id], "<i8").tobytes()
    add(session, ReaderMatches(reader_id=dora.id, epoch=0, packed=packed, at=NOON))
    reasons = {one.post_id: one.reason for one in page(session, dora)}
    assert reasons[found.id] == Reason(), "of a board that they do not follow, and that is said"
    assert reasons[plain.id] is None
    told = reasons[fits.id]
    assert told is not None
    assert (told.topics, told.words, told.follows, told.is_quiet) == (("sleep",), (), True, False)
    told = reasons[sent.id]
    assert told is not None
    assert (told.follows, told.passed_on, told.passed_by) == (False, "For you", "@eve@readers.example")
    assert feed.list_feed(session, asks(session, dora)).follows == (board.id,)


def test_a_post_near_a_topic_says_so_in_its_own_words(session: Session, board: Board, dora: Reader) -> None:
    near = {"en:sleep": {"en:mattress": 0.8}}
    keep(session, a_thesaurus({"en:sleep": ["sleep"], "en:mattress": ["mattresses"]}, near), 1)
    post = a_young_post(session, board, "mattresses and pillows", "ana")
    plain = a_young_post(session, board, "trains", "ben")
    reasons = {one.post_id: one.reason for one in page(session, dora)}
    assert reasons[post.id] == Reason(near_topic="sleep", near=("mattresses",), follows=True)
    assert reasons[plain.id] is None
    a_profile(session, dora, is_personal=False)
    assert {one.reason for one in page(session, dora)} == {None}, (
        "whoever wants nothing chosen is not told of topics"
    )


def test_a_quiet_post_stands_in_a_reserved_place_until_its_reader_has_seen_it(
    session: Session, board: Board, dora: Reader
) -> None:
    quiet = crowded(session, board)
    placed = page(session, dora)[1]
    assert (placed.post_id, placed.is_reserved, placed.is_answer) == (quiet.id, True, False)
    assert placed.reason is not None
    assert placed.reason.is_quiet
    impressions.note(session, {Showing(dora.id, quiet.id, 1, "slot"): True})
    assert quiet.id not in {one.post_id for one in page(session, dora)}


def test_in_a_small_forum_everybodys_first_new_post_stands_before_anybodys_second(
    session: Session, board: Board, dora: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readership, "count_readers", lambda session: 12)
    first = a_young_post(session, board, "beer", "ben", 9)
    thread_author = session.get_one(Person, first.person_id)
    for text, hours in (("sleep", 8), ("sleep at night", 7)):
        _, post = a_thread(session, board, thread_author, received=NOON - hours * HOUR, title=text)
        a_vector(session, post, text, since=NOON - hours * HOUR)
    lea = a_young_post(session, board, "bread", "lea", 1)
    assert [one.post_id for one in page(session, dora)][:2] == [first.id, lea.id]


@pytest.mark.parametrize("chosen", [{"is_personal": False}, {"order": Order.NEWEST}])
def test_a_page_is_plain_for_whoever_wants_it_plain(
    session: Session, board: Board, dora: Reader, chosen: dict[str, object]
) -> None:
    a_profile(session, dora, **chosen)
    quiet = crowded(session, board)
    newest = a_young_post(session, board, "bread", "ana", 0)
    shown = page(session, dora)
    assert shown[0].post_id == newest.id
    assert (quiet.id in {one.post_id for one in shown}) is ("order" in chosen), (
        "quiet posts between are a choice"
    )


def test_a_thread_stands_on_a_page_once(session: Session, board: Board, dora: Reader) -> None:
    starter = a_young_post(session, board, "sleep", "ana")
    thread = starter.thread_id
    answer = a_post(session, session.get_one(Thread, thread), a_person(session, "ben"))
    a_vector(session, answer, "night")
    a_hearing(session, answer, begun_at=NOON - 40 * HOUR, with_followers=True, thresholds="[0.9]")
    assert [(one.thread_id, one.post_id, one.is_answer) for one in page(session, dora)] == [
        (thread, starter.id, False)
    ]


def test_a_reader_counts_where_a_post_fits_them_and_nowhere_else(
    session: Session, board: Board, dora: Reader
) -> None:
    fits, plain = a_young_post(session, board, "sleep", "ana"), a_young_post(session, board, "trains", "ben")
    closed, unheard = (
        a_young_post(session, board, "sleep", "lea"),
        a_young_post(session, board, "sleep", "mia"),
    )
    for post, state in ((fits, "open"), (plain, "open"), (closed, "missed")):
        a_hearing(session, post, HearingState(state), thresholds="[0.9]")
    asked = [fits.id, plain.id, closed.id, unheard.id]
    assert feed.who_qualifies(session, asks(session, dora), asked) == {fits.id}
    assert feed.who_qualifies(session, asks(session, dora), []) == set()


def test_what_was_passed_on_keeps_its_place_through_three_visits_or_until_it_is_opened(
    session: Session, board: Board, dora: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded(session, board)
    sent = a_young_post(session, a_board(session, "other"), "beer", "lea")
    eve = a_reader_named(session, "eve")
    add(session, PassedOn(post_id=sent.id, by_person_id=eve.person_id, to_person_id=dora.person_id,
                          sentence="For you", at=NOON))  # fmt: skip
    for visit in range(3):
        stop_the_clock(monkeypatch, NOON + visit * HOUR)
        for _ in range(2):  # twice in an hour is one visit
            shown = feed.list_feed(session, asks(session, dora))
            assert (shown.placed[2].post_id, list(shown.passed_on)) == (sent.id, [sent.id])
            passed_on_places.note_visits(session, [(dora.id, sent.id)])
    stop_the_clock(monkeypatch, NOON + 3 * HOUR)
    assert not feed.list_feed(session, asks(session, dora)).passed_on
    session.execute(delete(PassedOnPlace))
    assert feed.list_feed(session, asks(session, dora)).passed_on
    add(session, ReadMarker(reader_id=dora.id, thread_id=sent.thread_id, at=NOON + HOUR))
    session.get_one(Thread, sent.thread_id).last_post_at = NOON + 2 * HOUR
    session.flush()
    assert not feed.list_feed(session, asks(session, dora)).passed_on, "it was opened"


def test_of_several_that_were_passed_on_the_longest_waiting_have_the_places(
    session: Session, board: Board, dora: Reader
) -> None:
    crowded(session, board)
    eve, other, sent = a_reader_named(session, "eve"), a_board(session, "other"), []
    for number in range(4):
        sent.append(a_young_post(session, other, f"beer{number}", f"q{number}").id)
        add(session, PassedOn(post_id=sent[-1], by_person_id=eve.person_id, to_person_id=dora.person_id,
                              sentence="For you", at=NOON - (4 - number) * HOUR))  # fmt: skip
    assert list(feed.list_feed(session, asks(session, dora)).passed_on) == sent[:2]


def test_what_its_author_keeps_to_its_board_by_now_is_not_brought_though_it_was_passed_on(
    session: Session, board: Board, dora: Reader
) -> None:
    sent = a_young_post(session, a_board(session, "other"), "beer", "lea")
    eve = a_reader_named(session, "eve")
    add(session, PassedOn(post_id=sent.id, by_person_id=eve.person_id, to_person_id=dora.person_id,
                          sentence="For you", at=NOON))  # fmt: skip
    assert [one.post_id for one in page(session, dora)] == [sent.id]
    session.get_one(Person, sent.person_id).indexable = False
    session.flush()
    assert page(session, dora) == []
