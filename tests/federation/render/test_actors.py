"""Our actors as documents: who they are, where they are reached, and nothing about how many people follow them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.vocabulary import Document, parse_actor
from fedconnect.federation import render
from support.federation_rows import with_keys
from support.forum import BASE
from support.unit import a_board

BOARD, BOT = f"{BASE}/boards/respite", f"{BASE}/respite_quiet"


def test_a_board_is_a_group_that_says_where_it_went(session: Session) -> None:
    with_keys("board:respite")
    signer = own_keys.signer(session, "board:respite")
    board = a_board(session, summary="<script>x</script>")
    document: dict[str, Any] = render.board_actor(board, signer)
    actor = parse_actor(document)
    assert (actor.kind, actor.id, [key.is_proven for key in actor.keys]) == ("Group", BOARD, [True])
    assert "<script>" not in document["summary"]
    assert not {"movedTo", "alsoKnownAs"} & document.keys()
    board.moved_to, board.also_known_as = "https://new.example/b", "https://a.example/1\nhttps://b.example/2"
    moved = parse_actor(render.board_actor(board, signer))
    assert (moved.moved_to, moved.also_known_as) == (
        board.moved_to,
        ("https://a.example/1", "https://b.example/2"),
    )


def actors(session: Session) -> list[Document]:
    """The installation, a board, and a service."""
    with_keys(own_keys.INSTANCE, "board:respite")
    board = a_board(session, created_at=datetime(2026, 11, 1, 10, 0, 5, 999_999, tzinfo=UTC), language="de")
    signer = own_keys.signer(session, "board:respite")
    bot = render.bot_actor(BOT, "respite_quiet", "Quiet", "<i>x</i>", f"{BASE}/b", "es", signer)
    return [
        render.instance_actor(own_keys.signer(session, own_keys.INSTANCE)),
        render.board_actor(board, signer),
        bot,
    ]


def test_none_of_our_actors_tells_a_number_of_people_or_lists_them(session: Session) -> None:
    for document in actors(session):
        assert "totalItems" not in str(document)
        for name in ("followers", "following", "outbox"):
            assert isinstance(document.get(name, ""), str)


def test_each_actor_is_reached_at_its_own_inbox_and_shares_the_installations(session: Session) -> None:
    kinds = []
    for document, inbox in zip(
        actors(session), (f"{BASE}/inbox", f"{BOARD}/inbox", f"{BOT}/inbox"), strict=True
    ):
        actor = parse_actor(document)
        kinds.append((actor.kind, actor.id, document["preferredUsername"]))
        assert (actor.inbox, actor.shared_inbox) == (inbox, f"{BASE}/inbox")
    assert kinds == [
        ("Application", f"{BASE}/actor", "forum.example"), ("Group", BOARD, "respite"), ("Service", BOT, "respite_quiet"),
    ]  # fmt: skip


def test_a_key_is_shown_with_its_owner_and_no_secret_with_it(session: Session) -> None:
    for document in actors(session)[:2]:
        key = document["publicKey"]
        assert key.keys() == {"id", "owner", "publicKeyPem"}
        assert (key["id"], key["owner"]) == (f"{document['id']}#main-key", document["id"])
        assert "PRIVATE" not in str(document)


def test_the_installation_cannot_be_followed_unasked_and_a_board_and_a_service_can(session: Session) -> None:
    assert [one["manuallyApprovesFollowers"] for one in actors(session)] == [True, False, False]


def test_a_board_and_a_service_say_their_language_and_full_handle_and_a_board_since_when(
    session: Session,
) -> None:
    _, board, bot = actors(session)
    assert [one["language"][0]["identifier"] for one in (board, bot)] == ["de", "es"]
    assert [one["webfinger"] for one in (board, bot)] == [
        "respite@forum.example",
        "respite_quiet@forum.example",
    ]
    assert board["published"] == "2026-11-01T10:00:05Z"
    assert "<i>" not in bot["summary"]


def test_who_looks_after_a_board_stands_in_its_own_list_and_anybody_may_write(session: Session) -> None:
    _, board, _ = actors(session)
    assert (board["attributedTo"], board["featured"]) == (f"{BOARD}/moderators", f"{BOARD}/featured")
    assert board["postingRestrictedToMods"] is False


def test_a_boards_icon_has_another_address_after_each_change(session: Session) -> None:
    with_keys("board:respite")
    board, signer = a_board(session, tint=0), own_keys.signer(session, "board:respite")
    found = set()
    for name, value in (("tint", 1), ("name", "Breaks"), ("picture", "a" * 64), ("picture", "b" * 64)):
        found.add(render.board_actor(board, signer)["icon"]["url"])
        setattr(board, name, value)
    document = render.board_actor(board, signer)
    found.add(document["icon"]["url"])
    assert len(found) == 5
    assert all(url.startswith(f"{BOARD}/icon.png?v=") for url in found)
    assert document["icon"]["mediaType"] == "image/png"
    assert document["postingRestrictedToMods"] is False


def test_an_archived_board_says_that_nobody_may_post(session: Session) -> None:
    with_keys("board:respite")
    board = a_board(session, archived_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert (
        render.board_actor(board, own_keys.signer(session, "board:respite"))["postingRestrictedToMods"]
        is True
    )
