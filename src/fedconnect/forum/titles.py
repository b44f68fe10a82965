"""A thread's title out of its first post: a whole line or sentence of its author's own words.

The words stand once where that loses nothing: the title is taken out of the body only where it is whole lines or
sentences from the beginning of the author's words, leads nowhere, and says all that stood there. A title that is shortened,
that comes after a greeting or a quotation, or that holds a link, takes nothing out of the body.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fedconnect.forum.greetings import is_greeting
from fedconnect.forum.post_lines import Line, LineKind, is_quotation, read_lines
from fedconnect.foundation import sentences
from fedconnect.foundation.html import text_of, tokens
from fedconnect.foundation.link_display import without_emojis
from fedconnect.foundation.sentences import shortened

MAX_TITLE = 140
_MOST_MENTIONS = 50  # of boards that are looked at: each looks at its whole line
MAX_GIVEN = 200  # what an author calls a post themselves
_EXCERPT = 280
_SCRAP = 15  # characters that say too little, so that the beginning of what follows is said as well
_ENOUGH = 40  # characters that say what a post is about
_LONGEST_LABEL = 20
_BROKEN_AT = 40  # whoever breaks lines by hand breaks long ones
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]")
_HREF = re.compile(r'href="([^"]*)"')
_SPACES = re.compile(r"\s+")
_INNER_HASHTAG = re.compile(r"(^|\s)#(?=\w)")
_STOPS = frozenset(".!?…:;。！？।॥؟։")
_MENTIONS = re.compile(r"(?:@[\w.-]++(?:@[\w.:-]++)?[\s,:]*+)++")
_LEADING_SIGNS = re.compile(r"^[^\w\s\"'“„«‚‘»「『(¿¡#@+$€£§&<:.-]++\s++")
_EMPTY = re.compile(
    r"<(p|span|strong|em|b|i|u|a|li|ul|ol|blockquote|pre|sup|sub|ins)(?:\s[^<>]*+)?>(?:\s|<br>|<br/>|&nbsp;){0,64}+</\1>"
)
_EDGE_BREAKS = re.compile(
    r"(<(?:p|blockquote|li)(?:\s[^<>]*+)?>)(?:\s|<br/?>)*+|(?:\s|<br/?>)++(</(?:p|blockquote|li)>)?"
)


@dataclass(frozen=True, slots=True)
class TitleAndBody:
    """A title in plain text, and the HTML that is left for the body. `is_own`: it is the author's own words, rather than an
    address, a greeting or hashtags, which are all that there is."""

    title: str
    body_html: str
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    """Words of one line, and the next where they go on there; `is_whole`: they end where a sentence or line ends."""

    lines: tuple[tuple[Line, slice], ...]
    is_whole: bool

    @property
    def text(self) -> str:
        return _tidy(" ".join(line.text[part] for line, part in self.lines))


def split_title(source: str, boards: Collection[str], language: str = "") -> TitleAndBody:
    """Split sanitised HTML into title and body. `boards` are the ids and pages of mentioned boards, `language` the one that
    the post says it is in. About 0.3 ms."""
    source = without_board_mentions(source, boards)
    pieces = tokens(source)
    lines = read_lines(pieces)
    own = next((place for place, line in enumerate(lines) if line.kind is LineKind.WORDS), None)
    if own is None:
        return TitleAndBody(_of_others(lines, source), source, is_own=_has_words(lines))
    before = [line for line in lines[:own] if line.kind is not LineKind.NOTHING]
    part, is_first = _best_part(lines[own:], language)
    if part.is_whole and is_first and not before and all(line.keeps(said) for line, said in part.lines):
        return TitleAndBody(part.text, _without(pieces, part))
    title = part.text if part.is_whole else shortened(part.text, MAX_TITLE)
    return TitleAndBody(_LEADING_SIGNS.sub("", title), source)


def split_given(source: str, boards: Collection[str], title: str, language: str = "") -> TitleAndBody:
    """Split sanitised HTML that begins with the title that its author gave it, so that the words come once; where the title is
    only their beginning, cut somewhere, it is none."""
    source = without_board_mentions(source, boards)
    pieces = tokens(source)
    stem, lines = title.rstrip("….").rstrip(), read_lines(pieces)
    if not lines or not lines[0].text.startswith(stem):
        return TitleAndBody(title, source)
    line, end = lines[0], len(stem)
    ends = [one for one in sentences.ends(line.text, language) if not line.text[end:one].strip(".!?…。！？ ")]
    if not ends:
        return split_title(source, (), language)
    if len(title) > MAX_GIVEN:
        return TitleAndBody(shortened(title, MAX_GIVEN - 1), source)
    part = slice(0, ends[0])
    if not line.keeps(part):
        return TitleAndBody(title, source)
    return TitleAndBody(title, _without(pieces, _Part(((line, part),), is_whole=True)))


def first_sentence(text: str, language: str = "") -> str:
    """Return a title out of plain text, such as a picture's description: all of it, its first sentence, or the beginning."""
    text = _tidy(text)
    if len(text) <= MAX_TITLE:
        return text
    return shortened(text[: sentences.ends(text, language)[0]], MAX_TITLE)


