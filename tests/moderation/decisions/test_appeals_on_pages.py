"""An author may object once; somebody who did not decide hears it; the outcome is told and logged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import event, update

from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from fedconnect.jobs import safeguarding
from fedconnect.models.case import Case, CaseKind, CaseState
from fedconnect.models.decision import Appeal, AppealState, Decision, DecisionKind
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import escalation
from support.forum import Forum
from support.team import WHY, Team
from support.visitor import Visitor


@pytest.fixture
def removed(team: Team) -> Post:
    """A post of opal's that mo took off the board."""
    post = team.write("opal", "Words that somebody minded")
    team.moderator("mo").post(team.path(post) + "/moderate", {**WHY, "action": "remove"})
    return team.post(post.uri)


def page_of(team: Team) -> str:
    return f"/decisions/{team.decision(kind=DecisionKind.REMOVE).id}"


def case_of(team: Team) -> str:
    return f"/moderation/{team.case(kind=CaseKind.APPEAL).id}"


def test_the_author_reads_the_decision_and_their_own_words_and_nobody_else_does(
    team: Team, removed: Post, visitor: Visitor
) -> None:
    opal, dora, mo = team.reader("opal"), team.reader("dora"), team.reader("mo")
    page = opal.page(page_of(team))
    for part in ("Words that somebody minded", WHY["rule"], WHY["reason"], "A human."):
        assert part in page
    assert "@mo" not in page
    assert page_of(team) in opal.page("/you/decisions")
    for somebody in (dora, mo):
        assert somebody.get(page_of(team)).status_code == 404
    assert visitor.get(page_of(team)).status_code == 401


def test_m02_an_appeal_is_heard_by_another_moderator_and_never_by_who_decided(
    team: Team, removed: Post, forum: Forum
) -> None:
    opal, mo, pia = team.reader("opal"), team.reader("mo"), team.moderator("pia")
    assert opal.post(page_of(team) + "/appeal", {"words": "It was a quotation."}).status_code == 303
    case = case_of(team)
    assert mo.get(case).status_code == 404, "who decided does not even see it"
    assert mo.post(case + "/hear", {"words": "No.", "how": "uphold"}).status_code == 404
    assert "It was a quotation." in pia.page(case)
    assert pia.post(case + "/hear", {"words": "You are right.", "how": "overturn"}).status_code == 303
    assert team.post(removed.uri).state is PostState.VISIBLE
    (appeal,) = forum.rows(Appeal)
    assert appeal.state is AppealState.OVERTURNED
    letters = team.told("opal")
    assert "You were right" in letters[-1]
    assert "You are right." in letters[-1]
    assert "stands on the board" not in letters[-1], "one letter tells it all"
    log = opal.page("/boards/respite/log")
    assert "An objection was heard, and the decision was taken back" in log
    assert "taken back after an objection" in log
    assert "1 of 1 objections were right" in opal.page("/transparency")
    assert team.case(kind=CaseKind.APPEAL).state is CaseState.CLOSED


def test_m02_an_appeal_is_made_once(team: Team, removed: Post, forum: Forum) -> None:
    opal = team.reader("opal")
    assert opal.post(page_of(team) + "/appeal", {"words": "First"}).status_code == 303
    answer = opal.post(page_of(team) + "/appeal", {"words": "Second"})
    assert answer.status_code == 400
    assert "once" in answer.get_data(as_text=True)
    assert [one.words for one in forum.rows(Appeal)] == ["First"]


def test_m02_nobody_but_the_author_objects(team: Team, removed: Post, forum: Forum, visitor: Visitor) -> None:
    for somebody, status in ((team.reader("dora"), 404), (team.reader("mo"), 404), (visitor, 401)):
        assert somebody.post(page_of(team) + "/appeal", {"words": "x"}).status_code == status
    assert forum.rows(Appeal) == []


def test_an_appeal_needs_a_word_why_and_comes_within_half_a_year(
    team: Team, removed: Post, forum: Forum
) -> None:
    opal = team.reader("opal")
    assert opal.post(page_of(team) + "/appeal", {"words": "  "}).status_code == 400
    with database.transaction() as session:
        session.execute(update(Decision).values(at=clock.now() - timedelta(days=184)))
    assert opal.post(page_of(team) + "/appeal", {"words": "x"}).status_code == 400
    assert forum.rows(Appeal) == []


def test_without_another_moderator_it_goes_to_another_board_and_then_to_the_admin(
    team: Team, removed: Post, visitor: Visitor
) -> None:
    opal = team.reader("opal")
    assert "nobody else here" in opal.page(page_of(team))
    opal.post(page_of(team) + "/appeal", {"words": "x"})
    boss = team.admin("boss")
    assert boss.get(case_of(team)).status_code == 200
    assert "whoever runs the forum" in visitor.page("/boards/respite/rules")
    otto = team.moderator("otto", "benefits")
    assert "somebody who looks after another one" in visitor.page("/boards/respite/rules")
    assert otto.get(case_of(team)).status_code == 200
    assert boss.get(case_of(team)).status_code == 404, "only where nobody else is"
    pia = team.moderator("pia")
    assert pia.get(case_of(team)).status_code == 200
    assert otto.get(case_of(team)).status_code == 404
    assert "Somebody else who looks after the board" in visitor.page("/boards/respite/rules")
    assert pia.post(case_of(team) + "/hear", {"words": "It stands.", "how": "uphold"}).status_code == 303
    assert team.post(removed.uri).state is PostState.REMOVED
    assert "The decision on the board" in team.told("opal")[-1]


