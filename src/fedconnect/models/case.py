"""What moderators are asked to look at: one case a subject, in one list, sorted by harm."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Moves, Row, state_column


class Severity(IntEnum):
    """How much may be lost by waiting; the list is sorted by it."""

    DANGER = 0  # somebody's life or safety, now
    HURT = 1  # somebody is hurt: hate, harassment, private data, something illegal
    RULES = 2  # against the rules of the board
    ROUTINE = 3  # somebody waits for a look


class CaseKind(StrEnum):
    """Why somebody should look."""

    REPORT = "report"  # somebody reported a post or a person
    HELD = "held"  # a post waits before it is shown
    APPEAL = "appeal"  # an author asks for a decision to be looked at again
    MESSAGE = "message"  # somebody wrote to the board in private
    ANONYMOUS = "unnamed"  # somebody asks without their name


class CaseState(StrEnum):
    """open → closed, and open again when somebody reports anew."""

    OPEN = "open"
    CLOSED = "closed"


CASE_MOVES = Moves[CaseState]({CaseState.OPEN: {CaseState.CLOSED}, CaseState.CLOSED: {CaseState.OPEN}})


class Case(Row):
    """One thing to look at; `times` is how often it was reported, from whatever server: 0
    where nobody did, and its own words sound like danger.

    `words` are what reporters or our own screening said, `sealed` what was written in private. `wave` names what
    many strangers do alike: such cases are one line on the list. `due_at` is when
    somebody must have looked, after which it climbs: 0 moderators, 1 their deputies, 2 admins. `claimed_by` is
    the person who has it open, until `claimed_until`, so that two do not decide at once.
    """

    __tablename__ = "report_case"
    __table_args__ = (UniqueConstraint("board_id", "kind", "subject_uri", name="uq_report_case_subject"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    kind: Mapped[CaseKind] = mapped_column(
        state_column(CaseKind), default=CaseKind.REPORT, server_default="report"
    )
    severity: Mapped[int] = mapped_column(default=Severity.RULES, server_default="2")
    subject_uri: Mapped[str] = mapped_column(String(2048))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    state: Mapped[CaseState] = mapped_column(state_column(CaseState), default=CaseState.OPEN)
    times: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(Text, default="")
    wave: Mapped[str] = mapped_column(String(16), default="", server_default="")
    sealed: Mapped[str] = mapped_column(Text, default="", server_default="")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    climbed: Mapped[int] = mapped_column(default=0, server_default="0")
    claimed_by: Mapped[int | None]
    claimed_until: Mapped[datetime | None]

    def move(self, new: CaseState) -> None:
        """Close the case, or open it again."""
        CASE_MOVES.check(self.state, new)
        self.state = new


Index("ix_report_case_list", Case.state, Case.severity, Case.first_at)


class Report(Row):
    """One report. Who made it stands on no page and goes to no other server."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("report_case.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    uri: Mapped[str] = mapped_column(String(2048), index=True)
    at: Mapped[datetime]


class CaseNote(Row):
    """A moderator's word to the others who look after the board."""

    __tablename__ = "case_note"

    case_id: Mapped[int] = mapped_column(ForeignKey("report_case.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Evidence(Row):
    """A reported post as it was, sealed, in case its author deletes or changes it before somebody looks."""

    __tablename__ = "evidence"

    case_id: Mapped[int] = mapped_column(ForeignKey("report_case.id", ondelete="CASCADE"), unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)


class EvidenceOpened(Row):
    """Who opened kept evidence, and when."""

    __tablename__ = "evidence_opened"

    case_id: Mapped[int] = mapped_column(ForeignKey("report_case.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
