"""Inputs that are bad for a pattern, made from the pattern itself; and the judge of what they cost.

For each repeat there is a text that reaches it, many of what it takes, and an end that it does not take; the same
for pairs of neighbours. What grows faster than its input, or costs more than 250 ms, is red.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Collection, Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_S = 0.25
MOST_GROWTH = 2.5
LARGEST = 64_000  # no text of a stranger is longer
_STEPS = (24, 96, 1000, 8000)  # what is exponential or cubic must not be met at full size
_NOISE_S = 0.025  # below this a ratio says nothing
_HOPELESS_GROWTH = 3.5  # what is quadratic costs four times as much; between the two it may be noise
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
_LETTERS = "a1 -.\n<>@#/\"':;=,_\\&?!*()+\u00e9A\u3042"
_ENDS = ("", "\x00", "<", '"', " ", "x", "@")


def inputs_for(pattern: str, flags: int) -> list[Callable[[int], str]]:
    """Return functions from a size to a text of that many characters which is bad for the pattern."""
    found: dict[tuple[str, str, str], None] = {}
    tree = parser.parse(pattern, flags & ~re.DEBUG)
    whole = _sample(list(tree))
    for prefix, pumps in _places(list(tree), ""):
        for pump in pumps:
            for end in _ENDS:
                found[prefix, pump, end] = None
            found["", prefix + pump, ""] = None
    if whole:
        for cut in {whole, whole[:-1], whole[1:]} - {""}:
            found["", cut, ""] = found["", cut, "\x00"] = None
    return [
        lambda size, parts=parts: _grown(*parts, size)  # type: ignore[misc]
        for parts in found
    ]


def _grown(prefix: str, pump: str, end: str, size: int) -> str:
    return (prefix + pump * (size // len(pump) + 1))[: size - len(end)] + end


def _places(nodes: list[Any], prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Each repeat: what leads to it, and what may be repeated there, alone and with its right neighbour."""
    for index, (kind, value) in enumerate(nodes):
        before = prefix + _sample(nodes[:index])
        if kind in _REPEATS:
            least, most, body = value
            pumps = _samples(list(body))
            if most == sre.MAXREPEAT or most > 20:
                after = _sample(nodes[index + 1 : index + 2], full=True)
                yield before, [*pumps, *(pump + after for pump in pumps[:3] if after)]
            yield from _places(list(body), before + (pumps[0] if least and pumps else ""))
        for inner in _inner(kind, value):
            yield from _places(inner, before)


def _inner(kind: Any, value: Any) -> list[list[Any]]:
    if kind is sre.SUBPATTERN:
        return [list(value[-1])]
    if kind is sre.BRANCH:
        return [list(one) for one in value[1]]
    if kind is sre.ATOMIC_GROUP:
        return [list(value)]
    return []


def _samples(nodes: list[Any]) -> list[str]:
    """A few texts that a sequence takes; of a single set, one for each of a few kinds of letter."""
    if len(nodes) == 1:
        kind, value = nodes[0]
        if kind is sre.BRANCH:
            return [text for one in value[1] for text in _samples(list(one))][:12]
        if kind is sre.SUBPATTERN:
            return _samples(list(value[-1]))
        if kind in {sre.IN, sre.ANY, sre.NOT_LITERAL}:
            return [letter for letter in _LETTERS if _takes(nodes[0], letter)][:6]
    text = _sample(nodes, full=True)
    return [text] if text else []


def _sample(nodes: list[Any], *, full: bool = False) -> str:
    out = ""
    for kind, value in nodes:
        if kind is sre.LITERAL:
            out += chr(value)
        elif kind in {sre.IN, sre.ANY, sre.NOT_LITERAL}:
            out += next((letter for letter in _LETTERS if _takes((kind, value), letter)), "")
        elif kind in _REPEATS:
            out += _sample(list(value[2]), full=full) * max(value[0], 1 if full else 0)
        elif kind is sre.SUBPATTERN:
            out += _sample(list(value[-1]), full=full)
        elif kind is sre.BRANCH:
            out += _sample(list(value[1][0]), full=full)
        elif kind is sre.ATOMIC_GROUP:
            out += _sample(list(value), full=full)
    return out


def _takes(node: Any, letter: str) -> bool:
    kind, value = node
    if kind is sre.ANY:
        return letter != "\n"
    if kind is sre.NOT_LITERAL:
        return ord(letter) != value
    negated = value[0][0] is sre.NEGATE
    return any(_is_in(one, letter) for one in value if one[0] is not sre.NEGATE) is not negated


_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _is_in(one: Any, letter: str) -> bool:
    kind, value = one
    if kind is sre.LITERAL:
        return ord(letter) == value
    if kind is sre.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    return kind is sre.CATEGORY and re.fullmatch(_CATEGORIES[value], letter) is not None


def verdict(
    work: Callable[[str], Any],
    grow: Callable[[int], str],
    largest: int = LARGEST,
    steps: Collection[int] = _STEPS,
) -> str:
    """Return what is wrong with the cost of some work, or nothing. A hopeless case is told at a small size."""
    took = 0.0
    for size in steps:
        if size < largest // 2:
            took = _cpu(work, grow(size))
            if took > MOST_S and least(work, grow(size), 3) > MOST_S:
                return f"{took:.2f} s at {size} characters"
    half, whole = grow(largest // 2), grow(largest)
    least_half, least_whole = math.inf, math.inf
    for turn in range(48):  # what another process does to a shared core only ever adds: the least counts
        if turn >= 12:
            if least_whole > MOST_S or least_whole > _HOPELESS_GROWTH * least_half:
                break
            time.sleep(0.1)  # a neighbour may take both cores for a second
        least_half = min(least_half, _cpu(work, half))
        if least_half > MOST_S * (1 if turn >= 2 else 8):  # no neighbour makes work eight times as dear
            break
        least_whole = min(least_whole, _cpu(work, whole))
        if least_whole <= MOST_S and (least_whole < _NOISE_S or least_whole <= MOST_GROWTH * least_half):
            return ""
    if least_whole > MOST_S:
        return f"{min(least_whole, least_half):.2f} s at {largest} characters"
    return f"{least_half * 1000:.0f} ms, and {least_whole * 1000:.0f} ms for twice as much"


def pattern_verdict(
    pattern: Any, uses: Collection[str] = ("findall", "fullmatch"), largest: int = LARGEST
) -> str:
    """Return what is wrong with a compiled pattern as it is used, or nothing."""
    is_bytes = isinstance(pattern.pattern, bytes)
    source = pattern.pattern.decode("latin-1") if is_bytes else pattern.pattern
    for grow in inputs_for(source, pattern.flags & (re.IGNORECASE | re.DOTALL | re.MULTILINE)):
        for use in uses:
            if wrong := verdict(_use(pattern, use, is_bytes), grow, largest):
                return f"{wrong}: {grow(60)!r}"
    return ""


def _use(pattern: Any, name: str, is_bytes: bool) -> Callable[[str], Any]:
    use = getattr(pattern, name)
    return (lambda text: use(text.encode())) if is_bytes else use


def _cpu(work: Callable[[str], Any], text: str) -> float:
    before = time.process_time()
    work(text)
    return time.process_time() - before


def least(work: Callable[[str], Any], text: str, times: int = 5) -> float:
    """Return the CPU seconds of some work: the least of a few rounds, or the first that is well within the limit."""
    took = math.inf
    for _ in range(times):
        took = min(took, _cpu(work, text))
        if took < MOST_S / 2:
            break
    return took
