"""Gathering by hashtag: what may be gathered at all, and whom a moderator's hand may boost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import SurfacingRefused
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
    assert hashtag_curation._keep(board.id, "care", "home.example", [found]) == 0
    assert hashtag_curation._keep(board.id, "care", "home.example", [status(), status()]) == 1


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
    assert hashtag_curation._keep(board.id, "care", "home.example", [status(uri=uri), status()]) == 1


DAY = timedelta(days=1)


def a_question(age: timedelta = DAY, **changes: Any) -> dict[str, Any]:
    written = (clock.now() - age).isoformat()
    account = {"uri": ANA, "acct": "ana@home.example", **changes.pop("account", {})}
    return status(
        **{"id": "12", "content": "<p>Who knows?</p>", "created_at": written, "account": account, **changes}
    )


def kept(document: dict[str, Any]) -> HashtagPost:
    with database.transaction() as session:
        board = a_board(session)
    assert hashtag_curation._keep(board.id, "care", "home.example", [document]) == 1
    with database.read_transaction() as session:
        return session.scalars(select(HashtagPost)).one()


@pytest.mark.parametrize(
    "change",
    [
        {"content": "<p>No question.</p>"}, {"content": None}, {"id": "../1"}, {"id": None}, {"created_at": None},
        {"created_at": "soon"}, {"age": timedelta(days=7)}, {"age": -timedelta(minutes=1)},
        {"account": {"uri": None, "url": None}},
    ],
)  # fmt: skip
def test_what_asks_nothing_or_cannot_be_asked_about_again_is_gathered_and_no_question(
    unit: Unit, change: dict[str, Any]
) -> None:
    assert kept(a_question(**change)).asked_at is None


def test_a_question_is_kept_as_when_and_where_and_whose_and_nothing_that_it_says(unit: Unit) -> None:
    found = kept(a_question())
    assert found.asked_at is not None
    assert clock.now() - DAY - timedelta(minutes=1) < found.asked_at <= clock.now() - DAY
    assert (found.home_status_id, found.author_uri, found.looked_at, found.is_unanswered) == (
        "12",
        ANA,
        None,
        False,
    )
    words = {str(getattr(found, column.name)) for column in HashtagPost.__table__.columns}
    assert not any("Who knows" in one for one in words)


@pytest.mark.parametrize(
    "account",
    [{}, {"uri": None, "url": "https://home.example/@ana"}, {"uri": None, "acct": "ana"}],
    ids=["by actor id", "by handle", "by handle of the server's own"],
)
def test_nothing_is_gathered_of_somebody_who_said_no_however_their_server_names_them(
    unit: Unit, account: dict[str, Any]
) -> None:
    with database.transaction() as session:
        board, other = a_board(session), a_board(session, "benefits")
        opt_outs.opt_out(session, a_person(session).id, board.id)
    documents = [a_question(account=account)]
    assert hashtag_curation._keep(board.id, "care", "home.example", documents) == 0
    assert hashtag_curation._keep(other.id, "care", "home.example", documents) == 1


@pytest.mark.parametrize("address", [ANA, "https://home.example/@ana"])
def test_what_was_found_of_somebody_goes_when_they_say_no_and_nobody_elses_does(
    unit: Unit, address: str
) -> None:
    theirs = a_found_post(author_uri=address)
    with database.transaction() as session:
        for number, author in enumerate(("", "https://home.example/users/ben")):
            add(
                session,
                HashtagPost(
                    board_id=theirs.board_id,
                    uri=f"{POST}/{number}",
                    url=POST,
                    tag="care",
                    author_uri=author,
                    found_at=clock.now(),
                ),
            )
        ana = a_person(session, url="https://home.example/@ana")
        hashtag_curation.forget_author(session, ana, theirs.board_id + 1)
        assert len(session.scalars(select(HashtagPost)).all()) == 3
        hashtag_curation.undo_refused(session, SurfacingRefused(ana.id, theirs.board_id))
        assert [one.author_uri for one in session.scalars(select(HashtagPost).order_by(HashtagPost.uri))] == [
            "",
            "https://home.example/users/ben",
        ]


def test_whoever_takes_a_hashtag_over_asks_another_server_which_has_other_ids_for_its_questions(
    session: Session,
) -> None:
    board = a_board(session)
    ana, ben = (a_reader(session, a_person(session, name)) for name in ("ana", "ben"))
    hashtag_curation.follow_tag(session, board, ana.id, "care")
    for number, asked in enumerate((clock.now(), None)):
        add(
            session,
            HashtagPost(
                board_id=board.id,
                uri=f"{POST}/{number}",
                url=POST,
                tag="care",
                found_at=clock.now(),
                asked_at=asked,
            ),
        )
    hashtag_curation.follow_tag(session, board, ben.id, "care")
    assert [one.asked_at for one in hashtag_curation.list_found(session, board)] == [None]


def test_what_waits_as_a_question_is_not_shown_a_second_time_among_what_was_found(session: Session) -> None:
    board = a_board(session)
    for number, waits in enumerate((True, False)):
        add(
            session,
            HashtagPost(
                board_id=board.id,
                uri=f"{POST}/{number}",
                url=POST,
                tag="care",
                found_at=clock.now(),
                is_unanswered=waits,
            ),
        )
    assert [one.uri for one in hashtag_curation.list_found(session, board)] == [f"{POST}/1"]
