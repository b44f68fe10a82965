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
from fedconnect.moderation.boards import board_rules, moderator_activity
from fedconnect.moderation.casework import case_access, queue
from fedconnect.moderation.casework.queue import QueueItem, Waiting


@dataclass(frozen=True, slots=True)
class DailyList:
    """Everything that waits for somebody, the worst first: `rules` are those in force on each of their boards, by its
    id; `runs_forum`: they run the installation."""

    lines: Sequence[QueueItem]
    hashtag_posts: Sequence[tuple[HashtagPost, Board]]
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
        waiting = queue.count_waiting(session, theirs)
        found = DailyList(
            lines=queue.list_cases(session, person, theirs),
            hashtag_posts=queue.list_hashtag_posts(session, theirs),
            waiting=waiting,
            rules=board_rules.rules_of_each(session, theirs),
            runs_forum=moderators.is_admin(session, person),
        )
    if any(moderator_activity.is_note_due(board) for board in theirs):
        with database.transaction() as session:
            moderator_activity.note_active(session, sessions.person_of(session, visit))
    return found
