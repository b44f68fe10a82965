"""Gathering by hashtag: what may be gathered at all, and whom a moderator's hand may boost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.federation.outbound import hashtag_curation
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.hashtag import FollowedHashtag, HashtagPost, HashtagPostState
from fedconnect.models.instance import Policy
from fedconnect.models.outbound import OutboundActivity
from fedconnect.surfacing.hearing import opt_outs
from support.federation_rows import OtherServers, actor_document, an_instance, note_document, with_keys
from support.forum import BASE
from support.unit import Unit, a_board, a_person, a_reader, a_thread, add

ANA, POST = "https://home.example/users/ana", "https://home.example/posts/1"


def status(**changes: Any) -> dict[str, Any]:
    account = {"indexable": True, "bot": False, "note": "", **changes.pop("account", {})}
    return {"uri": POST, "url": POST, "visibility": "public", "account": account, **changes}


@pytest.mark.parametrize("tag", ["", "#", "x", "two words", "12345", "#a-b", "x" * 61, "<b>"])
def test_what_is_no_hashtag_is_not_gathered(session: Session, tag: str) -> None:
    board = a_board(session)
    with pytest.raises(Malformed):
        hashtag_curation.follow_tag(session, board, 1, tag)


def test_a_board_gathers_five_hashtags_and_each_with_one_moderators_token(session: Session) -> None:
    board = a_board(session)
    ana, ben = (a_reader(session, a_person(session, name)) for name in ("ana", "ben"))
    for number in range(5):
        hashtag_curation.follow_tag(session, board, ana.id, f" #Tag{number} ")
    with pytest.raises(Malformed):
        hashtag_curation.follow_tag(session, board, ana.id, "more")
    hashtag_curation.follow_tag(session, board, ben.id, "tag0")
    tied = {tag.tag: tag.reader_id for tag, _ in hashtag_curation.list_tags(session, board)}
    assert tied == {"tag0": ben.id, **{f"tag{number}": ana.id for number in range(1, 5)}}
    assert board.hashtags_followed.split("\n")[0] == "#tag0 @ben@home.example"
    other = a_board(session, "benefits")
    first = session.scalars(select(FollowedHashtag.id)).first()
    assert first is not None
    with pytest.raises(NotFound):
        hashtag_curation.unfollow_tag(session, other, first)
    assert len(hashtag_curation.list_tags(session, board)) == 5


@pytest.mark.parametrize(
    "found",
    [
        None, "x", status(visibility="unlisted"), status(visibility=None), status(reblog={}), status(in_reply_to_id="1"),
        status(sensitive=True), status(account={"indexable": "true"}), status(account={"indexable": None}),
        status(account={"bot": True}), status(account={"note": "<p>#nobot</p>"}), status(uri=""), status(url=None),
        status(uri=f"{BASE}/posts/1"), status(uri="https://evil.example/1"), status(uri="https://here.example/1"),
    ],
)  # fmt: skip
def test_what_its_author_does_not_let_or_stands_here_already_is_not_gathered(
    unit: Unit, found: object
) -> None:
    with database.transaction() as session:
        board = a_board(session)
        an_instance(session, "evil.example", policy=Policy.SILENCED)
        a_thread(session, board, uri="https://here.example/1")
    assert hashtag_curation._keep(board.id, "care", [found]) == 0
    assert hashtag_curation._keep(board.id, "care", [status(), status()]) == 1


def a_found_post(**values: Any) -> HashtagPost:
    with database.transaction() as session:
        known = {
            "board_id": a_board(session).id,
            "uri": POST,
            "url": POST,
            "tag": "care",
            "found_at": clock.now(),
        }
        return add(session, HashtagPost(**{**known, **values}))


@pytest.mark.parametrize(
    ("note", "actor"),
    [
        ({"id": POST + "/2"}, {}), ({"to": []}, {}), ({"to": [], "cc": ["as:Public"]}, {}), ({"type": "Tombstone"}, {}),
        ({"attributedTo": "https://evil.example/users/eve"}, {}), ({}, {"indexable": False}), ({}, {"summary": "#noindex"}),
    ],
)  # fmt: skip
def test_its_author_is_asked_again_before_it_is_boosted(
    unit: Unit, others: OtherServers, note: dict[str, Any], actor: dict[str, Any]
) -> None:
    with_keys()
    found = a_found_post()
    others.say(POST, {**note_document(POST, ANA), **note})
    others.say(ANA, actor_document(ANA, **{"indexable": True, **actor}))
    with pytest.raises(Malformed):
        hashtag_curation.boost(found.board_id, found.id)
    with database.read_transaction() as session:
        assert session.scalars(select(OutboundActivity)).all() == []


@pytest.mark.parametrize("has_opted_out", [True, False])
def test_somebody_who_said_no_here_is_not_boosted_either(
    unit: Unit, others: OtherServers, has_opted_out: bool
) -> None:
    with_keys()
    found = a_found_post()
    others.say(POST, note_document(POST, ANA))
    others.say(ANA, actor_document(ANA, indexable=True))
    with database.transaction() as session:
        person = a_person(session)
        if has_opted_out:
            opt_outs.opt_out(session, person.id)
    if has_opted_out:
        with pytest.raises(Malformed):
            hashtag_curation.boost(found.board_id, found.id)
    else:
        hashtag_curation.boost(found.board_id, found.id)
    with database.read_transaction() as session:
        state = session.get_one(HashtagPost, found.id).state
    assert state is (HashtagPostState.FOUND if has_opted_out else HashtagPostState.BOOSTED)


@pytest.mark.parametrize("state", [HashtagPostState.BOOSTED, HashtagPostState.LEFT, HashtagPostState.UNDONE])
def test_what_was_decided_on_or_is_another_boards_waits_for_nobody(
    unit: Unit, state: HashtagPostState
) -> None:
    found = a_found_post(state=state)
    for board_id in (found.board_id, found.board_id + 1):
        with pytest.raises(NotFound):
            hashtag_curation.boost(board_id, found.id)


@pytest.mark.parametrize(
    "uri", ["tag:social.example,2017:objectId=1", "https://[x/1", "https:///1", "https://"]
)
def test_a_post_whose_id_is_no_address_is_passed_over_and_those_beside_it_are_gathered(
    unit: Unit, uri: str
) -> None:
    with database.transaction() as session:
        board = a_board(session)
    assert hashtag_curation._keep(board.id, "care", [status(uri=uri), status()]) == 1
