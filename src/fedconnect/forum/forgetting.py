"""Second copies of a post's words: what was received and sent about it, and the form it was written in. They go in the
same transaction as the post, not when their time is over."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.submission import Submission, SubmissionState

_CARRY_WORDS = ("Create", "Update", "Announce")
_PENDING = (InboundState.RECEIVED, InboundState.WAITING, InboundState.FAILED)
_GONE = "what it is about is gone"


def forget_copies(session: Session, uri: str) -> None:
    """Empty every copy of the words of a post that is gone (3 statements, each by an index)."""
    about = (InboundActivity.object_uri == uri, InboundActivity.kind.in_(_CARRY_WORDS))
    _empty(session, *about)
    session.execute(
        update(OutboundActivity)
        .where(
            OutboundActivity.object_uri == uri,
            OutboundActivity.kind.in_(_CARRY_WORDS),
            OutboundActivity.body.contains('"content"'),
        )
        .values(body="")
        .execution_options(synchronize_session=False)
    )
    ended = Submission.state.in_((SubmissionState.SEEN, SubmissionState.FAILED))
    session.execute(
        update(Submission)
        .where(Submission.uri == uri, ended)
        .values(fields="{}")
        .execution_options(synchronize_session=False)
    )


def forget_received_from(session: Session, person: Person) -> None:
    """Empty everything that was received from somebody who is forgotten."""
    _empty(session, InboundActivity.actor_uri == person.uri)


def _empty(session: Session, *conditions: object) -> None:
    """Empty bodies; what is not handled yet has nothing left to say, and whoever is at it has lost it."""
    rows = update(InboundActivity).where(*conditions, InboundActivity.body != "")  # type: ignore[arg-type]
    plain = {"synchronize_session": False}
    session.execute(
        rows.where(InboundActivity.state.in_(_PENDING), InboundActivity.token.is_(None))
        .values(state=InboundState.IGNORED, outcome=_GONE, waits_for=None)
        .execution_options(**plain)
    )
    session.execute(rows.values(body="").execution_options(**plain))
