"""One letter: a greeting, at most five links with their reasons, and how to end it."""

from __future__ import annotations

from html import escape

from fedconnect.foundation import database, own_address

from . import subscribers
from .subscribers import Subscriber

MOST_POSTS = 5


def compose(subscriber: Subscriber) -> tuple[str, list[int]]:
    """Return a letter as safe HTML, and the posts in it; none where there is nothing new for them."""
    from fedconnect.surfacing.feed.unseen_posts import list_unseen  # noqa: PLC0415  numpy comes with the first letter

    had = subscribers.posts_sent(subscriber.person_uri)
    with database.read_transaction() as session:
        picked = list_unseen(session, subscriber.handle, subscriber.topics, had, MOST_POSTS)
    if not picked:
        return "", []
    lines = []
    for one in picked:
        url = own_address.base_url() + one.path
        why = f", {escape(', '.join(one.words))}" if one.words else ""
        title = f"Content warning: {escape(one.title)}" if one.is_warned else escape(one.title)
        lines.append(f'<li><a href="{url}">{title}</a> ({escape(one.board_name)}{why})</li>')
    html = (
        "<p>A few posts that hardly anybody has seen yet:</p>"
        f"<ul>{''.join(lines)}</ul>"
        "<p>Perhaps you can answer one. Write “stop” to end this letter, “help” for more.</p>"
    )
    return html, [one.post_id for one in picked]
