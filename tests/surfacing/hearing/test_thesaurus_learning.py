"""From whose posts the thesaurus is learnt, and from whose not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse.linalg import ArpackNoConvergence
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.foundation import database
from fedconnect.meaning import learnt_thesaurus
from fedconnect.meaning.thesaurus import Thesaurus, key_of
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, HearingState
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.profile import OptOut
from fedconnect.models.thesaurus import LearntThesaurus
from fedconnect.surfacing.hearing import thesaurus_learning
from fedconnect.surfacing.hearing.thesaurus_learning import learn_anew
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import DAY, NOON, a_hearing, stop_the_clock
from support.unit import Unit, a_board, a_person, a_thread, add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


def says(session: Session, word: str, board: Board | None = None, **values: object) -> Post:
    """Somebody of this word's own says it."""
    author = a_person(session, word, **{"indexable": True, **values.pop("author", {})})  # type: ignore[dict-item]
    board = board or session.execute(select(Board)).scalars().first() or a_board(session)
    known = {"title": word, "body_html": f"<p>{word}</p>", "language": "en", **values}
    return a_thread(session, board, author, **known)[1]


def known() -> Thesaurus:
    with database.read_transaction() as session:
        return Thesaurus.unpack(session.execute(select(LearntThesaurus.packed)).scalar_one())


def learn() -> bool:
    return learn_anew(lambda words: None, lambda: False)


def test_what_may_not_be_shown_to_others_teaches_nothing(unit: Unit) -> None:
    with database.transaction() as session:
        says(session, "welcome")
        for word, values in {
            "followers": {"visibility": Visibility.FOLLOWERS},
            "private": {"visibility": Visibility.DIRECT},
            "held": {"state": PostState.HELD},
            "deleted": {"state": PostState.DELETED},
            "nobots": {"author": {"asks_no_bots": True}},
            "gone": {"author": {"gone_at": NOON}},
            "quarantined": {"author": {"quarantined_at": NOON}},
            "silenced": {"author": {"host": "silenced.example"}},
            "unaddressed": {"is_addressed": False},
            "discreet": {"board": a_board(session, "discreet", is_discreet=True)},
            "sealed": {"visibility": Visibility.LOCAL_ONLY},
        }.items():
            says(session, word, **values)
        add(session, Instance(host="silenced.example", policy=Policy.SILENCED))
        refused = says(session, "refused")
        add(session, OptOut(person_id=refused.person_id, at=NOON))
        a_hearing(session, says(session, "danger"), HearingState.CLOSED, exclusion=Exclusion.SAFEGUARDING)
    assert learn()
    assert known().words.tolist() == [key_of("welcome")]


def test_a_word_that_nobody_says_any_more_is_gone_with_the_next_learning(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        says(session, "bread")
        gone = says(session, "secret").id
    assert learn()
    assert key_of("secret") in known().words.tolist()
    with database.transaction() as session:
        session.get_one(Post, gone).state = PostState.DELETED
    stop_the_clock(monkeypatch, NOON + DAY)
    assert learn()
    assert known().words.tolist() == [key_of("bread")]


def test_who_says_no_language_writes_that_of_the_board(unit: Unit) -> None:
    with database.transaction() as session:
        a_board(session, language="de")
        says(session, "pflegen", language="")
        says(session, "carers", language="en")
    learn()
    assert {key_of("de:pfleg"), key_of("en:carer")} == set(known().stems.tolist())


def test_nothing_is_learnt_before_it_is_time(unit: Unit) -> None:
    assert learn()
    assert not learn()


def test_whoever_is_to_stop_learns_nothing_half(unit: Unit) -> None:
    with database.transaction() as session:
        says(session, "bread")
    assert not learn_anew(lambda words: None, lambda: True)
    with database.read_transaction() as session:
        assert learnt_thesaurus.is_due(session, in_force().meaning)


def test_all_posts_are_gone_through_a_few_at_a_time_the_youngest_first(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thesaurus_learning, "_AT_ONCE", 2)
    words = ["bread", "sleep", "sheds", "trains"]
    with database.transaction() as session:
        for word in words:
            says(session, word)
    learn()
    assert sorted(known().words.tolist()) == sorted(key_of(word) for word in words)


def test_whoever_writes_without_end_is_read_no_further_than_their_share(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(in_force(), meaning=replace(in_force().meaning, posts_an_author=2, most_posts=3))
    monkeypatch.setattr(thesaurus_learning, "in_force", lambda: few)
    monkeypatch.setattr(thesaurus_learning, "_AT_ONCE", 2)
    read: list[str] = []
    real = thesaurus_learning.words_of
    monkeypatch.setattr(
        thesaurus_learning, "words_of", lambda post, thread: read.append(thread.title) or real(post, thread)
    )
    with database.transaction() as session:
        says(session, "bread")
        flood = says(session, "casino")
        author, board = session.get_one(Person, flood.person_id), session.execute(select(Board)).scalar_one()
        for number in range(20):
            a_thread(session, board, author, title=f"casino {number}", body_html="<p>casino</p>")
    assert learn()
    assert read == ["casino 19", "casino 18"]
    assert known().words.tolist() == [key_of("casino")], "and not all that they wrote is gone through"


def test_where_learning_fails_what_was_learnt_stays(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        says(session, "bread")
    assert learn()
    stop_the_clock(monkeypatch, NOON + DAY)

    def fails(*given: object) -> None:
        raise ArpackNoConvergence("no convergence", np.zeros(0), np.zeros(0))

    monkeypatch.setattr(thesaurus_learning, "learn", fails)
    with pytest.raises(ArpackNoConvergence):
        learn()
    assert known().words.tolist() == [key_of("bread")]


def test_no_transaction_is_open_while_a_plugin_is_asked(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(
        in_force(), meaning=replace(in_force().meaning, least_posts=1, dimensions=1, posts_a_stem=1)
    )
    monkeypatch.setattr(thesaurus_learning, "in_force", lambda: few)
    with database.transaction() as session:
        for word in ("bread", "sleep", "sheds"):
            says(session, word)
    asked: list[bool] = []

    def embed(words: object) -> None:
        asked.append(database.is_open())

    assert learn_anew(embed, lambda: False)
    assert asked == [False]
