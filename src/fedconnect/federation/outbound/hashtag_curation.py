"""Gathering by hashtag: a moderator's own token reads a public timeline, a human hand boosts what it found.

Off until a moderator ties a hashtag. Only of people who let themselves be found and do not ask bots to stay
away; addresses alone are kept, for seven days; nothing gathered has a thread or a hearing here.
Ref: Mastodon `GET /api/v1/timelines/tag/:hashtag`; Account `indexable`, `bot`, `note`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.accounts import grants
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.activitypub import documents, remote_actors, vocabulary
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.events import SurfacingRefused
from fedconnect.federation import authority, render
from fedconnect.federation.note_drafts import draft_of
from fedconnect.federation.outbound import outbox
from fedconnect.federation.outbound.dialects import Dialect
from fedconnect.federation.outbound.hashtag_statuses import FoundStatus, read_status
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import FedConnectError, Malformed, NotFound
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.hashtag import AnsweredQuestion, FollowedHashtag, HashtagPost, HashtagPostState
from fedconnect.models.instance import Policy
from fedconnect.models.person import LATEST_FIRST, Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.surfacing.hearing import opt_outs

KEPT = timedelta(days=7)
COUNTED = timedelta(days=30)
MOST_TAGS = 5
MOST_FOUND = 200
_TAG = re.compile(r"\w{2,60}")


def follow_tag(session: Session, board: Board, reader_id: int, tag: str) -> None:
    """Gather a hashtag for a board, with this moderator's token.

    Raises:
        Malformed: no hashtag, or too many already.
    """
    name = tag.strip().removeprefix("#").casefold()
    if not _TAG.fullmatch(name) or name.isdigit():
        raise Malformed("tag", safe="Please type one hashtag, such as #dementia.")
    tied = list_tags(session, board)
    if len(tied) >= MOST_TAGS and all(one.tag != name for one, _ in tied):
        raise Malformed(
            "tags", safe="A board gathers at most %(most)s hashtags; end one first.", most=MOST_TAGS
        )
    session.execute(
        delete(FollowedHashtag).where(FollowedHashtag.board_id == board.id, FollowedHashtag.tag == name)
    )
    _forget_questions(session, board, name)  # another home server has other ids for them
    session.add(FollowedHashtag(board_id=board.id, tag=name, reader_id=reader_id, since=clock.now()))
    _name_on_page(session, board)


def unfollow_tag(session: Session, board: Board, tag_id: int) -> None:
    """Gather a hashtag no longer; what it found is forgotten. Raises: NotFound, where the board does not gather it."""
    tag = session.get(FollowedHashtag, tag_id)
    if tag is None or tag.board_id != board.id:
        raise NotFound("no such hashtag")
    session.delete(tag)
    session.execute(
        delete(HashtagPost).where(
            HashtagPost.board_id == board.id,
            HashtagPost.tag == tag.tag,
            HashtagPost.state == HashtagPostState.FOUND,
        )
    )
    _name_on_page(session, board)


def list_tags(session: Session, board: Board) -> list[tuple[FollowedHashtag, str]]:
    """Return the hashtags of a board, each with the handle of whose token reads it."""
    rows = session.execute(
        select(FollowedHashtag, Person)
        .join(Reader, Reader.id == FollowedHashtag.reader_id)
        .join(Person, Person.id == Reader.person_id)
        .where(FollowedHashtag.board_id == board.id)
        .order_by(FollowedHashtag.tag)
    )
    return [(row[0], row[1].handle) for row in rows]


def list_found(session: Session, board: Board) -> list[HashtagPost]:
    """Return what waits for a moderator's hand, the latest first."""
    return list(
        session.execute(
            select(HashtagPost)
            .where(
                HashtagPost.board_id == board.id,
                HashtagPost.state == HashtagPostState.FOUND,
                HashtagPost.is_unanswered.is_(False),
            )
            .order_by(HashtagPost.found_at.desc(), HashtagPost.id.desc())
            .limit(MOST_FOUND)
        ).scalars()
    )


def fetch_all() -> int:
    """Read every tied hashtag once; return how many posts were new. A token that is gone unties its hashtags."""
    with database.transaction() as session:
        session.execute(delete(HashtagPost).where(HashtagPost.found_at < clock.now() - KEPT))
        session.execute(delete(AnsweredQuestion).where(AnsweredQuestion.day < clock.now() - COUNTED))
    with database.read_transaction() as session:
        tied = [
            (one.id, one.board_id, one.tag, one.reader_id, home_host)
            for one, home_host in session.execute(
                select(FollowedHashtag, Person.handle_host)
                .join(Reader, Reader.id == FollowedHashtag.reader_id)
                .join(Person, Person.id == Reader.person_id)
            )
        ]
    found = 0
    for tag_id, board_id, tag, reader_id, home_host in tied:
        try:
            client = grants.client_for(reader_id, Permission.HASHTAGS)
            statuses = client.get(f"/api/v1/timelines/tag/{quote(tag, safe='')}", limit="40")
        except grants.PermissionNeeded:
            with suppress(NotFound), database.transaction() as session:  # or a moderator ended it meanwhile
                unfollow_tag(session, session.get_one(Board, board_id), tag_id)
            continue
        except FedConnectError:
            continue  # away just now; in an hour again
        found += _keep(board_id, tag, home_host, statuses if isinstance(statuses, list) else [])
    return found


