"""Sister boards by those who look after a board: whom that makes us ask, what may be none, and what the log says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.events import LinkedGroupFollowed, LinkedGroupUnfollowed
from fedconnect.foundation import clock, database, fetch
from fedconnect.foundation.errors import FetchFailed, Malformed, NotFound
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState, Moderator
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.moderation.boards import linked_groups, team
from fedconnect.moderation.boards.linked_groups import ask_by_handle
from support.federation_rows import OtherServers, actor_document, with_keys
from support.forum_rows import a_group
from support.moderation_rows import a_server, a_visit, an_admin, somebody_of_the_team
from support.unit import Unit, a_board, a_person, add

CARERS = "https://lemmy.example/c/carers"
HANDLE = "@carers@lemmy.example"
WEBFINGER = "https://lemmy.example/.well-known/webfinger?resource=acct%3Acarers%40lemmy.example"
TEAM = "https://forum.example/services/moderators"
NOT_FOUND = "That group could not be found. Is the handle whole?"
OURS = "That board is on this server: a sister is a group of another one."
BLOCKED = "That group is gone, or its server is blocked."


def names(actor: object = CARERS) -> dict[str, Any]:
    link = {"rel": "self", "type": "application/activity+json", "href": actor}
    return {"subject": "acct:carers@lemmy.example", "links": [link]}


@pytest.fixture
def visit(unit: Unit) -> Visit:
    """Mo looks after a board of ours; the group of carers is known already."""
    with database.transaction() as session:
        mo = somebody_of_the_team(session, a_board(session))
        a_group(session, "carers", "lemmy.example", uri=CARERS)
        return a_visit(session, mo)


def ask(visit: Visit, handle: str = HANDLE, slug: str = "respite") -> None:
    ask_by_handle(visit, slug, handle, "The same topic.")


def ties() -> list[LinkedGroup]:
    with database.read_transaction() as session:
        return list(session.execute(select(LinkedGroup)).scalars())


def logged() -> list[str]:
    with database.read_transaction() as session:
        rows = list(session.execute(select(Decision).order_by(Decision.id)).scalars())
    assert {one.kind for one in rows} <= {DecisionKind.SETTINGS}
    return [one.detail for one in rows]


def group_id(uri: str = CARERS) -> int:
    with database.read_transaction() as session:
        return session.execute(select(Person.id).where(Person.uri == uri)).scalar_one()


def change(
    visit: Visit, what: Callable[..., bool], person_id: int | None = None, slug: str = "respite"
) -> bool:
    with database.transaction() as session:
        board = session.execute(select(Board).where(Board.slug == slug)).scalar_one()
        context = team.get_context(session, visit, board, "The same topic.")
        return what(session, context, group_id() if person_id is None else person_id)


def answered(state: LinkedGroupState = LinkedGroupState.ACCEPTED) -> None:
    with database.transaction() as session:
        for tie in session.query(LinkedGroup):
            tie.state = state


def test_who_does_not_look_after_the_board_makes_us_ask_no_server(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    with database.transaction() as session:
        visits = [
            a_visit(session, a_person(session, "eve")),
            a_visit(session, somebody_of_the_team(session, a_board(session, "other"), "otto")),
        ]
    for stranger in visits:
        with pytest.raises(NotFound):
            ask(stranger)
    assert (others.asked, ties(), logged()) == ([], [], [])


def test_a_board_that_stays_here_has_no_sisters_whoever_asks(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    with database.transaction() as session:
        shelter = a_board(session, "shelter", is_local_only=True)
        visits = [
            a_visit(session, somebody_of_the_team(session, shelter, "kim")),
            a_visit(session, an_admin(session)),
        ]
    for one in visits:
        with pytest.raises(NotFound):
            ask(one, slug="shelter")
        for what in (linked_groups.ask_again, linked_groups.leave):
            with pytest.raises(NotFound):
                change(one, what, slug="shelter")
    assert (others.asked, ties()) == ([], [])


@pytest.mark.parametrize("handle", ["", "carers", "@carers", "!carers@lemmy.example", "@a b@lemmy.example", "@" + "a" * 700 + "@x.example"])  # fmt: skip
def test_what_is_no_handle_is_said_and_no_server_is_asked(
    others: OtherServers, visit: Visit, handle: str
) -> None:
    with pytest.raises(Malformed):
        ask(visit, handle)
    assert (others.asked, ties(), logged()) == ([], [], [])


@pytest.mark.parametrize("handle", ["@bread@forum.example", "respite@FORUM.example"])
def test_a_board_of_ours_is_no_sister_and_we_do_not_ask_ourselves(
    others: OtherServers, visit: Visit, handle: str
) -> None:
    with pytest.raises(Malformed) as refused:
        ask(visit, handle)
    assert (refused.value.safe, others.asked, ties()) == (OURS, [], [])


@pytest.mark.parametrize(
    "actor", ["https://forum.example/boards/respite", "http://FORUM.example/boards/respite"]
)
def test_a_handle_elsewhere_that_leads_to_us_is_no_sister_either(
    others: OtherServers, visit: Visit, actor: str
) -> None:
    others.say(WEBFINGER, names(actor))
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert refused.value.safe == OURS
    assert [url for _, url in others.asked] == [WEBFINGER]
    assert ties() == []


def test_a_blocked_server_is_not_even_asked(others: OtherServers, visit: Visit) -> None:
    others.say(WEBFINGER, names())
    with database.transaction() as session:
        a_server(session, "lemmy.example", Policy.BLOCKED)
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert (refused.value.safe, others.asked, ties()) == (BLOCKED, [], [])


def test_a_group_of_a_blocked_server_is_none_under_a_handle_elsewhere(
    others: OtherServers, visit: Visit
) -> None:
    others.say("https://names.example/.well-known/webfinger?resource=acct%3Acarers%40names.example", names())
    with database.transaction() as session:
        a_server(session, "lemmy.example", Policy.BLOCKED)
    with pytest.raises(Malformed) as refused:
        ask(visit, "@carers@names.example")
    assert (refused.value.safe, ties(), logged()) == (BLOCKED, [], [])


@pytest.mark.parametrize("fact", ["gone_at", "quarantined_at"])
def test_a_group_that_is_gone_or_whose_domain_is_somebody_elses_is_not_asked(
    others: OtherServers, visit: Visit, fact: str
) -> None:
    others.say(WEBFINGER, names())
    with database.transaction() as session:
        setattr(session.query(Person).filter_by(uri=CARERS).one(), fact, clock.now())
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert (refused.value.safe, ties(), logged()) == (BLOCKED, [], [])


@pytest.mark.parametrize(
    "body",
    [b"", b"<h1>Hello</h1>", b"[]", b"null", b'{"a":' * 500, {"subject": 7, "links": []}, {"subject": "acct:@@", "links": []},
     {"links": {"rel": "self"}}, names(7), names("ftp://lemmy.example/c"), names(""), names("https://10.0.0.1/c/carers"),
     names("https://lemmy.example/c/unknown")],
)  # fmt: skip
def test_whatever_a_server_says_that_names_no_group_is_one_plain_line(
    others: OtherServers, visit: Visit, body: object
) -> None:
    with_keys()
    others.say(WEBFINGER, body)
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert (refused.value.safe, ties(), logged()) == (NOT_FOUND, [], [])


@pytest.mark.parametrize("status", [302, 401, 404, 410, 429, 500])
def test_a_server_that_refuses_is_one_plain_line(others: OtherServers, visit: Visit, status: int) -> None:
    others.say(WEBFINGER, names(), status)
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert (refused.value.safe, ties()) == (NOT_FOUND, [])


def test_a_server_that_is_away_is_one_plain_line(others: OtherServers, visit: Visit) -> None:
    others.fail(WEBFINGER, FetchFailed("timed out"))
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert (refused.value.safe, ties()) == (NOT_FOUND, [])


@pytest.mark.parametrize("kind", ["Person", "Service", "Organization", "Application"])
def test_what_is_no_group_is_no_sister_and_is_said_by_its_handle(
    unit: Unit, others: OtherServers, visit: Visit, kind: str
) -> None:
    with_keys()
    others.say(WEBFINGER, names("https://lemmy.example/u/carers"))
    document = actor_document("https://lemmy.example/u/carers", type=kind, preferredUsername="carers")
    others.say("https://lemmy.example/u/carers", document)
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert refused.value.safe == f"{HANDLE} is no board or group, so it cannot be a sister."
    assert (ties(), logged(), unit.of(LinkedGroupFollowed)) == ([], [], [])


def test_who_is_dismissed_while_a_server_thinks_asks_no_group(
    unit: Unit, others: OtherServers, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    others.say(WEBFINGER, names())
    answer = others.request

    def slowly(*request: Any, **more: Any) -> Any:
        with database.transaction() as session:
            session.query(Moderator).delete()
        return answer(*request, **more)

    monkeypatch.setattr(fetch, "_request", slowly)
    with pytest.raises(NotFound):
        ask(visit)
    assert (ties(), logged(), unit.of(LinkedGroupFollowed)) == ([], [], [])


def test_the_fifty_first_is_none_also_where_the_fiftieth_came_while_a_server_thought(
    others: OtherServers, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    others.say(WEBFINGER, names())
    answer = others.request

    def slowly(*request: Any, **more: Any) -> Any:
        with database.transaction() as session:
            board = session.query(Board).filter_by(slug="respite").one()
            for number in range(linked_groups.MOST_SISTERS):
                a_tie(session, board, a_group(session, f"g{number}"))
        return answer(*request, **more)

    monkeypatch.setattr(fetch, "_request", slowly)
    with pytest.raises(Malformed, match="many"):
        ask(visit)
    assert (len(ties()), logged()) == (50, [])


def test_a_board_has_fifty_sisters_at_most_and_the_server_of_the_next_is_not_asked(
    others: OtherServers, visit: Visit
) -> None:
    others.say(WEBFINGER, names())
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug="respite").one()
        for number in range(linked_groups.MOST_SISTERS):
            a_tie(session, board, a_group(session, f"g{number}"))
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert refused.value.safe == "A board has 50 sisters at most: please leave one first."
    assert (len(ties()), others.asked) == (50, [])


def a_tie(session: Session, board: Board, group: Person, **values: Any) -> LinkedGroup:
    known = {"board_id": board.id, "person_id": group.id, "uri": f"{TEAM}#follows/1", "since": clock.now()}
    return add(session, LinkedGroup(**{**known, **values}))


def test_a_group_is_asked_by_its_handle_and_the_log_says_so(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    others.say(WEBFINGER, names())
    ask(visit, " carers@Lemmy.example ")
    (tie,) = ties()
    assert (tie.person_id, tie.state) == (group_id(), LinkedGroupState.ASKED)
    assert tie.uri.startswith(f"{TEAM}#follows/")
    assert unit.of(LinkedGroupFollowed) == [LinkedGroupFollowed(tie.id)]
    assert logged() == [f"sister board asked: {HANDLE}"]
    with database.read_transaction() as session:
        (decision,) = session.execute(select(Decision)).scalars()
        assert (decision.reason, decision.person_id, decision.subject_uri) == (
            "The same topic.",
            visit.person_id,
            "respite",
        )


def test_typed_once_more_it_is_asked_again_and_one_that_follows_is_not(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    others.say(WEBFINGER, names())
    ask(visit)
    ask(visit)
    assert (len(ties()), len(unit.of(LinkedGroupFollowed))) == (1, 2)
    answered()
    with pytest.raises(Malformed) as refused:
        ask(visit)
    assert refused.value.safe == f"{HANDLE} is a sister of this board already."
    assert (len(ties()), len(unit.of(LinkedGroupFollowed)), len(logged())) == (1, 2, 2)


def test_one_that_did_not_answer_is_asked_again_without_looking_it_up(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    others.say(WEBFINGER, names())
    ask(visit)
    before = list(others.asked)
    assert change(visit, linked_groups.ask_again)
    (tie,) = ties()
    assert unit.of(LinkedGroupFollowed) == [LinkedGroupFollowed(tie.id)] * 2
    assert logged() == [f"sister board asked: {HANDLE}", f"sister board asked again: {HANDLE}"]
    assert others.asked == before


def test_one_that_answered_meanwhile_is_not_asked_again(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    others.say(WEBFINGER, names())
    ask(visit)
    answered()
    assert change(visit, linked_groups.ask_again) is False
    assert (len(unit.of(LinkedGroupFollowed)), len(logged())) == (1, 1)


def test_one_whose_server_was_blocked_since_is_not_asked_again_and_can_be_left(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    others.say(WEBFINGER, names())
    ask(visit)
    with database.transaction() as session:
        a_server(session, "lemmy.example", Policy.BLOCKED)
    with pytest.raises(Malformed):
        change(visit, linked_groups.ask_again)
    assert (len(unit.of(LinkedGroupFollowed)), len(logged())) == (1, 1)
    assert change(visit, linked_groups.leave)
    assert ties() == []


def test_what_is_no_sister_of_this_board_is_neither_asked_nor_left(
    unit: Unit, others: OtherServers, visit: Visit
) -> None:
    with database.transaction() as session:
        a_tie(session, a_board(session, "other"), session.query(Person).filter_by(uri=CARERS).one())
    for what in (linked_groups.ask_again, linked_groups.leave):
        for person_id in (group_id(), visit.person_id, 0, 2**62):
            with pytest.raises(NotFound):
                change(visit, what, person_id)
    assert (len(ties()), logged(), unit.events) == (1, [], [])


def test_a_sister_is_left_once_and_the_log_says_so(unit: Unit, others: OtherServers, visit: Visit) -> None:
    others.say(WEBFINGER, names())
    ask(visit)
    (tie,) = ties()
    assert change(visit, linked_groups.leave)
    assert ties() == []
    assert unit.of(LinkedGroupUnfollowed) == [LinkedGroupUnfollowed(group_id(), tie.uri)]
    assert logged()[1:] == [f"sister board left: {HANDLE}"]
    with pytest.raises(NotFound):
        change(visit, linked_groups.leave)


def test_the_list_is_this_boards_alone_with_the_first_asked_first(session: Session) -> None:
    board, other = a_board(session), a_board(session, "other")
    one, two = a_group(session, "one"), a_group(session, "two")
    later = a_tie(session, board, one, since=clock.now())
    first = a_tie(session, board, two, since=clock.now().replace(year=2020), state=LinkedGroupState.ACCEPTED)
    a_tie(session, other, one)
    assert linked_groups.list_sisters(session, board) == [(first, two), (later, one)]
