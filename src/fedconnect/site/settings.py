"""What admins may say of the forum: each part with its bound, from the admin page and by command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from fedconnect.foundation import html
from fedconnect.foundation.errors import Malformed
from fedconnect.models.site import THE_SITE, Site
from fedconnect.site import accent, identity

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_MAIL = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"'/]{1,250}")
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]")
_MOST_LANGUAGES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """Something that may be said: at most `most` characters; on one line or, where it `is_long`, in paragraphs."""

    most: int
    is_long: bool = False


PARTS: Mapping[str, Part] = {
    "name": Part(60),
    "description": Part(300),
    "operator": Part(200),
    "contact": Part(300),
    "languages": Part(200),
    "accent": Part(7),
    "privacy": Part(40_000, is_long=True),
    "terms": Part(40_000, is_long=True),
    "imprint": Part(10_000, is_long=True),
}


def ensure_site(session: Session) -> Site:
    """Return the one row, made where it is missing."""
    found = identity.find_row(session)
    if found is None:
        found = Site(id=THE_SITE)
        session.add(found)
        session.flush()
    return found


def change_site(session: Session, said: Mapping[str, str]) -> None:
    """Take over what is said of the forum; parts that are not named stay. Call `identity.forget` after the commit.

    Raises:
        Malformed: a part is unknown, too long, or not what it must be.
    """
    checked = {name: _check(name, text) for name, text in said.items()}
    row = ensure_site(session)
    for name, text in checked.items():
        setattr(row, name, text)


def parts_of(session: Session) -> dict[str, str]:
    """Return all that is said of the forum, in the order of `PARTS`."""
    row = identity.find_row(session)
    return {name: getattr(row, name) if row is not None else "" for name in PARTS}


def _check(name: str, text: str) -> str:
    part = PARTS.get(name)
    if part is None:
        raise Malformed("part", safe="There is no “%(name)s” to set.", name=name[:40])
    if len(text) > part.most * 4:
        raise _too_long(name, part)
    found = _lines(text) if part.is_long else html.plain(text, part.most + 1)
    if len(found) > part.most:
        raise _too_long(name, part)
    match name:
        case "accent":
            return accent.read_accent(found)
        case "contact":
            return _contact(found)
        case "languages":
            return _languages(found)
        case _:
            return found


def _lines(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def _contact(text: str) -> str:
    if not text or _MAIL.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or " " in text:
        raise Malformed(
            "contact", safe="A contact is a mail address, or a web page that begins with https://."
        )
    return text


def _languages(text: str) -> str:
    tags = text.replace(",", " ").split()
    if len(tags) > _MOST_LANGUAGES or not all(_LANGUAGE.fullmatch(tag) for tag in tags):
        raise Malformed(
            "languages", safe="Languages are up to twelve tags such as en, de or pt-BR, with spaces between."
        )
    return " ".join(dict.fromkeys(tags))


def _too_long(name: str, part: Part) -> Malformed:
    return Malformed(name, safe="“%(name)s” may have %(most)s characters at most.", name=name, most=part.most)
