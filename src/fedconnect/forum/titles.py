"""A thread's title out of its first post: the first line or sentence, whole words, no mentions.

What the title takes is taken out of the body, so that nobody reads the same words twice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from dataclasses import dataclass

from fedconnect.foundation.html import text_of, tokens
from fedconnect.foundation.link_display import without_emojis

MAX_TITLE = 140
_EXCERPT = 280
_MIN_SENTENCE = 12
_LONGEST_LINE = 2000  # more of a first line than any title takes; keeps hostile input cheap
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAG_NAME = re.compile(r"</?([a-z0-9]+)")
_CLASS = re.compile(r'class="([^"]*)"')
_HREF = re.compile(r'href="([^"]*)"')
_CHARACTER = re.compile(r"&[#\w]{1,32};|.", re.DOTALL)
_SENTENCE_END = re.compile(r"""(?<![.!?…])[.!?…]++["'”’»)\]]*+(?=\s)|[。！？]""")
_ABBREVIATION = re.compile(
    r"""(?:^|[\s("'“])(?:(?:[A-Za-z]\.)*[A-Za-z]|Dr|Mr|Mrs|Ms|Prof|St|vs|etc|No|Nr|ca|bzw|approx)\.["'”)]*$"""
)
_BLOCKS = frozenset({"p", "blockquote", "pre", "ul", "ol", "li"})
_EMPTY = re.compile(
    r"<(p|span|strong|em|b|i|u|a|li|ul|ol|blockquote|pre)(?:\s[^<>]*+)?>(?:\s|<br>|<br/>|&nbsp;){0,64}+</\1>"
)
_EDGE_BREAKS = re.compile(
    r"(<(?:p|blockquote|li)(?:\s[^<>]*+)?>)(?:\s|<br/?>)*+|(?:\s|<br/?>)++(</(?:p|blockquote|li)>)?"
)


@dataclass(frozen=True, slots=True)
class TitleAndBody:
    """A title in plain text, and the HTML that is left for the body."""

    title: str
    body_html: str


def split_title(source: str, boards: Collection[str]) -> TitleAndBody:
    """Split sanitised HTML into title and body. `boards` are the ids and pages of mentioned boards."""
    source = without_board_mentions(source, boards)
    pieces = tokens(source)
    start = 0
    while start < len(pieces):
        line, end = _first_line(pieces, start)
        text = _tidy("".join(character for character, _, _ in line))
        if text and not _is_address(text):
            return _split(pieces, line, end)
        start = end
    lone = text_of(source)
    return TitleAndBody(_shorten(_tidy(lone)), "" if len(_tidy(lone)) <= MAX_TITLE else source)


