"""Somebody's public posts on these boards, where they let themselves be found. Nothing about them is counted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from fedconnect.forum.author_display import Author, author_of
from fedconnect.foundation.errors import NotFound
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.visibility import visible_in_thread


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Who somebody is; `is_open`: whether their posts may be gathered on one page."""

    author: Author
    handle: str
    uri: str
    is_open: bool


def get_person(session: Session, handle: str) -> PersonPage:
    """Return somebody by `@user@host`.

    Raises:
        NotFound: nobody of that name has written on a board here. Who only follows one is nobody's business.
    """
    user, _, host = handle.removeprefix("@").partition("@")
    person = session.execute(
        select(Person)
        .where(Person.username == user, Person.handle_host == host.lower(), Person.gone_at.is_(None))
        .where(exists().where(Post.person_id == Person.id, visible_in_thread()))
        .order_by(Person.id).limit(1)
    ).scalar_one_or_none()  # fmt: skip
    if person is None or person.kind == "Group":
        raise NotFound("nobody of that name")
    author = author_of(
        person.name, person.username, person.handle_host, person.url or person.uri, "", person.emojis
    )
    return PersonPage(author, person.handle, person.uri, person.indexable and not person.asks_no_bots)
