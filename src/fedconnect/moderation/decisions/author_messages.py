"""Letters of a board to somebody whom a decision concerns: what, by which rule, why, by whom (a human or not), and
how to object. Ref: DSA 17."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import DirectMessageWritten, emit
from fedconnect.forum import direct_messages, moderators
from fedconnect.foundation import clock, html, own_address
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board
from fedconnect.models.board_rules import Invitation
from fedconnect.models.case import Case
from fedconnect.models.decision import Appeal, AppealState, Decision
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import Letter
from fedconnect.moderation.cases import sealed_messages
from fedconnect.moderation.decisions.appeals import concerns
from fedconnect.moderation.help_paragraph import help_paragraph
from fedconnect.moderation.wording import language_for, plainly, say, say_in

_ONE_CALL = timedelta(minutes=15)
_SENT_HERE = (Arrival.SENT, Arrival.HOME_API)


def write_decision(session: Session, decision: Decision) -> DirectMessage | None:
    """Write to whom a decision concerns; None where it concerns nobody, or they wrote it themselves."""
    person_id = concerns(session, decision) if decision.kind in registry.TOLD else None
    if person_id is None or decision.board_id is None or person_id == decision.person_id:
        return None
    board, person = session.get_one(Board, decision.board_id), session.get_one(Person, person_id)
    if person.gone_at is not None or _was_told_gently(session, decision):
        return None
    link = f"{own_address.base_url()}/decisions/{decision.id}"
    place = own_address.base_url() + "/moderation"
    is_gentle = bool(decision.gentle)
    gives_reason = registry.TYPES[decision.kind].letter is Letter.WITH_REASON
    parts = (
        [say(board, f"gentle.{decision.gentle}"), help_paragraph(board)]
        if is_gentle
        else [say(board, decision.kind, detail=decision.detail, link=place)]
    )
    if not is_gentle and gives_reason:
        if decision.rule:
            parts.append(say(board, "rule", rule=decision.rule))
        if decision.reason:
            parts.append(say(board, "why", reason=decision.reason))
    if decision.until is not None:
        parts.append(say(board, "until", until=f"{decision.until:%Y-%m-%d %H:%M}"))
    if gives_reason:
        if not is_gentle:
            parts.append(say(board, "automated" if decision.is_automated else "human"))
        parts.append(say(board, "object" if decision.kind in registry.APPEALABLE else "read", link=link))
    about = _uri_of(session, decision.post_id)
    return direct_messages.write(
        session, board, person, DirectMessageKind.DECISION, about, "".join(parts), str(decision.id)
    )


def write_appeal_outcome(session: Session, appeal: Appeal) -> DirectMessage | None:
    """Write to whoever objected what came of it."""
    decision = session.get_one(Decision, appeal.decision_id)
    assert decision.board_id is not None
    board, person = session.get_one(Board, decision.board_id), session.get_one(Person, appeal.person_id)
    outcome = "overturned" if appeal.state is AppealState.OVERTURNED else "upheld"
    link = f"{own_address.base_url()}/decisions/{decision.id}"
    words = say(board, outcome) + say(board, "answer", reason=appeal.answer) + say(board, "read", link=link)
    about = _uri_of(session, decision.post_id)
    return direct_messages.write(
        session, board, person, DirectMessageKind.APPEAL, about, words, str(appeal.id)
    )


def write_hold(session: Session, post: Post, case: Case) -> DirectMessage | None:
    """Write to an author that their post waits, why, and what they may change."""
    if post.person_id is None:
        return None
    board, person = session.get_one(Board, post.board_id), session.get_one(Person, post.person_id)
    later = post.held_until
    words = say(board, "held", why=case.words) + (
        say(board, "held_later", until=f"{later:%Y-%m-%d %H:%M}") if later else say(board, "held_look")
    )
    words += say(board, "held_change")
    if case.words == plainly(board, "why_danger"):
        language = language_for(post.language or "", board)
        words = say_in(language, "care_hello", board=board.name)
        words += say_in(language, "held_danger") + help_paragraph(board, language)
        words += say_in(language, "held_danger_look") + _who_reads(session, board, language)
    return direct_messages.write(
        session, board, person, DirectMessageKind.HELD, post.uri, words, str(post.id)
    )


def write_care(session: Session, post: Post) -> DirectMessage | None:
    """Write to the author of a post that somebody may be in danger behind: where help is, and who will read it. Once a day.

    Its first line says nothing that somebody who looks over their shoulder could use; it never says that a person wrote
    or chose it, since nobody did.
    """
    if post.person_id is None or not post.is_addressed or post.arrival not in _SENT_HERE:
        return None  # who did not send it here is not thanked for that, nor written to
    board, person = session.get_one(Board, post.board_id), session.get_one(Person, post.person_id)
    if person.gone_at is not None:
        return None
    language = language_for(post.language or "", board)
    words = say_in(language, "care_hello", board=board.name)
    words += say_in(language, "care") + help_paragraph(board, language)
    words += say_in(language, "care_post") + _who_reads(session, board, language)
    today = f"{clock.now():%Y-%m-%d}"
    return direct_messages.write(session, board, person, DirectMessageKind.CARE, post.uri, words, today)


def write_refusal(session: Session, board: Board, person: Person, uri: str, why: str) -> DirectMessage | None:
    """Write to an author that their post is not on the board, why, and what they may change; once a day, so that a
    server that sends without end is not answered without end."""
    words = say(board, "refused") + say(board, f"refused_{why}")
    today = f"{clock.now():%Y-%m-%d}"
    return direct_messages.write(session, board, person, DirectMessageKind.REFUSED, uri, words, today)


def acknowledge_message(session: Session, board: Board, person: Person, uri: str) -> DirectMessage | None:
    """Answer a private message to a board: who can read it, and where help is at once."""
    words = say(board, "message") + help_paragraph(board)
    today = f"{clock.now():%Y-%m-%d}"  # once a day is enough
    return direct_messages.write(session, board, person, DirectMessageKind.NOT_PUBLIC, uri, words, today)


def reply_to_message(session: Session, board: Board, case: Case, words: str) -> None:
    """Answer a private message by hand, in the board's name. Raises Malformed where nothing was written."""
    message, words = sealed_messages.read_message(case), html.plain_lines(words, 2000)
    person = session.execute(select(Person).where(Person.uri == message.by)).scalar_one_or_none()
    if not words or person is None:
        raise Malformed("words", safe="Please write an answer; or its author is gone.")
    text, own = html.paragraphs(words), str(new_id())  # what is said again is sent again
    direct_message = direct_messages.write(
        session, board, person, DirectMessageKind.ANSWER, case.subject_uri, text, own
    )
    if direct_message is not None:
        emit(session, DirectMessageWritten(direct_message.id))


