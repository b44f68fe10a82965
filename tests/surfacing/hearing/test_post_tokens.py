"""What a post says, and that of what it no longer says nothing is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.models.hearing import PostVector
from fedconnect.surfacing.encoder import Encoding
from fedconnect.surfacing.hearing import post_tokens
from fedconnect.surfacing.hearing.post_tokens import forget_edited_away, words_of
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_vector, encoded
from support.unit import a_board, a_person, a_post, a_thread


def kept(session: Session, post_id: int) -> Encoding:
    row = session.execute(select(PostVector).where(PostVector.post_id == post_id)).scalar_one()
    return Encoding.unpack(row.packed, row.words.split(), row.simhash)


def test_an_answer_does_not_say_its_threads_title(session: Session) -> None:
    ana = a_person(session)
    thread, first = a_thread(session, a_board(session), ana, title="Sleep", body_html="<p>Bread</p>")
    answer = a_post(session, thread, ana, body_html="<p>Beer</p>", hashtags="hops malt")
    assert words_of(first, thread) == ["sleep", "bread"]
    assert words_of(answer, thread) == ["beer", "hops", "malt"]


def test_html_says_only_what_people_read_and_a_word_counts_each_time(session: Session) -> None:
    body = '<p>Bread <a href="https://x.example/secret">bread</a><br>care</p><p>sleep</p>'
    thread, post = a_thread(session, a_board(session), a_person(session), title="Bread", body_html=body)
    assert words_of(post, thread) == ["bread", "bread", "bread", "care", "sleep"]


def test_only_so_many_letters_are_read_the_title_among_them(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = replace(in_force(), encoder=replace(in_force().encoder, longest_text=len("Sleep\nBread")))
    monkeypatch.setattr(post_tokens, "in_force", lambda: shorter)
    thread, post = a_thread(
        session, a_board(session), a_person(session), title="Sleep", body_html="<p>Breads</p>", hashtags="x1"
    )
    assert words_of(post, thread) == ["sleep", "bread"]


def test_a_word_that_was_edited_away_is_in_the_vector_no_more(session: Session) -> None:
    _, post = a_thread(
        session, a_board(session), a_person(session), title="Sleep", body_html="<p>care at night</p>"
    )
    a_vector(session, post, "sleep care medication night")
    forget_edited_away(session, post.id)
    left, wanted = kept(session, post.id), encoded("sleep care night")
    assert set(left.words) == {"sleep", "care", "night"}
    assert sorted(left.buckets.tolist()) == sorted(wanted.buckets.tolist())
    assert left.weights.tolist() == pytest.approx([3**-0.5] * 3, abs=1e-3), "of length one together"
    assert left.simhash == wanted.simhash, "nothing of the word is in the bits either"


def test_what_a_post_says_newly_waits_until_it_is_placed_again(session: Session) -> None:
    _, post = a_thread(session, a_board(session), a_person(session), title="Sleep", body_html="<p>bread</p>")
    vector = a_vector(session, post, "sleep")
    before = (vector.words, vector.packed, vector.simhash)
    forget_edited_away(session, post.id)
    assert (vector.words, vector.packed, vector.simhash) == before


def test_of_a_post_that_says_nothing_of_it_any_more_no_word_is_left(session: Session) -> None:
    _, post = a_thread(session, a_board(session), a_person(session), title="Other", body_html="")
    a_vector(session, post, "sleep care")
    forget_edited_away(session, post.id)
    assert (kept(session, post.id).words, kept(session, post.id).simhash) == ((), 0)


def test_a_post_without_a_vector_gets_none_and_other_vectors_stay(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    _, bare = a_thread(session, board, ana, title="Bare")
    _, other = a_thread(session, board, ana, title="Other")
    vector = a_vector(session, other, "sleep")
    forget_edited_away(session, bare.id)
    assert session.execute(select(PostVector.post_id)).scalars().all() == [other.id]
    assert vector.words == "sleep"
