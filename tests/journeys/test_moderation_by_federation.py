"""What moderators decide from their own servers, and how the board tells it on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Invitation
from fedconnect.models.decision import Ban, Decision
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.authorization import ModerationContext
from fedconnect.moderation.boards import appointments, board_settings
from support.forum import BASE, Forum
from support.remote import Document, RemotePerson, RemoteServer

TEAM = f"{BASE}/services/moderators"


@pytest.fixture
def note(forum: Forum, ana: RemotePerson) -> Document:
    note = ana.note("A thread", forum.board())
    forum.tell(ana, ana.create(note))
    return note


def thread_of(forum: Forum, note: Document) -> Thread:
    (thread,) = forum.rows(Thread, Thread.starter_uri == note["id"])
    return thread


def decide(session: Session, context: ModerationContext, thread: Thread, name: str) -> Decision | None:
    """Do something to the post that a thread begins with."""
    starter = session.query(Post).filter_by(uri=thread.starter_uri).one()
    return registry.perform(session, context, starter, name, ActionParams())


def state_of(forum: Forum, note: Document) -> PostState:
    (post,) = forum.rows(Post, Post.uri == note["id"])
    return post.state


@pytest.fixture
def asked(forum: Forum, note: Document, lea: RemotePerson, ana: RemotePerson) -> dict[str, Document]:
    """What a moderator may ask, each with the shape that Lemmy sends."""
    board = forum.board()
    more = {"cc": [board], "audience": board}
    return {
        "lock": lea.activity("Lock", note["id"], **more),
        "remove": lea.activity("Delete", note["id"], summary="Off topic", **more),
        "pin": lea.activity("Add", note["id"], target=board + "/featured", **more),
        "ban": lea.activity(
            "Block", ana.uri, target=board, removeData=False, summary="Spam",
            endTime=(clock.now() + timedelta(days=3)).isoformat(), **more,
        ),
        "appoint": lea.activity("Add", ana.uri, target=board + "/moderators", **more),
    }  # fmt: skip


@pytest.mark.parametrize("what", ["lock", "remove", "pin", "ban", "appoint"])
def test_s22_nobody_but_a_moderator_of_this_board_decides(
    forum: Forum, note: Document, lea: RemotePerson, asked: dict[str, Document], what: str
) -> None:
    forum.moderate(lea, "benefits")  # of another board
    forum.tell(lea, asked[what])
    thread = thread_of(forum, note)
    assert (thread.state, thread.pinned, state_of(forum, note)) == (
        ThreadState.OPEN,
        False,
        PostState.VISIBLE,
    )
    assert forum.rows(Ban) == []
    assert len(forum.rows(Moderator)) == 1
    assert forum.rows(Decision) == []


def test_s22_somebody_who_was_a_moderator_decides_no_longer(
    forum: Forum, note: Document, lea: RemotePerson, asked: dict[str, Document]
) -> None:
    forum.moderate(lea)
    with database.transaction() as session:
        board = session.get_one(Board, thread_of(forum, note).board_id)
        person = session.query(Person).filter(Person.uri == lea.uri).one()
        assert appointments.dismiss(session, ModerationContext(board, None, "Left", "Rule"), person)
    forum.tell(lea, asked["lock"])
    assert thread_of(forum, note).state is ThreadState.OPEN


def test_a_lock_closes_the_thread_and_its_undo_opens_it(
    forum: Forum, note: Document, lea: RemotePerson, ben: RemotePerson, asked: dict[str, Document]
) -> None:
    forum.moderate(lea)
    forum.tell(lea, asked["lock"])
    assert thread_of(forum, note).state is ThreadState.LOCKED
    assert "closed" in forum.get(forum.thread_path("A thread")).get_data(as_text=True)
    forum.tell(ben, ben.create(ben.note("Too late", forum.board(), inReplyTo=note["id"])))
    assert forum.rows(Post, Post.source.contains("Too late")) == []
    forum.tell(lea, lea.undo(asked["lock"]))
    assert thread_of(forum, note).state is ThreadState.OPEN


def test_a_removed_post_shows_its_reason_is_unboosted_and_can_be_restored(
    forum: Forum, remote: RemoteServer, note: Document, ana: RemotePerson, ben: RemotePerson, lea: RemotePerson,
    asked: dict[str, Document],
) -> None:  # fmt: skip
    forum.moderate(lea)
    forum.tell(ben, ben.follow(forum.board()))
    forum.tell(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=note["id"])))
    forum.deliver()
    path = forum.thread_path("A thread")
    forum.tell(lea, asked["remove"])
    forum.deliver()
    assert forum.titles() == []
    page = forum.get(path).get_data(as_text=True)
    assert 'A moderator took this post off the board. <span dir="auto">Off topic</span>' in page
    assert "An answer" in page
    assert [one["object"]["object"] for one in remote.delivered("Undo")] == [note["id"]]
    forum.tell(lea, lea.undo(asked["remove"]))
    forum.deliver()
    assert forum.titles() == ["A thread"]
    first, again = remote.delivered("Announce")
    assert first["object"] == again["object"] == note["id"], "boosted again"
    assert first["id"] != again["id"], "a server that remembers ids hears it too"
    for one in (first, again):
        assert forum.ap(one["id"]).json["id"] == one["id"]
    for nth in ("-0", "-1", "-3", "-x", "-2-2", "-%00", "-99999999999999999999"):
        assert forum.ap(first["id"] + nth).status_code == 404, nth
    page = forum.ap(forum.board() + "/outbox?page=1").json
    told = {
        one["object"]["object"]["id"]: one["id"]
        for one in page["orderedItems"]
        if isinstance(one["object"], dict)
    }
    assert told == {note["id"]: again["id"]}
    forum.tell(ana, ana.delete(note["id"]))
    forum.deliver()
    assert [one["object"]["id"] for one in remote.delivered("Undo")] == [first["id"], again["id"]]


def test_an_author_may_delete_what_a_moderator_removed(
    forum: Forum, note: Document, ana: RemotePerson, lea: RemotePerson, asked: dict[str, Document]
) -> None:
    forum.moderate(lea)
    forum.tell(lea, asked["remove"])
    forum.tell(ana, ana.delete(note["id"]))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert (post.state, post.source) == (PostState.DELETED, "")
    forum.tell(lea, lea.undo(asked["remove"]))
    assert state_of(forum, note) is PostState.DELETED


def test_a_pinned_thread_stands_first_and_in_featured(
    forum: Forum, note: Document, lea: RemotePerson, asked: dict[str, Document]
) -> None:
    forum.moderate(lea)
    forum.tell(lea, asked["pin"])
    assert thread_of(forum, note).pinned
    assert note["id"] in [one["id"] for one in forum.ap(forum.board() + "/featured").json["orderedItems"]]
    forum.tell(lea, {**asked["pin"], "type": "Remove", "id": lea.uri + "#remove"})
    assert not thread_of(forum, note).pinned


def test_a_banned_author_cannot_write_until_the_end_of_the_ban(
    forum: Forum, ana: RemotePerson, lea: RemotePerson, asked: dict[str, Document]
) -> None:
    forum.moderate(lea)
    forum.tell(lea, asked["ban"])
    (ban,) = forum.rows(Ban)
    assert timedelta(days=2) < ban.until - clock.now() < timedelta(days=4)
    forum.tell(ana, ana.create(ana.note("While banned", forum.board())))
    assert "While banned" not in forum.titles()
    forum.tell(ana, ana.create(ana.note("Elsewhere", forum.board("benefits"))))
    assert forum.titles("benefits") == ["Elsewhere"]
    forum.tell(lea, lea.undo(asked["ban"]))
    forum.tell(ana, ana.create(ana.note("After it", forum.board())))
    assert "After it" in forum.titles()


def test_a_moderator_is_asked_and_steps_back_and_stands_in_the_collection_for_their_own_server(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson, asked: dict[str, Document]
) -> None:
    forum.moderate(lea)
    forum.tell(lea, lea.follow(forum.board()), asked["appoint"])
    assert forum.team_told(ana) == [], "whoever is asked has not said yes"
    with database.transaction() as session:
        (invitation,) = session.query(Invitation).all()
        person = session.get_one(Person, invitation.person_id)
        assert board_settings.respond_to_invitation(session, invitation, person, accepts=True)
    forum.deliver()
    told = [one["object"] for one in other_remote.delivered("Announce")]
    assert [one for one in told if one["type"] in {"Add", "Remove"}] == [], "nobody else learns of them"
    assert (forum.team_told(lea), forum.team_told(ana)) == ([lea.uri], [ana.uri])
    assert forum.ap(forum.board() + "/moderators").json["orderedItems"] == [TEAM], (
        "nobody else learns of them"
    )
    forum.tell(lea, {**asked["appoint"], "type": "Remove", "id": lea.uri + "#remove"})
    assert forum.team_told(ana) == [ana.uri], "nobody dismisses a fellow moderator"
    step_back = ana.activity("Remove", ana.uri, target=forum.board() + "/moderators", cc=[forum.board()])
    forum.tell(ana, step_back)
    assert (forum.team_told(lea), forum.team_told(ana)) == ([lea.uri], [])


def test_what_a_moderator_decides_on_their_own_server_the_threadiverse_obeys_and_hears_in_nobodys_name(
    forum: Forum, other_remote: RemoteServer, note: Document, ana: RemotePerson, lea: RemotePerson
) -> None:
    forum.moderate(ana)
    forum.tell(lea, lea.follow(forum.board()))
    forum.tell(
        ana, ana.activity("Lock", note["id"], cc=[forum.board()], audience=forum.board(), summary="Enough")
    )
    forum.deliver()
    (lock,) = [one["object"] for one in other_remote.delivered("Announce") if one["object"]["type"] == "Lock"]
    assert (lock["actor"], lock["object"], lock["summary"]) == (TEAM, note["id"], "Enough")
    assert forum.ap(forum.board() + "/moderators").json["orderedItems"] == [TEAM], "whom it is to obey"
    actor = forum.ap(TEAM).json
    assert (actor["type"], actor["preferredUsername"]) == ("Service", "moderators")
    assert ana.uri not in json.dumps({**lock, "object": ""})


def test_who_decides_in_common_cannot_be_followed_and_says_so(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(TEAM))
    forum.deliver()
    (no,) = remote.delivered("Reject")
    assert (no["actor"], no["object"]["object"]) == (TEAM, TEAM)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda s, m, t, p: decide(s, m, t, "lock"), {"type": "Lock"}),
        (lambda s, m, t, p: decide(s, m, t, "remove"), {"type": "Delete"}),
        (lambda s, m, t, p: decide(s, m, t, "pin"), {"type": "Add"}),
        (lambda s, m, t, p: registry.perform_on_person(s, m, p, "ban", ActionParams(days=0)), {"type": "Block", "removeData": False}),
        (lambda s, m, t, p: appointments.appoint(s, m, s.query(Person).filter(Person.uri.endswith("/lea")).one()), {"type": "Add"}),
    ],
    ids=["lock", "remove", "pin", "ban", "appoint"],
)  # fmt: skip
def test_what_is_decided_here_is_said_in_the_moderators_common_name_and_in_nobodys_own(
    forum: Forum, other_remote: RemoteServer, note: Document, ana: RemotePerson, lea: RemotePerson,
    act: Any, told: dict[str, Any],
) -> None:  # fmt: skip
    forum.tell(lea, lea.follow(forum.board()))
    forum.deliver()
    with database.transaction() as session:
        thread = session.query(Thread).filter_by(starter_uri=note["id"]).one()
        board = session.get_one(Board, thread.board_id)
        person = session.query(Person).filter_by(uri=ana.uri).one()
        assert act(session, ModerationContext(board, None, "Because.", "Be kind."), thread, person)
    forum.deliver()
    inner = other_remote.delivered("Announce")[-1]["object"]
    assert inner | told == inner
    assert (inner["actor"], inner["audience"]) == (TEAM, forum.board())
    assert inner.get("summary", "Because.") == "Because."
    (decision,) = forum.rows(Decision)
    assert (decision.reason, decision.person_id) == ("Because.", None)


def test_moderation_checks_the_permission_itself_whoever_calls(
    forum: Forum, note: Document, ana: RemotePerson
) -> None:
    with database.transaction() as session:
        thread = session.query(Thread).filter_by(starter_uri=note["id"]).one()
        board = session.get_one(Board, thread.board_id)
        other = session.query(Board).filter_by(slug="benefits").one()
        person = session.query(Person).filter_by(uri=ana.uri).one()
        for context in (
            ModerationContext(board, person, "Because.", "Be kind."),
            ModerationContext(other, None, "Because.", "Be kind."),
        ):
            with pytest.raises(NotPermitted):
                decide(session, context, thread, "lock")


@pytest.mark.parametrize(("reason", "rule"), [("", "Be kind."), ("Because.", ""), ("  ", "Be kind.")])
def test_m01_no_decision_is_made_without_a_reason_and_a_rule(
    forum: Forum, note: Document, reason: str, rule: str
) -> None:
    with database.transaction() as session:
        thread = session.query(Thread).filter_by(starter_uri=note["id"]).one()
        context = ModerationContext(session.get_one(Board, thread.board_id), None, reason, rule)
        with pytest.raises(Malformed):
            decide(session, context, thread, "lock")
    assert forum.rows(Decision) == []


def test_a_moderator_cannot_be_banned_before_being_dismissed(
    forum: Forum, ana: RemotePerson, lea: RemotePerson, asked: dict[str, Document]
) -> None:
    forum.moderate(lea)
    forum.moderate(ana)
    forum.tell(lea, asked["ban"])
    assert forum.rows(Ban) == []


def test_somebody_who_blocks_the_board_is_no_longer_sent_anything(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    from fedconnect.models.board import Follow

    forum.tell(ana, ana.follow(forum.board()), ana.activity("Block", forum.board()))
    assert forum.rows(Follow) == []
