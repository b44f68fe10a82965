"""A display name that reads like a board's, a moderator's, this site's or an address is marked wherever it is shown."""

from __future__ import annotations

import pytest

from fedconnect.forum.author_display import author_of
from fedconnect.forum.impersonation import Lookalike, lookalike_of
from fedconnect.foundation import caches, database
from fedconnect.models.person import Person
from fedconnect.site.identity import get_site
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson
from support.visitor import Visitor

STRANGER = "@eve@evil.example"


@pytest.fixture
def mona(forum: Forum, ana: RemotePerson) -> RemotePerson:
    """Ana looks after the board as "Mona Lind"."""
    forum.tell(ana, ana.create(ana.note("A thread", forum.board())))
    forum.moderate(ana)
    with database.transaction() as session:
        session.query(Person).filter_by(uri=ana.uri).one().name = "Mona Lind"
    caches.clear_all()
    return ana


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Respite", Lookalike.BOARD), ("r e s p i t e", Lookalike.BOARD), ("RESPITE ✅", Lookalike.BOARD), (":verified: Respite", Lookalike.BOARD),
        ("Rеѕріtе", Lookalike.BOARD), ("\u202eRespite", Lookalike.BOARD), ("Ｒｅｓｐｉｔｅ", Lookalike.BOARD), ("Réspite", Lookalike.BOARD),
        ("Mona Lind", Lookalike.MODERATOR), ("mona.lind", Lookalike.MODERATOR), ("Mona\u200b Lind", Lookalike.MODERATOR),
        ("FedConnect", Lookalike.SITE), ("forum.example", Lookalike.SITE), ("Moderator", Lookalike.SITE), ("Аdmin", Lookalike.SITE),
        ("@ana@home.example", Lookalike.ADDRESS), ("ana@home.example", Lookalike.ADDRESS), ("Ana (ana@home.example)", Lookalike.ADDRESS),
        ("https://bank.example/", Lookalike.ADDRESS), ("www.bank.example", Lookalike.ADDRESS), ("＠ana＠home.example", Lookalike.ADDRESS),
        ("Ana", Lookalike.NOBODY), ("Respite for carers", Lookalike.NOBODY), ("Mona", Lookalike.NOBODY), ("", Lookalike.NOBODY),
        ("🌻", Lookalike.NOBODY), ("@eve@evil.example", Lookalike.NOBODY), ("Eve @ home", Lookalike.NOBODY), ("Оксана", Lookalike.NOBODY),
    ],
)  # fmt: skip
def test_a_name_is_compared_as_it_looks(mona: RemotePerson, name: str, whose: Lookalike) -> None:
    assert lookalike_of(name, STRANGER) is whose


def test_a_moderator_keeps_their_own_name(forum: Forum, mona: RemotePerson) -> None:
    (person,) = forum.rows(Person, Person.uri == mona.uri)
    assert lookalike_of("Mona Lind", person.handle) is Lookalike.NOBODY
    assert lookalike_of("Mona Lind", f"@{person.username}@evil.example") is Lookalike.MODERATOR


def test_where_no_page_can_say_so_the_handle_stands_for_the_name(mona: RemotePerson) -> None:
    marked = author_of("Respite", "eve", "evil.example", "", "Benefits")
    assert (marked.name, marked.name_html) == (STRANGER, "Respite")
    assert author_of("Eve", "eve", "evil.example", "", "Benefits").name == "Eve"


@pytest.mark.parametrize(
    ("name", "words"),
    [("Respite", "not the board"), ("Mona Lind", "not the moderator of this name"), ("forum.example", "not this site"),
     ("@ana@home.example", "not at that address")],
)  # fmt: skip
def test_every_page_that_names_somebody_says_whose_name_it_is_not(
    forum: Forum,
    mona: RemotePerson,
    ben: RemotePerson,
    visitor: Visitor,
    home: FakeHomeServer,
    name: str,
    words: str,
) -> None:
    note = ben.note("A thread of another", forum.board())
    forum.tell(ben, ben.create(note))
    with database.transaction() as session:
        person = session.query(Person).filter_by(uri=ben.uri).one()
        person.name, person.indexable = name, True
    mark = f'<span class="mark">{words}</span>'
    path = forum.thread_path("A thread of another")
    for page in ("/", "/boards/respite", path, f"/people/{person.handle}"):
        assert mark in forum.get(page).get_data(as_text=True), page
    for feed in ("/boards/respite/feed.atom", path + "/feed.atom"):
        assert f"<name>{person.handle}</name>" in forum.get(feed).get_data(as_text=True), feed


def test_a_page_of_names_asks_once_a_minute(
    forum: Forum, mona: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_site()  # every page knows the forum's own name already
    asked: list[int] = []
    real = database.read_transaction
    monkeypatch.setattr(database, "read_transaction", lambda: asked.append(1) or real())
    for number in range(50):
        lookalike_of(f"Person {number}", STRANGER)
    assert len(asked) <= 1
