"""How a board tells its followers what happens on it: boosts for microblogs, envelopes for the threadiverse.

Ref: ActivityPub §7.11, FEP-1b12 (Announce of activities); dialects.py says who hears what.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.instance_trust import is_silenced
from fedconnect.activitypub.vocabulary import Document
from fedconnect.events import BoardChanged, BoardMoved, Cause, DecisionMade, PostPublished, PostWithdrawn
from fedconnect.federation import authority, render
from fedconnect.federation.outbound import moderation_activities, outbox
from fedconnect.federation.outbound.dialects import FETCHES_WHAT_IS_INSIDE, Dialect
from fedconnect.forum.boards import board_uri
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.moderation.actions.registry import TYPES

#: Of one thread, each after the one before was taken back: whoever deletes and restores it again and again is not heard more.
_MOST_BOOSTS = 3
_NOT_SHARED = frozenset({"signature", "bto", "bcc"})
#: A post of these went out of sight without an activity that everybody may see, so the board says so.
_SAID_BY_BOARD = frozenset(
    {Cause.ACCOUNT, Cause.NARROWED, Cause.UNWANTED, Cause.LEFT, Cause.HELD, Cause.MOVED}
)


def boost_thread(session: Session, event: PostPublished) -> None:
    """Tell the microblogs among a board's followers, and the author's, of a new thread."""
    if not event.is_starter:
        return
    board, thread, author = _thread(session, event.board_id, event.thread_id, event.post_id)
    if author is None:
        _say_own(session, board, thread, session.get_one(Post, event.post_id))
        return
    if thread.linked_group_uri is not None or is_silenced(session, author.id):
        return
    if thread.boosts_undone >= _MOST_BOOSTS:
        return
    if not authority.may_boost(session.get_one(Post, event.post_id), board_uri(board.slug)):
        return
    inboxes = outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_NOTE, author.id)
    document = render.announce(board, thread, author.uri)
    outbox.send(session, board, document, thread.starter_uri, inboxes, urgent=False)


def withdraw_boost(session: Session, event: PostWithdrawn) -> None:
    """Take a thread's boost back wherever it may have arrived."""
    if not event.is_starter:
        return
    board, post = session.get_one(Board, event.board_id), session.get_one(Post, event.post_id)
    if post.person_id is None:
        _take_own_back(session, board, post.uri)
    else:
        take_boost_back(session, board, post)


def take_boost_back(session: Session, board: Board, post: Post) -> None:
    """Take back a board's boost of what somebody began a thread with."""
    _, thread, author = _thread(session, board.id, post.thread_id, post.id)
    assert author is not None
    document = render.undo_announce(board, thread, author.uri)
    reached = outbox.withdraw(session, document["object"]["id"])
    if reached:
        outbox.send(session, board, document, thread.starter_uri, reached, urgent=True)
        thread.boosts_undone += 1


def relay(
    session: Session,
    board: Board,
    activity: Document,
    about: str,
    author: Person,
    *,
    is_restored: bool = False,
) -> None:
    """Pass an activity on to a board's threadiverse followers, in an envelope, as its author said it.

    The server of the author is told as well: there, the envelope is the proof that the board took it.
    `is_restored`: it says that what is gone is there again.
    """
    inner = {name: value for name, value in activity.items() if name not in _NOT_SHARED}
    inboxes = outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_ACTIVITY, author.id)
    if not inboxes or is_silenced(session, author.id):
        return
    # What a microblog calls an activity can mostly be fetched by nobody.
    fetching = outbox.those_that_run(session, inboxes, FETCHES_WHAT_IS_INSIDE)
    inboxes = outbox.those_elsewhere(inboxes, about, fetching)
    fetching &= set(inboxes)
    # a Create is the same again; an Update or a Lock under a used id says something else
    version = "" if inner.get("type") == "Create" else json.dumps(inner, sort_keys=True)
    said = render.envelope(board, inner, version)
    if others := [inbox for inbox in inboxes if inbox not in fetching]:
        outbox.send(session, board, said, about, others, urgent=False)
    if fetching and is_restored:
        _have_read_again(session, board, about, author, fetching)
    elif fetching:
        outbox.send(session, board, render.without_inner_id(said), about, fetching, urgent=False)


