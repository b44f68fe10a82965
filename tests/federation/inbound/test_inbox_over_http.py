"""The forbidden first: what is unsigned, wrongly signed or somebody else's leaves no row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import time_machine

from fedconnect.federation.inbound import inbox
from fedconnect.foundation import caches
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.post import Post
from support.forum import BASE, Forum, lower
from support.remote import RemotePerson, RemoteServer, key_number

AP = "application/activity+json"


def nothing_kept(forum: Forum) -> bool:
    return forum.rows(InboundActivity) == []


def test_an_unsigned_activity_is_refused_and_not_kept(forum: Forum, ana: RemotePerson) -> None:
    for path in ("/inbox", "/boards/respite/inbox"):
        answer = forum.client.post(path, json=ana.follow(forum.board()), content_type=AP)
        assert answer.status_code == 401
    assert nothing_kept(forum)


def test_s04_an_activity_signed_by_somebody_else_is_refused(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    for signer in (ben, mallory):
        assert forum.post(signer, ana.follow(forum.board())).status_code == 401
    assert nothing_kept(forum)


def test_s05_the_object_of_an_unproven_activity_is_never_fetched(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    note = ana.note("Hello", forum.board())
    forum.post(mallory, ana.activity("Create", note["id"]))
    assert remote.received == []


def test_s06_a_key_that_its_owner_does_not_list_proves_nothing(
    forum: Forum, ana: RemotePerson, other_remote: RemoteServer, mallory: RemotePerson
) -> None:
    other_remote.documents["/key"] = {"id": other_remote.base + "/key", "owner": ana.uri, "publicKeyPem": "x"}
    body = json.dumps(ana.follow(forum.board())).encode()
    headers = mallory.sign(BASE + "/inbox", body)
    headers["Signature"] = headers["Signature"].replace(mallory.key_id, other_remote.base + "/key")
    assert forum.client.post("/inbox", data=body, headers=headers).status_code == 401
    assert nothing_kept(forum)


def test_s07_an_actor_that_leads_to_another_actors_document_is_refused(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    remote.special["/users/ana"] = (302, {"Location": ben.uri}, b"")
    assert forum.post(ana, ana.follow(forum.board())).status_code == 401
    assert nothing_kept(forum)


def test_s08_a_body_that_was_changed_after_signing_is_refused(forum: Forum, ana: RemotePerson) -> None:
    body = json.dumps(ana.follow(forum.board())).encode()
    headers = ana.sign(BASE + "/inbox", body)
    changed = body.replace(b"respite", b"respitd")
    assert forum.client.post("/inbox", data=changed, headers=headers).status_code == 401
    for digest in ("", "SHA-512=abc", headers["Digest"] + "," + headers["Digest"], "SHA-256=AAAA"):
        assert (
            forum.client.post("/inbox", data=body, headers={**headers, "Digest": digest}).status_code == 401
        )
    assert nothing_kept(forum)


@pytest.mark.parametrize("dropped", ["(request-target)", "host", "date", "digest"])
def test_s09_a_signature_that_covers_too_little_is_refused(
    forum: Forum, ana: RemotePerson, dropped: str
) -> None:
    body = json.dumps(ana.follow(forum.board())).encode()
    headers = ana.sign(BASE + "/inbox", body)
    names = [n for n in ("host", "date", "content-type", "digest", "(request-target)") if n != dropped]
    values = {name.lower(): value for name, value in headers.items()} | {"(request-target)": "post /inbox"}
    headers["Signature"] = _signature(ana, "\n".join(f"{n}: {values[n]}" for n in names), " ".join(names))
    assert forum.client.post("/inbox", data=body, headers=headers, base_url=BASE).status_code == 401
    assert nothing_kept(forum)


def _signature(person: RemotePerson, base: str, names: str) -> str:
    import base64

    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    value = base64.b64encode(person.key.sign(base.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
    return f'keyId="{person.key_id}",algorithm="rsa-sha256",headers="{names}",signature="{value}"'


def test_s10_a_signature_for_another_inbox_or_host_is_refused(forum: Forum, ana: RemotePerson) -> None:
    body = json.dumps(ana.follow(forum.board())).encode()
    for url in (BASE + "/boards/respite/inbox", "https://other.example/inbox"):
        assert forum.client.post("/inbox", data=body, headers=ana.sign(url, body)).status_code == 401
    assert nothing_kept(forum)


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(hours=12, minutes=1), 401),
        (timedelta(hours=-1, minutes=-1), 401),
        (timedelta(hours=11, minutes=59), 202),
    ],
)
def test_s11_only_a_fresh_signature_counts(
    forum: Forum, ana: RemotePerson, age: timedelta, status: int
) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now - age, tick=False):
        body = json.dumps(ana.follow(forum.board())).encode()
        headers = ana.sign(BASE + "/inbox", body)
    assert headers["Date"] == format_datetime(now - age, usegmt=True)
    with time_machine.travel(now, tick=False):
        assert forum.client.post("/inbox", data=body, headers=headers, base_url=BASE).status_code == status


def test_s12_an_exact_replay_has_one_effect(forum: Forum, ana: RemotePerson) -> None:
    create = ana.create(ana.note("Is anybody there?", forum.board()))
    for _ in range(20):
        assert forum.post(ana, create).status_code == 202
    forum.work()
    assert len(forum.rows(InboundActivity)) == 1
    assert forum.titles() == ["Is anybody there?"]


def test_s25_an_id_of_another_server_cannot_be_reserved(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    genuine = ana.create(ana.note("Genuine", forum.board()))
    stolen = {**mallory.create(mallory.note("Stolen", forum.board())), "id": genuine["id"]}
    assert forum.post(mallory, stolen).status_code == 401
    forum.tell(ana, genuine)
    assert forum.titles() == ["Genuine"]


def test_s26_a_rotated_key_is_fetched_once_and_the_old_one_no_longer_counts(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    old = ana.key
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=30), tick=True):
        forum.tell(ana, ana.follow(forum.board()))
    caches.clear_all()
    ana.key = key_number(7)
    remote.documents["/users/ana"] = ana.document()
    assert forum.post(ana, ana.follow(forum.board("benefits"))).status_code == 202
    fetched = remote.gets("/users/ana")
    ana.key = old
    for _ in range(5):
        assert forum.post(ana, ana.follow(forum.board("benefits"))).status_code == 401
    assert remote.gets("/users/ana") <= fetched + 1
    for minutes in (1, 2, 3):
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=True):
            for _ in range(3):
                assert forum.post(ana, ana.follow(forum.board("benefits"))).status_code == 401
    assert remote.gets("/users/ana") <= fetched + 1, "not more often than once in five minutes"


def test_s28_the_farewell_of_a_stranger_is_accepted_without_asking(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    del remote.documents["/users/ana"]
    farewell = ana.activity("Delete", ana.uri)
    assert forum.post(ana, farewell).status_code == 202
    assert remote.received == []
    assert nothing_kept(forum)


def test_s30_nobody_speaks_as_an_actor_of_ours(forum: Forum, ana: RemotePerson) -> None:
    activity = {**ana.follow(forum.board("benefits")), "actor": forum.board(), "id": forum.board() + "#x"}
    assert forum.post(ana, activity).status_code == 401
    forged = ana.note("Not yours", forum.board(), id=forum.board() + "/posts/1")
    assert forum.post(ana, {**ana.create(forged), "id": ana.uri + "#c"}).status_code == 202
    forum.work()
    assert forum.titles() == []
    assert len(forum.rows(Post)) == 2  # the two welcomes


def test_f04_a_server_that_is_down_is_asked_for_a_key_once(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    remote.special["/users/ana"] = (500, {}, b"")
    for _ in range(4):
        answer = forum.post(ana, ana.follow(forum.board()))
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
    assert remote.gets("/users/ana") == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b'"x"', b"{", b"\xff\xfe{}", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1e999}',
        b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", b"[" * 100_000,
        b'{"@graph":[]}', b'{"a":{"@reverse":{}}}', b'{"a":12345678901234567890}', b"{} {}",
        b'{"@context":["https://www.w3.org/ns/activitystreams",{"actor":"as:object"}]}',
        b'{"a":[' + b"1," * 20_000 + b"1]}",
    ],
    ids=range(19),
)  # fmt: skip
def test_x05_and_s17_json_that_is_ambiguous_or_unbounded_is_refused(
    forum: Forum, ana: RemotePerson, body: bytes
) -> None:
    assert forum.post(ana, body).status_code == 400
    assert nothing_kept(forum)


def test_d03_a_body_of_more_than_a_mebibyte_is_refused(forum: Forum, ana: RemotePerson) -> None:
    assert forum.post(ana, b"x" * ((1 << 20) + 1)).status_code == 413


def test_another_media_type_is_refused(forum: Forum, ana: RemotePerson) -> None:
    answer = forum.client.post("/inbox", data="a=b", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415


def test_an_inbox_of_no_board_is_not_found(forum: Forum, ana: RemotePerson) -> None:
    assert forum.post(ana, ana.follow(forum.board()), path="/boards/nowhere/inbox").status_code == 404


def test_an_unknown_type_is_kept_and_ignored(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.activity("Arrive", forum.board()))
    (row,) = forum.rows(InboundActivity)
    assert (row.state, row.outcome) == ("ignored", "no handler for this type")


def test_x04_no_field_of_any_type_makes_an_error(forum: Forum, ana: RemotePerson) -> None:
    values = [None, [], {}, [[]], 0, -1, True, "", ["a", "b"], {"id": 1}, "x" * 3000, "http://["]
    create = ana.create(ana.note("Hello", forum.board()))
    for place in ({**create}, create["object"]):
        for name in list(place):
            for value in values:
                changed = {**place, name: value}
                whole = (
                    changed
                    if "actor" in create and place is not create["object"]
                    else {**create, "object": changed}
                )
                assert forum.post(ana, whole).status_code in {202, 400, 401}, (name, value)
    forum.work()
    assert not [row for row in forum.rows(InboundActivity) if row.state == "failed"]
    assert not [row for row in forum.rows(InboundActivity) if row.outcome == "unforeseen"]


def test_a_new_activity_rings_and_a_known_one_does_not(forum: Forum, ana: RemotePerson) -> None:
    from fedconnect.foundation import queue

    valkey = queue.queue().connection
    follow = ana.follow(forum.board())
    forum.post(ana, follow)
    assert queue.queue().count == 1
    valkey.flushall()
    assert forum.post(ana, follow).status_code == 202
    assert queue.queue().count == 0


def test_many_activities_ring_once(forum: Forum, ana: RemotePerson) -> None:
    from fedconnect.foundation import queue

    for _ in range(5):
        forum.post(ana, ana.follow(forum.board()))
    assert queue.queue().count == 1


def test_r06_an_activity_is_kept_while_valkey_is_away(forum: Forum, ana: RemotePerson) -> None:
    from fedconnect.foundation import queue

    queue.connect("redis://127.0.0.1:1/0")
    try:
        assert forum.post(ana, ana.follow(forum.board())).status_code == 202
    finally:
        queue.connect(forum.settings.queue_url)
    assert len(forum.rows(InboundActivity)) == 1
    from fedconnect.jobs import sweep

    sweep.run()
    assert queue.queue().count == 1


def test_g8_a_server_that_sends_too_much_is_asked_to_come_later(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fedconnect.federation import rate_limits

    lower(monkeypatch, rate_limits, "INBOUND", 3)
    monkeypatch.setattr(rate_limits, "FOLLOWED_TIMES", 2)
    forum.tell(ana, ana.follow(forum.board()))
    statuses = {
        person.name: [
            forum.post(person, person.follow(forum.board("benefits"))).status_code for _ in range(8)
        ]
        for person in (mallory, ana)
    }
    assert statuses["mallory"] == [202] * 3 + [429] * 5
    assert statuses["ana"] == [202] * 5 + [429] * 3  # one was sent before
    assert 0 < int(forum.post(mallory, mallory.follow(forum.board())).headers["Retry-After"]) <= 300


def test_nobody_uses_up_the_share_of_another_server(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fedconnect.federation import rate_limits

    lower(monkeypatch, rate_limits, "INBOUND", 3)
    refused = [forum.post(mallory, ana.follow(forum.board())).status_code for _ in range(10)]
    assert refused == [401] * 3 + [429] * 7  # counted to the signer's server
    assert forum.post(ana, ana.follow(forum.board())).status_code == 202


def test_f10_unproven_messages_do_not_make_us_a_burden_to_another_server(
    forum: Forum, remote: RemoteServer, mallory: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fedconnect.federation import rate_limits

    lower(monkeypatch, rate_limits, "UNPROVEN", 5)
    for number in range(20):
        body = (
            json.dumps(mallory.follow(forum.board()))
            .replace(mallory.uri, f"{remote.base}/users/u{number}")
            .encode()
        )
        headers = mallory.sign(BASE + "/inbox", body)
        headers["Signature"] = headers["Signature"].replace(mallory.uri, f"{remote.base}/users/u{number}")
        assert forum.client.post("/inbox", data=body, headers=headers, base_url=BASE).status_code in {
            401,
            429,
        }
    assert len(remote.received) == 5


def test_f04_a_server_that_keeps_trying_is_asked_again_once_the_pause_is_over(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setattr(inbox._dead, "life_s", 1.0)
    remote.special["/users/ana"] = (500, {}, b"")
    assert forum.post(ana, ana.follow(forum.board())).status_code == 503
    del remote.special["/users/ana"]
    statuses = []
    for _ in range(8):
        statuses.append(forum.post(ana, ana.follow(forum.board())).status_code)
        time.sleep(0.25)
    assert statuses[0] == 503
    assert statuses[-1] == 202