def begins_with(source: str, title: str) -> bool:
    """Whether sanitised HTML begins with the words of a title, or with more of the sentence that it cuts."""
    stem, lines = title.rstrip("….").rstrip(), read_lines(tokens(source)[:400])
    return bool(stem) and bool(lines) and lines[0].text.startswith(stem)


def excerpt_of(body: str, warning: str) -> str:
    """Return what lists show of a post's body, whole words in one line, without the mentions that it begins with; nothing
    where a warning, its author's or a moderator's, covers its words."""
    if warning:
        return ""
    text = " ".join(text_of(without_emojis(body)).split())
    text = text[mentions.end() :] if (mentions := _MENTIONS.match(text)) else text
    return shortened(text, _EXCERPT)


def without_board_mentions(source: str, boards: Collection[str]) -> str:
    """Drop links that only name a board where they stand at an edge of a paragraph."""
    if not boards or "<a" not in source:
        return source
    pieces = tokens(source)
    out: list[str] = []
    index = looked = 0
    while index < len(pieces):
        piece = pieces[index]
        if (
            looked < _MOST_MENTIONS
            and piece.startswith("<a ")
            and (href := _HREF.search(piece))
            and html.unescape(href[1]) in boards
        ):
            end = index
            looked += 1
            while end < len(pieces) and pieces[end] != "</a>":
                end += 1
            if _at_edge(out, pieces[end + 1 :]):
                index = end + 1
                continue
        out.append(piece)
        index += 1
    return _without_empties("".join(out))


def _at_edge(before: list[str], after: list[str]) -> bool:
    """Whether nothing but mentions and hashtags stands before (or after) this place in its line."""

    def blank(pieces: list[str], opening: str) -> bool:
        for place, piece in enumerate(pieces):
            if piece.startswith((opening, "<br")):
                return True
            if not piece.startswith("<") and piece.strip() and not is_name(pieces, place):
                return False
        return True

    def is_name(pieces: list[str], place: int) -> bool:
        around = (*pieces[max(0, place - 3) : place], pieces[place])
        return pieces[place] == "#" or any(one == "#" or "hashtag" in one for one in around)

    return blank(list(reversed(before)), "<p") or blank(after, "</p")


def _best_part(lines: Sequence[Line], language: str) -> tuple[_Part, bool]:
    """Return the words for a title out of the author's own lines, and whether they begin with them."""
    whole = _joined(lines)
    if len(whole.text) <= MAX_TITLE:
        return whole, True
    line, own = whole.lines[0]
    text = line.text[own]
    starts = [0, *sentences.ends(text, language)]
    spans = [slice(one, other) for one, other in itertools.pairwise(starts) if text[one:other].strip()]
    skipped = 0
    while skipped + 1 < len(spans) and _is_no_title(text[spans[skipped]].strip()):
        skipped += 1
    spans = spans[skipped:]
    end = _end_of_title(text, spans)
    if end is None:
        skipped, spans = skipped + 1, spans[1:]
        end = spans[0].stop
    is_scrap = end - spans[0].start < _SCRAP and end < spans[-1].stop
    is_whole = len(_tidy(text[spans[0].start : end])) <= MAX_TITLE and not is_scrap
    if not is_whole:
        end = spans[-1].stop
    part = slice(own.start + spans[0].start, own.start + end)
    return _Part(((line, part),), is_whole=is_whole), skipped == 0


