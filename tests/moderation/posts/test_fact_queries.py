"""The facts of a post and an edit: what is known without a query, what each question reads, its limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum import local_only, tombstones
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.screening_rule import RuleKind, ScreeningRule
from fedconnect.models.thread import ThreadState
from fedconnect.moderation.author_status import AuthorStatus
from fedconnect.moderation.posts.fact_queries import (
    Rows,
    edit_facts,
    post_facts,
    read_of_edit,
    read_of_post,
)
from fedconnect.moderation.posts.facts import UNREAD, BrokenRule, EditFacts, Need, PostFacts, ThreadFacts
from fedconnect.moderation.posts.submitted_post import NewPost, PostEdit
from support.moderation_rows import a_ban, stop_the_clock
from support.more_moderation_rows import a_local_board, a_local_post
from support.unit import a_board, a_draft, a_person, a_post, a_thread, add

US = "https://forum.example/boards/respite"
SPAM = "Buy these wonderful cheap pills today from our shop"


def read(
    session: Session, new: NewPost, need: Need, rows: Rows | None = None, facts: PostFacts | None = None
) -> PostFacts:
    """A post's facts with one more."""
    return read_of_post(session, new, facts or post_facts(new), need, rows or Rows())


def told(board: Board, author: Person, **values: Any) -> NewPost:
    """A post of somebody's; what is no field of NewPost is its draft's."""
    of_draft = {name: values.pop(name) for name in list(values) if name not in NewPost.__dataclass_fields__}
    return NewPost(board, author, a_draft(author, **of_draft), **values)


def test_nothing_is_held_against_a_post_before_it_was_read(session: Session) -> None:
    facts = post_facts(told(a_board(session), a_person(session)))
    unread = (facts.waits_for, facts.is_known, facts.thread, facts.is_taken_back)
    of_admission = facts.hold_facts
    assert set(unread) == {UNREAD}
    assert of_admission.author_status is of_admission.broken_rule is of_admission.is_surge is UNREAD
    assert of_admission.wave is of_admission.slow_until is UNREAD


def test_how_its_author_stands_is_not_read_twice(session: Session) -> None:
    known = AuthorStatus(looks_after=False, is_banned=True, is_held=False, has_posted=True, was_known=True)
    new = told(a_board(session), a_person(session), author_status=known)
    assert post_facts(new).hold_facts.author_status is known


@pytest.mark.parametrize(("approval", "lacks"), [("", True), (None, False), ("https://x.example/1", UNREAD)])
def test_an_answer_lacks_its_leave_where_it_needs_one_and_brought_none(
    session: Session, approval: str | None, lacks: object
) -> None:
    new = told(a_board(session), a_person(session), approval=approval)
    assert post_facts(new).lacks_leave is lacks


@pytest.mark.parametrize("arrival", list(Arrival))
def test_only_who_sent_it_here_themselves_is_told_by_letter(session: Session, arrival: Arrival) -> None:
    ana = a_person(session)
    facts = post_facts(told(a_board(session), ana, arrival=arrival))
    assert facts.is_told is (arrival in {Arrival.SENT, Arrival.HOME_API})
    assert not post_facts(told(a_local_board(session), ana, arrival=arrival)).is_told, "the page tells them"


def test_ids_of_ours_are_neither_known_nor_taken_back(session: Session) -> None:
    board, ana = a_board(session), a_person(session, asks_no_bots=True)
    own = post_facts(NewPost(board, None, a_draft(ana)))
    assert (own.is_boards_own, own.is_known, own.is_taken_back, own.asks_no_bots) == (
        True,
        False,
        False,
        False,
    )
    theirs = post_facts(told(board, ana))
    assert (theirs.is_boards_own, theirs.asks_no_bots) == (False, True)


def test_what_the_door_and_the_board_say_stands_in_the_facts(session: Session) -> None:
    board = a_board(
        session,
        moved_to="https://new.example/b",
        takes_unaddressed=False,
        slow_minutes=1,
        holds_first_posts=True,
    )
    ana = a_person(session)
    facts = post_facts(
        told(board, ana, is_refused=True, was_passed_on=True, is_addressed=False, screened="limited")
    )
    assert (facts.is_refused_by_screening, facts.was_passed_on, facts.is_addressed) == (True, True, False)
    assert (facts.board_has_moved, facts.takes_unaddressed) == (True, False)
    hold_facts = facts.hold_facts
    assert (hold_facts.screened, hold_facts.is_slow, hold_facts.holds_first_posts) == ("limited", True, True)
    plain = post_facts(told(a_board(session, "plain"), ana))
    assert (plain.board_has_moved, plain.takes_unaddressed, plain.hold_facts.is_slow) == (False, True, False)


