"""What others write is shown as text, links and a little emphasis, whatever they tried.

Disorder is put in order before it is parsed; nothing that was read is lost, and nothing is read twice.
"""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedconnect.foundation import html
from fedconnect.foundation.html import (
    clean,
    line_of,
    paragraphs,
    plain,
    plain_lines,
    text_of,
    without_quote_line,
)
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
        ("<svg><script>x</script></svg>y", "y"),
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


def test_too_deep_nesting_is_lost_and_no_words() -> None:
    deep = html.cleaned(
        "<blockquote>" * 100 + 'deep <a href="https://x.example/">x</a>' + "</blockquote>" * 100 + "<b>y</b>"
    )
    assert deep.html.count("<blockquote>") == html.MAX_DEPTH
    assert text_of(deep.html) == "deep x\n\ny"
    assert 'href="https://x.example/"' in deep.html
    assert deep.html.endswith("<b>y</b>")
    assert not deep.is_shortened


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(source: str) -> None:
    once = clean(source)
    assert clean(once) == once


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            'Look:<br><img src="https://x.example/1.jpg" alt="a roof">',
            "Look:<br>[https://x.example/1.jpg a roof]",
        ),
        ('<img src="//x.example/1.jpg">', "[https://x.example/1.jpg x.example/1.jpg]"),
        ('<img src="https://x.example/e.png" class="emoji" alt=":cow:">', ":cow:"),
        ('<img src="https://x.example/e.png" width="20px" height=20 alt=":cow:">', ":cow:"),
        ('a<img src="https://x.example/pixel" width=1 height=1>b', "ab"),
        ('<img src="data:image/png;base64,xx" alt="a roof">', "a roof"),
        (
            '<img src="data:image/png;base64,xx" data-src="https://x.example/1.jpg" alt="a roof">',
            "[https://x.example/1.jpg a roof]",
        ),
        (
            '<img srcset="https://x.example/1.jpg 1x, https://x.example/2.jpg 2x" alt="a roof">',
            "[https://x.example/1.jpg a roof]",
        ),
        ('<img class="wp-latex" src="https://x.example/1.png" alt="a^2">', "a^2"),
        (
            '<a href="https://x.example/1"><img src="https://x.example/s.jpg" alt="a roof"></a>',
            "[https://x.example/1 a roof]",
        ),
        (
            "<table><tr><th>Day<th>Time</tr><tr><td><p>Mon</p><td>9</table>",
            "<p><strong>Day</strong> | <strong>Time</strong></p><p>Mon | 9</p>",
        ),
        (
            "<table><tr><td><div>a</div><div>b</div></td><td></td><td>c</td></tr></table>",
            "<p>a<br>b |  | c</p>",
        ),
        (
            "20 m<sup>2</sup> H<sub>2</sub>O <del>a</del><ins>b</ins> <q>c</q>",
            "20 m<sup>2</sup> H<sub>2</sub>O <del>a</del><ins>b</ins> “c”",
        ),
        (
            "<ul><li><input type=checkbox checked>a<li><input type=checkbox>b</ul>",
            "<ul><li>☑ a</li><li>☐ b</li></ul>",
        ),
        ('<ol type="a" start="3"><li>x</ol>', '<ol type="a" start="3"><li>x</li></ol>'),
        ("<math><mi>a</mi><annotation encoding='application/x-tex'>a^2</annotation></math>", "a^2"),
        ("<math alttext='a squared'><mi>a</mi></math>", "a squared"),
        ("<math><mi>a</mi><mo>+</mo><mi>b</mi></math> x", "a+b x"),
        ("<math><mi>a</mi>", "a"),
        (
            '<iframe src="https://v.example/embed/1?a=1&amp;b=2" title="A film"></iframe>',
            "[https://v.example/embed/1?a=1&amp;b=2 A film]",
        ),
        (
            '<video><source src="https://v.example/1.mp4">none</video>x',
            "[https://v.example/1.mp4 v.example/1.mp4]nonex",
        ),
        (
            '<object data="https://v.example/1"><embed src="https://v.example/1"></object>',
            "[https://v.example/1 v.example/1]",
        ),
        ("<video>words for old browsers</video>", "words for old browsers"),
        ("<kbd>a</kbd> <samp>b</samp>", "<code>a</code> <code>b</code>"),
        ("<svg><title>A chart</title><text>5</text></svg>", "A chart  5"),
        ("<title>no word</title>x", "x"),
        ("a<hr>b", "a<p></p>b"),
        ('<a href="mailto:a@x.example">w</a>', "[mailto:a@x.example w]"),
        ('<a href="#note">1</a>', "[https://base.example/p/1#note 1]"),
        ("a\u2028b\rc", "a\nb\nc"),
        ("<p>&#8238;&amp;#8238;</p>", "<p>&amp;#8238;</p>"),
        ("<textarea>a</textarea> <select><option>b<option>c</select>", "a    b c"),
    ],
)
def test_what_is_not_shown_itself_is_words_or_a_link_at_its_place(source: str, expected: str) -> None:
    shown = clean(source, "https://base.example/p/1")
    links = re.sub(r'<a href="([^"]*)" rel="[^"]*">(.*?)</a> ?', r"[\1 \2]", shown).strip()
    assert re.sub(r"(☑|☐) +", r"\1 ", links.removeprefix("<p></p>")) == expected


