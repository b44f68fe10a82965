"""What deciding about a post asks of the database: facts that cannot matter are not read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft, Visibility
from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.posts.edit_post import edit_post
from fedconnect.moderation.posts.outcome_types import EditDecision, Edited
from fedconnect.moderation.posts.submit_post import submit_post
from fedconnect.moderation.posts.submitted_post import NewPost, PostEdit

pytestmark = pytest.mark.usefixtures("forum")


@contextmanager
def asked(session: Session) -> Iterator[list[str]]:
    """The questions that are asked meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def draft(person: Person, name: str, **changes: Any) -> PostDraft:
    facts = {"html": f"<p>{name}</p>", "source": f"<p>{name}</p>", "published": clock.now(), **changes}
    return PostDraft(f"{person.uri}/{name}", person.uri, visibility=Visibility.PUBLIC, **facts)


def somebody(session: Session, name: str, board: Board, *, is_known: bool = True) -> Person:
    """Somebody with a post that stood before this hour, where they are known."""
    uri = f"https://a.example/users/{name}"
    made = Person(
        uri=uri, host="a.example", username=name, handle_host="a.example", inbox=uri, fetched_at=clock.now()
    )
    session.add(made)
    session.flush()
    if is_known:
        submit_post(session, NewPost(board, made, draft(made, "earlier")))
        past = clock.now() - timedelta(days=2)
        session.execute(update(Post).where(Post.person_id == made.id).values(received=past))
    return made


def test_a_regulars_thread_reply_and_edit() -> None:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        opal, bert = somebody(session, "opal", board), somebody(session, "bert", board)
        with asked(session) as questions:
            begun = submit_post(session, NewPost(board, opal, draft(opal, "thread"))).post
        assert len(questions) == 3, (
            questions
        )  # standing, known, taken back; the board's rules were read before
        assert begun is not None
        with asked(session) as questions:
            submit_post(session, NewPost(board, bert, draft(bert, "reply"), parent=begun))
        assert len(questions) == 6, questions  # the thread's lock, and two to count its answers
        newer = draft(
            opal, "thread", updated=clock.now() + timedelta(hours=1), boards=(boards.board_uri("respite"),)
        )
        with asked(session) as questions:
            edited = edit_post(session, PostEdit(begun, board, opal, newer))
        assert edited == EditDecision(Edited())
        assert len(questions) == 2, questions  # standing, the thread's lock


def test_a_strangers_thread_asks_for_what_strangers_do_and_no_more() -> None:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        somebody(session, "opal", board)
        stranger = somebody(session, "new", board, is_known=False)
        with asked(session) as questions:
            submit_post(session, NewPost(board, stranger, draft(stranger, "thread")))
        assert len(questions) == 5, questions


def test_what_is_screened_or_of_the_board_itself_asks_for_less() -> None:
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        opal = somebody(session, "opal", board)
        with asked(session) as questions:
            refused = submit_post(session, NewPost(board, opal, draft(opal, "refused"), is_refused=True))
        assert (refused.post, questions) == (None, [])
        own = draft(opal, "own")
        with asked(session) as questions:
            said = submit_post(session, NewPost(board, None, own)).post
        assert said is not None
        assert (said.state, questions) == (PostState.VISIBLE, [])