def withdraw_envelope(session: Session, event: PostWithdrawn) -> None:
    """Have what the threadiverse was told of a post forgotten; unsent envelopes about it never go out."""
    post = session.get_one(Post, event.post_id)
    board = session.get_one(Board, event.board_id)
    envelopes = select(OutboundActivity.uri).where(
        OutboundActivity.board_id == board.id,
        OutboundActivity.object_uri == post.uri,
        OutboundActivity.uri.startswith(render.envelope_prefix(board), autoescape=True),
    )
    reached: set[str] = set()
    for uri in session.execute(envelopes).scalars().all():
        reached |= set(outbox.withdraw(session, uri))
    if reached and event.cause in _SAID_BY_BOARD:
        fetching = outbox.those_that_run(session, reached, FETCHES_WHAT_IS_INSIDE)
        reached = set(outbox.those_elsewhere(reached, post.uri, fetching))
        deletion = moderation_activities.deletion(board, post.uri, "It is no longer on the board.")
        outbox.send(session, board, render.envelope(board, deletion), post.uri, reached, urgent=True)


def relay_released(session: Session, event: DecisionMade) -> None:
    """Pass on to the threadiverse what its author's server said of a post that was held, now that it is shown.
    What was said is kept for seven days; a post that waited longer is found here and by microblogs alone."""
    decision = session.get_one(Decision, event.decision_id)
    post = session.get(Post, decision.post_id) if decision.post_id is not None else None
    if decision.kind is not DecisionKind.RELEASE or post is None or post.person_id is None:
        return
    body = session.execute(
        select(InboundActivity.body)
        .where(
            InboundActivity.object_uri == post.uri,
            InboundActivity.kind == "Create",
            InboundActivity.state == InboundState.HANDLED,
            InboundActivity.proof == Proof.SIGNED,
            InboundActivity.body != "",
        )
        .limit(1)
    ).scalar()
    if body and post.is_addressed:
        board, author = session.get_one(Board, post.board_id), session.get_one(Person, post.person_id)
        relay(session, board, json.loads(body), post.uri, author)


def relay_restored(session: Session, board: Board, post: Post, author: Person, inbound_id: int) -> None:
    """Pass on, now that it is shown, by what its author brought a deleted post back. A sister's own word is passed on by nobody."""
    body = session.execute(
        select(InboundActivity.body).where(
            InboundActivity.id == inbound_id, InboundActivity.actor_uri == author.uri
        )
    ).scalar()
    if body and post.is_addressed:
        relay(session, board, json.loads(body), post.uri, author, is_restored=True)


def tell_decision(session: Session, event: DecisionMade) -> None:
    """Tell the threadiverse of a moderator's decision, in nobody's own name; not the server on which they took it, which has
    done so."""
    decision = session.get_one(Decision, event.decision_id)
    how = TYPES[decision.kind].federated
    if decision.board_id is None or how is None:
        return
    board = session.get_one(Board, decision.board_id)
    post = session.get(Post, decision.post_id) if decision.post_id is not None else None
    author = session.get(Person, post.person_id) if post is not None and post.person_id is not None else None
    concerned = outbox.inboxes_of(
        session, Dialect.ANNOUNCE_ACTIVITY, author.uri if author is not None else decision.subject_uri
    )
    if how.collection == "moderators":  # who looks after a board is told to their own server alone
        inboxes = concerned
    else:
        followers = outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_ACTIVITY)
        inboxes = sorted({*followers, *concerned})
    if event.was_said and decision.person_id is not None:
        decided_on = session.get_one(Person, decision.person_id).host
        inboxes = [inbox for inbox in inboxes if urlsplit(inbox).netloc.lower() != decided_on]
    fetching = outbox.those_that_run(session, inboxes, FETCHES_WHAT_IS_INSIDE)
    inboxes = outbox.those_elsewhere(inboxes, decision.subject_uri, fetching)
    for inner in _said_of(session, board, decision) if inboxes else ():
        outbox.send(
            session, board, render.envelope(board, inner), decision.subject_uri, inboxes, urgent=False
        )
    if decision.kind is DecisionKind.RESTORE and post is not None and author is not None:
        _have_read_again(session, board, post.uri, author, fetching & set(inboxes))


