"""Delete: an author takes a post back, a moderator removes one, an account is gone. Ref: ActivityPub §7.4."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts import ending
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.events import Cause
from fedconnect.federation import authority, services
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import following, posting, withdrawing
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import deeds
from fedconnect.moderation.deeds import Wish
from fedconnect.moderation.mandate import Mandate


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Withdraw the signer's own post or account, here or yet to come; or a post from a board of theirs."""
    uri = activity.object_uri
    if not uri:
        return Ignored("a Delete of nothing")
    person = gathered.person
    if uri == person.uri:
        return _account(session, person)
    post = posting.find_post(session, uri)
    if authority.may_delete(person, uri, post):
        tells = post is not None and post.state is not PostState.DELETED and post.is_addressed
        withdrawing.delete_by_author(session, post, uri, person)
        if post is None and withdrawing.revoke(session, uri, person):
            return Handled("leave to answer taken back")
        return Handled("deleted", session.get(Board, post.board_id) if post is not None and tells else None)
    if post is None:
        return Ignored("somebody else's post")
    if authority.may_delete_for_its_server(person, post):
        withdrawing.withdraw(session, post, Cause.ACCOUNT)
        return Handled("deleted by its server")
    return _as_moderator(session, activity, person, post)


def _account(session: Session, person: Person) -> Result:
    withdrawing.delete_everything_of(session, person)
    following.unfollow_all(session, person)
    services.forget_person(session, person)
    ending.end_person(session, person)
    person.gone_at = clock.now()
    person.name = ""
    return Handled("account gone")


def _as_moderator(session: Session, activity: Activity, person: Person, post: Post) -> Result:
    board = session.get_one(Board, post.board_id)
    if not authority.may_moderate(session, board, person):
        return Ignored("somebody else's post")
    mandate = Mandate(board, person, activity.reason, was_said=True)
    changed = deeds.do(session, mandate, post, "remove", Wish())
    return Handled("removed", board) if changed else Handled("removed already")
