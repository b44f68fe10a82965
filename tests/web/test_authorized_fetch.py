"""Authorized fetch, and followers compared with one server at a time."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from flask.testing import FlaskClient

from fedconnect.activitypub import signing
from fedconnect.app import create_app
from fedconnect.blocklists import instance_policies
from fedconnect.federation.outbound import followers_synchronization
from fedconnect.foundation import caches, database
from fedconnect.foundation.settings import Settings
from fedconnect.models.board import LinkedGroup, LinkedGroupState
from fedconnect.models.instance import Policy
from support.forum import BASE, Forum, settings_for
from support.remote import RemotePerson, RemoteServer

AP = {"Accept": "application/activity+json"}


@pytest.fixture
def guarded(forum: Forum, settings: Settings) -> FlaskClient:
    """The same forum with authorized fetch switched on."""
    changed = settings_for(
        settings.data_dir, FEDCONNECT_AUTHORIZED_FETCH="yes", FEDCONNECT_REDIS_URL=settings.redis_url or "",
        FEDCONNECT_DATABASE_URL=settings.database_url,
    )  # fmt: skip
    return create_app(changed).test_client()


def signed(client: FlaskClient, person: RemotePerson, path: str):
    return client.get(path, headers={**AP, **person.sign(BASE + path, None, "GET")}, base_url=BASE)


PATHS = ["/boards/respite", "/boards/respite/outbox", "/boards/respite/followers", "/boards/respite/featured",
         "/boards/respite/moderators"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_documents_are_for_signed_requests_only(guarded: FlaskClient, ana: RemotePerson, path: str) -> None:
    assert guarded.get(path, headers=AP, base_url=BASE).status_code == 401
    answer = signed(guarded, ana, path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Signature" in answer.headers["Vary"]


def test_the_instance_actor_and_pages_for_people_stay_open(guarded: FlaskClient) -> None:
    assert guarded.get("/actor", headers=AP, base_url=BASE).status_code == 200
    for path in (
        "/",
        "/boards/respite",
        "/about",
        "/.well-known/webfinger?resource=acct:respite@forum.example",
    ):
        assert guarded.get(path, base_url=BASE).status_code == 200


def test_no_other_document_of_the_room_is_read_unsigned(guarded: FlaskClient) -> None:
    """A new file in `web/activitypub/` that forgets to ask who reads is found here."""
    is_open = {f"activitypub/{name}" for name in ("instance_actor", "discovery", "nodeinfo")}
    answered = {}
    for rule in guarded.application.url_map.iter_rules():
        room, methods = rule.endpoint.rpartition(".")[0], rule.methods or set()
        if not room.startswith("activitypub/") or room in is_open or "GET" not in methods:
            continue
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", str(rule)).replace("<slug>", "respite")
        path = re.sub(r"<\w+>", "1", path)
        answered[path] = guarded.get(path, headers=AP, base_url=BASE).status_code
    assert len(answered) > 12
    assert {path: status for path, status in answered.items() if status != 401} == {"/services/1": 404}


def test_a_blocked_server_reads_nothing(
    guarded: FlaskClient, ana: RemotePerson, remote: RemoteServer
) -> None:
    with database.transaction() as session:
        instance_policies.set_policy(session, remote.host, Policy.BLOCKED, "Spam.")
    caches.clear_all()
    assert signed(guarded, ana, "/boards/respite").status_code == 403


def test_without_the_setting_everybody_reads(forum: Forum) -> None:
    assert forum.ap("/boards/respite").status_code == 200


def test_a_limited_servers_posts_wait_and_a_blocked_ones_are_refused(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    from fedconnect.models.post import Post, PostState

    forum.tell(ben, ben.follow(forum.board()))
    with database.transaction() as session:
        instance_policies.set_policy(session, remote.host, Policy.LIMITED, "Spam.")
    caches.clear_all()
    note = ana.note("Waiting", forum.board())
    forum.tell(ana, ana.create(note))
    forum.deliver()
    assert forum.rows(Post, Post.uri == note["id"])[0].state is PostState.HELD
    assert remote.delivered("Announce") == []
    with database.transaction() as session:
        instance_policies.set_policy(session, remote.host, Policy.BLOCKED, "Spam.")
    caches.clear_all()
    assert forum.post(ana, ana.create(ana.note("Refused", forum.board()))).status_code == 403


def test_followers_are_compared_with_one_server_at_a_time(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    for one in (ana, ben, mallory):
        forum.tell(one, one.follow(forum.board()))
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    forum.deliver()
    (post,) = [one for one in remote.received if one.method == "POST" and one.json["type"] == "Announce"]
    header = post.headers["collection-synchronization"]
    expected = 0
    for person in (ana, ben):
        expected ^= int(hashlib.sha256(person.uri.encode()).hexdigest(), 16)
    assert f'digest="{expected:064x}"' in header
    assert f'collectionId="{forum.board()}/followers"' in header
    assert "collection-synchronization" in post.headers["signature"], "covered"
    path = "/boards/respite/followers_synchronization"
    assert f'url="{BASE}{path}"' in header
    assert signed(forum.client, ana, path).json["orderedItems"] == sorted([ana.uri, ben.uri])
    assert signed(forum.client, mallory, path).json["orderedItems"] == [mallory.uri]
    assert forum.ap(path).status_code == 401, "nobody reads it unsigned"


def test_the_digest_is_the_one_of_the_proposal() -> None:
    """The vector of FEP-8fcf."""
    uris = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"]
    assert followers_synchronization.digest_of(uris) == followers_synchronization.digest_of(uris[::-1])
    assert followers_synchronization.digest_of([]) == "0" * 64


def test_a_follow_that_a_sisters_server_lost_is_asked_again(forum: Forum, carers: RemotePerson) -> None:
    from fedconnect.activitypub import remote_actors
    from fedconnect.forum import boards, linked_groups

    person = remote_actors.ensure_person(carers.uri)
    with database.transaction() as session:
        linked_groups.follow_group(session, boards.get_board(session, "respite"), session.merge(person))
    forum.deliver()
    forum.tell(carers, carers.activity("Accept", carers.server.delivered("Follow")[0]))
    url = carers.server.serve(
        {"id": carers.uri + "/sync", "type": "OrderedCollection", "orderedItems": [forum.board("benefits")]}
    )
    header = f'collectionId="{carers.uri}/followers", url="{url}", digest="{"1" * 64}"'
    body = json.dumps(carers.envelope("https://x.example/1")).encode()
    headers = signing.sign(
        carers.key, carers.key_id, "POST", BASE + "/inbox", body, {"Collection-Synchronization": header}
    )
    assert forum.client.post("/inbox", data=body, headers=headers, base_url=BASE).status_code == 202
    forum.run_backfill()
    forum.deliver()
    assert forum.rows(LinkedGroup)[0].state is LinkedGroupState.ASKED
    assert len(carers.server.delivered("Follow")) == 2
    (undo,) = carers.server.delivered("Undo")
    assert undo["actor"] == forum.board("benefits")


@pytest.mark.parametrize("case", ["not covered", "another server", "the same"])
def test_a_comparison_that_is_not_proven_or_finds_nothing_asks_nobody(
    forum: Forum, carers: RemotePerson, ana: RemotePerson, case: str
) -> None:
    from fedconnect.models.fetch_task import FetchTask

    url = (ana if case == "another server" else carers).uri + "/sync"
    digest = "0" * 64 if case == "the same" else "1" * 64
    header = {"Collection-Synchronization": f'collectionId="{carers.uri}/f", url="{url}", digest="{digest}"'}
    body = json.dumps(carers.envelope("https://x.example/1")).encode()
    covered = {} if case == "not covered" else header
    headers = {**signing.sign(carers.key, carers.key_id, "POST", BASE + "/inbox", body, covered), **header}
    assert forum.client.post("/inbox", data=body, headers=headers, base_url=BASE).status_code == 202
    assert forum.rows(FetchTask) == []
