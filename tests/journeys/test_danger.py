"""Somebody writes that they are in danger: who reads of it at once, what they are told, and who is not brought to it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.case import Case, Severity
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.hearing import Exclusion, Hearing
from fedconnect.models.post import Post, PostState
from support.forum import Forum
from support.team import Team
from support.visitor import Visitor

PLEA = "I want to die and I cannot tell my family"


@pytest.fixture(autouse=True)
def attended(team: Team) -> None:
    with database.transaction() as session:
        session.execute(update(Board).values(open_from=0, open_to=24))


def test_the_post_stays_up_its_author_reads_of_help_and_the_team_of_the_post(
    team: Team, forum: Forum, visitor: Visitor
) -> None:
    mo = team.moderator("mo")
    post = team.write("opal", PLEA)
    assert post.state is PostState.VISIBLE
    assert PLEA in visitor.page("/boards/respite")
    letter = team.told("opal")[-1]
    assert "no person wrote or chose it" in letter
    assert "within the hour" in letter
    page = mo.page("/moderation")
    assert "Somebody may be in danger" in page
    assert "nobody has reported it" in page
    (case,) = forum.rows(Case)
    assert "/evidence" not in mo.page(f"/moderation/{case.id}"), "nothing is kept until somebody reports it"
    assert forum.rows(Hearing, Hearing.post_id == post.id)[0].exclusion is Exclusion.SAFEGUARDING


def test_no_action_lets_it_be_heard_and_needs_no_rule(team: Team, forum: Forum, visitor: Visitor) -> None:
    mo = team.moderator("mo")
    post = team.write("opal", PLEA)
    (case,) = forum.rows(Case)
    assert mo.post(f"/moderation/{case.id}", {"action": "leave"}).status_code == 303
    assert forum.rows(Hearing, Hearing.post_id == post.id)[0].exclusion is Exclusion.NONE
    assert forum.rows(Post, Post.id == post.id)[0].state is PostState.VISIBLE


def test_a_gentle_text_needs_no_rule_and_the_log_says_that_it_was_done_with_care(
    team: Team, forum: Forum, visitor: Visitor
) -> None:
    mo = team.moderator("mo")
    post = team.write("opal", PLEA)
    (case,) = forum.rows(Case)
    mo.post(f"/moderation/{case.id}", {"action": "remove", "gentle": "distress"})
    assert forum.rows(Post, Post.id == post.id)[0].state is PostState.REMOVED
    for page in ("/log", "/boards/respite/log", "/log.atom"):
        assert "taken out of sight, with care for its author" in visitor.page(page)
    assert "A moderator chose this message" in team.told("opal")[-1]


def test_a_moderator_who_removes_from_the_posts_own_page_comes_back_to_the_list_where_it_can_be_undone(
    team: Team,
) -> None:
    mo = team.moderator("mo")
    post = team.write("opal", PLEA)
    answer = mo.post(team.path(post) + "/moderate", {"action": "remove", "gentle": "distress"})
    assert answer.headers["Location"].startswith("/moderation?first=")


def test_who_reports_danger_reads_of_help_and_when_somebody_will_look(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    dora = team.reader("dora")
    answer = dora.post(team.path(post) + "/report", {"harm": "danger", "words": "She is not safe"})
    page = answer.get_data(as_text=True)
    assert "within the hour" in page
    assert "116 123" in page
    mild = dora.post(team.path(post) + "/report", {"harm": "rules"}).get_data(as_text=True)
    assert "within the hour" not in mild


def test_an_edit_that_brings_danger_is_seen_and_words_of_long_ago_wake_nobody(
    team: Team, forum: Forum
) -> None:
    team.moderator("mo")
    old = team.write("bert", PLEA, published="2026-01-01T00:00:00Z")
    assert forum.rows(Case) == []
    opal = team.account("opal")
    post = team.write("opal", "Words")
    forum.tell(opal, opal.update(opal.note("Words", forum.board(), id=post.uri), PLEA))
    (case,) = forum.rows(Case)
    assert (case.post_id, case.severity) == (post.id, Severity.DANGER)
    assert case.post_id != old.id
    (letter,) = forum.rows(DirectMessage, DirectMessage.kind == DirectMessageKind.CARE)
    assert letter.in_reply_to == post.uri
