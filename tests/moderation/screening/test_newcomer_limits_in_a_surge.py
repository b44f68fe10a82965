"""H3: what people not seen before send in an hour is bounded, whatever it says, and costs nobody else anything."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.drafts import PostDraft, Visibility
from fedconnect.federation.activities import create
from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.forum import boards
from fedconnect.foundation import clock, database, html, registrable_domains
from fedconnect.foundation.settings import read_settings
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation.screening import newcomer_limits
from support.forum import Forum
from support.team import Team, cases_on


@pytest.fixture(autouse=True)
def as_delivered(forum: Forum) -> None:
    """The numbers that a new board has; other tests let one person write much."""
    with database.transaction() as session:
        session.execute(update(Board).values(threads_a_stranger=3, threads_a_server=19))
    registrable_domains.configure(())


def stranger(session: Session, name: str, host: str) -> Person:
    uri = f"https://{host}/users/{name}"
    made = Person(
        uri=uri, host=host, username=name, handle_host=host, inbox=f"{uri}/inbox", fetched_at=clock.now()
    )
    session.add(made)
    session.flush()
    return made


def person(name: str, host: str, *, known_on: str = "") -> Person:
    """Somebody on another server, with a post that stood before this hour where they are known."""
    with database.transaction() as session:
        made = stranger(session, name, host)
        if known_on:
            write(session, made, "An earlier thread", known_on)
            session.flush()
            past = clock.now() - timedelta(days=2)
            session.execute(update(Post).where(Post.person_id == made.id).values(received=past))
    return made


NUMBERS = iter(range(1, 1_000_000))


def write(
    session: object, author: Person, text: str, slug: str = "respite", answers: str | None = None
) -> str:
    """Take in what somebody wrote, on the road that every activity takes; return its id."""
    uri = f"{author.uri}/posts/{next(NUMBERS)}"
    body = html.paragraphs(text)
    draft = PostDraft(
        uri=uri, author_uri=author.uri, html=body, source=body, visibility=Visibility.PUBLIC, published=clock.now(),
        boards=(boards.board_uri(slug),), in_reply_to=answers,
    )  # fmt: skip
    activity = Activity(uri + "/activity", "Create", author.uri, uri, None, None)
    create.publish(session, Incoming(activity, session.merge(author, load=False)), PreparedPost(draft))
    return uri


def send(author: Person, text: str, slug: str = "respite", answers: str | None = None) -> PostState:
    with database.transaction() as session:
        uri = write(session, author, text, slug, answers)
    with database.read_transaction() as session:
        return session.execute(select(Post.state).where(Post.uri == uri)).scalar_one()


def test_h3_a_strangers_fourth_thread_in_an_hour_waits_and_the_hour_forgives(forum: Forum) -> None:
    ana = person("ana", "a.example")
    states = [send(ana, f"Words that are number {number} of mine") for number in range(5)]
    assert states == [PostState.VISIBLE] * 3 + [PostState.HELD] * 2
    with database.transaction() as session:
        for post in session.execute(select(Post).where(Post.person_id == ana.id)).scalars():
            post.received = clock.now() - timedelta(minutes=61)
    assert [send(ana, f"Later words, number {number}") for number in range(6)] == [PostState.VISIBLE] * 6, (
        "known now"
    )


def test_h3_a_follow_makes_nobody_known_and_what_was_removed_neither(forum: Forum) -> None:
    ana = person("ana", "a.example", known_on="respite")
    with database.transaction() as session:
        session.execute(update(Post).where(Post.person_id == ana.id).values(state=PostState.REMOVED))
    states = [send(ana, f"Other words of number {number}") for number in range(4)]
    assert states[-1] is PostState.HELD


def test_h3_a_servers_twentieth_waits_counted_by_registrable_domain(forum: Forum) -> None:
    crowd = [person("x", f"n{number}.evil.co.uk") for number in range(21)]
    states = [send(one, f"{one.host} one{one.id} two{one.id} three{one.id} four{one.id}") for one in crowd]
    assert states == [PostState.VISIBLE] * 19 + [PostState.HELD] * 2
    other = person("ben", "good.co.uk")
    assert send(other, "From another domain under that suffix") is PostState.VISIBLE


def test_h3_answers_have_larger_numbers(forum: Forum) -> None:
    host = person("host", "h.example", known_on="respite")
    with database.transaction() as session:
        uri = write(session, host, "What do you think?")
    ana = person("ana", "a.example")
    states = Counter(send(ana, f"An answer that is number {number}", answers=uri) for number in range(17))
    assert states == {PostState.VISIBLE: 15, PostState.HELD: 2}


def test_h3_a_board_changes_its_numbers_on_its_page(team: Team) -> None:
    mo = team.moderator("mo")
    page = mo.page("/boards/respite/care")
    assert 'name="threads_a_stranger" min="0" max="10000" value="3"' in page
    form = {
        "open_from": "8", "open_to": "20", "zone": "UTC", "holds_after_hours": "72", "slow_minutes": "0",
        "threads_a_stranger": "1", "threads_a_server": "2",
    }  # fmt: skip
    assert mo.post("/boards/respite/care", form).status_code == 303
    ana, ben, cora = (person(name, "a.example") for name in ("ana", "ben", "cora"))
    assert send(ana, "The first of hers") is PostState.VISIBLE
    assert send(ana, "The second of hers") is PostState.HELD
    assert send(ben, "His own words") is PostState.VISIBLE
    assert send(cora, "One too many of that server") is PostState.HELD
    assert mo.post("/boards/respite/care", {**form, "threads_a_server": "10001"}).status_code == 400


@pytest.mark.parametrize("text", ["home.example", "other.example, Home.example:8443"])
def test_h3_the_home_server_has_numbers_of_its_own(forum: Forum, text: str) -> None:
    environ = {"FEDCONNECT_HOME_SERVER": text, "FEDCONNECT_BASE_URL": "https://forum.example"}
    registrable_domains.configure(read_settings(environ).home_server)
    ana = person("ana", "home.example")
    states = [send(ana, f"Words that are number {number} of mine") for number in range(11)]
    assert states == [PostState.VISIBLE] * 10 + [PostState.HELD]
    crowd = [person(f"p{number}", "home.example") for number in range(40)]
    assert {
        send(one, f"{one.username} one{one.id} two{one.id} three{one.id} four{one.id}") for one in crowd
    } == {PostState.VISIBLE}


def test_h3_a_thousand_threads_of_hundreds_from_five_servers_cost_nobody_else_anything(
    team: Team, app: Flask, forum: Forum
) -> None:
    """At most a hundred reach followers; one line on the daily list; those who are known go on."""
    known = person("known", "evil1.example", known_on="respite")
    registrable_domains.configure(("home.example",))
    neighbour = person("near", "home.example")
    with database.transaction() as session:
        crowd = [
            stranger(session, f"u{number}", f"s{number % 7}.evil{number % 5}.example")
            for number in range(300)
        ]
    for start in range(0, 1000, 250):
        with database.transaction() as session:
            for number in range(start, start + 250):
                words = " ".join(f"w{number * 31 % 9973}x{part}" for part in range(12))
                write(session, crowd[number % 300], words, "respite" if number % 2 else "benefits")
    threads = forum.rows(Thread, Thread.starter_uri.contains(".evil"))
    assert len(threads) == 1000
    shown = forum.rows(
        Post, Post.uri.contains(".evil"), Post.is_starter.is_(True), Post.state == PostState.VISIBLE
    )
    assert 0 < len(shown) <= 100
    assert send(known, "Somebody of the same server who was here before") is PostState.VISIBLE
    assert send(neighbour, "Somebody new from the home server") is PostState.VISIBLE
    held = forum.rows(Case, Case.wave == newcomer_limits.WAVE)
    assert len(held) >= 900
    mo = team.moderator("mo")
    assert len(cases_on(mo.page("/moderation"))) == 1, "one line of the daily list"
    assert (
        len(forum.rows(DirectMessage, DirectMessage.kind == DirectMessageKind.HELD))
        <= newcomer_limits.LETTERS
    ), "we are no amplifier"


def test_h3_whoever_waits_is_told_once_a_day(forum: Forum) -> None:
    ana = person("ana", "a.example")
    for number in range(9):
        send(ana, f"Words that are number {number} of mine")
    assert (
        len(
            forum.rows(
                DirectMessage, DirectMessage.kind == DirectMessageKind.HELD, DirectMessage.person_id == ana.id
            )
        )
        == 1
    )
