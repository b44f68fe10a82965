"""Two processes at once, where one database serves several: nothing that was seen is lost, nothing forgotten comes back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

from sqlalchemy import update
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.models.profile import Profile
from fedconnect.surfacing.hearing import impressions, link_tokens
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.surfacing.hearing.link_tokens import LinkReader
from fedconnect.surfacing.profile import learning, profiles
from fedconnect.surfacing.profile.learning import Engagement
from support.readership import Readership
from support.remote import RemotePerson

CARE = "Respite care: who looks after my mother with dementia while I sleep?"


def meanwhile(first: Callable[[Session], None], second: Callable[[], None]) -> None:
    """Begin the second where the first has done its work and not yet committed."""
    ready, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with database.transaction() as session:
            first(session)
            session.flush()
            ready.set()
            go_on.wait(5)

    slow, quick = threading.Thread(target=slowly), threading.Thread(target=second)
    slow.start()
    assert ready.wait(10)
    quick.start()
    quick.join(0.4)
    go_on.set()
    for thread in (slow, quick):
        thread.join(15)
        assert not thread.is_alive()


def test_two_processes_that_count_at_once_lose_nothing(readers: Readership, ana: RemotePerson) -> None:
    readers.reader("dora")
    uri = readers.write(ana, CARE)
    post = readers.hearing(uri).post_id

    def see(reader_id: int) -> None:
        with database.transaction() as session:
            impressions.note(session, {Showing(reader_id, post, 0, "list"): True})

    meanwhile(
        lambda session: impressions.note(session, {Showing(1, post, 0, "list"): True}),
        lambda: see(2),
    )
    found = readers.hearing(uri)
    assert (found.seen, found.qualified) == (2, 2)


def test_a_link_that_is_opened_twice_at_once_counts_once(readers: Readership, ana: RemotePerson) -> None:
    uri = readers.write(ana, CARE)
    post = readers.hearing(uri).post_id
    with database.transaction() as session:
        address = link_tokens.make(session, post, "/t", LinkReader(True, "far.example"), "letter")
    token, counted = f"{post}.{address.rpartition('=')[2]}", list[int]()

    def open_it() -> None:
        with database.transaction() as session:
            counted.extend(link_tokens.use(session, [token]))

    meanwhile(lambda session: counted.extend(link_tokens.use(session, [token])), open_it)
    found = readers.hearing(uri)
    assert (found.seen, found.qualified, counted) == (1, 1, [post])


def test_what_is_learnt_while_a_reader_resets_does_not_come_back(
    readers: Readership, ana: RemotePerson
) -> None:
    readers.reader("dora", learns=True)
    uri = readers.write(ana, CARE)
    reader_id, post = readers.reader_id("dora"), readers.hearing(uri).post_id
    with database.transaction() as session:
        today = clock.now().timestamp() / 86_400
        session.execute(update(Profile).values(liked=json.dumps({"divorce": 1.0}), at=today))

    def learn() -> None:
        with database.transaction() as session:
            learning.learn_engagement(session, reader_id, post, Engagement.OPEN)

    meanwhile(lambda session: profiles.reset(session, reader_id), learn)
    assert "divorce" not in readers.liked("dora")
