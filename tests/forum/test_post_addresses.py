"""A post is found where its address says, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fedconnect.events import Cause
from fedconnect.forum import removal
from fedconnect.forum.post_addresses import PostAddress, get_post_at, read_address
from fedconnect.foundation import database
from fedconnect.foundation.errors import Gone, NotFound
from support.forum import Forum
from support.rows import signed_in, written_by


@pytest.mark.parametrize("post_id", ["", "x", "-1", "0", "1" * 20, "١"])
def test_what_is_no_id_is_no_address(post_id: str) -> None:
    with pytest.raises(NotFound):
        read_address("respite", "1", post_id)


@pytest.mark.parametrize("thread_id", ["x", "007", "0"])
def test_a_thread_that_is_spelt_otherwise_is_none(thread_id: str) -> None:
    assert read_address("respite", thread_id, "7") == PostAddress("respite", 0, 7)


def test_a_post_is_in_one_place_alone(forum: Forum) -> None:
    post = written_by(signed_in("dora"))
    there = PostAddress("respite", post.thread_id, post.id)
    with database.read_transaction() as session:
        for elsewhere in (
            replace(there, slug="benefits"), replace(there, slug="none"), replace(there, thread_id=0), replace(there, post_id=1),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                get_post_at(session, elsewhere)
        board, thread, found = get_post_at(session, there)
    assert (board.slug, thread.id, found.id) == ("respite", post.thread_id, post.id)


def test_a_deleted_post_is_gone_whatever_thread_is_named(forum: Forum) -> None:
    post = written_by(signed_in("dora"))
    with database.transaction() as session:
        removal.withdraw(session, session.merge(post), Cause.AUTHOR)
    with database.read_transaction() as session, pytest.raises(Gone):
        get_post_at(session, PostAddress("respite", 0, post.id))


@pytest.mark.parametrize(
    ("thread_id", "post_id", "address"),
    [
        ("5", "7", PostAddress("respite", 5, 7)),
        ("5", "007", PostAddress("respite", 5, 7)),
        ("05", "7", PostAddress("respite", 0, 7)),
        ("", str((1 << 63) - 1), PostAddress("respite", 0, (1 << 63) - 1)),
    ],
)
def test_a_path_names_a_thread_as_it_is_spelt_and_a_post_by_its_number(
    thread_id: str, post_id: str, address: PostAddress
) -> None:
    assert read_address("respite", thread_id, post_id) == address
