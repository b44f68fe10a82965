"""What we may ask a reader for, in plain words, and the scopes that stand for it. Never a wide `write`.

Ref: Mastodon's OAuth scopes.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    """One thing that a reader can permit, refuse and take back."""

    SIGN_IN = "sign_in"
    WRITE = "write"
    MARK = "mark"
    FOLLOW = "follow"
    REPORT = "report"
    INTERESTS = "interests"
    MUTES = "shields"
    HASHTAGS = "gather"


SCOPES: dict[Permission, tuple[str, ...]] = {
    Permission.SIGN_IN: ("read:accounts",),
    Permission.WRITE: ("read:search", "read:statuses", "write:statuses", "write:media"),
    Permission.MARK: (
        "read:search",
        "read:statuses",
        "write:favourites",
        "write:bookmarks",
        "write:statuses",
    ),
    Permission.FOLLOW: ("read:search", "read:follows", "write:follows"),
    Permission.REPORT: ("read:search", "write:reports"),
    Permission.INTERESTS: ("read:follows",),
    Permission.MUTES: ("read:blocks", "read:mutes", "read:filters"),
    Permission.HASHTAGS: ("read:statuses",),
}

#: What is asked for in one go, since some servers ask for the password each time: taking part, and taking over.
_TOGETHER = (
    (Permission.WRITE, Permission.MARK, Permission.FOLLOW, Permission.REPORT),
    (Permission.INTERESTS, Permission.MUTES),
)

#: Signing in asks for less where a server offers it: one's own profile and nothing else (Mastodon 4.3).
PROFILE = "profile"
NARROW = ("read:accounts",)


def scopes_for(permissions: Iterable[Permission]) -> tuple[str, ...]:
    """Return the scopes that some permissions need, sorted."""
    return tuple(sorted({scope for one in permissions for scope in SCOPES[one]}))


def asked_with(permission: Permission) -> tuple[Permission, ...]:
    """Return what can be asked for along with a permission, which comes first."""
    belonging = next((some for some in _TOGETHER if permission in some), ())
    return (permission, *(one for one in belonging if one is not permission))


def everything() -> tuple[str, ...]:
    """Return every scope that we could ever ask for: what our second registration names."""
    return scopes_for(Permission)


def permitted(scopes: str) -> frozenset[Permission]:
    """Return what a token's scopes allow; the wide old ones count for what they hold."""
    held = set(scopes.split())
    allowed = set()
    for one, needed in SCOPES.items():
        if all(_holds(held, scope) for scope in needed):
            allowed.add(one)
    return frozenset(allowed | {Permission.SIGN_IN})


def _holds(held: set[str], scope: str) -> bool:
    wide = scope.partition(":")[0]
    return scope in held or wide in held or (scope.endswith(":follows") and "follow" in held)
