"""What somebody asks for: who may see it is never wider than they said, and nobody changes it on the way."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from support.unit import a_draft, a_person


@pytest.mark.parametrize(
    ("said", "is_open"),
    [("here", False), ("direct", False), ("followers", False), ("unlisted", True), ("public", True)],
)
def test_a_post_is_for_anybody_only_where_its_author_said_so(said: str, is_open: bool) -> None:
    assert Visibility(said).is_open is is_open


def test_every_visibility_is_one_of_these() -> None:
    assert [one.value for one in Visibility] == ["public", "unlisted", "followers", "direct", "here"]
    for unknown in ("", "PUBLIC", "private", "local"):
        with pytest.raises(ValueError, match="is not a valid Visibility"):
            Visibility(unknown)


def test_nobody_widens_who_may_see_a_draft(session: Session) -> None:
    draft = a_draft(a_person(session), visibility=Visibility.FOLLOWERS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        draft.visibility = Visibility.PUBLIC  # type: ignore[misc]
    assert not dataclasses.replace(draft, html="<p>Other</p>").visibility.is_open


def test_a_draft_that_says_no_more_is_for_no_board_and_may_be_answered_by_anybody(session: Session) -> None:
    draft = a_draft(a_person(session))
    assert (draft.boards, draft.mentions, draft.addressees, draft.may_reply) == ((), (), (), ())
    assert (draft.in_reply_to, draft.updated, draft.poll, draft.is_sensitive) == (None, None, None, False)
