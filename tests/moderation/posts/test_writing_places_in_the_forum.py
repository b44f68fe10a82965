"""Who may write where, and why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.oauth_scopes import everything
from fedconnect.accounts.sessions import Visit
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import clock, database, sealing
from fedconnect.foundation.errors import NotFound, NotPermitted
from fedconnect.models.decision import Ban
from fedconnect.models.post import Post
from fedconnect.models.reader import Grant
from fedconnect.models.submission import SubmissionKind
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.posts import writing_places
from fedconnect.moderation.posts.writing_places import WritingPlace
from support.forum import Forum
from support.rows import board_of, signed_in, written_by


def writer(name: str) -> Visit:
    """A reader who permitted writing."""
    visit, now = signed_in(name), clock.now()
    with database.transaction() as session:
        token = sealing.seal(b"x", f"grant {visit.reader_id}")
        session.add(
            Grant(
                reader_id=visit.reader_id,
                scopes=" ".join(everything()),
                token_sealed=token,
                given_at=now,
                checked_at=now,
            )
        )
    return visit


def place_of(post: Post, slug: str = "respite") -> PostAddress:
    return PostAddress(slug, post.thread_id, post.id)


def enter(visit: Visit, kind: str, post: Post) -> WritingPlace:
    ways: dict[str, Callable[..., WritingPlace]] = {
        "start": lambda session: writing_places.place_to_start(session, visit, "respite"),
        "reply": lambda session: writing_places.place_to_reply(session, visit, place_of(post)),
        "edit": lambda session: writing_places.place_to_edit(session, visit, place_of(post)),
    }
    with database.read_transaction() as session:
        return ways[kind](session)


KINDS = ("start", "reply", "edit")


@pytest.mark.parametrize("kind", KINDS)
def test_who_permitted_nothing_is_asked_first(forum: Forum, kind: str) -> None:
    dora = signed_in("dora")
    with pytest.raises(PermissionNeeded):
        enter(dora, kind, written_by(dora))


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_kept_off_writes_nothing_there(forum: Forum, kind: str) -> None:
    dora = writer("dora")
    post = written_by(dora)
    with database.transaction() as session:
        session.add(Ban(board_id=board_of().id, person_id=dora.person_id))
    with pytest.raises(NotPermitted):
        enter(dora, kind, post)


def test_a_closed_conversation_takes_no_answer_but_a_change(forum: Forum) -> None:
    dora = writer("dora")
    post = written_by(dora)
    with database.transaction() as session:
        session.execute(update(Thread).where(Thread.id == post.thread_id).values(state=ThreadState.LOCKED))
    with pytest.raises(NotPermitted):
        enter(dora, "reply", post)
    assert enter(dora, "edit", post).kind is SubmissionKind.EDIT


def test_nobody_edits_what_somebody_else_wrote(forum: Forum) -> None:
    post = written_by(signed_in("eve"))
    with pytest.raises(NotFound):
        enter(writer("dora"), "edit", post)


def test_a_place_names_its_board_and_whoever_is_answered(forum: Forum) -> None:
    dora, eve = writer("dora"), signed_in("eve")
    post, own = written_by(eve), written_by(dora)
    begun = enter(dora, "start", post)
    assert (begun.handle, begun.about_uri, begun.answered) == ("@respite@forum.example", "", "")
    answer = enter(dora, "reply", post)
    assert (answer.about_uri, answer.answered, answer.answered_name) == (post.uri, eve.handle, "eve")
    assert answer.title == "A question"
    assert enter(dora, "reply", own).answered == "", "nobody names themselves"
    with database.read_transaction() as session:
        assert writing_places.handle_answered(session, post) == ""
