"""Keys belong to whoever lists them: proven both ways, each rule by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import Actor, parse_actor
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed, Malformed, Unproven
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person, PersonKey
from support.federation_rows import OtherServers, a_key, actor_document, an_instance, with_keys
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer, key_number, public_pem
from support.unit import Unit, a_person

ANA = "https://home.example/users/ana"


def test_s06_a_key_that_its_owner_does_not_list_is_nobodys(
    forum: Forum, ana: RemotePerson, other_remote: RemoteServer
) -> None:
    other_remote.serve({"id": other_remote.base + "/key", "owner": ana.uri, "publicKeyPem": "x"})
    with pytest.raises(Unproven, match="does not list"):
        remote_actors.fetch_key_owner(other_remote.base + "/key")
    with pytest.raises(Unproven, match="does not list"):
        remote_actors.fetch_key_owner(ana.uri + "#another-key")


def test_s06_a_key_lies_on_its_owners_server(
    forum: Forum, ana: RemotePerson, remote: RemoteServer, other_remote: RemoteServer
) -> None:
    far = other_remote.base + "/key"
    other_remote.serve({"id": far, "owner": ana.uri, "publicKeyPem": "x"})
    remote.documents["/users/ana"]["publicKey"]["id"] = far
    with pytest.raises(Unproven, match="another server"):
        remote_actors.fetch_key_owner(far)


def test_a_key_document_of_its_own_as_gotosocial_serves_it_is_found(
    forum: Forum, ana: RemotePerson, remote: RemoteServer
) -> None:
    key = ana.uri + "/main-key"
    remote.documents["/users/ana"]["publicKey"]["id"] = key
    stub = {"id": ana.uri, "type": "Person", "publicKey": remote.documents["/users/ana"]["publicKey"]}
    remote.documents["/users/ana/main-key"] = {**stub, "owner": ana.uri}
    assert remote_actors.fetch_key_owner(key).id == ana.uri


def test_a_key_that_is_named_by_its_actors_own_id_is_any_that_the_actor_lists(
    forum: Forum, ana: RemotePerson
) -> None:
    """Case 13: PeerTube up to 7.0.0, rdf-pub."""
    assert remote_actors.fetch_key_owner(ana.uri).id == ana.uri
    ana.server.documents["/users/ana"]["publicKey"] = []
    with pytest.raises(Unproven, match="does not list"):
        remote_actors.fetch_key_owner(ana.uri)


def test_a_key_document_is_read_where_its_owner_names_its_address_alone(
    forum: Forum, ana: RemotePerson, remote: RemoteServer
) -> None:
    far = remote.base + "/keys/1"
    pem = public_pem(key_number(5))
    remote.serve({"id": far, "owner": ana.uri, "publicKeyPem": pem})
    with pytest.raises(Unproven, match="does not list"):
        remote_actors.fetch_key_owner(far)
    remote.documents["/users/ana"]["publicKey"] = far
    assert [(one.id, one.pem, one.is_proven) for one in remote_actors.fetch_key_owner(far).keys] == [
        (far, pem, True)
    ]
    remote.serve({"id": far, "owner": ana.uri + "2", "publicKeyPem": pem})
    with pytest.raises((Unproven, FetchFailed)):
        remote_actors.fetch_key_owner(far)


def test_s07_an_actor_is_only_what_its_own_id_says(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    ana.server.documents["/users/ana"] = ben.document()
    with pytest.raises(FetchFailed, match="another actor"):
        remote_actors.fetch_actor(ana.uri)


def list_keys(person: RemotePerson, *names: str) -> None:
    """Let an actor's own document list keys of these names, each its own key."""
    own = person.document()["publicKey"]
    person.server.documents[f"/users/{person.name}"]["publicKey"] = [own, *({**own, "id": n} for n in names)]


@pytest.mark.parametrize("fragment", ["#main-key", "/main-key"])
def test_h1_a_stranger_cannot_take_somebody_elses_key_name_first(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, fragment: str
) -> None:
    list_keys(mallory, ana.uri + fragment)
    forum.tell(mallory, mallory.create(mallory.note("I was first", forum.board())))
    forum.tell(ana, ana.create(ana.note("It is me", forum.board())))
    assert "It is me" in forum.titles()


