"""Boards: made by an admin, found by slug."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.foundation import clock, own_address
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.person import Person

_LANGUAGE = re.compile(
    r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}"
)  # a tag of RFC 5646, as far as boards need it
_IN_ORDER = (Board.position, Board.name, Board.id)
_SLUG = re.compile(r"[a-z0-9_]{1,24}")
#: Names that our own actors have or will have, and words that a path of ours begins with.
RESERVED = frozenset(
    [
        "actor",
        "instance",
        "admin",
        "letter",
        "quiet",
        "inbox",
        "outbox",
        "boards",
        "about",
        "moderators",
        "static",
        "api",
        "oauth",
        "fedconnect",
        "here",
        "servers",
    ]
)


def create_board(
    session: Session,
    slug: str,
    name: str,
    summary: str = "",
    language: str = "en",
    *,
    is_local_only: bool = False,
) -> Board:
    """Create a board with a key of its own; one that `is_local_only` has none, since it never speaks to other servers.

    Raises:
        Malformed: the slug cannot be one, is reserved or taken; the name is empty or too long; no tag of a language.
    """
    if not _SLUG.fullmatch(slug):
        raise Malformed(safe="“%(slug)s” cannot be a slug: use 1 to 24 of a-z, 0-9 and _.", slug=slug)
    if slug in RESERVED or slug.endswith("_quiet"):
        raise Malformed(safe="“%(slug)s” is reserved; choose another slug.", slug=slug)
    check_words(name, summary, language)
    if session.execute(select(Board.id).where(Board.slug == slug)).first() is not None:
        raise Malformed(safe="There is a board “%(slug)s” already.", slug=slug)
    board = Board(
        slug=slug, name=name.strip(), summary=summary.strip(), language=language, created_at=clock.now()
    )
    session.add(board)
    if is_local_only:
        board.is_local_only = board.is_discreet = True
        board.takes_anonymous, board.companion_boosts = False, 0
    else:
        own_keys.make_key(session, f"board:{slug}", f"/boards/{slug}")
        own_keys.make_key(session, f"quiet:{slug}", f"/boards/{slug}/companion")
    session.flush()  # children of this board need its row
    return board


def check_words(name: str, summary: str, language: str) -> None:
    """Look at what a board is called, what it says of itself, and its language.

    Raises:
        Malformed: the name is empty or too long, the summary too long, or the tag that of no language.
    """
    if not 0 < len(name.strip()) <= 100 or len(summary) > 2000:
        raise Malformed(safe="A board needs a name of at most 100 characters, a summary of at most 2,000.")
    if not _LANGUAGE.fullmatch(language):
        raise Malformed(safe="“%(tag)s” is no language: say it as in en, de or pt-BR.", tag=language[:40])


def get_board(session: Session, slug: str) -> Board:
    """Return the board with this slug, which speaks to other servers; those that stay here are asked for elsewhere
    (local_only.py), so that no page or address of this kind can show them.

    Raises:
        NotFound: there is none.
    """
    board = find_board(session, slug)
    if board is None:
        raise NotFound(f"no board {slug[:30]!r}")
    return board


def get_any_board(session: Session, slug: str) -> Board:
    """Return the board with this slug, also one that stays here: for its rules, its log and its team.

    Raises:
        NotFound: there is none.
    """
    board = session.execute(select(Board).where(Board.slug == slug)).scalar_one_or_none()
    if board is None:
        raise NotFound(f"no board {slug[:30]!r}")
    return board


def find_board(session: Session, slug: str) -> Board | None:
    """Return the board with this slug that speaks to other servers, or None."""
    found = select(Board).where(Board.slug == slug, Board.is_local_only.is_(False))
    return session.execute(found).scalar_one_or_none()


def move_away(session: Session, board: Board, target: Person) -> None:
    """Say that a board has gone to a Group elsewhere; it takes no new threads from then on.

    Raises:
        Malformed: that is no Group, or the board itself.
    """
    if target.kind != "Group" or target.uri == board_uri(board.slug):
        raise Malformed(safe="%(handle)s is no group elsewhere.", handle=target.handle)
    board.moved_to = target.uri


def list_boards(session: Session) -> list[Board]:
    """Return every board that speaks to other servers, also archived ones, in the order of lists (an installation has dozens,
    not thousands)."""
    found = select(Board).where(Board.is_local_only.is_(False)).order_by(*_IN_ORDER).limit(500)
    return list(session.execute(found).scalars())


def list_open_boards(session: Session) -> list[Board]:
    """Return the boards that speak to other servers and take posts, in the order of lists."""
    return [board for board in list_boards(session) if not board.is_archived]


def list_every_board(session: Session) -> list[Board]:
    """Return every board in the order of lists, also those that stay here and archived ones."""
    return list(session.execute(select(Board).order_by(*_IN_ORDER).limit(500)).scalars())


def board_uri(slug: str) -> str:
    """Return a board's page, which is its actor id too."""
    return f"{own_address.base_url()}/boards/{slug}"


def slug_of(uri: str) -> str | None:
    """Return the slug in a board's address (its page or followers collection), or None."""
    prefix = own_address.base_url() + "/boards/"
    slug = uri.removeprefix(prefix).removesuffix("/followers")
    return slug if uri.startswith(prefix) and _SLUG.fullmatch(slug) else None


def boards_named(session: Session, slugs: tuple[str, ...]) -> list[Board]:
    """Return the boards of these slugs, in the order in which they were named."""
    found: dict[str, Board] = session.info.setdefault("boards", {})  # a batch names the same few
    if missing := [slug for slug in slugs if slug not in found]:
        rows = session.execute(
            select(Board).where(Board.slug.in_(missing), Board.is_local_only.is_(False))
        ).scalars()
        found.update({board.slug: board for board in rows})
    return [found[slug] for slug in slugs if slug in found]
