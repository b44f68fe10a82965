"""QuoteRequest: somebody asks to quote a note of one of our own actors. Ref: FEP-044f."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.drafts import Visibility
from fedconnect.events import QuoteAsked, emit
from fedconnect.federation import authority
from fedconnect.federation.activities.activity_type import ActivityType, Incoming, nothing
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.forum import post_lookup
from fedconnect.foundation import clock
from fedconnect.models.post import PostState
from fedconnect.models.quote_approval import QuoteApproval


def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Give a stamp for a public note of a board; people's own posts are theirs to answer for."""
    activity = incoming.activity
    post = post_lookup.find_post(session, activity.object_uri) if activity.object_uri else None
    if post is None or post.person_id is not None or post.state is not PostState.VISIBLE:
        return Ignored("no note of ours")
    instrument = activity.instrument
    note = instrument if isinstance(instrument, dict) else {"id": instrument}
    quoting = vocabulary.reference(note)
    if quoting is None or not authority.may_quote(note, incoming.person.uri):
        return Ignored("the quoting post is not the asker's")
    if post.visibility is not Visibility.PUBLIC:
        return Ignored("not a public note")
    stamp = session.execute(
        select(QuoteApproval).where(
            QuoteApproval.quoting_uri == quoting, QuoteApproval.quoted_uri == post.uri
        )
    ).scalar_one_or_none()
    if stamp is None:
        stamp = QuoteApproval(
            board_id=post.board_id, quoting_uri=quoting, quoted_uri=post.uri, at=clock.now()
        )
        session.add(stamp)
        session.flush()  # the event names it
    emit(session, QuoteAsked(stamp.id, incoming.person.id, activity.id))
    return Handled("may quote")


QUOTE_REQUEST = ActivityType("QuoteRequest", nothing, apply, is_once=True)
