"""What our actors say to one person: once, to nobody else, and not at all where it was taken back before it went out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.activitypub import own_keys
from fedconnect.events import Cause, PostPublished, PostWithdrawn
from fedconnect.federation.outbound import first_post_message, responses
from fedconnect.foundation import clock
from fedconnect.models.board import Board, LinkedGroup
from fedconnect.models.case import CaseKind
from fedconnect.models.decision import AppealState, DecisionKind
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.quote_approval import QuoteApproval
from support.federation_rows import a_follow, an_instance, with_keys
from support.forum import BASE
from support.moderation_rows import a_case, a_decision, an_admin, an_appeal, somebody_of_the_team
from support.unit import a_board, a_moderator, a_person, a_post, a_thread, add

BOARD = f"{BASE}/boards/respite"


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def said(session: Session) -> list[tuple[str, list[str], bool]]:
    """What is queued, in order: its type, the inboxes that get it, and whether it is urgent."""
    found = []
    for activity in session.scalars(select(OutboundActivity).order_by(OutboundActivity.id)):
        rows = session.scalars(
            select(Delivery).where(
                Delivery.activity_id == activity.id, Delivery.state == DeliveryState.QUEUED
            )
        )
        to = [(one.inbox, one.urgent) for one in rows]
        found.append((activity.kind, sorted(inbox for inbox, _ in to), any(urgent for _, urgent in to)))
    return found


def bodies(session: Session) -> list[dict[str, Any]]:
    return [
        json.loads(one)
        for one in session.scalars(select(OutboundActivity.body).order_by(OutboundActivity.id))
    ]


def arrived(session: Session) -> None:
    session.execute(update(Delivery).values(state=DeliveryState.DELIVERED))


def published(post: Post, **values: Any) -> PostPublished:
    return PostPublished(post.id, post.thread_id, post.board_id, **{"is_starter": post.is_starter, **values})


def withdrawn(post: Post) -> PostWithdrawn:
    """Say that a post is gone, as it is by then."""
    post.state = PostState.DELETED
    return PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter, Cause.AUTHOR)


# Follows


def test_a_follow_is_accepted_towards_its_author_and_again_where_it_is_asked_again(
    session: Session, board: Board
) -> None:
    ana = a_person(session, shared_inbox="https://home.example/inbox")
    follow = a_follow(session, board, ana)
    for _ in range(2):
        responses.accept_follow(session, events.BoardFollowed(follow.id))
        assert said(session) == [("Accept", [ana.inbox], True)]
        arrived(session)
    assert said(session) == [("Accept", [], False)]
    (body,) = bodies(session)
    assert (body["to"], body["object"]["id"], body["object"]["actor"]) == ([ana.uri], follow.uri, ana.uri)


def test_a_follow_that_was_taken_back_is_not_accepted_unless_it_was_already(
    session: Session, board: Board
) -> None:
    ana, ben = a_person(session), a_person(session, "ben")
    first, second = (a_follow(session, board, one) for one in (ana, ben))
    for follow in (first, second):
        responses.accept_follow(session, events.BoardFollowed(follow.id))
    responses.withdraw_accept(session, events.BoardUnfollowed(first.uri, ana.id))
    assert said(session) == [("Accept", [ben.inbox], True)]
    arrived(session)
    responses.withdraw_accept(session, events.BoardUnfollowed(second.uri, ben.id))
    assert session.scalars(select(Delivery.state)).all() == [DeliveryState.DELIVERED]


def test_nobody_withdraws_the_yes_to_a_neighbour_by_calling_a_follow_the_same(
    session: Session, board: Board
) -> None:
    ana, eve = a_person(session), a_person(session, "eve")
    follow = a_follow(session, board, ana)
    responses.accept_follow(session, events.BoardFollowed(follow.id))
    responses.withdraw_accept(session, events.BoardUnfollowed(follow.uri, eve.id))
    assert said(session) == [("Accept", [ana.inbox], True)]


def test_taking_a_follow_back_withdraws_no_refusal_of_it(session: Session, board: Board) -> None:
    with_keys()
    ana = a_person(session)
    responses.reject_follow(session, events.FollowRefused(own_keys.INSTANCE, ana.id, f"{ana.uri}#f"))
    responses.withdraw_accept(session, events.BoardUnfollowed(f"{ana.uri}#f", ana.id))
    assert said(session) == [("Reject", [ana.inbox], True)]
    (body,) = bodies(session)
    assert body["actor"] == body["object"]["object"] == f"{BASE}/actor"
    assert body["object"]["actor"] == ana.uri


def a_link(session: Session, board: Board) -> tuple[LinkedGroup, Person]:
    group = a_person(session, "crafts", "group.example", kind="Group")
    uri = f"{BASE}/services/moderators#follows/1"
    link = LinkedGroup(board_id=board.id, person_id=group.id, uri=uri, since=clock.now())
    return add(session, link), group


def test_a_group_that_never_heard_of_the_follow_hears_of_its_end_no_more(
    session: Session, board: Board
) -> None:
    link, group = a_link(session, board)
    responses.follow_linked_group(session, events.LinkedGroupFollowed(link.id))
    assert said(session) == [("Follow", [group.inbox], True)]
    assert (bodies(session)[0]["actor"], session.scalars(select(OutboundActivity.actor)).one()) == (
        f"{BASE}/services/moderators",
        "moderators",
    )
    responses.unfollow_linked_group(session, events.LinkedGroupUnfollowed(group.id, link.uri))
    assert said(session) == []


@pytest.mark.parametrize("is_known", [True, False])
def test_a_group_that_may_have_heard_of_the_follow_is_told_of_its_end(
    session: Session, board: Board, is_known: bool
) -> None:
    link, group = a_link(session, board)
    if is_known:
        responses.follow_linked_group(session, events.LinkedGroupFollowed(link.id))
        arrived(session)
    responses.unfollow_linked_group(session, events.LinkedGroupUnfollowed(group.id, link.uri))
    assert said(session)[-1] == ("Undo", [group.inbox], True)
    assert bodies(session)[-1]["object"]["id"] == link.uri


def test_leave_to_quote_goes_to_whoever_asked_and_names_its_stamp(session: Session, board: Board) -> None:
    ana = a_person(session)
    stamp = add(
        session,
        QuoteApproval(
            board_id=board.id, quoting_uri=f"{ana.uri}/q", quoted_uri=f"{BOARD}/notes/1", at=clock.now()
        ),
    )
    for _ in range(2):
        responses.accept_quote(session, events.QuoteAsked(stamp.id, ana.id, f"{ana.uri}#asks"))
    assert said(session) == [("Accept", [ana.inbox], True)]
    assert bodies(session)[0]["result"] == f"{BOARD}/stamps/{stamp.id}"


# Reports


def test_a_report_goes_to_threadiverse_servers_of_the_team_once_each_and_to_no_microblog(
    session: Session, board: Board
) -> None:
    an_instance(session, "lemmy.example", software="lemmy")
    an_instance(session, "masto.example", software="mastodon")
    shared = "https://lemmy.example/inbox"
    for name, host, inbox in (
        ("lea", "lemmy.example", shared), ("leo", "lemmy.example", shared), ("lou", "lemmy.example", None),
        ("max", "masto.example", "https://masto.example/inbox"), ("una", "unknown.example", None),
    ):  # fmt: skip
        a_moderator(session, board, a_person(session, name, host, shared_inbox=inbox))
    a_moderator(session, a_board(session, "benefits"), a_person(session, "ben", "lemmy.example"))
    case = a_case(session, board, words="It is rude")
    responses.pass_report_on(session, events.CaseReported(case.id))
    assert said(session) == [("Flag", [shared, "https://lemmy.example/users/lou/inbox"], False)]
    assert session.scalars(select(OutboundActivity.actor)).one() == own_keys.INSTANCE


@pytest.mark.parametrize(
    "reason", ["held", "appeal", "message", "stays here", "nobody of the threadiverse", "nobody reported it"]
)
def test_nothing_but_a_report_is_passed_on_and_none_of_a_board_that_stays_here(
    session: Session, board: Board, reason: str
) -> None:
    an_instance(
        session, "lemmy.example", software="lemmy" if reason != "nobody of the threadiverse" else "gotosocial"
    )
    a_moderator(session, board, a_person(session, "lea", "lemmy.example"))
    board.is_local_only = reason == "stays here"
    kinds = {"held": CaseKind.HELD, "appeal": CaseKind.APPEAL, "message": CaseKind.MESSAGE}
    times = 0 if reason == "nobody reported it" else 1  # its own words sound like danger
    case = a_case(session, board, kind=kinds.get(reason, CaseKind.REPORT), times=times)
    responses.pass_report_on(session, events.CaseReported(case.id))
    assert said(session) == []


# The first post


@pytest.mark.parametrize("reason", ["moved here", "not sent here", "the board's own"])
def test_who_did_not_send_a_post_to_the_board_is_not_written_to(
    session: Session, board: Board, reason: str
) -> None:
    author = a_person(session) if reason != "the board's own" else None
    _, post = a_thread(session, board, author, is_addressed=reason != "not sent here")
    first_post_message.message_author(session, published(post, was_moved=reason == "moved here"))
    assert (said(session), session.scalars(select(DirectMessage)).all()) == ([], [])


def test_an_author_is_written_to_once_a_board_in_private(session: Session, board: Board) -> None:
    ana = a_person(session, shared_inbox="https://home.example/inbox")
    thread, first = a_thread(session, board, ana)
    for post in (first, first, a_post(session, thread, ana)):
        first_post_message.message_author(session, published(post))
    assert said(session) == [("Create", [ana.inbox], False)]
    (body,) = bodies(session)
    assert (body["to"], body["cc"], body["object"]["inReplyTo"]) == ([ana.uri], [], first.uri)
    _, elsewhere = a_thread(session, a_board(session, "benefits"), ana)
    first_post_message.message_author(session, published(elsewhere))
    assert len(said(session)) == 2


def test_a_notice_that_did_not_go_out_is_about_the_next_post_that_stands(
    session: Session, board: Board
) -> None:
    ana = a_person(session)
    thread, first = a_thread(session, board, ana)
    a_post(session, thread, ana, state=PostState.HELD)
    a_post(session, thread, ana, is_addressed=False)
    second, third = (a_post(session, thread, ana) for _ in range(2))
    first_post_message.message_author(session, published(first))
    before = bodies(session)
    first_post_message.withdraw(session, withdrawn(third))
    assert bodies(session) == before
    assert [one["object"]["inReplyTo"] for one in before] == [first.uri]
    first_post_message.withdraw(session, withdrawn(first))
    assert [one["object"]["inReplyTo"] for one in bodies(session)] == [second.uri]
    first_post_message.withdraw(session, withdrawn(second))
    assert (said(session), session.scalars(select(DirectMessage)).all()) == ([], [])


def test_a_notice_that_may_have_arrived_is_not_said_again(session: Session, board: Board) -> None:
    ana = a_person(session)
    thread, first = a_thread(session, board, ana)
    a_post(session, thread, ana)
    first_post_message.message_author(session, published(first))
    arrived(session)
    first_post_message.withdraw(session, withdrawn(first))
    assert said(session) == [("Create", [], False)]
    assert len(session.scalars(select(DirectMessage)).all()) == 1


def test_a_withdrawn_post_of_the_board_or_of_nobody_we_wrote_to_changes_nothing(
    session: Session, board: Board
) -> None:
    thread, own = a_thread(session, board)
    for post in (own, a_post(session, thread, a_person(session))):
        first_post_message.withdraw(session, withdrawn(post))
    assert said(session) == []


# Letters


def test_whoever_writes_in_private_is_answered_once_a_day_on_each_board(
    session: Session, board: Board
) -> None:
    ana, other = a_person(session), a_board(session, "benefits")
    for place in (board, board, other):
        responses.message_private_author(
            session, events.PrivateMessageTaken(place.id, ana.id, f"{ana.uri}/dm")
        )
    assert said(session) == [("Create", [ana.inbox], False)] * 2
    assert bodies(session)[0]["object"]["inReplyTo"] == f"{ana.uri}/dm"


def test_whom_a_decision_concerns_is_written_to_unless_they_hear_of_it_in_another_way(
    session: Session, board: Board
) -> None:
    ana, mo = a_person(session), somebody_of_the_team(session, board)
    _, post = a_thread(session, board, ana)
    decision = a_decision(session, board, post_id=post.id, subject_uri=post.uri, person_id=mo.id)
    responses.message_concerned(session, events.DecisionMade(decision.id, was_said=False, is_told=True))
    assert said(session) == []
    responses.message_concerned(session, events.DecisionMade(decision.id, was_said=True))
    assert said(session) == [("Create", [ana.inbox], False)]
    own = a_decision(session, board, post_id=post.id, subject_uri=post.uri, person_id=ana.id)
    settings = a_decision(session, board, kind=DecisionKind.SETTINGS, subject_uri=board.slug, person_id=mo.id)
    for one in (own, settings):
        responses.message_concerned(session, events.DecisionMade(one.id, was_said=False))
    assert len(said(session)) == 1


def test_an_author_is_told_that_a_post_waits_or_is_refused_and_the_board_tells_itself_nothing(
    session: Session, board: Board
) -> None:
    ana = a_person(session)
    thread, post = a_thread(session, board, ana, state=PostState.HELD)
    case = a_case(session, board, post.uri, kind=CaseKind.HELD, post_id=post.id, words="Too many at once")
    responses.message_held_author(session, events.PostHeld(a_post(session, thread).id, case.id))
    assert said(session) == []
    responses.message_held_author(session, events.PostHeld(post.id, case.id))
    responses.message_refused_author(session, events.PostRefused(board.id, ana.id, f"{ana.uri}/9", "locked"))
    responses.message_refused_author(session, events.PostRefused(board.id, ana.id, f"{ana.uri}/10", "locked"))
    assert said(session) == [("Create", [ana.inbox], False)] * 2
    kinds = session.scalars(select(DirectMessage.kind).order_by(DirectMessage.id)).all()
    assert kinds == [DirectMessageKind.HELD, DirectMessageKind.REFUSED]


def test_nobody_is_written_to_from_a_board_that_stays_here(session: Session, board: Board) -> None:
    board.is_local_only = True
    ana = a_person(session)
    responses.message_private_author(session, events.PrivateMessageTaken(board.id, ana.id, "x:1"))
    responses.message_refused_author(session, events.PostRefused(board.id, ana.id, "x:1", "locked"))
    assert (said(session), session.scalars(select(DirectMessage)).all()) == ([], [])


def test_what_a_board_wrote_by_hand_is_sent_to_whom_it_is_for(session: Session, board: Board) -> None:
    a_person(session)
    ben = a_person(session, "ben")
    letter = add(
        session,
        DirectMessage(
            board_id=board.id,
            person_id=ben.id,
            kind=DirectMessageKind.ANSWER,
            about="1",
            in_reply_to="",
            html="<p>Yes</p>",
            at=clock.now(),
        ),
    )
    responses.send_written(session, events.DirectMessageWritten(letter.id))
    assert said(session) == [("Create", [ben.inbox], False)]
    assert session.scalars(select(OutboundActivity.object_uri)).one() == f"{BOARD}/notices/{letter.id}"


def test_who_objected_is_told_what_came_of_it_and_nobody_else(session: Session, board: Board) -> None:
    ana, mo = a_person(session), somebody_of_the_team(session, board)
    decision = a_decision(session, board, person_id=mo.id)
    appeal = an_appeal(session, decision, ana, state=AppealState.UPHELD, answer="It stands.")
    responses.message_appellant(session, events.AppealHeard(appeal.id))
    assert said(session) == [("Create", [ana.inbox], False)]


# Calls


@pytest.mark.parametrize(("climbed", "called"), [(1, ["dee", "dov"]), (2, ["ada"])])
def test_deputies_are_called_first_then_admins_and_each_once(
    session: Session, board: Board, climbed: int, called: list[str]
) -> None:
    somebody_of_the_team(session, board)
    for name in ("dee", "dov"):
        somebody_of_the_team(session, board, name, is_deputy=True)
    somebody_of_the_team(session, a_board(session, "benefits"), "eli", is_deputy=True)
    an_admin(session)
    case = a_case(session, board, climbed=climbed)
    for _ in range(2):
        responses.message_deputies(session, events.CaseClimbed(case.id))
    assert sorted(said(session)) == [
        ("Create", [f"https://home.example/users/{one}/inbox"], False) for one in called
    ]


def test_nobody_is_called_to_an_objection_to_what_they_decided_or_to_their_own(
    session: Session, board: Board
) -> None:
    decider, objector, free = (
        somebody_of_the_team(session, board, name, is_deputy=True) for name in ("dee", "dov", "eve")
    )
    decision = a_decision(session, board, person_id=decider.id)
    appeal = an_appeal(session, decision, objector)
    case = a_case(session, board, f"appeal:{appeal.id}", kind=CaseKind.APPEAL, climbed=1)
    responses.message_deputies(session, events.CaseClimbed(case.id))
    assert said(session) == [("Create", [free.inbox], False)]
