"""The inbox: what is not proven leaves no row, nobody is asked without need, and what was kept is kept once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from fedconnect.activitypub import signing
from fedconnect.activitypub.signatures import Request
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS
from fedconnect.federation import rate_limits
from fedconnect.federation.inbound import inbox
from fedconnect.foundation import caches, clock, database
from fedconnect.foundation.errors import Busy, FedConnectError, Malformed, NotPermitted, TooMany, Unproven
from fedconnect.models.board import Board
from fedconnect.models.fetch_task import FetchKind, FetchTask
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person, PersonKey
from support.federation_rows import (
    OtherServers,
    a_key,
    actor_document,
    an_instance,
    with_keys,
)
from support.forum import lower
from support.moderation_rows import stop_the_clock
from support.remote import key_number, public_pem
from support.unit import Unit, a_board, a_person, a_thread

BASE, BOARD = "https://forum.example", "https://forum.example/boards/respite"
ANA, MAL = "https://home.example/users/ana", "https://evil.example/users/mal"
ASKER = "192.0.2.7"
RIGHT, WRONG, NEXT = 2, 1, 3  # keys: Ana's, somebody else's, and her next one


def activity(actor: str = ANA, kind: str = "Follow", obj: Any = BOARD, **fields: Any) -> dict[str, Any]:
    known = {"@context": ACTIVITYSTREAMS, "id": f"{actor}#1", "type": kind, "actor": actor, "object": obj}
    return {**known, **fields}


def signed(
    document: dict[str, Any], number: int = RIGHT, key_id: str = f"{ANA}#main-key", **extra: str
) -> Request:
    """A request to the shared inbox, signed with one of the run's keys under a name."""
    body = json.dumps(document).encode()
    headers = signing.sign(key_number(number), key_id, "POST", f"{BASE}/inbox", body, extra)
    lower = {name.lower(): value for name, value in headers.items()}
    return Request("POST", BASE, "/inbox", lower, body)


@pytest.fixture(autouse=True)
def world(unit: Unit, others: OtherServers) -> OtherServers:
    """Ana and her key are known for an hour; her server has both."""
    with database.transaction() as session:
        a_board(session)
        a_key(session, a_person(session), RIGHT, checked_at=clock.now() - timedelta(hours=1))
    with_keys()
    others.say(ANA, actor_document(ANA, RIGHT))
    unit.jobs.clear()
    return others


def rows(row: Any = InboundActivity) -> list[Any]:
    with database.read_transaction() as session:
        return list(session.scalars(select(row)))


def change(row: Any, **values: Any) -> None:
    with database.transaction() as session:
        for one in session.scalars(select(row)):
            for name, value in values.items():
                setattr(one, name, value)


def unproven() -> int:
    """How much the asker sent that was not proven."""
    return next(n for n in range(31) if not rate_limits.UNPROVEN._count(ASKER, n + 1, 0))


def test_what_is_not_proven_leaves_no_row_and_wakes_nobody(unit: Unit, world: OtherServers) -> None:
    changed = signed(activity())
    refused: list[tuple[Request, type[FedConnectError]]] = [
        (Request("POST", BASE, "/inbox", {}, json.dumps(activity()).encode()), Unproven),
        (Request("POST", BASE, "/inbox", changed.headers, changed.body.replace(b"Follow", b"Unblock")), Unproven),
        (Request("POST", BASE, "/boards/respite/inbox", changed.headers, changed.body), Unproven),
        (signed(activity(), WRONG), Unproven),
        (signed(activity(MAL)), Unproven),
        (signed(activity(id="https://evil.example/1")), Unproven),
        (signed(activity(BOARD)), Unproven),
        (signed(activity(), key_id=f"{BOARD}#main-key"), Unproven),
        (signed(activity(), key_id="acct:ana@home.example"), Unproven),
        (signed(activity(type=[{"Follow": 1}])), Malformed),
        (signed(activity(actor=None)), Malformed),
        (Request("POST", BASE, "/inbox", changed.headers, b"[]"), Malformed),
    ]  # fmt: skip
    for request, error in refused:
        with pytest.raises(error):
            inbox.receive(request, ASKER)
    assert (rows(), unit.jobs) == ([], [])
    assert {url for _, url in world.asked} == {ANA}  # her key, which did not fit, once


