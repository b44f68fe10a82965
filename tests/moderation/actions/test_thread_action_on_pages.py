"""Conversations are put in order: moved, split, merged, retitled, folded; followers of both worlds hear of it."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hearing import Hearing
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer
from support.team import WHY, Team
from support.visitor import Visitor


def do(visitor: Visitor, team: Team, post: Post, deed: str, **extra: Any) -> int:
    return visitor.post(team.path(post) + "/moderate", {**WHY, "action": deed, **extra}).status_code


def answer(team: Team, name: str, text: str, parent: str) -> Post:
    return team.write(name, text, inReplyTo=parent)


def test_a_moved_thread_leaves_one_board_and_is_told_on_the_other(
    team: Team,
    forum: Forum,
    visitor: Visitor,
    ana: RemotePerson,
    lea: RemotePerson,
    other_remote: RemoteServer,
) -> None:
    forum.tell(ana, ana.follow(forum.board()), ana.follow(forum.board("benefits")))
    forum.tell(lea, lea.follow(forum.board()))
    post = team.write("opal", "About an allowance")
    reply = answer(team, "bert", "I know", post.uri)
    forum.deliver()
    mo = team.moderator("mo")
    forum.moderate(team.account("mo"), "benefits")
    old = f"/boards/respite/threads/{post.thread_id}"
    assert do(mo, team, post, "move", board="benefits") == 303
    forum.deliver()
    assert "About an allowance" in visitor.page("/boards/benefits")
    assert "About an allowance" not in visitor.page("/boards/respite")
    moved = visitor.get(old)
    assert (moved.status_code, moved.location) == (302, old.replace("respite", "benefits"))
    assert team.post(reply.uri).board_id == team.post(post.uri).board_id
    (undo,) = ana.server.delivered("Undo")
    assert undo["actor"] == forum.board()
    boosts = [(one["actor"], one["object"]) for one in ana.server.delivered("Announce")]
    assert boosts == [(forum.board(), post.uri), (forum.board("benefits"), post.uri)]
    inner = [one["object"] for one in other_remote.delivered("Announce") if isinstance(one["object"], dict)]
    assert "Delete" in [one["type"] for one in inner]
    assert "moved from the board" in team.told("opal")[-1]
    (hearing,) = forum.rows(Hearing, Hearing.post_id == post.id)
    assert hearing.board_id == team.post(post.uri).board_id


def test_nobody_moves_a_thread_to_a_board_that_they_do_not_look_after(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    mo = team.moderator("mo")
    assert do(mo, team, post, "move", board="benefits") == 403
    assert team.post(post.uri).board_id == post.board_id
    assert forum.rows(Decision) == []


def test_who_did_not_name_the_other_board_and_is_not_to_be_found_has_no_hearing_there(
    team: Team, forum: Forum
) -> None:
    from fedconnect.models.hearing import Exclusion

    team.home.people["shy"] = team.home.person("shy", key=3, indexable=False)
    person = team.home.people["shy"]
    note = person.note("A shy question", forum.board())
    forum.tell(person, person.create(note))
    mo = team.moderator("mo")
    forum.moderate(team.account("mo"), "benefits")
    post = team.post(note["id"])
    assert do(mo, team, post, "move", board="benefits") == 303
    (hearing,) = forum.rows(Hearing, Hearing.post_id == post.id)
    assert hearing.exclusion is Exclusion.WITHDRAWN


def test_an_answer_becomes_a_thread_with_everything_under_it(
    team: Team, forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    post = team.write("opal", "One thing")
    branch = answer(team, "bert", "Quite another thing", post.uri)
    leaf = answer(team, "opal", "About that", branch.uri)
    stays = answer(team, "bert", "About the first", post.uri)
    forum.deliver()
    mo = team.moderator("mo")
    assert do(mo, team, branch, "split", title="Quite another matter") == 303
    forum.deliver()
    new, old = team.post(branch.uri).thread_id, post.thread_id
    assert {team.post(one.uri).thread_id for one in (branch, leaf)} == {new}
    assert team.post(stays.uri).thread_id == old
    (thread,) = forum.rows(Thread, Thread.id == new)
    assert (thread.title, thread.reply_count, thread.answered) == ("Quite another matter", 1, True)
    (first,) = forum.rows(Thread, Thread.id == old)
    assert first.reply_count == 1
    page = visitor.page(f"/boards/respite/threads/{new}")
    assert "About that" in page
    assert "About that" not in visitor.page(f"/boards/respite/threads/{old}")
    assert branch.uri in [one["object"] for one in ana.server.delivered("Announce")]
    assert "a conversation of its own" in team.told("bert")[-1]


def test_two_threads_become_one_and_the_old_address_leads_there(
    team: Team, forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    first, second = team.write("opal", "The same"), team.write("bert", "The same again")
    reply = answer(team, "opal", "To the second", second.uri)
    forum.deliver()
    mo = team.moderator("mo")
    there = f"https://forum.example/boards/respite/threads/{first.thread_id}"
    assert do(mo, team, second, "merge", thread=there) == 303
    forum.deliver()
    assert {team.post(one.uri).thread_id for one in (first, second, reply)} == {first.thread_id}
    page = visitor.page(f"/boards/respite/threads/{first.thread_id}")
    assert "The same again" in page
    assert "To the second" in page
    gone = visitor.get(f"/boards/respite/threads/{second.thread_id}")
    assert (gone.status_code, gone.location) == (302, f"/boards/respite/threads/{first.thread_id}")
    assert len(ana.server.delivered("Undo")) == 1
    assert do(mo, team, team.post(second.uri), "split", title="Apart after all") == 303
    assert team.post(reply.uri).thread_id == team.post(second.uri).thread_id == second.thread_id


def test_a_thread_is_merged_into_one_of_its_own_board_alone(team: Team, forum: Forum) -> None:
    first, second = team.write("opal", "One"), team.write("bert", "Two", slug="benefits")
    mo = team.moderator("mo")
    assert do(mo, team, first, "merge", thread=f"/boards/benefits/threads/{second.thread_id}") == 403
    assert do(mo, team, first, "merge", thread=f"/boards/respite/threads/{first.thread_id}") == 303
    assert do(mo, team, first, "merge", thread="nonsense") == 400
    assert forum.rows(Decision) == []


def test_another_title_outlasts_an_edit(team: Team, forum: Forum, visitor: Visitor) -> None:
    post = team.write("opal", "HELP!!!")
    mo = team.moderator("mo")
    assert do(mo, team, post, "retitle", title="Help with a form") == 303
    opal = team.account("opal")
    forum.tell(opal, opal.update(opal.note("HELP ME!!!", forum.board(), id=post.uri), "HELP ME!!!"))
    assert forum.titles() == ["Help with a form"]
    assert do(mo, team, post, "retitle", title=" ") == 400


@pytest.mark.parametrize("warning", ["", "Violence"])
def test_a_folded_post_stays_folded_after_an_edit_and_is_unfolded_again(
    team: Team, forum: Forum, warning: str
) -> None:
    post = team.write("opal", "Something harsh")
    mo = team.moderator("mo")
    assert do(mo, team, post, "sensitive", warning=warning) == 303
    opal = team.account("opal")
    forum.tell(opal, opal.update(opal.note("x", forum.board(), id=post.uri), "Something harsher"))
    found = team.post(post.uri)
    assert (found.is_sensitive, found.warning) == (True, warning)
    assert do(mo, team, post, "uncover") == 303
    found = team.post(post.uri)
    assert (found.is_sensitive, found.warning, found.covered) == (False, "", None)


def test_unfolding_keeps_the_title_that_a_moderator_chose_since(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Something harsh")
    mo = team.moderator("mo")
    do(mo, team, post, "sensitive", warning="Harsh")
    do(mo, team, post, "retitle", title="A hard week")
    do(mo, team, post, "uncover")
    opal = team.account("opal")
    forum.tell(opal, opal.update(opal.note("x", forum.board(), id=post.uri), "Something harsher"))
    (thread,) = forum.rows(Thread, Thread.id == post.thread_id)
    assert thread.title == "A hard week"


def test_what_changes_nothing_writes_nothing(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    mo = team.moderator("mo")
    for deed in ("unlock", "unpin", "uncover", "restore", "release", "unban", "unsafeguard"):
        assert do(mo, team, post, deed) == 303
    assert forum.rows(Decision) == []
    assert do(mo, team, post, "no such deed") == 400


def test_a_decision_in_the_log_never_leads_to_a_post_that_cannot_be_read(
    team: Team, visitor: Visitor, forum: Forum
) -> None:
    post = team.write("opal", "Words")
    mo = team.moderator("mo")
    do(mo, team, post, "lock")
    assert f"/threads/{post.thread_id}" in visitor.page("/log")
    do(mo, team, post, "remove")
    assert f"/threads/{post.thread_id}" not in visitor.page("/log")
    assert team.post(post.uri).state is PostState.REMOVED
    assert team.decision(kind=DecisionKind.LOCK).post_id == post.id
