"""Accounts and boards that move: what they hold goes along when both ends agree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.activitypub import remote_actors
from fedconnect.events import BoardMoved, emit
from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from fedconnect.models.board import Board, Follow, LinkedGroup, LinkedGroupState, Moderator
from fedconnect.models.decision import Ban
from fedconnect.models.person import Person
from support.forum import Forum
from support.forum import ana as ana  # on a server that answers over HTTP, not the row of conftest.py
from support.remote import RemotePerson, RemoteServer


@pytest.fixture
def new_home(forum: Forum, other_remote: RemoteServer, ana: RemotePerson) -> RemotePerson:
    """Ana's new account, which names the old one."""
    return other_remote.person("ana", key=8, alsoKnownAs=[ana.uri])


def person(forum: Forum, who: RemotePerson) -> Person:
    (found,) = forum.rows(Person, Person.uri == who.uri)
    return found


def test_follows_care_and_bans_go_along(forum: Forum, ana: RemotePerson, new_home: RemotePerson) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    forum.moderate(ana)
    with database.transaction() as session:
        benefits = boards.get_board(session, "benefits")
        session.add(Ban(board_id=benefits.id, person_id=person(forum, ana).id, until=None))
    forum.tell(ana, ana.activity("Move", ana.uri, target=new_home.uri))
    moved = person(forum, new_home)
    assert [row.person_id for row in forum.rows(Follow)] == [moved.id]
    assert [row.person_id for row in forum.rows(Moderator)] == [moved.id]
    assert [row.person_id for row in forum.rows(Ban)] == [moved.id]
    forum.tell(new_home, new_home.create(new_home.note("Round a ban", forum.board("benefits"))))
    assert forum.titles("benefits") == []


@pytest.mark.parametrize("names", [[], ["https://somebody.example/else"], "not a list"])
def test_s24_a_move_that_the_new_account_does_not_confirm_is_nothing(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, names: object
) -> None:
    thief = other_remote.person("thief", key=8, alsoKnownAs=names)
    forum.tell(ana, ana.follow(forum.board()))
    forum.tell(ana, ana.activity("Move", ana.uri, target=thief.uri))
    assert forum.rows(Follow)[0].person_id == person(forum, ana).id


def test_s24_nobody_moves_somebody_else(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, new_home: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    forum.tell(mallory, mallory.activity("Move", ana.uri, target=new_home.uri))
    assert forum.rows(Follow)[0].person_id == person(forum, ana).id


def test_s24_chains_and_loops_end_after_one_step_in_thirty_days(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, new_home: RemotePerson
) -> None:
    remote.documents["/users/ana"]["alsoKnownAs"] = [new_home.uri]
    forum.tell(ana, ana.follow(forum.board()))
    forum.tell(ana, ana.activity("Move", ana.uri, target=new_home.uri))
    forum.tell(new_home, new_home.activity("Move", new_home.uri, target=ana.uri))
    assert forum.rows(Follow)[0].person_id == person(forum, new_home).id
    with database.transaction() as session:
        for row in session.query(Person):
            row.moved_at = clock.now() - timedelta(days=31)
    forum.tell(new_home, new_home.activity("Move", new_home.uri, target=ana.uri))
    assert forum.rows(Follow)[0].person_id == person(forum, ana).id


def test_s24_an_account_that_has_moved_on_is_no_target(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson
) -> None:
    gone_on = other_remote.person("ana", key=8, alsoKnownAs=[ana.uri], movedTo="https://third.example/ana")
    forum.tell(ana, ana.follow(forum.board()))
    forum.tell(ana, ana.activity("Move", ana.uri, target=gone_on.uri))
    assert forum.rows(Follow)[0].person_id == person(forum, ana).id


def test_a_group_that_moves_is_asked_anew_at_its_new_address(
    forum: Forum, remote: RemoteServer, carers: RemotePerson
) -> None:
    from fedconnect.forum import linked_groups

    found = remote_actors.ensure_person(carers.uri)
    with database.transaction() as session:
        linked_groups.follow_group(session, boards.get_board(session, "respite"), session.merge(found))
    forum.deliver()
    forum.tell(carers, carers.activity("Accept", carers.server.delivered("Follow")[0]))
    new = remote.person("carers", key=9, type="Group", alsoKnownAs=[carers.uri])
    forum.tell(carers, carers.activity("Move", carers.uri, target=new.uri))
    forum.deliver()
    (linked_group,) = forum.rows(LinkedGroup)
    assert linked_group.state is LinkedGroupState.ASKED
    assert remote.delivered("Follow")[0]["object"] == new.uri


def test_a_board_that_moves_tells_its_followers_and_takes_no_new_threads(
    forum: Forum, remote: RemoteServer, carers: RemotePerson, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    target = remote_actors.ensure_person(carers.uri)
    with database.transaction() as session:
        board = boards.get_board(session, "respite")
        boards.move_away(session, board, target)
        emit(session, BoardMoved(board.id))
    forum.deliver()
    (move,) = remote.delivered("Move")
    assert (move["actor"], move["object"], move["target"]) == (forum.board(), forum.board(), carers.uri)
    assert forum.ap(forum.board()).json["movedTo"] == carers.uri
    forum.tell(ana, ana.create(ana.note("Too late", forum.board())))
    assert forum.titles() == []


def test_a_board_names_the_groups_that_may_move_to_it(forum: Forum) -> None:
    with database.transaction() as session:
        session.query(Board).filter_by(slug="respite").one().also_known_as = "https://old.example/c/respite"
    assert forum.ap(forum.board()).json["alsoKnownAs"] == ["https://old.example/c/respite"]
