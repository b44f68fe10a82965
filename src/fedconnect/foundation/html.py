"""What other servers write becomes HTML that is safe to show. The only module that calls bleach.

Ref: Mastodon's allow-list (Sanitize::Config::MASTODON_STRICT); caps and reasons in docs/decisions/0004.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bleach
from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]

from fedconnect.foundation import link_display
from fedconnect.foundation.html_elements import SCHEMES, TAGS
from fedconnect.foundation.html_rewriter import InlinePicture, Rewriter

SANITISER_VERSION = 4
MAX_HTML_CHARS = 64_000
MAX_DEPTH = 32
MAX_MARKS = 2000  # tags and entities; bleach takes about 20 µs for each

_CLASSES = frozenset({"mention", "hashtag", "ellipsis", "invisible", "u-url", "h-card", "quote-inline"})
_TOKEN = re.compile(r"<[^<>]*+>|[^<]++|<")  # no attribute that we keep holds an angle bracket
_LEADING_LINE = re.compile(r"(<pre[^<>]*+>)\n++")  # a parser drops the first one, so each reading would
_LINE_END = re.compile(r"<br\b|</(p|li|blockquote|pre|h[1-6]|div)\b", re.IGNORECASE)
_LINE_START = re.compile(r"<(p|blockquote|pre|ul|ol)\b", re.IGNORECASE)
_QUOTE_LINE = re.compile(r'<(p|span) class="quote-inline"[^<>]*+>')
_PLAIN_VALUE = re.compile(r"""[^<>"'`\x00-\x1f]*""")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """HTML that may be stored and shown, the pictures that stood in it, and whether not all of it fitted."""

    html: str
    pictures: tuple[InlinePicture, ...] = ()
    is_shortened: bool = False


def clean(source: str, base: str = "") -> str:
    """Return HTML that may be stored and shown; `cleaned` says the rest."""
    return cleaned(source, base).html


def cleaned(source: str, base: str = "") -> Cleaned:
    """Return HTML that may be stored and shown: allowed elements only, links that name their target.

    Text of a script or style is dropped, headings become bold paragraphs, and what is not shown itself (pictures,
    frames, formulas, tables) becomes words and links. What is too deeply nested loses its nesting; what is too long or too
    crowded ends there, with all its links and lists before. `base` is where the words stand, for links without a host.
    At most 250 ms of CPU, whatever comes.
    """
    rewriter = Rewriter(base, max_depth=MAX_DEPTH, max_marks=MAX_MARKS, max_chars=MAX_HTML_CHARS)
    read = within(source)
    rewriter.read(read)
    tidy = _LEADING_LINE.sub(r"\1", _cleaner().clean(rewriter.html()).strip())
    is_shortened = rewriter.is_shortened or len(read) < len(source)
    return Cleaned(link_display.truthful(tidy), tuple(rewriter.pictures.values()), is_shortened)


def within(source: str) -> str:
    """Return as much of a source as is read at all, and no half of a tag."""
    if len(source) <= 2 * MAX_HTML_CHARS:
        return source
    end = 2 * MAX_HTML_CHARS
    last = source.rfind("<", 0, end)
    return source[: last if last > end - 4096 and ">" not in source[last:end] else end]


def without_quote_line(source: str) -> str:
    """Drop the `RE: link` that stands in for a quote, where the quote itself is understood. Ref: FEP-044f."""
    unclosed: set[str] = set()
    for start in _QUOTE_LINE.finditer(source):
        end = f"</{start[1]}>"
        if end in unclosed:
            continue
        place = source.find(end, start.end())
        if place >= 0:
            return source[: start.start()] + source[place + len(end) :]
        unclosed.add(end)
    return source


def paragraphs(text: str) -> str:
    """Return plain text as paragraphs of HTML."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    return "".join(
        f"<p>{html.escape(block.strip(), quote=False).replace(chr(10), '<br>')}</p>" for block in blocks
    )


def text_of(source: str) -> str:
    """Return the readable text of HTML, a line for each line break and paragraph."""
    parts: list[str] = []
    for piece in tokens(source):
        if not piece.startswith("<") or piece == "<":
            parts.append(html.unescape(piece))
        elif _LINE_END.match(piece) or (_LINE_START.match(piece) and parts and parts[-1] != "\n"):
            parts.append("\n")
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()


def line_of(source: str, limit: int) -> str:
    """Return the readable text of HTML as one line of at most `limit` characters; nothing of it may be shown as HTML."""
    rewriter = Rewriter("", max_depth=MAX_DEPTH, max_marks=MAX_MARKS, max_chars=4 * limit)
    rewriter.read(source[: 8 * limit])
    return plain(text_of(rewriter.html()), limit)


def tokens(source: str) -> list[str]:
    """Split HTML into tags and texts, in order and without loss."""
    return _TOKEN.findall(source)


def plain(text: object, limit: int) -> str:
    """Return a remote name as one line of plain text: no control or direction marks, at most `limit`."""
    if not isinstance(text, str):
        return ""
    text = re.sub(
        "[\u0000-\u001f\u007f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]", " ", text[: limit * 4]
    )
    return re.sub(r"\s+", " ", text).strip()[:limit]


def plain_lines(text: object, limit: int) -> str:
    """Return what somebody wrote as plain text with its lines: no control or direction marks, at most `limit`, with a sign at
    its end where there was more."""
    if not isinstance(text, str):
        return ""
    lines = [plain(line, limit + 1) for line in text[: limit * 4].replace("\r\n", "\n").split("\n")]
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def username(text: str) -> str:
    """Return a remote user name without any character that is not seen."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cf", "Cc", "Co", "Cn"})
    return plain(seen, 255)


def _allowed(tag: str, name: str, value: str) -> bool:
    if not _PLAIN_VALUE.fullmatch(value):
        return False
    if name == "lang":
        return len(value) <= 35
    if tag == "a" and name == "href":
        scheme, colon, _ = value.partition(":")
        return bool(colon) and scheme.lower() in SCHEMES and len(value) <= 2048
    if name == "class":
        return tag in {"a", "span", "p"}
    if name == "translate":
        return tag in {"a", "span"} and value == "no"
    if (tag, name) == ("ol", "type"):
        return value in {"1", "a", "A", "i", "I"}
    return (tag, name) in {("ol", "start"), ("ol", "reversed"), ("li", "value")} and len(value) <= 9


class _Links(Filter):  # type: ignore[misc]
    """Keep the class names that mean something, and let a link say nothing about the reader."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token["type"] in {"StartTag", "EmptyTag"}:
                attributes = token["data"]
                key = (None, "class")
                if key in attributes:
                    kept = [word for word in attributes[key].split() if word in _CLASSES]
                    if kept:
                        attributes[key] = " ".join(kept)
                    else:
                        del attributes[key]
                if token["name"] == "a":
                    attributes[(None, "rel")] = "nofollow noopener noreferrer"
            yield token


def _cleaner() -> bleach.Cleaner:
    # A Cleaner keeps parser state: one shared between threads shows one person's text to another.
    return bleach.Cleaner(
        tags=TAGS, attributes=_allowed, protocols=SCHEMES, strip=True, strip_comments=True, filters=[_Links]
    )
