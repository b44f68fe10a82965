"""In which form a server's requests are signed: what it is known to read, or else what every server reads.

Most servers that read RFC 9421 refuse at once what they cannot read, and then the other form is tried. Some take a
signature that they cannot read with a 200 and drop what it signed, so RFC 9421 comes first only where it is known to
be read. Ref: docs/decisions/0023; SWICG, ActivityPub and HTTP Signatures, and its adoption matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from fedconnect.foundation import clock, database
from fedconnect.foundation.caches import TTLCache
from fedconnect.models.instance import Instance, SignatureForm

#: What a fall-back taught is forgotten, and the usual form tried again.
REMEMBERED = timedelta(days=14)
#: So often at most a server is asked in both forms, whatever it answers.
KNOCK_EVERY = timedelta(hours=1)
# These read it, and refuse at once what they do not (a Mastodon before 4.5 does).
_READ_RFC9421 = frozenset(["fedconnect", "ghost", "hackerspub", "hollo", "hometown", "mastodon", "wordpress"])
# These answer it as if all were well, and drop the activity (Pixelfed) or serve half an actor (Sharkey).
_DROP_RFC9421 = frozenset(["pixelfed", "sharkey"])


@dataclass(frozen=True, slots=True)
class Forms:
    """How a server is asked: `first`, and where it refuses that, in the `second` form, if any."""

    first: SignatureForm
    second: SignatureForm | None


@dataclass(frozen=True, slots=True)
class _Known:
    software: str = ""
    form: SignatureForm | None = None
    knocked_at: datetime | None = None


_known: TTLCache[_Known] = TTLCache(life_s=300)


def forms_for(host: str) -> Forms:
    """Return in which form a server is asked, and in which again (1 query in five minutes, in its own transaction)."""
    known = _recall(host)
    if known.software in _DROP_RFC9421:  # whatever it seemed to take before its name was known
        return Forms(SignatureForm.CAVAGE, None)
    since = None if known.knocked_at is None else clock.now() - known.knocked_at
    first = SignatureForm.RFC9421 if known.software in _READ_RFC9421 else SignatureForm.CAVAGE
    if known.form is not None and since is not None and since < REMEMBERED:
        first = known.form
    is_too_soon = since is not None and since < KNOCK_EVERY
    if is_too_soon and known.form is None:  # it took neither; the draft is what every server reads
        first = SignatureForm.CAVAGE
    return Forms(first, None if is_too_soon else first.other)


def note_knock(host: str, taken: SignatureForm | None) -> None:
    """Remember that a server was asked in both forms just now, and which it took; None where it took neither."""
    known = _recall(host)
    found = _Known(known.software, taken or known.form, clock.now())
    with database.transaction() as session:
        session.execute(
            update(Instance)
            .where(Instance.host == host)
            .values(signature_form=found.form, knocked_at=found.knocked_at)
        )
    _known.put(host, found)  # a server without a row, too, is not asked twice each time


def _recall(host: str) -> _Known:
    known = _known.get(host)
    if known is None:
        with database.read_transaction() as session:
            row = session.execute(
                select(Instance.software, Instance.signature_form, Instance.knocked_at).where(
                    Instance.host == host
                )
            ).one_or_none()
        known = _Known() if row is None else _Known(*row)
        _known.put(host, known)
    return known
