"""What readers began to write: kept until it is sent, one text a place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.accounts.post_form import PostForm, from_json, to_json
from fedconnect.foundation import clock
from fedconnect.models.submission import UnsentPost

MOST = 50


def find_unsent(session: Session, reader_id: int, board_id: int, about_uri: str) -> PostForm | None:
    """Return the form that a reader left in a place."""
    row = _find(session, reader_id, board_id, about_uri)
    return from_json(row.fields) if row is not None else None


def save_unsent(session: Session, reader_id: int, board_id: int, about_uri: str, form: PostForm) -> None:
    """Keep a form for a place; the oldest of too many drafts is dropped."""
    row = _find(session, reader_id, board_id, about_uri)
    if row is None:
        row = UnsentPost(
            reader_id=reader_id, board_id=board_id, about_uri=about_uri, fields="", saved_at=clock.now()
        )
        session.add(row)
    row.fields, row.saved_at = to_json(form), clock.now()
    session.flush()  # the query below counts it
    mine = (
        select(UnsentPost.id)
        .where(UnsentPost.reader_id == reader_id)
        .order_by(UnsentPost.saved_at.desc(), UnsentPost.id.desc())
    )
    surplus = list(session.execute(mine.offset(MOST).limit(100)).scalars())
    if surplus:
        session.execute(delete(UnsentPost).where(UnsentPost.id.in_(surplus)))


def delete_unsent(
    session: Session, reader_id: int, board_id: int, about_uri: str, *, until: datetime
) -> None:
    """Forget what was sent; what somebody began to write there since stays."""
    row = _find(session, reader_id, board_id, about_uri)
    if row is not None and row.saved_at <= until:
        session.delete(row)


def _find(session: Session, reader_id: int, board_id: int, about_uri: str) -> UnsentPost | None:
    return session.execute(
        select(UnsentPost).where(
            UnsentPost.reader_id == reader_id,
            UnsentPost.board_id == board_id,
            UnsentPost.about_uri == about_uri,
        )
    ).scalar_one_or_none()
