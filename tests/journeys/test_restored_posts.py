"""Undo of a Delete: what its author brings back is read again at its origin, and no decision of moderators is undone by it."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.foundation import database
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from support.forum import BASE, Forum
from support.remote import Document, RemotePerson, RemoteServer


def restore(forum: Forum, author: RemotePerson, note: Document) -> None:
    """Bring a deleted post back as PieFed and Lemmy do: the Delete inside has a name of its own."""
    inner = {**author.delete(note["id"]), "id": f"{author.uri}#never-sent-before"}
    forum.tell(author, author.undo(inner))
    forum.run_backfill()


def state_of(forum: Forum, note: Document) -> PostState:
    (post,) = forum.rows(Post, Post.uri == note["id"])
    state: PostState = post.state
    return state


@pytest.fixture
def deleted(forum: Forum, ana: RemotePerson) -> Document:
    """A thread whose author deleted its first post; at home it is there again, and reads a little different."""
    note = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(note))
    forum.tell(ana, ana.delete(note["id"]))
    assert state_of(forum, note) is PostState.DELETED
    ana.server.serve({**note, "content": note["content"].replace("A question", "A question after all")})
    return note


def test_what_its_author_brings_back_is_shown_as_it_stands_at_its_origin(
    forum: Forum, deleted: Document, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    forum.tell(ben, ben.follow(forum.board()))
    restore(forum, ana, deleted)
    forum.deliver()
    assert forum.titles() == ["A question after all"]
    assert [one["object"] for one in remote.delivered("Announce")][-1] == deleted["id"], "boosted again"
    forum.tell(ana, ana.delete(deleted["id"]))
    assert state_of(forum, deleted) is PostState.DELETED
    restore(forum, ana, deleted)
    assert state_of(forum, deleted) is PostState.VISIBLE, "the same words are news after a Delete"


def test_nobody_else_brings_it_back(
    forum: Forum, deleted: Document, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    forum.moderate(ben)
    for other in (ben, mallory):
        restore(forum, other, deleted)
    inner = {**ana.delete(deleted["id"]), "id": f"{mallory.uri}#d", "actor": mallory.uri}
    forum.tell(mallory, mallory.undo(inner))
    forum.run_backfill()
    assert state_of(forum, deleted) is PostState.DELETED


def test_what_is_still_gone_at_its_origin_stays_gone(
    forum: Forum, deleted: Document, ana: RemotePerson
) -> None:
    ana.server.forget(deleted["id"])
    restore(forum, ana, deleted)
    assert state_of(forum, deleted) is PostState.DELETED


def test_a_second_delete_counts_more_than_what_was_fetched_before_it(
    forum: Forum, deleted: Document, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.undo({**ana.delete(deleted["id"]), "id": f"{ana.uri}#x"}))
    forum.tell(ana, ana.delete(deleted["id"]))
    forum.run_backfill()
    assert state_of(forum, deleted) is PostState.DELETED


@pytest.mark.parametrize("decided", ["removed", "banned"])
def test_a_delete_and_its_undo_undo_no_decision_of_moderators(
    forum: Forum, ana: RemotePerson, lea: RemotePerson, decided: str
) -> None:
    note = ana.note("Spam", forum.board())
    ana.server.serve(note)
    forum.tell(ana, ana.create(note))
    forum.moderate(lea)
    if decided == "removed":
        forum.tell(lea, lea.activity("Delete", note["id"], summary="Spam", cc=[forum.board()]))
    else:
        forum.tell(
            lea, lea.activity("Block", ana.uri, target=forum.board(), summary="Spam", cc=[forum.board()])
        )
    forum.tell(ana, ana.delete(note["id"]))
    restore(forum, ana, note)
    assert state_of(forum, note) is PostState.DELETED
    assert forum.titles() == []


def test_a_server_that_lets_an_author_restore_what_was_removed_hears_each_time_that_it_stays_removed(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson
) -> None:
    note = lea.note("Her name is", forum.board())
    forum.tell(lea, lea.create(note))
    forum.moderate(ana)
    forum.tell(ana, ana.activity("Delete", note["id"], summary="It names somebody", cc=[forum.board()]))
    for number in (1, 2):
        inner = {**lea.delete(note["id"]), "id": f"{lea.uri}#never-sent-{number}"}
        forum.tell(lea, lea.undo(inner))
    forum.deliver()
    assert state_of(forum, note) is PostState.REMOVED
    said = [one["object"] for one in other_remote.delivered("Announce") if one["object"]["type"] == "Delete"]
    assert [(one["object"], one["actor"]) for one in said] == [
        (note["id"], f"{BASE}/services/moderators")
    ] * 3
    assert len({one["id"] for one in said}) == 3, "no id is read twice"


def test_what_was_reported_before_it_was_deleted_is_looked_at_before_it_is_shown_again_or_told_on(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, ben: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    note = ana.note("You fools", forum.board())
    ana.server.serve(note)
    forum.tell(ana, ana.create(note))
    forum.tell(ben, ben.activity("Flag", note["id"], content="It is rude", to=[forum.board()]))
    forum.tell(ana, ana.delete(note["id"]))
    restore(forum, ana, note)
    assert state_of(forum, note) is PostState.HELD
    assert forum.titles() == []
    forum.deliver()
    assert [one["object"]["type"] for one in other_remote.delivered("Announce")][-1] == "Delete"


def test_what_is_shown_again_is_told_on_as_its_author_said_it(
    forum: Forum, deleted: Document, other_remote: RemoteServer, ana: RemotePerson, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    restore(forum, ana, deleted)
    forum.deliver()
    (said,) = [one["object"] for one in other_remote.delivered("Announce") if one["object"]["type"] == "Undo"]
    gone = said["object"]
    assert (said["actor"], gone["type"], gone["object"]["id"]) == (ana.uri, "Delete", deleted["id"])


def test_who_deletes_and_restores_again_and_again_is_not_boosted_each_time(
    forum: Forum, deleted: Document, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    forum.tell(ben, ben.follow(forum.board()))
    for _ in range(5):
        restore(forum, ana, deleted)
        forum.deliver()
        forum.tell(ana, ana.delete(deleted["id"]))
        forum.deliver()
    assert 1 <= len(remote.delivered("Announce")) <= 3


def test_what_a_moderator_gave_another_title_is_looked_at_when_it_comes_back(
    forum: Forum, ana: RemotePerson
) -> None:
    note = ana.note("HELP!!!", forum.board())
    ana.server.serve(note)
    forum.tell(ana, ana.create(note))
    with database.transaction() as session:
        session.query(Thread).filter_by(starter_uri=note["id"]).one().is_retitled = True
    forum.tell(ana, ana.delete(note["id"]))
    restore(forum, ana, note)
    assert state_of(forum, note) is PostState.HELD
    assert forum.rows(Thread, Thread.starter_uri == note["id"])[0].title == "HELP!!!"


def test_an_edit_alone_brings_nothing_back(forum: Forum, deleted: Document, ana: RemotePerson) -> None:
    edited: dict[str, Any] = {**deleted, "updated": "2026-12-24T10:00:00Z"}
    forum.tell(ana, ana.activity("Update", edited))
    assert state_of(forum, deleted) is PostState.DELETED


def test_an_answer_in_a_thread_that_was_closed_meanwhile_is_looked_at_before_it_comes_back(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, lea: RemotePerson
) -> None:
    first = ana.note("A question", forum.board())
    answer = ben.note("An answer", forum.board(), inReplyTo=first["id"])
    ben.server.serve(answer)
    forum.tell(ana, ana.create(first))
    forum.tell(ben, ben.create(answer), ben.delete(answer["id"]))
    forum.moderate(lea)
    forum.tell(lea, lea.activity("Lock", first["id"], cc=[forum.board()]))
    restore(forum, ben, answer)
    assert state_of(forum, answer) is PostState.HELD
