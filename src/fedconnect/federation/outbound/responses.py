"""What our actors answer to one person: Accept, Reject, stamps, private notes; and what they ask of one."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.vocabulary import Document
from fedconnect.events import (
    AppealHeard,
    BoardFollowed,
    BoardUnfollowed,
    CaseClimbed,
    CaseReported,
    DecisionMade,
    DirectMessageWritten,
    FollowRefused,
    LinkedGroupFollowed,
    LinkedGroupUnfollowed,
    PostHeld,
    PostNeedsCare,
    PostRefused,
    PrivateMessageTaken,
    QuoteAsked,
)
from fedconnect.federation import render
from fedconnect.federation.outbound import bot_actors, moderation_activities, outbox
from fedconnect.federation.outbound.dialects import Dialect, dialect_of
from fedconnect.forum import moderators
from fedconnect.forum.boards import board_uri, slug_of
from fedconnect.models.board import Board, Follow, LinkedGroup
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Appeal, Decision
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.instance import Instance
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.quote_approval import QuoteApproval
from fedconnect.moderation.casework import queue
from fedconnect.moderation.decisions import appeals, author_messages


def accept_follow(session: Session, event: BoardFollowed) -> None:
    """Say yes to a Follow; said again when it is asked again."""
    follow = session.get_one(Follow, event.follow_id)
    board = session.get_one(Board, follow.board_id)
    person = session.get_one(Person, follow.person_id)
    uri = f"{board_uri(board.slug)}#accepts/{render.digest(follow.uri)}"
    document = render.accept_follow(board, person, follow.uri, uri)
    _say(session, board, document, follow.uri, person)


def withdraw_accept(session: Session, event: BoardUnfollowed) -> None:
    """Do not accept a Follow that was taken back before the Accept went out; others may call theirs the same."""
    person = session.get_one(Person, event.person_id)
    accepts = select(OutboundActivity.uri).where(
        OutboundActivity.object_uri == event.follow_uri,
        OutboundActivity.kind == "Accept",
        OutboundActivity.body.contains(json.dumps(person.uri, ensure_ascii=False), autoescape=True),
    )
    for uri in session.execute(accepts).scalars().all():
        outbox.withdraw_unsent(session, uri)


def reject_follow(session: Session, event: FollowRefused) -> None:
    """Say no to a Follow of the installation or of its moderators, so that nobody waits for an answer."""
    person = session.get_one(Person, event.person_id)
    signer = own_keys.signer(session, event.actor)
    uri = f"{signer.uri}#rejects/{render.digest(event.follow_uri)}"
    document = render.reject_follow(signer.uri, person, event.follow_uri, uri)
    outbox.send_as(session, event.actor, document, event.follow_uri, [person.inbox], urgent=True)


def follow_linked_group(session: Session, event: LinkedGroupFollowed) -> None:
    """Send the Follow of a remote Group for a board."""
    linked_group = session.get_one(LinkedGroup, event.linked_group_id)
    group = session.get_one(Person, linked_group.person_id)
    actor = linked_group.uri.partition("#")[0]
    document = render.follow(actor, group, linked_group.uri)
    known = outbox.find_activity(session, linked_group.uri)
    if known is not None:
        outbox.send_again(session, known)
    else:
        outbox.send_as(session, _key_of(actor), document, linked_group.uri, [group.inbox], urgent=True)


def unfollow_linked_group(session: Session, event: LinkedGroupUnfollowed) -> None:
    """Undo the Follow of a remote Group; one that never went out is withdrawn."""
    group, actor = session.get_one(Person, event.person_id), event.follow_uri.partition("#")[0]
    is_known = outbox.find_activity(session, event.follow_uri) is not None
    if not is_known or outbox.withdraw_unsent(session, event.follow_uri):
        document = render.undo_follow(actor, group, event.follow_uri)
        outbox.send_as(session, _key_of(actor), document, event.follow_uri, [group.inbox], urgent=True)


def _key_of(actor_uri: str) -> str:
    """Return the name of the key of who follows Groups: the common actor, or a board that did so itself once."""
    is_common = actor_uri == moderators.common_actor_uri()
    return bot_actors.MODERATORS if is_common else f"board:{slug_of(actor_uri)}"


def accept_quote(session: Session, event: QuoteAsked) -> None:
    """Give leave to quote a public note of a board. Ref: FEP-044f."""
    stamp = session.get_one(QuoteApproval, event.stamp_id)
    board = session.get_one(Board, stamp.board_id)
    person = session.get_one(Person, event.person_id)
    uri = f"{board_uri(board.slug)}#accepts/{render.digest(event.request_uri)}"
    document = render.accept_quote(board, person, stamp, event.request_uri, uri)
    _say(session, board, document, event.request_uri, person)


def pass_report_on(session: Session, event: CaseReported) -> None:
    """Tell a board's moderators on threadiverse servers of a report; who made it stays here."""
    case = session.get_one(Case, event.case_id)
    if case.kind is not CaseKind.REPORT or case.times == 0:  # nobody reported it: our own look is ours
        return
    board = session.get_one(Board, case.board_id)
    if board.is_local_only:
        return
    inboxes: set[str] = set()
    for person in moderators.list_moderators(session, board):
        software = session.execute(
            select(Instance.software).where(Instance.host == person.host)
        ).scalar_one_or_none()
        if dialect_of(software or "") is Dialect.ANNOUNCE_ACTIVITY:
            inboxes.add(person.shared_inbox or person.inbox)
    if inboxes:
        outbox.send_as_instance(session, moderation_activities.flag(board, case), case.subject_uri, inboxes)


