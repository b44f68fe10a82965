"""How long what moderators keep is kept: the log a year at least, what was sealed not a day longer than needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import literal, select

from fedconnect.models.case import Case, CaseNote, CaseState, Evidence, Report
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.stale_rows import StaleRows, stale

SEALED = timedelta(days=30)  # private messages, after their case is closed
EVIDENCE = timedelta(days=180)  # as long as an author may object
REPORTERS = timedelta(days=90)
NOTES = timedelta(days=365)
DIRECT_MESSAGES = timedelta(days=365)


def all_stale(now: datetime) -> Iterator[StaleRows]:
    """Yield what moderators keep that is older than it may become."""
    closed = Case.state == CaseState.CLOSED
    yield stale(Case, closed, Case.last_at < now - SEALED, Case.sealed != "", emptied={"sealed": ""})
    yield stale(Evidence, Evidence.at < now - EVIDENCE)
    settled = select(Case.id).where(closed)
    yield stale(Report, Report.at < now - REPORTERS, Report.case_id.in_(settled))
    yield stale(CaseNote, CaseNote.at < now - NOTES)
    is_about = DirectMessage.about != literal("", literal_execute=True)  # as its index says
    yield stale(DirectMessage, DirectMessage.at < now - DIRECT_MESSAGES, is_about)
