"""What a home server's composer allows: asked for once a day, with Mastodon's own limits where it does not say."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from fedconnect.accounts.mastodon_api import Document, HomeClient, HomeRefused
from fedconnect.accounts.server_software import software_of
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FedConnectError
from fedconnect.models.home_server import HomeServer

_ASK_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a home server's composer allows, in its own counting. Ref: `configuration` of /api/v2/instance."""

    max_characters: int = 500
    characters_per_url: int = 23
    max_media: int = 4
    max_options: int = 4
    max_option_characters: int = 50
    languages: tuple[str, ...] = ()
    counts_in_full: bool = False


def limits_of(home: HomeServer) -> Limits:
    """Return what a home's composer allows, asked once a day; Mastodon's own where it does not say. Of one that is away
    we go by what it said last."""
    limits: dict[str, Any] = json.loads(home.limits or "{}")
    if home.limits_at is None or clock.now() - home.limits_at > _ASK_EVERY:
        asked = _ask_limits(home)
        limits = limits if asked is None else asked
        with database.transaction() as session:
            session.execute(
                update(HomeServer)
                .where(HomeServer.id == home.id)
                .values(limits=json.dumps(limits), limits_at=clock.now())
            )
    known = {one.name: limits[one.name] for one in fields(Limits) if one.name in limits}
    return Limits(
        **{
            **known,
            "languages": tuple(limits.get("languages", ())),
            "counts_in_full": software_of(home.software or "").counts_in_full,
        }
    )


def _ask_limits(home: HomeServer) -> dict[str, Any] | None:
    client = HomeClient(home.base)
    for path in ("/api/v2/instance", "/api/v1/instance"):
        try:
            document = client.get(path)
        except (HomeRefused, FedConnectError):
            continue
        if isinstance(document, dict):
            return _read_limits(document)
    return None


def _read_limits(document: Document) -> dict[str, Any]:
    configuration = document.get("configuration")
    configuration = configuration if isinstance(configuration, dict) else {}
    statuses, polls = configuration.get("statuses"), configuration.get("polls")
    found: dict[str, Any] = {}
    for source, name, key, most in (
        (statuses, "max_characters", "max_characters", 100_000),
        (statuses, "characters_per_url", "characters_reserved_per_url", 500),
        (statuses, "max_media", "max_media_attachments", 16),
        (polls, "max_options", "max_options", 20),
        (polls, "max_option_characters", "max_characters_per_option", 500),
    ):
        value = source.get(key) if isinstance(source, dict) else None
        if _is_limit(value, most):
            found[name] = value
    old = document.get("max_toot_chars")
    if "max_characters" not in found and _is_limit(old, 100_000):
        found["max_characters"] = old
    languages = document.get("languages")
    if isinstance(languages, list):
        found["languages"] = [one for one in languages[:50] if isinstance(one, str) and len(one) <= 12]
    return found


def _is_limit(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most
