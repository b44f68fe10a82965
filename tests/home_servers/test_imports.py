"""What a reader takes over from home: only with their leave, only their own, and never half of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeAway, HomeRefused, PermissionGone
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import clock, database
from fedconnect.home_servers import imports
from fedconnect.models.reader_state import Mute, MuteKind, Topic
from support.account_rows import a_grant, a_home_reader, a_visit
from support.home_server_rows import HOME, HomeOthers
from support.unit import Unit, add

TAGS, MUTES, BLOCKS, DOMAINS, FILTERS = (
    f"{HOME}/api/{path}"
    for path in ("v1/followed_tags?limit=80", "v1/mutes?limit=80", "v1/blocks?limit=80",
                 "v1/domain_blocks?limit=80", "v2/filters")
)  # fmt: skip
WITH_LEAVE = "read:accounts read:follows read:mutes read:blocks read:filters"


def dora(scopes: str = WITH_LEAVE) -> Visit:
    with database.transaction() as session:
        reader = a_home_reader(session, "dora")
        if scopes:
            a_grant(session, reader, scopes)
        add(session, Mute(reader_id=reader.id, kind=MuteKind.WORDS, subject="war", since=clock.now()))
        return a_visit(session, reader)


def topics() -> list[tuple[str, bool]]:
    with database.read_transaction() as session:
        return [(one.topic, one.is_from_home) for one in session.execute(select(Topic)).scalars()]


def muted() -> set[tuple[MuteKind, str, bool]]:
    with database.read_transaction() as session:
        found = session.execute(select(Mute)).scalars()
        return {(one.kind, one.subject, one.is_from_home) for one in found}


BY_HAND = (MuteKind.WORDS, "war", False)


@pytest.mark.parametrize("scopes", ["", "read:accounts", "read:follows", "read:accounts write:statuses"])
def test_nothing_is_asked_at_home_without_leave_for_it(unit: Unit, home: HomeOthers, scopes: str) -> None:
    visit = dora(scopes)
    with pytest.raises(PermissionNeeded):
        imports.import_mutes(visit)
    if "follows" not in scopes:
        with pytest.raises(PermissionNeeded):
            imports.import_topics(visit)
    assert home.asked == []


def test_leave_for_hashtags_is_none_for_whom_one_hides(unit: Unit, home: HomeOthers) -> None:
    visit = dora("read:accounts read:follows")
    home.say(TAGS, [{"name": "Care"}], kind="application/json")
    imports.import_topics(visit)
    with pytest.raises(PermissionNeeded):
        imports.import_mutes(visit)
    assert topics() == [("care", True)]


@pytest.mark.parametrize(
    ("status", "error"), [(401, PermissionGone), (403, PermissionGone), (404, HomeRefused), (500, HomeAway)]
)
def test_a_home_that_says_no_changes_nothing(
    unit: Unit, home: HomeOthers, status: int, error: type[Exception]
) -> None:
    visit = dora()
    home.say(TAGS, {"error": "no"}, status, kind="application/json")
    home.say(MUTES, [{"acct": "eve@evil.example"}], kind="application/json")
    for which in (MUTES, DOMAINS, FILTERS) if status == 404 else ():
        home.say(which, {"error": "no"}, status, kind="application/json")
    home.say(BLOCKS, {"error": "no"}, status, kind="application/json")
    for take_over in (imports.import_topics, imports.import_mutes):
        with pytest.raises(error):
            take_over(visit)
    assert (topics(), muted()) == ([], {BY_HAND}), "not even the half that was told"


def test_hashtags_are_marked_as_from_home_and_held_to_the_time_that_others_have(
    unit: Unit, home: HomeOthers
) -> None:
    home.say(TAGS, [{"name": "Respite"}, {"name": []}, None, {"name": "respite"}], kind="application/json")
    imports.import_topics(dora())
    assert topics() == [("respite", True)]
    assert home.waited_in_bounds()


def test_whom_one_hides_at_home_is_completed_by_the_host_of_the_own_handle(
    unit: Unit, home: HomeOthers
) -> None:
    visit = dora()
    home.say(MUTES, [{"acct": "Bob"}, {"acct": "eve@evil.example"}, {"acct": None}], kind="application/json")
    home.say(BLOCKS, [], kind="application/json")
    home.say(DOMAINS, ["spam.example", 9], kind="application/json")
    home.say(FILTERS, {"error": "unknown"}, 404, kind="application/json")
    imports.import_mutes(visit)
    assert muted() == {
        BY_HAND,
        (MuteKind.PERSON, "bob@home.example", True),
        (MuteKind.PERSON, "eve@evil.example", True),
        (MuteKind.SERVER, "spam.example", True),
    }
    assert home.waited_in_bounds()
    home.say(MUTES, [], kind="application/json")
    home.say(DOMAINS, [], kind="application/json")
    imports.import_mutes(visit)
    assert muted() == {BY_HAND}, "what is gone at home goes here, and what was typed here stays"
