"""In what the software of home servers differs, as gathered in docs/home-servers.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HomeDialect:
    """In what a software differs from a present Mastodon."""

    software: str
    version: str
    metadata: bool = True
    offers: tuple[str, ...] = (
        "profile", "read", "read:accounts", "read:search", "read:statuses", "read:follows", "read:blocks",
        "read:mutes", "read:filters", "write", "write:statuses", "write:media", "write:favourites",
        "write:bookmarks", "write:follows", "write:reports", "follow", "push",
    )  # fmt: skip
    account: tuple[str, ...] = ("uri",)
    numeric_client: bool = False
    ignores_scopes: bool = False
    expires: bool = False
    revokes: bool = True
    refuses_arrays: bool = False
    keeps_keys: bool = True
    reads_lists_of_forms: bool = True
    uuids: bool = False
    refuses_same_edit: bool = False


_OLD = tuple(scope for scope in HomeDialect("", "").offers if scope != "profile")
DIALECTS = {
    "mastodon 4.5": HomeDialect("mastodon", "4.5.2"),
    "mastodon 4.7": HomeDialect("mastodon", "4.7.0-alpha.2"),
    "mastodon 4.2": HomeDialect("mastodon", "4.2.10", metadata=False, offers=_OLD),
    "mastodon 3.5": HomeDialect("mastodon", "3.5.19", metadata=False, offers=_OLD, account=()),
    "gotosocial": HomeDialect("gotosocial", "0.20.0", metadata=False, offers=_OLD, account=(), refuses_arrays=True, keeps_keys=False, refuses_same_edit=True),
    "pleroma": HomeDialect("pleroma", "2.7.2 (compatible; Pleroma 2.9.1)", metadata=False, offers=_OLD, account=("pleroma",), expires=True),
    "akkoma": HomeDialect("akkoma", "2.7.2 (compatible; Akkoma 3.15)", metadata=False, offers=_OLD, account=("pleroma",), expires=True),
    "pixelfed": HomeDialect("pixelfed", "3.5.3 (compatible; Pixelfed 0.12)", metadata=False, offers=_OLD, account=(), numeric_client=True, ignores_scopes=True, expires=True, refuses_arrays=True),
    "friendica": HomeDialect("friendica", "2.8.0 (compatible; Friendica 2024.12)", metadata=False, offers=_OLD, account=(), revokes=False),
    "hollo": HomeDialect("hollo", "0.10.0", keeps_keys=False, reads_lists_of_forms=False, uuids=True),
    "misskey": HomeDialect("misskey", "2025.5.0"),
}  # fmt: skip
