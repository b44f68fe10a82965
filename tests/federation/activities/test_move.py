"""Move: an account takes along what it holds here once the new account, asked at its own server, names the old one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Actor, parse_actor
from fedconnect.federation.activities import move
from fedconnect.federation.activities.move import NewAccount
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.foundation import clock
from fedconnect.foundation.errors import FetchFailed, Malformed
from fedconnect.models.board import Follow
from fedconnect.models.person import Person
from support.activity_rows import coming, does
from support.federation_rows import OtherServers, a_follow, actor_document, with_keys
from support.forum import BASE
from support.unit import Unit, a_board, a_person

OLD, NEW = "https://home.example/users/ana", "https://new.example/users/ana"
REFUSED = Ignored("the new account does not confirm it, or it moved lately")


def an_actor(uri: str = NEW, **fields: Any) -> Actor:
    return parse_actor(actor_document(uri, **{"alsoKnownAs": [OLD], **fields}))


def moves(session: Session, who: Person, target: Actor | None, obj: str = OLD) -> Result:
    return does(session, who, "Move", obj, NewAccount(target), target=NEW)


@pytest.fixture
def ana(session: Session) -> Person:
    person = a_person(session)
    a_follow(session, a_board(session), person)
    return person


def followers(session: Session) -> list[str]:
    return list(session.scalars(select(Person.uri).join(Follow, Follow.person_id == Person.id)))


@pytest.mark.parametrize(
    "target",
    [
        an_actor(alsoKnownAs=[]),
        an_actor(alsoKnownAs=["https://home.example/users/ben", OLD + "/2"]),
        an_actor(movedTo="https://third.example/users/ana"),
        an_actor(OLD),
        an_actor(f"{BASE}/users/ana"),
    ],
)
def test_nothing_moves_to_an_account_that_does_not_name_the_old_one_or_has_gone_on(
    session: Session, ana: Person, target: Actor
) -> None:
    assert moves(session, ana, target) == REFUSED
    assert followers(session) == [OLD]
    assert (ana.moved_to, ana.moved_at) == (None, None)
    assert session.scalars(select(Person.uri)).all() == [OLD]


def test_nobody_moves_somebody_else(session: Session, ana: Person) -> None:
    ben = a_person(session, "ben")
    confirming = replace(an_actor(), also_known_as=(ana.uri, ben.uri))
    no_move = Ignored("no Move of the signer's own")
    assert moves(session, ben, confirming, obj=OLD) == no_move
    assert moves(session, ana, confirming, obj=NEW) == no_move
    assert moves(session, ana, None) == no_move
    assert followers(session) == [OLD]


def test_an_account_whose_address_changed_hands_moves_nothing(session: Session, ana: Person) -> None:
    ana.quarantined_at = clock.now()
    assert moves(session, ana, an_actor()) == REFUSED
    assert followers(session) == [OLD]


@pytest.mark.parametrize(("days", "result"), [(29, REFUSED), (31, Handled("moved"))])
def test_an_account_moves_once_in_thirty_days(
    session: Session, ana: Person, days: int, result: Result
) -> None:
    ana.moved_at = clock.now() - timedelta(days=days)
    assert moves(session, ana, an_actor()) == result


def test_what_somebody_follows_goes_along_and_the_new_account_cannot_pass_it_on_at_once(
    session: Session, ana: Person
) -> None:
    assert moves(session, ana, an_actor()) == Handled("moved")
    assert followers(session) == [NEW]
    assert ana.moved_to == NEW
    new = session.execute(select(Person).where(Person.uri == NEW)).scalar_one()
    third = an_actor("https://third.example/users/ana", alsoKnownAs=[NEW])
    assert moves(session, new, third, obj=NEW) == REFUSED


@pytest.mark.parametrize(
    ("obj", "target"),
    [("https://home.example/users/ben", NEW), ([], NEW), (OLD, ""), (OLD, "javascript:x"), (NEW, NEW)],
)
def test_nobody_is_asked_about_a_move_that_is_not_the_senders_own(
    unit: Unit, others: OtherServers, obj: object, target: str
) -> None:
    found = move.prepare(coming(Person(uri=OLD), "Move", obj, {"target": target}))
    assert found == NewAccount(None)
    assert others.asked == []


def test_the_new_account_is_asked_for_at_its_own_server(unit: Unit, others: OtherServers) -> None:
    with_keys()
    others.say(NEW, actor_document(NEW, alsoKnownAs=OLD))
    found = move.prepare(coming(Person(uri=OLD), "Move", OLD, {"target": NEW})).actor
    assert found is not None
    assert (found.id, found.also_known_as) == (NEW, (OLD,))
    assert others.asked == [("GET", NEW)]


def test_a_new_account_that_cannot_be_had_is_no_yes(unit: Unit, others: OtherServers) -> None:
    with_keys()
    move_there = coming(Person(uri=OLD), "Move", OLD, {"target": NEW})
    other = "https://victim.example/users/vic"
    others.say(NEW, actor_document(other, alsoKnownAs=OLD))
    with pytest.raises(FetchFailed, match="another actor"):
        move.prepare(move_there)
    assert ("GET", other) not in others.asked
    others.redirect(NEW, other)
    with pytest.raises(FetchFailed):
        move.prepare(move_there)
    others.say(NEW, {"id": NEW, "type": "Note", "alsoKnownAs": OLD})
    with pytest.raises(Malformed):
        move.prepare(move_there)
