"""The one parameter file, read once: the product and the evaluator rank by the same numbers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from fedconnect.meaning.parameters import MeaningParameters

Section = TypeVar("Section")
FILE = Path(__file__).with_name("parameters.toml")


@dataclass(frozen=True, slots=True)
class EncoderParameters:
    """How a text becomes terms."""

    terms_a_post: int
    terms_a_reader: int
    longest_text: int


@dataclass(frozen=True, slots=True)
class InterestParameters:
    """What an action of a reader says about what they care for."""

    half_memory_days: float
    reply: float
    save: float
    boost: float
    open: float
    topic: float
    against: float
    board_prior: float
    near: float
    near_words: int
    least_near: float


@dataclass(frozen=True, slots=True)
class AudienceParameters:
    """Who is likely to care for a post: a share of all readers, at least so many."""

    share: float
    least: int
    best: int


@dataclass(frozen=True, slots=True)
class HearingParameters:
    """What each post is promised, and when it ends."""

    floor: int
    hours: float
    pace: float
    supply_share: float
    coming_share: float
    supply_spread: float
    answer_floor: int
    posts_a_day: int
    answers_a_day: int
    answers: int
    answered_lack: float
    duplicate_distance: int
    duplicate_likeness: float
    duplicate_days: float
    duplicate_words: int


@dataclass(frozen=True, slots=True)
class ListeningParameters:
    """When somebody is asked to answer a post that nobody answers, and how often anybody is."""

    soon_hours: float
    after_hours: float
    again_after_hours: float
    moderators_unpromised_hours: float
    moderators_soon_hours: float
    moderators_after_hours: float
    until_days: float
    a_day: int
    most_a_day: int
    new_days: float
    new_a_day: int


@dataclass(frozen=True, slots=True)
class RankingParameters:
    """How a page is put together."""

    page: int
    slots: int
    answer_slots: int
    passed_on: int
    an_author: int
    before_others: int
    board_share: float
    pool: int
    variety: float
    sharing: float
    life_days: float
    rounds_below: int
    rounds_up_to: int


@dataclass(frozen=True, slots=True)
class EvaluationParameters:
    """How the evaluator makes visits out of data."""

    days: float
    visits_a_day: float
    examined: str
    polis_history: float
    polis_relevant: str
    polis_arrival: str
    engage_relevant: float
    engage_other: float
    answerable: float
    answer: float
    answer_again: float
    answer_back: float
    answers_an_ask: float
    most_history: int
    indexable: float
    answered: float
    yes: float
    learning: float
    servers: int


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything in the file."""

    encoder: EncoderParameters
    interests: InterestParameters
    meaning: MeaningParameters
    audience: AudienceParameters
    hearing: HearingParameters
    listening: ListeningParameters
    ranking: RankingParameters
    evaluation: EvaluationParameters


@cache
def in_force() -> Parameters:
    """Return the parameters in force."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Parameters(
        encoder=_section(EncoderParameters, found["encoder"]),
        interests=_section(InterestParameters, found["interests"]),
        meaning=_section(MeaningParameters, found["meaning"]),
        audience=_section(AudienceParameters, found["audience"]),
        hearing=_section(HearingParameters, found["hearing"]),
        listening=_section(ListeningParameters, found["listening"]),
        ranking=_section(RankingParameters, found["ranking"]),
        evaluation=_section(EvaluationParameters, found["evaluation"]),
    )


def _section(kind: type[Section], values: dict[str, Any]) -> Section:
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if names != set(values):
        raise ValueError(f"{FILE.name}: {kind.__name__} wants exactly {sorted(names)}")
    return kind(**values)
