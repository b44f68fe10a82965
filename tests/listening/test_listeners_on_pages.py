"""Connection, not only attention: listeners, passing on, and the public record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from fedconnect.foundation import clock, database
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.listener import Listener
from fedconnect.models.passed_on import PassedOn
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification, NotificationKind
from fedconnect.surfacing.hearing.listening_hours import Hours
from support.forum import Forum
from support.readership import Readership
from support.remote import RemotePerson, RemoteServer
from support.visitor import Visitor

CARE = "Respite care: who looks after my mother with dementia while I sleep?"
ALL_DAY = {"from": "0", "to": "23", "zone": "Europe/Berlin"}

WHY = {"rule": "1. Be kind: no attacks, no hate, no mockery.", "reason": "Somebody is in distress."}


def told(forum: Forum, kind: NotificationKind) -> list[int]:
    people = [row.person_id for row in forum.rows(Notification, Notification.kind == kind)]
    return [reader.id for person in people for reader in forum.rows(Reader, Reader.person_id == person)]


def test_after_twelve_hours_without_an_answer_listeners_are_told_and_the_author_is_not(
    readers: Readership, forum: Forum
) -> None:
    eve, dora = readers.reader("eve"), readers.reader("dora")
    for visitor in (eve, dora):
        assert visitor.post("/boards/respite/listening", ALL_DAY).status_code == 303
    uri = readers.write(readers.home.people["dora"], CARE)
    readers.place()
    assert told(forum, NotificationKind.LISTENING) == []
    readers.age(uri, 13)
    readers.place()
    readers.place()
    assert told(forum, NotificationKind.LISTENING) == [readers.reader_id("eve")]
    assert "Nobody has answered this yet. Perhaps you can" in eve.page("/you/news")


def test_a_thread_with_an_answer_is_nobodys_to_listen_to(
    readers: Readership, forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    readers.reader("eve").post("/boards/respite/listening", ALL_DAY)
    uri = readers.write(ana, CARE)
    forum.tell(ben, ben.create(ben.note("Me", forum.board(), inReplyTo=uri)))
    readers.age(uri, 13)
    readers.place()
    assert told(forum, NotificationKind.LISTENING) == []


def test_outside_of_their_hours_a_post_waits_for_listeners(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    now = clock.now().hour
    hours = {"from": str((now + 2) % 24), "to": str((now + 4) % 24), "zone": "UTC"}
    eve = readers.reader("eve")
    eve.post("/boards/respite/listening", hours)
    uri = readers.write(ana, CARE)
    readers.age(uri, 13)
    readers.place()
    assert told(forum, NotificationKind.LISTENING) == []
    eve.post("/boards/respite/listening", ALL_DAY)
    assert len(forum.rows(Listener)) == 1
    readers.place()
    assert len(told(forum, NotificationKind.LISTENING)) == 1
    eve.post("/boards/respite/listening", {"how": "end"})
    assert forum.rows(Listener) == []


@pytest.mark.parametrize(
    ("hours", "hour", "holds"),
    [((9, 17), 9, True), ((9, 17), 18, False), ((22, 6), 23, True), ((22, 6), 3, True), ((22, 6), 12, False)],
)
def test_hours_may_go_over_midnight(hours: tuple[int, int], hour: int, holds: bool) -> None:
    assert Hours(*hours, "UTC").hold(datetime(2026, 11, 23, hour, 30, tzinfo=UTC)) is holds


@pytest.mark.parametrize(
    "form",
    [{}, {"from": "9", "to": "24", "zone": "UTC"}, {"from": "-1", "to": "3", "zone": "UTC"},
     {"from": "9", "to": "17", "zone": "../../etc/passwd"}, {"from": "x", "to": "1", "zone": "UTC"}],
)  # fmt: skip
def test_hours_that_are_none_are_refused_in_one_line(
    readers: Readership, forum: Forum, form: dict[str, str]
) -> None:
    answer = readers.reader("eve").post("/boards/respite/listening", form)
    assert answer.status_code == 400
    assert "two hours from 0 to 23" in answer.get_data(as_text=True)
    assert forum.rows(Listener) == []


def indexable(remote: RemoteServer) -> RemotePerson:
    return remote.person("opal", key=7, indexable=True)


def test_a_quiet_post_is_passed_on_to_a_board_with_a_sentence_which_is_the_reason(
    readers: Readership, forum: Forum, remote: RemoteServer
) -> None:
    dora, eve = readers.reader("dora"), readers.reader("eve", board="benefits")
    readers.write(indexable(remote), CARE)
    path = readers.first_post(forum.thread_path(CARE))
    assert "Pass this post on" in dora.page(path + "/pass-on")
    sentence = "Some of you fought for just this allowance."
    assert (
        dora.post(path + "/pass-on", {"to": "board", "board": "benefits", "sentence": sentence}).status_code
        == 200
    )
    page = eve.page("/")
    assert sentence in page
    assert f"@dora@{readers.home.host}" in page
    assert CARE[:20] in page
    eve.post("/you/shields", {"kind": "person", "subject": f"@dora@{readers.home.host}"})
    assert sentence not in eve.page("/"), "whoever hid the one who passes it on is not reached"


def test_it_is_passed_on_to_a_person_who_is_told_and_strangers_are_not_found_out(
    readers: Readership, forum: Forum, remote: RemoteServer
) -> None:
    dora, eve = readers.reader("dora"), readers.reader("eve", board="")
    readers.write(indexable(remote), CARE)
    path = readers.first_post(forum.thread_path(CARE)) + "/pass-on"
    known = dora.post(
        path, {"to": "person", "handle": f"@eve@{readers.home.host}", "sentence": "You know this."}
    )
    stranger = dora.post(
        path, {"to": "person", "handle": "@nobody@nowhere.example", "sentence": "You know this."}
    )
    assert known.data == stranger.data
    assert told(forum, NotificationKind.PASSED_ON) == [readers.reader_id("eve")]
    assert "Somebody thought of you with this post" in eve.page("/you/news")
    assert "You know this." in eve.page("/")
    report = path.replace("/pass-on", "/report?about=sentence")
    assert report in eve.page("/you/news")
    assert "You know this." in eve.page(report)
    assert dora.get(report).status_code == 404, "it was not passed on to her"
    eve.post(report, {"about": "sentence", "words": "She follows me about", "harm": "hurt"})
    (case,) = forum.rows(Case)
    assert (case.subject_uri, case.post_id) == (readers.home.people["dora"].uri, None)
    assert case.words.startswith("“You know this.”")


def test_nothing_is_passed_on_to_somebody_whom_its_author_hides_and_nobody_learns_of_it(
    readers: Readership, forum: Forum
) -> None:
    dora, eve = readers.reader("dora"), readers.reader("eve", board="")
    opal = readers.reader("opal")
    opal.post("/you/shields", {"kind": "person", "subject": f"@eve@{readers.home.host}"})
    person = readers.home.people["opal"]
    readers.write(person, CARE)
    path = readers.first_post(forum.thread_path(CARE)) + "/pass-on"
    form = {"to": "person", "handle": f"@eve@{readers.home.host}", "sentence": "You know this."}
    assert dora.post(path, form).status_code == 200
    assert [row.to_person_id for row in forum.rows(PassedOn)] == [None]
    assert told(forum, NotificationKind.PASSED_ON) == []
    assert CARE[:20] not in eve.page("/you/news")


@pytest.mark.parametrize("sentence", ["", "   ", "x" * 281])
def test_without_a_sentence_nothing_is_passed_on(
    readers: Readership, forum: Forum, remote: RemoteServer, sentence: str
) -> None:
    dora = readers.reader("dora")
    readers.write(indexable(remote), CARE)
    path = readers.first_post(forum.thread_path(CARE)) + "/pass-on"
    assert dora.post(path, {"to": "board", "board": "benefits", "sentence": sentence}).status_code == 400
    assert forum.rows(PassedOn) == []


def test_posts_that_may_not_travel_are_not_passed_on(
    readers: Readership, forum: Forum, remote: RemoteServer
) -> None:
    dora = readers.reader("dora")
    readers.write(remote.person("shy", key=6, indexable=False), CARE)
    form = {"to": "board", "board": "benefits", "sentence": "Look"}
    path = readers.first_post(forum.thread_path(CARE)) + "/pass-on"
    assert "not for passing on" in dora.post(path, form).get_data(as_text=True)
    public = "https://www.w3.org/ns/activitystreams#Public"
    readers.write(indexable(remote), "Unlisted words", to=[], cc=[public, forum.board()])
    path = readers.first_post(forum.thread_path("Unlisted words")) + "/pass-on"
    assert "not for passing on" in dora.post(path, form).get_data(as_text=True)
    assert forum.rows(PassedOn) == []


def test_ten_a_day_are_passed_on_and_the_same_to_a_board_once(
    readers: Readership, forum: Forum, remote: RemoteServer
) -> None:
    dora, eve = readers.reader("dora"), readers.reader("eve")
    readers.write(indexable(remote), CARE)
    path = readers.first_post(forum.thread_path(CARE)) + "/pass-on"
    to_board = {"to": "board", "board": "benefits", "sentence": "Look"}
    assert [dora.post(path, to_board).status_code for _ in range(2)] == [200, 200]
    handles = [f"@eve@{readers.home.host}", "@nobody@nowhere.example"] * 5
    answers = [
        dora.post(path, {"to": "person", "handle": one, "sentence": "Look"}).status_code for one in handles
    ]
    assert answers == [200] * 9 + [400], "whomever they were meant for"
    assert len(told(forum, NotificationKind.PASSED_ON)) == 1
    assert "Not for me" in eve.page("/you/news")
    thread_path, _, number = path.removesuffix("/pass-on").rpartition("/")
    assert eve.post(f"{thread_path}/{number}/not-for-me").status_code == 303
    assert "Look" not in eve.page("/you/news")


def test_nobody_passes_on_or_listens_without_signing_in(
    readers: Readership, forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    readers.write(ana, CARE)
    path = readers.first_post(forum.thread_path(CARE))
    for where in (path + "/pass-on", path + "/less", "/boards/respite/listening", "/boards/respite/hearing"):
        assert visitor.post(where, {**ALL_DAY, "sentence": "x"}).status_code == 401


def test_the_record_tells_every_post_and_why_some_were_left_out(
    readers: Readership, forum: Forum, remote: RemoteServer, visitor: Visitor, ana: RemotePerson
) -> None:
    with database.transaction() as session:
        session.execute(update(Board).values(hearing_floor=1))
    eve = readers.reader("eve")
    assert "Each board promises what its own readers can keep" in visitor.page("/hearing")
    assert "until 1 of them has really seen it" in visitor.page("/boards/respite/hearing")
    assert "Nothing to show yet" in visitor.page("/boards/respite/hearing")
    for topic in ("beds", "buses", "bread"):
        readers.write(ana, f"Where do I find {topic} nearby")
    readers.look(eve)
    missed = readers.write(remote.person("cyd", key=6), "Nobody will ever look at this one, in time")
    readers.age(missed, 60)
    readers.place()
    page = visitor.page("/boards/respite/hearing")
    assert "50 % of the posts" in page
    for cause in ("more than two posts by one author that day", "missed", "heard"):
        assert cause in page
    assert "z = (cos(p, x)" in page
    assert "ana" not in page
    assert visitor.get("/hearing").status_code == 200


def test_first_posts_are_told_by_month_without_names_and_not_where_there_were_few(
    readers: Readership, forum: Forum, remote: RemoteServer, visitor: Visitor, ben: RemotePerson
) -> None:
    uris = []
    for number, name in enumerate(("ann", "bea", "cyd", "dot")):
        person = remote.person(name, key=5)
        uris.append(readers.write(person, f"My very first post is number {number} about word{number * 7}"))
    forum.tell(ben, ben.create(ben.note("Welcome", forum.board(), inReplyTo=uris[0])))
    with database.transaction() as session:
        session.execute(
            update(Hearing).values(begun_at=clock.now() - timedelta(days=2), first_answer_at=None)
        )
        answered = {"first_answer_at": clock.now() - timedelta(days=1, hours=3)}
        session.execute(update(Hearing).where(Hearing.id == readers.hearing(uris[0]).id).values(**answered))
    page = visitor.page("/boards/respite/hearing")
    assert "4 first posts, 1 answered within a day" in page
    with database.transaction() as session:
        for uri in uris[2:]:
            session.execute(
                update(Hearing).where(Hearing.id == readers.hearing(uri).id).values(is_first=False)
            )
    assert "first posts," not in visitor.page("/boards/respite/hearing")


def test_a_boards_moderators_set_its_promise_and_nobody_else_does(
    readers: Readership, forum: Forum, visitor: Visitor
) -> None:
    dora, eve = readers.reader("dora"), readers.reader("eve")
    forum.moderate(readers.home.people["dora"])
    forum.moderate(readers.home.people["eve"], "benefits")
    form = {"floor": "5", "hours": "24", "boosts": "1"}
    assert "Readers for each post" in dora.page("/boards/respite/hearing")
    assert "Readers for each post" not in eve.page("/boards/respite/hearing")
    assert eve.post("/boards/respite/hearing", form).status_code == 404
    assert visitor.post("/boards/respite/hearing", form).status_code == 401
    for wrong in (
        {"floor": "0", "hours": "24"},
        {"floor": "5", "hours": "9999"},
        {"floor": "x", "hours": "24"},
        {},
    ):
        assert dora.post("/boards/respite/hearing", wrong).status_code == 400
    assert {board.hearing_floor for board in forum.rows(Board)} == {10}
    assert dora.post("/boards/respite/hearing", form).status_code == 303
    found = {board.slug: (board.hearing_floor, board.hearing_hours) for board in forum.rows(Board)}
    assert found == {"respite": (5, 24), "benefits": (10, 48)}


def test_state_moves_are_those_of_the_table(readers: Readership, ana: RemotePerson) -> None:
    from fedconnect.models.base import IllegalMove

    heard = readers.hearing(readers.write(ana, CARE))
    heard.move(HearingState.HEARD)
    with pytest.raises(IllegalMove):
        heard.move(HearingState.OPEN)


def test_a_post_in_safeguarding_goes_to_listeners_and_moderators_at_once_and_to_nobody_else(
    readers: Readership, forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    readers.reader("dora")
    eve = readers.reader("eve")
    mod = readers.reader("mo")
    forum.moderate(readers.home.people["mo"])
    eve.post("/boards/respite/listening", ALL_DAY)
    uri = readers.write(ana, CARE)
    path = readers.first_post(forum.thread_path(CARE))
    for somebody, status in ((visitor, 401), (eve, 404)):
        assert somebody.post(path + "/moderate", {**WHY, "action": "safeguard"}).status_code == status
    assert readers.hearing(uri).state is HearingState.OPEN
    assert eve.get(path + "/moderate").status_code == 404
    assert "To listeners alone" in mod.page(path + "/moderate")
    assert mod.post(path + "/moderate", {**WHY, "action": "safeguard"}).status_code == 303
    readers.place()
    assert readers.hearing(uri).exclusion is Exclusion.SAFEGUARDING
    assert told(forum, NotificationKind.LISTENING) == [readers.reader_id("mo")], "nobody has confirmed eve"
    listening = f"/boards/respite/listening/{readers.person_id('eve')}"
    assert eve.post(listening + "/confirm").status_code == 404, "nobody confirms themselves"
    assert "Confirm people you know" in mod.page("/boards/respite/hearing")
    assert mod.post(listening + "/confirm").status_code == 303
    with database.transaction() as session:
        session.execute(update(Hearing).values(asked_listeners_at=clock.now() - timedelta(hours=7)))
    readers.place()
    assert sorted(told(forum, NotificationKind.LISTENING)) == sorted(
        [readers.reader_id("eve"), readers.reader_id("mo")]
    )
    assert readers.brought_to("dora") == []
    for page in ("/quiet", "/boards/respite/quiet", "/boards/respite/quiet/feed.atom", "/"):
        assert CARE[:20] not in visitor.page(page).partition('id="new"')[0]
    assert "not for passing on" in eve.page(path + "/pass-on")
    mod.post(path + "/moderate", {**WHY, "action": "unsafeguard"})
    readers.place()
    assert readers.hearing(uri).state is HearingState.OPEN