def test_h1_nor_can_somebody_on_the_same_server(forum: Forum, ana: RemotePerson, ben: RemotePerson) -> None:
    list_keys(ben, ana.key_id, ana.uri + "/main-key")
    forum.tell(ben, ben.create(ben.note("I was first", forum.board())))
    forum.tell(ana, ana.create(ana.note("It is me", forum.board())))
    assert "It is me" in forum.titles()
    held = {key.key_uri for key in forum.rows(PersonKey)}
    assert held == {ana.key_id, ben.key_id}


def test_h1_a_proven_owner_replaces_whoever_held_the_name(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    """As rows of an older release may have it."""
    thief = remote_actors.ensure_person(mallory.uri)
    with database.transaction() as session:
        session.execute(delete(PersonKey))
        pem = mallory.document()["publicKey"]["publicKeyPem"]
        old = clock.now() - timedelta(hours=1)
        session.add(PersonKey(person_id=thief.id, key_uri=ana.key_id, pem=pem, checked_at=old))
    forum.tell(ana, ana.create(ana.note("It is me", forum.board())))
    assert "It is me" in forum.titles()


def test_h1_a_key_with_an_address_of_its_own_stays_once_it_is_proven(
    forum: Forum, ana: RemotePerson, remote: RemoteServer
) -> None:
    key = ana.uri + "/main-key"
    remote.documents["/users/ana"]["publicKey"]["id"] = key
    remote.documents["/users/ana/main-key"] = {
        "id": ana.uri, "type": "Person", "publicKey": remote.documents["/users/ana"]["publicKey"], "owner": ana.uri,
    }  # fmt: skip
    remote_actors.ensure_person(ana.uri)
    assert forum.rows(PersonKey) == [], "named by its owner alone"
    for look in (lambda: remote_actors.fetch_key_owner(key), lambda: remote_actors.fetch_actor(ana.uri)):
        actor = look()
        with database.transaction() as session:
            remote_actors.remember(session, actor)
        assert [one.key_uri for one in forum.rows(PersonKey)] == [key]


def described(number: int = 2, **fields: Any) -> Actor:
    return parse_actor(actor_document(ANA, number, **fields))


def quarantined(
    session: Session, *, known: datetime | None, told: str | None, days: int, number: int = 3
) -> bool:
    """Whether somebody who was last seen some days ago, and shows key `number` now, is taken for somebody else."""
    person = a_person(session, born_at=known, fetched_at=clock.now() - timedelta(days=days))
    a_key(session, person, 2)
    fresh = remote_actors.remember(session, described(number, published=told))
    return fresh.quarantined_at is not None


BORN, BORN_AGAIN = "2020-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("known", "told", "days", "number", "is_stranger"),
    [
        (BORN, BORN_AGAIN, 0, 3, True),
        (BORN, BORN, 0, 3, False),
        (BORN, None, 0, 3, False),
        (None, BORN_AGAIN, 0, 3, False),
        (None, None, 89, 3, False),
        (None, None, 91, 3, True),
        (BORN, BORN, 91, 3, True),
        (BORN, BORN_AGAIN, 91, 2, False),
    ],
)
def test_new_keys_under_another_birthday_or_after_ninety_days_of_silence_are_a_strangers(
    session: Session, known: str | None, told: str | None, days: int, number: int, is_stranger: bool
) -> None:
    born = clock.parse_instant(known)
    assert quarantined(session, known=born, told=told, days=days, number=number) is is_stranger


def test_whoever_shows_no_key_is_no_stranger_yet_and_one_known_key_among_several_is_enough(
    session: Session,
) -> None:
    ana = a_person(session, fetched_at=clock.now() - timedelta(days=91))
    assert remote_actors.remember(session, described(3)).quarantined_at is None  # no key was known before
    ana.fetched_at = clock.now() - timedelta(days=91)
    session.flush()
    assert remote_actors.remember(session, described(publicKey=None)).quarantined_at is None
    a_key(session, ana, 3)
    ana.fetched_at = clock.now() - timedelta(days=91)
    session.flush()
    old, new = ({**actor_document(ANA, number)["publicKey"], "id": f"{ANA}#{number}"} for number in (3, 4))
    assert remote_actors.remember(session, described(publicKey=[new, old])).quarantined_at is None


