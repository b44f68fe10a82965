"""May it travel? A no outweighs everything, a yes outweighs the profile, and without a word it is as the profile says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.events import TravelRefused
from fedconnect.foundation import clock
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.travel_consent import TravelConsent
from fedconnect.models.visibility import may_travel
from fedconnect.surfacing.hearing import opt_outs, travel_consent
from support.forum_rows import count, said
from support.unit import a_board, a_person, a_thread


def travels(session: Session, post: Post) -> bool:
    found = (
        select(Post.id).outerjoin(Person, Person.id == Post.person_id).where(Post.id == post.id, may_travel())
    )
    return session.execute(found).first() is not None


@pytest.mark.parametrize("word", [False, None, True])
@pytest.mark.parametrize("indexable", [False, True])
def test_a_word_outweighs_the_profile_and_without_one_the_profile_holds(
    session: Session, word: bool | None, indexable: bool
) -> None:
    ana = a_person(session, indexable=indexable)
    _, post = a_thread(session, a_board(session), ana)
    travel_consent.ask_once(session, ana.id)
    if word is not None:
        travel_consent.answer(session, ana.id, allows=word)
    expected = indexable if word is None else word
    assert travels(session, post) is expected
    assert travel_consent.lets_travel(session, ana.id) is expected


def test_a_yes_does_not_outweigh_a_stop_a_profile_without_bots_or_an_unlisted_post(session: Session) -> None:
    board, ana, ben = a_board(session), a_person(session), a_person(session, "ben", asks_no_bots=True)
    posts = [a_thread(session, board, who)[1] for who in (ana, ben)]
    for who in (ana, ben):
        travel_consent.answer(session, who.id, allows=True)
    opt_outs.opt_out(session, ana.id, board.id)
    assert [travels(session, post) for post in posts] == [False, False]
    opt_outs.opt_in(session, ana.id, board.id)
    assert travels(session, posts[0])
    posts[0].visibility = Visibility.UNLISTED
    session.flush()
    assert not travels(session, posts[0])


def test_the_last_word_holds_and_a_no_takes_back_what_was_shown(session: Session) -> None:
    ana = a_person(session)
    for allows in (True, False, True, False):
        travel_consent.answer(session, ana.id, allows=allows)
    assert travel_consent.find_answer(session, ana.id) is False
    assert said(session, TravelRefused) == [TravelRefused(ana.id)] * 2
    assert count(session, TravelConsent) == 1


def test_somebody_is_asked_once_and_not_after_they_said(session: Session) -> None:
    ana, ben = a_person(session), a_person(session, "ben")
    assert [travel_consent.ask_once(session, ana.id) for _ in range(2)] == [True, False]
    travel_consent.answer(session, ben.id, allows=False)
    assert not travel_consent.ask_once(session, ben.id)


def test_only_what_was_written_with_the_question_or_after_it_asked(session: Session) -> None:
    ana, now = a_person(session), clock.now()
    assert not travel_consent.was_asked_by(session, ana.id, now)
    travel_consent.ask_once(session, ana.id)
    assert travel_consent.was_asked_by(session, ana.id, now)
    assert not travel_consent.was_asked_by(session, ana.id, now - timedelta(days=1))
