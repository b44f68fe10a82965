"""Gathering by hashtag: off by default, by a moderator's own token and hand, of people who let themselves be found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from fedconnect.foundation import clock, database
from fedconnect.jobs import hourly
from fedconnect.models.hashtag import FollowedHashtag, HashtagPost, HashtagPostState
from fedconnect.models.hearing import Hearing
from fedconnect.models.person import Person
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing import opt_outs
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import Document, RemotePerson, RemoteServer
from support.visitor import Visitor

PATH = "/boards/respite/gathered"


@pytest.fixture
def mo(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> Visitor:
    """A moderator of @respite who permitted to read a hashtag."""
    home.resident("mo")
    visitor.sign_in(home, "mo")
    forum.moderate(home.people["mo"])
    visitor.permit(home, "mo", "gather")
    return visitor


@pytest.fixture
def opal(remote: RemoteServer) -> RemotePerson:
    return remote.person("opal", key=6)


def status(note: Document, **changes: Any) -> Document:
    account: Any = {"acct": "opal@example", "indexable": True, "bot": False, "note": ""}
    said = changes.pop("account", {})
    account = {**account, **said} if isinstance(said, dict) else said
    return {
        "id": "1", "uri": note["id"], "url": note["url"], "visibility": "public", "reblog": None, "in_reply_to_id": None,
        "sensitive": False, "account": account, **changes,
    }  # fmt: skip


def tagged(person: RemotePerson, text: str = "A word about #dementia") -> Document:
    note = person.note(text)
    person.server.serve(note)
    return note


def show(home: FakeHomeServer, *statuses: Document) -> None:
    home.mutes["/api/v1/timelines/tag/dementia"] = list(statuses)


def test_nothing_is_gathered_until_a_moderator_ties_a_hashtag(
    forum: Forum, mo: Visitor, home: FakeHomeServer, opal: RemotePerson
) -> None:
    show(home, status(tagged(opal)))
    hourly.run()
    assert home.calls("/api/v1/timelines/tag/dementia") == []
    assert forum.rows(HashtagPost) == []


def test_a_hashtag_is_read_with_the_moderators_own_token_and_named_on_the_page(
    forum: Forum, app: Flask, mo: Visitor, home: FakeHomeServer, opal: RemotePerson
) -> None:
    note = tagged(opal)
    show(home, status(note))
    assert mo.post(PATH, {"tag": "#Dementia"}).status_code == 303
    hourly.run()
    hourly.run()
    (found,) = forum.rows(HashtagPost)
    assert (found.uri, found.tag) == (note["id"], "dementia")
    page = Visitor(app).page("/boards/respite/about")
    assert "#dementia" in page
    assert f"@mo@{home.host}" in page
    assert note["url"] in mo.page(PATH)
    columns = {column.name for column in HashtagPost.__table__.columns}
    assert columns == {
        "id", "board_id", "uri", "url", "tag", "author_uri", "state", "found_at", "asked_at", "home_status_id", "looked_at",
        "is_unanswered",
    }, "no text is kept"  # fmt: skip


def test_only_a_human_hand_boosts_it_and_it_has_no_thread_and_no_hearing(
    forum: Forum, mo: Visitor, home: FakeHomeServer, opal: RemotePerson, mallory: RemotePerson
) -> None:
    forum.tell(mallory, mallory.follow(forum.board()))
    note = tagged(opal)
    show(home, status(note))
    mo.post(PATH, {"tag": "dementia"})
    hourly.run()
    forum.deliver()
    assert mallory.server.delivered("Announce") == []
    (found,) = forum.rows(HashtagPost)
    assert mo.post(f"{PATH}/{found.id}/boost").status_code == 303
    assert mo.post(f"{PATH}/{found.id}/boost").status_code == 404, "once"
    forum.deliver()
    (boost,) = mallory.server.delivered("Announce")
    assert (boost["actor"], boost["object"]) == (forum.board(), note["id"])
    assert forum.rows(Thread, Thread.starter_uri == note["id"]) == []
    assert forum.rows(Hearing) == []


def test_what_was_gathered_stands_in_the_daily_list_after_what_presses_more(
    forum: Forum, mo: Visitor, home: FakeHomeServer, opal: RemotePerson, mallory: RemotePerson
) -> None:
    notes = [tagged(opal, f"Word {n} about #dementia") for n in range(2)]
    show(home, *[status(note) for note in notes])
    mo.post(PATH, {"tag": "dementia"})
    hourly.run()
    post = opal.note("On the board", forum.board())
    forum.tell(opal, opal.create(post))
    forum.tell(mallory, mallory.activity("Flag", [opal.uri, post["id"]], content="Look at this"))
    page = mo.page("/moderation")
    assert page.index("Look at this") < page.index(notes[0]["url"])
    by_uri = {row.uri: row.id for row in forum.rows(HashtagPost)}
    for note, deed in zip(notes, ("leave", "boost"), strict=True):
        path = f"{PATH}/{by_uri[note['id']]}/{deed}?back=list"
        assert path in page
        assert mo.post(path).headers["Location"] == "/moderation"
    page = mo.page("/moderation")
    assert "Look at this" in page
    assert not any(note["url"] in page for note in notes)
    states = {row.uri: row.state for row in forum.rows(HashtagPost)}
    assert list(states.values()) == [HashtagPostState.LEFT, HashtagPostState.BOOSTED]


@pytest.mark.parametrize(
    "change",
    [
        {"visibility": "unlisted"}, {"reblog": {"id": "2"}}, {"in_reply_to_id": "3"}, {"sensitive": True},
        {"account": {"indexable": False}}, {"account": {"indexable": None}}, {"account": {"bot": True}},
        {"account": {"note": "<p>#NoBot please</p>"}}, {"uri": None}, {"account": "x"},
    ],
)  # fmt: skip
def test_p08_whoever_does_not_let_themselves_be_found_is_left_alone(
    forum: Forum, mo: Visitor, home: FakeHomeServer, opal: RemotePerson, change: dict[str, Any]
) -> None:
    show(home, status(tagged(opal), **change))
    mo.post(PATH, {"tag": "dementia"})
    hourly.run()
    assert forum.rows(HashtagPost) == []


def test_p08_the_author_is_asked_again_at_the_moment_of_boosting(
    forum: Forum,
    mo: Visitor,
    home: FakeHomeServer,
    opal: RemotePerson,
    remote: RemoteServer,
    mallory: RemotePerson,
) -> None:
    forum.tell(mallory, mallory.follow(forum.board()))
    notes = [tagged(opal, f"Word {n} about #dementia") for n in range(4)]
    show(home, *[status(note) for note in notes])
    mo.post(PATH, {"tag": "dementia"})
    hourly.run()
    by_uri = {row.uri: row.id for row in forum.rows(HashtagPost)}
    remote.forget(notes[0]["id"])
    remote.serve({**notes[1], "to": [opal.uri + "/followers"], "cc": []})
    remote.serve({**notes[2], "attributedTo": "https://elsewhere.example/users/eve"})
    for note in notes[:3]:
        answer = mo.post(f"{PATH}/{by_uri[note['id']]}/boost")
        assert answer.status_code == 400
        assert "its author does not let it" in answer.get_data(as_text=True)
    remote.documents["/users/opal"] = {**opal.document(), "indexable": False}
    assert mo.post(f"{PATH}/{by_uri[notes[3]['id']]}/boost").status_code == 400
    forum.deliver()
    assert mallory.server.delivered("Announce") == []


def test_a_no_takes_a_gathered_boost_back(
    forum: Forum, mo: Visitor, home: FakeHomeServer, opal: RemotePerson, mallory: RemotePerson
) -> None:
    forum.tell(mallory, mallory.follow(forum.board()))
    forum.tell(opal, opal.create(opal.note("I post here too", forum.board("benefits"))))
    note = tagged(opal)
    show(home, status(note))
    mo.post(PATH, {"tag": "dementia"})
    hourly.run()
    (found,) = forum.rows(HashtagPost)
    mo.post(f"{PATH}/{found.id}/boost")
    forum.deliver()
    with database.transaction() as session:
        opt_outs.opt_out(session, forum.rows(Person, Person.username == "opal")[0].id)
    forum.deliver()
    (undo,) = mallory.server.delivered("Undo")
    assert undo["object"]["object"] == note["id"]
    assert forum.rows(HashtagPost)[0].state is HashtagPostState.UNDONE


def test_addresses_are_kept_seven_days_and_what_is_left_out_does_not_come_back(
    forum: Forum, mo: Visitor, home: FakeHomeServer, opal: RemotePerson
) -> None:
    show(home, status(tagged(opal)))
    mo.post(PATH, {"tag": "dementia"})
    hourly.run()
    (found,) = forum.rows(HashtagPost)
    mo.post(f"{PATH}/{found.id}/leave")
    hourly.run()
    assert "Nothing new." in mo.page(PATH)
    with database.transaction() as session:
        session.execute(update(HashtagPost).values(found_at=clock.now() - timedelta(days=8)))
    show(home)
    hourly.run()
    assert forum.rows(HashtagPost) == []


def test_a_token_that_is_gone_unties_its_hashtags(
    forum: Forum, app: Flask, mo: Visitor, home: FakeHomeServer, opal: RemotePerson
) -> None:
    show(home, status(tagged(opal)))
    mo.post(PATH, {"tag": "dementia"})
    mo.post("/you/permissions/gather/end")
    hourly.run()
    assert forum.rows(FollowedHashtag) == []
    assert "#dementia" not in Visitor(app).page("/boards/respite/about")


def test_only_the_boards_own_moderators_gather(
    forum: Forum, app: Flask, mo: Visitor, home: FakeHomeServer, opal: RemotePerson
) -> None:
    show(home, status(tagged(opal)))
    mo.post(PATH, {"tag": "dementia"})
    hourly.run()
    (found,), (tag,) = forum.rows(HashtagPost), forum.rows(FollowedHashtag)
    home.resident("eve", key=2)
    eve = Visitor(app)
    eve.sign_in(home, "eve")
    forum.moderate(home.people["eve"], "benefits")
    for somebody, status_code in ((eve, 404), (Visitor(app), 401)):
        assert somebody.get(PATH).status_code == status_code
        assert somebody.post(PATH, {"tag": "x1"}).status_code == status_code
        for deed, number in (("boost", found.id), ("leave", found.id), ("untie", tag.id)):
            assert somebody.post(f"{PATH}/{number}/{deed}").status_code == status_code
    for deed, number in (("boost", found.id), ("leave", found.id)):
        assert eve.post(f"/boards/benefits/gathered/{number}/{deed}").status_code == 404
    eve.post(f"/boards/benefits/gathered/{tag.id}/untie")
    assert [row.state for row in forum.rows(HashtagPost)] == [HashtagPostState.FOUND]
    assert len(forum.rows(FollowedHashtag)) == 1


@pytest.mark.parametrize("tag", ["", "#", "two words", "1234", "a" * 80, "<b>"])
def test_what_is_no_hashtag_is_refused_in_one_line(forum: Forum, mo: Visitor, tag: str) -> None:
    answer = mo.post(PATH, {"tag": tag})
    assert answer.status_code == 400
    assert "one hashtag, such as #dementia" in answer.get_data(as_text=True)
    assert forum.rows(FollowedHashtag) == []


def test_five_hashtags_are_enough(forum: Forum, mo: Visitor) -> None:
    for name in ("one", "two", "three", "four", "five", "five"):
        assert mo.post(PATH, {"tag": name}).status_code == 303
    assert mo.post(PATH, {"tag": "six"}).status_code == 400


def test_without_the_permission_it_is_asked_for_first(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("mo")
    visitor.sign_in(home, "mo")
    forum.moderate(home.people["mo"])
    answer = visitor.post(PATH, {"tag": "dementia"})
    assert answer.status_code == 403
    page = answer.get_data(as_text=True)
    assert (
        "Read the public posts under a hashtag that you gather for a board, and see whether anybody answered."
        in page
    )
    assert forum.rows(FollowedHashtag) == []
