"""Disorder read in one pass: what is a tag, what is text, and that all that comes out is balanced."""

from __future__ import annotations

import time

import pytest

from fedconnect.foundation.html_tokens import Tag, Writer, split

PROGRAMS = frozenset({"script", "style"})


def read(source: str) -> list[object]:
    """Texts as they are; tags as their name, with a slash for an end and attributes where there are any."""
    found: list[object] = []
    for one in split(source, PROGRAMS):
        if isinstance(one, str):
            found.append(one)
        else:
            name = ("/" if one.is_end else "") + one.name
            found.append((name, dict(one.attributes)) if one.attributes else (name,))
    return found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("", []),
        ("a < b", ["a < b"]),
        ("a <b", ["a <b"]),
        ("<3", ["<3"]),
        ("< b>", ["< b>"]),
        ("a<b>c</b>", ["a", ("b",), "c", ("/b",)]),
        ("<BR/>", [("br",)]),
        ("x<!-- <b> -->y", ["x", "y"]),
        ("x<!-->y", ["x", "y"]),
        ("x<!-- never closed <b>", ["x"]),
        ("x<!doctype html>y<?php z?></>", ["x", "y"]),
        ("x<script>alert('<b>')</script>y", ["x", ("script",), "y"]),
        ("x<SCRIPT src=a>b</ScRiPt >y", ["x", ("script", {"src": "a"}), "y"]),
        ("x<script>never ends", ["x", ("script",)]),
        ("x</script>y", ["x", "y"]),
        ("<scripted>x", [("scripted",), "x"]),
    ],
)
def test_what_is_a_tag_and_what_is_text(source: str, found: list[object]) -> None:
    assert read(source) == found


@pytest.mark.parametrize(
    ("source", "attributes"),
    [
        ('<a href="x">', {"href": "x"}), ("<a href='x'>", {"href": "x"}), ("<a href=x>", {"href": "x"}),
        ("<a HREF = 'X y'>", {"href": "X y"}), ("<a href=x href=y>", {"href": "x"}), ("<a title='>'>", {"title": ">"}),
        ("<a hidden>", {"hidden": ""}), ("<a a='1'b=2/c>", {"a": "1", "b": "2/c"}), ('<a a="" b>', {"a": "", "b": ""}),
    ],
)  # fmt: skip
def test_attributes_are_read_however_they_are_written_and_the_first_counts(
    source: str, attributes: dict[str, str]
) -> None:
    assert read(source) == [("a", attributes)]


@pytest.mark.parametrize("source", ['<a href="x', "<a x=<b>", "<b"])
def test_a_tag_that_is_never_whole_is_text(source: str) -> None:
    first = next(iter(split(source, PROGRAMS)))
    assert isinstance(first, str)


def test_a_quote_that_is_never_closed_costs_the_link_its_address() -> None:
    (tag,) = split("<a href='https://x.example/>", PROGRAMS)
    assert isinstance(tag, Tag)
    assert tag.attributes["href"] == ""


@pytest.mark.parametrize("piece", ["<", "<a", "<a b=", "<!--", "</", "<script>", "<a '", "<b x=y "])
def test_no_input_makes_reading_slower_than_it_is_long(piece: str) -> None:
    before = time.process_time()
    list(split((piece * 64_000)[:64_000], PROGRAMS))
    assert time.process_time() - before < 1


def written(*pieces: str) -> str:
    """`+name` begins, `-name` ends, `=name` is void, anything else is text."""
    out = Writer()
    for piece in pieces:
        match piece[:1]:
            case "+":
                out.begin(piece[1:], {})
            case "-":
                out.end(piece[1:])
            case "=":
                out.void(piece[1:])
            case _:
                out.text(piece)
    return out.html()


@pytest.mark.parametrize(
    ("pieces", "html"),
    [
        (("+b", "x"), "<b>x</b>"),
        (("-b", "x"), "x"),
        (("+b", "+i", "x", "-b", "y"), "<b><i>x</i></b>y"),
        (("+p", "a", "+p", "b"), "<p>a</p><p>b</p>"),
        (("+p", "a", "+ul", "+li", "b"), "<p>a</p><ul><li>b</li></ul>"),
        (("+ul", "+li", "a", "+li", "b"), "<ul><li>a</li><li>b</li></ul>"),
        (("+ul", "+li", "+ol", "+li", "b"), "<ul><li><ol><li>b</li></ol></li></ul>"),
        (("+li", "+blockquote", "+li", "x"), "<li><blockquote><li>x</li></blockquote></li>"),
        (("+a", "x", "+b", "+a", "y"), "<a>x<b></b></a><a>y</a>"),
        (("+ruby", "+rt", "a", "+rp", "b"), "<ruby><rt>a</rt><rp>b</rp></ruby>"),
        (("+rt", "+ruby", "+rt", "x"), "<rt><ruby><rt>x</rt></ruby></rt>"),
        (("=br", "a<b>&amp;"), "<br>a&lt;b&gt;&amp;amp;"),
    ],
)
def test_elements_end_where_html_ends_them(pieces: tuple[str, ...], html: str) -> None:
    assert written(*pieces) == html


def test_a_value_cannot_leave_its_quotes() -> None:
    out = Writer()
    out.begin("a", {"href": '"><script>', "title": "a & b"})
    assert out.html() == '<a href="&quot;&gt;&lt;script&gt;" title="a & b"></a>'


def test_what_a_parser_will_pay_for_is_counted_when_it_is_written() -> None:
    out = Writer()
    out.text("a & b < c >")
    assert (out.marks, out.depth) == (3, 0)
    out.begin("b", {})
    out.begin("i", {})
    out.void("br")
    assert (out.marks, out.depth) == (8, 2)
    assert out.end("b")
    assert not out.end("b"), "none is open any more"
    assert (out.marks, out.depth) == (8, 0)


def test_what_stands_too_deep_keeps_its_words_and_its_links() -> None:
    out = Writer(max_depth=2)
    for name in ("b", "i", "u"):
        out.begin(name, {})
    out.begin("a", {"href": "https://x.example/"})
    out.text("x")
    for name in ("a", "u", "i"):
        out.end(name)
    out.text("y")
    assert out.html() == '<b><i><a href="https://x.example/">x</a></i>y</b>'


def test_a_tag_says_what_it_is() -> None:
    assert list(split("</P x=1>", PROGRAMS)) == [Tag("p", True, {"x": "1"})]
