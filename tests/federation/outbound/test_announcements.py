"""What a board tells its followers: a boost for microblogs, an envelope for the threadiverse, to nobody what is not theirs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.events import BoardMoved, Cause, DecisionMade, PostPublished, PostWithdrawn
from fedconnect.federation.outbound import announcements
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.inbound import InboundState, Proof
from fedconnect.models.instance import Policy
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from support.federation_rows import a_follow, a_received, an_instance
from support.forum import BASE
from support.unit import a_board, a_person, a_thread, add

LEMMY, MASTO = "https://lemmy.example/users/lea/inbox", "https://masto.example/users/max/inbox"


@pytest.fixture
def board(session: Session) -> Board:
    """A board that somebody of each dialect follows."""
    board = a_board(session)
    an_instance(session, "lemmy.example", software="lemmy")
    for name, host in (("lea", "lemmy.example"), ("max", "masto.example")):
        a_follow(session, board, a_person(session, name, host))
    return board


def published(post: Post, **values: Any) -> PostPublished:
    return PostPublished(post.id, post.thread_id, post.board_id, **{"is_starter": post.is_starter, **values})


def withdrawn(post: Post, cause: Cause = Cause.AUTHOR) -> PostWithdrawn:
    return PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter, cause)


def said(session: Session) -> list[tuple[str, list[str]]]:
    """What was queued, as the type (and in an envelope the inner one), each with the inboxes that get it."""
    found = []
    for activity in session.scalars(select(OutboundActivity).order_by(OutboundActivity.id)):
        body = json.loads(activity.body)
        inner = body["object"]["type"] if isinstance(body["object"], dict) else ""
        inboxes = session.scalars(
            select(Delivery.inbox).where(Delivery.activity_id == activity.id).order_by(Delivery.inbox)
        )
        found.append((f"{body['type']} {inner}".strip(), list(inboxes)))
    return found


def arrived(session: Session) -> None:
    session.execute(update(Delivery).values(state=DeliveryState.DELIVERED))


@pytest.mark.parametrize("reason", ["an answer", "from a sister", "silenced", "stays here"])
def test_what_is_not_boosted(session: Session, board: Board, reason: str) -> None:
    author = a_person(session)
    if reason == "silenced":
        an_instance(session, author.host, policy=Policy.SILENCED)
    board.is_local_only = reason == "stays here"
    sister = "https://lemmy.example/c/x" if reason == "from a sister" else None
    _, post = a_thread(session, board, author, thread_linked_group_uri=sister)
    announcements.boost_thread(session, published(post, is_starter=reason != "an answer"))
    assert said(session) == []


def test_a_thread_is_boosted_to_microblogs_and_its_authors_server(session: Session, board: Board) -> None:
    author = a_person(session)
    _, post = a_thread(session, board, author)
    announcements.boost_thread(session, published(post))
    assert said(session) == [("Announce", [author.inbox, MASTO])]


def test_a_boards_own_words_go_to_microblogs_as_its_note_and_are_taken_back_as_that(
    session: Session, board: Board
) -> None:
    _, post = a_thread(session, board, uri=f"{BASE}/boards/respite/notes/1")
    announcements.boost_thread(session, published(post))
    assert said(session) == [("Create Note", [MASTO])]
    arrived(session)
    announcements.withdraw_boost(session, withdrawn(post))
    assert said(session)[1] == ("Delete Tombstone", [MASTO])


def test_a_boost_is_undone_where_it_may_have_arrived_and_said_anew_under_another_name(
    session: Session, board: Board
) -> None:
    thread, post = a_thread(session, board, a_person(session))
    announcements.boost_thread(session, published(post))
    announcements.withdraw_boost(session, withdrawn(post))
    assert (said(session), thread.boosts_undone) == ([], 0)  # nobody had heard of it
    announcements.boost_thread(session, published(post))
    arrived(session)
    announcements.withdraw_boost(session, withdrawn(post))
    assert thread.boosts_undone == 1
    announcements.boost_thread(session, published(post))
    ids = session.scalars(select(OutboundActivity.uri).where(OutboundActivity.kind == "Announce")).all()
    assert sorted(ids) == [
        f"{BASE}/boards/respite/announces/{thread.id}",
        f"{BASE}/boards/respite/announces/{thread.id}-2",
    ]


def test_an_envelope_goes_to_the_threadiverse_without_what_is_not_to_be_shared(
    session: Session, board: Board
) -> None:
    author = a_person(session)
    activity = {
        "id": f"{author.uri}#1",
        "type": "Like",
        "signature": {"x": 1},
        "bto": [author.uri],
        "bcc": "x",
        "to": ["y"],
    }
    announcements.relay(session, board, activity, "https://home.example/1", author)
    assert said(session) == [("Announce Like", [LEMMY])]
    inner = json.loads(session.scalars(select(OutboundActivity.body)).one())["object"]
    assert inner == {"id": f"{author.uri}#1", "type": "Like", "to": ["y"]}


@pytest.mark.parametrize("kind", ["Delete", "Update", "Create"])
def test_what_is_relayed_goes_without_its_id_to_servers_that_would_fetch_it(
    session: Session, board: Board, kind: str
) -> None:
    """B3: NodeBB reduces what is inside to its id, and nobody can fetch a Mastodon's `#delete`, or some servers' Create."""
    author, forum = a_person(session), a_person(session, "nora", "nodebb.example")
    an_instance(session, "nodebb.example", software="nodebb")
    a_follow(session, board, forum)

    announcements.relay(
        session, board, {"id": f"{author.uri}/1#x", "type": kind, "actor": author.uri, "object": f"{author.uri}/1"},
        f"{author.uri}/1", author,
    )  # fmt: skip
    told = {
        inbox: json.loads(body)["object"].get("id")
        for inbox, body in session.execute(
            select(Delivery.inbox, OutboundActivity.body).join(
                OutboundActivity, OutboundActivity.id == Delivery.activity_id
            )
        )
    }
    assert told == {LEMMY: f"{author.uri}/1#x", forum.inbox: None}


def test_an_edit_under_a_used_id_is_passed_on_too_and_the_very_same_is_not(
    session: Session, board: Board
) -> None:
    author = a_person(session)
    about = f"{author.uri}/1"
    for kind, words, count in (
        ("Update", "one", 1),
        ("Update", "one", 1),
        ("Update", "two", 2),
        ("Create", "a", 3),
        ("Create", "b", 3),
    ):
        name = f"{about}#{kind}"
        announcements.relay(
            session,
            board,
            {"id": name, "type": kind, "object": {"id": about, "content": words}},
            about,
            author,
        )
        assert len(said(session)) == count


def test_nothing_of_somebody_silenced_is_passed_on(session: Session, board: Board) -> None:
    author = a_person(session)
    an_instance(session, author.host, policy=Policy.SILENCED)
    announcements.relay(
        session, board, {"id": f"{author.uri}#1", "type": "Like"}, "https://home.example/1", author
    )
    assert said(session) == []


@pytest.mark.parametrize(
    ("cause", "is_told"),
    [
        (Cause.AUTHOR, False), (Cause.REMOVED, False), (Cause.MERGED, False), (Cause.ACCOUNT, True), (Cause.NARROWED, True),
        (Cause.UNWANTED, True), (Cause.LEFT, True), (Cause.HELD, True), (Cause.MOVED, True),
    ],
)  # fmt: skip
def test_the_board_says_itself_what_no_activity_for_everybody_has_said(
    session: Session, board: Board, cause: Cause, is_told: bool
) -> None:
    author = a_person(session)
    _, post = a_thread(session, board, author)
    announcements.relay(session, board, {"id": f"{author.uri}#1", "type": "Create"}, post.uri, author)
    arrived(session)
    announcements.withdraw_envelope(session, withdrawn(post, cause))
    assert said(session)[1:] == ([("Announce Delete", [LEMMY])] if is_told else [])


def test_an_envelope_that_nobody_got_is_never_sent_and_nothing_is_said_of_it(
    session: Session, board: Board
) -> None:
    author = a_person(session)
    _, post = a_thread(session, board, author)
    announcements.relay(session, board, {"id": f"{author.uri}#1", "type": "Create"}, post.uri, author)
    announcements.withdraw_envelope(session, withdrawn(post, Cause.HELD))
    assert said(session) == []


def a_decision(session: Session, board: Board, kind: DecisionKind, **values: Any) -> Decision:
    known = {
        "board_id": board.id,
        "kind": kind,
        "subject_uri": "https://home.example/1",
        "reason": "",
        "at": clock.now(),
    }
    return add(session, Decision(**{**known, **values}))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (DecisionKind.LOCK, "Announce Lock"), (DecisionKind.UNLOCK, "Announce Undo"), (DecisionKind.REMOVE, "Announce Delete"),
        (DecisionKind.BAN, "Announce Block"), (DecisionKind.PIN, "Announce Add"), (DecisionKind.WARN, ""), (DecisionKind.HOLD, ""),
    ],
)  # fmt: skip
def test_a_decision_is_told_to_the_threadiverse_where_it_knows_such_a_thing(
    session: Session, board: Board, kind: DecisionKind, told: str
) -> None:
    decision = a_decision(session, board, kind)
    announcements.tell_decision(session, DecisionMade(decision.id, was_said=False))
    assert said(session) == ([(told, [LEMMY])] if told else [])


@pytest.mark.parametrize(("host", "told"), [("lemmy.example", []), ("home.example", [LEMMY])])
def test_the_server_on_which_a_moderator_decided_is_not_told_what_it_has_said_itself(
    session: Session, board: Board, host: str, told: list[str]
) -> None:
    mo = a_person(session, "mo", host)
    decision = a_decision(session, board, DecisionKind.LOCK, person_id=mo.id)
    announcements.tell_decision(session, DecisionMade(decision.id, was_said=True))
    assert said(session) == ([("Announce Lock", told)] if told else [])


def test_a_server_that_knows_no_undo_of_a_delete_is_asked_to_read_the_restored_post_again(
    session: Session, board: Board
) -> None:
    nodebb = "https://nodebb.example/inbox"
    a_follow(session, board, a_person(session, "ned", "nodebb.example", inbox=nodebb, shared_inbox=None))
    an_instance(session, "nodebb.example", software="nodebb")
    author = a_person(session)
    _, post = a_thread(session, board, author)
    decision = a_decision(session, board, DecisionKind.RESTORE, subject_uri=post.uri, post_id=post.id)
    announcements.tell_decision(session, DecisionMade(decision.id, was_said=False))
    assert said(session) == [("Announce Undo", [LEMMY, nodebb]), ("Announce Update", [nodebb])]
    update = json.loads(session.scalars(select(OutboundActivity.body)).all()[1])["object"]
    assert (update["actor"], update["object"]) == (author.uri, {"id": post.uri, "type": "Note"}), (
        "at its origin"
    )
    assert "id" not in update, "which it would look for at the author's server"
    assert "content" not in json.dumps(update)


@pytest.mark.parametrize(
    ("change", "is_relayed"),
    [
        ({}, True), ({"kind": "Update"}, False), ({"state": InboundState.IGNORED}, False), ({"proof": Proof.FETCHED}, False),
        ({"body": ""}, False), ({"object_uri": "https://home.example/else"}, False),
    ],
)  # fmt: skip
def test_what_was_held_is_passed_on_once_released_as_its_author_said_it(
    session: Session, board: Board, change: dict[str, Any], is_relayed: bool
) -> None:
    author = a_person(session)
    _, post = a_thread(session, board, author)
    values = {"kind": "Create", "state": InboundState.HANDLED, **change}
    kind = values.pop("kind")
    a_received(session, author.uri, {"id": post.uri}, kind, **values)
    for decided in (DecisionKind.RESTORE, DecisionKind.RELEASE):
        decision = a_decision(session, board, decided, post_id=post.id)
        announcements.relay_released(session, DecisionMade(decision.id, was_said=False))
    assert said(session) == ([("Announce Create", [LEMMY])] if is_relayed else [])


def test_a_released_post_that_does_not_name_the_board_is_not_passed_on(
    session: Session, board: Board
) -> None:
    author = a_person(session)
    _, post = a_thread(session, board, author, is_addressed=False)
    a_received(session, author.uri, {"id": post.uri}, state=InboundState.HANDLED)
    decision = a_decision(session, board, DecisionKind.RELEASE, post_id=post.id)
    announcements.relay_released(session, DecisionMade(decision.id, was_said=False))
    assert said(session) == []


def test_every_follower_hears_where_a_board_has_gone(session: Session, board: Board) -> None:
    board.moved_to = "https://new.example/boards/respite"
    announcements.tell_move(session, BoardMoved(board.id))
    assert said(session) == [("Move", [LEMMY, MASTO])]


def test_who_looks_after_a_board_is_told_to_their_own_server_alone(session: Session, board: Board) -> None:
    lea = session.scalars(select(Person).where(Person.username == "lea")).one()
    eva = a_person(session, "eva", "lemmy.example")
    a_follow(session, board, a_person(session, "pia", "lemmy.example"))
    joined = next(kind for kind in DecisionKind if _collection(kind) == "moderators")
    for subject in (lea.uri, eva.uri, MASTO.removesuffix("/inbox")):
        decision = a_decision(session, board, joined, subject_uri=subject)
        announcements.tell_decision(session, DecisionMade(decision.id, was_said=False))
    assert [inboxes for _, inboxes in said(session)] == [[LEMMY], [eva.inbox]]


def _collection(kind: DecisionKind) -> str:
    federated = announcements.TYPES[kind].federated
    return federated.collection if federated is not None else ""
