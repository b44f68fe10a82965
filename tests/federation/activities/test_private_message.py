"""A private message: to a service, a no, a report, words for moderators; whatever is none of these is not kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft, Visibility
from fedconnect.events import BotMessaged, PrivateMessageTaken
from fedconnect.federation.activities import private_message
from fedconnect.federation.activities.result import Ignored
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind, Report
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import OptOut
from fedconnect.moderation.cases import sealed_messages
from support.activity_rows import BOARD
from support.forum_rows import count, said
from support.moderation_rows import every
from support.unit import a_board, a_draft, a_person, a_thread, add

COMPANION = f"{BOARD}/companion"
NOT_KEPT = Ignored("private: not kept")
TAKEN = Ignored("a private message, for the moderators")
NO = Ignored("a private request, which was heeded")


def a_notice(session: Session, board: Board, person: Person) -> tuple[DirectMessage, str]:
    """What a board wrote to somebody, and its address."""
    row = add(session, DirectMessage(
        board_id=board.id, person_id=person.id, kind=DirectMessageKind.FIRST_POST, in_reply_to="", html="", at=clock.now(),
    ))  # fmt: skip
    return row, f"{BOARD}/notices/{row.id}"


def words(who: Person, text: str = "Hello", **values: Any) -> PostDraft:
    return a_draft(who, text, **{"visibility": Visibility.DIRECT, **values})


def nothing_is_kept(session: Session) -> bool:
    return count(session, Case) == count(session, Post) == count(session, OptOut) == 0


def test_a_message_to_nobody_here_is_not_kept(session: Session, board: Board, ana: Person) -> None:
    assert private_message.take(session, words(ana, "stop"), ana, []) == NOT_KEPT
    assert nothing_is_kept(session)
    assert said(session, PrivateMessageTaken) == []


def test_an_answer_to_somebody_else_that_names_a_board_is_not_for_the_board(
    session: Session, board: Board, ana: Person
) -> None:
    _, to_ben = a_notice(session, board, a_person(session, "ben"))
    _, to_ana = a_notice(session, board, ana)
    for answered in (
        "https://far.example/1",
        to_ben,
        to_ana + "0",
        to_ana.replace("respite", "benefits"),
        BOARD,
    ):
        for text in ("Hello", "stop"):
            assert (
                private_message.take(session, words(ana, text, in_reply_to=answered), ana, [board])
                == NOT_KEPT
            )
    assert nothing_is_kept(session)


@pytest.mark.parametrize("field", ["mentions", "addressees"])
def test_what_is_written_to_a_service_goes_to_its_plugin_alone(
    session: Session, board: Board, ana: Person, field: str
) -> None:
    draft = words(ana, "<b>Hi</b> there", **{field: ("https://far.example/users/fay", COMPANION)})
    assert private_message.take(session, draft, ana, [board]) == Ignored(
        "a message to a service, passed on to its plugin"
    )
    (event,) = said(session, BotMessaged)
    assert (event.bot, event.person_uri, event.uri) == ("quiet:respite", ana.uri, draft.uri)
    assert "<" not in event.text
    assert nothing_is_kept(session)


def test_a_no_to_a_boards_note_holds_for_that_board(session: Session, board: Board, ana: Person) -> None:
    _, notice = a_notice(session, board, ana)
    draft = words(ana, "@respite Stop, please", in_reply_to=notice)
    for boards in ([board], []):
        assert private_message.take(session, draft, ana, boards) == NO
    assert [(one.person_id, one.board_id) for one in every(session, OptOut)] == [(ana.id, board.id)]
    assert count(session, Case) == 0


def test_another_answer_to_a_boards_note_is_for_its_moderators(
    session: Session, board: Board, ana: Person
) -> None:
    _, notice = a_notice(session, board, ana)
    assert private_message.take(session, words(ana, "Thank you", in_reply_to=notice), ana, [board]) == TAKEN
    assert count(session, Case) == 1
    assert count(session, OptOut) == 0


def test_a_no_out_of_the_blue_is_a_message(session: Session, board: Board, ana: Person) -> None:
    assert private_message.take(session, words(ana, "stop"), ana, [board]) == TAKEN
    assert count(session, OptOut) == 0


def test_words_for_a_board_are_kept_sealed_for_the_first_that_is_named_and_once(
    session: Session, board: Board, ana: Person
) -> None:
    other = a_board(session, "benefits")
    draft = words(ana, "Eve writes <b>to me</b>")
    for _ in range(2):
        assert private_message.take(session, draft, ana, [other, board]) == TAKEN
    (case,) = every(session, Case)
    assert (case.board_id, case.kind, case.subject_uri, case.words) == (
        other.id,
        CaseKind.MESSAGE,
        draft.uri,
        "",
    )
    message = sealed_messages.read_message(case)
    assert (message.by, message.text) == (ana.uri, "Eve writes to me")
    assert "Eve" not in case.sealed
    assert said(session, PrivateMessageTaken)[0] == PrivateMessageTaken(other.id, ana.id, draft.uri)


def test_what_is_said_to_one_boards_moderators_is_shown_to_no_others_for_a_link(
    session: Session, board: Board, ana: Person
) -> None:
    there = a_board(session, "benefits")
    _, post = a_thread(session, there, a_person(session, "eve"))
    draft = words(ana, html=f'<p>Secret <a href="{post.uri}">this</a></p>')
    assert private_message.take(session, draft, ana, [board]) == TAKEN
    (case,) = every(session, Case)
    assert (case.board_id, case.kind, case.post_id, case.words) == (board.id, CaseKind.MESSAGE, None, "")
    assert case.sealed
    assert said(session, PrivateMessageTaken) == [PrivateMessageTaken(board.id, ana.id, draft.uri)]


@pytest.mark.parametrize("turned", [False, True])
def test_a_message_with_a_link_to_a_post_on_a_board_that_it_is_to_reports_that_post(
    session: Session, board: Board, ana: Person, turned: bool
) -> None:
    there = a_board(session, "benefits")
    _, post = a_thread(session, there, a_person(session, "eve"))
    html = f'<p>See <a href="https://far.example/x">x</a> <a href="{post.uri}">this</a></p>'
    draft = words(ana, html=html)
    to = [there, board] if turned else [board, there]
    assert private_message.take(session, draft, ana, to) == TAKEN
    (case,) = every(session, Case)
    assert (case.board_id, case.kind, case.post_id) == (there.id, CaseKind.REPORT, post.id)
    assert case.words == "See x this"
    assert [one.person_id for one in every(session, Report)] == [ana.id]
    assert said(session, PrivateMessageTaken) == [PrivateMessageTaken(there.id, ana.id, draft.uri)]


def test_a_link_without_a_board_that_is_named_reports_nothing(
    session: Session, board: Board, ana: Person
) -> None:
    _, post = a_thread(session, board, a_person(session, "eve"))
    html = f'<p><a href="{post.uri}">this</a></p>'
    assert private_message.take(session, words(ana, html=html), ana, []) == NOT_KEPT
    assert count(session, Case) == 0
