"""Who looks after a board. A role belongs to an account, and does not pass to whoever has its address next."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, exists, select
from sqlalchemy.orm import Session

from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.foundation import clock, own_address
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person


def common_actor_uri() -> str:
    """Return the id of the actor in whose name moderators speak and boards follow, so that nobody of a team is named."""
    return own_address.base_url() + "/services/moderators"


def add_moderator(session: Session, board: Board, person: Person) -> bool:
    """Let a person look after a board; False where they do so already."""
    person.quarantined_at = None  # whoever appoints has looked at who it is
    added = session.execute(
        insert_or_skip(session, table_of(Moderator)).values(
            id=new_id(), board_id=board.id, person_id=person.id, since=clock.now()
        )
    )
    return changed(added) == 1


def remove_moderator(session: Session, board: Board, person: Person) -> bool:
    """End a person's care of a board; False where they had none."""
    removed = session.execute(
        delete(Moderator).where(Moderator.board_id == board.id, Moderator.person_id == person.id)
    )
    return changed(removed) == 1


def is_appointed(session: Session, board: Board, person: Person) -> bool:
    """Whether a person has the role of looking after a board, and be it that they may not use it at present."""
    found = select(Moderator.id).where(Moderator.board_id == board.id, Moderator.person_id == person.id)
    return session.execute(found).first() is not None


def is_moderator(session: Session, board: Board, person: Person) -> bool:
    """Whether a person looks after a board, and may still use that role."""
    return is_appointed(session, board, person) and may_act(session, person)


def is_themselves(person: Person) -> bool:
    """Whether an account is still there, and still whose it was when a role was given to it."""
    return person.quarantined_at is None and person.gone_at is None


def is_admin(session: Session, person: Person) -> bool:
    """Whether somebody runs the installation, and may still use that role."""
    found = select(Admin.id).where(Admin.person_id == person.id)
    return session.execute(found).first() is not None and may_act(session, person)


def may_act(session: Session, person: Person) -> bool:
    """Whether an account may use a role: it is still whose it was, and its server is not blocked (1 query)."""
    return is_themselves(person) and policy_of(session, person.host) is not Policy.BLOCKED


def may_dismiss(session: Session, by: Person | None, person: Person) -> bool:
    """Whether somebody may end a person's care of a board: that person, or who runs the installation (`by` empty:
    its command line). Moderators do not dismiss each other, or the first rogue would be the last who is left."""
    return by is None or by.id == person.id or is_admin(session, by)


def has_others(session: Session, board: Board, person: Person) -> bool:
    """Whether anybody else may decide on a board (at most 2 queries)."""
    return any(one.id != person.id for one in list_moderators(session, board)) or any(
        one.id != person.id for one in list_admins(session)
    )


def in_office() -> ColumnElement[bool]:
    """Return the condition that a Person may use a role; of a server's subdomains, those that are known."""
    blocked = exists().where(Instance.host == Person.host, Instance.policy == Policy.BLOCKED)
    return and_(Person.quarantined_at.is_(None), Person.gone_at.is_(None), ~blocked)


def may_decide(session: Session, board: Board, person: Person) -> bool:
    """Whether somebody may decide on a board: they look after it, or run the installation."""
    return is_moderator(session, board, person) or is_admin(session, person)


def add_admin(session: Session, person: Person) -> bool:
    """Let somebody run the installation; False where they do so already."""
    person.quarantined_at = None  # whoever appoints has looked at who it is
    added = session.execute(
        insert_or_skip(session, table_of(Admin)).values(id=new_id(), person_id=person.id, since=clock.now())
    )
    return changed(added) == 1


def remove_admin(session: Session, person: Person) -> bool:
    """End that; False where they did not."""
    return changed(session.execute(delete(Admin).where(Admin.person_id == person.id))) == 1


def list_admins(session: Session) -> list[Person]:
    """Return those who run the installation, longest first."""
    return list(
        session.execute(
            select(Person)
            .join(Admin, Admin.person_id == Person.id)
            .where(in_office())
            .order_by(Admin.since, Person.uri)
        ).scalars()
    )


def list_deputies(session: Session, board: Board) -> list[Person]:
    """Return those who are called where nobody else looks in time."""
    return [person for person, is_deputy in list_team(session, board) if is_deputy]


def list_moderators(session: Session, board: Board) -> list[Person]:
    """Return those who look after a board, longest first."""
    return [person for person, _ in list_team(session, board)]


def list_team(session: Session, board: Board) -> list[tuple[Person, bool]]:
    """Return those who look after a board, longest first, and whether each is a deputy (1 query)."""
    rows = session.execute(
        select(Person, Moderator.is_deputy)
        .join(Moderator, Moderator.person_id == Person.id)
        .where(Moderator.board_id == board.id, in_office())
        .order_by(Moderator.since, Person.uri)
    )
    return [(person, is_deputy) for person, is_deputy in rows]
