"""What lists come to: how many must agree, what stands against them, and whom it touches."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.blocklists.blocklist_formats import digest_of
from fedconnect.blocklists.consensus import BlockPlan, in_force, keep_up, plan, put_in_force
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.models.blocklist import AllowedServer, Blocklist, ListAgreement, ListedServer
from fedconnect.models.board import Follow
from fedconnect.models.decision import Decision
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.post import PostState
from support.moderation_rows import a_server, count, every
from support.unit import a_board, a_moderator, a_person, a_reader, a_thread, add

BLOCKED, LIMITED, SILENCED, OPEN = Policy.BLOCKED, Policy.LIMITED, Policy.SILENCED, Policy.OPEN


def a_list(session: Session, source: str, servers: dict[str, Policy], **values: Any) -> Blocklist:
    one = add(session, Blocklist(source=source, is_subscribed=False, **values))
    for host, policy in servers.items():
        add(session, ListedServer(list_id=one.id, host=host, digest=digest_of(host), policy=policy))
    return one


def allow(session: Session, host: str) -> None:
    add(session, AllowedServer(host=host, reason="Friends", at=clock.now()))


def changes(made: BlockPlan | None) -> dict[str, tuple[Policy, Policy]]:
    assert made is not None
    return {one.host: (one.old, one.new) for one in made.changes}


def test_trying_changes_nothing(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED})
    assert changes(plan(session, 1)) == {"x.example": (OPEN, BLOCKED)}
    assert (count(session, Instance), count(session, ListAgreement), count(session, Decision)) == (0, 0, 0)
    assert [one.counts for one in every(session, Blocklist)] == [False]


@pytest.mark.parametrize("agree", [-1, 0, 51])
def test_no_number_of_lists_is_refused(session: Session, agree: int) -> None:
    with pytest.raises(Malformed):
        plan(session, agree)
    with pytest.raises(Malformed):
        put_in_force(session, agree)
    assert in_force(session) == 0


def test_one_list_and_fifty_are_numbers(session: Session) -> None:
    assert plan(session, 1).changes == plan(session, 50).changes == ()


def test_a_server_is_closed_as_strictly_as_so_many_agree(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED, "y.example": BLOCKED})
    a_list(session, "b", {"x.example": LIMITED})
    a_list(session, "c", {"x.example": SILENCED, "y.example": BLOCKED})
    assert changes(plan(session, 1))["x.example"] == (OPEN, BLOCKED)
    assert changes(plan(session, 2)) == {"x.example": (OPEN, LIMITED), "y.example": (OPEN, BLOCKED)}
    assert changes(plan(session, 3)) == {"x.example": (OPEN, SILENCED)}
    assert changes(plan(session, 4)) == {}


def test_a_list_that_may_count_for_nothing_agrees_on_nothing(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED}, at_most=OPEN)
    a_list(session, "b", {"x.example": BLOCKED}, at_most=LIMITED)
    assert changes(plan(session, 1)) == {"x.example": (OPEN, LIMITED)}
    assert changes(plan(session, 2)) == {}


def test_what_was_decided_by_hand_no_list_makes_stricter_or_milder(session: Session) -> None:
    a_server(session, "x.example", SILENCED)
    a_server(session, "y.example", BLOCKED)
    a_list(session, "a", {"x.example": BLOCKED, "y.example": SILENCED})
    assert changes(put_in_force(session, 1)) == {}
    assert {one.host: one.policy for one in every(session, Instance)} == {
        "x.example": SILENCED,
        "y.example": BLOCKED,
    }
    assert count(session, Decision) == 0, "nothing changed, so that nothing is said"


def test_what_is_allowed_no_list_closes_nor_what_belongs_to_it(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED, "bad.x.example": SILENCED, "y.example": BLOCKED})
    a_server(session, "some.x.example", OPEN)
    allow(session, "x.example")
    assert changes(plan(session, 1)) == {
        "bad.x.example": (OPEN, SILENCED),
        "y.example": (OPEN, BLOCKED),
    }, "what is itself on a list is closed all the same"


def test_an_allowed_subdomain_stays_open_below_a_closed_domain(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED})
    for host in ("good.x.example", "other.x.example"):
        a_server(session, host, OPEN)
    allow(session, "good.x.example")
    assert set(changes(plan(session, 1))) == {"x.example", "other.x.example"}


def test_the_forum_itself_is_closed_by_no_list(session: Session) -> None:
    a_list(session, "a", {"forum.example": BLOCKED})
    assert changes(plan(session, 1)) == {}


def test_a_hidden_host_is_closed_once_it_is_met(session: Session) -> None:
    one = add(session, Blocklist(source="a", is_subscribed=False))
    add(session, ListedServer(list_id=one.id, host="", digest=digest_of("x.example"), policy=BLOCKED))
    assert changes(plan(session, 1)) == {}
    a_server(session, "sub.x.example", OPEN)
    assert changes(plan(session, 1)) == {"sub.x.example": (OPEN, BLOCKED)}


def test_what_lists_closed_opens_when_they_agree_no_longer_and_what_a_hand_closed_does_not(
    session: Session,
) -> None:
    a_server(session, "byhand.example", BLOCKED)
    one = a_list(session, "a", {"x.example": BLOCKED, "y.example": SILENCED})
    put_in_force(session, 1)
    session.delete(one)
    session.flush()
    assert changes(keep_up(session)) == {"x.example": (BLOCKED, OPEN), "y.example": (SILENCED, OPEN)}
    session.expire_all()
    known = {row.host: (row.policy, row.by_lists) for row in every(session, Instance)}
    assert known == {
        "byhand.example": (BLOCKED, False),
        "x.example": (OPEN, False),
        "y.example": (OPEN, False),
    }


def test_a_list_that_was_only_tried_closes_nothing_by_itself(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED})
    assert keep_up(session) is None, "none is in force"
    put_in_force(session, 1)
    a_list(session, "b", {"y.example": BLOCKED})
    assert changes(keep_up(session)) == {}
    assert changes(put_in_force(session, 1)) == {"y.example": (OPEN, BLOCKED)}


def test_another_number_takes_the_place_of_the_one_before(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED})
    put_in_force(session, 1)
    put_in_force(session, 2)
    assert (in_force(session), count(session, ListAgreement)) == (2, 1)
    session.expire_all()
    assert [row.policy for row in every(session, Instance)] == [OPEN]


def test_one_line_says_how_many_and_on_which_ground(session: Session) -> None:
    a_list(session, "a", {"x.example": BLOCKED, "y.example": BLOCKED, "z.example": LIMITED})
    a_list(session, "b", {})
    put_in_force(session, 1)
    (line,) = every(session, Decision)
    assert line.detail == "lists (open: 0, silenced: 0, limited: 1, blocked: 2)"
    assert line.reason == "So far as at least 1 of 2 lists agree."
    assert line.board_id is None


def test_whom_it_touches_is_counted_once_each_and_comes_first(session: Session) -> None:
    board = a_board(session)
    ana, bea = a_person(session, "ana", "z.example"), a_person(session, "bea", "z.example")
    for board_of in (board, a_board(session, "other")):
        add(session, Follow(board_id=board_of.id, person_id=ana.id, uri="", since=clock.now()))
        a_moderator(session, board_of, bea)
    a_reader(session, ana)
    for _ in range(2):
        a_thread(session, board, ana)
    a_thread(session, board, bea, state=PostState.REMOVED)
    a_list(session, "a", {"a.example": BLOCKED, "z.example": BLOCKED})
    made = plan(session, 1)
    assert [one.host for one in made.changes] == ["z.example", "a.example"]
    (touched,) = made.touching
    assert (touched.followers, touched.authors, touched.readers, touched.moderators) == (1, 1, 1, 1)
