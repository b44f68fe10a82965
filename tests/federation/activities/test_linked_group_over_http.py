"""A board follows a remote Group: what is written there is looked up at its origin and shown here, marked."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from fedconnect.activitypub import remote_actors
from fedconnect.blocklists import instance_policies
from fedconnect.events import Cause
from fedconnect.forum import boards, linked_groups, removal
from fedconnect.forum.tombstones import take_back
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import LinkedGroup, LinkedGroupState
from fedconnect.models.fetch_task import FetchTask
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread, ThreadState
from support.forum import BASE, Forum
from support.forum import ana as ana  # on a server that answers over HTTP, not the row of conftest.py
from support.remote import PUBLIC, Document, RemotePerson, RemoteServer


def ask(forum: Forum, group: RemotePerson) -> Document:
    """Let @respite ask to follow a Group, and return the Follow that it sent."""
    person = remote_actors.ensure_person(group.uri)
    with database.transaction() as session:
        linked_groups.follow_group(session, boards.get_board(session, "respite"), session.merge(person))
    forum.deliver()
    return group.server.delivered("Follow")[-1]


@pytest.fixture
def linked_group(forum: Forum, carers: RemotePerson) -> RemotePerson:
    """A Group that has accepted our board."""
    forum.tell(carers, carers.activity("Accept", ask(forum, carers)))
    return carers


def page(lea: RemotePerson, title: str, group: RemotePerson) -> Document:
    """A Lemmy post to a Group, served at its id."""
    document = {
        "id": lea.next_uri(), "type": "Page", "attributedTo": lea.uri, "to": [group.uri, PUBLIC],
        "audience": group.uri, "name": title, "content": "<p>Words.</p>", "published": "2026-11-01T10:00:00Z",
    }  # fmt: skip
    lea.server.serve(document)
    return document


def test_a_service_asks_for_the_board_and_the_group_accepts(forum: Forum, carers: RemotePerson) -> None:
    follow = ask(forum, carers)
    assert (follow["actor"], follow["object"]) == (f"{BASE}/services/moderators", carers.uri)
    assert forum.rows(LinkedGroup)[0].state is LinkedGroupState.ASKED
    forum.tell(carers, carers.activity("Accept", follow))
    assert forum.rows(LinkedGroup)[0].state is LinkedGroupState.ACCEPTED


def test_s23_an_accept_or_reject_of_what_we_never_asked_is_nothing(
    forum: Forum, carers: RemotePerson, mallory: RemotePerson
) -> None:
    follow = ask(forum, carers)
    forum.tell(mallory, mallory.activity("Accept", follow), mallory.activity("Reject", follow))
    forum.tell(
        carers, carers.activity("Accept", {**follow, "id": "https://forum.example/x", "actor": mallory.uri})
    )
    assert forum.rows(LinkedGroup)[0].state is LinkedGroupState.ASKED
    forum.tell(mallory, mallory.activity("Accept", carers.uri + "#anything"))
    assert len(forum.rows(LinkedGroup)) == 1


def test_only_a_group_can_be_a_sister(forum: Forum, lea: RemotePerson) -> None:
    with pytest.raises(Malformed, match="no board or group"):
        ask(forum, lea)


@pytest.mark.parametrize("form", ["id", "object", "envelope"])
def test_every_form_of_announcement_brings_the_post_from_its_origin(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson, form: str
) -> None:
    document = page(lea, "Respite by the sea", linked_group)
    said = {**document, "name": "Forged", "content": "forged"}
    about = {"id": document["id"], "object": said, "envelope": lea.activity("Create", said)}[form]
    forum.tell(linked_group, linked_group.envelope(about))
    forum.run_backfill()
    assert forum.titles() == ["Respite by the sea"]
    assert forum.rows(Post, Post.source.contains("forged")) == []
    html = forum.get(forum.thread_path("Respite by the sea")).get_data(as_text=True)
    assert "a sister board on 127.0.0.2" in html
    assert 'name="robots" content="noindex"' in html
    assert "from a sister board" in forum.get("/boards/respite").get_data(as_text=True)
    assert "Respite by the sea" not in forum.get("/").get_data(as_text=True)
    assert "Respite by the sea" not in forum.get("/boards/respite/feed.atom").get_data(as_text=True)


def test_what_a_sister_brings_is_announced_by_nobody_here(
    forum: Forum, remote: RemoteServer, linked_group: RemotePerson, lea: RemotePerson, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    forum.tell(linked_group, linked_group.envelope(lea.activity("Create", page(lea, "Theirs", linked_group))))
    forum.run_backfill()
    forum.deliver()
    assert forum.titles() == ["Theirs"]
    assert remote.delivered("Announce") == []
    assert lea.server.delivered("Create") == [], "no notice: its author wrote to somebody else"


def test_answers_edits_and_deletions_come_through_the_sister_too(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson
) -> None:
    document = page(lea, "A question", linked_group)
    forum.tell(linked_group, linked_group.envelope(lea.activity("Create", document)))
    forum.run_backfill()
    answer = {
        "id": lea.next_uri(), "type": "Note", "attributedTo": lea.uri, "to": [linked_group.uri, PUBLIC],
        "inReplyTo": document["id"], "content": "<p>An answer from there.</p>",
        "published": "2026-11-01T11:00:00Z",
    }  # fmt: skip
    lea.server.serve(answer)
    forum.tell(linked_group, linked_group.envelope(lea.activity("Create", answer)))
    forum.run_backfill()
    (thread,) = forum.rows(Thread, Thread.title == "A question")
    assert thread.reply_count == 1
    lea.server.serve({**answer, "content": "<p>Edited there.</p>", "updated": "2026-11-02T11:00:00Z"})
    forum.tell(linked_group, linked_group.envelope(lea.activity("Update", answer)))
    forum.run_backfill()
    path = forum.thread_path("A question")
    assert "Edited there." in forum.get(path).get_data(as_text=True)
    lea.server.forget(answer["id"])
    forum.tell(linked_group, linked_group.envelope(lea.activity("Delete", answer["id"])))
    forum.run_backfill()
    assert "Edited there." not in forum.get(path).get_data(as_text=True)
    lea.server.serve({**answer, "content": "<p>There again.</p>"})
    forum.tell(linked_group, linked_group.envelope(lea.undo(lea.activity("Delete", answer["id"]))))
    forum.run_backfill()
    assert "There again." in forum.get(path).get_data(as_text=True)


@pytest.mark.parametrize("kind", ["Undo", "Update"])
def test_a_sister_brings_back_nothing_that_its_author_had_erased_here_though_their_server_shows_it(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson, kind: str
) -> None:
    document = page(lea, "Erased words", linked_group)
    forum.tell(linked_group, linked_group.envelope(lea.activity("Create", document)))
    forum.run_backfill()
    with database.transaction() as session:
        session.execute(update(Instance).values(software="nodebb"))
        post = session.query(Post).filter_by(uri=document["id"]).one()
        take_back(session, post.uri, lea.uri)
        removal.withdraw(session, post, Cause.ACCOUNT)  # as data_rights does
    delete = lea.activity("Delete", document["id"])
    said = lea.undo(delete) if kind == "Undo" else lea.activity("Update", document)
    forum.tell(linked_group, linked_group.envelope(said))
    forum.run_backfill()
    assert forum.titles() == []
    assert forum.rows(Post, Post.source.contains("Erased")) == []


@pytest.mark.parametrize(("software", "is_back"), [("nodebb", True), ("piefed", False)])
def test_an_edit_brings_back_what_a_sister_removed_only_where_boards_tell_of_a_restore_by_nothing_else(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson, software: str, is_back: bool
) -> None:
    document = page(lea, "A question", linked_group)
    forum.tell(linked_group, linked_group.envelope(lea.activity("Create", document)))
    forum.run_backfill()
    forum.tell(linked_group, linked_group.envelope(lea.activity("Delete", document["id"], summary="Rule 1")))
    assert forum.titles() == []
    with database.transaction() as session:
        session.execute(update(Instance).values(software=software))
    lea.server.serve({**document, "updated": "2026-11-02T11:00:00Z"})
    forum.tell(linked_group, linked_group.envelope(lea.activity("Update", document)))
    forum.run_backfill()
    assert forum.titles() == (["A question"] if is_back else [])


def test_a_deletion_that_the_origin_does_not_confirm_deletes_nothing(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson, ana: RemotePerson
) -> None:
    far, theirs = page(ana, "Still there", linked_group), page(lea, "On their own server", linked_group)
    for author, document in ((ana, far), (lea, theirs)):
        forum.tell(linked_group, linked_group.envelope(author.activity("Create", document)))
        forum.run_backfill()
        forum.tell(linked_group, linked_group.envelope(author.activity("Delete", document["id"])))
        forum.run_backfill()
    assert forum.titles() == ["Still there"], (
        "where the sister stands on the post's own server, that has said so"
    )


def test_the_sisters_moderators_remove_and_lock_what_came_from_there_and_nothing_else(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson, ana: RemotePerson
) -> None:
    theirs, more = page(lea, "Theirs", linked_group), page(lea, "Theirs too", linked_group)
    ours = ana.note("Ours", forum.board())
    forum.tell(ana, ana.create(ours))
    for document in (theirs, more):
        forum.tell(linked_group, linked_group.envelope(lea.activity("Create", document)))
    forum.run_backfill()
    for about in (theirs["id"], ours["id"]):
        forum.tell(
            linked_group,
            linked_group.envelope(lea.activity("Delete", about, summary="Rule 1")),
            linked_group.envelope(lea.activity("Lock", about)),
        )
    lock = lea.activity("Lock", more["id"])
    forum.tell(linked_group, linked_group.envelope(lock))
    assert set(forum.titles()) == {"Ours", "Theirs too"}
    states = {thread.title: thread.state for thread in forum.rows(Thread)}
    assert (states["Ours"], states["Theirs too"]) == (ThreadState.OPEN, ThreadState.LOCKED)
    forum.tell(linked_group, linked_group.envelope(lea.undo(lock)))
    assert forum.rows(Thread, Thread.title == "Theirs too")[0].state is ThreadState.OPEN


@pytest.mark.parametrize("kind", ["Like", "Dislike", "Add", "Remove", "Block", "Flag", "Undo"])
def test_what_is_a_sisters_own_affair_is_taken_in_without_effect(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson, kind: str
) -> None:
    document = page(lea, "Theirs", linked_group)
    forum.tell(
        linked_group,
        linked_group.envelope(lea.activity(kind, document["id"], target=linked_group.uri + "/featured")),
    )
    assert forum.rows(FetchTask) == []
    assert forum.titles() == []


def test_an_envelope_of_a_group_that_no_board_follows_makes_us_fetch_nothing(
    forum: Forum, carers: RemotePerson, lea: RemotePerson
) -> None:
    document = page(lea, "Unasked", carers)
    forum.tell(carers, carers.envelope(lea.activity("Create", document)), carers.envelope(document["id"]))
    forum.run_backfill()
    assert forum.rows(FetchTask) == []
    assert {row.state for row in forum.rows(InboundActivity)} == {"ignored", "waiting"}
    assert lea.server.gets(document["id"].removeprefix(lea.server.base)) == 0


def test_p03_what_somebody_on_a_blocked_server_wrote_does_not_come_through_a_sister(
    forum: Forum, linked_group: RemotePerson, remote: RemoteServer, ana: RemotePerson
) -> None:
    with database.transaction() as session:
        instance_policies.set_policy(session, remote.host, Policy.BLOCKED, "Spam.")
    document = page(ana, "Blocked", linked_group)
    forum.tell(
        linked_group,
        linked_group.envelope(ana.activity("Create", document)),
        linked_group.envelope(document["id"]),
    )
    forum.run_backfill()
    assert forum.titles() == []
    assert remote.gets(document["id"].removeprefix(remote.base)) == 0, "not even asked for"


def test_an_author_who_asks_for_no_bots_is_not_carried_over(
    forum: Forum, linked_group: RemotePerson, other_remote: RemoteServer
) -> None:
    shy = other_remote.person("shy", key=6, summary="<p>please #nobot</p>")
    forum.tell(
        linked_group, linked_group.envelope(shy.activity("Create", page(shy, "Not for you", linked_group)))
    )
    forum.run_backfill()
    assert forum.titles() == []


def test_a_board_leaves_its_sister_and_what_comes_after_is_nothing(
    forum: Forum, linked_group: RemotePerson, lea: RemotePerson
) -> None:
    person = remote_actors.ensure_person(linked_group.uri)
    with database.transaction() as session:
        assert linked_groups.leave_group(session, boards.get_board(session, "respite"), session.merge(person))
    forum.deliver()
    (undo,) = linked_group.server.delivered("Undo")
    assert undo["object"] == {
        name: value
        for name, value in linked_group.server.delivered("Follow")[0].items()
        if name != "@context"
    }
    forum.tell(linked_group, linked_group.envelope(page(lea, "Later", linked_group)["id"]))
    assert forum.rows(FetchTask) == []
