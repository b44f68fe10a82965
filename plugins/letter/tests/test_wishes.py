"""What people write to the letter, as they write it; and what strangers could write."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from fedconnect.foundation.package_files import find_bundled
from fedconnect.hooks.manager import import_plugin

import_plugin("letter", find_bundled("plugins") / "letter")
wishes: Any = importlib.import_module("fedconnect_plugins_letter.wishes")


@pytest.mark.parametrize(
    "text",
    ["stop", "STOP!", "@letter@forum.example stop", "“Stop”", "topics sleep\nstop", "Thanks. Stop. letter daily", "Basta",
     "stop: please", "letter daily; stop"],
)  # fmt: skip
def test_stop_outweighs_everything(text: str) -> None:
    assert wishes.read(text) == wishes.Wish(stops=True)


@pytest.mark.parametrize(
    "text",
    ["", "help", "please stop", "nonstop", "stopping by", "x" * 2000 + "\nstop", "letter", "letter hourly"],
)
def test_what_is_no_wish_asks_for_nothing(text: str) -> None:
    assert wishes.read(text) == wishes.Wish()


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("topics respite, dementia", ("respite", "dementia")),
        ("Topics: Respite and Sleep/Night", ("respite", "sleep", "night")),
        ("Themen Pflege und Schlaf", ("pflege", "schlaf")),
        ("temas cuidado y sueño", ("cuidado", "sueño")),
        ("topics sand, brand", ("sand", "brand")),
        ("topics #sleep, sleep , SLEEP!, ,", ("sleep",)),
        ("@letter@forum.example topics “sleep”", ("sleep",)),
        ("topics", ()),
        ("topics sleep\ntopics bread", ("bread",)),
        ("topics " + "x" * 80, ("x" * 60,)),
        ("topics " + ",".join(f"t{n}" for n in range(25)), tuple(f"t{n}" for n in range(20))),
    ],
)
def test_topics_are_read_in_their_own_words_and_bounded(text: str, topics: tuple[str, ...]) -> None:
    assert wishes.read(text) == wishes.Wish(topics=topics)


@pytest.mark.parametrize(
    ("text", "pace"),
    [("letter daily", "daily"), ("Brief TÄGLICH!", "daily"), ("carta semanal", "weekly"), ("letter  off", "off"),
     ("letter daily\nletter hourly", "daily"), ("letter daily\nletter off", "off")],
)  # fmt: skip
def test_the_last_pace_that_is_one_counts(text: str, pace: str) -> None:
    assert wishes.read(text) == wishes.Wish(pace=wishes.Pace(pace))


def test_one_message_may_hold_several_wishes() -> None:
    assert wishes.read("topics sleep; letter daily. Thank you") == wishes.Wish(("sleep",), wishes.Pace.DAILY)
