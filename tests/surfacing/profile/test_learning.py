"""What readers do teaches what they care for: only theirs, only with a yes, only from posts that are known."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import PostPublished
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.models.thread import Thread
from fedconnect.surfacing.profile import learning
from fedconnect.surfacing.profile.learning import Engagement
from fedconnect.surfacing.profile.profiles import read_interests
from support.surfacing_rows import DAY, NOON, a_profile, a_reader_named, a_vector, encoded, stop_the_clock
from support.unit import a_board, a_person, a_post, a_thread


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


@pytest.fixture
def post(session: Session) -> Post:
    _, post = a_thread(session, a_board(session), a_person(session))
    a_vector(session, post, "sleep")
    return post


def dora(session: Session, **chosen: object) -> Profile:
    return a_profile(session, a_reader_named(session, f"r{session.query(Profile).count()}"), **chosen)


@pytest.mark.parametrize("chosen", [{"learns": None}, {"learns": False}, {"is_personal": False}])
def test_nothing_is_learnt_of_who_did_not_say_yes(
    session: Session, post: Post, chosen: dict[str, object]
) -> None:
    profile, other = dora(session, **chosen), dora(session)
    deeds = [
        (profile.reader_id, post.id),
        (other.reader_id, post.id),
        (a_reader_named(session, "new").id, post.id),
    ]
    learning.learn_engagements(session, deeds, Engagement.SAVE)
    assert (profile.liked, profile.boards) == ("{}", "{}")
    assert read_interests(other).liked == {"sleep": 0.8}


@pytest.mark.parametrize(
    ("deed", "weight"),
    [(Engagement.REPLY, 1.0), (Engagement.SAVE, 0.8), (Engagement.BOOST, 0.6), (Engagement.OPEN, 0.2)],
)
def test_a_deed_weighs_by_what_it_costs(
    session: Session, post: Post, deed: Engagement, weight: float
) -> None:
    profile = dora(session)
    learning.learn_engagement(session, profile.reader_id, post.id, deed)
    learnt = read_interests(profile)
    assert (learnt.liked, learnt.boards, learnt.disliked) == ({"sleep": weight}, {post.board_id: weight}, {})
    assert learnt.at == pytest.approx(NOON.timestamp() / 86_400)


def test_less_like_this_says_nothing_against_the_board(session: Session, post: Post) -> None:
    profile = dora(session)
    learning.learn_engagement(session, profile.reader_id, post.id, Engagement.LESS)
    learnt = read_interests(profile)
    assert (learnt.liked, learnt.boards, learnt.disliked) == ({}, {}, {"sleep": 1.0})


def test_several_deeds_of_one_reader_add_up_and_unknown_posts_teach_nothing(
    session: Session, post: Post
) -> None:
    profile = dora(session)
    _, unknown = a_thread(session, a_board(session, "bread"), a_person(session, "ben"))
    deeds = [(profile.reader_id, post.id), (profile.reader_id, unknown.id), (profile.reader_id, post.id)]
    learning.learn_engagements(session, deeds, Engagement.OPEN)
    learning.learn_engagements(session, [], Engagement.OPEN)
    assert read_interests(profile).liked == {"sleep": 0.4}


def test_an_interest_of_a_month_ago_weighs_a_third(
    session: Session, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = dora(session)
    learning.learn_engagement(session, profile.reader_id, post.id, Engagement.REPLY)
    stop_the_clock(monkeypatch, NOON + 30 * DAY)
    learning.learn_engagement(session, profile.reader_id, post.id, Engagement.OPEN)
    assert read_interests(profile).liked["sleep"] == pytest.approx(0.2 + 0.3679, abs=1e-4)


def published(post: Post) -> PostPublished:
    return PostPublished(post.id, post.thread_id, post.board_id, post.is_starter)


def test_an_answer_teaches_its_writer_alone_and_a_new_thread_nobody(session: Session, post: Post) -> None:
    writer, other = dora(session), dora(session)
    person = session.get_one(Person, session.get_one(Reader, writer.reader_id).person_id)
    thread = session.get_one(Thread, post.thread_id)
    _, own = a_thread(session, a_board(session, "bread"), person, parent_id=post.id)
    loose = a_post(session, thread, person)
    strangers = a_post(session, thread, a_person(session, "zoe"), parent_id=post.id)
    for one in (own, loose, strangers):
        learning.learn_reply(session, published(one))
    assert read_interests(writer).liked == {}
    learning.learn_reply(session, published(a_post(session, thread, person, parent_id=post.id)))
    assert read_interests(writer).liked == {"sleep": 1.0}
    assert read_interests(other).liked == {}


def test_a_visit_to_a_thread_teaches_by_what_it_began_with(session: Session, post: Post) -> None:
    profile = dora(session)
    thread = session.get_one(Thread, post.thread_id)
    a_vector(session, a_post(session, thread, a_person(session, "ben")), "beer")
    learning.learn_visits(session, [(profile.reader_id, thread.id), (profile.reader_id, thread.id + 1)])
    assert read_interests(profile).liked == {"sleep": 0.2}


def test_the_words_of_a_post_are_read_as_they_were_stored(session: Session, post: Post) -> None:
    encoding = encoded("respite care for carers of people with dementia")
    _, other = a_thread(session, a_board(session, "care"), a_person(session, "ben"))
    vector = a_vector(session, other, "respite care for carers of people with dementia")
    words = learning.weighted_words(vector)
    assert [word for word, _ in words] == list(encoding.words)
    assert [weight for _, weight in words] == pytest.approx(encoding.weights.tolist(), abs=1e-3)
