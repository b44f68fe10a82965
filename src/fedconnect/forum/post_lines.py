"""A post's words line by line, as a reader sees them: what each line is, and where in the HTML its words stand.

So a title can be chosen among the lines, and can be taken out of the body without touching anything else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from fedconnect.forum.greetings import is_greeting

LONGEST = 600  # more characters of a line than any title takes; keeps hostile input cheap
_BESIDE = 4  # lines after the first own words, in which their sentence may go on
_FEW = 10  # letters, in which nothing of one's own is said
_MOST = 40  # more lines than anybody writes before their own words
_TAG = re.compile(r"<(/?)([a-z0-9]+)")
_CLASS = re.compile(r'class="([^"]*)"')
_CHARACTER = re.compile(r"&[#\w]{1,32};|.", re.DOTALL)
_BLOCKS = frozenset({"p", "blockquote", "pre", "ul", "ol", "li"})
_STRUCK = frozenset({"del", "s", "rt", "rp"})  # no words of the sentence
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ITEM = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-zA-Z]\)|[-–—•*▪◦‣·►☑☐✅✔️❌➡👉])\uFE0F?\s+")
_QUOTES = {"“": "”", "„": "“”", "»": "«", "«": "»", '"': '"', "「": "」", "『": "』", "‚": "‘", "‘": "’"}
_HOST = re.compile(r"(?:[a-z0-9-]++\.)++[a-z]{2,}", re.IGNORECASE)
_BAR = " | "  # between the cells of a table
_CLOSING = frozenset("".join(_QUOTES.values()))
_ADDRESS = re.compile(r"(?:https?://)?[^\s@/]+\.[^\s@/.]{2,}(?:/\S*)?…?", re.IGNORECASE)
_SHORTCODE = re.compile(r":\w{1,60}:")
_ASIDE = re.compile(r"(?:[#＃][^\s#]++)++|@[\w.-]+@[\w.:-]+[,:]?")
_MENTION = re.compile(r"@[\w.-]+[,:]?")


class LineKind(StrEnum):
    """What a line is to somebody who looks for a title."""

    WORDS = "words"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    GREETING = "greeting"
    NOTHING = "nothing"  # emoji, hashtags, mentions, an address: no words of one's own


@dataclass(slots=True)
class Line:
    """A line as it is read. `places` tells for each character the piece of HTML that it stands in and where it ends there;
    `is_linked` whether it is part of a link; `lost` are places at which a title cannot say what the line says."""

    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)
    is_linked: list[bool] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    coded: int = 0
    is_quoted: bool = False
    is_item: bool = False
    is_paragraph_end: bool = False

    def add(self, text: str, ends: Sequence[int], index: int, *, is_linked: bool) -> None:
        """Add a text's characters, which end there in their piece; a run of white space counts as one."""
        shown: list[str] = []
        for end, said in zip(ends, text, strict=True):
            if said.isspace() and not (shown or self.text):
                continue
            if said.isspace() and (shown[-1] if shown else self.text[-1]) == " ":
                continue
            shown.append(" " if said.isspace() else said)
            self.places.append((index, end))
            self.is_linked.append(is_linked)
        self.text += "".join(shown)

    @property
    def own(self) -> slice:
        """Where the line's words stand without the hashtags and mentions at its edges."""
        words = list(re.finditer(r"\S+", self.text))
        first, last = 0, len(words)
        while first < last and self._is_aside(words[first]):
            first += 1
        while last > first and self._is_aside(words[last - 1]):
            last -= 1
        return slice(words[first].start(), words[last - 1].end()) if first < last else slice(0, 0)

    def _is_aside(self, word: re.Match[str]) -> bool:
        is_mention = self.is_linked[word.start()] and _MENTION.fullmatch(word[0]) is not None
        return is_mention or _ASIDE.fullmatch(word[0]) is not None

    @property
    def kind(self) -> LineKind:
        """What the line is."""
        said = self.text[self.own]
        if all(_is_no_word(word) for word in _SHORTCODE.sub("", said).split()):
            return LineKind.NOTHING
        if self.coded >= len(self.text.strip()):
            return LineKind.CODE
        if self.is_quoted or said.startswith(">") or is_quotation(said):
            return LineKind.QUOTE
        if is_greeting(said):
            return LineKind.GREETING
        if said[:1] in _QUOTES and not self._says_more(said):
            return LineKind.QUOTE
        return LineKind.ITEM if self.is_item or _BAR in said else LineKind.WORDS

    @staticmethod
    def _says_more(said: str) -> bool:
        """Whether more than a word follows a quotation."""
        end = max(said.rfind(mark) for mark in _QUOTES[said[0]])
        return end < 1 or sum(letter.isalnum() for letter in said[end:]) >= _FEW

    def keeps(self, part: slice) -> bool:
        """Whether a part of the line says in plain text all that it says, and leads nowhere."""
        return not any(self.is_linked[part]) and not any(
            part.start <= place <= part.stop for place in self.lost
        )


