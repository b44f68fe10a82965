"""Who has really seen a post: signed tokens go out with a page, and come back when half of it was visible.

A token is for one reader and one post, and ends after a day: a tab may have been left open, and what is looked at then was seen.
A token that was stolen is worth no more by that: it counts once, and in its own reader's session alone. Whether the reader is in
the post's audience is looked up when it comes back. Nothing that is kept says who saw what.

Many accounts on one server may be one person: of one domain only so many count for a hearing as its `domain_cap`
says. The home server looks after its own people; whoever is new there counts like everybody else for a week.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, ids, sealing
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.registrable_domains import is_home, registrable_domain
from fedconnect.models.base import table_of
from fedconnect.models.hearing import Hearing, HearingState, Impression
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.surfacing.hearing import promise as floors
from fedconnect.surfacing.hearing.lifecycle import end
from fedconnect.surfacing.parameters import in_force

LIFE = timedelta(days=1)
YOUNGEST = timedelta(hours=24)  # what younger accounts see does not count
HOME_AFTER = timedelta(days=7)  # what older accounts of the home server see counts in any case
KEPT = timedelta(days=30)
_CHANNELS = frozenset({"slot", "list", "board", "quiet", "thread"})
_MOST = 50


@dataclass(frozen=True, slots=True)
class Showing:
    """One post shown to one reader: at which place, and where."""

    reader_id: int
    post_id: int
    slot: int
    channel: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at a post: the digests by which it is known (the first is written down), at which place and where, whether
    by somebody of its audience, and the digests of the domain for which they count (None: in any case)."""

    marks: tuple[str, ...]
    post_id: int
    slot: int
    channel: str
    is_inside: bool
    domain: tuple[str, ...] | None


def issue(showing: Showing) -> str:
    """Return the token that goes out with a post."""
    plain = f"{showing.post_id}.{showing.slot}.{showing.channel}.{int(clock.now().timestamp())}"
    return f"{plain}.{_sign(showing.reader_id, plain)}"


def read_token(reader_id: int, token: str) -> Showing | None:
    """Return what a token says; None for one that is another reader's, too old, or not ours."""
    parts = token.split(".")
    if len(token) > 200 or len(parts) != 5 or not parts[3].isascii() or not parts[3].isdigit():
        return None
    plain = token.rpartition(".")[0]
    if not hmac.compare_digest(parts[4].encode(), _sign(reader_id, plain).encode()):
        return None
    issued = clock.from_epoch(int(parts[3]))
    post_id = ids.parse_id(parts[0])
    if not clock.now() - LIFE <= issued <= clock.now() or post_id is None or parts[2] not in _CHANNELS:
        return None
    return Showing(reader_id, post_id, int(parts[1]), parts[2])


def read_tokens(reader_id: int, tokens: Sequence[str]) -> list[Showing]:
    """Return what tokens say, at most fifty; those that say nothing are left out."""
    found = (read_token(reader_id, token) for token in tokens[:_MOST])
    return [showing for showing in found if showing is not None]


def is_old_enough(account_since: datetime, now: datetime) -> bool:
    """Whether what an account sees counts for a hearing."""
    return now - account_since >= YOUNGEST


def domain_of(host: str, since: datetime, now: datetime) -> str | None:
    """Return the domain among whose readers somebody counts; None for those who count in any case."""
    return None if is_home(host) and now - since >= HOME_AFTER else registrable_domain(host)


def note(session: Session, showings: Mapping[Showing, bool]) -> None:
    """Write down what readers saw, and whether they were of the post's audience. (3 queries, and one for each showing.)"""
    domains = _domains(session, {showing.reader_id for showing, qualifies in showings.items() if qualifies})
    now = clock.now()
    # somebody who is gone meanwhile counts among all who are
    looks = [
        Sighting(
            marks_of(showing.reader_id, showing.post_id, now), showing.post_id, showing.slot, showing.channel,
            qualifies, domain_digests(domains.get(showing.reader_id, ""), showing.post_id) if qualifies else (),
        )
        for showing, qualifies in showings.items()
    ]  # fmt: skip
    note_sightings(session, looks)


def note_sightings(session: Session, looks: Sequence[Sighting]) -> None:
    """Write down each look once, by its marks. A floor that is reached ends its hearing. (2 queries, and one for each look.)

    What did not count when it was seen first counts when it is seen again: the audience has grown meanwhile, or the
    hearing had not begun.
    """
    hearings = _locked(session, {look.post_id for look in looks})
    known = _known(session, looks)
    once = {look.marks[0]: look for look in reversed(looks)}
    for mark, look in once.items():
        hearing = hearings.get(look.post_id)
        number, was_inside = known.get(mark, (None, False))
        is_inside = look.is_inside and hearing is not None and _is_running(hearing)
        if number is None:
            fresh = session.execute(
                insert_or_skip(session, table_of(Impression)).values(
                    id=new_id(), mark=mark, post_id=look.post_id,
                    board_id=hearing.board_id if hearing is not None else None,
                    slot=look.slot, channel=look.channel, is_qualified=is_inside, at=clock.now(),
                )
            )  # fmt: skip
            if hearing is None or not changed(fresh):
                continue
            hearing.seen += 1
        elif is_inside and not was_inside:
            session.execute(
                update(table_of(Impression)).where(Impression.id == number).values(is_qualified=True)
            )
        if hearing is not None and is_inside and not was_inside and _counts(hearing, look.domain):
            hearing.qualified += 1
            if hearing.state is HearingState.OPEN and floors.is_heard(hearing.qualified, hearing.floor):
                end(hearing, HearingState.HEARD)


