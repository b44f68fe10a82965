"""A post's lines as a reader sees them, and what can be taken out of them without a loss."""

from __future__ import annotations

import pytest

from fedconnect.forum.post_lines import Line, LineKind, is_quotation, read_lines
from fedconnect.foundation.html import clean, tokens


def lines(source: str) -> list[Line]:
    return read_lines(tokens(clean(source)))


def mention(name: str, classes: str = "u-url mention") -> str:
    return f'<a href="https://s.example/@{name}" class="{classes}">@<span>{name}</span></a>'


HASHTAG = '<a href="https://s.example/tags/care" class="mention hashtag">#<span>care</span></a>'
LONG = '<a href="https://n.example/a-long-one"><span class="invisible">https://</span><span class="ellipsis">n.example/a-l</span><span class="invisible">ong-one</span></a>'


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("<p>Words</p>", [LineKind.WORDS]),
        ("<p>🙏🙏</p><p>Words</p>", [LineKind.NOTHING, LineKind.WORDS]),
        (f"<p>{HASHTAG} {HASHTAG}</p>", [LineKind.NOTHING]),
        (f"<p>{mention('ana')}</p>", [LineKind.NOTHING]),
        ("<p>@ana@s.example</p>", [LineKind.NOTHING]),
        (f"<p>{LONG}</p>", [LineKind.NOTHING]),
        ("<p>:blobcat: :wave:</p>", [LineKind.NOTHING]),
        ("<p>👉 https://n.example/1 🙏</p>", [LineKind.NOTHING]),
        ("<p>https://n.example/1, www.n.example</p>", [LineKind.NOTHING]),
        ("<p>3.5 z.B. a.m.</p>", [LineKind.WORDS]),
        (f'<p class="quote-inline">RE: {LONG}</p><p>Own</p>', [LineKind.QUOTE, LineKind.WORDS]),
        ("<p>Hi all!<br>Words</p>", [LineKind.GREETING, LineKind.WORDS]),
        ("<blockquote><p>Theirs</p></blockquote><p>Own</p>", [LineKind.QUOTE, LineKind.WORDS]),
        ("<p>&gt; theirs<br>own</p>", [LineKind.QUOTE, LineKind.WORDS]),
        ("<p>„Wer pflegt, verliert.“</p>", [LineKind.QUOTE]),
        ("<pre>x = 1</pre><p>Why?</p>", [LineKind.CODE, LineKind.WORDS]),
        ("<p><code>make run</code></p><p><code>make</code> fails</p>", [LineKind.CODE, LineKind.WORDS]),
        ("<ul><li>a</li><li>b</li></ul><p>Which?</p>", [LineKind.ITEM, LineKind.ITEM, LineKind.WORDS]),
        ("<p>1. a thing<br>2. another<br>Which?</p>", [LineKind.ITEM, LineKind.ITEM, LineKind.WORDS]),
        ("<p>- a thing<br>- another</p>", [LineKind.ITEM, LineKind.ITEM]),
        ("<p>3. Oktober ist frei</p><p>Wer kommt?</p>", [LineKind.WORDS, LineKind.WORDS]),
    ],
)
def test_a_line_is_what_it_is_to_somebody_who_looks_for_a_title(source: str, kinds: list[LineKind]) -> None:
    assert [line.kind for line in lines(source)] == kinds


@pytest.mark.parametrize(
    ("source", "own"),
    [
        (f"<p>{HASHTAG} A question {HASHTAG}</p>", "A question"),
        (f"<p>{mention('ana')}, {mention('bo')} A question</p>", "A question"),
        (f"<p>Does {mention('ana')} know?</p>", "Does @ana know?"),
        ("<p>20 m<sup>2</sup> of H<sub>2</sub>O</p>", "20 m² of H₂O"),
        ("<p>On <del>Monday</del> Tuesday</p>", "On Tuesday"),
        ("<p>a  \n b&amp;c &lt;d&gt;</p>", "a b&c <d>"),
    ],
)
def test_a_lines_own_words_are_without_the_names_at_its_edges(source: str, own: str) -> None:
    (line,) = lines(source)
    assert line.text[line.own] == own


@pytest.mark.parametrize(
    ("source", "keeps"),
    [
        ("<p>Plain <em>words</em></p>", True),
        (f"<p>{HASHTAG} Plain</p>", True),
        (f"<p>With {HASHTAG} inside</p>", False),
        ("<p>A <a href='https://x.example/'>link</a> in it</p>", False),
        ("<p>On <del>Monday</del> Tuesday</p>", False),
        ("<p>20 m<sup>2</sup></p>", False),
        ("<p><ruby>漢字<rt>かんじ</rt></ruby>です</p>", False),
    ],
)
def test_only_words_that_a_title_says_whole_can_be_taken(source: str, keeps: bool) -> None:
    (line,) = lines(source)
    assert line.keeps(line.own) is keeps


def test_a_quotation_is_all_theirs() -> None:
    assert is_quotation("“No.”")
    assert is_quotation("«Non», «jamais»") is False
    assert not is_quotation("“No” is what they said")
    assert not is_quotation("")


def test_a_very_long_post_is_read_until_there_are_own_words_and_forty_lines_at_most() -> None:
    assert len(lines("<p>x</p>" * 100)) == 5
    assert len(lines("<p>🙏</p>" * 100)) == 40
    assert len(lines("<p>- x</p>" * 100)) == 40
    assert len(lines("<p>" + "x " * 5000 + "</p>")[0].text) == 600
