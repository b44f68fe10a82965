"""A board's quiet companion: followed like anybody, boosts what is overlooked, once, with consent, and takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.forum import mutes
from fedconnect.foundation import database
from fedconnect.jobs import companions as companions_job
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotBoost, BotFollow
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.person import Person
from fedconnect.models.reader_state import MuteKind
from fedconnect.surfacing.hearing import opt_outs
from support.forum import BASE, Forum
from support.readership import Readership
from support.remote import Document, RemotePerson, RemoteServer

COMPANION = f"{BASE}/boards/respite/companion"
CARE = "Respite care: who looks after my mother with dementia while I sleep?"


@pytest.fixture
def followed(readers: Readership, forum: Forum, mallory: RemotePerson) -> RemotePerson:
    """Somebody on another server who follows the companion of @respite."""
    forum.tell(mallory, mallory.follow(COMPANION))
    return mallory


def overlooked(readers: Readership, person: RemotePerson, text: str = CARE, **changes: object) -> str:
    """A post that nobody has answered or seen for seven hours."""
    uri = readers.write(person, text, **changes)
    readers.age(uri, 7)
    return uri


def boosts(forum: Forum, person: RemotePerson, kind: str = "Announce") -> list[Document]:
    companions_job.run()
    forum.deliver()
    return [one for one in person.server.delivered(kind) if one["actor"] == COMPANION]


def next_turn() -> None:
    with database.transaction() as session:
        for row in session.query(BotBoost):
            row.at -= timedelta(hours=9)


def test_it_is_found_by_its_handle_and_is_a_service(forum: Forum) -> None:
    found = forum.get("/.well-known/webfinger?resource=acct:respite_quiet@forum.example").json
    assert found["links"][1]["href"] == COMPANION
    assert found["links"][0]["href"] == f"{BASE}/boards/respite/quiet"
    by_address = forum.get(f"/.well-known/webfinger?resource={COMPANION}").json
    assert by_address["subject"] == "acct:respite_quiet@forum.example"
    actor = forum.ap(COMPANION).json
    assert (actor["type"], actor["preferredUsername"]) == ("Service", "respite_quiet")
    assert actor["publicKey"]["id"].startswith(COMPANION)
    assert forum.get(COMPANION.removeprefix(BASE)).status_code == 303
    for name in ("nobody_quiet", "_quiet", "letter"):
        assert forum.get(f"/.well-known/webfinger?resource=acct:{name}@forum.example").status_code == 404
    for path in ("followers", "following"):
        assert "totalItems" not in forum.ap(f"{COMPANION}/{path}").json


def test_a_follow_is_accepted_by_the_companion_itself_and_undone(
    forum: Forum, followed: RemotePerson
) -> None:
    forum.deliver()
    (accept,) = followed.server.delivered("Accept")
    assert accept["actor"] == COMPANION
    assert accept["object"]["object"] == COMPANION
    signed_by = [one.headers["signature"] for one in followed.server.received if one.method == "POST"]
    assert all(f'keyId="{COMPANION}#' in one for one in signed_by)
    again = followed.follow(COMPANION)
    forum.tell(followed, again)
    assert len(forum.rows(BotFollow)) == 1
    forum.tell(followed, followed.undo(again))
    assert forum.rows(BotFollow) == []
    forum.tell(followed, again)
    assert len(forum.rows(BotFollow)) == 1, "whoever follows again under the same id follows again"


def test_nobody_ends_somebody_elses_follow(forum: Forum, followed: RemotePerson, ana: RemotePerson) -> None:
    (row,) = forum.rows(BotFollow)
    forged = ana.activity(
        "Undo", {"id": row.uri, "type": "Follow", "actor": followed.uri, "object": COMPANION}
    )
    forum.post(ana, forged)
    forum.post(ana, ana.activity("Undo", row.uri))
    forum.work()
    assert len(forum.rows(BotFollow)) == 1


def test_r19_an_overlooked_post_is_boosted_once_and_never_again(
    readers: Readership, forum: Forum, followed: RemotePerson, ana: RemotePerson
) -> None:
    uri = overlooked(readers, ana)
    (boost,) = boosts(forum, followed)
    assert boost["object"] == uri
    assert boost["to"] == [PUBLIC]
    for _ in range(3):
        next_turn()
        assert len(boosts(forum, followed)) == 1
    assert len(forum.rows(BotBoost)) == 1
    page = forum.ap(COMPANION + "/outbox?page=1").json
    assert [one["object"] for one in page["orderedItems"]] == [uri]
    assert forum.ap(boost["id"]).json["object"] == uri


def test_three_a_day_at_most_and_spread(
    readers: Readership, forum: Forum, remote: RemoteServer, followed: RemotePerson
) -> None:
    for number in range(6):
        overlooked(
            readers, remote.person(f"p{number}", key=5), f"A quite different worry, number word{number * 13}"
        )
    assert len(boosts(forum, followed)) == 1
    assert len(boosts(forum, followed)) == 1, "eight hours lie between"
    next_turn()
    assert len(boosts(forum, followed)) == 2
    with database.transaction() as session:
        session.execute(update(Board).values(companion_boosts=0))
    next_turn()
    assert len(boosts(forum, followed)) == 2


def test_new_answered_and_well_seen_posts_are_left_alone(
    readers: Readership, forum: Forum, followed: RemotePerson, ana: RemotePerson, ben: RemotePerson
) -> None:
    readers.write(ana, CARE)
    assert boosts(forum, followed) == []
    uri = overlooked(readers, ben, "Another worry about the bus to the clinic")
    forum.tell(ana, ana.create(ana.note("I know", forum.board(), inReplyTo=uri)))
    one = readers.hearing(uri)
    with database.transaction() as session:
        session.execute(update(Hearing).where(Hearing.id == one.id).values(qualified=8))
    assert boosts(forum, followed) == []


def test_consent_is_asked_again_at_that_moment(
    readers: Readership, forum: Forum, followed: RemotePerson, remote: RemoteServer
) -> None:
    shy = remote.person("shy", key=6, indexable=False)
    overlooked(readers, shy, "Somebody who does not want to be found asks about sleep")
    public = [PUBLIC, forum.board()]
    overlooked(readers, remote.person("una", key=7), "Unlisted words about beds", to=[], cc=public)
    later = remote.person("lou", key=8)
    overlooked(readers, later, "Words of somebody who changes their mind")
    with database.transaction() as session:
        session.execute(update(Person).where(Person.username == "lou").values(asks_no_bots=True))
    assert boosts(forum, followed) == []


@pytest.mark.parametrize("how", ["link", "stop", "nobot", "unfindable", "delete"])
def test_p08_a_no_undoes_the_boost_everywhere(
    readers: Readership, forum: Forum, followed: RemotePerson, ana: RemotePerson, how: str
) -> None:
    uri = overlooked(readers, ana)
    (boost,) = boosts(forum, followed)
    (direct_message,) = forum.rows(DirectMessage)
    if how == "link":
        code = direct_message.html.partition("/no/")[2].partition('"')[0]
        forum.client.post(f"/no/{code}", base_url=BASE, headers={"Origin": BASE}, data={"where": "board"})
    elif how == "stop":
        note = ana.note(
            "stop",
            forum.board(),
            to=[forum.board()],
            cc=[],
            inReplyTo=f"{forum.board()}/notices/{direct_message.id}",
        )
        forum.tell(ana, ana.create(note))
    elif how == "delete":
        forum.tell(ana, ana.delete(uri))
    else:
        change = {"asks_no_bots": True} if how == "nobot" else {"indexable": False}
        with database.transaction() as session:
            session.execute(update(Person).where(Person.username == "ana").values(**change))
    (undo,) = boosts(forum, followed, "Undo")
    assert undo["object"]["id"] == boost["id"]
    assert forum.rows(BotBoost)[0].undone_at is not None
    assert forum.ap(COMPANION + "/outbox?page=1").json["orderedItems"] == []
    assert forum.ap(boost["id"]).status_code == 404


def test_a_boost_that_did_not_go_out_yet_never_does(
    readers: Readership, forum: Forum, followed: RemotePerson, ana: RemotePerson
) -> None:
    overlooked(readers, ana)
    companions_job.run()
    with database.transaction() as session:
        opt_outs.opt_out(session, forum.rows(Person, Person.username == "ana")[0].id)
    forum.deliver()
    assert [one["type"] for one in followed.server.deliveries] == ["Accept"]


def test_without_followers_nothing_is_spent(readers: Readership, forum: Forum, ana: RemotePerson) -> None:
    overlooked(readers, ana)
    companions_job.run()
    assert forum.rows(BotBoost) == []


@pytest.mark.parametrize("kind", ["person", "server"])
def test_whom_an_author_hides_from_themselves_receives_no_boost(
    readers: Readership, forum: Forum, followed: RemotePerson, other_remote: RemoteServer, kind: str
) -> None:
    neighbour = other_remote.person("nia", key=4)
    forum.tell(neighbour, neighbour.follow(COMPANION))
    readers.reader("dora")
    overlooked(readers, readers.home.people["dora"])
    host = followed.server.host
    with database.transaction() as session:
        subject = f"@mallory@{host}" if kind == "person" else host
        mutes.add_mute(session, readers.reader_id("dora"), MuteKind(kind), subject)
    companions_job.run()
    forum.deliver()
    paths = [
        one.path for one in other_remote.received if one.method == "POST" and one.json["type"] == "Announce"
    ]
    assert paths == (["/users/nia/inbox"] if kind == "person" else [])


def test_a_gone_follower_is_forgotten(forum: Forum, followed: RemotePerson) -> None:
    followed.server.forget(followed.uri)
    forum.tell(followed, followed.activity("Delete", followed.uri))
    assert forum.rows(BotFollow) == []


def test_after_its_two_days_a_post_is_boosted_no_more_since_its_hearing_gains_nothing_by_it(
    readers: Readership, forum: Forum, followed: RemotePerson, ana: RemotePerson
) -> None:
    uri = readers.write(ana, CARE)
    readers.age(uri, 47)
    younger = len(boosts(forum, followed))
    with database.transaction() as session:
        session.query(BotBoost).delete()
    readers.age(uri, 50)
    readers.place()
    assert readers.hearing(uri).state is HearingState.MISSED
    assert (younger, len(boosts(forum, followed))) == (1, 1), "no second one"
