"""Which of our posts somebody's words lead to."""

from __future__ import annotations

import re

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.foundation import ids
from fedconnect.models.post import Post

_LINK = re.compile(r'href="([^"]{1,2048})"')
_PLACE = re.compile(
    r"/boards/[a-z0-9_]{1,24}/threads/(\d{1,19})(?:/(\d{1,19})|#post-(\d{1,19})|\?page=\d+#post-(\d{1,19}))?"
)
_MOST_LINKS = 20


def find_linked(session: Session, html: str) -> Post | None:
    """Return the first post of ours that a link in clean HTML leads to: by its address here, or on its own server."""
    for url in _LINK.findall(html)[:_MOST_LINKS]:
        found = _at(session, url.replace("&amp;", "&"))
        if found is not None:
            return found
    return None


def _at(session: Session, url: str) -> Post | None:
    base = own_keys.base_url()
    if not url.startswith(base + "/"):
        known = select(Post).where(or_(Post.uri == url, Post.url == url)).limit(1)
        return session.execute(known).scalar_one_or_none()
    place = _PLACE.fullmatch(url.removeprefix(base))
    if place is None:
        return None
    thread_id, *named = place.groups()
    post_id = next((ids.parse_id(one) for one in named if one), None)
    wanted = Post.id == post_id if post_id is not None else Post.is_starter.is_(True)
    found = select(Post).where(Post.thread_id == ids.parse_id(thread_id), wanted)
    return session.execute(found).scalar_one_or_none()
