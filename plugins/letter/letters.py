"""One letter: a greeting, at most five links with their reasons, and how to end it."""

from __future__ import annotations

from datetime import datetime
from html import escape

from fedconnect.activitypub import remote_actors
from fedconnect.foundation import database, own_address

from . import subscribers
from .pool import Pool
from .subscribers import MOST_POSTS, Subscriber

_SPARE = 10  # drawn besides, where what was drawn before may be sent no longer


def draw_next(subscriber: Subscriber, pool: Pool, now: datetime) -> None:
    """Draw one link of somebody's next letter, while there is room."""
    drawn = subscribers.posts_drawn(subscriber.person_uri)
    most = min(1, MOST_POSTS - len(drawn))
    had = {*drawn, *subscribers.posts_sent(subscriber.person_uri)}
    fresh = pool.draw(subscriber, had, most) if most > 0 else []
    pool.hold(fresh)
    subscribers.note_drawn(subscriber, fresh, now)


def compose(subscriber: Subscriber, pool: Pool) -> tuple[str, list[int]]:
    """Return a letter as safe HTML, and the posts in it; none where there is nothing new for them.

    What was drawn since the last letter comes first. Whether each post may be sent is asked now; what is missing is drawn now.
    """
    from fedconnect.surfacing.feed import counted_links, unseen_posts  # noqa: PLC0415  numpy comes with the first letter

    drawn = subscribers.posts_drawn(subscriber.person_uri)
    had = {*drawn, *subscribers.posts_sent(subscriber.person_uri)}
    chosen = [*drawn, *pool.draw(subscriber, had, _SPARE)]
    with database.transaction() as session:
        may_be_sent = unseen_posts.list_unseen(session, subscriber.handle, subscriber.topics, chosen)
        picked = may_be_sent[:MOST_POSTS]
        person = remote_actors.find_person(session, subscriber.person_uri)
        urls = dict[int, str]()
        if person is not None and picked:
            paths = {one.post_id: one.path for one in picked}
            urls = counted_links.addresses(session, person, subscriber.topics, paths, "letter")
    if not picked:
        return "", []
    pool.hold(one.post_id for one in picked if one.post_id not in drawn)
    lines = []
    for one in picked:
        why = f", {escape(', '.join(one.words))}" if one.words else ""
        title = f"Content warning: {escape(one.title)}" if one.is_warned else escape(one.title)
        url = urls.get(one.post_id, own_address.base_url() + one.path)
        lines.append(f'<li><a href="{url}">{title}</a> ({escape(one.board_name)}{why})</li>')
    html = (
        "<p>A few posts that hardly anybody has seen yet:</p>"
        f"<ul>{''.join(lines)}</ul>"
        "<p>Perhaps you can answer one. Write “stop” to end this letter, “help” for more.</p>"
    )
    return html, [one.post_id for one in picked]
