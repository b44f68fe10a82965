"""What a reader's own server is asked for: nothing without leave, and its answer counts, not the wish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.events import Cause, PostWithdrawn
from fedconnect.forum import removal
from fedconnect.foundation import database, fetch
from fedconnect.foundation.errors import FedConnectError, FetchFailed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.home_servers import client_actions
from fedconnect.models.post import Post, PostState, Reaction, ReactionKind, Tombstone
from fedconnect.models.reader import Grant
from support.home_server_rows import (
    ACCOUNTS,
    BOARD_ACCOUNT,
    HOME,
    STATUSES,
    HomeOthers,
    Place,
    a_place,
    search_for,
)
from support.unit import Unit, a_board

BOARD = "@respite@forum.example"
BOARD_SEARCH, REPORTS = search_for(BOARD, "accounts"), f"{HOME}/api/v1/reports"
Deed = Callable[[Place], None]
#: each deed, the permission that it needs and the address that it ends at
DEEDS: list[tuple[Deed, Permission, str]] = [
    (lambda at: client_actions.react(at.visit, at.post, ReactionKind.LIKE, on=True), Permission.MARK, f"{STATUSES}/7/favourite"),
    (lambda at: client_actions.react(at.visit, at.post, ReactionKind.BOOST, on=False), Permission.MARK, f"{STATUSES}/7/unreblog"),
    (lambda at: client_actions.bookmark(at.visit, at.post, on=True), Permission.MARK, f"{STATUSES}/7/bookmark"),
    (lambda at: client_actions.follow(at.visit, BOARD, on=True), Permission.FOLLOW, f"{ACCOUNTS}/9/follow"),
    (lambda at: client_actions.delete(at.visit, at.post), Permission.WRITE, f"{STATUSES}/7"),
    (lambda at: client_actions.pass_report_on(at.visit, at.post, "rude"), Permission.REPORT, REPORTS),
]  # fmt: skip


@pytest.fixture
def at(unit: Unit, home: HomeOthers) -> Place:
    """A post of Ana's own that her server knows as 7; it knows the board as 9."""
    with database.transaction() as session:
        found = a_place(session, is_own=True)
    home.finds(found.post.uri, account={"id": "3"})
    home.tells(BOARD_SEARCH, {"accounts": [BOARD_ACCOUNT]})
    return found


def reactions() -> list[ReactionKind]:
    with database.read_transaction() as session:
        return sorted(session.scalars(select(Reaction.kind)))


def is_visible(at: Place) -> bool:
    with database.read_transaction() as session:
        return session.get_one(Post, at.post.id).state is PostState.VISIBLE


def marked(at: Place, kind: ReactionKind, home: HomeOthers) -> None:
    """Let Ana have marked a post before."""
    word = "favourite" if kind is ReactionKind.LIKE else "reblog"
    home.tells(f"{STATUSES}/7/{word}", {"id": "7"})
    client_actions.react(at.visit, at.post, kind, on=True)


def test_without_its_own_permission_nobody_is_asked_at_all(at: Place, home: HomeOthers) -> None:
    for deed, permission, end in DEEDS:
        with database.transaction() as session:
            session.scalars(select(Grant)).one().withheld = permission.value
        with pytest.raises(PermissionNeeded) as caught:
            deed(at)
        assert (caught.value.permission, home.asked) == (permission, []), end
    assert (reactions(), is_visible(at)) == ([], True)