def write_invitation(
    session: Session, board: Board, person: Person, invitation: Invitation
) -> DirectMessage | None:
    """Ask somebody to look after a board."""
    link = f"{own_address.base_url()}/invitations/{invitation.id}"
    words = say(board, "invite", link=link)
    return direct_messages.write(
        session, board, person, DirectMessageKind.INVITATION, "", words, str(invitation.id)
    )


def write_call(session: Session, board: Board, person: Person, case: Case) -> DirectMessage | None:
    """Call somebody to something urgent. Nothing of it stands in the letter but where to look."""
    lately = select(DirectMessage.id).where(
        DirectMessage.person_id == person.id,
        DirectMessage.kind == DirectMessageKind.CALL,
        DirectMessage.at > clock.now() - _ONE_CALL,
    )
    if session.execute(lately.limit(1)).first() is not None:
        return None  # whoever follows that call finds this too; a thousand reports are no thousand letters
    link = f"{own_address.base_url()}/moderation/{case.id}"
    about = f"{case.id}.{case.climbed}"
    return direct_messages.write(
        session, board, person, DirectMessageKind.CALL, "", say(board, "call", link=link), about
    )


def _was_told_gently(session: Session, decision: Decision) -> bool:
    """Whether the author of a post got the same gentle text about it before: once is kind, twice is a machine."""
    if not decision.gentle or decision.post_id is None:
        return False
    before = select(Decision.id).where(
        Decision.post_id == decision.post_id, Decision.gentle == decision.gentle, Decision.id < decision.id
    )
    return session.execute(before.limit(1)).first() is not None


def _who_reads(session: Session, board: Board, language: str) -> str:
    """Say who is asked to read a post, and when they are here; nothing where nobody looks after the board."""
    if not moderators.list_moderators(session, board):
        return ""
    hours = {"first": f"{board.open_from:02}:00", "last": f"{board.open_to:02}:00", "zone": board.zone}
    return say_in(language, "care_hours", **hours)


def _uri_of(session: Session, post_id: int | None) -> str:
    post = session.get(Post, post_id) if post_id is not None else None
    return post.uri if post is not None else ""
