"""Letters of a board: whom it writes to about what, what stands in them, and that they have an end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.events import DirectMessageWritten
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.board_rules import Invitation
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import AppealState, Decision, DecisionKind
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post
from fedconnect.moderation import help_lines, wording
from fedconnect.moderation.cases import claims, sealed_messages
from fedconnect.moderation.decisions import author_messages
from fedconnect.moderation.decisions.author_messages import (
    write_call,
    write_decision,
    write_hold,
    write_refusal,
)
from fedconnect.moderation.wording import plainly
from support.moderation_rows import (
    a_case,
    a_decision,
    an_appeal,
    count,
    emitted,
    somebody_of_the_team,
    stop_the_clock,
)
from support.more_moderation_rows import a_local_board, letters_to
from support.unit import a_board, a_person, a_thread, add

HERE = "https://forum.example"


@pytest.fixture(autouse=True)
def our_help_lines(tmp_path: Path) -> Iterator[None]:
    help_lines.configure(tmp_path, ())
    yield
    help_lines.configure(tmp_path, ())


def on_a_post(session: Session, board: Board, author: Person, **values: Any) -> tuple[Decision, Post]:
    """A decision on a post of somebody's."""
    _, post = a_thread(session, board, author)
    known = {"post_id": post.id, "subject_uri": post.uri, "rule": "1. Be kind.", "reason": "It mocks."}
    return a_decision(session, board, **{**known, **values}), post


def letter_of(session: Session, board: Board, author: Person, **values: Any) -> str:
    letter = write_decision(session, on_a_post(session, board, author, **values)[0])
    assert letter is not None
    return letter.html


@pytest.mark.parametrize(
    "kind",
    [
        DecisionKind.PIN,
        DecisionKind.LEAVE,
        DecisionKind.SETTINGS,
        DecisionKind.UPHOLD,
        DecisionKind.SAFEGUARD,
    ],
)
def test_nobody_is_written_to_about_what_is_not_told(session: Session, kind: DecisionKind) -> None:
    assert (
        write_decision(session, on_a_post(session, a_board(session), a_person(session), kind=kind)[0]) is None
    )
    assert count(session, DirectMessage) == 0


