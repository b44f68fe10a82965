"""What readers send through their own servers, as far as receiving needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionState

GIVES_UP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LooseReply:
    """A post that is meant as a reply although its author's server could not say so.

    `parent_uri` is what it answers; None while that server has not told us yet which post it became.
    """

    parent_uri: str | None


def find_loose_reply(session: Session, author: Person, uri: str) -> LooseReply | None:
    """Return how a post is meant whose author sends a loose reply just now; None where they send none."""
    row = session.execute(
        select(Submission.about_uri, Submission.uri)
        .join(Reader, Reader.id == Submission.reader_id)
        .where(
            Reader.person_id == author.id, Submission.is_loose.is_(True),
            Submission.uri.in_(("", uri)), Submission.asked_at > clock.now() - GIVES_UP,
            Submission.state.in_((SubmissionState.ASKED, SubmissionState.SENT, SubmissionState.SEEN)),
        )
        .order_by(Submission.uri.desc()).limit(1)
    ).first()  # fmt: skip
    if row is None:
        return None
    return LooseReply(str(row[0]) if row[1] == uri else None)
