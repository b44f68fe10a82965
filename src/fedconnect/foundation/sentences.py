"""Where sentences end, in any script. A sentence that goes on too long does no harm; one that is cut does.

So an end counts only where the rules of several languages agree (each knows its abbreviations, and people's phones say
the wrong one), and where what stands around it does not speak against it. Ref: sentencex, whose lists these are.
"""

from __future__ import annotations

import re

import regex
import sentencex

LONGEST = 600  # more of a text than any title takes; keeps hostile input cheap
_ALWAYS = ("en", "de")
_UNDECLARED = ("en", "de", "es", "fr", "pt", "ru", "cs")
_ALIKE = {"da": "no", "ca": "es"}  # sentencex compiles a pattern at each call for these: 1.6 ms
_STOPS = ".…"
_CLOSING = "\"'”’»)]」』】›“"
#: A number (a list, a date), one letter, letters with full stops between ("z.B.", "a. m.").
_NO_LAST_WORD = re.compile(r"(?:\d{1,2}|[^\W\d_]|(?:[^\W\d_]{1,4}\.\s?)+[^\W\d_]{1,4})\.")
#: What stands before a name or a noun, and is no word at the end of a sentence in any of these languages.
_BEFORE_NAMES = frozenset(
    [
        "dr",
        "dra",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "ste",
        "sr",
        "sra",
        "srta",
        "mme",
        "mlle",
        "hr",
        "fr",
        "frau",
        "mag",
        "ing",
        "dott",
        "sig",
        "sen",
        "gen",
        "lt",
        "col",
        "rev",
        "hon",
        "ul",
        "ул",
        "al",
        "avda",
        "inkl",
        "exkl",
        "evtl",
        "tel",
        "тел",
        "bspw",
        "vgl",
    ]
)
_OTHER_END = re.compile(r"[។៕]|(?<=[α-ωά-ώ]);(?=\s+[Α-ΩΆ-Ώ])")  # Khmer, and the Greek question mark
_BEGINNING = re.compile(r"([.!?]\s+)([a-zà-ÿа-я])")
_LIST_MARK = re.compile(
    r"(?<=[:：])\s+(?=(?:\(?\d{1,2}|\(?[a-zA-Z])[.)]\s|[-–—•*]\s)|(?<=[?!])\s+(?=\d{1,2}[.)]\s)"
)

_GRAPHEME = regex.compile(r"\X")


def ends(text: str, language: str = "") -> list[int]:
    """Return where sentences of one line of text end, after their last sign, in order; the end of the text is one.

    What stands before the number of a list ends one too, also with a colon. `language` is a BCP 47 tag. About 60 µs for a line of 200 characters.
    """
    text = text[:LONGEST].rstrip()
    if not text:
        return []
    own = language.partition("-")[0].lower()
    first = next((letter for letter in text if letter.isalpha()), "")
    has_capitals = not first.islower()  # who begins without a capital writes without them
    read = text if has_capitals else _BEGINNING.sub(lambda found: found[1] + found[2].upper(), text)
    if len(read) != len(text):
        read = text
    languages = dict.fromkeys([_ALIKE.get(own, own), *_ALWAYS] if own else _UNDECLARED)
    found = set.intersection(*(_ends_in(read, one) for one in languages))
    found |= {match.end() for match in _OTHER_END.finditer(text)}
    lists = {match.start() for match in _LIST_MARK.finditer(text)}
    return sorted({end for end in found if _may_end(text, end, has_capitals)} | lists | {len(text)})


def _ends_in(text: str, language: str) -> set[int]:
    place, found = 0, set()
    for sentence in sentencex.segment(language, text):
        place += len(sentence)
        found.add(len(text[:place].rstrip()))
    return found


def _may_end(text: str, end: int, has_capitals: bool) -> bool:
    """Whether what stands before and after a place speaks for the end of a sentence there. Who writes without capitals
    begins sentences without them."""
    before, after = text[:end], text[end:]
    rest = after.lstrip()
    if not rest:
        return True
    if (
        (rest[0].islower() and has_capitals)
        or rest[0] in ",;:.!?…)]»”"
        or not any(letter.isalnum() for letter in before)
    ):
        return False
    stem = before.rstrip(_CLOSING)
    if not stem or stem[-1] not in _STOPS:
        return True
    if not after[0].isspace():
        return False
    words = stem.rsplit(None, 2)
    last = words[-1].lstrip("([\"'“„«¿¡")
    if last.rstrip(".").casefold() in _BEFORE_NAMES or _NO_LAST_WORD.fullmatch(last):
        return False
    if len(words) > 1 and _NO_LAST_WORD.fullmatch(" ".join(words[-2:])) and len(last) < 3:
        return False
    return not (rest[0].isdigit() and len(last) <= 6)


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters and a sign that it goes on; cut between words, or between characters as
    people see them where there are none."""
    if len(text) <= most:
        return text
    space = text.rfind(" ", most // 2, most + 1)
    if space < 0:
        space = max(
            found.end()
            for found in _GRAPHEME.finditer(text[: most + 1])
            if found.end() <= most or found.start() == 0
        )
    return text[: min(space, most)].rstrip(" ,;:–-") + "…"
