"""Who said it: a name that is text, a handle that cannot deceive, and whose name it reads like."""

from __future__ import annotations

import pytest

from fedconnect.forum.author_display import Author, author_of
from fedconnect.forum.impersonation import Lookalike
from fedconnect.forum.proxied_images import picture_path
from fedconnect.foundation import caches, database
from support.unit import Unit, a_board

EVE = "@eve@evil.example"
CAT = '[{"shortcode": ":cat:", "url": "https://x.example/1.png"}]'


def eve(name: str | None, emojis: str = "[]", host: str = "evil.example", url: str | None = None) -> Author:
    return author_of(name, "eve", host, url, "Board", emojis)


@pytest.fixture
def board(unit: Unit) -> None:
    """A board that somebody's name may read like."""
    with database.transaction() as session:
        a_board(session, name="Respite care")
    caches.clear_all()


@pytest.mark.usefixtures("unit")
def test_an_author_is_shown_by_a_name_that_is_no_html() -> None:
    eve = author_of(
        "<b>Eve</b> :cat:",
        "eve",
        "evil.example",
        None,
        "Respite",
        '[{"shortcode": ":cat:", "url": "https://x/1.png"}]',
    )
    assert (eve.name, eve.handle, eve.url) == ("<b>Eve</b> :cat:", EVE, "")
    assert eve.name_html.startswith("&lt;b&gt;Eve&lt;/b&gt; <img")
    assert "https://x/1.png" not in eve.name_html
    assert author_of("", "eve", "evil.example", "", "Respite").name == "eve"
    for nobody in (
        author_of("Eve", None, "evil.example", "", "<i>B</i>"),
        author_of("Eve", "eve", None, "", "<i>B</i>"),
    ):
        assert (nobody.name, nobody.handle, nobody.name_html) == ("<i>B</i>", "", "&lt;i&gt;B&lt;/i&gt;")


@pytest.mark.usefixtures("unit")
def test_x08_a_host_that_deceives_is_shown_as_it_is() -> None:
    assert author_of("Eve", "eve", "xn--mnchen-3ya.example", "", "").handle == "@eve@münchen.example"
    assert author_of("Eve", "eve", "xn--80ak6aa92e.com", "", "").handle == "@eve@xn--80ak6aa92e.com"


@pytest.mark.usefixtures("board")
def test_where_no_page_can_say_whose_name_it_is_not_the_handle_stands_for_it() -> None:
    marked = eve("Respite care")
    assert (marked.namesake, marked.name, marked.handle) == (Lookalike.BOARD, EVE, EVE)
    assert marked.name_html == "Respite care", "a page says beside it whose name it is not"
    free = eve("Respite for carers")
    assert (free.namesake, free.name) == (Lookalike.NOBODY, "Respite for carers")


@pytest.mark.usefixtures("board")
def test_a_board_of_ours_reads_like_nobody_else() -> None:
    ours = author_of("Respite care", None, None, "https://x.example", "Respite care", CAT)
    assert ours == Author("Respite care", "", "", "Respite care", Lookalike.NOBODY)


@pytest.mark.usefixtures("board")
def test_a_user_name_is_looked_at_too_where_there_is_no_other() -> None:
    named = author_of("", "respite", "evil.example", "", "Board")
    assert (named.namesake, named.name_html) == (Lookalike.BOARD, "respite")


@pytest.mark.usefixtures("unit")
def test_an_address_is_somebodys_own_only_on_their_very_host() -> None:
    host = "xn--mnchen-3ya.example"
    own = eve(f"Eve @eve@{host}", host=host)
    assert (own.namesake, own.handle) == (Lookalike.NOBODY, "@eve@münchen.example")
    assert eve("Eve @eve@other.example", host=host).namesake is Lookalike.ADDRESS


@pytest.mark.usefixtures("unit")
@pytest.mark.parametrize(
    "emojis", ["", "null", "{", "7", '["x"]', '[{"shortcode": ":cat:"}]', '[{"shortcode": 7, "url": "u"}]']
)
def test_emojis_that_cannot_be_read_leave_the_name_as_it_was_typed(emojis: str) -> None:
    assert eve("Eve :cat:", emojis).name_html == "Eve :cat:"


@pytest.mark.usefixtures("unit")
def test_only_what_the_name_says_is_a_picture_and_it_is_ours() -> None:
    shown = eve("Eve :cat: :dog:", CAT)
    assert shown.name == "Eve :cat: :dog:"
    assert shown.name_html.count("<img") == 1
    assert f'src="{picture_path("https://x.example/1.png")}"' in shown.name_html
    assert shown.name_html.endswith("> :dog:")
    assert "<img" not in eve("Eve cat", CAT).name_html


@pytest.mark.usefixtures("unit")
def test_where_somebody_can_be_visited_is_kept_as_it_is() -> None:
    assert eve("Eve", url="https://evil.example/@eve").url == "https://evil.example/@eve"
    assert eve(None).name == "eve"


@pytest.mark.usefixtures("unit")
@pytest.mark.parametrize(("name", "initials"), [("Eve Adams", "EA"), ("✨", "E"), (None, "E"), ("", "E")])
def test_initials_are_of_the_name_or_else_of_the_handle(name: str | None, initials: str) -> None:
    assert eve(name).initials == initials
    assert eve(name).tint == eve("Somebody else").tint, "the tint is the account's, whatever it calls itself"
