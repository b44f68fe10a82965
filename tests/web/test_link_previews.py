"""Link previews: not a word of what wants to be found by nobody, and what is said is plain and whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.site import identity
from fedconnect.site.settings import change_site
from support.forum import BASE
from support.remote import PUBLIC
from support.team import Team
from support.visitor import Visitor

QUESTION = '<p>Who knows a "place"?</p><p>It should be &lt;b&gt;quiet&lt;/b&gt; &amp; near.</p>'


def told(visitor: Visitor, path: str) -> dict[str, str]:
    """What the head of a page says of it, by name."""
    head = visitor.get(path).get_data(as_text=True).partition("</head>")[0]
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', head)
    links = re.findall(r'<link rel="(canonical)" href="([^"]*)">', head)
    return {name: unescape(value) for name, value in [*found, *links] if name.startswith(OURS)}


OURS = ("og:", "article:", "fediverse:", "description", "canonical")


def be(**values: bool) -> None:
    with database.transaction() as session:
        board = session.query(Board).filter_by(slug="respite").one()
        for name, value in values.items():
            setattr(board, name, value)


def test_a_discreet_board_and_one_that_stays_here_are_shown_nowhere(team: Team, visitor: Visitor) -> None:
    post = team.write("author", QUESTION)
    be(is_discreet=True)
    with database.transaction() as session:
        boards.create_board(session, "shelter", "Shelter", "For people who were hurt.", is_local_only=True)
    for path in ("/boards/respite", f"/boards/respite/threads/{post.thread_id}", "/boards/respite/log"):
        assert told(visitor, path) == {}, path
    reader = team.reader("reader")
    assert reader.get("/here/shelter").status_code == 200
    assert told(reader, "/here/shelter") == {}


def test_what_is_not_public_says_no_word_but_its_boards(team: Team, visitor: Visitor) -> None:
    post = team.write("author", "A quiet question", to=[team.forum.board("respite")], cc=[PUBLIC])
    found = told(visitor, f"/boards/respite/threads/{post.thread_id}")
    assert found["og:title"] == "Respite & breaks"
    assert "quiet question" not in str(found)
    assert "fediverse:creator" not in found


def test_behind_a_warning_only_the_warning_is_said(team: Team, visitor: Visitor) -> None:
    post = team.write("author", "Secret words", summary="About a fall", sensitive=True)
    found = told(visitor, f"/boards/respite/threads/{post.thread_id}")
    assert found["og:description"] == "About a fall"
    assert "Secret" not in str(found)


def test_what_is_personal_or_for_a_team_is_shown_nowhere(team: Team) -> None:
    admin = team.admin("ada")
    for path in ("/", "/you", "/moderation", "/admin/site", "/nowhere", "/sign-in"):
        assert told(admin, path) == {}, path


@pytest.mark.parametrize("is_found", [True, False])
def test_a_conversation_is_shown_with_its_words_and_with_who_began_it_where_they_let_themselves_be_found(
    team: Team, visitor: Visitor, is_found: bool
) -> None:
    post = team.write("author", "", content=f"{QUESTION}<p>{team.forum.board('respite')}</p>")
    with database.transaction() as session:
        session.get_one(Person, post.person_id).indexable = is_found
    path = f"/boards/respite/threads/{post.thread_id}"
    found = told(visitor, path + "?in=de")
    assert found["og:title"] == 'Who knows a "place"?'
    assert found["og:description"] == found["description"]
    assert found["description"].startswith("It should be <b>quiet</b> & near.")
    assert (found["og:type"], found["canonical"], found["og:url"]) == ("article", BASE + path, BASE + path)
    assert datetime.fromisoformat(found["article:published_time"]).tzinfo == UTC
    assert found["og:image"].startswith(f"{BASE}/boards/respite/card.png?v=")
    handle = f"@author@{team.home.host}"
    assert found.get("fediverse:creator", "") == (handle if is_found else "")


def test_a_board_and_the_forum_say_what_they_are_for(team: Team, visitor: Visitor) -> None:
    with database.transaction() as session:
        change_site(session, {"name": "Carers’ corner", "description": "For people who care."})
    identity.forget()
    found = told(visitor, "/")
    assert (found["og:site_name"], found["og:title"]) == ("Carers’ corner", "Carers’ corner")
    assert (found["og:description"], found["canonical"]) == ("For people who care.", f"{BASE}/")
    assert told(visitor, "/boards/respite")["canonical"] == f"{BASE}/boards/respite"
    for path in (found["og:image"], told(visitor, "/boards/respite")["og:image"]):
        answer = visitor.get(path.removeprefix(BASE))
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
