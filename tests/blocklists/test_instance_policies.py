"""Deciding on servers by hand: who may, what cannot be closed, and what goes with it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.blocklists.instance_policies import get_admin, list_policies, set_policy
from fedconnect.foundation.errors import Malformed, NotFound, NotPermitted
from fedconnect.models.blocklist import AllowedServer
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Instance, Policy
from support.moderation_rows import a_server, a_visit, an_admin, count, every, somebody_of_the_team
from support.unit import a_board, a_person

WHY = "Nothing but threats."


def policies(session: Session) -> dict[str, Policy]:
    session.expire_all()
    return {one.host: one.policy for one in every(session, Instance)}


def test_nobody_but_who_runs_the_forum_decides_on_servers(session: Session) -> None:
    mo = somebody_of_the_team(session, a_board(session))
    with pytest.raises(NotPermitted):
        set_policy(session, "spam.example", Policy.BLOCKED, WHY, mo)
    for person in (mo, a_person(session)):
        with pytest.raises(NotFound):
            get_admin(session, a_visit(session, person))
    ada = an_admin(session)
    assert get_admin(session, a_visit(session, ada)) is ada
    assert (policies(session), count(session, Decision)) == ({}, 0)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_without_a_reason_nothing_is_closed(session: Session, reason: str) -> None:
    with pytest.raises(Malformed):
        set_policy(session, "spam.example", Policy.BLOCKED, reason)
    assert policies(session) == {}


def test_nobody_closes_the_forum_itself_or_shuts_themselves_out(session: Session) -> None:
    ada = an_admin(session, host="social.home.example")
    for host, policy in (("forum.example", Policy.SILENCED), ("social.home.example", Policy.BLOCKED), ("home.example", Policy.BLOCKED)):  # fmt: skip
        with pytest.raises(Malformed):
            set_policy(session, host, policy, WHY, ada)
    assert policies(session) == {}
    set_policy(session, "home.example", Policy.SILENCED, WHY, ada)
    set_policy(session, "other.home.example", Policy.BLOCKED, WHY, ada)
    set_policy(session, "home.example", Policy.BLOCKED, WHY)
    assert policies(session)["home.example"] is Policy.BLOCKED, "from the command line, one is not signed out"


def test_subdomains_go_with_their_domain_and_what_only_looks_like_one_does_not(session: Session) -> None:
    for host in ("a.spam.example", "notspam.example", "a_spam.example"):
        a_server(session, host, Policy.OPEN, by_lists=True)
    set_policy(session, "spam.example", Policy.LIMITED, WHY)
    assert policies(session) == {
        "a.spam.example": Policy.LIMITED,
        "notspam.example": Policy.OPEN,
        "a_spam.example": Policy.OPEN,
        "spam.example": Policy.LIMITED,
    }
    assert {one.host for one in every(session, Instance) if one.by_lists} == {
        "notspam.example",
        "a_spam.example",
    }


def test_a_sign_in_a_host_is_no_pattern(session: Session) -> None:
    a_server(session, "a.xb.example", Policy.OPEN)
    set_policy(session, "x_.example", Policy.BLOCKED, WHY)
    set_policy(session, "%", Policy.BLOCKED, WHY)
    assert policies(session)["a.xb.example"] is Policy.OPEN


def test_what_is_opened_by_hand_is_allowed_until_it_is_closed_by_hand(session: Session) -> None:
    for policy, allowed in ((Policy.OPEN, 1), (Policy.OPEN, 1), (Policy.SILENCED, 0), (Policy.OPEN, 1)):
        set_policy(session, "x.example", policy, WHY)
        assert count(session, AllowedServer) == allowed
    assert [one.host for one in list_policies(session)] == []


def test_each_decision_on_a_server_is_one_line_of_the_log(session: Session) -> None:
    ada = an_admin(session)
    set_policy(session, "x.example", Policy.BLOCKED, WHY, ada)
    (line,) = every(session, Decision)
    assert (line.kind, line.subject_uri, line.detail, line.reason) == (
        DecisionKind.SERVER,
        "x.example",
        "x.example: blocked",
        WHY,
    )
    assert (line.board_id, line.person_id) == (None, ada.id)