def _is_no_word(word: str) -> bool:
    """Whether a word is an address, or holds no letter and no figure."""
    ends = [place for place, letter in enumerate(word) if letter.isalnum()]
    if not ends:
        return True
    bare = word[ends[0] : ends[-1] + 1]
    return _ADDRESS.fullmatch(bare) is not None and ("/" in bare or _HOST.fullmatch(bare) is not None)


def is_quotation(text: str) -> bool:
    """Whether a text is somebody else's words and nothing beside them."""
    ends, said = _QUOTES.get(text[:1], ""), text
    while said and not said[-1].isalnum() and said[-1] not in _CLOSING:
        said = said[:-1]  # its full stop, or what somebody feels about it
    return len(said) > 2 and said[-1] in ends and not any(end in said[1:-1] for end in ends)


def read_lines(pieces: Sequence[str]) -> list[Line]:
    """Return the first lines of sanitised HTML, split into tags and texts, that hold anything to see: until there are own words,
    and a few more."""
    lines: list[Line] = []
    marked: list[Line] = []
    enough = _MOST
    for line in _lines(pieces):
        lines.append(line)
        if _ITEM.match(line.text[line.own]):
            marked.append(line)
        elif not marked and enough == _MOST and line.kind is LineKind.WORDS:
            enough = min(_MOST, len(lines) + _BESIDE)
        if len(lines) == enough:
            break
    if len(marked) > 1:  # a single one may be a date
        for line in marked:
            line.is_item = True
    return lines


def _lines(pieces: Sequence[str]) -> Iterator[Line]:
    line, nest = Line(), list[tuple[str, frozenset[str]]]()
    for index, piece in enumerate(pieces):
        tag = _TAG.match(piece)
        if tag is None:
            _read_text(line, piece, index, nest)
            continue
        name, is_end = tag[2], bool(tag[1])
        if name == "br" or name in _BLOCKS:
            if line.text.strip():
                line.is_paragraph_end = name != "br"
                yield line
            line = Line(lost=[0] if line.lost and not line.text.strip() else [])
        if name == "img":
            line.lost.append(len(line.text))
        elif is_end and nest:
            nest.pop()
        elif name != "br" and not is_end:
            found = _CLASS.search(piece)
            nest.append((name, frozenset(found[1].split()) if found else frozenset()))
    if line.text.strip():
        line.is_paragraph_end = True
        yield line


def _read_text(line: Line, piece: str, index: int, nest: Sequence[tuple[str, frozenset[str]]]) -> None:
    """Add a text to its line, as far as it is seen there."""
    if (not piece.strip() and not line.text) or len(line.text) >= LONGEST:
        return
    names = {name for name, _ in nest}
    classes = {one for _, found in nest for one in found}
    line.is_quoted, line.is_item = bool(names & {"blockquote"} or "quote-inline" in classes), "li" in names
    if names & _STRUCK or "invisible" in classes:
        line.lost.append(len(line.text))
        return
    characters = list(islice(_CHARACTER.finditer(piece), LONGEST))
    text = "".join(html.unescape(found[0])[:1] or "\ufffd" for found in characters)
    if names & {"sup", "sub"}:
        line.lost.append(len(line.text))
        text = text.translate(_RAISED if "sup" in names else _LOWERED)
    before = len(line.text)
    line.add(text, [found.end() for found in characters], index, is_linked="a" in names)
    if "pre" in names or "code" in names:
        line.coded += len(line.text) - before
    if "ellipsis" in classes:
        line.add("…", [1], index, is_linked=True)
