"""What a home server's client API tells of a status: who lets themselves be found, who asks, and who answered first."""

from __future__ import annotations

import time
from typing import Any

import pytest

from fedconnect.federation.outbound.hashtag_statuses import (
    Answerer,
    FoundStatus,
    first_to_answer,
    read_status,
)
from fedconnect.foundation.errors import Malformed

ANA, POST = "https://far.example/users/ana", "https://far.example/posts/1"


def a_status(**changes: Any) -> dict[str, Any]:
    account = {
        "id": "7", "acct": "ana@far.example", "uri": ANA, "url": "https://far.example/@ana", "indexable": True,
        "bot": False, "note": "", **changes.pop("account", {}),
    }  # fmt: skip
    return {
        "id": "1", "uri": POST, "url": POST, "visibility": "public", "account": account, "replies_count": 0,
        "content": "<p>Who knows?</p>", "created_at": "2026-11-01T10:00:00.000Z", **changes,
    }  # fmt: skip


def read(document: Any) -> FoundStatus:
    found = read_status(document, "home.example")
    assert found is not None
    return found


@pytest.mark.parametrize(
    "document",
    [
        None, [], "x", a_status(visibility="unlisted"), a_status(visibility=None), a_status(reblog={}),
        a_status(in_reply_to_id="1"), a_status(sensitive=True), a_status(account={"indexable": "true"}),
        a_status(account={"indexable": None}), a_status(account={"bot": True}), a_status(account={"note": "<p>#nobot</p>"}),
        a_status(uri=""), a_status(url=None), a_status(uri="javascript:alert(1)"), {**a_status(), "account": "ana"},
    ],
)  # fmt: skip
def test_what_its_author_does_not_let_is_not_read_at_all(document: object) -> None:
    assert read_status(document, "home.example") is None


@pytest.mark.parametrize(
    "number",
    [
        "../accounts/1",
        "1/context",
        "1?x=1",
        "1#x",
        "%2e%2e",
        "",
        "-1",
        " 1",
        "1\n",
        "é",
        "x" * 65,
        None,
        [],
        True,
        {},
    ],
)
def test_an_id_that_could_lead_elsewhere_is_none(number: object) -> None:
    assert read(a_status(id=number)).home_id == ""


@pytest.mark.parametrize("number", ["1", 12, "01HXYZ", "AbC-9_z", "x" * 64])
def test_the_ids_that_servers_give_are_kept(number: object) -> None:
    assert read(a_status(id=number)).home_id == str(number)


@pytest.mark.parametrize("count", ["0", -1, None, True, False, 0.0, [], {}])
def test_what_is_no_number_of_replies_is_not_taken_for_none(count: object) -> None:
    assert read(a_status(replies_count=count)).replies is None


@pytest.mark.parametrize("count", [0, 3])
def test_a_number_of_replies_is_one(count: int) -> None:
    assert read(a_status(replies_count=count)).replies == count


@pytest.mark.parametrize(
    "content",
    [
        "", "<p>No question.</p>", '<p>See <a href="https://a.example/?q=1">a.example/?q=1</a></p>',
        "<p>https://a.example/?q=1</p>", "<p>http://a.example/watch?v=2 is good</p>", '<A HREF="x">what?</A>',
        '<img alt="what?">', "<a>unclosed?", None, 7, "?" * 64_001,
    ],
)  # fmt: skip
def test_what_asks_nothing_is_no_question(content: object) -> None:
    assert not read(a_status(content=content)).asks


@pytest.mark.parametrize(
    "content",
    [
        "<p>Who knows?</p>", "¿Quién sabe", "誰か知っていますか？", "هل تعرف؟", "Is&#32;it&quest;", "<abbr>Why?</abbr>",
        '<p>See <a href="https://a.example">a.example</a> - is it good?</p>', "1 < 2?",
    ],
)  # fmt: skip
def test_a_question_is_seen_in_any_language(content: str) -> None:
    assert read(a_status(content=content)).asks


@pytest.mark.parametrize(
    "content", ["<a" * 30_000, "<" * 64_000, "&" * 64_000, "://" * 20_000, "<a>" * 20_000]
)
def test_whatever_comes_is_read_in_a_moment(content: str) -> None:
    began = time.process_time()
    read(a_status(content=content))
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("account", "address", "handle"),
    [
        ({}, ANA, ("ana", "far.example")),
        ({"uri": None}, "https://far.example/@ana", ("ana", "far.example")),
        ({"uri": None, "url": "x"}, "", ("ana", "far.example")),
        ({"acct": "ana"}, ANA, ("ana", "home.example")),
        ({"acct": "ana@FAR.example"}, ANA, ("ana", "far.example")),
        ({"acct": None}, ANA, ("", "home.example")),
    ],
)
def test_whose_it_is_is_told_by_every_server_in_its_way(
    account: dict[str, Any], address: str, handle: tuple[str, str]
) -> None:
    found = read(a_status(account=account))
    assert (found.author, (found.user, found.host)) == (address, handle)


def an_answer(user: str, minute: int = 1, **changes: Any) -> dict[str, Any]:
    account = {
        "id": user,
        "acct": f"{user}@far.example",
        "uri": f"https://far.example/users/{user}",
        **changes.pop("account", {}),
    }
    return {
        "account": account,
        "visibility": "public",
        "created_at": f"2026-11-01T10:{minute:02}:00Z",
        **changes,
    }


def answered_by(*answers: object) -> Answerer | None:
    return first_to_answer({"descendants": list(answers)}, a_status(), "home.example")


@pytest.mark.parametrize("context", [None, [], "x", {}, {"descendants": None}, {"descendants": {}}])
def test_what_is_no_context_is_no_word_about_answers(context: object) -> None:
    with pytest.raises(Malformed):
        first_to_answer(context, a_status(), "home.example")


@pytest.mark.parametrize(
    "answer",
    [
        an_answer("ana", account={"id": "7"}), an_answer("bot", account={"bot": True}), an_answer("ben", visibility="direct"),
        an_answer("ben", visibility="private"), an_answer("ben", visibility=None), {**an_answer("ben"), "account": "ben"}, "x",
    ],
)  # fmt: skip
def test_its_author_bots_and_private_words_are_no_answer(answer: object) -> None:
    assert answered_by(answer) is None


def test_where_somebody_answered_who_is_not_shown_it_is_somebody_unknown() -> None:
    assert answered_by() == Answerer("", "", "")


def test_where_nobody_says_who_asked_everybody_may_be_somebody_else() -> None:
    found = first_to_answer(
        {"descendants": [an_answer("ana", account={"id": ""})]},
        a_status(account={"id": None}),
        "home.example",
    )
    assert found == Answerer("https://far.example/users/ana", "ana", "far.example")


def test_who_was_first_is_told_by_the_clock_and_not_by_the_order_of_the_thread() -> None:
    later, first = an_answer("ben", 9), an_answer("mo", 3, visibility="unlisted", account={"acct": "mo"})
    assert answered_by(later, first) == Answerer("https://far.example/users/mo", "mo", "home.example")
    undated = {**an_answer("eve"), "created_at": "soon"}
    assert answered_by(undated, later) == Answerer("https://far.example/users/ben", "ben", "far.example")
