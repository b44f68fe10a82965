"""What a reader chose, and what may be kept of them: nothing without a yes."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.models.profile import Order, Profile, ReaderMatches
from fedconnect.models.reader import Reader
from fedconnect.surfacing.profile import interests, profiles
from fedconnect.surfacing.profile.profiles import Choices
from support.surfacing_rows import NOON, a_profile, a_reader_named, stop_the_clock
from support.unit import add

LEARNT = {"liked": '{"sleep": 0.5}', "disliked": '{"beer": 0.25}', "boards": '{"7": 2.0}', "at": 20_000.5}


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def dora(session: Session) -> Reader:
    return a_reader_named(session, "dora")


def matched(session: Session, reader: Reader) -> None:
    add(session, ReaderMatches(reader_id=reader.id, epoch=0, packed=b"", at=NOON))


@pytest.mark.parametrize(
    "choices", [Choices(learns=False), Choices(learns=None), Choices(learns=True, is_personal=False)]
)
def test_without_a_yes_what_was_learnt_is_forgotten_and_never_read(
    session: Session, dora: Reader, choices: Choices
) -> None:
    eve = a_reader_named(session, "eve")
    profile, other = a_profile(session, dora, **LEARNT), a_profile(session, eve, **LEARNT)
    for reader in (dora, eve):
        matched(session, reader)
    profile.learns, profile.is_personal = choices.learns, choices.is_personal
    assert profiles.read_interests(profile) == interests.InterestProfile(), "what is left over is not used"
    profiles.choose(session, dora.id, choices)
    assert (profile.liked, profile.disliked, profile.boards, profile.at) == ("{}", "{}", "{}", 0.0)
    assert profile.epoch == 1
    assert (other.liked, other.epoch) == (LEARNT["liked"], 0)
    assert list(session.execute(select(ReaderMatches.reader_id)).scalars()) == [eve.id]


def test_a_yes_keeps_what_was_learnt_and_every_choice_is_taken_over(session: Session, dora: Reader) -> None:
    profile = a_profile(session, dora, **LEARNT)
    chosen = Choices(learns=True, is_personal=True, counts_views=False, order=Order.NEWEST)
    profiles.choose(session, dora.id, chosen)
    assert profiles.choices_of(profile) == chosen
    assert (profile.liked, profile.epoch) == (LEARNT["liked"], 0)


def test_the_first_choice_makes_one_row_and_before_it_nothing_is_learnt(
    session: Session, dora: Reader
) -> None:
    assert profiles.find_profile(session, dora.id) is None
    assert profiles.choices_of(None) == Choices(None, True, True, Order.RELEVANCE)
    assert profiles.read_interests(None) == interests.InterestProfile()
    profiles.reset(session, dora.id)
    assert profiles.find_profile(session, dora.id) is None
    for learns in (True, False):
        profiles.choose(session, dora.id, Choices(learns=learns))
    (one,) = session.execute(select(Profile)).scalars()
    assert (one.reader_id, one.learns) == (dora.id, False)


def test_a_reset_forgets_and_counts_up_and_the_yes_stays(session: Session, dora: Reader) -> None:
    profile = a_profile(session, dora, epoch=4, **LEARNT)
    matched(session, dora)
    profiles.reset(session, dora.id)
    assert (profile.liked, profile.epoch, profile.learns, profile.updated_at) == ("{}", 5, True, NOON)
    assert session.execute(select(ReaderMatches)).first() is None


def test_what_is_written_is_read_again_rounded_and_without_what_hardly_weighs(
    session: Session, dora: Reader
) -> None:
    profile = a_profile(session, dora)
    learnt = interests.InterestProfile(
        {"sleep": 0.12345, "faint": 0.00009, "weak": 0.0001}, {"beer": 1.0}, {7: 0.5, 8: 0.00004}, 3.5
    )
    profiles.write_interests(profile, learnt)
    assert profiles.read_interests(profile) == interests.InterestProfile(
        {"sleep": 0.1235, "weak": 0.0001}, {"beer": 1.0}, {7: 0.5}, 3.5
    )
    profiles.write_interests(profile, interests.InterestProfile({"pflège": 1.0}))
    assert "pflège" in profile.liked, "readable for whom it belongs to"
    assert json.loads(profile.boards) == {}