def test_boards_and_repetitions_are_no_people_who_are_named(session: Session) -> None:
    mentions = (US, "https://x.example/1", "https://x.example/1", "https://x.example/2")
    new = told(a_board(session), a_person(session), boards=(US,), mentions=mentions)
    assert post_facts(new).hold_facts.named == 2


def test_a_conversation_begins_where_nothing_is_answered(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    _, starter = a_thread(session, board, ana)
    assert post_facts(told(board, ana)).hold_facts.is_thread
    assert not post_facts(told(board, ana, parent=starter)).hold_facts.is_thread
    assert post_facts(told(a_local_board(session), ana)).waits_for is None, "they have it before them"


def test_a_board_is_unattended_only_after_its_hours(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch)
    ana, hours = a_person(session), timedelta(hours=72)
    for slug, last, is_unattended in (
        ("a", now - hours, False),
        ("b", now - hours - timedelta(seconds=1), True),
    ):
        board = a_board(session, slug, attended_at=last)
        assert post_facts(told(board, ana)).hold_facts.is_unattended is is_unattended


def test_what_is_here_already_is_found_in_whatever_state(session: Session) -> None:
    board, ana, rows = a_board(session), a_person(session), Rows()
    new = told(board, ana, uri="https://home.example/posts/known")
    assert read(session, new, Need.KNOWN, rows).is_known is False
    assert rows.known is None
    _, post = a_thread(session, board, ana, uri=new.draft.uri, state=PostState.DELETED)
    assert read(session, new, Need.KNOWN, rows).is_known is True
    assert rows.known is post


def test_a_post_is_taken_back_by_its_author_alone(session: Session) -> None:
    ana = a_person(session)
    new = told(a_board(session), ana)
    tombstones.take_back(session, new.draft.uri, "https://evil.example/users/eve")
    tombstones.take_back(session, "https://home.example/posts/other", ana.uri)
    assert read(session, new, Need.TAKEN_BACK).is_taken_back is False
    tombstones.take_back(session, new.draft.uri, ana.uri)
    assert read(session, new, Need.TAKEN_BACK).is_taken_back is True


def test_a_leave_is_taken_back_by_whoever_is_answered_alone(session: Session) -> None:
    board, ana, bea = a_board(session), a_person(session), a_person(session, "bea")
    leave = f"{bea.uri}/leaves/1"
    _, theirs = a_thread(session, board, bea)
    _, nobodys = a_thread(session, board)
    tombstones.take_back(session, leave, ana.uri)
    assert read(session, told(board, ana, parent=theirs, approval=leave), Need.LEAVE).lacks_leave is False
    tombstones.take_back(session, leave, bea.uri)
    assert read(session, told(board, ana, parent=theirs, approval=leave), Need.LEAVE).lacks_leave is True
    assert read(session, told(board, ana, parent=nobodys, approval=leave), Need.LEAVE).lacks_leave is False


@pytest.mark.parametrize("state", list(PostState))
def test_an_answer_waits_for_what_its_conversation_began_with_and_not_for_what_it_answers(
    session: Session, state: PostState
) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana, state=state)
    held = a_post(session, thread, ana, state=PostState.HELD)
    waits = state in {PostState.HELD, PostState.REMOVED}
    for parent in (starter, held):
        facts = read(session, told(board, ana, parent=parent), Need.STARTER)
        assert facts.waits_for == (starter.uri if waits else None)


def test_a_thread_is_read_with_its_lock(session: Session) -> None:
    board, ana, rows = a_board(session), a_person(session), Rows()
    locked, starter = a_thread(session, board, ana, thread_state=ThreadState.LOCKED, thread_reply_count=900)
    facts = read(session, told(board, ana, parent=starter), Need.THREAD, rows)
    assert (facts.thread, rows.thread) == (ThreadFacts(is_locked=True, is_full=False), locked)
    _, begun = a_thread(session, board, ana)
    assert read(session, told(board, ana, parent=begun), Need.THREAD).thread == ThreadFacts(is_locked=False)


@pytest.mark.parametrize(("answers", "is_full"), [(499, False), (500, True), (501, True)])
def test_a_conversation_that_stays_here_takes_five_hundred_answers(
    session: Session, answers: int, is_full: bool
) -> None:
    board, ana, rows = a_local_board(session), a_person(session), Rows()
    assert local_only.MOST_ANSWERS == 500
    starter = a_local_post(session, board, ana)
    read(session, told(board, ana, parent=starter), Need.THREAD, rows)
    assert rows.thread is not None
    rows.thread.reply_count = answers
    session.flush()
    facts = read(session, told(board, ana, parent=starter), Need.THREAD)
    assert facts.thread == ThreadFacts(is_locked=False, is_full=is_full)


