"""How a thesaurus is learnt; the numbers in force stand in surfacing/parameters.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeaningParameters:
    """How the thesaurus is learnt: from which posts, how fine, and how often."""

    most_posts: int
    posts_an_author: int
    words_a_post: int
    least_posts: int
    dimensions: int
    posts_a_dimension: int
    stems: int
    posts_a_stem: int
    near: int
    forms: int
    again_hours: float