def test_who_speaks_as_an_actor_of_ours_is_refused_before_anybody_is_asked(world: OtherServers) -> None:
    for request in (
        signed(activity(BOARD), key_id=f"{MAL}#main-key"),
        signed(activity(), key_id=f"{BASE}/actor#main-key"),
    ):
        with pytest.raises(Unproven):
            inbox.receive(request, ASKER)
    assert (world.asked, unproven()) == ([], 0)


def test_a_blocked_server_is_refused_at_once_however_well_its_key_is_known(
    unit: Unit, world: OtherServers
) -> None:
    inbox.receive(signed(activity()), ASKER)
    with database.transaction() as session:
        for host in ("home.example", "evil.example"):
            an_instance(session, host, policy=Policy.BLOCKED)
    for request in (signed(activity(id=f"{ANA}#2")), signed(activity(MAL), WRONG, f"{MAL}#main-key")):
        with pytest.raises(NotPermitted):
            inbox.receive(request, ASKER)
    assert (len(rows()), world.asked) == (1, [])


def test_what_is_proven_is_kept_once_and_wakes_the_worker_once(unit: Unit, world: OtherServers) -> None:
    for _ in range(3):
        inbox.receive(signed(activity()), ASKER)
    (row,) = rows()
    assert (row.activity_uri, row.actor_uri, row.kind, row.object_uri) == (f"{ANA}#1", ANA, "Follow", BOARD)
    assert (row.proof, row.state, row.attempts) == (Proof.SIGNED, InboundState.RECEIVED, 0)
    assert json.loads(row.body) == activity()
    assert row.due_at <= clock.now()
    assert unit.jobs == ["inbox"]
    assert (world.asked, unproven()) == ([], 0)


def test_a_server_that_sends_too_much_is_asked_to_wait_and_nobody_uses_up_anothers_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lower(monkeypatch, rate_limits, "INBOUND", 2)
    for _ in range(3):
        with pytest.raises(Unproven):
            inbox.receive(signed(activity(), WRONG), ASKER)  # said to be Ana's
    inbox.receive(signed(activity()), ASKER)
    with pytest.raises(Unproven):
        inbox.receive(signed(activity(MAL)), ASKER)  # signed by her: counted to her server
    with pytest.raises(TooMany):
        inbox.receive(signed(activity(id=f"{ANA}#2")), ASKER)
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("kind", "is_hint"), [("Create", True), ("Delete", True), ("Like", False), ("Follow", False)]
)
def test_what_somebody_passes_on_is_a_hint_to_ask_its_origin_and_no_more(kind: str, is_hint: bool) -> None:
    with database.transaction() as session:
        _, post = a_thread(session, session.scalars(select(Board)).one(), uri="https://evil.example/posts/1")
    with pytest.raises(Unproven):
        inbox.receive(signed(activity(MAL, kind, post.uri)), ASKER)
    assert rows() == []
    assert [(one.uri, one.asker) for one in rows(FetchTask)] == (
        [(post.uri, "home.example")] if is_hint else []
    )


def test_followers_are_compared_where_a_proven_group_says_that_they_differ() -> None:
    header = {
        "Collection-Synchronization": f'collectionId="{ANA}/followers", url="{ANA}/sync", digest="{"1" * 64}"'
    }
    for request in (signed(activity(), WRONG, **header), signed(activity(MAL), **header)):
        with pytest.raises(Unproven):
            inbox.receive(request, ASKER)
    assert rows(FetchTask) == []
    inbox.receive(signed(activity(), **header), ASKER)
    assert [(one.kind, one.uri) for one in rows(FetchTask)] == [(FetchKind.FOLLOWERS, f"{ANA}/sync")]
    assert len(rows()) == 1


# Farewells


@pytest.mark.parametrize("kind", ["Delete", "Update"])
def test_a_stranger_who_speaks_of_their_own_account_is_neither_asked_nor_kept(
    world: OtherServers, kind: str
) -> None:
    inbox.receive(signed(activity(MAL, kind, MAL), WRONG, f"{MAL}#main-key"), ASKER)
    assert (rows(), world.asked, unproven()) == ([], [], 0)