@pytest.mark.parametrize(("status", "is_dead"), [(401, True), (403, False)])
def test_a_token_that_no_longer_does_it_is_asked_for_anew_and_forgotten_where_it_is_dead(
    at: Place, home: HomeOthers, status: int, is_dead: bool
) -> None:
    with database.read_transaction() as session:
        sealed = session.scalars(select(Grant)).one().token_sealed
    for deed, permission, end in DEEDS:
        home.tells(end, {"error": "no"}, status)
        with pytest.raises(PermissionNeeded) as caught:
            deed(at)
        assert caught.value.permission is permission
        with database.transaction() as session:
            grant = session.scalars(select(Grant)).one()
            assert (grant.ended_at is not None, grant.token_sealed == "") == (is_dead, is_dead), end
            grant.ended_at, grant.token_sealed = None, sealed
    assert (reactions(), is_visible(at)) == ([], True)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (302, {}, HomeAway), (429, {}, HomeAway), (500, {}, HomeAway), (200, b"<html>", HomeAway),
        (404, {"error": "Record not found"}, HomeRefused), (422, b"", HomeRefused),
    ],
)  # fmt: skip
def test_where_the_home_server_did_not_do_it_nothing_is_done_here(
    at: Place, home: HomeOthers, status: int, body: object, error: type[FedConnectError]
) -> None:
    for deed, _, end in DEEDS:
        if status == 404 and end == f"{STATUSES}/7":
            continue  # a post that is not there is deleted
        home.say(end, body, status, "text/html" if isinstance(body, bytes) else "application/json")
        with pytest.raises(error):
            deed(at)
    assert (reactions(), is_visible(at)) == ([], True)
    with database.read_transaction() as session:
        assert session.scalars(select(Grant)).one().ended_at is None


def test_nothing_is_done_with_a_post_that_the_home_server_does_not_find(at: Place, home: HomeOthers) -> None:
    another = {"statuses": [{"id": "7", "uri": "https://x.example/1"}]}
    for deed, _, end in DEEDS:
        if end == f"{ACCOUNTS}/9/follow":
            continue  # that is about no post
        for answer in ([], "x", None, {"statuses": []}, another):
            home.tells(search_for(at.post.uri, "statuses"), answer)
            with pytest.raises(HomeRefused):
                deed(at)
    assert (home.deeds, is_visible(at)) == ([], True)


@pytest.mark.parametrize(("kind", "word"), [(ReactionKind.LIKE, "favourite"), (ReactionKind.BOOST, "reblog")])
def test_a_mark_is_asked_for_by_its_word_and_stands_where_the_answer_does_not_say(
    at: Place, home: HomeOthers, kind: ReactionKind, word: str
) -> None:
    for answer in ({"id": "7"}, [], "x", None):
        for on in (True, False):
            asked = word if on else f"un{word}"
            home.tells(f"{STATUSES}/7/{asked}", answer)
            client_actions.react(at.visit, at.post, kind, on=on)
            assert home.deeds[-1] == f"POST /statuses/7/{asked}"
            assert reactions() == ([kind] if on else []), answer


@pytest.mark.parametrize("stands", [False, True])
@pytest.mark.parametrize("on", [False, True])
def test_what_the_home_server_says_of_the_mark_counts_and_not_what_was_wished(
    at: Place, home: HomeOthers, on: bool, stands: bool
) -> None:
    if not on:
        marked(at, ReactionKind.LIKE, home)
    home.tells(f"{STATUSES}/7/{'' if on else 'un'}favourite", {"id": "7", "favourited": stands})
    client_actions.react(at.visit, at.post, ReactionKind.LIKE, on=on)
    assert reactions() == ([ReactionKind.LIKE] if stands else [])


@pytest.mark.parametrize("inner", [False, True])
def test_of_a_boost_the_post_inside_counts(at: Place, home: HomeOthers, inner: bool) -> None:
    answer = {"id": "70", "reblogged": not inner, "reblog": {"id": "7", "reblogged": inner}}
    home.tells(f"{STATUSES}/7/reblog", answer)
    client_actions.react(at.visit, at.post, ReactionKind.BOOST, on=True)
    assert reactions() == ([ReactionKind.BOOST] if inner else [])


def test_another_field_of_the_answer_is_not_about_this_mark(at: Place, home: HomeOthers) -> None:
    home.tells(f"{STATUSES}/7/reblog", {"favourited": False, "reblogged": True, "reblog": None})
    client_actions.react(at.visit, at.post, ReactionKind.BOOST, on=True)
    assert reactions() == [ReactionKind.BOOST]


