"""What a board's outbox may embed: public posts that stand, by people of other servers, the newest twenty."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum.announced_posts import MOST, find_announced, find_unboosted
from fedconnect.foundation import clock
from fedconnect.models.instance import Policy
from fedconnect.models.post import PostState
from support.federation_rows import a_received, an_instance
from support.unit import a_board, a_person, a_thread


def test_what_is_not_for_everybody_or_does_not_stand_is_never_embedded(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    for values in (
        {"state": PostState.HELD}, {"state": PostState.REMOVED}, {"visibility": Visibility.UNLISTED},
        {"visibility": Visibility.FOLLOWERS}, {"source": ""}, {"source": "x" * 8_001},
    ):  # fmt: skip
        _, post = a_thread(session, board, ana, **values)
        assert find_announced(session, [post.uri]) == {}
    for name, facts in (("gus", {"gone_at": clock.now()}), ("quin", {"quarantined_at": clock.now()})):
        _, post = a_thread(session, board, a_person(session, name, **facts))
        assert find_announced(session, [post.uri]) == {}, name
    an_instance(session, "silent.example", policy=Policy.SILENCED)
    _, post = a_thread(session, board, a_person(session, "sid", "silent.example"))
    assert find_announced(session, [post.uri]) == {}
    own = a_thread(session, board, None)[1]
    assert find_announced(session, [own.uri]) == {}, "a board's own words are its own"


def test_a_post_comes_with_its_author_and_the_id_by_which_its_server_told_of_it(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    one, other = (a_thread(session, board, ana)[1] for _ in range(2))
    a_received(session, "https://evil.example/users/eve", one.uri)
    a_received(session, ana.uri, one.uri, kind="Update")
    told = a_received(session, ana.uri, one.uri)
    found = find_announced(session, [other.uri, one.uri])
    assert found == {one.uri: (one, ana, told.activity_uri), other.uri: (other, ana, "")}


def test_twenty_are_looked_for(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    uris = [a_thread(session, board, ana)[1].uri for _ in range(MOST + 1)]
    assert set(find_announced(session, uris)) == set(uris[:MOST])


def test_what_its_author_lets_nobody_boost_is_not_announced_either(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    us = "https://forum.example/boards/respite"
    known = {
        a_thread(session, board, ana, **values)[1].uri: kept_back
        for values, kept_back in (
            ({}, False), ({"may_boost": ana.uri}, True), ({"may_boost": f"{ana.uri}\n{us}"}, False),
            ({"may_boost": f"{ana.uri}\n{us}2"}, True), ({"refuses_boosts": True}, True),
            ({"may_boost": us, "refuses_boosts": True}, True),
        )
    }  # fmt: skip
    assert find_unboosted(session, known, us) == {uri for uri, kept_back in known.items() if kept_back}