def test_the_pictures_among_the_words_are_told_with_their_descriptions() -> None:
    found = html.cleaned(
        '<img src="https://x.example/1.jpg" alt="a &amp; b"><img src="ftp://x.example/2">'
    ).pictures
    assert [(one.url, one.alt) for one in found] == [("https://x.example/1.jpg", "a & b")]


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb", "a\nb"), ("x" * 10, "x" * 10), ("x" * 11, "x" * 9 + "…"), ("x\n" * 9, "x\nx\nx\nx\nx…")],
)
def test_what_is_cut_of_plain_text_bears_a_sign(text: str, shown: str) -> None:
    assert plain_lines(text, 10) == shown


def test_x06_the_text_of_hostile_input_is_found_in_a_moment() -> None:
    for piece in ('<"', "<'", "<a href='", "</", "<p ", "\n"):
        before = time.process_time()
        text_of((piece * 64_000)[:64_000])
        assert time.process_time() - before < 1, piece


def test_a_family_of_emoji_stays_together() -> None:
    assert plain("👩\u200d👧 Ana", 20) == "👩\u200d👧 Ana"


@pytest.mark.parametrize(
    "piece", ["<", "<b>x</b>", "&", "&amp;", "</p>x", "<th>", "<img src=https://x.example/1>"]
)
def test_x06_of_too_many_marks_the_rest_is_left_out_before_any_of_it_is_parsed(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    class Spy:
        def clean(self, source: str) -> str:
            parsed.append(source)
            return source

    monkeypatch.setattr(html, "_cleaner", Spy)
    crowded = html.cleaned(piece * (2 * html.MAX_MARKS))
    assert crowded.is_shortened
    assert parsed[0].count("<") + parsed[0].count("&") <= html.MAX_MARKS + html.MAX_DEPTH + 4
    assert not html.cleaned(piece * 50).is_shortened


def test_what_is_too_long_is_left_out_with_all_its_links_before() -> None:
    long = html.cleaned(
        '<h2>A <a href="https://x.example/">link</a></h2>'
        + "<p>"
        + "word " * 100
        + "</p>"
        + "<p>"
        + "word " * 20_000
        + "</p>"
    )
    assert long.html.startswith('<p><strong>A <a href="https://x.example/"')
    assert text_of(long.html).endswith("word")
    assert long.is_shortened
    assert html.MAX_HTML_CHARS - 100 < len(long.html) <= html.MAX_HTML_CHARS + 100


def test_what_is_left_out_is_no_half_of_a_tag() -> None:
    tail = '<a href="https://x.example/' + "y" * 400 + '">link</a>'
    cut = html.cleaned("<x>" * ((2 * html.MAX_HTML_CHARS - 100) // 3) + "words" + tail * 9)
    assert "href" not in text_of(cut.html)
    assert cut.is_shortened


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
    assert clean("</b>" * 900 + "<b>" * 900 + "x").count("<b>") <= html.MAX_DEPTH, (
        "ends of nothing allow no depth"
    )
    assert clean("<b></i>" * 400 + "x").count("<b>") <= html.MAX_DEPTH


def test_c1_too_many_elements_are_counted_where_they_come_out() -> None:
    crowded = html.cleaned("<h1>x" * html.MAX_MARKS)
    assert crowded.html.count("<strong>") <= html.MAX_MARKS / 4 + 1, "two elements for each, of two marks"
    assert crowded.is_shortened
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
