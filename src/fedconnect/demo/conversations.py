"""The demo's conversations, read from the vendored Polis data (CC BY 4.0, see ATTRIBUTION.md)."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

_SPAN = timedelta(days=29, hours=20)
_EARLY = 1.5  # more of it comes in the first days, so that a new demo is no empty house
_LATEST = timedelta(minutes=25)
_ALIKE = 0.2
_MOST_ANSWERS_DEEP = 3
_CREDIT = " Statements from a Polis conversation, CC BY 4.0, The Computational Democracy Project."


@dataclass(frozen=True, slots=True)
class DemoTopic:
    """A board of the demo and the Polis conversation that fills it."""

    slug: str
    name: str
    summary: str
    conversation: str


TOPICS = (
    DemoTopic("housing", "Housing that people can afford", "Rents, ownership and what councils could do." + _CREDIT,
          "scoop-hivemind.affordable-housing"),
    DemoTopic("policing", "Young people and the police", "What would make policing fair to the young." + _CREDIT,
          "london.youth.policing"),
    DemoTopic("income", "A basic income", "Benefits, security and a basic income for all." + _CREDIT,
          "scoop-hivemind.ubi"),
    DemoTopic("services", "Paying for public services", "Taxes, and what they are for." + _CREDIT,
          "scoop-hivemind.taxes"),
    DemoTopic("our_town", "Our town", "What would make the place where we live better." + _CREDIT, "bg2050-volunteers"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One real statement: which board, who, when (moved to our days), and whom it answers."""

    number: int
    topic: DemoTopic
    author: str
    text: str
    published: datetime
    answers: int | None

    @property
    def is_edited(self) -> bool:
        """Sent cut short at first and then in full, as a slip that its author mends."""
        return self.number % 23 == 7 and len(self.text) > 60

    @property
    def is_deleted(self) -> bool:
        """Taken back by its author after it was sent."""
        return self.number % 37 == 11


#: The organisers begin with all that they ask, in one minute.
MOST_THREADS_A_PERSON = 60


def read_statements(now: datetime) -> list[Statement]:
    """Return every statement in order of its (moved) time."""
    found = [statement for topic in TOPICS for statement in _topic_statements(topic, now)]
    return sorted(found, key=lambda one: (one.published, one.number))


def _topic_statements(topic: DemoTopic, now: datetime) -> Iterator[Statement]:
    rows = [row for row in _rows() if row[0] == topic.conversation and not _is_about_the_speaker(row[4])]
    base = TOPICS.index(topic) * 10_000
    words = [_words(row[4]) for row in rows]
    common = Counter(word for one in words for word in one)
    authors = [row[3] for row in rows]
    depths: list[int] = []
    for index, (_, _, _, author, text) in enumerate(rows):
        parent = _most_alike(index, words, common, depths, authors)
        depths.append(0 if parent is None else depths[parent] + 1)
        share = index / max(1, len(rows) - 1)
        yield Statement(
            number=base + index,
            topic=topic,
            author=f"{topic.slug}_{author}",
            text=text,
            published=now - _SPAN + (_SPAN - _LATEST) * share**_EARLY,
            answers=None if parent is None else base + parent,
        )


def _is_about_the_speaker(text: str) -> bool:
    return (
        re.match(r"(I am|My (gender|age|household)|I live|I identify|I have (lived|been stopped))", text)
        is not None
    )


def _rows() -> list[list[str]]:
    raw = gzip.decompress((files(__package__) / "polis.tsv.gz").read_bytes()).decode()
    rows = [line.split("\t") for line in raw.splitlines()[1:]]
    return [[*row[:4], _without_csv_quotes(row[4])] for row in rows]


def _without_csv_quotes(text: str) -> str:
    """Undo the quoting of an earlier CSV export, which some statements still carry."""
    if len(text) > 1 and text[0] == text[-1] == '"' and '""' in text:
        text = text[1:-1]
    return text.replace('""', '"')


def _words(text: str) -> frozenset[str]:
    return frozenset(word[:6] for word in re.findall(r"[a-z]{4,}", text.lower()))


def _most_alike(
    index: int, words: list[frozenset[str]], common: Counter[str], depths: list[int], authors: list[str]
) -> int | None:
    """Return the earlier statement that shares most, rare words weighing more; None if none is close."""

    def weight(some: frozenset[str]) -> float:
        return sum(1 / common[word] for word in some)

    best, closeness = None, _ALIKE
    for earlier in range(index):
        if depths[earlier] >= _MOST_ANSWERS_DEEP or authors[earlier] == authors[index]:
            continue
        shared = weight(words[index] & words[earlier]) / (weight(words[index] | words[earlier]) or 1)
        shared *= 6 if words[index] & words[earlier] else 1
        if shared > closeness:
            best, closeness = earlier, shared
    return best
