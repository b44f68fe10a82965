"""What comes again has its effect again where something changed in between, by whatever id: over the whole road."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from fedconnect.foundation import clock, database
from fedconnect.models.board import Follow
from fedconnect.models.post import Post, Reaction, Tombstone
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


def sent_accepts(forum: Forum, person: RemotePerson) -> int:
    return len(person.server.delivered("Accept"))


def test_who_follows_again_under_the_same_id_follows_again_and_is_told_so(
    forum: Forum, ana: RemotePerson
) -> None:
    """Case 08: Misskey before 2023, Pixelfed, WordPress."""
    follow = ana.follow(forum.board())
    forum.tell(ana, follow)
    forum.deliver()
    assert (len(forum.rows(Follow)), sent_accepts(forum, ana)) == (1, 1)
    for undo in (ana.undo(follow), ana.activity("Undo", follow["id"])):  # embedded, or its id alone
        forum.tell(ana, undo)
        assert forum.rows(Follow) == []
        forum.tell(ana, follow)
        forum.deliver()
        assert len(forum.rows(Follow)) == 1
    assert sent_accepts(forum, ana) == 3


def test_an_undo_under_a_used_id_undoes_again(forum: Forum, ana: RemotePerson) -> None:
    follow = ana.follow(forum.board())
    undo = ana.undo(follow)
    for count in (1, 0, 1, 0):
        forum.tell(ana, follow if count else undo)
        assert len(forum.rows(Follow)) == count


def test_a_follow_that_was_taken_back_before_it_came_stays_away_and_an_hour_later_it_is_news(
    forum: Forum, ana: RemotePerson
) -> None:
    follow = ana.follow(forum.board())
    forum.tell(ana, ana.undo(follow))
    for _ in range(3):
        forum.tell(ana, follow)
        assert forum.rows(Follow) == []
    with database.transaction() as session:
        session.execute(update(Tombstone).values(at=clock.now() - timedelta(minutes=61)))
    forum.tell(ana, follow)
    assert len(forum.rows(Follow)) == 1


def test_a_favourite_comes_and_goes_under_one_id(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Is anybody there?", forum.board())
    forum.tell(ana, ana.create(note))
    like = ana.activity("Like", note["id"])
    for count in (1, 0, 1):
        forum.tell(ana, like if count else ana.undo(like))
        assert len(forum.rows(Reaction)) == count


def test_an_edit_under_a_used_id_and_without_a_date_is_taken_over(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Is anybody there?", forum.board())
    forum.tell(ana, ana.create(note))
    name = note["id"] + "#update"
    for words in ("Is anybody here?", "Is anybody out there?", "Is anybody here?"):
        edited = {name: value for name, value in note.items() if name != "updated"}
        edited["content"] = f"<p>{words}</p>"
        forum.tell(ana, {**ana.activity("Update", edited), "id": name})
        assert forum.titles() == [words]
    assert len(forum.rows(Post, Post.uri == note["id"])) == 1


def test_an_undo_that_came_twice_does_not_swallow_what_comes_next_under_the_name(
    forum: Forum, ana: RemotePerson
) -> None:
    note = ana.note("Is anybody there?", forum.board())
    forum.tell(ana, ana.create(note))
    like = ana.activity("Like", note["id"])
    forum.tell(ana, like)
    forum.tell(ana, ana.undo(like))
    forum.tell(ana, ana.undo(like))
    forum.tell(ana, like)
    assert len(forum.rows(Reaction)) == 1


def test_lemmy_takes_a_follow_and_a_vote_back_under_a_name_that_never_came(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    """Its Undo holds a Follow or a Like made anew, with an id of its own."""
    remote.runs("lemmy")
    note = ana.note("Is anybody there?", forum.board())
    forum.tell(ana, ana.create(note), ana.follow(forum.board()), ana.activity("Like", note["id"]))
    assert (len(forum.rows(Follow)), len(forum.rows(Reaction))) == (1, 1)
    forum.tell(ana, ana.undo(ana.follow(forum.board())), ana.undo(ana.activity("Like", note["id"])))
    assert (len(forum.rows(Follow)), len(forum.rows(Reaction))) == (0, 0)


def test_an_old_undo_that_comes_late_ends_no_later_follow(forum: Forum, ana: RemotePerson) -> None:
    first, second = ana.follow(forum.board()), ana.follow(forum.board())
    forum.tell(ana, first, second)
    forum.tell(ana, ana.undo(first))
    assert [one.uri for one in forum.rows(Follow)] == [second["id"]]
