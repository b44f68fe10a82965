"""What strangers may make us do for others: by the asker's address first, then by registrable domain.

A limit on a domain keeps a reserve: those already known, and askers who were not seen misbehaving, are
served after strangers have used up the rest. Each limit stands in the table of docs/operating.md.
Ref: rate limits in docs/decisions/0003; FEP-8fcf knows none.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exists, select

from fedconnect.foundation import database, fetch
from fedconnect.foundation.errors import Busy, TooMany
from fedconnect.foundation.outbound_slots import slot
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.models.board import Follow
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person, PersonKey
from fedconnect.models.reader import Reader

INBOUND = RateLimit("messages of a domain", 300, 300)
FOLLOWED_TIMES = 10  # a server on which somebody follows a board may send ten times as much
UNPROVEN = RateLimit("messages of an address that were not proven", 30, 300)
KEY_FETCHES_FROM = RateLimit("keys fetched for an address", 300, 300)
KEY_FETCHES = RateLimit("keys fetched from a domain", 60, 60)
KEY_FETCHES_RESERVE = RateLimit("keys fetched from a domain for faultless askers", 240, 60)
KEY_FETCHES_SLOW = RateLimit("keys fetched from a domain that was slow to give one", 1, 30)
LOOK_UPS_FROM = RateLimit("accounts of a domain looked up for an address", 5, 900)
LOOK_UPS = RateLimit("accounts of a domain looked up", 30, 60)
LOOK_UPS_RESERVE = RateLimit("accounts of a reader's home looked up for new askers", 90, 60)
FIRST_LOOK_UPS = RateLimit("first look-ups of a network", 1, 900)

KEY_FETCH_S = 5.0
_SLOW_S = 2.0
_domains_lock = threading.Lock()
_domains_asked: set[str] = set()


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """Return what to count an address as, each with how many times a limit it may use.

    IPv4 is itself; IPv6 is its /64, and its /48 four times over: whoever has a /48 has 65,536 of the former.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ((address or "unknown", 1),)
    if isinstance(found, ipaddress.IPv4Address):
        return ((str(found), 1),)
    if found.ipv4_mapped is not None:
        return ((str(found.ipv4_mapped), 1),)
    small, large = (ipaddress.ip_network((found, length), strict=False) for length in (64, 48))
    return ((str(small), 1), (str(large), 4))


def limit_asker(limit: RateLimit, address: str, about: str = "") -> None:
    """Count one try of an address, and of the network that it lies in.

    Raises:
        TooMany: either has had its share.
    """
    for network, times in networks_of(address):
        if wait_s := limit.take(f"{network} {about}", times=times):
            raise TooMany(f"{limit.name}: {network}", retry_after_s=wait_s)


def limit_inbound(host: str) -> None:
    """Count one proven message to its registrable domain.

    Raises:
        TooMany: over the limit for strangers, or for servers on which somebody follows a board.
    """
    domain = registrable_domain(host)
    wait_s = INBOUND.take(domain)
    if wait_s and (not _is_followed_from(host) or INBOUND.take(f"followed {host}", times=FOLLOWED_TIMES - 1)):
        raise TooMany(f"{INBOUND.name}: {domain}", retry_after_s=wait_s)


def check_asker(address: str) -> None:
    """Let an address that sent too much unproven have no more keys fetched for a while.

    Raises:
        TooMany: thirty of its messages were not proven within five minutes.
    """
    for network, times in networks_of(address):
        if wait_s := UNPROVEN.peek(network, times=times):
            raise TooMany(f"{UNPROVEN.name}: {network}", retry_after_s=wait_s)


def note_unproven(address: str) -> None:
    """Count one message that made us fetch a key and was not proven by it."""
    for network, times in networks_of(address):
        UNPROVEN.take(network, times=times)


@contextmanager
def key_fetch_slot(host: str, address: str) -> Iterator[None]:
    """Let a key be fetched: for this asker, of this domain, one at a time, five seconds in all.

    Raises:
        TooMany: the asker has had its share. Busy: the domain is being asked or was asked too often; it was slow
            within a minute, and neither it nor the asker is known for better; or three threads of this process fetch
            keys already, where one more is kept for servers that were met before. Nobody waits.
    """
    check_asker(address)
    limit_asker(KEY_FETCHES_FROM, address)
    domain = registrable_domain(host)
    is_met = _is_met(host)
    faultless = all(not UNPROVEN.used(network) for network, _ in networks_of(address))
    if KEY_FETCHES_SLOW.peek(domain) and not (is_met or faultless):
        raise Busy(f"{KEY_FETCHES_SLOW.name}: {domain}")
    with _one_at_a_time(domain), slot(known=is_met, patient=False):
        if KEY_FETCHES.take(domain) and (not faultless or KEY_FETCHES_RESERVE.take(domain)):
            raise Busy(f"{KEY_FETCHES.name}: {domain}")
        begun = time.monotonic()
        try:
            with fetch.time_limit(KEY_FETCH_S):
                yield
        finally:
            if time.monotonic() - begun > _SLOW_S:  # whatever came: it held a place of three
                KEY_FETCHES_SLOW.take(domain)


def limit_webfinger(host: str, address: str) -> None:
    """Count one question to a server that somebody who is not signed in made us ask.

    Raises:
        TooMany: this asker has had their share. Busy: this domain was asked too often within a minute.
    """
    domain = registrable_domain(host)
    limit_asker(LOOK_UPS_FROM, address, domain)
    if not LOOK_UPS.take(domain):
        return
    network = networks_of(address)[-1][0]
    is_new = not FIRST_LOOK_UPS.take(f"{network} {domain}")
    if not is_new or not _is_home(host) or LOOK_UPS_RESERVE.take(domain):
        raise Busy(f"{LOOK_UPS.name}: {domain}")


@contextmanager
def _one_at_a_time(domain: str) -> Iterator[None]:
    with _domains_lock:
        if domain in _domains_asked:
            raise Busy(f"a key of {domain} is being fetched")
        _domains_asked.add(domain)
    try:
        yield
    finally:
        with _domains_lock:
            _domains_asked.discard(domain)


def _is_followed_from(host: str) -> bool:
    with database.read_transaction() as session:
        follower = exists().where(Follow.person_id == Person.id, Person.host == host)
        return bool(session.execute(select(follower)).scalar())


def _is_met(host: str) -> bool:
    with database.read_transaction() as session:
        proven = exists().where(Person.host == host, PersonKey.person_id == Person.id)
        return bool(session.execute(select(proven)).scalar())


def _is_home(host: str) -> bool:
    with database.read_transaction() as session:
        reader = exists().where(Reader.home_id == HomeServer.id, HomeServer.host == host)
        return bool(session.execute(select(reader)).scalar())