def test_an_appeal_is_heard_once_and_with_an_answer(team: Team, removed: Post) -> None:
    team.reader("opal").post(page_of(team) + "/appeal", {"words": "x"})
    pia = team.moderator("pia")
    assert pia.post(case_of(team) + "/hear", {"words": " ", "how": "overturn"}).status_code == 400
    assert pia.post(case_of(team) + "/hear", {"words": "No.", "how": "uphold"}).status_code == 303
    assert pia.post(case_of(team) + "/hear", {"words": "Yes.", "how": "overturn"}).status_code == 400
    assert team.post(removed.uri).state is PostState.REMOVED


def test_an_author_who_looks_after_the_board_does_not_hear_their_own_appeal(team: Team) -> None:
    opal = team.moderator("opal")
    post = team.write("opal", "Words")
    team.moderator("mo").post(team.path(post) + "/moderate", {**WHY, "action": "remove"})
    opal.post(page_of(team) + "/appeal", {"words": "x"})
    assert opal.get(case_of(team)).status_code == 404


def test_a_ban_is_objected_to_and_lifted(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    mo, pia, opal = team.moderator("mo"), team.moderator("pia"), team.reader("opal")
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "ban", "days": "30"})
    decision = team.decision(kind=DecisionKind.BAN)
    assert "cannot write on the board" in team.told("opal")[-1]
    opal.post(f"/decisions/{decision.id}/appeal", {"words": "It was a joke."})
    pia.post(case_of(team) + "/hear", {"words": "So it was.", "how": "overturn"})
    assert team.write("opal", "Back again").state is PostState.VISIBLE


def test_an_appeal_that_nobody_hears_in_time_goes_to_the_admin_who_is_called_once(
    team: Team, removed: Post, forum: Forum
) -> None:
    team.reader("opal").post(page_of(team) + "/appeal", {"words": "x"})
    pia, boss = team.moderator("pia"), team.admin("boss")
    safeguarding.run()
    assert boss.get(case_of(team)).status_code == 404
    over = clock.now() - timedelta(minutes=1)
    with database.transaction() as session:
        session.execute(update(Appeal).values(due_at=over))
        session.execute(update(Case).where(Case.kind == CaseKind.APPEAL).values(due_at=over))
    for _ in range(2):
        safeguarding.run()
    (called,) = team.told("boss")
    assert case_of(team) in called
    assert team.told("mo") == [], "who decided is not called, admin or not"
    assert boss.get(case_of(team)).status_code == 200
    assert pia.get(case_of(team)).status_code == 200, "its moderators still may"
    assert (
        boss.post(case_of(team) + "/hear", {"words": "Back it goes.", "how": "overturn"}).status_code == 303
    )
    assert team.post(removed.uri).state is PostState.VISIBLE


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_appeal_climbs_after_a_fortnight_and_not_before(team: Team, removed: Post) -> None:
    docs = Path(__file__).parents[3] / "docs" / "moderating.md"
    assert "Somebody else hears it within a fortnight" in docs.read_text()
    team.reader("opal").post(page_of(team) + "/appeal", {"words": "x"})
    made = clock.now()
    for after, climbed in ((timedelta(days=14, minutes=-2), 0), (timedelta(days=14, minutes=2), 2)):
        with time_machine.travel(made + after):
            escalation.climb_overdue()
        assert team.case(kind=CaseKind.APPEAL).climbed == climbed


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_author_may_object_for_half_a_year_and_no_longer(team: Team, removed: Post, forum: Forum) -> None:
    opal = team.reader("opal")
    for after, status in ((timedelta(days=183, minutes=2), 400), (timedelta(days=183, minutes=-2), 303)):
        with database.transaction() as session:
            session.execute(update(Decision).values(at=clock.now() - after))
        assert opal.post(page_of(team) + "/appeal", {"words": "x"}).status_code == status


def test_what_is_said_on_a_board_that_stays_here_nobody_of_another_board_reads_in_an_appeal(
    team: Team, forum: Forum
) -> None:
    with database.transaction() as session:
        boards.create_board(session, "shelter", "Shelter", is_local_only=True)
    mo, otto, opal = team.moderator("mo", "shelter"), team.moderator("otto", "benefits"), team.reader("opal")
    opal.post("/here/shelter", {"text": "Sealed words"})
    (post,) = forum.rows(Post, Post.sealed != "")
    mo.post(f"/boards/shelter/threads/{post.thread_id}/{post.id}/moderate", {**WHY, "action": "remove"})
    opal.post(page_of(team) + "/appeal", {"words": "x"})
    assert otto.get(case_of(team)).status_code == 404
    assert mo.get(case_of(team)).status_code == 404
    assert team.admin("boss").get(case_of(team)).status_code == 200


def test_the_daily_list_asks_the_database_as_often_for_many_as_for_one(team: Team, forum: Forum) -> None:
    """Moderators of every board open it every day; objections of the whole installation are sorted for each."""
    mo, pia = team.moderator("mo"), team.moderator("pia")
    asked: list[str] = []
    opened = database.installed()

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    def count() -> int:
        pia.page("/moderation")  # that somebody looked is written down once
        asked.clear()
        page = pia.page("/moderation")
        questions = len(asked)
        assert page.count("An objection") == len(forum.rows(Appeal))
        return questions

    event.listen(opened.reader.engine if opened.is_sqlite else opened.writer, "before_cursor_execute", note)
    counts = []
    for number in range(1, 4):
        opal = team.reader("opal")
        post = team.write("opal", f"Words that somebody minded, number {number}")
        mo.post(team.path(post) + "/moderate", {**WHY, "action": "remove"})
        decision = forum.rows(Decision, Decision.post_id == post.id, Decision.kind == DecisionKind.REMOVE)[0]
        opal.post(f"/decisions/{decision.id}/appeal", {"words": "It was a quotation."})
        counts.append(count())
    event.remove(opened.reader.engine if opened.is_sqlite else opened.writer, "before_cursor_execute", note)
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 15
