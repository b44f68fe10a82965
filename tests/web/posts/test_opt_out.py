"""A no by a link: only by one of ours, only by a button, and as wide as its author says."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database, own_address
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.web.posts import opt_out as view
from support.unit import a_board, a_person
from support.views_unit import Desk


class Link:
    """Ana's link in the note of one board."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with database.transaction() as session:
            self.board, self.other = a_board(session).id, a_board(session, "bread").id
            self.ana = a_person(session).id
        self.path = opt_outs.link_for(self.ana, self.board).removeprefix(own_address.base_url())

    def said(self) -> tuple[bool, bool]:
        """Whether Ana said no on this board, and on another."""
        with database.read_transaction() as session:
            return tuple(opt_outs.has_opted_out(session, self.ana, one) for one in (self.board, self.other))  # type: ignore[return-value]

    def say(self, **form: str) -> tuple[bool, bool]:
        assert self.desk.post(self.path, form).status_code == 200
        assert self.desk.shown["refused"] is self.said()[0], "the page says how it stands now"
        return self.said()


@pytest.fixture
def link(desk: Desk) -> Link:
    desk.sign_out()
    return Link(desk.open(view.blueprint))


def test_a_link_that_is_not_ours_says_nothing_for_anybody(link: Link) -> None:
    person, board, sign = link.path.removeprefix("/no/").split(".")
    for code in (f"{person}.{link.other}.{sign}", f"{link.board}.{board}.{sign}", f"{person}.{board}.{sign[:-1]}",
                 f"{person}.{board}.", f"{person}.{board}", "x", f"{person}.{board}.{sign}.x"):  # fmt: skip
        assert link.desk.post(f"/no/{code}").status_code == link.desk.get(f"/no/{code}").status_code == 404
    assert link.said() == (False, False)


def test_whose_board_or_account_is_gone_finds_nothing(link: Link) -> None:
    gone = opt_outs.link_for(link.ana, 1).removeprefix(own_address.base_url())
    assert (link.desk.get(gone).status_code, link.desk.post(gone).status_code) == (404, 404)


def test_looking_says_nothing_since_mail_programs_follow_links(link: Link) -> None:
    answer = link.desk.get(link.path)
    assert (answer.status_code, link.said()) == (200, (False, False))
    assert (link.desk.shown["refused"], link.desk.shown["handle"]) == (False, "@ana@home.example")
    assert f"/no/{link.desk.shown['code']}" == link.path
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("where", ["", "here", "EVERYWHERE"])
def test_a_no_is_for_this_board_unless_it_is_said_to_be_for_all(link: Link, where: str) -> None:
    assert link.say(where=where) == (True, False)
    assert link.say(where="everywhere") == (True, True)


@pytest.mark.parametrize("where", ["here", "everywhere"])
def test_a_yes_takes_back_both(link: Link, where: str) -> None:
    link.say()
    link.say(where="everywhere")
    assert link.say(how="allow", where=where) == (False, False)


def test_what_does_not_say_yes_is_a_no(link: Link) -> None:
    assert link.say(how="ALLOW") == (True, False)
