"""Who hears a boost and who an envelope: whatever is unknown is spoken to as a microblog."""

from __future__ import annotations

import pytest

from fedconnect.federation.outbound import dialects
from fedconnect.federation.outbound.dialects import Dialect


@pytest.mark.parametrize(
    "software",
    ["", "unheard-of", "mastodon", "misskey", "sharkey", "akkoma", "pleroma", "gotosocial", "pixelfed", "wordpress", "lemmy2", "not lemmy"],
)  # fmt: skip
def test_microblogs_and_whatever_is_unknown_hear_boosts(software: str) -> None:
    assert dialects.dialect_of(software) is Dialect.ANNOUNCE_NOTE


@pytest.mark.parametrize(
    "software",
    ["lemmy", "piefed", "mbin", "kbin", "nodebb", "discourse", "friendica", "hubzilla", "fedconnect"],
)
def test_the_threadiverse_hears_envelopes(software: str) -> None:
    assert dialects.dialect_of(software) is Dialect.ANNOUNCE_ACTIVITY
