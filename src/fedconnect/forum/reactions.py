"""Likes and boosts that reach us: kept so that they can be undone, never counted in public."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from fedconnect.events import LikeChanged, emit
from fedconnect.forum.tombstones import is_named_anew, take_back_unseen, was_taken_back
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.person import Person
from fedconnect.models.post import Post, Reaction, ReactionKind


def add_reaction(session: Session, post: Post, person: Person, kind: ReactionKind, uri: str) -> bool:
    """Record a Like or boost; False where it was undone before it came."""
    if was_taken_back(session, uri, person.uri):
        return False
    session.execute(
        insert_or_skip(session, table_of(Reaction)).values(
            id=new_id(), post_id=post.id, person_id=person.id, kind=kind, uri=uri
        )
    )
    _tell(session, post.id, person, kind)
    return True


def remove_reaction(session: Session, person: Person, kind: ReactionKind, uri: str, post_uri: str) -> bool:
    """Undo a Like or boost, named by its activity or by its post; remembered where it is unseen. Whether it was seen."""
    was_here = bool(uri) and _remove(session, person, kind, Reaction.uri == uri)
    if not was_here and post_uri and (not uri or is_named_anew(session, uri, person)):
        named = Reaction.post_id.in_(
            select(Post.id).where(Post.uri == post_uri)
        )  # as Lemmy means it: by a new name
        was_here = _remove(session, person, kind, named)
    if uri and not was_here:
        take_back_unseen(session, uri, person.uri)
    return was_here


def _remove(session: Session, person: Person, kind: ReactionKind, named: ColumnElement[bool]) -> bool:
    undone = (Reaction.person_id == person.id, Reaction.kind == kind, named)
    post_ids = session.execute(select(Reaction.post_id).where(*undone)).scalars().all()
    session.execute(delete(Reaction).where(*undone))
    for post_id in post_ids:
        _tell(session, post_id, person, kind)
    return bool(post_ids)


def _tell(session: Session, post_id: int, person: Person, kind: ReactionKind) -> None:
    if kind is ReactionKind.LIKE:
        emit(session, LikeChanged(post_id, person.id))
