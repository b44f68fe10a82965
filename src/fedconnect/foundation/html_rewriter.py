"""HTML of strangers said again with the few elements that we keep, and nothing of it lost on the way.

What is not shown itself is put into words or links at its place: a picture is its description, linked; a video, a frame
or an embedded thing is a link; a formula is its TeX; a row of a table is a line, its cells parted by bars. What no
longer fits is left out from there on, and that is said. Ref: FEP-dc88 (formulas), HTML §4.8.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from fedconnect.foundation import html_tokens
from fedconnect.foundation.formula import Formula
from fedconnect.foundation.html_elements import ATTRIBUTES, PARAGRAPHS, PROGRAMS, SAID_AS, TAGS
from fedconnect.foundation.html_tokens import Tag

_HEADING = re.compile(r"h[1-6]", re.ASCII)
_LINE_BREAKS = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
#: No control characters, and none of the marks that turn the direction of what follows (U+202A–202E).
INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b\u2028-\u202e\ufeff\ufffe\uffff]")
_MARK = re.compile("[<>&]")  # what a parser pays for
_SPACES = re.compile(r"\s+")
_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}:")
_FORMULA = re.compile(r"\b(?:latex|math|tex|katex)", re.IGNORECASE)
_LONGEST_ALT = 1500
_LONGEST_SHOWN = 60
_BAR = " | "


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """A picture that stands among the words: where it lies, and its description, which may be empty."""

    url: str
    alt: str


class Rewriter:
    """Reads tags and texts one after the other; `html()` is what they become.

    `base` is where the words stand, so that links without a host lead there. `is_shortened`: not all of it fitted.
    """

    def __init__(self, base: str, *, max_depth: int, max_marks: int, max_chars: int) -> None:
        self._out = html_tokens.Writer(max_depth)
        self._base, self._max_marks, self._left = base, max_marks, max_chars
        self.pictures: dict[str, InlinePicture] = {}
        self.is_shortened = False
        self._linked: set[str] = set()  # what is embedded twice, for old and new browsers, is linked once
        self._formula: Formula | None = None
        self._medium_to_link = False  # a video or sound is open that told no source yet
        self._unseen: list[str] = []  # open elements of which nothing is seen
        self._cells, self._is_head, self._has_words, self._is_new_line = 0, False, False, False
        self._drawings = 0

    def read(self, source: str) -> None:
        """Read until the end, or until it is enough."""
        for piece in html_tokens.split(source, PROGRAMS):
            if self._out.marks > self._max_marks or self._left <= 0:
                self.is_shortened = True
                break
            if isinstance(piece, str):
                self._text(_LINE_BREAKS.sub("\n", html.unescape(piece)))
            else:
                self._tag(piece)
        if self._formula is not None:
            self._say(self._formula.words())
        if self._unseen:
            self.is_shortened = True  # what was never closed hides the rest

    def html(self) -> str:
        """Return balanced HTML of the elements in TAGS."""
        return self._out.html()

    def _text(self, text: str) -> None:
        if self._unseen:
            return
        if self._formula is not None:
            self._formula.read(text)
        else:
            self._say(text)

    def _say(self, text: str) -> None:
        text = INVISIBLE.sub("", text)
        if self._is_new_line and self._cells and text.strip():
            self._out.void("br") if self._has_words else None
            self._is_new_line = False
        self._has_words = self._has_words or bool(text.strip())
        if len(text) > self._left:
            space = text.rfind(" ", 0, self._left)
            text = text[: space if space > 0 else self._left]
            self.is_shortened, self._left = True, 0
        room = max(0, self._max_marks + 1 - self._out.marks)
        if len(marks := [found.start() for found in _MARK.finditer(text)]) > room:
            text, self.is_shortened, self._left = text[: marks[room]], True, 0
        self._left -= len(text)
        self._out.text(text)

    def _tag(self, tag: Tag) -> None:
        self._left -= 2
        if self._unseen:
            self._pass_by(tag)
        elif tag.name == "math" or self._formula is not None:
            self._calculate(tag)
        elif tag.name in _REPLACED:
            _REPLACED[tag.name](self, tag)
        elif tag.name == "span" and not tag.is_end and "katex-html" in tag.attributes.get("class", ""):
            self._unseen.append("span")  # the same formula again, in pieces
        elif self._cells and (tag.name in PARAGRAPHS or _HEADING.fullmatch(tag.name)):
            self._end_line(tag)
        elif tag.name in PARAGRAPHS or _HEADING.fullmatch(tag.name):
            self._paragraph(tag)
        elif (name := SAID_AS.get(tag.name, tag.name)) in TAGS:
            self._element(name, tag)

    def _pass_by(self, tag: Tag) -> None:
        if tag.name == self._unseen[-1]:
            if tag.is_end:
                self._unseen.pop()
            else:
                self._unseen.append(tag.name)

    def _element(self, name: str, tag: Tag) -> None:
        if name == "br":
            self._out.void("br")
        elif tag.is_end:
            self._out.end(name)
        else:
            kept = {key: value for key, value in tag.attributes.items() if key in ATTRIBUTES}
            if name == "a" and kept.get("href"):
                kept["href"] = self._address(kept["href"])
            self._left -= sum(len(key) + len(value) + 4 for key, value in kept.items())
            self._out.begin(name, kept)

    def _paragraph(self, tag: Tag) -> None:
        if tag.is_end:
            if not self._out.end("p") and not self._out.has_just_ended("p"):
                self._out.begin("p", {})  # an end without a beginning parts words all the same
                self._out.end("p")
            return
        kept = {k: v for k, v in tag.attributes.items() if k in ATTRIBUTES} if tag.name == "p" else {}
        self._out.begin("p", kept)
        if _HEADING.fullmatch(tag.name):
            self._out.begin("strong", {})
        elif tag.name == "hr":
            self._out.end("p")

    def _end_line(self, tag: Tag) -> None:
        """Within a cell, blocks are lines, so that a row stays one paragraph."""
        if tag.name == "table":
            self._cells = 0
            self._paragraph(tag)
        else:
            self._is_new_line = True

    def _row(self, tag: Tag) -> None:
        self._cells, self._is_head = 0, False
        self._paragraph(Tag("div", tag.is_end, {}))

    def _cell(self, tag: Tag) -> None:
        if self._is_head:
            self._out.end("strong")
        self._is_head = tag.name == "th" and not tag.is_end
        self._is_new_line = self._has_words = False
        if tag.is_end:
            return
        if self._cells:
            self._say(_BAR)
        self._cells, self._has_words = self._cells + 1, False
        if self._is_head:
            self._out.begin("strong", {})

    def _picture(self, tag: Tag) -> None:
        if tag.is_end:
            return
        where, classes = (
            self._source(tag, "src", "data-src", "data-lazy-src"),
            tag.attributes.get("class", ""),
        )
        alt = _flat(tag.attributes.get("alt", ""), _LONGEST_ALT)
        sides = [_side(tag.attributes.get(side, "")) for side in ("width", "height")]
        if max(sides) <= 1 and not alt:
            return  # nobody sees it: it counts readers
        is_small = "emoji" in classes.lower() or 1 < max(sides) <= 32
        if not where or is_small or _FORMULA.search(classes):
            self._say(f" {alt} " if alt and not is_small else alt)
            return
        self.pictures.setdefault(where, InlinePicture(where, alt))
        self._link(where, alt or _shown(where), again=True)

    def _embedded(self, tag: Tag) -> None:
        if tag.is_end:
            self._say(" ")
        if not tag.is_end and (where := self._source(tag, "src", "data", "data-src", "href")):
            said = tag.attributes.get("title") or tag.attributes.get("alt") or ""
            self._link(where, _flat(said, 300))

    def _moving(self, tag: Tag) -> None:
        self._medium_to_link = not tag.is_end
        self._of_medium(tag)

    def _of_medium(self, tag: Tag) -> None:
        if self._medium_to_link and (where := self._source(tag, "src", "data-src")):
            self._link(where, _flat(tag.attributes.get("title", ""), 300))
            self._medium_to_link = False

    def _calculate(self, tag: Tag) -> None:
        if tag.name == "math" and tag.is_end:
            if self._formula is not None:
                self._say(self._formula.words())
            self._formula = None
        elif self._formula is None:
            self._formula = Formula(_flat(tag.attributes.get("alttext", ""), _LONGEST_ALT))
        else:
            self._formula.tag(tag)

    def _quote(self, tag: Tag) -> None:
        self._say("”" if tag.is_end else "“")

    def _input(self, tag: Tag) -> None:
        kind = tag.attributes.get("type", "text").lower()
        if kind in {"checkbox", "radio"}:
            self._say("☑ " if "checked" in tag.attributes else "☐ ")
        elif kind not in {"hidden", "password", "file", "image"}:
            self._text(html.unescape(tag.attributes.get("value", "")))

    def _apart(self, tag: Tag) -> None:
        self._say(" ")

    def _svg(self, tag: Tag) -> None:
        self._say(" ")
        self._drawings = max(0, self._drawings + (-1 if tag.is_end else 1))

    def _title(self, tag: Tag) -> None:
        self._say(" ")
        if (
            not tag.is_end and not self._drawings
        ):  # a drawing's is its description, a document's is on no page
            self._unseen.append("title")

    def _link(self, where: str, words: str, *, again: bool = False) -> None:
        """Link to what is not shown itself; where the place is a link already, say its words."""
        if self._out.is_open("a"):
            self._say(words or _shown(where))
        elif again or where not in self._linked:
            self._out.begin("a", {"href": html.escape(where)})
            self._left -= len(where) + 10
            self._say(words or _shown(where))
            self._out.end("a")
            self._say(" ")
        self._linked.add(where)

    def _source(self, tag: Tag, *names: str) -> str:
        for name in (*names, "srcset"):
            value = tag.attributes.get(name, "")
            value = value.strip().partition(" ")[0] if name == "srcset" else value
            where = html.unescape(self._address(value))
            if where.lower().startswith(("http://", "https://")) and len(where) <= 2048:
                return where
        return ""

    def _address(self, value: str) -> str:
        """Return an address as it may stand in an attribute; one without a scheme leads where the words stand."""
        plain = INVISIBLE.sub("", html.unescape(value)).strip()
        if not plain or not self._base or _ABSOLUTE.match(plain) or "\\" in plain:
            return value
        try:
            return html.escape(urljoin(self._base, plain))
        except ValueError:
            return value


_REPLACED = {
    "img": Rewriter._picture, "image": Rewriter._picture, "iframe": Rewriter._embedded, "embed": Rewriter._embedded,
    "object": Rewriter._embedded, "video": Rewriter._moving, "audio": Rewriter._moving, "source": Rewriter._of_medium,
    "area": Rewriter._embedded, "q": Rewriter._quote, "input": Rewriter._input, "option": Rewriter._apart, "tr": Rewriter._row,
    "text": Rewriter._apart, "noscript": Rewriter._apart, "button": Rewriter._apart, "textarea": Rewriter._apart, "select": Rewriter._apart,
    "td": Rewriter._cell, "th": Rewriter._cell, "svg": Rewriter._svg, "title": Rewriter._title,
}  # fmt: skip


def _flat(value: str, most: int) -> str:
    text = _SPACES.sub(" ", INVISIBLE.sub("", html.unescape(value))).strip()
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "…"


def _side(value: str) -> int:
    number = value.strip().removesuffix("px")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 10_000


def _shown(where: str) -> str:
    """Return an address as people read it."""
    shown = where.partition("://")[2].removesuffix("/")
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"
