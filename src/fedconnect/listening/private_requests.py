"""What somebody asks of a board in private: to listen, yes, no, stop, tell me; in the three languages, and nothing else.

Pure. A message is a request only where every word of it is understood: “listen, I cannot go on” is for people.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from fedconnect.surfacing.hearing.listening_hours import find_zone

_WORDS = Path(__file__).with_name("private_requests.toml")
_LONGEST = 400  # characters; whoever writes more tells something
_MOST_WORDS = 30
_MENTION = re.compile(r"@[\w.-]{1,100}(?:@[\w.:-]{1,260})?")
_NOISE = str.maketrans(dict.fromkeys("\"“”„«»'’‘.,;:!?()¡¿#*", " "))
_SPAN = re.compile(r"(\d{1,2})(?:\s?(?:h|uhr))?\s?(?:-|–|to|bis|a|till|until|hasta)\s?(\d{1,2})")
_A_DAY = re.compile(r"(\d{1,2})\s?(?:x\s?)?(?:a|per|am|pro|al|por)\s(?:day|tag|día|dia)")


class Answer(StrEnum):
    """A short answer."""

    YES = "yes"
    NO = "no"
    STOP = "stop"
    TELL = "tell"  # me what came of it


@dataclass(frozen=True, slots=True)
class ListenRequest:
    """An offer to listen. `first` and `last` are hours, both included; `zone` is empty where none was named."""

    a_day: int | None = None
    first: int = 0
    last: int = 23
    zone: str = ""

    @property
    def is_any_hour(self) -> bool:
        """Whether they may be asked all day and night, so that no time zone is needed."""
        return (self.first, self.last) == (0, 23)


@dataclass(frozen=True, slots=True)
class PrivateRequest:
    """One of these; `means_listening`: it began like an offer to listen, and was not understood as a whole."""

    answer: Answer | None = None
    listen: ListenRequest | None = None
    zone: str | None = None
    means_listening: bool = False


def read(text: str, named: frozenset[str] = frozenset()) -> PrivateRequest:
    """Return what a message asks for; nothing where it is for people. `named` are words by which the board that it is
    to may be called, in small letters."""
    if len(text) > _LONGEST:
        return PrivateRequest()
    lines = _MENTION.sub(" ", text).casefold().splitlines()
    plain = " , ".join(" ".join(line.split()) for line in lines if line.strip(" "))
    words = plain.translate(_NOISE).split()
    if not words or len(words) > _MOST_WORDS:
        return PrivateRequest()
    known = _words()
    if words[0] in known["listen"]:
        listen = _listening(plain, named)
        return PrivateRequest(listen=listen, means_listening=listen is None)
    for answer in (Answer.STOP, Answer.TELL, Answer.NO, Answer.YES):
        if words[0] in known[answer.value] and all(
            word in known[answer.value] or word in known["polite"] for word in words
        ):
            return PrivateRequest(answer=answer)
    return PrivateRequest(zone=find_zone(plain))


def _listening(plain: str, named: frozenset[str]) -> ListenRequest | None:
    """Read “listen respite, 3 a day, evenings, Europe/Berlin”, part by part; None where a part is not understood."""
    a_day: int | None = None
    hours: tuple[int, int] | None = None
    zone = ""
    _, _, rest = plain.partition(" ")
    often = _A_DAY.search(rest)
    if often is not None:
        a_day, rest = int(often[1]), rest[: often.start()] + "," + rest[often.end() :]
    span = _SPAN.search(rest)
    if span is not None and max(int(span[1]), int(span[2])) <= 24:
        hours = int(span[1]) % 24, (int(span[2]) - 1) % 24  # until 22: the hour that begins at 21 is the last
        rest = rest[: span.start()] + "," + rest[span.end() :]
    for words in _parts(rest, named):
        part, bare = " ".join(words), " ".join(_bare(words))
        found = find_zone(part) or find_zone(bare)
        times = _times().get(part) or _times().get(bare)
        if found is not None:
            zone = found
        elif times is not None and hours is None:
            hours = times
        elif bare:
            return None
    first, last = hours or (0, 23)
    return ListenRequest(a_day, first, last, zone)


def _parts(text: str, named: frozenset[str]) -> Iterator[list[str]]:
    """Split at commas, line ends and “and”; what names the board is left out."""
    spaced = f" {text} ".translate({ord("."): " ", ord("!"): " "})
    for part in re.split(r"[,;\n]| and | und | y | e ", spaced):
        yield [word for word in part.split() if word not in named]


def _bare(words: list[str]) -> list[str]:
    """Return words without little ones before and after."""
    little = _words()["little"]
    while words and words[0] in little:
        words = words[1:]
    while words and words[-1] in little:
        words = words[:-1]
    return words


@cache
def _words() -> Mapping[str, frozenset[str]]:
    found = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in found.items() if name != "times"}


@cache
def _times() -> Mapping[str, tuple[int, int]]:
    found = tomllib.loads(_WORDS.read_text(encoding="utf-8"))["times"]
    return {word: (one["hours"][0], one["hours"][1]) for one in found for word in one["words"]}
