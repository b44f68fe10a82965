"""Which of our posts somebody's words lead to; what a stranger's post says of an address counts for nothing."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum import links_to_posts
from fedconnect.forum.links_to_posts import find_linked
from support.forum import BASE
from support.unit import a_board, a_post, a_thread


def link(*addresses: str) -> str:
    return "".join(f'<a href="{address}">x</a>' for address in addresses)


def test_an_address_here_leads_to_a_post_in_that_very_thread(session: Session) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board)
    other, elsewhere = a_thread(session, board)
    answer = a_post(session, thread)
    here = f"{BASE}/boards/respite/threads/{thread.id}"
    for address, post in (
        (here, starter), (f"{here}/{answer.id}", answer), (f"{here}#post-{answer.id}", answer),
        (f"{here}?page=2#post-{answer.id}", answer), (f"{here}/{elsewhere.id}", None), (f"{here}/{answer.id}x", None),
        (f"{here}?page=2", None), (f"{here}/", None), (f"{BASE}.evil.example/boards/respite/threads/{thread.id}", None),
        (f"{BASE}/boards/RESPITE/threads/{thread.id}", None), (f"{BASE}/boards/respite/threads/{'9' * 19}", None),
        (f"{BASE}/boards/respite/threads/{other.id + 1}", None), (BASE, None),
    ):  # fmt: skip
        assert find_linked(session, link(address)) is post, address


def test_a_post_is_found_by_its_id_before_anybody_who_claims_that_address(session: Session) -> None:
    board = a_board(session)
    address = "https://home.example/@ana/1"
    _, forged = a_thread(session, board, uri="https://evil.example/1", url=address)
    assert find_linked(session, link(address)) is None
    _, shown = a_thread(session, board, uri="https://api.home.example/1", url=address)
    assert find_linked(session, link(address)) is shown  # the same registrable domain
    _, own = a_thread(session, board, uri=address)
    assert find_linked(session, link(address)) is own
    assert find_linked(session, link(forged.uri)) is forged


def test_the_first_link_that_leads_somewhere_counts_and_an_ampersand_is_one(session: Session) -> None:
    board = a_board(session)
    _, first = a_thread(session, board, uri="https://home.example/?a=1&b=2")
    _, second = a_thread(session, board)
    words = link(
        "mailto:ana@home.example",
        "https://none.example/",
        "https:///",
        "https://home.example/?a=1&amp;b=2",
        second.uri,
    )
    assert find_linked(session, words) is first


@pytest.mark.parametrize(("before", "is_found"), [(0, True), (19, True), (20, False)])
def test_only_so_many_links_are_followed(session: Session, before: int, is_found: bool) -> None:
    _, post = a_thread(session, a_board(session))
    words = link(*["https://none.example/"] * before, post.uri)
    assert (find_linked(session, words) is post) is is_found


def test_only_so_many_who_claim_an_address_are_asked_who_they_are(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links_to_posts, "_MOST_NAMESAKES", 1)
    board, address = a_board(session), "https://home.example/@ana/1"
    a_thread(session, board, uri="https://evil.example/1", url=address)
    a_thread(session, board, uri="https://home.example/1", url=address)
    assert find_linked(session, link(address)) is None


@pytest.mark.parametrize(
    "words", ["", "no link", '<a href="">x</a>', f'<a href="https://{"x" * 2048}">x</a>', "<a href='x'>"]
)
@pytest.mark.usefixtures("unit")
def test_what_is_no_link_leads_nowhere(session: Session, words: str) -> None:
    assert find_linked(session, words) is None


def test_an_address_in_plain_words_is_found_with_whatever_ends_the_sentence(session: Session) -> None:
    board = a_board(session)
    thread, starter = a_thread(session, board)
    here = f"{BASE}/boards/respite/threads/{thread.id}"
    for words in (
        f"See {here}.",
        f"({here})",
        f"“{starter.uri}”, please!",
        f"https://far.example/1 {here}",
        f"<{starter.uri}>",
    ):
        assert links_to_posts.find_named(session, words) is starter
    many = "https://far.example/1 " * 20
    for words in ("", "nothing", "https://", f"{many}{here}", f"x{here}x"):
        assert links_to_posts.find_named(session, words) is None
