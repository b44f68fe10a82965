"""Each kind of decision is declared whole: its words, its letter, its inverse, where it is offered, how it is told."""

from __future__ import annotations

import tomllib
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import wording
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import Letter, Section
from fedconnect.moderation.actions.registry import ACTIONS, TYPES
from fedconnect.web import languages
from support.forum import BASE, Forum

WORDING = tomllib.loads(Path(wording.__file__).with_name("wording.toml").read_text())
FACTS = {"board": "Respite", "detail": "x", "link": "https://forum.example/x"}


@pytest.mark.parametrize("kind", DecisionKind)
def test_every_kind_of_decision_is_declared_with_a_heading(kind: DecisionKind) -> None:
    assert TYPES[kind].kind is kind
    assert TYPES[kind].done.words


@pytest.mark.parametrize("language", languages.LANGUAGES)
@pytest.mark.parametrize("kind", sorted(registry.TOLD))
def test_every_letter_has_its_words_in_every_language(kind: DecisionKind, language: str) -> None:
    text = WORDING[language][kind.value]
    assert "Respite" in text.format(**FACTS)


def test_whoever_may_object_is_told_rule_and_reason_and_nobody_else_is_led_to_a_page_that_is_none() -> None:
    for one in TYPES.values():
        assert one.is_appealable == (one.letter is Letter.WITH_REASON), one.kind


def test_an_inverse_is_an_action_and_what_is_told_as_an_undo_is_the_inverse_of_what_it_undoes() -> None:
    for action in ACTIONS.values():
        if action.inverse is not None:
            assert action.inverse.value in ACTIONS, action.kind
        if action.federated is not None and action.federated.undoes is not None:
            assert ACTIONS[action.federated.undoes.value].inverse is action.kind
            assert TYPES[action.federated.undoes].federated is not None


@pytest.mark.parametrize("is_starter", [True, False])
@pytest.mark.parametrize("is_local_only", [True, False])
@pytest.mark.parametrize("state", PostState)
def test_what_is_offered_works_where_it_is_offered(
    state: PostState, *, is_starter: bool, is_local_only: bool
) -> None:
    board, post = Board(is_local_only=is_local_only), Post(state=state, is_starter=is_starter, person_id=1)
    names = {one.kind for one in registry.offered(post, board)}
    assert all(ACTIONS[name.value].section is not Section.NONE for name in names)
    lists = {
        DecisionKind.PIN,
        DecisionKind.MOVE,
        DecisionKind.SPLIT,
        DecisionKind.RETITLE,
        DecisionKind.SAFEGUARD,
    }
    assert not (is_local_only and names & lists), "it would list a post, or show its words elsewhere"
    assert not (is_starter and DecisionKind.SPLIT in names)
    own = {
        one.kind for one in registry.offered(Post(state=state, is_starter=is_starter, person_id=None), board)
    }
    assert own.isdisjoint({DecisionKind.BAN, DecisionKind.HOLD_AUTHOR, DecisionKind.MOVE}), (
        "the board's own words"
    )
    expected = {
        PostState.VISIBLE: DecisionKind.REMOVE, PostState.HELD: DecisionKind.RELEASE,
        PostState.REMOVED: DecisionKind.RESTORE, PostState.DELETED: DecisionKind.LEAVE,
    }  # fmt: skip
    assert expected[state] in names


def test_every_action_with_a_button_is_offered_somewhere_and_no_other() -> None:
    offered = {
        one.kind
        for state in PostState
        for is_starter in (True, False)
        for one in registry.offered(
            Post(state=state, is_starter=is_starter, person_id=1), Board(is_local_only=False)
        )
    }
    assert offered == {one.kind for one in ACTIONS.values() if one.section is not Section.NONE}
    assert all(one.label.words for one in ACTIONS.values() if one.section is not Section.NONE)
    assert {one.kind for one in registry.offered_for_person()} <= offered


@pytest.mark.parametrize("language", languages.LANGUAGES)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_log_and_the_year_in_figures_name_every_kind_in_every_language(
    forum: Forum, language: str
) -> None:
    with database.transaction() as session:
        board = session.execute(select(Board).where(Board.slug == "respite")).scalar_one()
        for kind in DecisionKind:
            session.add(
                Decision(
                    board_id=board.id,
                    kind=kind,
                    subject_uri="x",
                    reason="Because.",
                    rule="Be kind.",
                    at=clock.now(),
                )
            )
    public = {kind for kind in DecisionKind if TYPES[kind].is_public}
    for path, expected in (("/log", public), ("/transparency", set(DecisionKind))):
        page = unescape(
            forum.client.get(path, base_url=BASE, headers={"Accept-Language": language}).get_data(
                as_text=True
            )
        )
        said = languages.catalogue(language)
        shown = {kind for kind in DecisionKind if said.gettext(TYPES[kind].done.words) in page}
        assert shown == expected, path