def test_how_somebody_stands_is_read_on_this_board(session: Session) -> None:
    board, other, ana = a_board(session), a_board(session, "other"), a_person(session)
    a_ban(session, other, ana)
    status = read(session, told(board, ana), Need.AUTHOR_STATUS).hold_facts.author_status
    assert status == AuthorStatus(False, False, False, has_posted=False, was_known=False)
    a_ban(session, board, ana)
    facts = read(session, told(board, ana), Need.AUTHOR_STATUS)
    assert facts.hold_facts.author_status == replace(status, is_banned=True)


def test_the_first_rule_that_is_broken_is_named(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    for kind, value in ((RuleKind.WORDS, "pills"), (RuleKind.LINKS, "*")):
        add(session, ScreeningRule(board_id=board.id, kind=kind, value=value, since=clock.now()))
    kind_words = told(board, ana, text="A kind word")
    assert read(session, kind_words, Need.BROKEN_RULE).hold_facts.broken_rule is None
    spam = told(board, ana, text='Pills: <a href="https://x.example">x</a>')
    assert read(session, spam, Need.BROKEN_RULE).hold_facts.broken_rule == BrokenRule("words", "pills")


def test_one_conversation_too_many_of_somebody_new_is_a_surge_and_answers_have_more(session: Session) -> None:
    board, ana = a_board(session, threads_a_stranger=1), a_person(session, host="new.example")
    assert read(session, told(board, ana), Need.SURGE).hold_facts.is_surge is False
    thread, starter = a_thread(session, board, ana, received=clock.now(), newcomer_host="new.example")
    assert read(session, told(board, ana), Need.SURGE).hold_facts.is_surge is True
    for number in range(5):
        facts = read(session, told(board, ana, parent=starter), Need.SURGE)
        assert facts.hold_facts.is_surge is False, f"five times as many answers: {number}"
        a_post(session, thread, ana, newcomer_host="new.example")
    assert read(session, told(board, ana, parent=starter), Need.SURGE).hold_facts.is_surge is True


def test_a_wave_is_what_two_other_strangers_said_and_their_posts_are_kept_by_id(session: Session) -> None:
    board, rows = a_board(session), Rows()
    posts: list[Post] = []
    new = told(board, a_person(session, "s0", "s0.example"), text=SPAM)
    for number in (1, 2):
        assert read(session, new, Need.WAVE, rows).hold_facts.wave is None
        assert rows.wave == {}
        other = a_person(session, f"s{number}", f"s{number}.example")
        spam = {"source": f"<p>{SPAM}</p>", "newcomer_host": other.host, "published": clock.now()}
        posts.append(a_thread(session, board, other, **spam)[1])
    assert set(read(session, new, Need.WAVE, rows).hold_facts.wave or ()) == {post.id for post in posts}
    assert dict(rows.wave) == {post.id: post for post in posts}


def test_slow_mode_ends_at_its_minute(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    now = stop_the_clock(monkeypatch)
    board, ana = a_board(session, slow_minutes=10), a_person(session)
    assert read(session, told(board, ana), Need.SLOW_MODE).hold_facts.slow_until is None, "nothing yet"
    _, post = a_thread(session, board, ana, received=now - timedelta(minutes=10))
    assert read(session, told(board, ana), Need.SLOW_MODE).hold_facts.slow_until is None
    post.received = now - timedelta(minutes=10) + timedelta(seconds=1)
    session.flush()
    facts = read(session, told(board, ana), Need.SLOW_MODE)
    assert facts.hold_facts.slow_until == now + timedelta(seconds=1)


@pytest.mark.parametrize("state", list(PostState))
def test_slow_mode_counts_what_waits_or_was_removed_and_not_what_is_deleted(
    session: Session, state: PostState
) -> None:
    board, ana = a_board(session, slow_minutes=10), a_person(session)
    a_thread(session, board, ana, received=clock.now() - timedelta(minutes=9), state=PostState.DELETED)
    a_thread(session, board, ana, received=clock.now(), state=state)
    facts = read(session, told(board, ana), Need.SLOW_MODE)
    assert (facts.hold_facts.slow_until is None) is (state is PostState.DELETED)


def test_slow_mode_looks_at_no_other_board_and_nobody_else(session: Session) -> None:
    board, ana = a_board(session, slow_minutes=10), a_person(session)
    a_thread(session, a_board(session, "other"), ana, received=clock.now())
    a_thread(session, board, a_person(session, "bea"), received=clock.now())
    assert read(session, told(board, ana), Need.SLOW_MODE).hold_facts.slow_until is None


def test_a_fact_that_is_read_leaves_the_others_as_they_were(session: Session) -> None:
    new = told(a_board(session), a_person(session))
    before = post_facts(new)
    assert read(session, new, Need.KNOWN, facts=before) == replace(before, is_known=False)
    slow = replace(before.hold_facts, slow_until=None)
    assert read(session, new, Need.SLOW_MODE, facts=before) == replace(before, hold_facts=slow)


def edited(session: Session, of_post: dict[str, Any] | None = None, **of_draft: Any) -> EditFacts:
    """The facts of an edit of Ana's starter."""
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana, **(of_post or {}))
    return edit_facts(PostEdit(post, board, ana, a_draft(ana, **{"boards": (US,), **of_draft})))


@pytest.mark.parametrize(("later_s", "is_newer"), [(-1, False), (0, False), (1, True)])
@pytest.mark.parametrize("had_edit", [False, True])
def test_an_edit_is_newer_than_what_is_here_or_changes_nothing(
    session: Session, later_s: int, is_newer: bool, had_edit: bool
) -> None:
    begun, last = clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1)
    here = {"published": begun, "updated": last} if had_edit else {"published": last}
    facts = edited(session, here, published=begun, updated=last + timedelta(seconds=later_s))
    assert facts.is_newer is is_newer