def message_private_author(session: Session, event: PrivateMessageTaken) -> None:
    """Tell somebody who wrote to a board in private who can read it, and where help is at once."""
    board, person = session.get_one(Board, event.board_id), session.get_one(Person, event.person_id)
    _send(session, author_messages.acknowledge_message(session, board, person, event.uri))


def message_concerned(session: Session, event: DecisionMade) -> None:
    """Write to whom a decision concerns: what, which rule, why, a human or not, how to object."""
    if not event.is_told:
        _send(session, author_messages.write_decision(session, session.get_one(Decision, event.decision_id)))


def message_held_author(session: Session, event: PostHeld) -> None:
    """Write to an author that their post waits, and why."""
    post, case = session.get_one(Post, event.post_id), session.get_one(Case, event.case_id)
    _send(session, author_messages.write_hold(session, post, case))


def message_author_with_care(session: Session, event: PostNeedsCare) -> None:
    """Write to somebody who may be in danger, or near somebody who is: where help is, and who will read their post."""
    _send(session, author_messages.write_care(session, session.get_one(Post, event.post_id)))


def message_refused_author(session: Session, event: PostRefused) -> None:
    """Write to an author whose post cannot stand on a board, and what they may change."""
    board, person = session.get_one(Board, event.board_id), session.get_one(Person, event.person_id)
    _send(session, author_messages.write_refusal(session, board, person, event.uri, event.why))


def send_written(session: Session, event: DirectMessageWritten) -> None:
    """Send what a board wrote to somebody."""
    send_direct_message(session, session.get_one(DirectMessage, event.direct_message_id))


def message_appellant(session: Session, event: AppealHeard) -> None:
    """Write to whoever objected what came of it."""
    _send(session, author_messages.write_appeal_outcome(session, session.get_one(Appeal, event.appeal_id)))


def message_deputies(session: Session, event: CaseClimbed) -> None:
    """Call those who look where nobody else did in time: deputies, then admins."""
    case = session.get_one(Case, event.case_id)
    board = session.get_one(Board, case.board_id)
    called = (
        moderators.list_deputies(session, board) if case.climbed == 1 else moderators.list_admins(session)
    )
    if case.kind is CaseKind.APPEAL:
        appeal, decision = queue.appeal_of(session, case)
        called = [one for one in called if appeals.may_hear(session, decision, appeal, one)]
    for person in called:
        _send(session, author_messages.write_call(session, board, person, case))


def _send(session: Session, direct_message: DirectMessage | None) -> None:
    if direct_message is not None:
        send_direct_message(session, direct_message)


def _say(session: Session, board: Board, document: Document, about: str, person: Person) -> None:
    """Tell one person something at once; what was said before is sent again."""
    known = outbox.find_activity(session, document["id"])
    if known is not None:
        outbox.send_again(session, known)
    else:
        outbox.send(session, board, document, about, [person.inbox], urgent=True)


def send_direct_message(session: Session, direct_message: DirectMessage) -> None:
    """Send a private note of a board to whom it was written."""
    board = session.get_one(Board, direct_message.board_id)
    person = session.get_one(Person, direct_message.person_id)
    document = render.create_direct_message(board, person, direct_message)
    outbox.send(session, board, document, document["object"]["id"], [person.inbox], urgent=False)
