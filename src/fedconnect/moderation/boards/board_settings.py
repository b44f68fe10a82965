"""How a board is looked after: its settings, who looks after it and who stands in. Each change is a decision."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fedconnect.events import DirectMessageWritten, emit
from fedconnect.forum import moderators
from fedconnect.foundation import clock, html
from fedconnect.foundation.database import changed
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Invitation
from fedconnect.models.decision import DecisionKind
from fedconnect.models.person import Person
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision
from fedconnect.moderation.boards import appointments
from fedconnect.moderation.decisions import author_messages

BY_TEAM = "Those who look after a board decide how it is run."
_SLOWEST_MINUTES = 24 * 60
_MOST_THREADS = 10_000
_MOST_ASKED = 20  # who have not answered yet, a board


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """What those who look after a board may set; `open_from` to `open_to` are hours in `zone`."""

    open_from: int
    open_to: int
    zone: str
    holds_after_hours: int
    slow_minutes: int
    threads_a_stranger: int
    threads_a_server: int
    holds_first_posts: bool
    wants_moderators: bool
    is_discreet: bool
    takes_anonymous: bool


def settings_of(board: Board) -> BoardSettings:
    """Return a board's settings."""
    return BoardSettings(*(getattr(board, name) for name in BoardSettings.__slots__))


def change_settings(session: Session, context: ModerationContext, wanted: BoardSettings) -> bool:
    """Take over what was set; the log says which settings changed, and to what.

    Raises:
        Malformed: an hour, zone or number that is none.
    """
    authorize(session, context, context.board.id)
    _check(wanted)
    before = settings_of(context.board)
    news = [name for name in BoardSettings.__slots__ if getattr(wanted, name) != getattr(before, name)]
    if not news:
        return False
    for name in news:
        setattr(context.board, name, getattr(wanted, name))
    detail = ", ".join(f"{name}: {getattr(wanted, name)}" for name in news)
    record_decision(session, context, DecisionKind.SETTINGS, context.board.slug, detail=detail)
    return True


def note_setting(session: Session, context: ModerationContext, detail: str) -> bool:
    """Write down that a setting of the board was changed elsewhere."""
    authorize(session, context, context.board.id)
    record_decision(session, context, DecisionKind.SETTINGS, context.board.slug, detail=detail)
    return True


def change_hearing(session: Session, context: ModerationContext, floor: int, hours: int, boosts: int) -> bool:
    """Set what each post of the board is promised: by how many it is seen, within how many hours, and how many posts
    a day its companion boosts."""
    board = context.board
    board.hearing_floor, board.hearing_hours, board.companion_boosts = floor, hours, boosts
    return note_setting(session, context, f"hearing: {floor} in {hours} h, {boosts} boosts a day")


def name_deputy(session: Session, context: ModerationContext, person: Person, *, is_deputy: bool) -> bool:
    """Let a moderator be called where nobody else looks in time, or no longer."""
    authorize(session, context, context.board.id)
    done = session.execute(
        update(Moderator)
        .where(
            Moderator.board_id == context.board.id,
            Moderator.person_id == person.id,
            Moderator.is_deputy.is_not(is_deputy),
        )
        .values(is_deputy=is_deputy)
    )
    detail = "a deputy was named" if is_deputy else "a deputy stands in no longer"
    if changed(done) != 1:
        return False
    record_decision(session, context, DecisionKind.SETTINGS, context.board.slug, detail=detail)
    return True


def invite(
    session: Session, context: ModerationContext, person: Person, words: str, *, is_handover: bool
) -> Invitation:
    """Ask somebody to look after the board; with a handover, whoever asks steps back once they say yes.

    Raises:
        Malformed: they look after it already, or were asked already. NotPermitted: they cannot look after it.
    """
    authorize(session, context, context.board.id)
    appointments.check_fit(session, context.board, person)
    if moderators.is_moderator(session, context.board, person):
        raise Malformed("known", safe="They look after the board already.")
    asked = select(Invitation.person_id).where(Invitation.board_id == context.board.id)
    waiting = set(session.execute(asked).scalars())
    if person.id in waiting:
        raise Malformed("asked", safe="They have been asked already, and have not answered yet.")
    if len(waiting) >= _MOST_ASKED:
        raise Malformed("asked", safe="Many have been asked already: please wait for their answers.")
    invitation = Invitation(
        board_id=context.board.id, person_id=person.id, by_id=context.moderator.id if context.moderator else None,
        is_handover=is_handover, words=html.plain(words, 500), at=clock.now(),
    )  # fmt: skip
    session.add(invitation)
    session.flush()  # the letter names it
    direct_message = author_messages.write_invitation(session, context.board, person, invitation)
    if direct_message is not None:
        emit(session, DirectMessageWritten(direct_message.id))
    record_decision(
        session, context, DecisionKind.SETTINGS, context.board.slug, detail="somebody was asked to help"
    )
    return invitation


def respond_to_invitation(session: Session, invitation: Invitation, person: Person, *, accepts: bool) -> bool:
    """Say yes or no to looking after a board. Raises NotFound where somebody else was asked."""
    if invitation.person_id != person.id or not moderators.may_act(session, person):
        raise NotFound("somebody else's invitation, or somebody else by now")
    board = session.get_one(Board, invitation.board_id)
    by = session.get(Person, invitation.by_id) if invitation.by_id is not None else None
    is_handover = invitation.is_handover
    stands = by is None or moderators.may_decide(session, board, by)
    session.execute(delete(Invitation).where(Invitation.id == invitation.id))
    if not (accepts and stands):
        return False
    context = ModerationContext(board, None, "They were asked, and said yes.", BY_TEAM)
    appointments.appoint(session, context, person)
    if is_handover and by is not None and moderators.is_moderator(session, board, by):
        appointments.dismiss(
            session, ModerationContext(board, None, "They handed the board over.", BY_TEAM), by
        )
    board.wants_moderators = False
    return True


def step_back(session: Session, board: Board, person: Person) -> bool:
    """Look after a board no longer, by one's own wish. The last one may go too."""
    return appointments.dismiss(
        session, ModerationContext(board, person, "They stepped back.", BY_TEAM), person
    )


def _check(wanted: BoardSettings) -> None:
    if wanted.zone not in available_timezones():
        raise Malformed("zone", safe="Please name a time zone such as Europe/Berlin.")
    if not (0 <= wanted.open_from <= 23 and 0 <= wanted.open_to <= 24 and wanted.open_from != wanted.open_to):
        raise Malformed("hours", safe="Hours are whole numbers from 0 to 24, and not both the same.")
    if wanted.holds_after_hours != 0 and not 12 <= wanted.holds_after_hours <= 720:
        raise Malformed(
            "holds", safe="New conversations wait after 12 to 720 hours without a look, or never (0)."
        )
    if not (
        0 <= wanted.threads_a_stranger <= _MOST_THREADS and 0 <= wanted.threads_a_server <= _MOST_THREADS
    ):
        raise Malformed("threads", safe="New people’s threads within an hour are from 0 to 10,000.")
    if not 0 <= wanted.slow_minutes <= _SLOWEST_MINUTES:
        raise Malformed("slow", safe="Slow mode is from 0 to 1,440 minutes.")
