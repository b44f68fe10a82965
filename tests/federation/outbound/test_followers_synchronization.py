"""Followers compared with one server at a time: who is told what, and when we look. Ref: FEP-8fcf."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub.signatures import Request
from fedconnect.events import LinkedGroupFollowed, LinkedGroupUnfollowed
from fedconnect.federation.outbound import followers_synchronization as synchronization
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FetchFailed, NotFound
from fedconnect.models.board import LinkedGroup, LinkedGroupState
from support.federation_rows import OtherServers, a_follow, with_keys
from support.forum import BASE
from support.unit import Unit, a_board, a_person, add

GROUP = "https://lemmy.example/users/carers"
URL = f"{GROUP}/followers_synchronization"
TEAM = f"{BASE}/services/moderators"
RESPITE, BENEFITS = f"{BASE}/boards/respite", f"{BASE}/boards/benefits"


def linked(*slugs: str, state: LinkedGroupState = LinkedGroupState.ACCEPTED) -> None:
    """Let boards follow the group; one that is named twice is one."""
    with database.transaction() as session:
        group = a_person(session, "carers", "lemmy.example", kind="Group")
        for slug in slugs:
            uri = f"{BASE}/boards/{slug}#follows/1"
            add(session, LinkedGroup(
                board_id=a_board(session, slug).id, person_id=group.id, uri=uri, state=state, since=clock.now()
            ))  # fmt: skip


def told(
    *uris: str, url: str = URL, covered: str = "(request-target) collection-synchronization", digest: str = ""
) -> str:
    digest = digest or synchronization.digest_of(list(uris))
    header = f'collectionId="{GROUP}/followers", url="{url}", digest="{digest}"'
    headers = {"collection-synchronization": header, "signature": f'keyId="k",headers="{covered}"'}
    return synchronization.difference_told(Request("POST", BASE, "/inbox", headers, b""), GROUP)


def test_a_digest_is_the_same_in_any_order_and_another_for_another_set() -> None:
    one, two = "https://a.example/1", "https://a.example/2"
    assert synchronization.digest_of([one, two]) == synchronization.digest_of([two, one])
    assert synchronization.digest_of([one]) == hashlib.sha256(one.encode()).hexdigest()
    assert synchronization.digest_of([one, two]) != synchronization.digest_of([one])
    assert synchronization.digest_of([]) == "0" * 64


def test_a_server_is_told_of_its_own_people_only(session: Session) -> None:
    board = a_board(session)
    ana, ben = a_person(session), a_person(session, "ben")
    for person in (ana, ben, a_person(session, "eve", "sub.home.example")):
        a_follow(session, board, person)
    a_follow(session, a_board(session, "benefits"), a_person(session, "fay"))
    assert synchronization.followers_at(session, board, "home.example") == [ana.uri, ben.uri]
    header = synchronization.header_for(session, "respite", "home.example")
    digest = synchronization.digest_of([ana.uri, ben.uri])
    assert f'url="{RESPITE}/followers_synchronization", digest="{digest}"' in header
    with pytest.raises(NotFound):
        synchronization.header_for(session, "nowhere", "home.example")


@pytest.mark.parametrize(
    ("covered", "url"),
    [
        ("(request-target) host", URL),
        ("collection-synchronization", "https://evil.example/followers"),
        ("collection-synchronization", "http://lemmy.example/followers"),
        ("collection-synchronization", "javascript:alert(1)"),
        ("collection-synchronization", "https://lemmy.example/" + "x" * 4096),
    ],
)
def test_a_header_that_is_not_signed_or_leads_elsewhere_makes_us_look_nowhere(
    unit: Unit, covered: str, url: str
) -> None:
    linked("respite")
    assert told("https://forum.example/boards/other", url=url, covered=covered) == ""
    assert told("https://forum.example/boards/other") == URL


def test_we_look_only_where_a_server_says_otherwise_than_we_think(unit: Unit) -> None:
    assert told() == ""
    assert told(RESPITE) == URL
    linked("respite", "benefits")
    assert told(BENEFITS, RESPITE) == ""
    assert told(RESPITE) == URL
    assert told(digest="0" * 64) == URL


def test_a_follow_that_was_not_accepted_yet_does_not_count_as_ours(unit: Unit) -> None:
    linked("respite", state=LinkedGroupState.ASKED)
    assert told() == ""
    assert told(RESPITE) == URL


def compare(others: OtherServers, *uris: str) -> str:
    with_keys()
    others.say(URL, {"id": URL, "type": "OrderedCollection", "orderedItems": list(uris)})
    return synchronization.compare(URL, GROUP)


def test_what_the_other_server_lost_is_asked_for_again(unit: Unit, others: OtherServers) -> None:
    linked("respite", "benefits")
    assert compare(others, BENEFITS, "https://elsewhere.example/boards/respite") == "1 asked again, 0 undone"
    with database.read_transaction() as session:
        states = dict(session.execute(select(LinkedGroup.uri, LinkedGroup.state)).all())
        lost = session.scalars(select(LinkedGroup).where(LinkedGroup.uri.startswith(RESPITE))).one()
    assert states[f"{BENEFITS}#follows/1"] is LinkedGroupState.ACCEPTED
    assert lost.state is LinkedGroupState.ASKED
    assert unit.events == [LinkedGroupFollowed(lost.id)]


def test_what_we_lost_is_undone_and_what_we_only_just_asked_for_is_not(
    unit: Unit, others: OtherServers
) -> None:
    linked("respite", state=LinkedGroupState.ASKED)
    with database.transaction() as session:
        a_board(session, "benefits")
    nobodys = [f"{BASE}/boards/none{number}" for number in range(9)]
    compare(others, RESPITE, BENEFITS, TEAM, f"{BASE}/actor", *nobodys)
    assert [type(one) for one in unit.events] == [LinkedGroupUnfollowed] * 2
    assert {one.follow_uri for one in unit.events if isinstance(one, LinkedGroupUnfollowed)} == {
        f"{uri}#follows/lost" for uri in (BENEFITS, TEAM)
    }


def test_who_follows_for_all_boards_is_known_to_follow(unit: Unit, others: OtherServers) -> None:
    linked("respite")
    with database.transaction() as session:
        session.scalars(select(LinkedGroup)).one().uri = f"{TEAM}#follows/1"
    assert told(TEAM) == ""
    assert compare(others, TEAM) == "0 asked again, 0 undone"
    assert compare(others) == "1 asked again, 0 undone"


def test_a_server_that_does_not_answer_changes_nothing(unit: Unit, others: OtherServers) -> None:
    linked("respite")
    with_keys()
    with pytest.raises(FetchFailed):
        synchronization.compare(URL, GROUP)
    assert unit.events == []
