"""Who lives in the demo and what they say in its month, read from people.toml and month.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

#: Whom a visitor of the demo can be, in this order, and what each is there.
TRIED = {"dora": "carer", "sam": "student", "mo": "moderator", "ade": "admin"}
MODERATORS = ("priya", "tom")
#: From here on in days nobody decides any more: what comes is Mo's.
LEFT_FROM = 28.5
DAYS = 30.0
_DATE = re.compile(r"\{\+(\d{1,3})\}")


@dataclass(frozen=True, slots=True)
class DemoBoard:
    """A board of neighbours and carers."""

    slug: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """Somebody at the demo's home server: `cares` are the topics that they name, `boards` those that they follow."""

    name: str
    shown: str
    about: str
    cares: str
    boards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoVerdict:
    """What the demo's moderators decide about a post: an action, the number of a rule, and why; and what its author says
    to that, who asks for another look."""

    action: str
    rule: int
    reason: str
    appeal: str


@dataclass(frozen=True, slots=True)
class MonthPost:
    """What somebody writes, on which day (0 to 30) and to whom."""

    number: int
    name: str
    at: float
    board: str
    by: str
    text: str
    answers: str
    tags: tuple[str, ...]
    verdict: DemoVerdict | None


@dataclass(frozen=True, slots=True)
class MonthReport:
    """What somebody reports; `harm` as the form names it."""

    at: float
    post: str
    by: str
    words: str
    harm: str


@dataclass(frozen=True, slots=True)
class MonthMessage:
    """What somebody writes to a board in private, or asks without their name."""

    at: float
    board: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """Everything of that; the lists are in order of time."""

    people: dict[str, Inhabitant]
    boards: tuple[DemoBoard, ...]
    posts: tuple[MonthPost, ...]
    reports: tuple[MonthReport, ...]
    messages: tuple[MonthMessage, ...]
    questions: tuple[MonthMessage, ...]


_RULES = {"kind": 1, "private": 2, "topic": 3, "advert": 4, "true": 5}


def read_world(begun: datetime) -> DemoWorld:
    """Return the demo's world; dates that are named count from `begun`, when its month ends."""
    said = _read("month.toml")
    posts = sorted(
        (_post(number, one, begun) for number, one in enumerate(said["posts"])), key=lambda one: one.at
    )
    reports = [
        MonthReport(one["at"], one["post"], one["by"], one["words"], one.get("harm", "rules"))
        for one in said["reports"]
    ]
    messages, questions = (
        tuple(sorted((MonthMessage(**one) for one in said[kind]), key=lambda one: one.at))
        for kind in ("messages", "questions")
    )
    return DemoWorld(
        read_people(),
        read_boards(),
        tuple(posts),
        tuple(sorted(reports, key=lambda one: one.at)),
        messages,
        questions,
    )


def read_people() -> dict[str, Inhabitant]:
    """Return who lives at the demo's home server, by name."""
    return {
        name: Inhabitant(name, one["shown"], one["about"], one["cares"], tuple(one["boards"].split()))
        for name, one in _read("people.toml")["people"].items()
    }


def read_boards() -> tuple[DemoBoard, ...]:
    """Return the boards of the world."""
    return tuple(DemoBoard(**one) for one in _read("month.toml")["boards"])


def moment_of(day: float, begun: datetime) -> datetime:
    """Return when a day of the month is."""
    return begun - timedelta(days=DAYS - day)


def _post(number: int, one: dict[str, Any], begun: datetime) -> MonthPost:
    verdict = None
    if "verdict" in one:
        verdict = DemoVerdict(one["verdict"], _RULES[one["rule"]], one["reason"], one.get("appeal", ""))
    text = _DATE.sub(lambda found: _written(begun + timedelta(days=int(found[1]))), one["text"])
    return MonthPost(
        number, one.get("id", f"reply-{number}"), one["at"], one["board"], one["by"], text, one.get("to", ""),
        tuple(one.get("tags", "").split()), verdict,
    )  # fmt: skip


def _written(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))
