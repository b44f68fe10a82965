"""The button “I have read this”: once for each link, for nobody by name, and said on the page."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.ids import new_id
from fedconnect.models.hearing import Hearing
from fedconnect.surfacing.hearing import link_tokens
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from fedconnect.web.posts import opened as view
from support.surfacing_rows import a_hearing
from support.unit import a_board, a_person, a_thread
from support.views_unit import Desk


class Linked:
    """A post with a link to it, and the address of its button."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with database.transaction() as session:
            thread, post = a_thread(session, a_board(session), a_person(session))
            self.hearing_id = a_hearing(session, post).id
            self.thread = f"/boards/respite/threads/{thread.id}"
            address = link_tokens.make(session, post.id, self.thread, LinkReader(True, "b.example"), "letter")
        self.path, self.secret = f"{self.thread}/{post.id}/opened", address.rpartition("=")[2]
        desk.sign_out()

    def seen(self) -> int:
        with database.read_transaction() as session:
            return session.get_one(Hearing, self.hearing_id).seen


@pytest.fixture
def linked(desk: Desk) -> Linked:
    return Linked(desk.open(view.blueprint))


def test_without_its_link_or_with_that_of_another_post_nothing_counts_and_the_page_says_so(
    linked: Linked,
) -> None:
    other = linked.path.replace(linked.path.split("/")[5], str(new_id()))
    for path, form in (
        (linked.path, {}),
        (linked.path, {"link": "x" * 32}),
        (linked.path, {"link": linked.secret + "x"}),
        (other, {"link": linked.secret}),
    ):
        assert linked.desk.post(path, form).status_code == 200
        assert linked.desk.shown["counted"] is False
    assert linked.seen() == 0
    assert (
        linked.desk.post(linked.path.replace("respite", "nowhere"), {"link": linked.secret}).status_code
        == 404
    )
    assert linked.desk.post(linked.path.replace("/opened", "x/opened")).status_code == 404
    assert linked.desk.get(linked.path).status_code == 405
    assert linked.seen() == 0


def test_the_button_counts_one_reader_once(linked: Linked) -> None:
    for counted in (True, False):
        answer = linked.desk.post(linked.path, {"link": linked.secret})
        assert linked.desk.shown["counted"] is counted
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert linked.seen() == 1


def test_a_reader_is_led_to_the_page_which_counts_them_as_themselves(linked: Linked) -> None:
    linked.desk.signed_in(reader_id=12)
    answer = linked.desk.post(linked.path, {"link": linked.secret})
    assert (answer.status_code, answer.location) == (303, linked.thread)
    assert linked.seen() == 0


@pytest.mark.usefixtures("time_stands_still")
def test_sixty_links_in_five_minutes_are_enough_for_an_address(linked: Linked) -> None:
    linked.desk.use_up("links in messages opened from an address", "127.0.0.1", 59)
    assert [linked.desk.post(linked.path).status_code for _ in range(2)] == [200, 429]
