"""Activities of ours and their deliveries: stored once, one row an inbox; what nobody tried yet is withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.federation.outbound import outbox
from fedconnect.federation.outbound.dialects import Dialect
from fedconnect.foundation import clock, database
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.outbound import Delivery, DeliveryState, OutboundActivity
from support.federation_rows import a_follow, an_instance
from support.unit import Unit, a_board, a_person

ABOUT = "https://home.example/posts/1"
ANNOUNCE = {"id": "https://forum.example/boards/respite/announces/1", "type": "Announce"}
ONE, TWO = "https://home.example/inbox", "https://Two.example:8443/inbox"


def deliveries(session: Session) -> list[Delivery]:
    return list(session.scalars(select(Delivery).order_by(Delivery.inbox)))


def sent(
    session: Session, *inboxes: str, is_local_only: bool = False, urgent: bool = False
) -> list[Delivery]:
    board = a_board(session, is_local_only=is_local_only)
    outbox.send(session, board, ANNOUNCE, ABOUT, inboxes or (ONE, TWO), urgent=urgent)
    return deliveries(session)


def test_a_board_that_stays_here_says_nothing_to_anybody(session: Session) -> None:
    assert sent(session, is_local_only=True) == []
    assert session.scalars(select(OutboundActivity)).all() == []


def test_each_inbox_hears_of_it_once_however_often_it_is_named(session: Session) -> None:
    rows = sent(session, ONE, TWO, ONE)
    assert [(row.inbox, row.host, row.state, row.object_uri, row.urgent) for row in rows] == [
        (TWO, "two.example:8443", DeliveryState.QUEUED, ABOUT, False),
        (ONE, "home.example", DeliveryState.QUEUED, ABOUT, False),
    ]
    outbox.deliver(session, rows[0].activity_id, ABOUT, [ONE, "https://third.example/inbox"])
    assert len(deliveries(session)) == 3
    assert sorted(session.scalars(select(Instance.host))) == [
        "home.example",
        "third.example",
        "two.example:8443",
    ]


def test_a_new_server_is_trusted_as_its_domain_and_a_known_one_stays_as_it_is(session: Session) -> None:
    an_instance(session, "evil.example", policy=Policy.LIMITED)
    an_instance(session, "home.example", software="lemmy")
    sent(session, ONE, "https://a.evil.example/inbox")
    known = {row.host: (row.policy, row.software) for row in session.scalars(select(Instance))}
    assert known["a.evil.example"] == (Policy.LIMITED, "")
    assert known["home.example"] == (Policy.OPEN, "lemmy")


def test_an_activity_said_twice_is_kept_as_it_was_said_first(session: Session) -> None:
    board = a_board(session)
    first = outbox.store(session, board, ANNOUNCE, ABOUT)
    assert outbox.store(session, board, {**ANNOUNCE, "type": "Undo"}, ABOUT) == first
    kept = session.scalars(select(OutboundActivity)).one()
    assert (kept.kind, kept.actor, kept.board_id) == ("Announce", "board:respite", board.id)


def test_what_another_actor_says_is_signed_by_it_and_no_boards(session: Session) -> None:
    outbox.send_as(session, "quiet:respite", ANNOUNCE, ABOUT, [ONE], urgent=True)
    outbox.send_as_instance(session, {**ANNOUNCE, "id": "https://forum.example/actor#1"}, ABOUT, [ONE])
    rows = session.execute(
        select(OutboundActivity.actor, OutboundActivity.board_id, Delivery.urgent)
        .join(Delivery, Delivery.activity_id == OutboundActivity.id)
        .order_by(OutboundActivity.actor)
    ).all()
    assert rows == [("instance", None, False), ("quiet:respite", None, True)]


@pytest.mark.parametrize(("inboxes", "bells"), [((), []), ((ONE, TWO), ["delivery"])])
def test_the_bell_rings_once_for_many_and_not_for_nobody(
    unit: Unit, inboxes: tuple[str, ...], bells: list[str]
) -> None:
    with database.transaction() as session:
        outbox.send_as_instance(session, ANNOUNCE, ABOUT, inboxes)
    assert unit.jobs == bells


def test_followers_are_reached_once_a_server_in_its_own_dialect_and_those_who_are_gone_are_not(
    session: Session,
) -> None:
    board, other = a_board(session), a_board(session, "benefits")
    an_instance(session, "lemmy.example", software="lemmy")
    an_instance(session, "masto.example", software="mastodon")
    shared = {"shared_inbox": "https://masto.example/inbox"}
    for name in ("ana", "ben"):
        a_follow(session, board, a_person(session, name, "masto.example", **shared))
    eve = a_person(session, "eve", "lemmy.example")
    a_follow(session, board, eve)
    a_follow(session, board, a_person(session, "fay", "unknown.example"))
    a_follow(session, board, a_person(session, "gus", "gone.example", gone_at=clock.now()))
    a_follow(session, other, a_person(session, "hal", "elsewhere.example"))
    boosted = outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_NOTE)
    assert boosted == ["https://masto.example/inbox", "https://unknown.example/users/fay/inbox"]
    assert outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_ACTIVITY) == [eve.inbox]


def test_an_author_besides_is_reached_too_where_their_server_speaks_that_dialect(session: Session) -> None:
    board, author = a_board(session), a_person(session)
    assert outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_NOTE) == []
    assert outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_NOTE, author.id) == [author.inbox]
    assert outbox.inboxes_of_followers(session, board, Dialect.ANNOUNCE_ACTIVITY, author.id) == []
    assert outbox.inboxes_of(session, Dialect.ANNOUNCE_NOTE, author.uri) == [author.inbox]
    assert outbox.inboxes_of(session, Dialect.ANNOUNCE_ACTIVITY, author.uri) == []


def test_what_nobody_tried_yet_leaves_no_trace(session: Session) -> None:
    sent(session)
    assert outbox.withdraw(session, str(ANNOUNCE["id"])) == []
    assert deliveries(session) == []
    assert session.scalars(select(OutboundActivity)).all() == []
    assert outbox.withdraw(session, str(ANNOUNCE["id"])) == []


@pytest.mark.parametrize(
    ("state", "values", "may_have_arrived", "after"),
    [
        (DeliveryState.QUEUED, {"claims": 1}, True, DeliveryState.ABANDONED),
        (DeliveryState.QUEUED, {"attempts": 1}, True, DeliveryState.ABANDONED),
        (DeliveryState.RETRYING, {"attempts": 2}, True, DeliveryState.ABANDONED),
        (DeliveryState.DELIVERED, {}, True, DeliveryState.DELIVERED),
        (DeliveryState.ABANDONED, {"attempts": 9}, False, DeliveryState.ABANDONED),
        (DeliveryState.ABANDONED, {"outcome": "withdrawn"}, True, DeliveryState.ABANDONED),
    ],
)
def test_what_may_have_arrived_is_named_and_not_tried_again(
    session: Session,
    state: DeliveryState,
    values: dict[str, object],
    may_have_arrived: bool,
    after: DeliveryState,
) -> None:
    sent(session)
    tried = Delivery.inbox == ONE
    session.execute(update(Delivery).where(tried).values(state=state, token="t", **values))
    reached = outbox.withdraw(session, str(ANNOUNCE["id"]))
    assert reached == ([ONE] if may_have_arrived else [])
    states = session.execute(select(Delivery.inbox, Delivery.state)).all()
    assert states == ([(ONE, after)] if may_have_arrived else [])


def test_withdrawing_only_what_was_not_sent_lets_what_failed_go_on(session: Session) -> None:
    sent(session)
    session.execute(
        update(Delivery).where(Delivery.inbox == ONE).values(state=DeliveryState.RETRYING, attempts=1)
    )
    assert outbox.withdraw_unsent(session, str(ANNOUNCE["id"])) == [ONE]
    assert session.execute(select(Delivery.inbox, Delivery.state)).all() == [(ONE, DeliveryState.RETRYING)]


def test_what_is_said_again_goes_out_anew_and_what_is_on_its_way_is_left_alone(session: Session) -> None:
    sent(session, ONE, TWO)
    ago = clock.now() - timedelta(days=8)
    ended = Delivery.inbox == ONE
    session.execute(
        update(Delivery).values(state=DeliveryState.RETRYING, attempts=3, created_at=ago, due_at=ago)
    )
    session.execute(update(Delivery).where(ended).values(state=DeliveryState.ABANDONED, claims=2))
    activity = outbox.find_activity(session, str(ANNOUNCE["id"]))
    assert activity is not None
    outbox.send_again(session, activity)
    session.expire_all()
    waiting, again = deliveries(session)
    assert (waiting.state, waiting.attempts, waiting.created_at) == (DeliveryState.RETRYING, 3, ago)
    assert (again.state, again.attempts, again.claims) == (DeliveryState.QUEUED, 0, 0)
    assert min(again.created_at, again.due_at) > ago
