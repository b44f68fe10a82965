"""A thread as a tree in reading order: each answer under what it answers, older ones first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands: under which parent, and how far indented (0 to MAX_DEPTH)."""

    id: int
    parent_id: int | None
    depth: int


def arrange(posts: Sequence[tuple[int, int | None, bool]]) -> list[Place]:
    """Return places in reading order for (id, parent id, is gone) given in order of time.

    A deleted post keeps its place only while an answer hangs on it. Works in one pass without recursion,
    so that a chain of ten thousand answers is a long page and not an error.
    """
    known = {identity for identity, _, _ in posts}
    children: dict[int | None, list[int]] = defaultdict(list)
    gone: set[int] = set()
    for identity, parent, is_gone in posts:
        children[parent if parent in known else None].append(identity)
        if is_gone:
            gone.add(identity)
    order: list[Place] = []
    stack: list[tuple[int, int | None, int]] = [(i, None, 0) for i in reversed(children[None])]
    while stack:
        identity, parent, depth = stack.pop()
        order.append(Place(identity, parent, min(depth, MAX_DEPTH)))
        stack += [(child, identity, depth + 1) for child in reversed(children[identity])]
    if not gone:
        return order
    needed: set[int] = set()
    for place in reversed(order):
        if (place.id not in gone or place.id in needed) and place.parent_id is not None:
            needed.add(place.parent_id)
    return [place for place in order if place.id not in gone or place.id in needed]


@dataclass(slots=True)
class Node(Generic[T]):
    """A post with the answers under it."""

    post: T
    children: list[Node[T]] = field(default_factory=list)


def nest(posts: Sequence[tuple[T, int]]) -> list[Node[T]]:
    """Turn (post, depth) in reading order into nodes."""
    roots: list[Node[T]] = []
    trail: list[tuple[int, Node[T]]] = []
    for post, depth in posts:
        node = Node(post)
        while trail and trail[-1][0] >= depth:
            trail.pop()
        (trail[-1][1].children if trail else roots).append(node)
        trail.append((depth, node))
    return roots