def test_an_edit_without_a_time_of_its_own_is_as_old_as_its_post(session: Session) -> None:
    begun = clock.now()
    assert not edited(session, {"published": begun}, published=begun).is_newer


@pytest.mark.parametrize("state", list(PostState))
def test_an_edit_waits_only_where_its_post_is_in_sight_or_waits(session: Session, state: PostState) -> None:
    facts = edited(session, {"state": state})
    assert facts.can_wait is (state in {PostState.VISIBLE, PostState.HELD})
    assert facts.is_deleted is (state is PostState.DELETED)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_an_edit_is_open_where_anybody_may_read_it(session: Session, visibility: Visibility) -> None:
    is_open = visibility in {Visibility.PUBLIC, Visibility.UNLISTED}
    assert edited(session, visibility=visibility).is_open is is_open


def test_an_edit_is_known_as_one_and_by_what_it_edits(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    thread, starter = a_thread(session, board, ana)
    answer = a_post(session, thread, ana)
    for post in (starter, answer):
        facts = edit_facts(PostEdit(post, board, ana, a_draft(ana), screened="plugin"))
        assert (facts.is_starter, facts.hold_facts.is_thread) == (post is starter, post is starter)
        assert (facts.hold_facts.is_edit, facts.hold_facts.screened, facts.names_board) == (
            True,
            "plugin",
            False,
        )
    assert edit_facts(PostEdit(answer, board, ana, a_draft(ana, boards=(US,)))).names_board


@pytest.mark.parametrize("sister", ["https://group.example/c/care", None])
def test_an_edit_came_through_a_sister_where_its_conversation_did(
    session: Session, sister: str | None
) -> None:
    board, ana = a_board(session), a_person(session)
    _, post = a_thread(session, board, ana, thread_linked_group_uri=sister)
    edit = PostEdit(post, board, ana, a_draft(ana))
    facts = read_of_edit(session, edit, edit_facts(edit), Need.LINKED_GROUP, Rows())
    assert facts.came_through_sister is (sister is not None)


def test_an_edits_author_and_rules_are_read_like_a_new_posts(session: Session) -> None:
    board, ana = a_board(session), a_person(session)
    add(session, ScreeningRule(board_id=board.id, kind=RuleKind.WORDS, value="pills", since=clock.now()))
    a_ban(session, board, ana, is_hold=True)
    _, post = a_thread(session, board, ana)
    edit = PostEdit(post, board, ana, a_draft(ana, "Pills"))
    before = edit_facts(edit)
    facts = read_of_edit(session, edit, before, Need.AUTHOR_STATUS, Rows())
    facts = read_of_edit(session, edit, facts, Need.BROKEN_RULE, Rows())
    status = facts.hold_facts.author_status
    assert isinstance(status, AuthorStatus)
    assert (status.is_held, status.has_posted) == (True, True)
    assert facts.hold_facts.broken_rule == BrokenRule("words", "pills")
    assert facts == replace(before, hold_facts=facts.hold_facts)