def test_nobody_is_written_to_who_wrote_it_themselves_is_gone_or_is_nobody(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    mo, gone = somebody_of_the_team(session, board), a_person(session, "gone", gone_at=clock.now())
    _, boards_own = a_thread(session, board)
    for decision in (
        on_a_post(session, board, mo, person_id=mo.id)[0], on_a_post(session, board, gone)[0],
        a_decision(session, board, post_id=boards_own.id, subject_uri=boards_own.uri),
        a_decision(session, board, kind=DecisionKind.BAN, subject_uri="https://x.example/unknown"),
        a_decision(session, None, kind=DecisionKind.BAN, subject_uri=ana.uri),
    ):  # fmt: skip
        assert write_decision(session, decision) is None
    assert count(session, DirectMessage) == 0


def test_a_letter_says_what_by_which_rule_why_by_whom_and_how_to_object(session: Session) -> None:
    board, ana = a_board(session, name="Care & Kin"), a_person(session)
    decision, post = on_a_post(
        session, board, ana, reason="It <mocks> us.", person_id=a_person(session, "mo").id
    )
    letter = write_decision(session, decision)
    assert letter is not None
    assert (letter.kind, letter.person_id, letter.in_reply_to) == (
        DirectMessageKind.DECISION,
        ana.id,
        post.uri,
    )
    link = f'href="{HERE}/decisions/{decision.id}"'
    words = ("“Care &amp; Kin”", "The rule: 1. Be kind.", "Why: It &lt;mocks&gt; us.",
             "A human decided this.", link, "object to it once")  # fmt: skip
    assert [one for one in words if one not in letter.html] == []
    assert "mo@" not in letter.html, "not who decided"
    assert "Until" not in letter.html


def test_a_letter_is_written_once_about_one_decision(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    decision, _ = on_a_post(session, board, ana)
    assert write_decision(session, decision) is not None
    assert write_decision(session, decision) is None
    assert write_decision(session, on_a_post(session, board, ana)[0]) is not None


def test_what_was_decided_automatically_is_said_to_be(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    automatic = letter_of(session, board, ana, is_automated=True)
    assert "no human has looked at it" in automatic
    assert "A human decided" not in automatic


def test_a_gentle_letter_names_no_rule_no_reason_and_no_judge_and_has_help_in_it(session: Session) -> None:
    letter = letter_of(session, a_board(session), a_person(session), gentle="distress")
    for hard in ("1. Be kind.", "It mocks.", "A human decided", "taken off"):
        assert hard not in letter
    assert "You did nothing wrong." in letter
    assert "116 123" in letter
    assert "object to it once" in letter, "they may object all the same"


def test_a_rule_or_reason_that_was_not_said_leaves_no_empty_words(session: Session) -> None:
    letter = letter_of(session, a_board(session), a_person(session), rule="", reason="")
    assert "The rule:" not in letter
    assert "Why:" not in letter


def test_a_plain_letter_gives_neither_rule_nor_reason_nor_a_way_to_object(session: Session) -> None:
    letter = letter_of(session, a_board(session), a_person(session), kind=DecisionKind.RESTORE)
    assert "again" in letter
    for more in ("The rule:", "Why:", "A human", "object", "/decisions/"):
        assert more not in letter


def test_how_long_it_lasts_is_said_in_utc(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    until = clock.now().replace(hour=9, minute=5) + timedelta(days=7)
    decision = a_decision(session, board, kind=DecisionKind.BAN, subject_uri=ana.uri, until=until)
    letter = write_decision(session, decision)
    assert letter is not None
    assert f"Until {until:%Y-%m-%d} 09:05 (UTC)." in letter.html
    assert letter.in_reply_to == ""


def test_a_letter_is_in_the_language_of_its_board(session: Session) -> None:
    assert "genommen" in letter_of(session, a_board(session, language="de"), a_person(session))


def test_a_board_that_stays_here_tells_no_server_that_somebody_is_on_it(session: Session) -> None:
    board, ana = a_local_board(session), a_person(session)
    assert write_decision(session, on_a_post(session, board, ana)[0]) is None
    assert count(session, DirectMessage) == 0


@pytest.mark.parametrize(
    ("state", "said"), [(AppealState.OVERTURNED, "You were right"), (AppealState.UPHELD, "stands")]
)
def test_whoever_objected_hears_what_came_of_it_and_why(
    session: Session, state: AppealState, said: str
) -> None:
    board, ana = a_board(session), a_person(session)
    decision, post = on_a_post(session, board, ana)
    appeal = an_appeal(session, decision, ana, state=state, answer="We <looked>.")
    letter = author_messages.write_appeal_outcome(session, appeal)
    assert letter is not None
    assert (letter.kind, letter.person_id, letter.in_reply_to) == (DirectMessageKind.APPEAL, ana.id, post.uri)
    assert said in letter.html
    assert "We &lt;looked&gt;." in letter.html
    assert author_messages.write_appeal_outcome(session, appeal) is None


def held(session: Session, board: Board, author: Person | None, why: str, **values: Any) -> tuple[Post, Case]:
    _, post = a_thread(session, board, author, **values)
    return post, a_case(session, board, post.uri, kind=CaseKind.HELD, post_id=post.id, words=why)


def test_an_author_learns_why_a_post_waits_and_that_somebody_looks(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    letter = write_hold(session, *held(session, board, ana, "First posts are <looked> at."))
    assert letter is not None
    assert letter.kind is DirectMessageKind.HELD
    assert "First posts are &lt;looked&gt; at." in letter.html
    assert "A moderator will look at it." in letter.html
    assert "by itself" not in letter.html
    assert write_hold(session, *held(session, board, None, "x")) is None, "the board's own words"


def test_what_is_shown_by_itself_says_when_and_promises_no_look(session: Session) -> None:
    until = clock.now().replace(hour=9, minute=5)
    letter = write_hold(
        session, *held(session, a_board(session), a_person(session), "Slow mode.", held_until=until)
    )
    assert letter is not None
    assert f"by itself at {until:%Y-%m-%d} 09:05 (UTC)" in letter.html
    assert "A moderator will look" not in letter.html


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_whoever_may_be_in_danger_reads_of_help_and_not_of_waiting(session: Session, language: str) -> None:
    board = a_board(session, language=language)
    danger = plainly(board, "why_danger")
    letter = write_hold(session, *held(session, board, a_person(session), danger))
    assert letter is not None
    assert danger not in letter.html
    assert {"en": "116 123", "de": "0800 111 0 111", "es": "024"}[language] in letter.html
    for text in wording.gentle_texts(language).values():
        assert text not in letter.html, "those are chosen by a person"


@pytest.mark.parametrize(
    ("written", "board_language", "sounds"),
    [("en", "de", "not safe"), ("de", "en", "nicht sicher"), ("es-MX", "en", "a salvo"), ("fr", "de", "nicht sicher"), ("", "es", "a salvo")],
)  # fmt: skip
def test_the_author_of_a_post_with_danger_in_it_is_written_to_in_its_language(
    session: Session, written: str, board_language: str, sounds: str
) -> None:
    board, ana = a_board(session, language=board_language), a_person(session)
    _, post = a_thread(session, board, ana, language=written)
    letter = author_messages.write_care(session, post)
    assert letter is not None
    assert (letter.kind, letter.in_reply_to) == (DirectMessageKind.CARE, post.uri)
    assert sounds in letter.html


def test_its_first_line_says_nothing_that_somebody_beside_them_could_use(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session), language="en")
    letter = author_messages.write_care(session, post)
    assert letter is not None
    first = letter.html.partition("</p>")[0]
    assert "thank you for writing" in first
    for telling in ("safe", "danger", "help", "alone", "automatic"):
        assert telling not in first


def test_it_is_written_once_a_day_and_never_to_the_board_itself_or_to_who_is_gone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, ana, now = a_board(session), a_person(session), stop_the_clock(monkeypatch)
    gone = a_person(session, "gone", gone_at=clock.now())
    posts = [a_thread(session, board, author)[1] for author in (ana, ana, gone, None)]
    written = [author_messages.write_care(session, post) is not None for post in posts]
    assert written == [True, False, False, False]
    stop_the_clock(monkeypatch, now + timedelta(days=1))
    assert author_messages.write_care(session, posts[1]) is not None


@pytest.mark.parametrize(
    "values", [{"is_addressed": False}, {"arrival": Arrival.FETCHED}, {"arrival": Arrival.LINKED_GROUP}]
)
def test_who_did_not_send_their_post_here_is_not_written_to(session: Session, values: dict[str, Any]) -> None:
    _, post = a_thread(session, a_board(session), a_person(session), **values)
    assert author_messages.write_care(session, post) is None


def test_of_moderators_it_speaks_only_where_there_are_some(session: Session) -> None:
    board = a_board(session)
    _, post = a_thread(session, board, a_person(session), language="en")
    without = author_messages.write_care(session, post)
    somebody_of_the_team(session, board)
    _, other = a_thread(session, board, a_person(session, "ben"), language="en")
    with_them = author_messages.write_care(session, other)
    assert without is not None
    assert with_them is not None
    assert "moderators" not in without.html
    assert "within the hour" in with_them.html


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_what_no_person_decided_never_says_that_one_did(session: Session, language: str) -> None:
    board = a_board(session, language=language)
    ana = a_person(session)
    _, post = a_thread(session, board, ana, language=language)
    letters = [
        author_messages.write_care(session, post),
        write_hold(session, *held(session, board, a_person(session, "ben"), plainly(board, "why_danger"))),
        write_decision(session, on_a_post(session, board, a_person(session, "cem"), is_automated=True)[0]),
        author_messages.acknowledge_message(session, board, ana, "https://home.example/1"),
    ]
    said_by_people = [wording.say_in(language, "human"), wording.gentle_texts(language)["distress"]]
    for letter in letters:
        assert letter is not None
        for words in said_by_people:
            assert words.removeprefix("<p>").removesuffix("</p>").rpartition(". ")[2] not in letter.html


def test_the_same_gentle_text_is_not_sent_twice_about_one_post(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    decision, post = on_a_post(session, board, ana, gentle="distress")
    assert write_decision(session, decision) is not None
    facts = {"post_id": post.id, "subject_uri": post.uri}
    assert write_decision(session, a_decision(session, board, **facts, gentle="distress")) is None
    assert write_decision(session, a_decision(session, board, **facts, gentle="elsewhere")) is not None


def test_a_refusal_is_told_once_a_day(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    stop_the_clock(monkeypatch, clock.now().replace(hour=23, minute=59))
    first = write_refusal(session, board, ana, "https://home.example/1", "locked")
    assert first is not None
    assert (first.kind, first.in_reply_to) == (DirectMessageKind.REFUSED, "https://home.example/1")
    assert "takes no more answers" in first.html
    assert write_refusal(session, board, ana, "https://home.example/2", "screening") is None
    assert write_refusal(session, other, ana, "https://home.example/2", "screening") is not None
    stop_the_clock(monkeypatch, clock.now() + timedelta(minutes=1))
    assert write_refusal(session, board, ana, "https://home.example/3", "screening") is not None


def test_a_private_message_is_answered_with_help_once_a_day(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, ana, now = a_board(session), a_person(session), stop_the_clock(monkeypatch)
    first = author_messages.acknowledge_message(session, board, ana, "https://home.example/1")
    assert first is not None
    assert (first.kind, first.in_reply_to) == (DirectMessageKind.NOT_PUBLIC, "https://home.example/1")
    assert "116 123" in first.html
    assert author_messages.acknowledge_message(session, board, ana, "https://home.example/2") is None
    stop_the_clock(monkeypatch, now + timedelta(days=1))
    assert author_messages.acknowledge_message(session, board, ana, "https://home.example/3") is not None


def a_message(session: Session, board: Board, by: str) -> Case:
    case = sealed_messages.take_message(session, board, f"{by}/messages/1", by, "Please help me")
    assert case is not None
    return case


def test_nobody_is_answered_with_nothing_or_where_they_are_unknown(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    known, unknown = (
        a_message(session, board, ana.uri),
        a_message(session, board, "https://x.example/unknown"),
    )
    for case, words in (
        (known, ""),
        (known, " \n\u200b"),
        (unknown, "Words"),
        (a_case(session, board), "Words"),
    ):
        with pytest.raises(Malformed):
            author_messages.reply_to_message(session, board, case, words)
    assert count(session, DirectMessage) == 0


def test_an_answer_is_text_in_the_boards_name_and_has_an_end(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    case = a_message(session, board, ana.uri)
    author_messages.reply_to_message(session, board, case, "<b>We</b> are here.\n" + "x" * 3000)
    (letter,) = letters_to(session, ana)
    assert "&lt;b&gt;We&lt;/b&gt; are here." in letter.html
    assert (letter.html.count("x" * 1900), letter.html.count("x" * 2000)) == (1, 0)
    assert DirectMessageWritten(letter.id) in emitted(session)


def test_an_answer_is_sent_however_much_was_noted_before(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    mo, case = somebody_of_the_team(session, board), a_message(session, board, ana.uri)
    for _ in range(100):
        claims.note(session, case, mo, "A note")
    for words in ("We are here.", "We are here.", "Still."):
        author_messages.reply_to_message(session, board, case, words)
        claims.note(session, case, mo, words)
    assert [one.kind for one in letters_to(session, ana)] == [DirectMessageKind.ANSWER] * 3


def test_whoever_is_asked_to_look_after_a_board_reads_where_to_say_yes(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    asked = add(session, Invitation(board_id=board.id, person_id=ana.id, at=clock.now(), words="Please!"))
    letter = author_messages.write_invitation(session, board, ana, asked)
    assert letter is not None
    assert f"{HERE}/invitations/{asked.id}" in letter.html
    assert author_messages.write_invitation(session, board, ana, asked) is None


def test_a_call_says_where_to_look_and_nothing_of_what_is_there(session: Session) -> None:
    board = a_board(session)
    mo, case = somebody_of_the_team(session, board), a_case(session, board, words="I want to die")
    letter = write_call(session, board, mo, case)
    assert letter is not None
    assert f"{HERE}/moderation/{case.id}" in letter.html
    assert "die" not in letter.html


def test_somebody_is_called_once_a_quarter_of_an_hour_whatever_comes(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, other, now = a_board(session), a_board(session, "other"), stop_the_clock(monkeypatch)
    mo, meg = somebody_of_the_team(session, board), somebody_of_the_team(session, board, "meg")
    first, second = a_case(session, board, "a"), a_case(session, other, "b")
    assert write_call(session, board, mo, first) is not None
    assert write_call(session, other, mo, second) is None, "whoever follows the first finds this too"
    assert write_call(session, board, meg, first) is not None
    stop_the_clock(monkeypatch, now + timedelta(minutes=15) - timedelta(seconds=1))
    assert write_call(session, other, mo, second) is None
    stop_the_clock(monkeypatch, now + timedelta(minutes=15))
    assert write_call(session, other, mo, second) is not None
    stop_the_clock(monkeypatch, now + timedelta(hours=1))
    assert write_call(session, board, mo, first) is None, "not twice to the same"
    first.climbed = 1
    assert write_call(session, board, mo, first) is not None, "but again when it climbed"
