"""The letter, for people who never sign in: they write to it in private, and it writes to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.app import create_app
from fedconnect.drafts import Visibility
from fedconnect.federation.outbound import bot_actors
from fedconnect.foundation import clock, database
from fedconnect.foundation.settings import Settings
from fedconnect.hooks import manager
from fedconnect.jobs import hearings, hourly, upkeep
from fedconnect.migrating import migrate
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotNote
from fedconnect.models.hearing import Hearing, HearingState, Impression
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.link_token import LinkToken
from fedconnect.models.person import Person
from fedconnect.models.plugin_event import PluginEvent
from fedconnect.models.post import Post
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.surfacing import word_frequencies
from fedconnect.surfacing.feed import counted_links
from fedconnect.surfacing.hearing import lifecycle, opt_outs, reader_index
from fedconnect.surfacing.hearing.public_record import read_record
from fedconnect.web import view_tracking
from support.forum import BASE, Forum
from support.remote import Document, RemotePerson, RemoteServer
from support.unit import a_reader

LETTER = f"{BASE}/services/letter"


@pytest.fixture
def lettered(forum: Forum, settings: Settings) -> Iterator[Forum]:
    """The forum with the plugin switched on: its tables by its own migration, its actor with a key of its own."""
    with_plugin = replace(settings, plugins=("letter",))
    forum.client = create_app(with_plugin).test_client()
    migrate(with_plugin, database.installed())
    with database.transaction() as session:
        bot_actors.ensure_keys(session)
    reader_index.clear()
    word_frequencies.clear()
    yield forum
    manager.load_plugins(settings)


def subscribers() -> list[object]:
    from fedconnect_plugins_letter.subscribers import SUBSCRIBER

    with database.read_transaction() as session:
        return list(session.execute(select(SUBSCRIBER)).all())


def say(forum: Forum, person: RemotePerson, text: str) -> str:
    """Write to the letter in private, and return what it answers."""
    note = person.note(text, LETTER, to=[LETTER], cc=[])
    forum.tell(person, person.create(note))
    forum.deliver()
    answers = [one for one in notes_to(person) if one["inReplyTo"] == note["id"]]
    assert len(answers) == 1
    return str(answers[0]["content"])


def notes_to(person: RemotePerson) -> list[Document]:
    return [
        one["object"]
        for one in person.server.delivered("Create")
        if one["to"] == [person.uri] and one["actor"] == LETTER
    ]


def hour(forum: Forum, person: RemotePerson) -> list[str]:
    """Let an hour pass, and return the letters that came to somebody in it."""
    from fedconnect_plugins_letter.subscribers import SUBSCRIBER

    before = len(notes_to(person))
    with database.transaction() as session:
        session.execute(update(SUBSCRIBER).values(due_at=clock.now() - timedelta(minutes=1)))
    hourly.run()
    forum.deliver()
    return [str(one["content"]) for one in notes_to(person)[before:]]


def write(forum: Forum, person: RemotePerson, text: str, **changes: object) -> str:
    note = person.note(text, forum.board(), **changes)
    forum.tell(person, person.create(note))
    hearings.run()
    overlooked_for(12)
    return str(note["id"])


def overlooked_for(hours: float) -> None:
    """Let every hearing have begun so long ago."""
    with database.transaction() as session:
        begun = clock.now() - timedelta(hours=hours)
        session.execute(update(Hearing).values(begun_at=begun, ends_at=begun + timedelta(hours=48)))


def test_somebody_who_never_signs_in_names_topics_and_gets_a_letter_with_links(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    answer = say(lettered, mallory, "“topics respite, dementia”")
    assert "once a week, about: respite, dementia" in answer
    write(lettered, ana, "My mother has dementia and wanders at night")
    write(lettered, ana, "A recipe for bread")
    (letter,) = hour(lettered, mallory)
    assert "My mother has dementia and wanders at night" in letter
    assert lettered.thread_path("My mother has dementia and wanders at night") in letter
    assert "A recipe for bread" not in letter
    assert hour(lettered, mallory) == [], "no post twice, and no empty letter"
    (note,) = [one for one in notes_to(mallory) if one["content"] == letter]
    assert note["to"] == [mallory.uri]
    assert note["cc"] == []


@pytest.mark.parametrize(("written", "brought"), [(5, 5), (6, 5)])
def test_a_letter_brings_five_posts_at_most(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson, ben: RemotePerson, lea: RemotePerson,
    written: int, brought: int,
) -> None:  # fmt: skip
    assert "titles and links only, at most five" in (Path(__file__).parents[1] / "README.md").read_text()
    say(lettered, mallory, "topics sleep")
    words = ("mattress", "lullaby", "snoring", "coffee", "daylight", "blanket")
    authors = (ana, ana, ben, ben, lea, lea)  # two of one author a day have a hearing
    for word, author in list(zip(words, authors, strict=True))[:written]:
        write(lettered, author, f"Sleep and the {word}")
    (letter,) = hour(lettered, mallory)
    assert letter.count("<li>") == brought


def test_a_follower_without_a_word_gets_what_few_have_seen_and_none_after_unfollowing(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    follow = mallory.follow(LETTER)
    lettered.tell(mallory, follow)
    lettered.deliver()
    assert [one["actor"] for one in mallory.server.delivered("Accept")] == [LETTER]
    write(lettered, ana, "A quiet word about allotments")
    hourly.run()  # learns who follows; from now on a letter can be due
    (letter,) = hour(lettered, mallory)
    assert "A quiet word about allotments" in letter
    lettered.tell(mallory, mallory.undo(follow))
    write(lettered, ana, "Another quiet word about sheds")
    assert hour(lettered, mallory) == []
    assert subscribers() == []


def test_stop_forgets_somebody_altogether(lettered: Forum, ana: RemotePerson, mallory: RemotePerson) -> None:
    say(lettered, mallory, "topics sleep")
    assert "forgotten" in say(lettered, mallory, "stop")
    assert subscribers() == []
    write(lettered, ana, "How do you sleep")
    assert hour(lettered, mallory) == []


def test_stop_ends_a_follow_as_well_so_that_no_letter_comes_back(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    follow = mallory.follow(LETTER)
    lettered.tell(mallory, follow)
    hourly.run()
    assert len(subscribers()) == 1
    say(lettered, mallory, "stop")
    write(lettered, ana, "How do you sleep")
    hourly.run()
    assert hour(lettered, mallory) == []
    assert subscribers() == []
    (reject,) = mallory.server.delivered("Reject")
    assert (reject["actor"], reject["object"]["id"]) == (LETTER, follow["id"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("help", "You get no letter yet"),
        ("Hallo?", "You get no letter yet"),
        ("letter daily", "once a day, about: whatever few have seen"),
        ("Themen Pflege und Schlaf<br>Brief täglich", "once a day, about: pflege, schlaf"),
        ("temas cuidado, sueño", "once a week, about: cuidado, sueño"),
        ("letter off", "no letter just now"),
        ("topics &lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;"),
    ],
)
def test_what_is_written_is_understood_or_answered_with_help(
    lettered: Forum, mallory: RemotePerson, words: str, says: str
) -> None:
    answer = say(lettered, mallory, words)
    assert says in answer
    assert "<script" not in answer
    assert "letter weekly" in answer


def test_a_private_message_is_kept_nowhere_once_it_is_answered(
    lettered: Forum, mallory: RemotePerson
) -> None:
    say(lettered, mallory, "topics sleep. Secret: my name is Xanthippe")
    assert lettered.rows(PluginEvent) == []
    assert all("Xanthippe" not in row.body for row in lettered.rows(InboundActivity))
    assert all("Xanthippe" not in row.html for row in lettered.rows(BotNote))


def test_letters_are_kept_for_thirty_days(lettered: Forum, mallory: RemotePerson) -> None:
    say(lettered, mallory, "help")
    upkeep.run()
    assert len(lettered.rows(BotNote)) == 1
    with database.transaction() as session:
        session.execute(update(BotNote).values(at=clock.now() - timedelta(days=31)))
    upkeep.run()
    assert lettered.rows(BotNote) == []


def test_a_message_that_is_told_twice_is_answered_once(lettered: Forum, mallory: RemotePerson) -> None:
    from fedconnect_plugins_letter import message_received

    from fedconnect.events import BotMessaged

    say(lettered, mallory, "topics sleep")
    (row,) = subscribers()
    message_received(BotMessaged("letter", mallory.uri, "@mallory", "topics sleep", row.answered_uri))  # type: ignore[attr-defined]
    lettered.deliver()
    assert len(notes_to(mallory)) == 1


def test_public_words_to_the_letter_are_no_message_and_no_post(
    lettered: Forum, mallory: RemotePerson
) -> None:
    note = mallory.note("topics sleep", LETTER, to=[PUBLIC], cc=[LETTER])
    lettered.tell(mallory, mallory.create(note))
    lettered.deliver()
    assert notes_to(mallory) == []
    assert subscribers() == []


def test_the_letter_brings_only_what_may_travel(
    lettered: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    say(lettered, mallory, "topics sleep")
    write(lettered, remote.person("shy", key=6, indexable=False), "Sleep of somebody who is not to be found")
    write(lettered, ana, "Sleep, unlisted", to=[], cc=[PUBLIC, lettered.board()])
    write(lettered, remote.person("bot", key=7, summary="#nobot"), "Sleep without bots")
    write(lettered, ana, "Sleep behind a warning", summary="Grief", sensitive=True)
    (letter,) = hour(lettered, mallory)
    assert "Content warning: Grief" in letter
    assert "not to be found" not in letter
    assert "unlisted" not in letter
    assert "without bots" not in letter
    assert "behind a warning" not in letter


def draw_links() -> list[int]:
    """Let everybody draw the next link of their letter without anything being sent; returns what is drawn by now."""
    from fedconnect_plugins_letter.subscribers import DRAWN, SUBSCRIBER

    later = clock.now() + timedelta(days=3)
    with database.transaction() as session:
        session.execute(update(SUBSCRIBER).values(due_at=later, draw_at=None))
    hourly.run()
    with database.read_transaction() as session:
        return list(session.execute(select(DRAWN.c.post_id)).scalars())


@pytest.mark.parametrize("why", ["", "opt-out", "deleted", "safeguarding", "muted"])
def test_what_was_drawn_is_not_sent_where_consent_ended_meanwhile(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson, why: str
) -> None:
    say(lettered, mallory, "topics sleep")
    uri = write(lettered, ana, "Sleep, as long as it may be told")
    assert len(draw_links()) == 1
    with database.transaction() as session:
        post = session.execute(select(Post).where(Post.uri == uri)).scalar_one()
        assert post.person_id is not None
        if why == "opt-out":
            opt_outs.opt_out(session, post.person_id)
        elif why == "safeguarding":
            lifecycle.safeguard(session, post)
        elif why == "muted":
            author = a_reader(session, session.get_one(Person, post.person_id))
            handle = session.execute(select(Person).where(Person.username == "mallory")).scalar_one().handle
            mute = Mute(
                reader_id=author.id, kind=MuteKind.PERSON, subject=handle.lstrip("@"), since=clock.now()
            )
            session.add(mute)
    if why == "deleted":
        lettered.tell(ana, ana.activity("Delete", uri))
    assert len(hour(lettered, mallory)) == (0 if why else 1)


def link_in(letter: str) -> str:
    (address,) = re.findall(r'<a href="([^"]+)">', letter.partition("</ul>")[0])
    return str(address).removeprefix(BASE)


@pytest.fixture
def met_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted_links.ids, "moment_of", lambda _: clock.now() - timedelta(days=9))


@pytest.mark.usefixtures("met_long_ago")
def test_a_link_of_a_letter_is_opened_and_the_record_tells_that_its_post_was_heard(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    say(lettered, mallory, "topics sleep")
    write(lettered, ana, "Sleep with a newborn")
    with database.transaction() as session:
        session.execute(update(Hearing).values(floor=1))
    (letter,) = hour(lettered, mallory)
    path = link_in(letter)
    for _ in range(3):  # mallory's server makes a card of it
        page = lettered.client.get(path, base_url=BASE).get_data(as_text=True)
    assert lettered.rows(Impression) == []
    (token,) = re.findall(r'data-seen="([^"]+)"', page)
    lettered.client.post("/seen", data={"tokens": token}, base_url=BASE, headers={"Origin": BASE})
    view_tracking.flush()
    (hearing,) = lettered.rows(Hearing)
    assert (hearing.qualified, hearing.state) == (1, HearingState.HEARD)
    assert [row.channel for row in lettered.rows(Impression)] == ["letter"]
    with database.read_transaction() as session:
        record = read_record(session)
    assert (record.heard, record.ended) == (1, 1)


@pytest.mark.usefixtures("met_long_ago")
def test_links_are_plain_after_the_two_days_and_on_discreet_boards(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    say(lettered, mallory, "topics sleep")
    write(lettered, ana, "Sleep that was drawn in time")
    assert len(draw_links()) == 1
    overlooked_for(50)
    hearings.run()
    (letter,) = hour(lettered, mallory)
    assert "?" not in link_in(letter)
    write(lettered, ana, "Sleep where nobody should see me look")
    with database.transaction() as session:
        session.execute(update(Board).values(is_discreet=True))
    (letter,) = hour(lettered, mallory)
    assert "?" not in link_in(letter)
    assert lettered.rows(LinkToken) == []


def test_of_a_board_that_does_not_federate_nothing_stands_in_a_letter(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    say(lettered, mallory, "letter weekly")
    write(lettered, ana, "Sleep of those who stay here")
    with database.transaction() as session:
        session.execute(update(Post).values(visibility=Visibility.LOCAL_ONLY))
    assert hour(lettered, mallory) == []


def test_where_one_subscribes_it_says_that_openings_are_counted_without_telling_who(
    lettered: Forum, mallory: RemotePerson
) -> None:
    told = "counts as one"
    assert told in say(lettered, mallory, "help")
    assert told in lettered.get("/letter/").get_data(as_text=True)
    assert "Openings are counted without telling who" in (Path(__file__).parents[1] / "README.md").read_text()


def test_only_its_addressees_server_reads_a_note(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    say(lettered, mallory, "help")
    (note,) = notes_to(mallory)
    path = note["id"].removeprefix(BASE)
    accept = {"Accept": "application/activity+json"}
    assert lettered.client.get(path, base_url=BASE, headers=accept).status_code == 401
    for person, status in ((mallory, 200), (ana, 404)):
        headers = {**person.sign(BASE + path, b"", "GET"), **accept}
        assert lettered.client.get(path, base_url=BASE, headers=headers).status_code == status


def test_whoever_is_gone_is_forgotten_with_the_next_letter(
    lettered: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    say(lettered, mallory, "topics sleep")
    write(lettered, ana, "Sleep")
    with database.transaction() as session:
        session.execute(update(Person).where(Person.username == "mallory").values(gone_at=clock.now()))
    assert hour(lettered, mallory) == []
    assert subscribers() == []


def test_the_page_says_how(lettered: Forum) -> None:
    page = lettered.get("/letter/").get_data(as_text=True)
    assert "@letter@forum.example" in page
    found = lettered.get("/.well-known/webfinger?resource=acct:letter@forum.example").json
    assert found["links"][1]["href"] == LETTER
    assert lettered.ap(LETTER).json["type"] == "Service"
    assert lettered.ap(LETTER + "/outbox").json["orderedItems"] == []


def test_switched_off_there_is_no_letter(forum: Forum) -> None:
    assert forum.ap(LETTER).status_code == 404
    assert forum.get("/.well-known/webfinger?resource=acct:letter@forum.example").status_code == 404
