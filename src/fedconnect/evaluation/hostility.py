"""What somebody who wants more than their share does beyond writing and reading: what a data set with an attack in it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hostility:
    """An attack by accounts that the product takes for people.

    `lookers`: a domain for each of the last readers, who look at every post as soon as it comes; one below zero is of their
    own, others are those of honest readers. `authors`: whose posts travel in any case, since they said so. `gone_h`: when
    posts, by place, are taken back. `edited`: what posts, by place, say soon after they were placed. `promises`: boards
    whose moderators set what each post is promised, and in how many hours. `socks`: the hosts of three accounts who answer
    every post of others an hour after it came; `are_met`: they wrote here before, a day ago or longer.
    """

    lookers: tuple[int, ...] = ()
    authors: frozenset[int] = frozenset()
    gone_h: Mapping[int, float] = field(default_factory=dict)
    edited: Mapping[int, str] = field(default_factory=dict)
    promises: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    socks: tuple[str, ...] = ()
    are_met: bool = False


PEACE = Hostility()