def excerpt_of(body: str, warning: str) -> str:
    """Return what lists show of a post's body, whole words in one line; nothing where a warning, its author's or a
    moderator's, covers its words."""
    if warning:
        return ""
    text = " ".join(text_of(without_emojis(body)).split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + "…"


def without_board_mentions(source: str, boards: Collection[str]) -> str:
    """Drop links that only name a board where they stand at an edge of a paragraph."""
    if not boards or "<a" not in source:
        return source
    pieces = tokens(source)
    out: list[str] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece.startswith("<a ") and (href := _HREF.search(piece)) and html.unescape(href[1]) in boards:
            end = index
            while end < len(pieces) and pieces[end] != "</a>":
                end += 1
            if _at_edge(out, pieces[end + 1 :]):
                index = end + 1
                continue
        out.append(piece)
        index += 1
    return _without_empties("".join(out))


def _at_edge(before: list[str], after: list[str]) -> bool:
    """Whether nothing but mentions stands before (or after) this place in its paragraph."""

    def blank(pieces: list[str], opening: str) -> bool:
        for piece in pieces:
            if piece.startswith((opening, "<br")):
                return True
            if not piece.startswith("<") and piece.strip():
                return False
        return True

    return blank(list(reversed(before)), "<p") or blank(after, "</p")


def _first_line(pieces: list[str], start: int) -> tuple[list[tuple[str, int, int]], int]:
    """Return the visible characters of the first line with their places, and the token after it."""
    line: list[tuple[str, int, int]] = []
    skipping: list[str] = []
    for index in range(start, len(pieces)):
        piece = pieces[index]
        if not piece.startswith("<") or piece == "<":
            if not skipping and len(line) < _LONGEST_LINE:
                _read_line(line, piece, index)
            continue
        name = _TAG_NAME.match(piece)
        tag = name[1] if name else ""
        closing = piece.startswith("</")
        if tag == "br" or tag in _BLOCKS:
            if any(character.strip() for character, _, _ in line):
                return line, index
            line = []
        elif closing and skipping and skipping[-1] == tag:
            skipping.pop()
        elif not closing:
            classes = set(m[1].split()) if (m := _CLASS.search(piece)) else set()
            if skipping or "invisible" in classes or ("mention" in classes and "hashtag" not in classes):
                skipping.append(tag)
            elif "ellipsis" in classes:
                line.append(("", index, 0))
    return line, len(pieces)


def _read_line(line: list[tuple[str, int, int]], piece: str, index: int) -> None:
    """Add a text's characters, a run of white space as one, until the line is longer than any title."""
    for match in _CHARACTER.finditer(piece):
        character = html.unescape(match[0])
        if character.isspace() and (not line or line[-1][0].isspace()):
            continue
        line.append((character, index, match.end()))
        if len(line) >= _LONGEST_LINE:
            return


def _split(pieces: list[str], line: list[tuple[str, int, int]], end: int) -> TitleAndBody:
    text = "".join(character for character, _, _ in line)
    cut = _cut(text)
    title = _tidy(text[:cut])
    if cut >= len(text.rstrip()):
        place, offset = end, 0
    else:
        place, offset = _place(line, cut)
        if not re.search(r"[.!?…。！？][\"'”’»)\]]*$", title):
            title = title.rstrip(" ,;:–-") + "…"
    if _leads_somewhere(pieces, line[0][1], place):
        return TitleAndBody(title, "".join(pieces))  # a link says more than its words, so it stays
    body = _without_empties("".join(_open_before(pieces, place)) + _rest(pieces, place, offset))
    return TitleAndBody(title, body if text_of(body) or "<a" in body else "")


def _leads_somewhere(pieces: list[str], first: int, place: int) -> bool:
    """Whether a link that is no hashtag stands in what the title takes."""
    opened = max(
        (i for i in range(first) if pieces[i].startswith("<a ") and "</a>" not in pieces[i:first]),
        default=first,
    )
    return any(
        piece.startswith("<a ")
        and "href=" in piece
        and "hashtag" not in (m[1] if (m := _CLASS.search(piece)) else "")
        for piece in pieces[opened : place + 1]
    )


def _cut(text: str) -> int:
    """Return how many characters the title takes."""
    if len(_tidy(text)) <= MAX_TITLE:
        return len(text)
    for match in _SENTENCE_END.finditer(text):
        if match.end() > MAX_TITLE:
            break
        if match.end() >= _MIN_SENTENCE and not _ABBREVIATION.search(text[: match.end()]):
            return match.end()
    space = text.rfind(" ", 0, MAX_TITLE)
    return space if space > MAX_TITLE // 2 else MAX_TITLE


def _place(line: list[tuple[str, int, int]], cut: int) -> tuple[int, int]:
    count = 0
    for character, index, offset in line:
        count += len(character)
        if count >= cut:
            return index, offset
    return line[-1][1], line[-1][2]


def _open_before(pieces: list[str], place: int) -> list[str]:
    """Return the tags that are open at a place, so that the rest is whole HTML again."""
    stack: list[tuple[str, str]] = []
    for piece in pieces[:place]:
        if not piece.startswith("<") or (name := _TAG_NAME.match(piece)) is None or name[1] == "br":
            continue
        if piece.startswith("</"):
            while stack and stack.pop()[0] != name[1]:
                pass
        else:
            stack.append((name[1], piece))
    return [piece for _, piece in stack]


def _rest(pieces: list[str], place: int, offset: int) -> str:
    first = pieces[place][offset:] if place < len(pieces) else ""
    return first.lstrip() + "".join(pieces[place + 1 :])


def _without_empties(source: str) -> str:
    for _ in range(8):
        smaller = _EDGE_BREAKS.sub(lambda m: m[1] or m[2] or m[0], _EMPTY.sub("", source))
        if smaller == source:
            break
        source = smaller
    return source.strip()


def _tidy(text: str) -> str:
    """One line: hashtags at the edges go, those inside a sentence keep their word."""
    text = re.sub(r"\s+", " ", _DIRECTION.sub("", text[:_LONGEST_LINE])).strip()
    words = text.split(" ")
    if all(re.fullmatch(r"(?:#[^#]++)++", word) for word in words):
        return ""
    first = next(place for place, word in enumerate(words) if not _is_hashtag(word))
    last = next(place for place in range(len(words), first, -1) if not _is_hashtag(words[place - 1]))
    return re.sub(r"(^|\s)#(?=\w)", r"\1", " ".join(words[first:last])).strip()


def _is_hashtag(word: str) -> bool:
    return word.startswith("#") and len(word) > 1 and "#" not in word[1:]


def _is_address(text: str) -> bool:
    return "." in text[1:-1] and not any(character.isspace() for character in text)


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_TITLE else text[: _cut(text)].rstrip() + "…"
