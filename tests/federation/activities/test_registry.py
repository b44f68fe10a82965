"""The table of activities, asked by who receives them: what carries a post, may end an account, be passed on, concern us."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.activities import registry
from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.forum.copy_erasure import CARRY_WORDS
from support.activity_rows import POST, a_sister
from support.federation_rows import an_activity
from support.forum_rows import a_group
from support.unit import a_board

ANA = "https://home.example/users/ana"
KINDS = sorted({*ACTIVITIES, "EmojiReact", "Note"})


def kinds_of(asked: Callable[[Activity], bool], about: object) -> set[str]:
    """The types for which something holds, where they are about this."""
    return {kind for kind in KINDS if asked(an_activity(kind, ANA, about))}


def test_nobody_adds_a_type_or_changes_one_while_we_run() -> None:
    with pytest.raises(TypeError):
        ACTIVITIES["Like"] = ACTIVITIES["Delete"]  # type: ignore[index]


def test_each_type_is_found_by_its_own_name() -> None:
    assert {kind: one.name for kind, one in ACTIVITIES.items()} == {kind: kind for kind in ACTIVITIES}


def test_only_a_create_or_an_update_of_something_else_than_the_actor_carries_a_post() -> None:
    assert kinds_of(registry.carries_post, POST) == {"Create", "Update"}
    assert kinds_of(registry.carries_post, []) == {"Create", "Update"}
    assert kinds_of(registry.carries_post, ANA) == set()
    assert kinds_of(registry.carries_post, {"id": ANA, "type": "Person"}) == set()


def test_of_each_type_that_carries_a_post_or_holds_such_a_one_the_copies_are_erased() -> None:
    assert {kind for kind, one in ACTIVITIES.items() if one.carries_post} | {"Announce"} == set(CARRY_WORDS)


def test_an_update_or_a_delete_is_about_the_actors_own_account_and_nobody_elses() -> None:
    assert kinds_of(registry.is_about_its_actor, ANA) == {"Delete", "Update"}
    for about in (POST, ANA + "/2", "https://home.example/users/ben", []):
        assert kinds_of(registry.is_about_its_actor, about) == set()


def test_whoever_deletes_may_be_gone_by_now() -> None:
    assert kinds_of(registry.can_end_account, ANA) == {"Delete"}
    assert kinds_of(registry.can_end_account, POST) == {"Delete"}


def test_what_changes_a_post_can_be_passed_on_by_others_and_what_decides_or_follows_cannot() -> None:
    assert kinds_of(registry.can_be_forwarded, POST) == {"Create", "Delete", "Update"}


def test_what_a_sister_board_announces_concerns_us_and_nothing_else_does_by_its_type(
    session: Session,
) -> None:
    board = a_board(session)
    sister, stranger = a_sister(session, board), a_group(session, "stranger")
    for kind in KINDS:
        activity = an_activity(kind, sister.uri, "https://far.example/1")
        assert registry.concerns(session, activity, sister) is (kind == "Announce")
        assert not registry.concerns(session, activity, stranger)


def test_what_an_author_says_is_relayed_and_what_a_moderator_decides_or_is_private_is_not() -> None:
    relayed = {kind for kind, one in ACTIVITIES.items() if one.is_relayed}
    assert relayed == {"Create", "Delete", "Undo", "Update"}


def test_only_what_anybody_does_for_themselves_is_undone_by_its_id_alone() -> None:
    assert {kind for kind, one in ACTIVITIES.items() if one.is_undone_by_id} == {"Announce", "Follow", "Like"}
