"""How long what moderators keep is kept: the log a year at least, what was sealed not a day longer than needed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.case import Case, CaseNote, CaseState, Evidence, Report
from fedconnect.models.notice import Notice
from fedconnect.moderation import unnamed

SEALED = timedelta(days=30)  # private messages, after their case is closed
EVIDENCE = timedelta(days=180)  # as long as an author may object
REPORTERS = timedelta(days=90)
NOTES = timedelta(days=365)
NOTICES = timedelta(days=365)


def forget_old(session: Session) -> None:
    """Apply the retention times; safe to run at any moment."""
    now = clock.now()
    closed = Case.state == CaseState.CLOSED
    session.execute(
        update(Case).where(closed, Case.last_at < now - SEALED, Case.sealed != "").values(sealed="")
    )
    unnamed.forget_old(session)
    session.execute(delete(Evidence).where(Evidence.at < now - EVIDENCE))
    settled = select(Case.id).where(closed)
    session.execute(delete(Report).where(Report.at < now - REPORTERS, Report.case_id.in_(settled)))
    session.execute(delete(CaseNote).where(CaseNote.at < now - NOTES))
    session.execute(delete(Notice).where(Notice.at < now - NOTICES, Notice.about != ""))