def repeat_removal(session: Session, board: Board, post: Post, author: Person, restored_by: str) -> None:
    """Say to its author's server that a post stays off a board, each time that server says it is there again: `restored_by` is the
    id of that activity."""
    inboxes = outbox.inboxes_of(session, Dialect.ANNOUNCE_ACTIVITY, author.uri)
    fetching = outbox.those_that_run(session, inboxes, FETCHES_WHAT_IS_INSIDE)
    if inboxes := outbox.those_elsewhere(inboxes, post.uri, fetching):
        deletion = moderation_activities.deletion(
            board, post.uri, "A moderator's decision stands.", restored_by
        )
        outbox.send(session, board, render.envelope(board, deletion), post.uri, inboxes, urgent=True)


def _said_of(session: Session, board: Board, decision: Decision) -> list[Document]:
    """Return what is said of a decision: a ban that takes the place of another one is said after its end, since PieFed keeps
    the ban that it has."""
    said = [moderation_activities.activity_of(board, decision)]
    if decision.kind is DecisionKind.BAN:
        earlier = session.execute(
            select(Decision)
            .where(
                Decision.board_id == board.id,
                Decision.subject_uri == decision.subject_uri,
                Decision.kind.in_((DecisionKind.BAN, DecisionKind.UNBAN)),
                Decision.id != decision.id,
            )
            .order_by(Decision.at.desc(), Decision.id.desc())
            .limit(1)
        ).scalar_one_or_none()
        if earlier is not None and earlier.kind is DecisionKind.BAN:
            said.insert(0, moderation_activities.replaced(board, earlier))
    return said


def tell_changed(session: Session, board: Board) -> None:
    """Tell every follower that a board is to be read again: its name, its words, who speaks for its moderators. Threadiverse
    servers read the list of those whom they obey then, or once a day."""
    signer = own_keys.signer(session, f"board:{board.slug}")
    document = render.update_board(render.board_actor(board, signer))
    for dialect in Dialect:
        if inboxes := outbox.inboxes_of_followers(session, board, dialect):
            outbox.send(session, board, document, document["actor"], inboxes, urgent=False)


def note_changed(session: Session, event: BoardChanged) -> None:
    """Tell the followers of a board that it has changed; one that stays here has none."""
    board = session.get_one(Board, event.board_id)
    if not board.is_local_only:
        tell_changed(session, board)


def tell_move(session: Session, event: BoardMoved) -> None:
    """Tell every follower where a board has gone. Ref: ActivityPub §7 (Move), FEP-7628."""
    board = session.get_one(Board, event.board_id)
    document = render.move(board)
    for dialect in Dialect:
        inboxes = outbox.inboxes_of_followers(session, board, dialect)
        outbox.send(session, board, document, document["object"], inboxes, urgent=False)


def _have_read_again(
    session: Session, board: Board, post_uri: str, author: Person, inboxes: Collection[str]
) -> None:
    """Have a post that is there again asked for at its origin, by servers that know no Undo of a Delete (as NodeBB's)."""
    if not inboxes:
        return
    document = render.envelope(board, render.look_again(board, post_uri, author.uri))
    outbox.send(session, board, render.without_inner_id(document), post_uri, inboxes, urgent=False)


def _say_own(session: Session, board: Board, thread: Thread, post: Post) -> None:
    """Send a note of the board's own to the microblogs among its followers. No threadiverse server takes a post of a
    Group's."""
    inboxes = outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_NOTE)
    if inboxes:
        outbox.send(session, board, render.create_own(board, thread, post), post.uri, inboxes, urgent=False)


def _take_own_back(session: Session, board: Board, uri: str) -> None:
    reached = outbox.withdraw(session, f"{uri}/activity")
    if reached:
        outbox.send(session, board, render.delete_own(board, uri), uri, reached, urgent=True)


def _thread(
    session: Session, board_id: int, thread_id: int, post_id: int
) -> tuple[Board, Thread, Person | None]:
    starter = session.get_one(Post, post_id).person_id
    return (
        session.get_one(Board, board_id),
        session.get_one(Thread, thread_id),
        session.get(Person, starter) if starter is not None else None,
    )
