"""What other servers write becomes HTML that is safe to show. The only module that calls bleach.

Ref: Mastodon's allow-list (Sanitize::Config::MASTODON_STRICT); caps and reasons in docs/decisions/0004.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import bleach
from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]

from fedconnect.foundation import html_tokens, link_display

SANITISER_VERSION = 3
MAX_HTML_CHARS = 64_000
MAX_DEPTH = 32
MAX_MARKS = 2000  # tags and entities; bleach takes about 40 µs for each

_TAGS = frozenset(
    [
        "p",
        "br",
        "span",
        "a",
        "del",
        "s",
        "pre",
        "blockquote",
        "code",
        "b",
        "strong",
        "u",
        "i",
        "em",
        "ul",
        "ol",
        "li",
        "ruby",
        "rt",
        "rp",
    ]
)
_SCHEMES = frozenset({"http", "https", "gemini", "xmpp", "magnet"})
_CLASSES = frozenset({"mention", "hashtag", "ellipsis", "invisible", "u-url", "h-card", "quote-inline"})
_WITH_CONTENT = frozenset(
    [
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "noscript",
        "template",
        "textarea",
        "select",
        "title",
        "svg",
        "math",
    ]
)
#: What holds text in blocks and is not kept itself becomes paragraphs, so that no two words grow together.
_PARAGRAPHS = frozenset(
    [
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "center",
        "figure",
        "figcaption",
        "table",
        "tr",
        "td",
        "th",
        "caption",
        "dl",
        "dt",
        "dd",
        "address",
        "fieldset",
        "details",
        "summary",
    ]
)
_ATTRIBUTES = frozenset({"href", "class", "lang", "translate", "start", "reversed", "value"})
_HEADING = re.compile(r"h[1-6]", re.ASCII)
_TOKEN = re.compile(r"<[^<>]*+>|[^<]++|<")  # no attribute that we keep holds an angle bracket
_LEADING_LINE = re.compile(r"(<pre[^<>]*+>)\n++")  # a parser drops the first one, so each reading would
_LINE_END = re.compile(r"<br\b|</(p|li|blockquote|pre|h[1-6]|div)\b", re.IGNORECASE)
_LINE_START = re.compile(r"<(p|blockquote|pre|ul|ol)\b", re.IGNORECASE)
_QUOTE_LINE = re.compile(r'<(p|span) class="quote-inline"[^<>]*+>')
_PLAIN_VALUE = re.compile(r"""[^<>"'`\x00-\x1f]*""")
# No control characters, and none of the marks that turn the direction of what follows (U+202A–202E).
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b\u2028-\u202e\ufeff\ufffe\uffff]")


def clean(source: str) -> str:
    """Return HTML that may be stored and shown: allowed elements only, links that name their target.

    Text of a script or style is dropped, headings become bold paragraphs, and anything too long, too
    crowded or too deeply nested is kept as plain text. At most 250 ms of CPU, whatever comes.
    """
    source = _INVISIBLE.sub("", source[: 2 * MAX_HTML_CHARS])
    is_long = len(source) > MAX_HTML_CHARS
    source = source[:MAX_HTML_CHARS]
    prepared = None if is_long or _is_crowded(source) else _in_order(source)
    if prepared is None:
        return paragraphs(text_of(source))
    cleaned = _LEADING_LINE.sub(r"\1", _cleaner().clean(prepared).strip())
    return link_display.truthful(cleaned)


def _is_crowded(source: str) -> bool:
    return source.count("<") + source.count("&") > MAX_MARKS


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
    source = _INVISIBLE.sub("", source[: 4 * limit])
    prepared = _in_order(source)
    return plain(text_of(source if prepared is None else prepared), limit)


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
    """Return what somebody wrote as plain text with its lines: no control or direction marks, at most `limit`."""
    if not isinstance(text, str):
        return ""
    lines = [plain(line, limit) for line in text[: limit * 4].replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit]


def username(text: str) -> str:
    """Return a remote user name without any character that is not seen."""
    seen = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cf", "Cc", "Co", "Cn"})
    return plain(seen, 255)


def _in_order(source: str) -> str | None:
    """Return what we keep, balanced and without what bleach would turn into text; None where it is too much."""
    out = html_tokens.Writer()
    for piece in html_tokens.split(source, _WITH_CONTENT):
        if isinstance(piece, str):
            out.text(piece)
        elif piece.name == "br":
            out.void("br")
        elif piece.name == "p" or piece.name in _PARAGRAPHS or _HEADING.fullmatch(piece.name):
            _paragraph(out, piece)
        elif piece.name in _TAGS and piece.is_end:
            out.end(piece.name)
        elif piece.name in _TAGS:
            out.begin(piece.name, {k: v for k, v in piece.attributes.items() if k in _ATTRIBUTES})
        if out.depth > MAX_DEPTH or out.marks > MAX_MARKS:
            return None
    return out.html()


def _paragraph(out: html_tokens.Writer, tag: html_tokens.Tag) -> None:
    if tag.is_end:
        if not out.end("p"):
            out.begin("p", {})  # an end without a beginning parts words all the same
            out.end("p")
        return
    out.begin("p", {k: v for k, v in tag.attributes.items() if k in _ATTRIBUTES} if tag.name == "p" else {})
    if _HEADING.fullmatch(tag.name):
        out.begin("strong", {})


def _allowed(tag: str, name: str, value: str) -> bool:
    if not _PLAIN_VALUE.fullmatch(value):
        return False
    if name == "lang":
        return len(value) <= 35
    if tag == "a" and name == "href":
        scheme, colon, _ = value.partition(":")
        return bool(colon) and scheme.lower() in _SCHEMES and len(value) <= 2048
    if name == "class":
        return tag in {"a", "span", "p"}
    if name == "translate":
        return tag in {"a", "span"} and value == "no"
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
        tags=_TAGS, attributes=_allowed, protocols=_SCHEMES, strip=True, strip_comments=True, filters=[_Links]
    )
