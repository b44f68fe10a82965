"""HTML of strangers put in order before a real parser reads it: one pass, nothing is looked at twice.

A tree builder pays for disorder: formatting that was never closed is opened again in each paragraph, and each
attribute is compared with all before it. What comes out of here is balanced, shallow, and holds no element and
no attribute but those that were asked for; whether it is safe, bleach decides. Ref: HTML §13.2.5 and §13.2.6.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)", re.ASCII)
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/<>][^\s/<>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s<>"'][^\s<>]*+)?))?""",
    re.ASCII,
)
_END = re.compile(r"[\s/]*+>", re.ASCII)
_NO_ELEMENT = re.compile(r"<[!?/][^<>]*+>")  # a declaration, an instruction, an end of nothing
_BLOCKS = frozenset({"p", "ul", "ol", "pre", "blockquote"})
#: What ends where the like of it begins, unless one of these stands between.
_ENDS_BY_ITSELF = {
    "a": (frozenset({"a"}), frozenset[str]()),
    "li": (frozenset({"li"}), _BLOCKS - {"p"}),
    "rt": (frozenset({"rt", "rp"}), frozenset({"ruby"})),
    "rp": (frozenset({"rt", "rp"}), frozenset({"ruby"})),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag; its name and those of its attributes are lower-case, values stand as they were written."""

    name: str
    is_end: bool
    attributes: Mapping[str, str]


def split(source: str, programs: Collection[str]) -> Iterator[Tag | str]:
    """Split HTML into tags and texts, without comments. Of the `programs` (such as script) the beginning alone is told,
    and nothing of what is in them. A `<` that begins no whole tag is text."""
    position = told = 0
    while (start := source.find("<", position)) >= 0:
        position, is_text, tag = _read(source, start)
        if is_text:
            continue
        if start > told:
            yield source[told:start]
        if tag is not None and tag.name in programs:
            if not tag.is_end:
                yield tag
                position = _end_of(source, position, tag.name)
        elif tag is not None:
            yield tag
        told = position
    if told < len(source):
        yield source[told:]


def _read(source: str, start: int) -> tuple[int, bool, Tag | None]:
    """Return where the reading of what begins at a `<` came to, whether it is text, and its tag."""
    if source.startswith("<!--", start):
        last = source.find("-->", start + 2)
        return (last + 3 if last >= 0 else len(source)), False, None
    name = _NAME.match(source, start)
    if name is None:
        other = _NO_ELEMENT.match(source, start)
        return (other.end(), False, None) if other else (start + 1, True, None)
    attributes: dict[str, str] = {}
    position = name.end()
    while found := _ATTRIBUTE.match(source, position):
        position = found.end()
        attributes.setdefault(found[1].lower(), found[2] or found[3] or found[4] or "")
    if (end := _END.match(source, position)) is None:
        return position, True, None
    return end.end(), False, Tag(name[2].lower(), bool(name[1]), attributes)


def _end_of(source: str, position: int, name: str) -> int:
    end = re.compile(rf"</{re.escape(name)}[^<>]*+>", re.IGNORECASE).search(source, position)
    return end.end() if end else len(source)


class Writer:
    """Balanced HTML out of tags in any order. Elements end where HTML ends them; what is left open is closed."""

    def __init__(self, max_depth: int = 1000) -> None:
        self._out: list[str] = []
        self._open: list[str] = []
        self._too_deep: list[str] = []
        self._counts = Counter[str]()  # of what is too deep: a long list is not looked through for each end
        self._max_depth = max_depth
        self.marks = 0  # tags and entities written, and ends that will be

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._open)

    def is_open(self, name: str) -> bool:
        """Whether an element of this name is open."""
        return name in self._open

    def has_just_ended(self, name: str) -> bool:
        """Whether the end of such an element was the last that was written."""
        return bool(self._out) and self._out[-1] == f"</{name}>"

    def text(self, text: str) -> None:
        """Write a text as it is to be read: its angle brackets and ampersands become entities."""
        self.marks += text.count("<") + text.count(">") + text.count("&")
        self._out.append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

    def void(self, name: str) -> None:
        """Write an element that holds nothing."""
        self.marks += 1
        self._out.append(f"<{name}>")

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element, ending before it what cannot go on inside or beside it. Where it would stand too deep, its
        words stand without it; a link alone is always written."""
        if name in _BLOCKS | {"li"}:
            self._end_if_open(frozenset({"p"}), frozenset())
        if name in _ENDS_BY_ITSELF:
            self._end_if_open(*_ENDS_BY_ITSELF[name])
        if len(self._open) >= self._max_depth and name != "a":
            self._too_deep.append(name)
            self._counts[name] += 1
            if name in _BLOCKS | {"li"}:
                self.void("br")  # no two words grow together
            return
        written = "".join(f' {key}="{_quoted(value)}"' for key, value in attributes.items())
        self._out.append(f"<{name}{written}>")
        self._open.append(name)
        self.marks += 2

    def end(self, name: str) -> bool:
        """End an element and what is open in it; False where none is open."""
        if self._counts[name]:
            ended = ""
            while ended != name:
                ended = self._too_deep.pop()
                self._counts[ended] -= 1
            return True
        return self._end_if_open(frozenset({name}), frozenset())

    def html(self) -> str:
        """Close what is open, and return all of it."""
        self._out += [f"</{name}>" for name in reversed(self._open)]
        self._open.clear()
        return "".join(self._out)

    def _end_if_open(self, names: frozenset[str], walls: frozenset[str]) -> bool:
        if names.isdisjoint(self._open):
            return False
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] in names:
                self._out += [f"</{name}>" for name in reversed(self._open[place:])]
                del self._open[place:]
                self._too_deep.clear()
                self._counts.clear()
                return True
            if self._open[place] in walls:
                return False
        return False


def _quoted(value: str) -> str:
    return value.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