def test_a_key_whose_address_does_not_say_whose_it_is_is_kept_only_where_it_was_proven_before(
    session: Session,
) -> None:
    far = f"{ANA}/main-key"
    listed = {**actor_document(ANA)["publicKey"], "id": far}
    person = remote_actors.remember(session, described(publicKey=listed))
    assert session.scalars(select(PersonKey)).all() == []
    a_key(session, person, key_uri=far)
    remote_actors.remember(session, described(publicKey=listed))
    assert session.scalars(select(PersonKey.key_uri)).all() == [far]


def test_keys_that_are_not_listed_any_more_are_forgotten_and_others_keep_theirs(session: Session) -> None:
    ben = a_person(session, "ben")
    a_key(session, ben, 4)
    person = remote_actors.remember(session, described(2))
    renewed = remote_actors.remember(session, described(3))
    assert renewed.id == person.id
    keys = {key.key_uri: key.pem for key in session.scalars(select(PersonKey))}
    assert keys == {
        f"{ANA}#main-key": public_pem(key_number(3)),
        f"{ben.uri}#main-key": public_pem(key_number(4)),
    }


def test_somebody_is_remembered_as_they_are_now_and_not_where_another_server_says(session: Session) -> None:
    a_person(session, gone_at=clock.now(), handle_host="ana.example", asks_no_bots=True)
    page = "https://evil.example/@ana"
    ana = remote_actors.remember(session, described(name="<b>Ana</b> " + "x" * 300, url=page, indexable=True))
    assert (ana.gone_at, ana.handle_host, ana.url, ana.indexable, ana.asks_no_bots) == (
        None,
        "ana.example",
        ANA,
        True,
        False,
    )
    assert len(ana.name) == 200
    assert remote_actors.remember(session, described(summary="<p>#NoBot</p>")).asks_no_bots is True


@pytest.mark.parametrize(
    ("profile", "asks"),
    [
        ("#nobot", True),
        ("I say #NoIndex!", True),
        ("#nobots", True),
        ("#nobotany", False),
        ("nobot", False),
        ("", False),
    ],
)
def test_who_asks_bots_to_stay_away(profile: str, asks: bool) -> None:
    assert remote_actors.asks_no_bots(profile) is asks


@pytest.mark.parametrize(("hours", "asked"), [(23, 0), (24, 1)])
def test_somebody_known_is_asked_for_again_after_a_day(
    unit: Unit, others: OtherServers, hours: int, asked: int
) -> None:
    with_keys()
    others.say(ANA, actor_document(ANA, name="Fresh"))
    with database.transaction() as session:
        a_person(session, fetched_at=clock.now() - timedelta(hours=hours))
    assert remote_actors.ensure_person(ANA).name == ("Fresh" if asked else "Ana")
    assert len(others.asked) == asked


def test_of_somebody_who_cannot_be_had_just_now_what_is_known_goes_on_to_count(
    unit: Unit, others: OtherServers
) -> None:
    with_keys()
    with pytest.raises(FetchFailed):
        remote_actors.ensure_person(ANA)
    with database.read_transaction() as session:
        assert session.scalars(select(Person)).all() == []
    with database.transaction() as session:
        a_person(session, fetched_at=clock.now() - timedelta(days=2))
    assert remote_actors.ensure_person(ANA).name == "Ana"
    others.say(ANA, {"id": ANA, "type": "Note"})
    with pytest.raises(Malformed):
        remote_actors.ensure_person(ANA)


def test_a_key_leads_to_no_owner_on_a_blocked_server(unit: Unit, others: OtherServers) -> None:
    with_keys()
    key, owner = "https://home.example/key", "https://evil.example/users/eve"
    with database.transaction() as session:
        an_instance(session, "evil.example", policy=Policy.BLOCKED)
    others.say(key, {"id": key, "owner": owner})
    others.say(owner, actor_document(owner))
    with pytest.raises(FetchFailed, match="blocked"):
        remote_actors.fetch_key_owner(key)
    assert others.asked == [("GET", key)]


def test_an_actors_address_that_shows_another_makes_us_ask_nobody_for_that_one(
    unit: Unit, others: OtherServers
) -> None:
    with_keys()
    others.say(ANA, actor_document("https://victim.example/users/vic"))
    with pytest.raises(FetchFailed, match="another actor"):
        remote_actors.fetch_actor(ANA)
    assert others.asked == [("GET", ANA)]