def test_taking_a_like_back_leaves_the_boost_and_a_mark_said_twice_is_one(
    at: Place, home: HomeOthers
) -> None:
    for kind in (ReactionKind.BOOST, ReactionKind.LIKE, ReactionKind.LIKE):
        marked(at, kind, home)
    assert reactions() == [ReactionKind.BOOST, ReactionKind.LIKE]
    home.tells(f"{STATUSES}/7/unfavourite", {})
    client_actions.react(at.visit, at.post, ReactionKind.LIKE, on=False)
    assert reactions() == [ReactionKind.BOOST]


def test_a_bookmark_is_told_by_its_word_and_leaves_no_row_here(at: Place, home: HomeOthers) -> None:
    for on, word in ((True, "bookmark"), (False, "unbookmark")):
        home.tells(f"{STATUSES}/7/{word}", {})
        client_actions.bookmark(at.visit, at.post, on=on)
        assert home.deeds[-1] == f"POST /statuses/7/{word}"
    assert (len(home.deeds), reactions()) == (2, [])


def test_nobody_is_followed_where_the_home_server_cannot_find_the_board(at: Place, home: HomeOthers) -> None:
    strange: list[object] = [
        None,
        {},
        *({**BOARD_ACCOUNT, "id": one} for one in (True, ["9"], "", "9" * 101)),
    ]
    answers = [
        None,
        "x",
        [],
        {},
        {"accounts": {}},
        {"accounts": []},
        *({"accounts": [one]} for one in strange),
    ]
    for answer in answers:
        home.tells(BOARD_SEARCH, answer)
        for on in (True, False):
            with pytest.raises(HomeRefused) as caught:
                client_actions.follow(at.visit, BOARD, on=on)
            assert BOARD in str(caught.value.sentence)
    assert home.deeds == []


@pytest.mark.parametrize("number", ["9", 9, "9" * 100])
def test_a_board_is_followed_with_its_announcements_and_left_without_a_word_on_them(
    at: Place, home: HomeOthers, number: str | int
) -> None:
    home.tells(BOARD_SEARCH, {"accounts": [{**BOARD_ACCOUNT, "id": number}]})
    for word in ("follow", "unfollow"):
        home.tells(f"{ACCOUNTS}/{number}/{word}", {})
    client_actions.follow(at.visit, BOARD, on=True)
    assert home.form == {"reblogs": True}
    client_actions.follow(at.visit, BOARD, on=False)
    assert home.form == {}
    assert home.deeds == [f"POST /accounts/{number}/follow", f"POST /accounts/{number}/unfollow"]


@pytest.mark.parametrize("acct", ["respite@evil.example", "respite", "mallory@forum.example", "", None, 7])
def test_whoever_only_calls_themselves_like_the_board_is_not_followed(
    at: Place, home: HomeOthers, acct: object
) -> None:
    home.tells(BOARD_SEARCH, {"accounts": [{"id": "666", "acct": acct, "display_name": BOARD}]})
    with pytest.raises(HomeRefused):
        client_actions.follow(at.visit, BOARD, on=True)
    assert home.deeds == []


def _now(at: Place) -> tuple[PostState, str, str, int]:
    with database.read_transaction() as session:
        post = session.get_one(Post, at.post.id)
        return post.state, post.body_html, post.excerpt, post.board_id


