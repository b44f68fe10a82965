"""Asking without one's name: what identifies is taken out, the board asks, and nothing tells who it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from fedconnect import data_rights
from fedconnect.foundation import clock, database, sealing
from fedconnect.jobs import hearings as hearings_job
from fedconnect.jobs import upkeep
from fedconnect.models.all import Row
from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.board import Board
from fedconnect.models.case import CaseKind, CaseState
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hearing import Hearing
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer
from support.team import WHY, Team
from support.visitor import Visitor

SECRET = "My sister Rosalind in Mill Lane drinks again. Who helps relatives?"
ASKED = "How do relatives bear it?\nSomebody close drinks again. Who helps relatives?"


def ask(visitor: Visitor, words: str = SECRET, **fields: str) -> int:
    answer = visitor.post("/boards/respite/ask", {"text": words, "for": "me", **fields})
    return answer.status_code


def everything() -> str:
    """Return every row of every table as text, as somebody with the database alone would read it."""
    with database.read_transaction() as session:
        return "\n".join(
            str(tuple(row)) for one in Row.metadata.sorted_tables for row in session.execute(select(one))
        )


def publish(mo: Visitor, team: Team, words: str = ASKED, **fields: str) -> Post:
    case = team.case(kind=CaseKind.ANONYMOUS)
    assert mo.post(f"/moderation/{case.id}/publish", {"words": words, **fields}).status_code == 303
    (post,) = team.forum.rows(Post, Post.id == team.forum.rows(AnonymousQuestion)[0].post_id)
    assert isinstance(post, Post)
    return post


def test_a_board_asks_for_somebody_and_they_alone_read_what_came_of_it(
    team: Team, forum: Forum, remote: RemoteServer
) -> None:
    mo, opal, dora = team.moderator("mo"), team.reader("opal"), team.reader("dora")
    follower = remote.person("fay")
    forum.tell(follower, follower.follow(forum.board()))
    assert ask(opal) == 303
    assert SECRET not in everything(), "sealed"
    assert "waits for a look" in opal.page("/you/asked")
    case = team.case(kind=CaseKind.ANONYMOUS)
    page = mo.page(f"/moderation/{case.id}")
    assert SECRET in page
    assert "opal" not in page
    post = publish(mo, team)
    thread = f"/boards/respite/threads/{post.thread_id}"
    shown = dora.page(thread)
    assert "How do relatives bear it?" in shown
    assert "does not want to be named" in shown
    assert "Rosalind" not in shown + everything()
    forum.deliver()
    (create,) = remote.delivered("Create")
    assert create["actor"] == create["object"]["attributedTo"] == forum.board()
    assert "Who helps relatives?" in create["object"]["content"]
    bert = team.account("bert")
    forum.tell(bert, bert.create(bert.note("There is a group on Mondays", forum.board(), inReplyTo=post.uri)))
    assert "1 answer" in opal.page("/you/asked")
    assert thread in opal.page("/you/asked")
    assert thread not in dora.page("/you/asked")
    assert forum.rows(Decision, Decision.kind == DecisionKind.ASK) != []


def test_the_link_to_who_asked_is_a_digest_that_names_nobody(team: Team, forum: Forum) -> None:
    team.moderator("mo")
    opal = team.reader("opal")
    ask(opal)
    (row,), (reader,) = forum.rows(AnonymousQuestion), forum.rows(Reader)[-1:]
    assert row.asker == sealing.digest(str(reader.id), "unnamed")
    assert str(reader.id) not in str((row.asker, row.case_id, row.answer))
    assert str(reader.person_id) not in str((row.asker, row.case_id, row.answer))


def test_the_link_is_deleted_thirty_days_after_the_question_was_settled(team: Team, forum: Forum) -> None:
    mo, opal = team.moderator("mo"), team.reader("opal")
    ask(opal)
    post = publish(mo, team)
    with database.transaction() as session:
        session.execute(update(AnonymousQuestion).values(settled_at=clock.now() - timedelta(days=29)))
    upkeep.run()
    assert len(forum.rows(AnonymousQuestion)) == 1
    with database.transaction() as session:
        session.execute(update(AnonymousQuestion).values(settled_at=clock.now() - timedelta(days=31)))
    upkeep.run()
    assert forum.rows(AnonymousQuestion) == []
    assert team.post(post.uri).state is PostState.VISIBLE, "the question itself stands"
    assert f"/threads/{post.thread_id}" not in opal.page("/you/asked")


def test_what_nobody_settles_in_thirty_days_is_forgotten_with_its_words(team: Team, forum: Forum) -> None:
    team.moderator("mo")
    ask(team.reader("opal"))
    with database.transaction() as session:
        session.execute(update(AnonymousQuestion).values(at=clock.now() - timedelta(days=31)))
    upkeep.run()
    assert forum.rows(AnonymousQuestion) == []
    case = team.case(kind=CaseKind.ANONYMOUS)
    assert (case.state, case.sealed) == (CaseState.CLOSED, "")


def test_a_private_answer_reaches_whoever_asked_and_is_sealed(team: Team, forum: Forum) -> None:
    mo, opal, dora = team.moderator("mo"), team.reader("opal"), team.reader("dora")
    ask(opal)
    case = team.case(kind=CaseKind.ANONYMOUS)
    mo.post(f"/moderation/{case.id}/answer", {"words": "Please call the relatives' line, it is open now."})
    assert "relatives&#39; line" in opal.page("/you/asked")
    assert "relatives" not in dora.page("/you/asked")
    assert "it is open now" not in everything()
    assert team.case(kind=CaseKind.ANONYMOUS).state is CaseState.CLOSED
    forum.deliver()
    assert team.told("opal") == [], "nothing goes through their own server"


def test_whoever_asked_takes_it_back_and_nobody_else_can(
    team: Team, forum: Forum, remote: RemoteServer
) -> None:
    mo, opal, dora = team.moderator("mo"), team.reader("opal"), team.reader("dora")
    follower = remote.person("fay")
    forum.tell(follower, follower.follow(forum.board()))
    ask(opal)
    post = publish(mo, team)
    forum.deliver()
    (row,) = forum.rows(AnonymousQuestion)
    for somebody in (dora, mo):
        assert somebody.post(f"/you/asked/{row.id}").status_code == 404
    assert opal.post(f"/you/asked/{row.id}").status_code == 303
    assert team.post(post.uri).state is PostState.DELETED
    assert forum.rows(AnonymousQuestion) == []
    forum.deliver()
    (delete,) = remote.delivered("Delete")
    assert delete["object"]["id"] == post.uri


def test_asking_for_somebody_else_needs_their_consent_and_records_it(team: Team, forum: Forum) -> None:
    mo, opal = team.moderator("mo"), team.reader("opal")
    for fields in ({}, {"consent": "She said yes."}, {"agreed": "on"}):
        answer = opal.post("/boards/respite/ask", {"text": SECRET, "for": "another", **fields})
        assert answer.status_code == 400
        assert SECRET in answer.text, "what was written is not lost"
    assert forum.rows(AnonymousQuestion) == []
    assert ask(opal, **{"for": "another", "consent": "She read it and said yes.", "agreed": "on"}) == 303
    (row,) = forum.rows(AnonymousQuestion)
    page = f"/moderation/{team.case(kind=CaseKind.ANONYMOUS).id}"
    assert "She read it and said yes." in mo.page(page)
    publish(mo, team)
    assert "She read it and said yes." in mo.page(page), "recorded as long as the link"
    assert row.consent
    assert "She read it" not in everything()


def test_three_questions_of_one_person_wait_at_most(team: Team, forum: Forum) -> None:
    team.moderator("mo")
    opal = team.reader("opal")
    assert [ask(opal, f"Question {number}") for number in range(4)] == [303, 303, 303, 400]
    assert ask(team.reader("dora")) == 303


def test_a_board_without_anybody_or_that_takes_none_offers_no_such_way(team: Team, forum: Forum) -> None:
    opal = team.reader("opal")
    assert opal.get("/boards/respite/ask").status_code == 404
    assert ask(opal) == 404
    mo = team.moderator("mo")
    mo.page("/moderation")
    assert "/boards/respite/ask" in opal.page("/boards/respite")
    with database.transaction() as session:
        session.execute(update(Board).values(moved_to="https://new.example/boards/respite"))
    assert "/boards/respite/ask" not in opal.page("/boards/respite")
    with database.transaction() as session:
        session.execute(update(Board).values(moved_to=None))
    fields = {
        "open_from": "8",
        "open_to": "20",
        "zone": "UTC",
        "holds_after_hours": "72",
        "slow_minutes": "0",
        "threads_a_stranger": "3",
        "threads_a_server": "19",
    }
    assert mo.post("/boards/respite/care", fields).status_code == 303
    assert "/boards/respite/ask" not in opal.page("/boards/respite")
    assert ask(opal) == 404


def test_whoever_is_kept_off_a_board_cannot_ask_through_it(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    mo, opal = team.moderator("mo"), team.reader("opal")
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "ban"})
    assert ask(opal) == 404


def test_another_boards_moderator_neither_reads_nor_publishes_it(team: Team, forum: Forum) -> None:
    team.moderator("mo")
    other = team.moderator("otto", "benefits")
    ask(team.reader("opal"))
    case = team.case(kind=CaseKind.ANONYMOUS)
    assert other.get(f"/moderation/{case.id}").status_code == 404
    assert other.post(f"/moderation/{case.id}/publish", {"words": "x"}).status_code == 404
    assert len(forum.rows(Thread, Thread.is_anonymous.is_(True))) == 0


def test_a_question_is_published_once(team: Team, forum: Forum) -> None:
    mo = team.moderator("mo")
    ask(team.reader("opal"))
    publish(mo, team)
    case = team.case(kind=CaseKind.ANONYMOUS)
    assert mo.post(f"/moderation/{case.id}/publish", {"words": "Again"}).status_code == 404
    assert len(forum.rows(Thread, Thread.is_anonymous.is_(True))) == 1


def test_a_question_without_a_name_gets_a_hearing_like_any_other(team: Team, forum: Forum) -> None:
    mo, opal, dora = team.moderator("mo"), team.reader("opal"), team.reader("dora")
    ask(opal)
    post = publish(mo, team)
    hearings_job.run()
    (hearing,) = forum.rows(Hearing, Hearing.post_id == post.id)
    assert (hearing.person_id, hearing.state.value) == (None, "open")
    assert "How do relatives bear it?" in dora.page("/boards/respite/quiet")
    dora.post("/boards/respite/following", {"how": "here"})
    assert "How do relatives bear it?" in dora.page("/")
    bert = team.account("bert")
    forum.tell(bert, bert.create(bert.note("I do not know either", forum.board(), inReplyTo=post.uri)))
    (thread,) = forum.rows(Thread, Thread.id == post.thread_id)
    assert thread.answered
    (hearing,) = forum.rows(Hearing, Hearing.post_id == post.id)
    assert hearing.answerers == 1


def test_published_quietly_it_stands_in_no_feed(team: Team, forum: Forum, visitor: Visitor) -> None:
    mo = team.moderator("mo")
    ask(team.reader("opal"))
    post = publish(mo, team, quietly="on")
    assert "How do relatives" in visitor.page(f"/boards/respite/threads/{post.thread_id}")
    assert "How do relatives" not in visitor.page("/boards/respite/feed.atom") + visitor.page("/")


def test_removed_by_a_moderator_it_is_taken_back_from_whoever_was_told(
    team: Team, forum: Forum, remote: RemoteServer
) -> None:
    mo = team.moderator("mo")
    follower: RemotePerson = remote.person("fay")
    forum.tell(follower, follower.follow(forum.board()))
    opal = team.reader("opal")
    ask(opal)
    post = publish(mo, team)
    forum.deliver()
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "remove"})
    forum.deliver()
    assert "It mocks somebody." in opal.page("/you/asked"), "whoever asked is told why, there alone"
    assert [one["object"]["id"] for one in remote.delivered("Delete")] == [post.uri]


def test_to_be_forgotten_takes_ones_questions_along_and_an_export_holds_them(
    team: Team, forum: Forum
) -> None:
    mo, opal = team.moderator("mo"), team.reader("opal")
    ask(opal)
    post = publish(mo, team)
    ask(opal, "And another one")
    exported = opal.post("/you/export").text
    assert "And another one" in exported
    assert "Who helps relatives?" in exported
    with database.transaction() as session:
        person = session.query(Person).filter_by(username="opal").one()
        data_rights.erase(session, person)
    assert forum.rows(AnonymousQuestion) == []
    assert team.post(post.uri).state is PostState.DELETED


def test_whoever_asks_is_never_left_without_an_answer_by_a_bulk_decision(team: Team, forum: Forum) -> None:
    mo = team.moderator("mo")
    ask(team.reader("opal"))
    case = team.case(kind=CaseKind.ANONYMOUS)
    for deed in ("leave", "remove"):
        assert mo.post("/moderation", {**WHY, "action": deed, "case": case.id}).status_code == 400
        assert mo.post(f"/moderation/{case.id}", {**WHY, "action": deed}).status_code == 400
    assert team.case(kind=CaseKind.ANONYMOUS).state is CaseState.OPEN


@pytest.mark.parametrize("deed", ["publish", "answer"])
def test_nothing_is_left_of_the_words_once_it_is_settled(team: Team, forum: Forum, deed: str) -> None:
    mo = team.moderator("mo")
    ask(team.reader("opal"))
    case = team.case(kind=CaseKind.ANONYMOUS)
    mo.post(f"/moderation/{case.id}/{deed}", {"words": "Something else"})
    with database.read_transaction() as session:
        assert session.execute(text("SELECT sealed FROM report_case")).scalar() == ""
    assert "Rosalind" not in mo.page(f"/moderation/{case.id}")
