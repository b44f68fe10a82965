"""Signing out whoever may not be here any more: the people of a blocked server, and an account that is gone.

What is ended is deleted, so that opening the server again brings nothing back: they sign in anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from fedconnect.accounts import held_tokens
from fedconnect.activitypub.instance_trust import blocked_of
from fedconnect.foundation import clock
from fedconnect.foundation.translatable_sentences import Sentence, to_row
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from fedconnect.models.reader import Grant, Reader, ReaderSession, SignIn
from fedconnect.models.submission import Submission, SubmissionState
from fedconnect.models.web_push import PushSubscription

NOT_SENT = Sentence("This forum does not take part with your server any more, so this was not sent.")
_MANY = 500


def end_where_blocked(session: Session, host: str = "") -> int:
    """Sign out every reader whose server, or whose account's server, is blocked now; return how many those are.
    `host`: look at this server and its subdomains alone."""
    named = select(Reader.id, Person.host, HomeServer.host).join(Person, Person.id == Reader.person_id)
    named = named.join(HomeServer, HomeServer.id == Reader.home_id)
    homes = select(HomeServer.id, HomeServer.host)
    if host:
        named = named.where(_is_of(Person.host, host) | _is_of(HomeServer.host, host))
        homes = homes.where(_is_of(HomeServer.host, host))
    rows = session.execute(named).all()
    at_home = session.execute(homes).all()
    blocked = blocked_of(session, {one for row in rows for one in row[1:]} | {row[1] for row in at_home})
    end_readers(session, [row[0] for row in rows if blocked & set(row[1:])])
    begun = [row[0] for row in at_home if row[1] in blocked]
    for start in range(0, len(begun), _MANY):
        session.execute(delete(SignIn).where(SignIn.home_id.in_(begun[start : start + _MANY])))
    return sum(bool(blocked & set(row[1:])) for row in rows)


def end_person(session: Session, person: Person) -> None:
    """Sign somebody out everywhere, whose account is gone."""
    found = select(Reader.id).where(Reader.person_id == person.id)
    end_readers(session, session.execute(found).scalars().all())


def end_readers(session: Session, reader_ids: Sequence[int]) -> None:
    """End sessions, grants and notifications of readers; what still waits to be sent for them fails, and says why.

    Their tokens are forgotten and not given back: nothing is sent to a server that is blocked.
    """
    now = clock.now()
    for start in range(0, len(reader_ids), _MANY):
        some = reader_ids[start : start + _MANY]
        session.execute(delete(ReaderSession).where(ReaderSession.reader_id.in_(some)))
        session.execute(delete(PushSubscription).where(PushSubscription.reader_id.in_(some)))
        session.execute(delete(SignIn).where(SignIn.for_reader_id.in_(some)))
        session.execute(
            update(Grant).where(Grant.reader_id.in_(some), Grant.ended_at.is_(None)).values(ended_at=now)
        )
        session.execute(update(Grant).where(Grant.reader_id.in_(some)).values(held_tokens.FORGOTTEN))
        waiting = Submission.state.in_((SubmissionState.ASKED, SubmissionState.SENT))
        session.execute(
            update(Submission)
            .where(Submission.reader_id.in_(some), waiting)
            .values(state=SubmissionState.FAILED, problem=to_row(NOT_SENT), token=None)
        )


def _is_of(column: InstrumentedAttribute[str], host: str) -> ColumnElement[bool]:
    return or_(column == host, column.endswith(f".{host}", autoescape=True))
