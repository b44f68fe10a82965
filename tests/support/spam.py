"""A wave of spam as it was seen in February 2024: new accounts on many small servers, one text, link and picture,
ten mentions each; drawn anew for each seed, in other words where that is asked for."""

from __future__ import annotations

import random
from dataclasses import dataclass

_PARTS = (
    ("Hello", "Hi", "Hey", "Good day", "Greetings", "Dear friend"),
    ("earn", "make", "win", "collect", "pocket", "get"),
    ("money", "cash", "coins", "tokens", "dollars", "prizes"),
    ("today", "now", "fast", "quickly", "this very day", "at once"),
    ("from home", "without work", "easily", "with one click", "while asleep", "on the phone"),
    ("join us", "click here", "look here", "visit", "come over", "sign up"),
)
_FILL = (
    "truly",
    "really",
    "just",
    "so",
    "very",
    "friends",
    "people",
    "everyone",
    "life",
    "chance",
    "offer",
    "world",
)


@dataclass(frozen=True)
class Spam:
    """One message of a wave, and the second at which it comes."""

    author: int
    host: int
    text: str
    link: str
    at_s: float


def wave(
    seed: int, *, actors: int = 500, hosts: int = 50, rate: float = 20.0, paraphrased: bool = False
) -> list[Spam]:
    """Return a wave: `rate` messages a second, one of each actor."""
    draw = random.Random(seed)
    link = f"https://{''.join(draw.choices('abcdefghijklmnop', k=9))}.example/{draw.randrange(10**6)}"
    fixed = _sentence(draw)
    found = []
    for number in range(actors):
        text = _sentence(draw) if paraphrased else fixed
        found.append(Spam(number, number % hosts, text, link, number / rate))
    return found


def _sentence(draw: random.Random) -> str:
    words = [draw.choice(part) for part in _PARTS]
    for _ in range(draw.randrange(2, 7)):
        words.insert(draw.randrange(len(words)), draw.choice(_FILL))
    return " ".join(words)
