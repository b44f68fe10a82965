"""What others write is shown as text, links and a little emphasis, whatever they tried.

Disorder is put in order before it is parsed; nothing that was read is lost, and nothing is read twice.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedconnect.foundation import html
from fedconnect.foundation.html import clean, line_of, paragraphs, plain, text_of, without_quote_line
from fedconnect.moderation.screening.rule_matching import links_in


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


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        ("<ul><li>a<ul><li>b</ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<p>a<ul><li>b</ul>", "<p>a</p><ul><li>b</li></ul>"),
        ("a</div>b", "a<p></p>b"),
        ("I <3 you > me, broken </3", "I &lt;3 you &gt; me, broken &lt;/3"),
        ("a <b c", "a &lt;b c"),
        ("x<!-- <b>y</b> -->z<!-- end", "xz"),
        ("<p title='>'>x</p>", "<p>x</p>"),
        ("<ruby>a<rp>(<rt>b<rp>)</ruby>", "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>"),
        ("<b class='mention' CLASS=x lang=de lang=es>x</b>", '<b lang="de">x</b>'),
    ],
)
def test_elements_end_where_they_should(source: str, expected: str) -> None:
    assert clean(source) == expected


def test_a_quote_that_was_never_closed_costs_a_link_its_address_and_no_words() -> None:
    assert "hello" in clean('<a href="https://x.example/>hello</a> and more')
    assert "and more" in clean('<a href="https://x.example/>hello</a> and more')


def test_what_a_tree_builder_pays_for_is_counted() -> None:
    """Formatting that stays open is opened again in each paragraph: 64 kB would become megabytes."""
    source = "".join(f"<b lang=a{n}>" for n in range(30)) + "<p>x" * 1200
    assert len(clean(source)) < 2 * len(source)
    assert clean("</b>" * 900 + "<b>" * 900 + "x").startswith("<p>"), "ends of nothing allow no depth"
    assert clean("<b></i>" * 400 + "x").startswith("<p>")


def test_c1_too_many_elements_are_counted_where_they_come_out() -> None:
    assert clean("<h1>x" * 800).count("<strong>") == 0, "two elements for each, so that it is kept as text"
    assert clean("<h1>x" * 300).count("<strong>") == 300


@pytest.mark.parametrize(
    "address",
    ["https://[::1", "https://[x]/", "http://\u0430" * 3, "https://a.example:99999/", "http:", "https://"],
)
def test_m6_a_link_that_leads_nowhere_is_a_link_all_the_same(address: str) -> None:
    shown = clean(f'<a href="{address}">https://good.example/</a>')
    assert "good.example" in shown
    assert len(links_in(shown)) <= 1


def test_a_line_is_read_without_what_a_program_says() -> None:
    assert line_of("<b>A</b>\n<script>alert(1)</script> title &amp; more", 40) == "A title & more"


def test_only_the_line_that_stands_in_for_a_quote_is_dropped() -> None:
    line = '<p class="quote-inline">RE: <a href="https://x.example/1">x</a></p>'
    assert without_quote_line(f"{line}<p>y</p>") == "<p>y</p>"
    assert (
        without_quote_line('<span class="quote-inline">a<p>b</p>') == '<span class="quote-inline">a<p>b</p>'
    )
