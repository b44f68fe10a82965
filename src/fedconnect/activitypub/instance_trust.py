"""How far another server is trusted. What is said of a domain holds for its subdomains, unless they are known and
were decided on by themselves."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person

_MANY = 500


def policy_of(session: Session, host: str) -> Policy:
    """Return how far a server is trusted: as it was decided on, or else as the domain that it belongs to; unknown ones
    are open (1 query)."""
    return decided_on(session, host)[0]


def decided_on(session: Session, host: str) -> tuple[Policy, bool]:
    """Return how far a server is trusted, and whether lists say so, and nobody here (1 query)."""
    names = lineage(host)
    rows = session.execute(
        select(Instance.host, Instance.policy, Instance.by_lists).where(Instance.host.in_(names))
    )
    known = {row[0]: (row[1], row[2]) for row in rows}
    return next((known[name] for name in names if name in known), (Policy.OPEN, False))


def blocked_of(session: Session, hosts: Collection[str]) -> set[str]:
    """Return which of many servers are blocked (1 query for every few hundred)."""
    lines = {host: lineage(host) for host in hosts}
    names = sorted({name for line in lines.values() for name in line})
    known: dict[str, Policy] = {}
    for start in range(0, len(names), _MANY):
        some = names[start : start + _MANY]
        known |= dict(
            session.execute(select(Instance.host, Instance.policy).where(Instance.host.in_(some))).all()
        )
    decided = {
        host: next((known[name] for name in line if name in known), None) for host, line in lines.items()
    }
    return {host for host, policy in decided.items() if policy is Policy.BLOCKED}


def is_silenced(session: Session, person_id: int) -> bool:
    """Whether somebody's posts stand on their board and are brought to nobody, as `policy_of` their server says
    (1 query, and 1 where the person is not at hand; a transaction asks once for each person)."""
    known: dict[int, bool] = session.info.setdefault("silenced", {})
    if person_id not in known:
        person = session.get(Person, person_id)
        known[person_id] = person is not None and policy_of(session, person.host) is Policy.SILENCED
    return known[person_id]


def lineage(host: str) -> list[str]:
    """Return a host and the domains that it belongs to, down to two labels: `a.b.example` → itself, `b.example`."""
    name, _, port = host.partition(":") if not host.startswith("[") else (host, "", "")
    try:
        ipaddress.ip_address(name.strip("[]"))
        return [host]
    except ValueError:
        labels = name.split(".")
    parents = [".".join(labels[start:]) for start in range(0 if port else 1, len(labels) - 1)]
    return [host, *parents]
