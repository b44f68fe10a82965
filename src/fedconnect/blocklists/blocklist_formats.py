"""How lists of servers are written: Mastodon's CSV and JSON, fediblockhole's, a host a line; and how ours is.

Ref: Mastodon's export (`#domain,#severity`), `GET /api/v1/instance/domain_blocks`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused, Malformed
from fedconnect.models.instance import Instance, Policy

MOST_BYTES = 5 << 20
MOST_SERVERS = 50_000
#: What lists call it, and what we take it for.
_SEVERITIES: Mapping[str, Policy] = {
    "suspend": Policy.BLOCKED, "block": Policy.BLOCKED, "blocked": Policy.BLOCKED, "reject": Policy.BLOCKED,
    "": Policy.BLOCKED, "silence": Policy.SILENCED, "silenced": Policy.SILENCED, "limit": Policy.SILENCED,
    "filter": Policy.LIMITED, "quarantine": Policy.LIMITED, "limited": Policy.LIMITED, "hold": Policy.LIMITED,
}  # fmt: skip
_WRITTEN: Mapping[Policy, str] = {
    Policy.BLOCKED: "suspend", Policy.LIMITED: "filter", Policy.SILENCED: "silence",
}  # fmt: skip
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A server on a list; `host` is empty where the list hides it, and only its SHA-256 is known."""

    host: str
    digest: str
    policy: Policy


def read_list(body: bytes) -> list[Listed]:
    """Return the servers of a list, each once; lines that name none are left out.

    Raises:
        Malformed: too long, or no list at all.
    """
    if len(body) > MOST_BYTES:
        raise Malformed("list", safe="The list is longer than 5 MiB.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("list", safe="The list is not text in UTF-8.") from error
    entries = _from_json(text) if text.lstrip().startswith(("[", "{")) else _from_csv(text)
    found: dict[str, Listed] = {}
    for count, (domain, severity, digest) in enumerate(entries):
        if count >= MOST_SERVERS:
            raise Malformed("list", safe="The list names more than 50,000 servers.")
        listed = _listed(domain, severity, digest)
        if listed is not None:
            found[listed.digest] = listed
    if not found:
        raise Malformed(
            "list", safe="No server can be read from this list: it is a CSV with a column “domain”."
        )
    return list(found.values())


def digest_of(host: str) -> str:
    """Return what a list that hides its hosts calls one."""
    return hashlib.sha256(host.encode()).hexdigest()


def write_list(servers: Sequence[Instance], reasons: Mapping[str, str]) -> str:
    """Return our own list as Mastodon reads it; it takes `filter`, which it does not know, for nothing."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"]
    )
    for one in servers:
        reason = reasons.get(one.host, "").lstrip("=+-@\t\r")  # a spreadsheet would run what begins so
        writer.writerow([one.host, _WRITTEN[one.policy], "False", "False", reason, "False"])
    return out.getvalue()


def _from_json(text: str) -> Iterator[tuple[str, str, str]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("list", safe="The list is no JSON that can be read.") from error
    if not isinstance(found, list):
        raise Malformed("list", safe="The list is JSON, but no list of servers.")
    for one in found:
        if isinstance(one, dict):
            yield _word(one, "domain"), _word(one, "severity"), _word(one, "digest")


def _from_csv(text: str) -> Iterator[tuple[str, str, str]]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0].strip()]
    except csv.Error as error:
        raise Malformed("list", safe="The list is no CSV that can be read.") from error
    names = [name.strip().lstrip("#").lower() for name in rows[0]] if rows else []
    if "domain" in names:
        for row in rows[1:]:
            line = dict(zip(names, row, strict=False))
            yield line.get("domain", ""), line.get("severity", ""), line.get("digest", "")
    else:
        yield from ((row[0], "", "") for row in _without_remarks(rows))


def _without_remarks(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    return (row for row in rows if not row[0].lstrip().startswith("#"))


def _word(one: dict[str, Any], name: str) -> str:
    value = one.get(name)
    return value if isinstance(value, str) else ""


def _listed(domain: str, severity: str, digest: str) -> Listed | None:
    policy = _SEVERITIES.get(severity.strip().lower())
    domain = domain.strip().lower().removeprefix("*.")
    if policy is None:
        return None
    if "*" in domain:
        return Listed("", digest, policy) if _DIGEST.fullmatch(digest) else None
    try:
        host = fetch.normal_host(domain)
    except AddressRefused:
        return None
    return Listed(host, digest_of(host), policy) if "." in host else None
