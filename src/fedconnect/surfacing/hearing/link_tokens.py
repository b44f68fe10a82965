"""Links in private messages, for people who never sign in: opened, each counts as one reader of its post, once.

A GET counts nothing and spends nothing, since servers fetch every link of a message for its card. The page behind the
link says that it was seen, as it does for readers (`POST /seen`), or its button does. Nothing that is kept names whom
a link was sent to.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, ids, own_address, sealing
from fedconnect.foundation.database import changed
from fedconnect.models.base import table_of
from fedconnect.models.link_token import LinkToken
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.surfacing.hearing import impressions
from fedconnect.surfacing.hearing.impressions import Sighting

LIFE = timedelta(hours=48)
CHANNELS = ("letter", "ask")
PARAMETER = "link"
_SECRET_BYTES = 24
_SECRET_CHARACTERS = 32
_LONGEST = 60
_MOST = 50
_LOOK = select(
    LinkToken.id,
    LinkToken.marks,
    LinkToken.post_id,
    LinkToken.channel,
    LinkToken.is_qualified,
    LinkToken.domain,
)


@dataclass(frozen=True, slots=True)
class LinkReader:
    """To whom a link is sent, as far as its opening must know: whether they belong to the post's audience, the
    registrable domain for which they count (None: in any case), and as which reader they are known, if any."""

    is_qualified: bool
    domain: str | None
    reader_id: int | None = None


def make(session: Session, post_id: int, path: str, reader: LinkReader, channel: str) -> str:
    """Return the address of a post's thread, `path`, with a token that counts once."""
    assert channel in CHANNELS
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    now = clock.now()
    digests = impressions.domain_digests(reader.domain, post_id)
    session.add(
        LinkToken(
            digest=sealing.digest(f"{post_id}.{secret}", PARAMETER),
            post_id=post_id,
            is_qualified=reader.is_qualified,
            domain=None if digests is None else digests[0],
            marks=" ".join(_marks(reader.reader_id, post_id, now)),
            channel=channel,
            made_at=now.replace(minute=0, second=0, microsecond=0),
        )
    )
    return f"{own_address.base_url()}{path}?{PARAMETER}={secret}"


def find(session: Session, post_id: int, secret: str) -> str:
    """Return the token with which a post's page may say that it was seen; empty where the link is not good for this
    post, or no longer (1 query, and nothing is spent)."""
    token = f"{post_id}.{secret}"
    if not looks_like_one(token):
        return ""
    return token if session.execute(select(LinkToken.id).where(*_good(token))).first() is not None else ""


def looks_like_one(token: str) -> bool:
    """Whether something is written as a token of ours is."""
    number, _, secret = token.partition(".")
    return (
        len(token) <= _LONGEST
        and ids.parse_id(number) is not None
        and len(secret) == _SECRET_CHARACTERS
        and secret.replace("-", "").replace("_", "").isalnum()
        and secret.isascii()
    )


def use(session: Session, tokens: Sequence[str]) -> list[int]:
    """Spend tokens, at most fifty, and count a look for each that is good; return the posts of these. (2 queries for each
    token, and those of `impressions.note_sightings`.)"""
    looks = []
    for token in sorted(dict.fromkeys(filter(looks_like_one, tokens[:_MOST]))):  # all lock in one order
        row = session.execute(_LOOK.where(*_good(token))).one_or_none()
        if row is None:
            continue
        number, marks, post_id, channel, is_qualified, domain = row
        spent = session.execute(delete(table_of(LinkToken)).where(LinkToken.id == number))
        if changed(spent):  # of two at once, one
            counted_for = None if domain is None else (domain,)
            looks.append(Sighting(tuple(marks.split()), post_id, 0, channel, is_qualified, counted_for))
    if looks:
        impressions.note_sightings(session, looks)
    return [look.post_id for look in looks]


def all_stale(now: datetime) -> StaleRows:
    """Return the tokens that are good no longer."""
    return stale(LinkToken, LinkToken.made_at <= now - LIFE)


def _good(token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        LinkToken.digest.in_(sealing.digests(token, PARAMETER)),
        LinkToken.made_at > clock.now() - LIFE,
    )


def _marks(reader_id: int | None, post_id: int, now: datetime) -> list[str]:
    """Return by what a look will be known: of a reader, as their own looks are, now or next month."""
    if reader_id is None:
        return [secrets.token_hex(32)]
    months = (impressions.mark_of(reader_id, post_id, at) for at in (now, now + LIFE))
    return list(dict.fromkeys(months))
