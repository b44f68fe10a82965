"""What others write is shown as text, links and a little emphasis, whatever they tried."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedconnect.foundation import html
from fedconnect.foundation.html import clean, paragraphs, plain, text_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"),
        ("<script>alert(1)</script><p>x</p>", "<p>x</p>"),
        ("<style>p{}</style>x", "x"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="nofollow noopener noreferrer">x</a>'),
        ('<a href="java\u200bscript:alert(1)">x</a>', '<a rel="nofollow noopener noreferrer">x</a>'),
        ('<a href="/local">x</a>', '<a rel="nofollow noopener noreferrer">x</a>'),
        ('<p style="position:fixed" class="join mention">x</p>', '<p class="mention">x</p>'),
        ("<h1>Title</h1>", "<p><strong>Title</strong></p>"),
        ("<svg><p>x</svg>y", "y"),
        ("<form formaction=x><button>b</button></form>", "b"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("<!-- x -->y", "y"),
    ],
)
def test_only_the_allowed_stays(source: str, expected: str) -> None:
    assert clean(source) == expected


def test_x06_no_input_of_64_kb_takes_more_than_a_moment() -> None:
    for piece in ("<b>", "<blockquote>", "a.a.", "@a", "&", "<", "</", "<!--", "<script", "<p><i>x</i></p>"):
        source = (piece * 80_000)[:80_000]
        before = time.process_time()
        clean(source)
        assert time.process_time() - before < 2.0, piece


def test_too_deep_nesting_is_kept_as_text() -> None:
    assert clean("<b>" * 100 + "deep" + "</b>" * 100) == "<p>deep</p>"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(source: str) -> None:
    once = clean(source)
    assert clean(once) == once


def test_threads_never_show_each_others_text() -> None:
    sources = [
        f"<p>{number} <b>{number}</b> <a href='https://x.example/{number}'>{number}</a></p>"
        for number in range(200)
    ]
    with ThreadPoolExecutor(8) as pool:
        for number, result in enumerate(pool.map(clean, sources)):
            assert text_of(result) == f"{number} {number} {number}"


def test_plain_text_keeps_its_lines_and_loses_its_marks() -> None:
    assert paragraphs("a\nb\n\n<c>") == "<p>a<br>b</p><p>&lt;c&gt;</p>"
    assert plain("A\u202ename\u200b\n here", 6) == "A name"


def test_x06_the_text_of_hostile_input_is_found_in_a_moment() -> None:
    for piece in ('<"', "<'", "<a href='", "</", "<p ", "\n"):
        before = time.process_time()
        text_of((piece * 64_000)[:64_000])
        assert time.process_time() - before < 1, piece


def test_a_family_of_emoji_stays_together() -> None:
    assert plain("👩\u200d👧 Ana", 20) == "👩\u200d👧 Ana"


@pytest.mark.parametrize("piece", ["<", "<b>", "&", "&amp;", "</p>"])
def test_x06_what_holds_too_many_marks_is_made_plain_before_any_of_it_is_parsed(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    monkeypatch.setattr(html, "_in_order", lambda source: parsed.append(source))
    html.clean(piece * (html.MAX_MARKS + 1))
    assert parsed == []
    html.clean(piece * (html.MAX_MARKS // 2))
    assert len(parsed) == 1
