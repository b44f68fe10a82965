"""Following a board from one's own server, and ending it."""

from __future__ import annotations

from fedconnect.models.board import Follow
from fedconnect.models.outbound import Delivery
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


def test_a_follow_is_accepted_in_the_same_breath(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    follow = ana.follow(forum.board())
    forum.tell(ana, follow)
    forum.deliver()
    (accept,) = remote.delivered("Accept")
    assert accept["actor"] == forum.board()
    assert accept["object"] == {name: follow[name] for name in ("id", "type", "actor", "object")}
    assert forum.rows(Delivery)[0].state == "delivered"


def test_a_repeated_follow_gets_its_accept_again(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    forum.deliver()
    forum.tell(ana, ana.follow(forum.board()))
    forum.deliver()
    assert len(remote.delivered("Accept")) == 2
    assert len(forum.rows(Follow)) == 1


def test_an_undone_follow_ends_and_is_no_longer_announced_to(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    follow = ana.follow(forum.board())
    forum.tell(ana, follow, ana.undo(follow))
    forum.tell(mallory, mallory.create(mallory.note("News", forum.board())))
    forum.deliver()
    assert forum.rows(Follow) == []
    assert remote.delivered("Announce") == []


def test_r12_an_undo_that_comes_before_its_follow_wins(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    follow = ana.follow(forum.board())
    forum.tell(ana, ana.undo(follow))
    forum.tell(ana, follow)
    forum.deliver()
    assert forum.rows(Follow) == []
    assert remote.deliveries == []


def test_s21_nobody_undoes_the_follow_of_another(forum: Forum, ana: RemotePerson, ben: RemotePerson) -> None:
    follow = ana.follow(forum.board())
    forum.tell(ana, follow)
    forum.tell(ben, ben.undo(follow), ben.activity("Undo", follow["id"]))
    assert len(forum.rows(Follow)) == 1


def test_a_bare_undo_by_id_ends_the_follow(forum: Forum, ana: RemotePerson) -> None:
    follow = ana.follow(forum.board())
    forum.tell(ana, follow, ana.activity("Undo", follow["id"]))
    assert forum.rows(Follow) == []


def test_a_follow_of_nothing_of_ours_is_ignored(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.follow(forum.board("nowhere")), ana.follow("https://forum.example/actor"))
    assert forum.rows(Follow) == []


def test_a_follow_and_its_undo_in_one_batch_leave_nothing(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    follow = ana.follow(forum.board())
    for activity in (follow, ana.undo(follow)):
        assert forum.post(ana, activity).status_code == 202
    forum.work()
    forum.deliver()
    assert forum.rows(Follow) == []
    assert remote.deliveries == []


def test_an_accept_of_a_follow_that_was_replaced_and_then_undone_is_not_sent(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    first, second = ana.follow(forum.board()), ana.follow(forum.board())
    forum.tell(ana, first, second, ana.undo(first))
    forum.deliver()
    assert [one["object"]["id"] for one in remote.delivered("Accept")] == [second["id"]]
    assert len(forum.rows(Follow)) == 1
