"""A post as its own server keeps it, for its author to edit: the words as they were typed, and what hangs on it."""

from __future__ import annotations

from fedconnect.accounts import grants, outgoing_status
from fedconnect.accounts.mastodon_api import HomeAway, text
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.outgoing_status import MediaUpload
from fedconnect.accounts.post_form import PostForm
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotPermitted
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.home_servers import home_posts
from fedconnect.models.post import Post
from fedconnect.moderation.posts import writing_places


def fetch_original(visit: Visit, post: Post, board: str) -> PostForm:
    """Return the form with a post's own words, without the handles that we put around them (`board` is the board's).
    Opens its own transactions.

    Raises:
        PermissionNeeded, HomeRefused, Busy; HomeAway: also where a part is missing, which an edit would lose.
        NotPermitted: it has a poll.
    """
    with outbound_slot():
        client = grants.client_for(visit.reader_id, Permission.WRITE)
        number = home_posts.find_home_id(client, post.uri)
        source = client.get(f"/api/v1/statuses/{number}/source")
        whole = client.get(f"/api/v1/statuses/{number}")
    media = whole.get("media_attachments") if isinstance(whole, dict) else None
    if not isinstance(media, list) or not text(source, "text", outgoing_status.MAX_TEXT):
        raise HomeAway(client.host, "a post without its parts")
    if post.poll:
        raise NotPermitted(
            "a poll",
            safe="A post with a poll is edited on your own server: from here it would lose its votes.",
        )
    with database.read_transaction() as session:
        answered = writing_places.handle_answered(session, post)
    return PostForm(
        text=outgoing_status.without_handles(
            text(source, "text", outgoing_status.MAX_TEXT), [answered, board]
        ),
        warning=text(source, "spoiler_text", 500),
        language=post.language,
        visibility=post.visibility.value,
        is_sensitive=bool(whole.get("sensitive")),
        media=tuple(
            MediaUpload(text(one, "id"), text(one, "description", 2000))
            for one in media
            if isinstance(one, dict)
        ),
    )