@pytest.mark.parametrize("status", [410, 404, 403, 200, 301])
def test_a_farewell_that_is_not_proven_counts_where_its_own_server_says_that_the_account_is_gone(
    world: OtherServers, status: int
) -> None:
    change(PersonKey, checked_at=clock.now())
    world.say(ANA, actor_document(ANA, NEXT), status, location="https://evil.example/gone")
    world.say("https://evil.example/gone", {}, 410)
    for _ in range(2):
        if status == 410:
            inbox.receive(signed(activity(kind="Delete", obj=ANA), WRONG), ASKER)
        else:
            with pytest.raises(Unproven):
                inbox.receive(signed(activity(kind="Delete", obj=ANA), WRONG), ASKER)
    assert [one.proof for one in rows()] == ([Proof.FETCHED] if status == 410 else [])
    assert world.asked == [("GET", ANA)]  # once in five minutes


@pytest.mark.parametrize(
    ("kind", "obj"), [("Update", ANA), ("Delete", "https://home.example/posts/1"), ("Follow", BOARD)]
)
def test_nothing_but_a_farewell_counts_unproven_because_its_actor_is_gone(
    world: OtherServers, kind: str, obj: str
) -> None:
    change(PersonKey, checked_at=clock.now())
    world.say(ANA, {}, 410)
    with pytest.raises(Unproven):
        inbox.receive(signed(activity(kind=kind, obj=obj), WRONG), ASKER)
    assert (rows(), world.asked) == ([], [])


def test_a_farewell_that_is_proven_needs_nobody_asked(world: OtherServers) -> None:
    inbox.receive(signed(activity(kind="Delete", obj=ANA)), ASKER)
    assert [one.proof for one in rows()] == [Proof.SIGNED]
    assert world.asked == []


# Keys


def test_a_key_is_fetched_once_and_its_owner_remembered(world: OtherServers) -> None:
    world.say(MAL, actor_document(MAL, NEXT))
    for number in range(3):
        if number == 1:
            caches.clear_all()  # another process: the row is enough
        assert inbox.prove(signed(activity(MAL), NEXT, f"{MAL}#main-key"), ASKER) == MAL
    assert world.asked == [("GET", MAL)]
    assert {one.uri for one in rows(Person)} == {ANA, MAL}
    assert unproven() == 0


@pytest.mark.parametrize("key_id", [MAL, "#main-key", f"{MAL}#main-key"])
def test_a_key_may_be_named_by_its_actor_or_by_its_fragment_alone(world: OtherServers, key_id: str) -> None:
    """Case 13: the document at keyId is an actor, and one of the keys that it lists made the signature."""
    world.say(MAL, {**actor_document(MAL, NEXT), "type": ["Group"], "preferredUsername": None})
    for _ in range(2):
        inbox.receive(signed(activity(MAL, id=f"{MAL}#{clock.now()}".replace(" ", "")), NEXT, key_id), ASKER)
        caches.clear_all()
        with_keys()
    assert [one.actor_uri for one in rows()] == [MAL, MAL]
    with pytest.raises(Unproven):
        inbox.receive(signed(activity(ANA), NEXT, key_id), ASKER)
    with pytest.raises(Unproven):
        inbox.receive(signed(activity(MAL), WRONG, key_id), ASKER)


def test_of_an_actors_several_keys_the_one_that_signed_counts_also_beside_one_that_is_too_weak(
    world: OtherServers,
) -> None:
    weak = public_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    keys = [
        {"id": f"{MAL}#{name}", "owner": MAL, "publicKeyPem": pem}
        for name, pem in (
            ("old", weak),
            ("other", public_pem(key_number(WRONG))),
            ("new", public_pem(key_number(NEXT))),
        )
    ]
    world.say(MAL, {**actor_document(MAL), "publicKey": keys})
    assert inbox.prove(signed(activity(MAL), NEXT, MAL), ASKER) == MAL


def test_the_key_of_somebody_who_is_gone_is_asked_for_anew(world: OtherServers) -> None:
    change(Person, gone_at=clock.now())
    world.say(ANA, {}, 410)
    with pytest.raises(Unproven):
        inbox.prove(signed(activity()), ASKER)
    assert world.asked == [("GET", ANA)]


