"""What is to be done before a forum can begin, for its admins: derived from what is there, until it is done or hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board, Follow, Moderator
from fedconnect.models.board_rules import Admin, BoardRules
from fedconnect.models.site import THE_SITE, Site
from fedconnect.site.settings import ensure_site


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step by its name: `name`, `contact`, `board`, `moderator`, `rules`, `invite`; where it is done, and whether it was."""

    name: str
    path: str
    is_done: bool


def list_first_steps(session: Session, person_id: int) -> Sequence[FirstStep]:
    """Return every step, or none where all are done, an admin has hidden them, or this is no admin (1 query)."""
    site = select(Site.id).where(Site.id == THE_SITE)
    first_board = select(Board.slug).order_by(Board.id).limit(1).scalar_subquery()
    found = session.execute(
        select(
            exists().where(Admin.person_id == person_id),
            site.where(Site.steps_hidden_at.is_not(None)).exists(),
            first_board,
            site.where(Site.name != "").exists(),
            site.where(Site.contact != "").exists(),
            # the lobby that an empty installation begins with is nobody's choice yet
            exists().where(or_(Board.slug != "lobby", and_(Board.slug == "lobby", Board.name != "Lobby"))),
            select(Moderator.id).exists(),
            select(BoardRules.id).exists(),
            select(Follow.id).exists(),
        )
    ).one()
    is_admin, is_hidden, slug = found[:3]
    care, invite = ("/admin/boards", "/admin/boards") if slug is None else _of_board(slug)
    paths = {
        "name": "/admin/site",
        "contact": "/admin/site",
        "board": "/admin/boards",
        "moderator": f"{care}#team" if slug is not None else care,
        "rules": f"{care}#rules" if slug is not None else care,
        "invite": invite,
    }
    steps = [
        FirstStep(name, path, bool(done)) for (name, path), done in zip(paths.items(), found[3:], strict=True)
    ]
    if not is_admin or is_hidden or all(step.is_done for step in steps):
        return ()
    return steps


def hide_first_steps(session: Session) -> None:
    """Show the steps no longer, though some are not done."""
    ensure_site(session).steps_hidden_at = clock.now()


def _of_board(slug: str) -> tuple[str, str]:
    return f"/boards/{slug}/care", f"/boards/{slug}/follow"