def domain_digests(domain: str | None, post_id: int) -> tuple[str, ...] | None:
    """Return by what a domain is known in the hearing of a post, the present digest first; None for who counts in any case."""
    return None if domain is None else sealing.digests(f"{domain} {post_id}", "domain of a hearing")


def mark_of(reader_id: int, post_id: int, at: datetime) -> str:
    """Return the digest by which a showing is known in a month."""
    return sealing.digest(f"{reader_id} {post_id}", _month(at))


def _month(at: datetime) -> str:
    return f"impression {at:%Y-%m}"


def marks_of(reader_id: int, post_id: int, at: datetime) -> tuple[str, ...]:
    """Return the digests of a showing that is at most a month old."""
    before = at.replace(day=1) - timedelta(days=1)
    return (mark_of(reader_id, post_id, at), mark_of(reader_id, post_id, before))


def seen_already(session: Session, reader_id: int, post_ids: Sequence[int]) -> dict[int, bool]:
    """Return which young posts a reader has seen before, and whether they were in the post's audience then (1 query)."""
    now = clock.now()
    months = {_month(now), _month(now - timedelta(days=in_force().ranking.life_days))}  # mostly one
    tokens = [f"{reader_id} {post_id}" for post_id in post_ids]
    by_mark = {
        mark: post_id
        for month in months
        for mark, post_id in zip(sealing.digest_each(tokens, month), post_ids, strict=True)
    }
    if not by_mark:
        return {}
    rows = session.execute(
        select(Impression.mark, Impression.is_qualified).where(Impression.mark.in_(by_mark))
    )
    seen: dict[int, bool] = {}
    for mark, was_inside in rows:
        seen[by_mark[mark]] = seen.get(by_mark[mark], False) or was_inside
    return seen


def all_stale(now: datetime) -> StaleRows:
    """Return the showings of more than thirty days ago; the counters of the hearings stay."""
    return stale(Impression, Impression.at < now - KEPT)


def _known(session: Session, looks: Collection[Sighting]) -> dict[str, tuple[int | None, bool]]:
    """Return by its first mark what was noted before of each look: its row, and whether they were in the audience."""
    by_mark = {mark: look.marks[0] for look in looks for mark in look.marks}
    rows = session.execute(
        select(Impression.mark, Impression.id, Impression.is_qualified)
        .where(Impression.mark.in_(by_mark))
        .order_by(Impression.is_qualified, Impression.id)
    )
    return {by_mark[mark]: (number, was_inside) for mark, number, was_inside in rows}


def _locked(session: Session, post_ids: Collection[int]) -> dict[int, Hearing]:
    """Return the hearings of some posts, locked in one order."""
    rows = session.execute(
        select(Hearing).where(Hearing.post_id.in_(post_ids)).order_by(Hearing.post_id).with_for_update()
    ).scalars()
    return {one.post_id: one for one in rows}


def _domains(session: Session, reader_ids: Collection[int]) -> dict[int, str | None]:
    now = clock.now()
    rows = session.execute(
        select(Reader.id, Person.host, Person.born_at, Reader.joined_at)
        .join(Person, Person.id == Reader.person_id)
        .where(Reader.id.in_(reader_ids))
    )
    return {row[0]: domain_of(row[1], row[2] or row[3], now) for row in rows}


def _is_running(hearing: Hearing) -> bool:
    """Whether a hearing is under way, also while it is placed again after an edit."""
    return hearing.state is HearingState.OPEN or (
        hearing.state is HearingState.WAITING and hearing.was_placed
    )


def _counts(hearing: Hearing, domain: tuple[str, ...] | None) -> bool:
    """Whether one more reader of this domain counts."""
    return domain is None or _takes_its_share(hearing, domain)


def _takes_its_share(hearing: Hearing, domain: tuple[str, ...]) -> bool:
    """Whether one more reader of a domain counts, which is then written down."""
    counted: dict[str, int] = json.loads(hearing.domains or "{}")
    cap = max(hearing.domain_cap, floors.domain_share(hearing.floor))
    if sum(counted.get(one, 0) for one in domain) >= cap:
        return False
    counted[domain[0]] = counted.get(domain[0], 0) + 1
    hearing.domains = json.dumps(counted)
    return True


def _sign(reader_id: int, plain: str) -> str:
    return sealing.digest(f"{reader_id} {plain}", "seen")[:32]
