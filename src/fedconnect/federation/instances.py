"""What we know of other servers: the software, how their handles are spelt, how far they are trusted."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_nodeinfo, webfinger
from fedconnect.activitypub.instance_trust import decided_on
from fedconnect.activitypub.webfinger import Handle
from fedconnect.foundation import clock, database
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.instance import Instance
from fedconnect.models.person import Person

log = structlog.get_logger()
ASK_EVERY = timedelta(days=7)
ASK_AGAIN = timedelta(days=1)  # a server that named no software
_met: TTLCache[str] = TTLCache(life_s=300)  # host → the domain of its handles


def ensure_instances(session: Session, hosts: list[str]) -> None:
    """Make the rows of servers that have none yet; each is trusted as the domain that it belongs to."""
    known = session.execute(select(Instance.host).where(Instance.host.in_(hosts))).scalars().all()
    if fresh := [_fresh(session, host) for host in hosts if host not in known]:
        session.connection().execute(insert_or_skip(session, table_of(Instance)), fresh)


def learn_software(person: Person) -> Person:
    """Learn what a person's server runs and how its handles are spelt, asking it once a week at most.

    Opens its own transactions. A server that does not answer is taken for a microblog.
    """
    domain = _met.get(person.host)
    if domain is None:
        domain = _look_up(person)
        _met.put(person.host, domain)
    if domain and domain != person.handle_host and person.handle_host == person.host:
        return _take_handle(person, domain)
    return person


def _look_up(person: Person) -> str:
    with database.read_transaction() as session:
        row = session.execute(
            select(Instance.software, Instance.asked_at, Instance.handle_host).where(
                Instance.host == person.host
            )
        ).one_or_none()
    if row is not None and not _is_stale(row[0], row[1]):
        return str(row[2])
    software, domain = _ask_software(person), _ask_domain(person)
    with database.transaction() as session:
        ensure_instances(session, [person.host])
        session.execute(
            update(Instance)
            .where(Instance.host == person.host)
            .values(software=software, handle_host=domain, asked_at=clock.now())
        )
    return domain


def _is_stale(software: str, asked_at: datetime | None) -> bool:
    return asked_at is None or clock.now() - asked_at > (ASK_EVERY if software else ASK_AGAIN)


def _ask_software(person: Person) -> str:
    try:
        return remote_nodeinfo.fetch_software(_base(person))
    except FedConnectError as error:
        log.debug("software_unknown", host=person.host, reason=error.detail)
        return ""


def _ask_domain(person: Person) -> str:
    """Return the domain that a server's own WebFinger gives its handles, where it is another than its host."""
    try:
        account = webfinger.fetch_account(
            Handle(person.username, person.host), scheme=urlsplit(person.uri).scheme
        )
    except FedConnectError:
        return ""
    is_theirs = account.actor_uri == person.uri
    return account.subject.host if is_theirs and account.subject.host != person.host else ""


def _take_handle(person: Person, domain: str) -> Person:
    """Believe a handle on another domain once that domain has said the same."""
    if not webfinger.prove_handle(person.uri, person.username, domain):
        return person
    with database.transaction() as session:
        session.execute(update(Person).where(Person.id == person.id).values(handle_host=domain))
        return session.get_one(Person, person.id, populate_existing=True)


def _base(person: Person) -> str:
    return f"{urlsplit(person.uri).scheme}://{person.host}"


def _fresh(session: Session, host: str) -> dict[str, object]:
    policy, by_lists = decided_on(session, host)
    return {
        "id": new_id(), "host": host, "policy": policy, "by_lists": by_lists, "failures": 0, "bad_days": 0,
    }  # fmt: skip
