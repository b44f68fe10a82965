"""What is replayed: posts with their moment, people with what they did before, and what each would care for."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fedconnect.evaluation.hostility import PEACE, Hostility
from fedconnect.foundation.errors import Malformed
from fedconnect.surfacing.parameters import EvaluationParameters

VENDORED = Path(__file__).with_name("polis")
MOST_ITEMS = 50_000
_ITEM_COLUMNS = {"conv", "item", "ts", "author", "text"}
_VOTE_COLUMNS = {"conv", "item", "voter", "vote"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Posts and readers, by place.

    `arrival_h`: hours since the replay begins; below zero: a post of before, which only teaches interests.
    `authors`: one who reads too has the place of that reader.
    `history`: for each reader the posts of before that they liked. `likes`: for each reader the later posts
    that they would care for. `follows`: boards by place. `pace`: how often each visits, 1 on average.
    `account_age_h`: how old each account is when it visits; without it all are old. `zones`: by how many hours each
    reader's clock is ahead of the forum's; without it people come at any hour alike.
    `listeners`: how many of the first readers listen, the very first as a moderator.
    """

    name: str
    texts: list[str]
    languages: list[str]
    boards: NDArray[np.int64]
    authors: NDArray[np.int64]
    arrival_h: NDArray[np.float64]
    history: list[list[int]]
    likes: list[list[int]]
    follows: list[list[int]]
    pace: NDArray[np.float64]
    visits_a_day: float
    account_age_h: NDArray[np.float64] | None = None
    hostility: Hostility = PEACE
    zones: NDArray[np.int64] | None = None
    listeners: int = 0

    @property
    def readers(self) -> int:
        """How many readers there are."""
        return len(self.history)

    @property
    def board_count(self) -> int:
        """How many boards there are."""
        return int(self.boards.max()) + 1 if len(self.boards) else 0


def read_votes(folder: Path, parameters: EvaluationParameters, *, name: str = "") -> Dataset:
    """Read `items.tsv` and `votes.tsv` (plain or .gz) with the columns of Polis.

    A conversation is a board; the first part of each by its own clock is what was before; the rest
    arrives in that order, evenly over the days. A post is cared for by whoever agreed with it (vote 1).

    Raises:
        Malformed: a file or a column is missing, or nothing is in it; the text says which.
    """
    items = sorted(
        (row for row in _rows(folder, "items", _ITEM_COLUMNS) if row.get("moderated", "1") != "-1"),
        key=lambda row: (row["conv"], _number(row["ts"]), _number(row["item"])),
    )
    if not items or len(items) > MOST_ITEMS:
        raise Malformed("items", safe=f"{folder}: items.tsv holds no posts, or more than {MOST_ITEMS:,}.")
    conversations = {conv: i for i, conv in enumerate(dict.fromkeys(row["conv"] for row in items))}
    place = {(row["conv"], row["item"]): i for i, row in enumerate(items)}
    boards = np.array([conversations[row["conv"]] for row in items])
    arrival = _arrivals(boards, parameters)
    liked, met = _votes(folder, place)
    readers = sorted(met)
    writers = [(row["conv"], row["author"]) for row in items]
    people = {key: i for i, key in enumerate(dict.fromkeys([*readers, *writers]))}  # who writes may read too
    authors = np.array([people[writer] for writer in writers])
    return Dataset(
        name=name or folder.name,
        texts=[row["text"] for row in items],
        languages=[_language(row) for row in items],
        boards=boards,
        authors=authors,
        arrival_h=arrival,
        history=[[i for i in liked[r] if arrival[i] < 0][: parameters.most_history] for r in readers],
        likes=[[i for i in liked[r] if arrival[i] >= 0 and writers[i] != r] for r in readers],
        follows=[sorted({conversations[r[0]]}) for r in readers],
        pace=np.ones(len(readers)),
        visits_a_day=parameters.visits_a_day,
    )


def _arrivals(boards: NDArray[np.int64], parameters: EvaluationParameters) -> NDArray[np.float64]:
    arrival = np.zeros(len(boards))
    for board in np.unique(boards):
        own = np.flatnonzero(boards == board)
        before = round(len(own) * parameters.polis_history)
        arrival[own[:before]] = np.linspace(-24.0 * parameters.days, -1.0, before)
        arrival[own[before:]] = np.linspace(0.0, 24.0 * parameters.days, len(own) - before, endpoint=False)
    return arrival


def _votes(
    folder: Path, place: dict[tuple[str, str], int]
) -> tuple[dict[tuple[str, str], list[int]], set[tuple[str, str]]]:
    """Return what each voter agreed with, and who voted at all."""
    liked: dict[tuple[str, str], list[int]] = defaultdict(list)
    met: set[tuple[str, str]] = set()
    for row in _rows(folder, "votes", _VOTE_COLUMNS):
        item = place.get((row["conv"], row["item"]))
        if item is None:
            continue
        voter = (row["conv"], row["voter"])
        met.add(voter)
        if row["vote"] == "1":
            liked[voter].append(item)
    for voter in liked:
        liked[voter] = sorted(set(liked[voter]))
    if not met:
        raise Malformed("votes", safe=f"{folder}: votes.tsv holds no vote on any post of items.tsv.")
    return liked, met


def _rows(folder: Path, name: str, columns: set[str]) -> Iterator[dict[str, str]]:
    plain, packed = folder / f"{name}.tsv", folder / f"{name}.tsv.gz"
    if not plain.is_file() and not packed.is_file():
        raise Malformed(name, safe=f"{folder}: there is no {name}.tsv or {name}.tsv.gz here.")
    path = plain if plain.is_file() else packed
    try:
        with (
            path.open(encoding="utf-8") if path is plain else gzip.open(path, "rt", encoding="utf-8") as file
        ):
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = columns - set(table.fieldnames or ())
            if missing:
                raise Malformed(name, safe=f"{path}: the column {sorted(missing)[0]} is missing.")
            for row in table:
                if None in row.values():
                    raise Malformed(name, safe=f"{path}: line {table.line_num} is too short.")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error, EOFError) as error:
        raise Malformed(name, safe=f"{path}: this file cannot be read ({error}).") from error


def _number(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError as error:
        raise Malformed("number", safe=f"“{text[:40]}” is no number.") from error


def _language(row: dict[str, str]) -> str:
    if row.get("language"):
        return row["language"]
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in row["text"]) else "und"
