"""Which of our posts somebody's words lead to."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.foundation import ids, own_address
from fedconnect.foundation.errors import AddressRefused
from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.models.post import Post

_LINK = re.compile(r'href="([^"]{1,2048})"')
_ADDRESS = re.compile(r'https?://[^\s<>"]{1,2040}')
_PLACE = re.compile(
    r"/boards/[a-z0-9_]{1,24}/threads/(\d{1,19})(?:/(\d{1,19})|#post-(\d{1,19})|\?page=\d+#post-(\d{1,19}))?"
)
_MOST_LINKS = 20
_MOST_NAMESAKES = 1000


def find_linked(session: Session, html: str) -> Post | None:
    """Return the first post of ours that a link in clean HTML leads to: by its address here, or on its own server."""
    for url in _LINK.findall(html)[:_MOST_LINKS]:
        found = _at(session, url.replace("&amp;", "&"))
        if found is not None:
            return found
    return None


def find_named(session: Session, words: str) -> Post | None:
    """Return the first post of ours whose address stands in plain words, as `find_linked`."""
    for url in _ADDRESS.findall(words)[:_MOST_LINKS]:
        found = _at(session, url.rstrip(".,;:!?)»”'"))
        if found is not None:
            return found
    return None


def _at(session: Session, url: str) -> Post | None:
    base = own_address.base_url()
    if not url.startswith(base + "/"):
        return _elsewhere(session, url)
    place = _PLACE.fullmatch(url.removeprefix(base))
    if place is None:
        return None
    thread_id, *named = place.groups()
    post_id = next((ids.parse_id(one) for one in named if one), None)
    wanted = Post.id == post_id if post_id is not None else Post.is_starter.is_(True)
    found = select(Post).where(Post.thread_id == ids.parse_id(thread_id), wanted)
    return session.execute(found).scalar_one_or_none()


def _elsewhere(session: Session, url: str) -> Post | None:
    """Return the post with this id, or else one whose own server shows it at this address; what a post of another server
    says of an address counts for nothing, or it could be taken for somebody else's."""
    same = session.execute(select(Post).where(Post.uri == url)).scalar_one_or_none()
    if same is not None:
        return same
    try:
        domain = registrable_domain(vocabulary.host(url))
    except AddressRefused:
        return None
    shown = session.execute(select(Post).where(Post.url == url).order_by(Post.id).limit(_MOST_NAMESAKES))
    return next(
        (one for one in shown.scalars() if registrable_domain(vocabulary.host(one.uri)) == domain), None
    )
