"""Readers, teams and posts as rows, for tests of a use case: no page, and mostly no other server."""

from __future__ import annotations

from datetime import timedelta

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.drafts import PostDraft, Visibility
from fedconnect.forum import boards, moderators, post_lookup, posting
from fedconnect.foundation import clock, database
from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.moderation.cases import reports
from support.visitor import Visitor


def signed_in(name: str, *, days: int = 365) -> Visit:
    """Return the visit of a new reader who joined some days ago, each at a home of their own."""
    host, now = f"{name}.example", clock.now()
    with database.transaction() as session:
        person = Person(
            uri=f"https://{host}/users/{name}", host=host, handle_host=host, username=name,
            inbox=f"https://{host}/inbox", fetched_at=now,
        )  # fmt: skip
        home = HomeServer(host=host, base=f"https://{host}", software="mastodon", asked_at=now)
        session.add_all([person, home])
        session.flush()
        reader = Reader(person_id=person.id, home_id=home.id, joined_at=now - timedelta(days=days))
        session.add(reader)
        session.flush()
        cookie = sessions.begin(session, reader, "")
    found = sessions.find_visit(cookie)
    assert found is not None
    return found


def moderator(name: str, slug: str = "respite") -> Visit:
    """Return the visit of somebody who looks after a board."""
    visit = signed_in(name)
    with database.transaction() as session:
        board = boards.get_any_board(session, slug)
        moderators.add_moderator(session, board, sessions.person_of(session, visit))
    return visit


def admin(name: str) -> Visit:
    """Return the visit of somebody who runs the installation."""
    visit = signed_in(name)
    with database.transaction() as session:
        moderators.add_admin(session, sessions.person_of(session, visit))
    return visit


def written_by(visit: Visit, text: str = "A question", slug: str = "respite") -> Post:
    """Return a post with which somebody began a thread on a board."""
    uri = f"{visit.person_uri}/{new_id()}"
    draft = PostDraft(
        uri=uri, author_uri=visit.person_uri, html=f"<p>{text}</p>", source=f"<p>{text}</p>",
        visibility=Visibility.PUBLIC, published=clock.now(),
    )  # fmt: skip
    with database.transaction() as session:
        board = boards.get_board(session, slug)
        posting.start_thread(session, board, draft, sessions.person_of(session, visit))
        post = post_lookup.find_post(session, uri)
    assert post is not None
    return post


def reported(author: Visit, by: Visit, slug: str = "respite") -> Case:
    """Return the case of a post on a board that somebody reported."""
    post = written_by(author, slug=slug)
    with database.transaction() as session:
        board, person = boards.get_board(session, slug), sessions.person_of(session, by)
        return reports.report_post(session, board, session.merge(post), person, "It mocks.", "")


def board_of(slug: str = "respite", *, is_local_only: bool = False) -> Board:
    """Return a board; one that stays here is made."""
    if is_local_only:
        with database.transaction() as session:
            return boards.create_board(session, slug, slug.capitalize(), is_local_only=True)
    with database.read_transaction() as session:
        return boards.get_board(session, slug)


def visit_of(visitor: Visitor) -> Visit:
    """Return the visit of somebody who signed in with a browser."""
    found = sessions.find_visit(visitor.cookie("session") or "")
    assert found is not None
    return found
