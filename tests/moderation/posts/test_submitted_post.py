"""Whose id a post has: one of ours was made just now, anybody else's may be known or taken back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum.local_only import SealedText
from fedconnect.moderation.posts.submitted_post import NewPost
from support.unit import a_board, a_draft, a_person


def test_what_another_server_named_has_no_id_of_ours(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    assert not NewPost(board, ana, a_draft(ana)).has_id_of_ours
    assert not NewPost(board, ana, a_draft(ana), is_anonymous=True, approval="").has_id_of_ours


def test_the_boards_words_and_what_is_sealed_here_have_one(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    assert NewPost(board, None, a_draft(ana)).has_id_of_ours
    assert NewPost(board, ana, a_draft(ana), words=SealedText("", "")).has_id_of_ours