def _end_of_title(text: str, spans: Sequence[slice]) -> int | None:
    """Return where the title ends that begins with the first sentence: it says enough, or is all that fits. None where it says
    little, and the next, which does not fit beside it, says more."""
    end = spans[0].stop
    for span in spans[1:]:
        is_enough = end - spans[0].start >= _ENOUGH and not is_quotation(text[spans[0].start : end].strip())
        if is_enough or span.stop - spans[0].start > MAX_TITLE:
            break
        end = span.stop
    says_little = end - spans[0].start < _ENOUGH and len(spans) > 1 and end == spans[0].stop
    return None if says_little and _ENOUGH < spans[1].stop - spans[1].start <= MAX_TITLE else end


def _joined(lines: Sequence[Line]) -> _Part:
    """Return the first line, with the next where its sentence goes on there: a line that somebody broke, or a label."""
    taken = [(lines[0], lines[0].own)]
    for line in lines[1:4]:
        last, said = taken[-1][0], taken[-1][0].text[taken[-1][1]]
        goes_on = line.kind is LineKind.WORDS and not last.is_paragraph_end and not _has_ended(said)
        is_long = len(said) >= _BROKEN_AT or said.endswith(",")
        is_broken = (
            goes_on and is_long and line.text[:1].islower() and lines[0].text[lines[0].own][:1].isupper()
        )
        is_label = line.kind is LineKind.WORDS and said.endswith((":", "：")) and len(said) < _LONGEST_LABEL
        if not (is_broken or is_label):
            break
        taken.append((line, line.own))
    whole = _Part(tuple(taken), is_whole=True)
    return whole if len(whole.text) <= MAX_TITLE or len(taken) == 1 else _Part((taken[0],), is_whole=False)


def _has_ended(text: str) -> bool:
    """Whether a stop stands behind the last word."""
    return next(
        (letter in _STOPS for letter in reversed(text) if letter in _STOPS or letter.isalnum()), False
    )


def _is_no_title(sentence: str) -> bool:
    is_empty = not any(letter.isalnum() for letter in sentence)
    return is_empty or is_greeting(sentence)


def _of_others(lines: Sequence[Line], source: str) -> str:
    """Return a title where no words are the author's own: the first item, quotation, code, greeting, else an address."""
    for kind in (LineKind.ITEM, LineKind.QUOTE, LineKind.CODE, LineKind.GREETING):
        if (line := next((one for one in lines if one.kind is kind), None)) is not None:
            return shortened(_tidy(line.text[line.own]), MAX_TITLE)
    hrefs = [html.unescape(found[1]) for found in _HREF.finditer(source)]
    texts = [line.text for line in lines]
    address = next((one for one in hrefs if one.startswith("http")), "")
    if address and any("." in text and "#" not in text and "@" not in text for text in texts):
        return shortened(address.partition("://")[2].partition("?")[0].rstrip("/"), MAX_TITLE)
    all_words = " ".join(texts) or text_of(source)
    return shortened(_SPACES.sub(" ", _DIRECTION.sub("", all_words)).strip(), MAX_TITLE)


def _has_words(lines: Sequence[Line]) -> bool:
    return any(line.kind not in {LineKind.NOTHING, LineKind.GREETING} for line in lines)


def _without(pieces: Sequence[str], part: _Part) -> str:
    """Return the HTML without the words of a part; its tags stay, so that the rest is whole."""
    left = list(pieces)
    for line, words in part.lines:
        first, last = line.places[words.start], line.places[words.stop - 1]
        begin = line.places[words.start - 1] if words.start else (first[0], 0)
        for index in range(first[0], last[0] + 1):
            if left[index].startswith("<") and left[index] != "<":
                continue
            start = begin[1] if index == begin[0] else 0
            end = last[1] if index == last[0] else len(pieces[index])
            shift = len(left[index]) - len(pieces[index])
            left[index] = left[index][: start + shift] + pieces[index][end:].lstrip()
    body = _without_empties("".join(left))
    return body if text_of(body) or "<a" in body else ""


def _without_empties(source: str) -> str:
    for _ in range(8):
        smaller = _EDGE_BREAKS.sub(lambda m: m[1] or m[2] or m[0], _EMPTY.sub("", source))
        if smaller == source:
            break
        source = smaller
    return source.strip()


def _tidy(text: str) -> str:
    """One line; a hashtag inside a sentence is its word."""
    return _INNER_HASHTAG.sub(r"\1", _SPACES.sub(" ", _DIRECTION.sub("", text))).strip()
