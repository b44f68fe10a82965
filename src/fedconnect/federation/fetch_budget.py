"""How much may be fetched: twenty documents for one cause, fifty an hour from one registrable domain.

One message must not make us fetch thousands, whatever chain or crowd of subdomains it leads to.
Ref: numbers in docs/decisions/0003 (Mastodon's unbounded discovery, CVE-2022-46405).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.errors import Busy, NotPermitted
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.models.base import table_of
from fedconnect.models.fetch_task import FetchBudget
from fedconnect.models.instance import Policy

MOST_PER_KEY = 20
MOST_PER_DOMAIN = 50
HOUR = timedelta(hours=1)


class BudgetExceeded(NotPermitted):
    """The cause has used up what it may fetch; for good."""


def charge(cause: str, uri: str) -> None:
    """Take one fetch out of both purses; opens its own transaction.

    Raises:
        BudgetExceeded: this cause has had its twenty.
        NotPermitted: the server is blocked, so nothing is asked of it.
        Busy: this domain has had its fifty within the hour.
    """
    now = clock.now()
    domain = f"domain:{registrable_domain(vocabulary.host(uri))}:{now:%Y-%m-%dT%H}"
    with database.transaction() as session:
        if policy_of(session, vocabulary.host(uri)) is Policy.BLOCKED:
            raise NotPermitted("a blocked instance")
        if not _take(session, f"cause:{cause}", MOST_PER_KEY, now):
            raise BudgetExceeded(f"{MOST_PER_KEY} fetches for {cause}")
        if not _take(session, domain, MOST_PER_DOMAIN, now):
            raise Busy(f"{MOST_PER_DOMAIN} fetches an hour: {domain}")


def _take(session: Session, purse: str, most: int, now: datetime) -> bool:
    row = {"id": new_id(), "purse": purse, "fetches": 0, "since": now}
    session.execute(insert_or_skip(session, table_of(FetchBudget)).values(row))
    taken = session.execute(
        update(FetchBudget)
        .where(FetchBudget.purse == purse, FetchBudget.fetches < most)
        .values(fetches=FetchBudget.fetches + 1)
        .execution_options(synchronize_session=False)
    )
    return changed(taken) == 1
