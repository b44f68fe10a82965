"""Titles out of real posts: whole words, no mentions, no tags, never the same words twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedconnect.activitypub import vocabulary
from fedconnect.forum.titles import MAX_TITLE, excerpt_of, split_title
from fedconnect.foundation.html import clean, text_of
from fedconnect.foundation.sentences import shortened

BOARD = "https://forum.example/boards/respite"
MENTION = f'<span class="h-card" translate="no"><a href="{BOARD}" class="u-url mention">@<span>respite</span></a></span>'
SAMPLES = Path(__file__).parents[1] / "samples"


def tag(name: str) -> str:
    return (
        f'<a href="https://s.example/tags/{name}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
    )


@pytest.mark.parametrize(
    ("source", "title", "body"),
    [
        ("<p>How do you find a sitter?</p><p>We tried.</p>", "How do you find a sitter?", "We tried."),
        ("<p>One line only</p>", "One line only", ""),
        (f"<p>{MENTION} A question</p>", "A question", ""),
        (f"<p>{MENTION}</p><p>A question</p><p>More.</p>", "A question", "More."),
        (f"<p>A question {MENTION}</p><p>More.</p>", "A question", "More."),
        (f"<p>First line<br>second line {MENTION}</p>", "First line", "second line"),
        (f"<p>{tag('respite')} {tag('care')} A question</p>", "A question", "#respite #care"),
        (
            f"<p>Looking for {tag('respite')} care in Leeds</p>",
            "Looking for respite care in Leeds",
            "Looking for #respite care in Leeds",
        ),
        (f"<p>{tag('respite')}</p><p>A question</p>", "A question", "#respite"),
        (f"<p>A question {tag('respite')}</p>", "A question", "#respite"),
        ("<p>Tom &amp; Jerry &lt;3</p><p>More.</p>", "Tom & Jerry <3", "More."),
        ("<p><strong>Bold title</strong></p><p>More.</p>", "Bold title", "More."),
        (
            "<p>It is made for U.S. families, e.g. mine. " + "Word " * 60 + "</p>",
            "It is made for U.S. families, e.g. mine.",
            None,
        ),
        ("<p>Dr. Who said it. " + "Word " * 60 + "</p>", "Dr. Who said it.", None),
        ("<p>これは質問です。" + "とても長い文章。" * 40 + "</p>", None, None),
        ("<blockquote><p>quoted</p></blockquote><p>Then</p>", "Then", "quoted\n\nThen"),
        (
            '<p><a href="https://a.example/x">https://a.example/x</a></p><p>What do you think?</p>',
            "What do you think?",
            None,
        ),
        ("<p></p>", "", ""),
    ],
)
def test_a_title_is_the_first_line_or_sentence(source: str, title: str | None, body: str | None) -> None:
    head = split_title(clean(source), [BOARD])
    if title is not None:
        assert head.title == title
    if body is not None:
        assert text_of(head.body_html).strip() == body


def test_a_long_first_line_is_shortened_between_words_and_stands_whole_in_the_body() -> None:
    text = (
        "We have waited since March for the assessment and nobody has called us back although we wrote " * 4
    ).strip()
    head = split_title(f"<p>{text}</p>", [])
    assert len(head.title) <= MAX_TITLE + 1
    assert head.title.endswith("…")
    assert text.startswith(head.title.rstrip("…") + " ")
    assert text_of(head.body_html) == text


def test_the_body_never_begins_with_the_title_again() -> None:
    for path in [*SAMPLES.glob("ours/create-*.json")]:
        note = vocabulary.parse_note(json.loads(path.read_text())["object"])
        head = split_title(clean(note.html), ["https://forum.example/b/bread"])
        assert head.title
        assert "@" not in head.title
        kept_for_its_link = "<a " in head.body_html
        assert kept_for_its_link or not text_of(head.body_html).startswith(head.title)


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://x.example/form">the form</a>',
        '<a href="https://x.example/@bo" class="u-url mention">@bo</a>',
        '<a href="https://x.example/tags/a" class="mention hashtag">#a</a>',
    ],
)
def test_a_link_in_the_title_is_not_lost(link: str) -> None:
    head = split_title(f"<p>Fill in {link} now</p><p>More.</p>", [])
    assert head.title.startswith("Fill in ")
    assert link in head.body_html
    assert "More." in head.body_html


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_text_makes_an_empty_or_overlong_title_or_broken_html(first: str, second: str) -> None:
    import html

    source = clean(f"<p>{html.escape(first)}</p><p>{html.escape(second)}</p>")
    head = split_title(source, [BOARD])
    assert len(head.title) <= MAX_TITLE + 1
    assert clean(head.body_html) == head.body_html
    if text_of(source).strip() and "#" not in source:
        assert head.title


def test_x06_no_hostile_line_takes_more_than_a_moment() -> None:
    import time

    for piece in (
        " ",
        "<br>",
        "#a ",
        ". ",
        "e.g. ",
        "a",
        '<a href="https://forum.example/boards/respite">@</a> ',
        "&amp;",
    ):
        source = clean("<p>" + piece * (60_000 // len(piece)) + "x</p>")
        before = time.process_time()
        split_title(source, [BOARD])
        assert time.process_time() - before < 1.5, piece


def test_a_title_cannot_turn_the_reading_direction() -> None:
    assert split_title("<p>safe\u202egnp.exe</p>", []).title == "safegnp.exe"


def test_a_very_long_first_line_is_not_lost() -> None:
    text = " " * 3000 + "word " * 3000
    head = split_title(f"<p>{text}</p>", [])
    assert len(text_of(head.body_html).split()) == 3000


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        (f"<p>{MENTION} Words</p>", "Words"),
        (f"<p>{MENTION} {MENTION}, and words</p>", "and words"),
        ("<p>@talk@forum.example: words</p>", "words"),
        ("<p>Words for @ana</p>", "Words for @ana"),
        ("<p>@</p>", "@"),
        ("<p>" + "word " * 100 + "</p>", ("word " * 56).strip() + "…"),
    ],
)
def test_an_excerpt_begins_without_mentions(body: str, excerpt: str) -> None:
    assert excerpt_of(body, "") == excerpt
    assert excerpt_of(body, "Covered") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one two three", "one two…"),
        ("one two", "one two"),
        ("x" * 12, "x" * 10 + "…"),
        ("e\u0301" * 10, "e\u0301" * 5 + "…"),
        ("👩\u200d👩\u200d👧" * 9, "👩\u200d👩\u200d👧" * 2 + "…"),
    ],
)
def test_what_is_shortened_ends_between_words_or_characters_as_people_see_them(text: str, shown: str) -> None:
    assert shortened(text, 10) == shown


@pytest.mark.parametrize(
    ("source", "title", "is_whole"),
    [
        ("<p>Hi all!</p><p>Who has a spare rake?</p>", "Who has a spare rake?", True),
        ("<blockquote><p>Theirs</p></blockquote><p>Mine</p>", "Mine", True),
        ("<pre>x = 1</pre><p>Why does this fail?</p>", "Why does this fail?", True),
        ("<ul><li>a bed</li><li>a chair</li></ul><p>Who has one?</p>", "Who has one?", True),
        ("<ul><li>a bed</li><li>a chair</li></ul>", "a bed", True),
        ("<p>🙏🙏</p><p>Who has a rake?</p>", "Who has a rake?", False),
        ("<p>I wait for <del>two</del> three years</p>", "I wait for three years", True),
        ("<p>My room has 20 m<sup>2</sup></p>", "My room has 20 m²", True),
        ("<p>Frage:<br>Wer hat einen Rechen?</p>", "Frage: Wer hat einen Rechen?", False),
        ("<p>Hi</p>", "Hi", True),
        ("<p>Danke!</p><p>Wer hat einen Rechen?</p>", "Wer hat einen Rechen?", True),
        ("<table><tr><td>Day<td>Time</table><p>Is this right?</p>", "Is this right?", True),
        (
            "<p>I did it! " + "And then I said yes " * 20 + "</p>",
            "I did it! " + "And then I said yes " * 6 + "And then I…",
            True,
        ),
    ],
)
def test_a_title_is_of_own_words_and_takes_none_that_follow_others(
    source: str, title: str, is_whole: bool
) -> None:
    head = split_title(clean(source), [])
    assert head.title == title
    assert (text_of(head.body_html) == text_of(clean(source))) is is_whole


def test_who_breaks_lines_by_hand_is_read_over_them() -> None:
    source = "<p>I would like to know whether anybody here<br>has a spare rake.<br>Thank you</p>"
    head = split_title(source, [])
    assert head.title == "I would like to know whether anybody here has a spare rake."
    assert text_of(head.body_html) == "Thank you"


def test_a_title_costs_little() -> None:
    import time

    source = clean("<p>" + "Does anybody know whether Dr. Smith, e.g. on 12 Jan., has time? " * 40 + "</p>")
    before = time.process_time()
    for _ in range(50):
        split_title(source, [BOARD], "en")
    assert (time.process_time() - before) / 50 < 0.01, "2 ms on a quiet machine"