@pytest.mark.parametrize("what", ["withdrawn", "removed", "edited", "moved", "gone"])
@pytest.mark.parametrize("deed", DEEDS[:2] + DEEDS[4:5], ids=["like", "boost taken back", "delete"])
def test_what_happens_to_a_post_while_the_home_server_is_asked_stands(
    unit: Unit, at: Place, home: HomeOthers, deed: tuple[Deed, Permission, str], what: str
) -> None:
    """The answer may take seconds; whoever writes back the row that was read before undoes what came between."""
    act, _, address = deed
    home.tells(address, {"id": "7"})
    between: list[tuple[PostState, str, str, int] | None] = []
    answer = home.request

    def meanwhile(method: str, url: str, *rest: Any, **more: Any) -> HttpResponse:
        if url == address:
            with database.transaction() as session:
                post = session.get_one(Post, at.post.id)
                if what == "withdrawn":
                    removal.withdraw(session, post, Cause.AUTHOR)
                elif what == "removed":
                    removal.remove(session, post)
                elif what == "edited":
                    post.body_html = post.excerpt = "<p>Anew</p>"
                elif what == "moved":
                    post.board_id = a_board(session, "elsewhere").id
                else:
                    session.execute(delete(Post).where(Post.id == at.post.id))
            between.append(_now(at) if what != "gone" else None)
        return answer(method, url, *rest, **more)

    home_request = pytest.MonkeyPatch()
    home_request.setattr(fetch, "_request", meanwhile)
    try:
        act(at)
    finally:
        home_request.undo()
    if what == "gone":
        with database.read_transaction() as session:
            assert session.get(Post, at.post.id) is None
    elif "DELETE /statuses/7" in home.deeds:
        assert _now(at)[:2] == (PostState.DELETED, "")
        assert len(unit.of(PostWithdrawn)) <= 1
    else:
        assert _now(at) == between[0]
    if what in {"withdrawn", "gone"}:
        assert reactions() == []


def test_a_deleted_post_is_gone_at_home_first_and_then_here(unit: Unit, at: Place, home: HomeOthers) -> None:
    home.tells(f"{STATUSES}/7", {})
    client_actions.delete(at.visit, at.post)
    assert home.deeds == ["DELETE /statuses/7"]
    with database.read_transaction() as session:
        assert session.get_one(Post, at.post.id).state is PostState.DELETED
        taken_back = session.scalars(select(Tombstone)).one()
    assert (taken_back.uri, taken_back.actor_uri) == (at.post.uri, at.visit.person_uri)
    assert [one.cause for one in unit.of(PostWithdrawn)] == [Cause.AUTHOR]


@pytest.mark.parametrize("status", [404, 410])
def test_a_post_that_its_server_no_longer_has_is_deleted_here_too(
    at: Place, home: HomeOthers, status: int
) -> None:
    """The answer to an earlier try was lost: asked again, GoToSocial and Hollo say that there is none."""
    home.tells(f"{STATUSES}/7", {"error": "Not Found"}, status)
    client_actions.delete(at.visit, at.post)
    assert home.deeds == ["DELETE /statuses/7"]
    assert _now(at)[:2] == (PostState.DELETED, "")


@pytest.mark.parametrize(
    ("status", "times"), [(None, 2), (500, 2), (502, 2), (504, 2), (503, 1), (429, 1), (422, 1)]
)
def test_a_post_that_may_stand_at_home_stands_here_and_where_nobody_knows_it_is_asked_once_more(
    at: Place, home: HomeOthers, status: int | None, times: int
) -> None:
    if status is None:
        home.fail(f"{STATUSES}/7", FetchFailed("no answer"))
    else:
        home.tells(f"{STATUSES}/7", {}, status)
    with pytest.raises((HomeAway, HomeRefused)):
        client_actions.delete(at.visit, at.post)
    assert home.deeds == ["DELETE /statuses/7"] * times
    assert _now(at)[0] is PostState.VISIBLE


@pytest.mark.parametrize(("length", "told"), [(999, 999), (1000, 1000), (1001, 1000)])
def test_a_report_names_the_post_and_its_author_as_the_home_server_knows_them_and_goes_no_further(
    at: Place, home: HomeOthers, length: int, told: int
) -> None:
    home.tells(REPORTS, {})
    client_actions.pass_report_on(at.visit, at.post, "r" * length)
    assert home.form == {
        "account_id": "3", "status_ids": ["7"], "comment": "r" * told, "forward": False,
    }  # fmt: skip
