"""Disorder is put in order before it is parsed; nothing that was read is lost, and nothing is read twice."""

from __future__ import annotations

import pytest

from fedconnect.foundation.html import clean, line_of, without_quote_line
from fedconnect.moderation.screening.rule_matching import links_in


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
