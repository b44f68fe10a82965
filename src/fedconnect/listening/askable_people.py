"""Who may be asked to answer what nobody answers, on a board: its listeners and its moderators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import ids
from fedconnect.models.board import Moderator
from fedconnect.models.decision import Ban
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.listener import Listener, ListenerAsk
from fedconnect.models.person import Person
from fedconnect.surfacing.hearing.asking import Askable
from fedconnect.surfacing.hearing.listening_hours import Hours
from fedconnect.surfacing.parameters import in_force

_DAY = timedelta(days=1)
_PEOPLE_OF_A_BOARD = 500
_ANY_HOUR = Hours(0, 23, "UTC")


def list_askable(session: Session, board_id: int, now: datetime) -> list[Askable]:
    """Return who may be asked on a board: its listeners, in their hours, and its moderators, at any (3 queries)."""
    parameters = in_force().listening
    present = (Person.gone_at.is_(None), Person.quarantined_at.is_(None))
    found: dict[int, Askable] = {}
    for person_id in session.execute(
        select(Person.id)
        .join(Moderator, Moderator.person_id == Person.id)
        .where(Moderator.board_id == board_id, *present)
        .limit(_PEOPLE_OF_A_BOARD)
    ).scalars():
        found[person_id] = Askable(
            person_id,
            _ANY_HOUR,
            parameters.most_a_day,
            ids.moment_of(person_id),
            may_have_all=True,
            listens=False,
            is_moderator=True,
        )
    for one in session.execute(
        select(Listener)
        .join(Person, Person.id == Listener.person_id)
        .where(Listener.board_id == board_id, *present, ~_is_kept_out(board_id, now))
        .order_by(Listener.id)
        .limit(_PEOPLE_OF_A_BOARD)
    ).scalars():
        is_moderator = one.person_id in found
        found[one.person_id] = Askable(
            one.person_id, Hours(one.from_hour, one.to_hour, one.zone), one.a_day, ids.moment_of(one.person_id),
            may_have_all=is_moderator or one.confirmed_at is not None, is_moderator=is_moderator,
        )  # fmt: skip
    asked = (
        select(ListenerAsk.person_id, ListenerAsk.at, ListenerAsk.author_id)
        .where(ListenerAsk.person_id.in_(found))
        .order_by(ListenerAsk.at, ListenerAsk.id)
    )
    for person_id, at, author_id in session.execute(asked):
        one_before = found[person_id]
        found[person_id] = replace(
            one_before,
            asked_today=one_before.asked_today + (at > now - _DAY),
            asked_at=at,
            last_author_id=author_id,
        )
    return list(found.values())


def list_handles(session: Session, people: Iterable[int]) -> dict[int, str]:
    """Return the handles of people, in small letters and without the first @."""
    rows = session.execute(
        select(Person.id, Person.username, Person.handle_host).where(Person.id.in_(list(people)))
    )
    return {row[0]: f"{row[1]}@{row[2]}".lower() for row in rows}


def _is_kept_out(board_id: int, now: datetime) -> ColumnElement[bool]:
    """Listeners (Person in the query) who may not write on a board, or only after a look, or whose server is not trusted:
    they are brought to nobody who is alone."""
    banned = exists().where(
        Ban.person_id == Person.id, Ban.board_id == board_id, or_(Ban.until.is_(None), Ban.until > now)
    )
    distrusted = exists().where(Instance.host == Person.host, Instance.policy != Policy.OPEN)
    return or_(banned, distrusted)
