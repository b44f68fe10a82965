"""One post as its page shows it: of what is out of sight, nothing but its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum.post_items import PostItem, post_items
from fedconnect.forum.proxied_images import picture_path
from fedconnect.forum.reply_tree import Place
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from support.forum_rows import a_decision, at
from support.unit import a_board, a_person, a_post, a_thread

MEDIA = json.dumps(
    [{"url": f"https://x/{kind}", "media_type": f"{kind}/x", "alt": "Alt"} for kind in ("image", "video")]
)
POLL = json.dumps({"options": [], "is_multiple": False, "is_closed": False, "ends": None})


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session, indexable=True)


def shown(session: Session, board: Board, post: Post, **values: Any) -> PostItem:
    place = Place(post.id, values.get("parent_id"), values.get("depth", 0))
    return post_items(session, board, [place], values.get("page_of", {}))[0]


@pytest.mark.parametrize("state", [PostState.DELETED, PostState.REMOVED])
def test_of_what_is_out_of_sight_no_word_and_no_name_is_shown(
    session: Session, board: Board, ana: Person, state: PostState
) -> None:
    _, post = a_thread(
        session, board, ana, state=state, warning="Secret", excerpt="Secret", attachments=MEDIA, poll=POLL, quote_uri="https://x/q",
        answers_uri="https://x/a", body_html="<p>Secret</p>",
    )  # fmt: skip
    item = shown(session, board, post)
    assert (item.html, item.warning, item.excerpt, item.handle, item.quote_uri, item.answers_uri) == ("",) * 6
    assert (item.author, item.media, item.poll) == (None, (), None)
    assert (item.is_deleted, item.is_removed) == (True, state is PostState.REMOVED)


def test_a_removal_is_told_with_its_last_reason_of_this_board(
    session: Session, board: Board, ana: Person
) -> None:
    _, post = a_thread(session, board, ana, state=PostState.REMOVED)
    for minute, kind, reason, where in (
        (3, DecisionKind.REMOVE, "the last", board), (1, DecisionKind.REMOVE, "the first", board),
        (5, DecisionKind.WARN, "a warning", board), (9, DecisionKind.REMOVE, "elsewhere", a_board(session, "benefits")),
    ):  # fmt: skip
        a_decision(session, post, kind, reason, at=at(minute), board_id=where.id)
    assert shown(session, board, post).removed_for == "the last"
    post.state = PostState.VISIBLE
    session.flush()
    assert shown(session, board, post).removed_for == ""


def test_a_picture_is_shown_by_our_proxy_and_other_media_are_links(
    session: Session, board: Board, ana: Person
) -> None:
    _, post = a_thread(session, board, ana, attachments=MEDIA, poll=POLL)
    item = shown(session, board, post)
    assert [(one.picture, one.url, one.alt) for one in item.media] == [
        (picture_path("https://x/image"), "https://x/image", "Alt"),
        ("", "https://x/video", "Alt"),
    ]
    assert item.poll is not None


@pytest.mark.parametrize(
    ("parent", "name"),
    [({}, "Ben"), ({"state": PostState.DELETED}, ""), ({"state": PostState.REMOVED}, "")],
)
def test_whom_an_answer_answers_is_named_while_that_is_seen(
    session: Session, board: Board, ana: Person, parent: dict[str, Any], name: str
) -> None:
    thread, above = a_thread(session, board, a_person(session, "ben"), **parent)
    post = a_post(session, thread, ana)
    item = shown(session, board, post, parent_id=above.id, depth=3, page_of={above.id: 4})
    assert (item.parent_name, item.parent_page, item.parent_id, item.depth) == (name, 4, above.id, 3)
    alone = shown(session, board, post)
    assert (alone.parent_name, alone.parent_page) == ("", 1)


@pytest.mark.parametrize(
    ("post", "indexable", "is_noindex"),
    [({}, True, False), ({}, False, True), ({"is_addressed": False}, True, True)],
)
def test_search_engines_are_kept_from_what_was_not_meant_for_them(
    session: Session, board: Board, post: dict[str, Any], indexable: bool, is_noindex: bool
) -> None:
    _, one = a_thread(session, board, a_person(session, "ben", indexable=indexable), **post)
    assert shown(session, board, one).is_noindex is is_noindex
    own = shown(session, board, a_thread(session, board, None)[1])
    assert own.author is not None
    assert (own.author.name, own.handle, own.is_noindex) == ("Respite", "", False)


@pytest.mark.parametrize(
    ("is_sensitive", "warning", "folds"), [(True, "", True), (True, "Blood", False), (False, "", False)]
)
def test_media_are_folded_by_themselves_where_no_warning_folds_everything(
    session: Session, board: Board, ana: Person, is_sensitive: bool, warning: str, folds: bool
) -> None:
    _, post = a_thread(
        session, board, ana, is_sensitive=is_sensitive, warning=warning, visibility=Visibility.UNLISTED
    )
    item = shown(session, board, post)
    assert (item.is_sensitive, item.warning, item.is_public) == (folds, warning, False)
