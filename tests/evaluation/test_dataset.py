"""Votes in the columns of Polis: what is taken from a file that anybody may have written."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fedconnect.evaluation import dataset
from fedconnect.evaluation.dataset import Dataset, read_votes
from fedconnect.foundation.errors import Malformed
from fedconnect.surfacing.parameters import in_force

E = in_force().evaluation
ITEMS = ("conv", "item", "ts", "author", "text")
VOTES = ("conv", "item", "voter", "vote")


def table(columns: tuple[str, ...], *rows: str) -> str:
    return "\n".join("\t".join(row) for row in [columns, *(row.split() for row in rows)]) + "\n"


def read(folder: Path, items: str, votes: str) -> Dataset:
    (folder / "items.tsv").write_text(items, encoding="utf-8")
    (folder / "votes.tsv").write_text(votes, encoding="utf-8")
    return read_votes(folder, E)


@pytest.mark.parametrize(
    ("items", "votes", "says"),
    [
        (table(ITEMS), table(VOTES), "no posts"),
        (table(ITEMS, "a 1 x p t"), table(VOTES), "“x” is no number"),
        (table(ITEMS, "a 1 1 p"), table(VOTES), "line 2 is too short"),
        (table(ITEMS, "a 1 1 p t"), table(VOTES), "no vote on any post"),
        (table(ITEMS, "a 1 1 p t"), table(VOTES, "a 2 v 1", "b 1 v 1"), "no vote on any post"),
        (table(ITEMS, "a 1 1 p t"), table(VOTES[:3], "a 1 v"), "the column vote is missing"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_one_line(
    tmp_path: Path, items: str, votes: str, says: str
) -> None:
    with pytest.raises(Malformed) as refused:
        read(tmp_path, items, votes)
    assert says in refused.value.safe
    assert "\n" not in refused.value.safe


@pytest.mark.parametrize("junk", [b"\xff\xfe", b"\x1f\x8b\x08\x00broken", b""])
def test_a_file_that_is_none_is_refused(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "items.tsv.gz").write_bytes(junk)
    with pytest.raises(Malformed):
        read_votes(tmp_path, E)


def test_too_many_posts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "MOST_ITEMS", 2)
    rows, votes = [f"a {n} {n} p t" for n in range(3)], table(VOTES, "a 0 v 1")
    assert len(read(tmp_path, table(ITEMS, *rows[:2]), votes).texts) == 2
    with pytest.raises(Malformed, match="items"):
        read(tmp_path, table(ITEMS, *rows), votes)


def test_the_first_part_of_each_conversation_by_its_own_clock_was_before(tmp_path: Path) -> None:
    rows = [f"a {n} {100 - n} p{n} a{n}" for n in range(10)] + [f"b {n} {n} p0 b{n}" for n in range(10)]
    data = read(tmp_path, table(ITEMS, *rows), table(VOTES, "a 0 v 1"))
    assert data.texts[:2] == ["a9", "a8"], "the oldest first, whatever their number"
    assert (data.arrival_h < 0).tolist() == ([True] * 3 + [False] * 7) * 2
    assert data.arrival_h[:3].tolist() == [-24 * E.days, pytest.approx(-168.5), -1.0]
    assert data.arrival_h[3:10].tolist() == pytest.approx([n * 24 * E.days / 7 for n in range(7)])
    assert data.boards.tolist() == [0] * 10 + [1] * 10
    assert (data.board_count, data.readers) == (2, 1)
    assert data.authors[9] != data.authors[10], "the same name in two conversations is two people"


def test_a_voter_cares_for_what_they_agreed_with_once_and_is_known_by_any_vote(tmp_path: Path) -> None:
    items = table(ITEMS, *(f"a {n} {n} p t{n}" for n in range(10)))
    votes = table(
        VOTES, "a 0 v 1", "a 9 v 1", "a 9 v 1", "a 8 v -1", "a 7 v 0", "a 1 v 1", "a 5 w -1", "a 99 x 1"
    )
    data = read(tmp_path, items, votes)
    assert data.history == [[0, 1], []]
    assert data.likes == [[9], []]
    assert data.follows == [[0], [0]]
    short = read_votes(tmp_path, replace(E, most_history=1))
    assert short.history == [[0], []]


def test_an_author_who_votes_is_one_person_in_both_and_no_number_of_somebody_else(tmp_path: Path) -> None:
    items = table(ITEMS, "a 1 1 w t1", "a 2 2 u t2", "b 1 3 w t3", "a 3 4 v t4")
    data = read(tmp_path, items, table(VOTES, "a 3 v 1", "a 2 v 1", "a 1 w -1", "b 1 v 1"))
    assert data.readers == 3, "v and w of one conversation and v of the other"
    assert data.authors.tolist() == [1, 3, 0, 4]
    assert data.likes == [[1], [], [3]], "nobody is shown what they wrote, so there is no finding it"


def test_what_was_moderated_away_is_left_out_and_languages_are_told(tmp_path: Path) -> None:
    columns = (*ITEMS, "moderated", "language")
    lines = [("a", "1", "1", "p", "gone", "-1", "en"), ("a", "2", "2", "p", "照护", "1", ""),
             ("a", "3", "3", "p", "Pflege", "0", "de"), ("a", "4", "", "p", "care", "1", "")]  # fmt: skip
    items = "\n".join("\t".join(row) for row in [columns, *lines]) + "\n"
    (tmp_path / "items.tsv").write_text(items, encoding="utf-8")
    with gzip.open(tmp_path / "votes.tsv.gz", "wt", encoding="utf-8") as file:
        file.write(table(VOTES, "a 2 v 1", "a 1 v 1"))
    data = read_votes(tmp_path, E, name="ours")
    assert (data.name, data.texts, data.languages) == (
        "ours",
        ["care", "照护", "Pflege"],
        ["und", "zh", "de"],
    )
    assert sum(map(len, data.likes + data.history)) == 1
    assert np.all(data.pace == 1)
