"""The daily list of whoever looks after boards; to open it is to look after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import moderators
from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.hashtag import HashtagPost
from fedconnect.moderation import attendance, case_access, caseload, conduct
from fedconnect.moderation.caseload import CaseLine, Waiting


@dataclass(frozen=True, slots=True)
class DailyList:
    """Everything that waits for somebody, the worst first: `rules` are those in force on each of their boards, by its
    id; `runs_forum`: they run the installation."""

    lines: Sequence[CaseLine]
    gathered: Sequence[tuple[HashtagPost, Board]]
    waiting: Sequence[Waiting]
    rules: Mapping[int, list[str]]
    runs_forum: bool


def open_list(visit: Visit) -> DailyList:
    """Return what waits for whoever is asking, and note that they were here; opens its own transactions.

    Raises:
        NotFound: they look after no board.
    """
    with database.read_transaction() as session:
        person, theirs = case_access.get_caretaker(session, visit)
        waiting = caseload.count_waiting(session, theirs)
        found = DailyList(
            lines=caseload.list_cases(session, person, theirs),
            gathered=caseload.list_gathered(session, theirs),
            waiting=waiting,
            rules=conduct.rules_of_each(session, theirs),
            runs_forum=moderators.is_admin(session, person),
        )
    if any(attendance.is_to_be_noted(board) for board in theirs):
        with database.transaction() as session:
            attendance.note_attended(session, sessions.person_of(session, visit))
    return found
