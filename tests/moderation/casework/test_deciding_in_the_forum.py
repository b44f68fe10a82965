"""Deciding on a case, on several, on a post: who may, and what a form must say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.case import Case, CaseState
from fedconnect.models.decision import Decision
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.casework import case_work, deciding
from fedconnect.moderation.casework.decision_form import DecisionForm, read_days
from support.forum import Forum
from support.rows import moderator, reported, signed_in, written_by

REMOVE = DecisionForm("remove", " It mocks somebody. ", "1. Be kind: no attacks, no hate, no mockery.")


def decide(visit: Visit, *case_ids: int, form: DecisionForm = REMOVE) -> list[Decision]:
    with database.transaction() as session:
        return deciding.decide_cases(session, visit, case_ids, form)


def decide_post(visit: Visit, address: PostAddress, form: DecisionForm = REMOVE) -> Post:
    with database.transaction() as session:
        return deciding.decide_post(session, visit, address, form)[1]


def place_of(post: Post) -> PostAddress:
    return PostAddress("respite", post.thread_id, post.id)


@pytest.mark.parametrize(
    "form",
    [
        replace(REMOVE, reason=" "), replace(REMOVE, rule=""), replace(REMOVE, rule="1. Be rich."),
        replace(REMOVE, action=""), replace(REMOVE, action="ask"),
    ],
)  # fmt: skip
def test_without_a_reason_a_rule_in_force_and_an_action_nothing_is_decided(
    forum: Forum, form: DecisionForm
) -> None:
    mo, case = moderator("mo"), reported(signed_in("dora"), signed_in("eve"))
    with pytest.raises(Malformed):
        decide(mo, case.id, form=form)
    assert forum.rows(Decision) == []


def test_nothing_chosen_and_a_case_of_another_team_decide_nothing(forum: Forum) -> None:
    mo, case = moderator("mo"), reported(signed_in("dora"), signed_in("eve"))
    foreign = reported(signed_in("fay"), signed_in("gil"), "benefits")
    with pytest.raises(Malformed):
        decide(mo)
    with pytest.raises(NotFound):
        decide(mo, case.id, foreign.id)
    assert forum.rows(Decision) == [], "neither on the other"


def test_what_a_colleague_has_open_is_left_to_them(forum: Forum) -> None:
    mo, meg = moderator("mo"), moderator("meg")
    case = reported(signed_in("dora"), signed_in("eve"))
    with database.transaction() as session:
        case_work.claim(session, meg, case.id)
    with pytest.raises(Malformed):
        decide(mo, case.id)


def test_a_decision_closes_its_case_and_is_taken_back_by_who_made_it(forum: Forum) -> None:
    mo, meg = moderator("mo"), moderator("meg")
    case = reported(signed_in("dora"), signed_in("eve"))
    (made,) = decide(mo, case.id)
    assert (made.case_id, made.reason, made.gentle) == (case.id, "It mocks somebody.", "")
    assert forum.rows(Case)[0].state is CaseState.CLOSED
    for visit, back in ((meg, 0), (mo, 1)):
        with database.transaction() as session:
            assert deciding.undo(session, visit, made.id, made.id) == back
    assert forum.rows(Case)[0].state is CaseState.OPEN


def test_a_post_is_decided_on_by_its_own_team_where_it_stands(forum: Forum) -> None:
    mo, other, post = moderator("mo"), moderator("other", "benefits"), written_by(signed_in("dora"))
    for visit, place in (
        (other, place_of(post)), (signed_in("eve"), place_of(post)), (mo, replace(place_of(post), thread_id=0)),
        (mo, replace(place_of(post), post_id=1)), (other, replace(place_of(post), slug="benefits")),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            decide_post(visit, place)
    assert decide_post(mo, place_of(post), replace(REMOVE, gentle="rude")).state is PostState.REMOVED
    assert forum.rows(Decision)[0].gentle == "", "such a text there is not"


def test_the_form_offers_what_can_be_done_and_where_else_a_thread_could_go(forum: Forum) -> None:
    mo, post = moderator("mo"), written_by(signed_in("dora"))
    with database.read_transaction() as session:
        board, form = deciding.offer_on_post(session, mo, place_of(post))
        assert board.slug == "respite"
        assert "remove" in [one.kind.value for one in form.actions]
        assert [one.slug for one in form.others] == ["benefits"]
        assert form.thread is not None
        assert REMOVE.rule in form.rules


@pytest.mark.parametrize(
    ("said", "days"), [("", 7), ("x", 7), ("2", 7), ("-1", 7), ("²", 7), ("0", 0), ("30", 30)]
)
def test_days_are_those_that_are_offered(said: str, days: int) -> None:
    assert read_days(said) == days