def test_a_key_that_its_owner_does_not_list_proves_nothing_and_counts_against_who_sent_it(
    world: OtherServers,
) -> None:
    key_id = f"{MAL}#main-key"
    foreign = {**actor_document(MAL), "publicKey": {"id": key_id, "owner": ANA, "publicKeyPem": "x"}}
    documents: list[object] = [
        {**actor_document(MAL), "publicKey": []}, actor_document(ANA), {**actor_document(MAL), "id": None},
        {**actor_document(MAL), "type": "Note"}, foreign, [], b"{",
    ]  # fmt: skip
    for number, document in enumerate(documents):
        caches.clear_all()
        with_keys()
        with database.transaction() as session:
            session.query(PersonKey).filter(PersonKey.key_uri == key_id).delete()
        world.say(MAL, document)
        with pytest.raises(Unproven):
            inbox.prove(signed(activity(MAL), NEXT, key_id), ASKER)
        assert unproven() == 1, number
    assert rows() == []


@pytest.mark.parametrize(
    ("status", "error"), [(500, Busy), (503, Busy), (404, Unproven), (410, Unproven), (401, Unproven)]
)
def test_a_server_that_gives_no_key_is_not_asked_again_for_five_minutes_however_often_somebody_tries(
    world: OtherServers, monkeypatch: pytest.MonkeyPatch, status: int, error: type[FedConnectError]
) -> None:
    now = [1000.0]
    monkeypatch.setattr(caches.time, "monotonic", lambda: now[0])
    world.say(MAL, {}, status)
    for waited in (0, 150, 149.9):
        now[0] += waited
        with pytest.raises(error):
            inbox.prove(signed(activity(MAL), NEXT, f"{MAL}#main-key"), ASKER)
    # a 401 may mean the form of our signature, so that one look is two requests
    assert (len(world.asked), unproven()) == (2 if status == 401 else 1, 1)
    now[0] += 0.2
    world.say(MAL, actor_document(MAL, NEXT))
    assert inbox.prove(signed(activity(MAL), NEXT, f"{MAL}#main-key"), ASKER) == MAL


def test_a_new_key_is_fetched_once_in_five_minutes_and_the_old_one_counts_no_longer(
    world: OtherServers,
) -> None:
    assert inbox.prove(signed(activity()), ASKER) == ANA
    world.say(ANA, actor_document(ANA, NEXT))
    assert inbox.prove(signed(activity(), NEXT), ASKER) == ANA
    for number in (RIGHT, WRONG):
        with pytest.raises(Unproven):
            inbox.prove(signed(activity(), number), ASKER)
    change(PersonKey, checked_at=clock.now() - timedelta(hours=1))
    inbox._keys.clear()
    with pytest.raises(Unproven):
        inbox.prove(signed(activity(), WRONG), ASKER)
    assert len(world.asked) == 1


@pytest.mark.parametrize(("seconds", "is_asked"), [(10, False), (11, True)])
def test_a_key_just_fetched_is_not_fetched_again_and_who_sent_it_is_counted(
    world: OtherServers, monkeypatch: pytest.MonkeyPatch, seconds: int, is_asked: bool
) -> None:
    now = stop_the_clock(monkeypatch)
    change(PersonKey, checked_at=now - timedelta(seconds=seconds))
    world.say(ANA, actor_document(ANA, NEXT))
    if is_asked:
        assert inbox.prove(signed(activity(), NEXT), ASKER) == ANA
    else:
        with pytest.raises(Unproven):
            inbox.prove(signed(activity(), NEXT), ASKER)
    assert (len(world.asked), unproven()) == (int(is_asked), int(not is_asked))


def test_a_key_fetched_in_vain_is_counted_and_one_known_for_long_is_not(world: OtherServers) -> None:
    with pytest.raises(Unproven):
        inbox.prove(signed(activity(), WRONG), ASKER)
    assert (len(world.asked), unproven()) == (1, 1)
    change(PersonKey, checked_at=clock.now() - timedelta(hours=1))
    inbox._keys.clear()
    with pytest.raises(Unproven):
        inbox.prove(signed(activity(), WRONG), ASKER)
    assert (len(world.asked), unproven()) == (1, 1)


def test_a_block_is_looked_up_for_whose_key_it_is_and_not_for_who_is_named() -> None:
    with database.transaction() as session:
        an_instance(session, "evil.example", policy=Policy.BLOCKED)
    with pytest.raises(Unproven):
        inbox.receive(signed(activity(MAL)), ASKER)
    assert inbox.prove(signed(activity(MAL)), ASKER) == ANA
