"""The forum's own identity as every page and document says it, remembered for half a minute in each process."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from fedconnect.foundation import database, own_address
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.errors import FedConnectError
from fedconnect.models.site import THE_SITE, Site

log = structlog.get_logger()
_LIFE_S = 30  # after a change, another process may say the old name for so long


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """What the forum says of itself; `name` is never empty: one without a name goes by its host. Texts are plain."""

    name: str
    is_named: bool = False
    description: str = ""
    operator: str = ""
    contact: str = ""
    languages: tuple[str, ...] = ()
    accent: str = ""
    logo: str = ""
    has_privacy: bool = False
    has_terms: bool = False
    has_imprint: bool = False

    @property
    def contact_link(self) -> str:
        """The contact as an address that a browser can follow (`mailto:` or `https:`), or empty."""
        return f"mailto:{self.contact}" if "@" in self.contact and "/" not in self.contact else self.contact


_known: TTLCache[SiteIdentity] = TTLCache(_LIFE_S, most=1)


def get_site() -> SiteIdentity:
    """Return who this forum is (no query within half a minute of the last, else 1). Where the database does not answer it is
    known by its host, so that the page that says so can still be drawn."""
    known = _known.get("site")
    if known is None:
        try:
            with database.read_transaction() as session:
                known = _read(session)
        except (FedConnectError, SQLAlchemyError) as error:
            log.warning("site_unknown", reason=str(error)[:200])
            return SiteIdentity(own_address.host())
        _known.put("site", known)
    return known


def find_row(session: Session) -> Site | None:
    """Return the row itself: for those who change it, and for its long texts."""
    return session.get(Site, THE_SITE)


def forget() -> None:
    """Read it anew next time: it was changed by this process."""
    _known.clear()


def _read(session: Session) -> SiteIdentity:
    row = find_row(session)
    if row is None:
        return SiteIdentity(own_address.host())
    return SiteIdentity(
        row.name or own_address.host(),
        bool(row.name),
        row.description,
        row.operator,
        row.contact,
        tuple(row.languages.split()),
        row.accent,
        row.logo,
        bool(row.privacy),
        bool(row.terms),
        bool(row.imprint),
    )
