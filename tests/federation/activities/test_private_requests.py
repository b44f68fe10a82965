"""What somebody asks of a board in private is done, and told; whatever is not understood as a whole is for people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft, Visibility
from fedconnect.federation.activities import private_message
from fedconnect.federation.activities.result import Ignored
from fedconnect.federation.outbound import responses
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.hearing import HearingState
from fedconnect.models.listener import Listener, ListenerAsk
from fedconnect.models.person import Person
from fedconnect.models.profile import OptOut
from fedconnect.models.travel_consent import TravelConsent
from fedconnect.surfacing.hearing import travel_consent
from support.activity_rows import BOARD
from support.forum_rows import count
from support.moderation_rows import every
from support.surfacing_rows import a_hearing
from support.unit import a_board, a_draft, a_person, a_thread, add

HEEDED = Ignored("a private request, which was heeded")
TAKEN = Ignored("a private message, for the moderators")


@pytest.fixture(autouse=True)
def nothing_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "send_direct_message", lambda *_: None)


@pytest.fixture
def dora(session: Session) -> Person:
    return a_person(session, "dora")


def words(who: Person, text: str, **values: Any) -> PostDraft:
    return a_draft(who, text, **{"visibility": Visibility.DIRECT, **values})


def a_note(
    session: Session, board: Board, person: Person, kind: DirectMessageKind, about: str = "", reply: str = ""
) -> str:
    """What a board wrote to somebody, by its address."""
    row = add(session, DirectMessage(
        board_id=board.id, person_id=person.id, kind=kind, about=about, in_reply_to=reply, html="", at=clock.now(),
    ))  # fmt: skip
    return f"{BOARD}/notices/{row.id}"


def said(session: Session, kind: DirectMessageKind) -> list[str]:
    return [one.html for one in every(session, DirectMessage) if one.kind is kind and one.html]


@pytest.mark.parametrize(
    "text",
    ["listen, I cannot go on", "listen to me please, he hits me", "zuhören würde helfen, ich kann nicht mehr",
     "no, I do not feel safe", "yes but who reads this?", "stop him, please, he is at the door"],
)  # fmt: skip
def test_words_for_people_reach_people_and_are_no_request(
    session: Session, board: Board, dora: Person, text: str
) -> None:
    note = a_note(session, board, dora, DirectMessageKind.FIRST_POST)
    for draft in (words(dora, text), words(dora, text, in_reply_to=note)):
        assert private_message.take(session, draft, dora, [board]) == TAKEN
    assert count(session, Case) == 2
    assert count(session, Listener) == count(session, OptOut) == count(session, TravelConsent) == 0


def test_an_offer_to_listen_is_kept_repeated_and_asks_for_the_zone(
    session: Session, board: Board, dora: Person
) -> None:
    draft = words(dora, "@respite@forum.example listen respite, 3 a day, evenings")
    assert private_message.take(session, draft, dora, [board]) == HEEDED
    (one,) = every(session, Listener)
    assert (one.person_id, one.a_day, one.from_hour, one.to_hour, one.zone) == (dora.id, 3, 18, 22, "")
    assert (one.offered_in, one.confirmed_at) == (draft.uri, None)
    (repeated,) = said(session, DirectMessageKind.LISTENING)
    for what in ("3 times a day at most", "from 18:00 to 22:59", "Where does your clock stand?"):
        assert what in repeated
    assert count(session, Case) == 0
    (note,) = [f"{BOARD}/notices/{row.id}" for row in every(session, DirectMessage)]
    answer = words(dora, "Berlin", in_reply_to=note)
    assert private_message.take(session, answer, dora, [board]) == HEEDED
    assert one.zone == "Europe/Berlin"
    assert "Where does your clock stand?" not in said(session, DirectMessageKind.LISTENING)[-1]


def test_on_a_board_that_stays_here_nobody_listens_by_message(session: Session, dora: Person) -> None:
    shelter = a_board(session, "shelter", is_local_only=True)
    private_message.take(session, words(dora, "listen"), dora, [shelter])
    assert count(session, Listener) == 0


def test_who_writes_without_end_is_answered_ten_times_a_day(
    session: Session, board: Board, dora: Person
) -> None:
    for number in range(12):
        private_message.take(session, words(dora, f"listen, {number % 5 + 1} a day"), dora, [board])
    assert len(said(session, DirectMessageKind.LISTENING)) == 10


def test_stop_ends_listening_and_leaves_ones_own_posts_alone(
    session: Session, board: Board, dora: Person
) -> None:
    ask = a_note(session, board, dora, DirectMessageKind.ASK, "1")
    for reply in (ask, None):
        add(session, Listener(person_id=dora.id, board_id=board.id, since=clock.now()))
        draft = words(dora, "stop", in_reply_to=reply)
        assert private_message.take(session, draft, dora, [board]) == HEEDED
        assert count(session, Listener) == 0
    assert count(session, OptOut) == 0


def test_a_private_answer_to_an_ask_is_told_where_to_reply_and_is_no_case(
    session: Session, board: Board, dora: Person
) -> None:
    _, post = a_thread(session, board, a_person(session))
    ask = a_note(session, board, dora, DirectMessageKind.ASK, str(post.id))
    draft = words(dora, "You could try the carers' centre in your town", in_reply_to=ask)
    for _ in range(2):
        assert private_message.take(session, draft, dora, [board]) == HEEDED
    (hint,) = said(session, DirectMessageKind.HINT)
    assert "Only the board saw this" in hint
    assert (post.url or post.uri) in hint
    assert count(session, Case) == 0


def test_a_private_answer_that_speaks_of_danger_reaches_the_moderators_too(
    session: Session, board: Board, dora: Person
) -> None:
    _, post = a_thread(session, board, a_person(session))
    ask = a_note(session, board, dora, DirectMessageKind.ASK, str(post.id))
    draft = words(dora, "I want to kill myself", in_reply_to=ask)
    assert private_message.take(session, draft, dora, [board]) == TAKEN
    assert count(session, Case) == 1


def test_a_no_to_an_ask_lets_somebody_else_be_asked(session: Session, board: Board, dora: Person) -> None:
    _, post = a_thread(session, board, a_person(session))
    at = clock.now()
    hearing = a_hearing(session, post, asked_listeners_at=at)
    add(session, ListenerAsk(post_id=post.id, person_id=dora.id, board_id=board.id, at=at))
    ask = a_note(session, board, dora, DirectMessageKind.ASK, str(post.id))
    assert private_message.take(session, words(dora, "No", in_reply_to=ask), dora, [board]) == HEEDED
    assert hearing.asked_listeners_at is None
    assert every(session, ListenerAsk)[0].declined_at is not None
    assert count(session, OptOut) == 0


@pytest.mark.parametrize(
    ("text", "allows"), [("Yes", True), ("Nein, danke", False), ("Sí", True), ("no", False)]
)
def test_the_question_whether_posts_may_travel_is_answered(
    session: Session, board: Board, dora: Person, text: str, allows: bool
) -> None:
    travel_consent.ask_once(session, dora.id)
    note = a_note(session, board, dora, DirectMessageKind.FIRST_POST)
    assert private_message.take(session, words(dora, text, in_reply_to=note), dora, [board]) == HEEDED
    assert travel_consent.find_answer(session, dora.id) is allows
    assert count(session, OptOut) == 0


def test_a_no_to_a_note_that_asked_nothing_is_a_stop(
    session: Session, board: Board, dora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = a_note(session, board, dora, DirectMessageKind.FIRST_POST)
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    travel_consent.ask_once(session, dora.id)  # by another board's note
    assert private_message.take(session, words(dora, "no", in_reply_to=note), dora, [board]) == HEEDED
    assert count(session, OptOut) == 1
    assert travel_consent.find_answer(session, dora.id) is None


def test_whoever_changes_their_mind_answers_what_we_confirmed(
    session: Session, board: Board, dora: Person
) -> None:
    confirmed = a_note(session, board, dora, DirectMessageKind.TRAVEL)
    for text, allows in (("yes", True), ("no", False)):
        assert (
            private_message.take(session, words(dora, text, in_reply_to=confirmed), dora, [board]) == HEEDED
        )
        assert travel_consent.find_answer(session, dora.id) is allows
    assert count(session, OptOut) == 0


@pytest.mark.parametrize(
    "kind", [DirectMessageKind.DECISION, DirectMessageKind.INVITATION, DirectMessageKind.CHOICE]
)
@pytest.mark.parametrize("text", ["no", "yes"])
def test_a_yes_or_no_to_anything_else_is_for_people(
    session: Session, board: Board, dora: Person, kind: DirectMessageKind, text: str
) -> None:
    travel_consent.ask_once(session, dora.id)
    note = a_note(session, board, dora, kind, "1")
    assert private_message.take(session, words(dora, text, in_reply_to=note), dora, [board]) == TAKEN
    assert count(session, OptOut) == 0
    assert travel_consent.find_answer(session, dora.id) is None


def test_what_a_listener_says_of_danger_is_read_although_their_app_leaves_the_boards_name_out(
    session: Session, board: Board, dora: Person
) -> None:
    _, post = a_thread(session, board, a_person(session))
    ask = a_note(session, board, dora, DirectMessageKind.ASK, str(post.id))
    draft = words(dora, "I want to kill myself", in_reply_to=ask)
    assert private_message.take(session, draft, dora, []) == TAKEN
    assert [case.board_id for case in every(session, Case)] == [board.id]


def test_an_author_who_asks_is_told_what_comes_of_it(session: Session, board: Board, dora: Person) -> None:
    _, post = a_thread(session, board, dora)
    hearing = a_hearing(session, post)
    note = a_note(session, board, dora, DirectMessageKind.FIRST_POST, reply=post.uri)
    draft = words(dora, "Tell me, please", in_reply_to=note)
    assert private_message.take(session, draft, dora, [board]) == HEEDED
    assert hearing.tells_outcome
    hearing.state, hearing.tells_outcome = HearingState.HEARD, False
    assert private_message.take(session, draft, dora, [board]) == HEEDED
    assert not hearing.tells_outcome
    assert "nothing to tell" in said(session, DirectMessageKind.CHOICE)[-1]
