"""A real forum as signed activities: 2,235 posts, with edits, deletions, follows that come and go.

One seed makes one story (`Story.steps`, in order) and one disturbed delivery of it (`Story.disturbed()`).
"""

from __future__ import annotations

import gzip
import html
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.remote import RemotePerson, RemoteServer

Document = dict[str, Any]
_DATA = Path(__file__).parents[1] / "samples" / "se_beer_2017" / "posts.tsv.gz"
WINDOW = 120
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Step:
    """One activity and who sends it."""

    sender: RemotePerson
    activity: Document


class Story:
    """What happened, in order; people are spread over the given servers."""

    def __init__(
        self,
        servers: list[RemoteServer],
        board: str,
        *,
        posts: int = 2235,
        copy: int = 0,
        people: dict[str, RemotePerson] | None = None,
    ) -> None:
        """`copy` tells the same again in other words, of the same `people`, so that a story can be longer."""
        self.servers = servers
        self.board = board
        self.posts = posts
        self.copy = copy
        self.random = random.Random(2017 + copy)
        self.people: dict[str, RemotePerson] = {} if people is None else people
        self.opening = [self._follow(server) for server in servers]
        self.steps = list(self._tell())

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for step in self.steps:
            found[step.activity["type"]] = found.get(step.activity["type"], 0) + 1
        return found

    def disturbed(self) -> list[Step]:
        """Return the steps with 20 % sent twice and 10 % out of their order, within a window."""
        places = [(float(index), step) for index, step in enumerate(self.steps)]
        for index in self.random.sample(range(len(places)), len(places) // 10):
            places[index] = (index + self.random.uniform(-WINDOW, WINDOW), places[index][1])
        for index in self.random.sample(range(len(places)), len(places) // 5):
            # A Follow under a known id after its Undo is news, and none of these people mean one.
            if self.steps[index].activity["type"] != "Follow":
                places.append((index + self.random.uniform(0, WINDOW), places[index][1]))
        return [step for _, step in sorted(places, key=lambda place: place[0])]

    def _follow(self, server: RemoteServer) -> Step:
        person = server.person(f"steady{self.copy or ''}", key=self.servers.index(server))
        return Step(person, person.follow(self.board))

    def _person(self, user: str) -> RemotePerson:
        if user not in self.people:
            number = len(self.people) % len(self.servers)
            self.people[user] = self.servers[number].person(f"user{user or 'unknown'}", key=number)
        return self.people[user]

    def _tell(self) -> Iterator[Step]:
        posts: dict[str, Document] = {}
        late: list[tuple[int, Step]] = []
        for index, row in enumerate(_rows()[: self.posts]):
            author = self._person(row["user"])
            note = self._note(author, row, posts.get(row["parent"]))
            posts[row["id"]] = note
            author.server.serve(note)
            yield Step(author, author.create(note))
            late += self._afterwards(author, note, index)
            due = [step for when, step in late if when <= index]
            late = [(when, step) for when, step in late if when > index]
            yield from due
        yield from (step for _, step in late)

    def _afterwards(self, author: RemotePerson, note: Document, index: int) -> Iterator[tuple[int, Step]]:
        """Some posts are edited, some deleted, and some authors follow the board for a while."""
        when = index + self.random.randint(1, 40)
        chance = self.random.random()
        if chance < 0.07:
            yield when, Step(author, author.update(note, "Edited:", "2026-11-02T10:00:00Z"))
        elif chance < 0.13:
            yield when, Step(author, author.delete(note["id"]))
        elif chance < 0.20:
            follow = author.follow(self.board)
            yield when, Step(author, follow)
            yield when + 5, Step(author, author.undo(follow))

    def _note(self, author: RemotePerson, row: dict[str, str], parent: Document | None) -> Document:
        said = f"{row['title']}\n{row['text']}" if row["title"] else row["text"]
        text = html.escape(_in_other_words(said, self.copy)).replace("\n", "<br>")
        named = [self.board] if parent is None or self.random.random() < 0.9 else []
        return author.note(
            text,
            *named,
            id=f"{author.uri}/statuses/beer{self.copy}-{row['id']}",
            inReplyTo=parent["id"] if parent is not None else None,
            published=row["date"].replace(" ", "T") + "Z",
        )


def _in_other_words(text: str, copy: int) -> str:
    """Return a text of the same shape in which each word is another one, so that copies are not alike."""
    turned = {ord(a): ord(b) for a, b in zip(_LETTERS, _LETTERS[copy:] + _LETTERS[:copy], strict=True)}
    return text.translate(turned) if copy else text


def told() -> list[str]:
    """Return what people wrote there, in order."""
    return [f"{row['title']} {row['text']}".strip() for row in _rows()]


def _rows() -> list[dict[str, str]]:
    lines = gzip.decompress(_DATA.read_bytes()).decode().splitlines()
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]
    rows = [row for row in rows if row["type"] in {"1", "2"}]  # questions and answers
    return sorted(rows, key=lambda row: (row["date"], int(row["id"])))