def boost(board_id: int, hashtag_post_id: int) -> None:
    """Boost one gathered post to the board's followers, by a moderator's hand; its author is asked again first.

    Raises:
        NotFound: nothing of this board waits under this id. Malformed: its author does not let it, any more.
    """
    with database.read_transaction() as session:
        waiting = _get(session, board_id, hashtag_post_id)
        uri = waiting.uri
    author_uri = _author_who_lets(uri)
    with database.transaction() as session:
        board, one = session.get_one(Board, board_id), _get(session, board_id, hashtag_post_id)
        known = remote_actors.find_person(session, author_uri)
        if known is not None and opt_outs.has_opted_out(session, known.id, board_id):
            raise _not_theirs()
        one.move(HashtagPostState.BOOSTED)
        one.author_uri = author_uri
        document = render.hashtag_announce(board, one.id, uri, author_uri)
        inboxes = outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_NOTE)
        outbox.send(session, board, document, uri, inboxes, urgent=False)


def dismiss(session: Session, board: Board, hashtag_post_id: int) -> None:
    """Do not show a gathered post to moderators again."""
    _get(session, board.id, hashtag_post_id).move(HashtagPostState.LEFT)


def undo_refused(session: Session, event: SurfacingRefused) -> None:
    """Forget what was gathered of somebody who says no, and take back what was boosted."""
    person = session.get_one(Person, event.person_id)
    forget_author(session, person, event.board_id)
    boosted = select(HashtagPost).where(
        HashtagPost.author_uri == person.uri, HashtagPost.state == HashtagPostState.BOOSTED
    )
    for one in session.execute(boosted).scalars().all():
        board = session.get_one(Board, one.board_id)
        document = render.hashtag_announce(board, one.id, one.uri, person.uri)
        one.move(HashtagPostState.UNDONE)
        reached = outbox.withdraw(session, document["id"])
        if reached:
            outbox.send(session, board, render.undone(document), one.uri, reached, urgent=True)


def forget_author(session: Session, person: Person, board_id: int | None = None) -> None:
    """Forget what was found of somebody and not boosted, for one board or for all."""
    theirs = delete(HashtagPost).where(
        HashtagPost.author_uri.in_({person.uri, person.url} - {""}),
        HashtagPost.state == HashtagPostState.FOUND,
    )
    session.execute(theirs if board_id is None else theirs.where(HashtagPost.board_id == board_id))


def _forget_questions(session: Session, board: Board, tag: str) -> None:
    session.execute(
        delete(HashtagPost).where(
            HashtagPost.board_id == board.id, HashtagPost.tag == tag, HashtagPost.asked_at.is_not(None),
            HashtagPost.state == HashtagPostState.FOUND,
        )
    )  # fmt: skip


def _keep(board_id: int, tag: str, home_host: str, statuses: Sequence[Any]) -> int:
    fresh = 0
    with database.transaction() as session:
        board = session.get_one(Board, board_id)
        for document in statuses[:40]:
            status = read_status(document, home_host)
            if status is None or authority.is_ours(status.uri):
                continue
            author = _known_author(session, status)
            if author is not None and opt_outs.has_opted_out(session, author.id, board.id):
                continue
            if policy_of(session, vocabulary.host(status.uri)) is not Policy.OPEN:
                continue
            if session.execute(select(Post.id).where(Post.uri == status.uri)).first() is not None:
                continue  # it stands on a board here already
            author_uri = author.uri if author is not None else status.author
            row = insert_or_skip(session, table_of(HashtagPost)).values(
                id=new_id(), board_id=board.id, uri=status.uri, url=status.url, tag=tag, author_uri=author_uri,
                state=HashtagPostState.FOUND, found_at=clock.now(),
                asked_at=_asked_at(status) if author_uri else None, home_status_id=status.home_id,
            )  # fmt: skip
            fresh += database.changed(session.execute(row))
    return fresh


def _known_author(session: Session, status: FoundStatus) -> Person | None:
    """Return who wrote a status, where we know them; older servers give a page and no actor id, and always a handle."""
    of_handle = select(Person).where(Person.handle_host == status.host, Person.username == status.user)
    return (
        remote_actors.find_person(session, status.author)
        or session.execute(of_handle.order_by(*LATEST_FIRST).limit(1)).scalar_one_or_none()
    )


def _asked_at(status: FoundStatus) -> datetime | None:
    """When a question was asked that can be asked about again; one from the future, or an old one, is none."""
    if not status.asks or not status.home_id or status.written_at is None:
        return None
    return status.written_at if clock.now() - KEPT < status.written_at <= clock.now() else None


def _author_who_lets(uri: str) -> str:
    """Ask a post's own server whether it stands there, is public, and whose it is; and its author's, what they let.

    Raises:
        Malformed: it may not be boosted.
    """
    try:
        note = vocabulary.parse_note(documents.fetch_document(uri))
        if note.id != uri or not authority.may_publish(note, note.author):
            raise _not_theirs()
        actor = remote_actors.fetch_actor(note.author)
    except FedConnectError as error:
        raise _not_theirs() from error
    if (
        draft_of(note).visibility != "public"
        or note.may_boost is not None
        or not actor.indexable
        or remote_actors.asks_no_bots(actor.summary)
    ):
        raise _not_theirs()
    return note.author


def _not_theirs() -> Malformed:
    return Malformed(
        "gathered", safe="This post cannot be boosted: it is gone, or its author does not let it."
    )


def _get(session: Session, board_id: int, hashtag_post_id: int) -> HashtagPost:
    one = session.get(HashtagPost, hashtag_post_id)
    if one is None or one.board_id != board_id or one.state is not HashtagPostState.FOUND:
        raise NotFound("nothing gathered under this id")
    return one


def _name_on_page(session: Session, board: Board) -> None:
    session.flush()
    board.hashtags_followed = "\n".join(f"#{tag.tag} {handle}" for tag, handle in list_tags(session, board))
