"""What strangers may make us do for others: counted by address and network, by registrable domain, with a reserve."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from fedconnect.federation import rate_limits
from fedconnect.federation.rate_limits import (
    FIRST_LOOK_UPS,
    FOLLOWED_TIMES,
    INBOUND,
    KEY_FETCHES,
    KEY_FETCHES_FROM,
    KEY_FETCHES_RESERVE,
    KEY_FETCHES_SLOW,
    LOOK_UPS,
    LOOK_UPS_FROM,
    LOOK_UPS_RESERVE,
    UNPROVEN,
)
from fedconnect.foundation import database, rate_limit
from fedconnect.foundation.errors import Busy, TooMany
from fedconnect.foundation.rate_limit import RateLimit
from support.federation_rows import a_follow, a_key
from support.unit import Unit, a_board, a_person, a_reader

ASKER = "192.0.2.1"
SIX, NEIGHBOUR, SAME_48 = "2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1"


@pytest.fixture(autouse=True)
def standing_clock(unit: Unit) -> Iterator[None]:
    """Windows slide; here nothing does, so that limits are met exactly."""
    with time_machine.travel("2026-11-23T14:00:00Z", tick=False):
        yield


def use_up(limit: RateLimit, name: str, but: int = 0, times: int = 1) -> None:
    for _ in range(limit.most * times - but):
        assert limit.take(name, times=times) == 0


def fetch_key(host: str = "home.example", address: str = ASKER) -> None:
    with rate_limits.key_fetch_slot(host, address):
        pass


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        (ASKER, ((ASKER, 1),)),
        ("::ffff:192.0.2.1", ((ASKER, 1),)),
        (SIX, (("2001:db8:1:1::/64", 1), ("2001:db8:1::/48", 4))),
        ("", (("unknown", 1),)),
        ("unix:", (("unix:", 1),)),
    ],
)
def test_an_address_counts_as_itself_and_a_sixth_version_one_as_its_networks(
    address: str, networks: tuple[tuple[str, int], ...]
) -> None:
    assert rate_limits.networks_of(address) == networks


def test_neighbours_share_one_count_and_a_large_network_has_four() -> None:
    limit = RateLimit("test: networks", 2, 60)
    del rate_limit.DECLARED[limit.name]
    rate_limits.limit_asker(limit, SIX)
    rate_limits.limit_asker(limit, NEIGHBOUR)
    with pytest.raises(TooMany):
        rate_limits.limit_asker(limit, SIX)
    for number in range(2, 5):
        for _ in range(2):
            rate_limits.limit_asker(limit, f"2001:db8:1:{number}::1")
    with pytest.raises(TooMany):
        rate_limits.limit_asker(limit, "2001:db8:1:99::1")
    rate_limits.limit_asker(limit, "2001:db8:2::1")


def test_subdomains_share_what_a_domain_may_send_and_others_keep_theirs() -> None:
    use_up(INBOUND, "home.example", but=1)
    rate_limits.limit_inbound("a.home.example")
    with pytest.raises(TooMany) as caught:
        rate_limits.limit_inbound("b.home.example:8443")
    assert caught.value.retry_after_s > 0
    rate_limits.limit_inbound("other.example")


def test_a_server_from_which_somebody_follows_a_board_may_send_ten_times_as_much() -> None:
    with database.transaction() as session:
        a_follow(session, a_board(session), a_person(session))
    use_up(INBOUND, "home.example")
    use_up(INBOUND, "followed home.example", but=1, times=FOLLOWED_TIMES - 1)
    rate_limits.limit_inbound("home.example")
    with pytest.raises(TooMany):
        rate_limits.limit_inbound("home.example")
    with pytest.raises(TooMany):
        rate_limits.limit_inbound("a.home.example")


def test_whoever_sent_thirty_unproven_messages_has_no_more_keys_fetched() -> None:
    for _ in range(UNPROVEN.most - 1):
        rate_limits.note_unproven(ASKER)
    rate_limits.check_asker(ASKER)
    rate_limits.note_unproven(ASKER)
    with pytest.raises(TooMany):
        rate_limits.check_asker(ASKER)
    with pytest.raises(TooMany):
        fetch_key()
    fetch_key(address="192.0.2.2")


def test_an_asker_has_a_share_of_keys_whatever_the_domain() -> None:
    use_up(KEY_FETCHES_FROM, f"{ASKER} ", but=1)
    fetch_key()
    with pytest.raises(TooMany):
        fetch_key("other.example")


def test_one_key_of_a_domain_is_fetched_at_a_time_and_a_failure_frees_the_place() -> None:
    with rate_limits.key_fetch_slot("a.home.example", ASKER):
        with pytest.raises(Busy, match="is being fetched"):
            fetch_key("b.home.example")
        fetch_key("other.example")
    with pytest.raises(ZeroDivisionError), rate_limits.key_fetch_slot("home.example", ASKER):
        raise ZeroDivisionError
    fetch_key("home.example")


def test_the_reserve_of_a_domain_is_for_askers_without_fault() -> None:
    use_up(KEY_FETCHES, "home.example")
    rate_limits.note_unproven(ASKER)
    with pytest.raises(Busy):
        fetch_key()
    fetch_key(address="192.0.2.2")
    use_up(KEY_FETCHES_RESERVE, "home.example", but=1)
    with pytest.raises(Busy):
        fetch_key(address="192.0.2.2")


@pytest.mark.parametrize(
    ("is_met", "has_fault", "is_served"), [(False, True, False), (False, False, True), (True, True, True)]
)
def test_a_domain_that_was_slow_is_asked_only_for_those_who_are_known_for_better(
    is_met: bool, has_fault: bool, is_served: bool
) -> None:
    if is_met:
        with database.transaction() as session:
            a_key(session, a_person(session))
    if has_fault:
        rate_limits.note_unproven(ASKER)
    KEY_FETCHES_SLOW.take("home.example")
    if is_served:
        fetch_key()
    else:
        with pytest.raises(Busy, match="slow"):
            fetch_key()


@pytest.mark.parametrize(("seconds", "is_slow"), [(1.9, False), (2.1, True)])
def test_a_domain_is_slow_after_two_seconds(
    monkeypatch: pytest.MonkeyPatch, seconds: float, is_slow: bool
) -> None:
    now = [100.0]
    monkeypatch.setattr(rate_limits.time, "monotonic", lambda: now[0])
    with rate_limits.key_fetch_slot("home.example", ASKER):
        now[0] += seconds
    assert bool(KEY_FETCHES_SLOW.peek("home.example")) is is_slow


def test_an_asker_may_look_up_five_accounts_of_one_domain() -> None:
    use_up(LOOK_UPS_FROM, f"{ASKER} home.example", but=1)
    rate_limits.limit_webfinger("a.home.example", ASKER)
    with pytest.raises(TooMany):
        rate_limits.limit_webfinger("home.example", ASKER)
    rate_limits.limit_webfinger("other.example", ASKER)


@pytest.mark.parametrize(
    ("is_home", "is_new", "reserve_is_left", "is_served"),
    [
        (True, True, True, True),
        (False, True, True, False),
        (True, False, True, False),
        (True, True, False, False),
    ],
)
def test_beyond_a_domains_share_a_readers_home_is_looked_up_for_a_new_asker(
    is_home: bool, is_new: bool, reserve_is_left: bool, is_served: bool
) -> None:
    host = "home.example"
    if is_home:
        with database.transaction() as session:
            reader = a_reader(session, a_person(session))
            home = session.get_one(rate_limits.HomeServer, reader.home_id)
            host = home.host
    use_up(LOOK_UPS, "home.example")
    if not is_new:
        FIRST_LOOK_UPS.take(f"{ASKER} home.example")
    if not reserve_is_left:
        use_up(LOOK_UPS_RESERVE, "home.example")
    if is_served:
        rate_limits.limit_webfinger(host, ASKER)
    else:
        with pytest.raises(Busy):
            rate_limits.limit_webfinger(host, ASKER)
