"""Whose posts are brought to whom: an author's no holds at once, everywhere; a block is kept; nothing leaks."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from fedconnect.forum import mutes
from fedconnect.foundation import database
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.person import Person
from fedconnect.models.profile import OptOut
from fedconnect.models.reader_state import MuteKind
from fedconnect.models.travel_consent import TravelConsent
from fedconnect.surfacing.hearing import opt_outs
from support.forum import BASE, Forum
from support.readership import Readership
from support.remote import RemotePerson, RemoteServer
from support.visitor import Visitor

CARE = "Respite care: who looks after my mother with dementia while I sleep?"


def test_the_first_note_says_how_to_say_no_and_its_link_works_without_signing_in(
    readers: Readership, forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    readers.reader("dora")
    uri = readers.write(ana, CARE)
    (direct_message,) = forum.rows(DirectMessage)
    path = "/no/" + direct_message.html.partition(f"{BASE}/no/")[2].partition('"')[0]
    page = visitor.page(path)
    assert "If you would rather not" in page
    assert forum.rows(OptOut) == [], "looking changes nothing"
    assert visitor.post(path, {"where": "board"}).status_code == 200
    assert readers.hearing(uri).exclusion is Exclusion.AUTHOR
    assert readers.brought_to("dora") == []
    assert CARE[:20] not in visitor.page("/quiet")
    assert CARE[:20] not in visitor.page("/boards/respite/quiet")
    assert CARE[:20] in visitor.page("/boards/respite"), "it stays on its board"
    assert "You said no" in visitor.page(path)
    later = readers.write(ana, "A second post about something else")
    assert readers.hearing(later).exclusion is Exclusion.AUTHOR
    visitor.post(path, {"how": "allow"})
    third = readers.write(ana, "A third post on quite another thing")
    assert readers.hearing(third).state is HearingState.OPEN


@pytest.mark.parametrize("code", ["", "1.2", "1.2.3", "1.2." + "0" * 32, "a.b.c", "1.2.é", "9" * 300])
def test_a_link_that_we_did_not_make_says_no_for_nobody(
    forum: Forum, visitor: Visitor, readers: Readership, ana: RemotePerson, code: str
) -> None:
    readers.write(ana, CARE)
    assert visitor.get(f"/no/{code}").status_code == 404
    assert visitor.post(f"/no/{code}").status_code in {404, 405}
    assert forum.rows(OptOut) == []


def test_somebody_elses_link_cannot_be_made_from_ones_own(
    forum: Forum, visitor: Visitor, readers: Readership, ana: RemotePerson, ben: RemotePerson
) -> None:
    readers.write(ana, CARE)
    readers.write(ben, "Another one altogether")
    mine, theirs = (row for row in forum.rows(Person) if row.username in {"ana", "ben"})
    board = forum.rows(Hearing)[0].board_id
    own = opt_outs.link_for(mine.id, board).rpartition("/")[2]
    forged = f"{theirs.id}.{board}.{own.rpartition('.')[2]}"
    assert visitor.post(f"/no/{forged}").status_code == 404


@pytest.mark.parametrize("word", ["stop", "Stop!", "STOP please", "Alto"])
def test_answering_the_note_with_stop_says_no(
    readers: Readership, forum: Forum, ana: RemotePerson, word: str
) -> None:
    uri = readers.write(ana, CARE)
    answer_to_note(forum, ana, word)
    assert readers.hearing(uri).exclusion is Exclusion.AUTHOR


@pytest.mark.parametrize("word", ["nein danke", "No"])
def test_a_no_to_the_note_keeps_posts_on_their_board_where_they_are_still_heard(
    readers: Readership, forum: Forum, ana: RemotePerson, word: str
) -> None:
    uri = readers.write(ana, CARE)
    answer_to_note(forum, ana, word)
    assert readers.hearing(uri).state is HearingState.OPEN
    assert [one.allows for one in forum.rows(TravelConsent)] == [False]


@pytest.mark.parametrize(
    "word", ["Thank you", "I cannot stop crying and need to talk about all of this now", ""]
)
def test_other_answers_to_the_note_say_nothing_of_the_kind(
    readers: Readership, forum: Forum, ana: RemotePerson, word: str
) -> None:
    uri = readers.write(ana, CARE)
    answer_to_note(forum, ana, word)
    assert readers.hearing(uri).state is HearingState.OPEN


def test_nobody_else_can_answer_somebodys_note(
    readers: Readership, forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    uri = readers.write(ana, CARE)
    answer_to_note(forum, mallory, "stop")
    assert readers.hearing(uri).state is HearingState.OPEN
    assert forum.rows(OptOut) == []


def answer_to_note(forum: Forum, person: RemotePerson, word: str) -> None:
    (direct_message,) = forum.rows(DirectMessage)
    note = person.note(
        f"@respite {word}",
        forum.board(),
        to=[forum.board()],
        cc=[],
        inReplyTo=f"{forum.board()}/notices/{direct_message.id}",
    )
    forum.tell(person, person.create(note))


def test_p08_no_bots_in_the_profile_is_a_no_and_a_flip_holds_from_the_next_request(
    readers: Readership, forum: Forum, remote: RemoteServer, visitor: Visitor
) -> None:
    readers.reader("dora")
    cyd = remote.person("cyd", key=6, summary="<p>Gardener. #nobot</p>")
    uri = readers.write(cyd, CARE)
    assert readers.hearing(uri).exclusion is Exclusion.AUTHOR
    dee = remote.person("dee", key=7)
    readers.write(dee, "Somebody else asks about wheelchairs")
    assert len(readers.brought_to("dora")) == 1
    with database.transaction() as session:
        session.execute(update(Person).where(Person.username == "dee").values(asks_no_bots=True))
    assert readers.brought_to("dora") == []
    assert "wheelchairs" not in visitor.page("/quiet")


def test_a_no_on_ones_own_page_is_for_every_board(readers: Readership, forum: Forum) -> None:
    readers.reader("eve")
    visitor = readers.reader("dora")
    dora = readers.home.people["dora"]
    uri = readers.write(dora, CARE)
    visitor.post("/you/interests/refusal", {"how": "refuse"})
    assert readers.hearing(uri).exclusion is Exclusion.AUTHOR
    assert readers.brought_to("eve") == []
    assert "You said no" in visitor.page("/you/interests")
    other = readers.write(dora, "On another board", board="benefits")
    assert readers.hearing(other).exclusion is Exclusion.AUTHOR
    visitor.post("/you/interests/refusal", {"how": "allow"})
    assert forum.rows(OptOut) == []


def test_nobody_can_say_no_for_others_without_signing_in(visitor: Visitor, forum: Forum) -> None:
    assert visitor.post("/you/interests/refusal", {"how": "refuse"}).status_code == 401
    assert forum.rows(OptOut) == []


@pytest.mark.parametrize("kind", ["person", "server"])
def test_whom_an_author_hides_from_themselves_is_not_brought_their_posts(
    readers: Readership, forum: Forum, other_remote: RemoteServer, kind: str
) -> None:
    eve = readers.reader("eve")
    readers.reader("dora")
    readers.write(readers.home.people["dora"], CARE)
    assert len(readers.brought_to("eve")) == 1
    subject = f"@eve@{readers.home.host}" if kind == "person" else readers.home.host
    with database.transaction() as session:
        mutes.add_mute(session, readers.reader_id("dora"), MuteKind(kind), subject)
    assert readers.brought_to("eve") == []
    assert CARE[:20] not in eve.page("/quiet")
    assert CARE[:20] not in eve.page("/boards/respite/quiet")


def test_readers_of_other_boards_are_asked_only_where_the_author_lets_themselves_be_found(
    readers: Readership, remote: RemoteServer, forum: Forum
) -> None:
    readers.reader("dora", topics="dementia", board="benefits")
    shy = remote.person("shy", key=6, indexable=False)
    open_hearted = remote.person("opal", key=7, indexable=True)
    readers.write(shy, "My father has dementia and sings")
    found = readers.write(open_hearted, "Dementia and gardens: what grows")
    quiet = readers.write(
        open_hearted,
        "Dementia again, but for fewer eyes",
        to=[],
        cc=["https://www.w3.org/ns/activitystreams#Public", forum.board()],
    )
    readers.rematch()
    placed = readers.brought_to("dora")
    assert [one.post_id for one in placed] == [readers.hearing(found).post_id]
    assert placed[0].reason is not None
    assert placed[0].reason.topics == ("dementia",)
    assert readers.hearing(quiet).state is HearingState.OPEN, "on its own board"
