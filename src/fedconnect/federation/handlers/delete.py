"""Delete: an author takes a post back, or an account is gone. Ref: ActivityPub §7.4."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation import authority
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import following, posting
from fedconnect.foundation import clock


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Withdraw the signer's own post or account, here or yet to come."""
    uri = activity.object_uri
    if not uri:
        return Ignored("a Delete of nothing")
    person = gathered.person
    if uri == person.uri:
        posting.delete_everything_of(session, person)
        following.unfollow_all(session, person)
        person.gone_at = clock.now()
        person.name = ""
        return Handled("account gone")
    if not authority.may_delete(person, uri, posting.find_post(session, uri)):
        return Ignored("somebody else's post")
    posting.delete_by_author(session, uri, person)
    return Handled("deleted")
