"""Flag: somebody reports posts or a person to a board's moderators. Always answered alike. Ref: Mastodon's
and Lemmy's shapes: a list of a person and posts, or one post; the words in `summary` or `content`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.federation.activities.activity_type import ActivityType, Incoming, nothing
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.forum import links_to_posts, post_lookup
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.models.board import Board
from fedconnect.moderation.cases import reports


def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Open a case for each reported post of ours, or add to it; without one, for the person or the board."""
    activity = incoming.activity
    posts = [post for uri in activity.about if (post := post_lookup.find_post(session, uri)) is not None]
    if not posts and (named := links_to_posts.find_named(session, activity.reason)) is not None:
        posts = (
            [named] if named.visibility.is_open else []
        )  # some name only the person, and the post in words
    for post in posts:
        board = session.get_one(Board, post.board_id)
        reports.report_post(session, board, post, incoming.person, activity.reason, activity.id)
    if posts:
        return Handled("reported")
    slugs = tuple(s for uri in (*activity.about, *activity.named) if (s := slug_of(uri)) is not None)
    boards = boards_named(session, slugs)
    about = [uri for uri in activity.about if slug_of(uri) is None]
    known = [uri for uri in about if remote_actors.find_person(session, uri) is not None]
    if not boards or not activity.about or (about and not known):
        return Ignored("about nothing of ours")
    subject = known[0] if known else activity.about[0]
    reports.report_person(session, boards[0], subject, incoming.person, activity.reason, activity.id)
    return Handled("reported")


FLAG = ActivityType("Flag", nothing, apply, is_once=True)
