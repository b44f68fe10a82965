"""Display names that pass for somebody else's: a board's, a moderator's, this site's, or an address.

A name is free text. Where it reads like one that people here trust, what is beside it says so. Names are compared as
they look: without case, marks, emoji, spaces and signs, and with letters of other scripts that look alike as one.
Ref: UTS #39 §4 (confusable detection), the letters that Latin names are forged with.
"""

from __future__ import annotations

import re
from enum import StrEnum

from sqlalchemy import literal, select, union_all

from fedconnect.foundation import database, own_address
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.unicode_forms import normalize
from fedconnect.models.board import Board, Moderator
from fedconnect.models.board_rules import Admin
from fedconnect.models.person import Person
from fedconnect.site.identity import get_site

_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнзαβεικνορτυχωɑıℓ",
    "aeopcyxijsdhlkmtbh3abeiknoptuxwail",
)
_SIGNS = re.compile(r":\w{1,100}+:|[\W_]++")  # emoji, and all that is neither letter nor digit
_SITE = ("fedconnect", "admin", "administrator", "moderator", "moderators")
_LIFE_S = 60


class Lookalike(StrEnum):
    """Whose name a display name reads like."""

    NOBODY = ""
    BOARD = "board"
    MODERATOR = "moderator"
    SITE = "site"
    ADDRESS = "address"


_known: TTLCache[dict[str, tuple[Lookalike, frozenset[str]]]] = TTLCache(_LIFE_S, most=1)


def lookalike_of(name: str, handle: str) -> Lookalike:
    """Return whom a display name passes for; `handle` (`@user@host`) is whose it is."""
    look = _look(name)
    taken, owners = (
        _taken().get(look, (Lookalike.NOBODY, frozenset())) if look else (Lookalike.NOBODY, frozenset())
    )
    if taken is not Lookalike.NOBODY:
        return Lookalike.NOBODY if handle.casefold() in owners else taken
    others = {address for address in _addresses(name) if address != handle.lstrip("@").casefold()}
    return Lookalike.ADDRESS if others else Lookalike.NOBODY


def _addresses(name: str) -> set[str]:
    """Return what reads like the address of an account, of a letter box or of a page."""
    words = [word.strip("@.,;:!?()<>[]{}\"'") for word in normalize("NFKC", name[:500]).casefold().split()]
    accounts = {word for word in words if "." in word.partition("@")[2]}
    return accounts | {word for word in words if word.startswith(("http://", "https://", "www."))}


def _look(name: str) -> str:
    """Return how a name looks, short enough to compare."""
    return _SIGNS.sub("", normalize("NFKD", name[:500]).casefold().translate(_LOOK_ALIKE))[:100]


def _taken() -> dict[str, tuple[Lookalike, frozenset[str]]]:
    """Return the names that are taken and whose they are, looked up once a minute in each process (1 query,
    and 1 where the forum's own name is not remembered)."""
    known = _known.get("")
    if known is None:
        known = _known_names()
        _known.put("", known)
    return known


def _known_names() -> dict[str, tuple[Lookalike, frozenset[str]]]:
    boards = select(
        literal("board").label("what"),
        Board.name.label("name"),
        Board.slug.label("user"),
        literal("").label("host"),
    )
    who = (Person.name, Person.username, Person.handle_host)
    team = select(literal("moderator"), *who).where(
        Person.id.in_(select(Moderator.person_id).union(select(Admin.person_id)))
    )
    found: dict[str, tuple[Lookalike, frozenset[str]]] = {}
    host = own_address.host()
    for name in (*_SITE, get_site().name, host, host.partition(":")[0]):
        found[_look(name)] = (Lookalike.SITE, frozenset())
    with database.read_transaction() as session:
        rows = session.execute(union_all(boards, team).limit(20_000)).all()
    for what, name, user, where in sorted(
        rows, key=lambda row: row[0], reverse=True
    ):  # a board's name goes first
        handle = f"@{user}@{where}".casefold() if where else ""
        for spelt in (name, user) if what == "board" else (name or user,):
            if look := _look(spelt):
                owners = found[look][1] if look in found and found[look][0] == what else frozenset()
                found[look] = (Lookalike(what), owners | ({handle} if handle else frozenset()))
    return found
