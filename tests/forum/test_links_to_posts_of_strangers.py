"""Case H1: a post is found by its own id and by where its own server shows it, whatever others claim of that address."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from fedconnect.forum.links_to_posts import find_linked
from fedconnect.foundation import database
from fedconnect.models.post import Post
from support.forum import Forum
from support.remote import RemotePerson


def found(address: str) -> str | None:
    with database.read_transaction() as session:
        post = find_linked(session, f'<p>This one: <a href="{address}">here</a></p>')
        return post.source if post is not None else None


@pytest.mark.parametrize("first", ["the forger", "the owner"])
def test_h1_an_address_leads_to_the_post_of_its_own_server(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, first: str
) -> None:
    for person in (ben, ana) if first == "the forger" else (ana, ben):
        text = "Hers" if person is ana else "Forged"
        forum.tell(person, person.create(person.note(text, forum.board())))
    address = "https://web.ana.example/@ana/1"
    with database.transaction() as session:
        session.execute(
            update(Post).where(Post.source.contains("Hers")).values(uri="https://ana.example/1", url=address)
        )
        session.execute(
            update(Post)
            .where(Post.source.contains("Forged"))
            .values(uri="https://evil.example/1", url=address)
        )
    assert "Hers" in str(found(address))
    assert "Hers" in str(found("https://ana.example/1"))


def test_h1_an_address_that_only_a_stranger_claims_leads_nowhere(forum: Forum, ben: RemotePerson) -> None:
    forum.tell(ben, ben.create(ben.note("Forged", forum.board(), url="https://good.example/@ana/1")))
    assert found("https://good.example/@ana/1") is None
    assert found("mailto:ana@good.example") is None
