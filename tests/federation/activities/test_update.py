"""Update: an author's own edit takes the place of what is here, never widens who may see it, and tells who should hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import parse_actor, parse_note
from fedconnect.drafts import Visibility
from fedconnect.events import PostEdited, PostWithdrawn
from fedconnect.federation.activities import update
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.federation.activities.update import PreparedUpdate
from fedconnect.foundation import clock
from fedconnect.foundation.errors import FetchFailed
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.thread import Thread
from support.activity_rows import POST, a_prepared, coming
from support.federation_rows import OtherServers, actor_document, note_document, with_keys
from support.forum_rows import count, forget_events, said
from support.unit import Unit, a_person, a_post, a_thread

ANA = "https://home.example/users/ana"


@pytest.fixture
def post(session: Session, board: Board, ana: Person) -> Post:
    return a_thread(session, board, ana, uri=POST)[1]


def edited(who: Person, **values: Any) -> PreparedPost:
    return a_prepared(
        who, "Changed", **{"uri": POST, "updated": clock.now() + timedelta(minutes=1), **values}
    )


def applies(session: Session, who: Person, prepared: PreparedPost | None, **values: Any) -> Result:
    activity = coming(who, "Update", POST, **values)
    return update.apply(session, activity, PreparedUpdate(post=prepared))


def test_nobody_edits_what_somebody_else_wrote(session: Session, ana: Person, post: Post) -> None:
    for who in (a_person(session, "ben"), a_person(session, "eve", "evil.example")):
        assert applies(session, who, edited(who)) == Ignored("somebody else's post")
    assert "Words" in post.body_html
    assert said(session, PostEdited) == []


def test_who_has_somebodys_address_now_does_not_edit_what_they_wrote(
    session: Session, ana: Person, post: Post
) -> None:
    ana.quarantined_at = post.received + timedelta(seconds=1)
    assert applies(session, ana, edited(ana)) == Ignored("somebody else's post")
    ana.quarantined_at = post.received
    assert isinstance(applies(session, ana, edited(ana)), Handled)


def test_an_edit_takes_the_place_of_what_is_here_and_is_passed_on(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    assert applies(session, ana, edited(ana)) == Handled("edited", board)
    assert "Changed" in post.body_html + session.get_one(Thread, post.thread_id).title
    assert said(session, PostEdited) == [PostEdited(post.id, post.thread_id, board.id)]


def test_an_edit_that_is_older_than_what_is_here_changes_nothing(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    for moment in (post.published, post.published - timedelta(days=1)):
        assert applies(session, ana, edited(ana, updated=moment)) == Handled("no newer edit", board=None)
    assert "Words" in post.body_html
    assert said(session, PostEdited) == []


def test_an_edit_without_a_date_counts_where_it_says_something_else(
    session: Session, board: Board, ana: Person, post: Post
) -> None:
    post.published -= timedelta(hours=1)
    same = edited(ana, updated=None, published=post.published, source=post.source)
    assert applies(session, ana, same) == Handled("no newer edit", board=None), "so servers tell of votes"
    other = edited(ana, updated=None, published=post.published, source="<p>Changed</p>")
    assert applies(session, ana, other, arrival=Arrival.FETCHED) == Handled("no newer edit", board=None)
    assert said(session, PostEdited) == []
    assert applies(session, ana, other) == Handled("edited", board)
    assert post.updated is not None
    assert post.updated <= clock.now()


@pytest.mark.parametrize("arrival", [Arrival.FETCHED, Arrival.LINKED_GROUP, Arrival.HOME_API])
def test_an_edit_that_its_own_server_did_not_send_is_not_passed_on(
    session: Session, ana: Person, post: Post, arrival: Arrival
) -> None:
    assert applies(session, ana, edited(ana), arrival=arrival) == Handled("edited", board=None)
    assert len(said(session, PostEdited)) == 1


def test_an_edit_of_an_answer_that_does_not_name_the_board_is_not_passed_on(
    session: Session, ana: Person, post: Post
) -> None:
    answer = a_post(session, session.get_one(Thread, post.thread_id), ana, is_addressed=False)
    assert applies(session, ana, edited(ana, uri=answer.uri, boards=())) == Handled("edited", board=None)
    assert "Changed" in answer.body_html


@pytest.mark.parametrize("state", [PostState.HELD, PostState.REMOVED])
def test_an_edit_of_what_is_out_of_sight_is_kept_and_not_passed_on(
    session: Session, ana: Person, board: Board, state: PostState
) -> None:
    _, post = a_thread(session, board, ana, uri=POST, state=state)
    assert applies(session, ana, edited(ana)) == Handled("edited", board=None)
    assert post.state is state
    assert said(session, PostEdited) == []


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_a_post_that_its_author_narrows_leaves_and_is_not_passed_on(
    session: Session, ana: Person, post: Post, visibility: Visibility
) -> None:
    assert applies(session, ana, edited(ana, visibility=visibility)) == Handled("edited", board=None)
    assert (post.state, post.body_html) == (PostState.DELETED, "")
    assert len(said(session, PostWithdrawn)) == 1


def test_a_beginning_that_names_no_board_any_more_leaves(session: Session, ana: Person, post: Post) -> None:
    assert applies(session, ana, edited(ana, boards=())) == Handled("left the board", board=None)
    assert post.state is PostState.DELETED


@pytest.mark.parametrize(
    "beside",
    [
        {"verdict": Verdict.HOLD, "screened": "plugin"},
        {"verdict": Verdict.HOLD, "screened": "limited"},
        {"verdict": Verdict.REFUSE},
    ],
)
def test_an_edit_that_screening_stops_waits_for_a_look_and_takes_the_post_along(
    session: Session, ana: Person, post: Post, beside: dict[str, Any]
) -> None:
    result = applies(session, ana, edited(ana, **beside))
    assert result == Handled("held: the edit was screened", board=None)
    assert post.state is PostState.HELD
    assert said(session, PostEdited) == []
    assert len(said(session, PostWithdrawn)) == 1


def test_an_edit_of_what_is_not_here_yet_counts_as_the_post_itself(
    session: Session, board: Board, ana: Person
) -> None:
    assert applies(session, ana, edited(ana)) == Handled("published", board)
    assert count(session, Post) == 1


def test_an_update_of_nothing_that_we_can_take_changes_nothing(
    session: Session, ana: Person, post: Post
) -> None:
    assert applies(session, ana, None) == Ignored("no post that we can take")
    assert "Words" in post.body_html


def test_a_profile_is_taken_over_as_its_own_server_tells_it(session: Session, ana: Person) -> None:
    forget_events(session)
    profile = parse_actor(actor_document(ANA, name="Ana the second"))
    result = update.apply(session, coming(ana, "Update", ANA), PreparedUpdate(profile=profile))
    assert result == Handled("profile refreshed")
    assert ana.name == "Ana the second"
    assert count(session, Person) == 1


def test_what_an_update_says_of_its_sender_is_asked_for_at_their_server(
    unit: Unit, others: OtherServers
) -> None:
    with_keys()
    others.say(ANA, actor_document(ANA, name="True"))
    note = parse_note(note_document(POST, ANA))
    claims = coming(Person(uri=ANA), "Update", {"id": ANA, "type": "Person", "name": "Forged"})
    found = update.prepare(replace(claims, note=note))
    assert found.profile is not None
    assert (found.profile.name, found.post) == ("True", None)
    others.say(ANA, b"", 410)
    with pytest.raises(FetchFailed):
        update.prepare(claims)


def test_an_edited_post_is_prepared_like_a_new_one_and_nobody_is_asked(
    unit: Unit, others: OtherServers
) -> None:
    ana = Person(uri=ANA, host="home.example", username="ana", handle_host="home.example", name="Ana")
    note = parse_note(note_document(POST, ANA, content="<p>Changed</p>"))
    found = update.prepare(coming(ana, "Update", note.id, note=note))
    assert found.profile is None
    assert found.post is not None
    assert found.post.draft.uri == POST
    assert update.prepare(coming(ana, "Update", POST)) == PreparedUpdate()
    assert others.asked == []
