"""Sister boards from asking to leaving, as those who look after a board see it, with a group that answers over HTTP."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import event

from fedconnect.foundation import clock, database
from fedconnect.models.board import Board, LinkedGroup
from fedconnect.models.decision import Decision
from support.forum_rows import a_group
from support.remote import RemotePerson
from support.team import Team
from support.unit import add
from support.visitor import Visitor

CARE, SISTERS = "/boards/respite/care", "/boards/respite/sisters"
WAITS, FOLLOWS = "no answer yet", "the board follows it"


@pytest.fixture
def mo(team: Team, carers: RemotePerson) -> Visitor:
    carers.server.names(carers)
    return team.moderator("mo")


def handle(group: RemotePerson) -> str:
    return f"@{group.name}@{group.server.host}"


def section(page: str) -> str:
    found = re.search(r'<section aria-labelledby="sisters">.*?</section>', page, re.DOTALL)
    return unescape(found[0]) if found else ""


def path_of(team: Team, deed: str) -> str:
    (tie,) = team.forum.rows(LinkedGroup)
    return f"{SISTERS}/{tie.person_id}/{deed}"


def test_nobody_else_sees_or_changes_sisters_and_no_server_hears_of_it(
    team: Team, mo: Visitor, carers: RemotePerson
) -> None:
    others = [Visitor(team.app), team.reader("eve"), team.moderator("otto", "benefits")]
    asked = len(carers.server.received)
    for one in others:
        assert section(one.page(CARE)) == ""
        assert one.post(SISTERS, {"handle": handle(carers)}).status_code in {401, 404}
    assert (len(carers.server.received), team.forum.rows(LinkedGroup)) == (asked, [])
    mo.post(SISTERS, {"handle": handle(carers)})
    for one in others:
        for deed in ("ask", "leave"):
            assert one.post(path_of(team, deed)).status_code in {401, 404}
    assert len(team.forum.rows(LinkedGroup)) == len(team.forum.rows(Decision)) == 1


def test_a_page_of_somebody_else_presses_none_of_its_buttons(
    team: Team, mo: Visitor, carers: RemotePerson
) -> None:
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert mo.post(SISTERS, {"handle": handle(carers)}, **evil).status_code == 403
    assert team.forum.rows(LinkedGroup) == []
    mo.post(SISTERS, {"handle": handle(carers)})
    for deed in ("ask", "leave"):
        assert mo.post(path_of(team, deed), **evil).status_code == 403
    assert len(team.forum.rows(LinkedGroup)) == len(team.forum.rows(Decision)) == 1


def test_a_board_that_stays_here_has_no_such_section(team: Team) -> None:
    with database.transaction() as session:
        session.query(Board).filter_by(slug="benefits").one().is_local_only = True
    kim = team.admin("kim")
    assert section(kim.page("/boards/benefits/care")) == ""
    assert kim.post("/boards/benefits/sisters", {"handle": "@a@x.example"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [("carers", "“carers” is no handle"), ("@no\"<b>@127.0.0.2", "is no handle"), ("@respite@forum.example", "That board is on this server")],
)  # fmt: skip
def test_what_cannot_be_asked_stays_in_its_field_with_one_plain_line(
    team: Team, mo: Visitor, typed: str, said: str
) -> None:
    answer = mo.post(SISTERS, {"handle": typed})
    assert answer.status_code == 422
    shown = section(answer.get_data(as_text=True))
    assert said in shown
    assert f'value="{typed}"' in shown
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (team.forum.rows(LinkedGroup), team.forum.rows(Decision)) == ([], [])


def test_somebody_who_is_no_group_and_nobody_at_all_are_said_in_a_line(
    team: Team, mo: Visitor, carers: RemotePerson
) -> None:
    person = carers.server.person("lea", key=3)
    carers.server.names(person)
    for typed, said in (
        (handle(person), f"{handle(person)} is no board or group"),
        (f"@nobody@{carers.server.host}", "That group could not be found."),
    ):
        answer = mo.post(SISTERS, {"handle": typed})
        assert answer.status_code == 422
        assert said in section(answer.get_data(as_text=True))
    assert team.forum.rows(LinkedGroup) == []


def test_a_group_is_asked_asked_again_followed_and_left(
    team: Team, mo: Visitor, carers: RemotePerson
) -> None:
    answer = mo.post(SISTERS, {"handle": handle(carers)})
    assert (answer.status_code, answer.location) == (303, CARE + "#sisters")
    shown = section(mo.page(CARE))
    assert handle(carers) in shown
    assert f'href="{carers.document()["url"]}"' in shown
    assert WAITS in shown
    assert "Ask again" in shown
    team.forum.deliver()
    (follow,) = carers.server.delivered("Follow")
    assert mo.post(path_of(team, "ask")).status_code == 303
    team.forum.deliver()
    assert [one["id"] for one in carers.server.delivered("Follow")] == [follow["id"]] * 2
    team.forum.tell(carers, carers.activity("Accept", follow))
    shown = section(mo.page(CARE))
    assert FOLLOWS in shown
    assert WAITS not in shown
    assert "Ask again" not in shown
    assert mo.post(path_of(team, "leave")).status_code == 303
    team.forum.deliver()
    assert len(carers.server.delivered("Undo")) == 1
    assert handle(carers) not in section(mo.page(CARE))
    log = unescape(Visitor(team.app).page("/boards/respite/log"))
    for deed in ("asked", "asked again", "left"):
        assert f"sister board {deed}: {handle(carers)}" in log
    assert not re.search(r"\bmo\b", log)


def test_the_settings_of_a_board_with_many_sisters_need_eight_queries_beside_the_visit(
    team: Team, mo: Visitor
) -> None:
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug="respite").one()
        for number in range(50):
            facts = {"uri": f"https://x.example/{number}", "since": clock.now()}
            group = a_group(session, f"group{number}")
            add(session, LinkedGroup(board_id=board.id, person_id=group.id, **facts))
    mo.get(CARE)
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    engine = database.installed().reader
    event.listen(engine, "before_cursor_execute", count)
    shown = section(mo.page(CARE))
    event.remove(engine, "before_cursor_execute", count)
    assert shown.count("@group.example") == 50
    asked = [one for one in statements if one.startswith(("SELECT", "WITH")) and "reader_session" not in one]
    assert len(asked) <= 8, asked
