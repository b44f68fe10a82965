"""What somebody may ask of us: everything about them, and to be forgotten, here and wherever it was told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import ForeignKey, select, update

from fedconnect import data_rights
from fedconnect.foundation import clock, database
from fedconnect.jobs import upkeep
from fedconnect.models.all import Row
from fedconnect.models.case import Case, Evidence, Report
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer
from support.team import WHY, Team
from support.visitor import Visitor

#: Tables that name a person or reader and are in no list of data_rights.py, each with the reason.
ELSEWHERE = {
    "reader": "exported by name, and deleted",
    "post": "exported by name, and emptied",
    "person_key": "a public key of their server's",
    "linked_group": "a remote Group, not a person",
    "followed_hashtag": "goes with the reader; named on the board's page",
    "reader_matches": "which posts were matched: goes with the reader, says nothing that the profile does not",
    "push_subscription": "an address of a browser: goes with the reader",
    "sign_in": "ten minutes old at most",
    "decision": "exported where it concerns them; the log stays",
    "hearing": "about a post; goes with it",
    "kept_away": "names another person; deleted from both sides",
    "case_note": "a moderator's word about others",
    "evidence_opened": "a moderator's deed",
}


def test_every_table_that_names_somebody_is_exported_and_erased_or_has_its_reason() -> None:
    listed = {row.__tablename__ for row in (*data_rights.OF_READER, *data_rights.OF_PERSON)}
    for table in Row.metadata.sorted_tables:
        keys: set[ForeignKey] = table.foreign_keys
        if any(key.column.table.name in {"person", "reader"} for key in keys):
            assert (table.name in listed) != (table.name in ELSEWHERE), table.name


@pytest.fixture
def opal(team: Team, forum: Forum) -> Visitor:
    """A reader who wrote, saved, objected, was answered and followed."""
    visitor = team.reader("opal")
    post = team.write("opal", "My own words about my mother")
    other = team.write("bert", "Another person's secret worry")
    visitor.post("/boards/respite/following", {"how": "here"})
    visitor.post("/you/topics", {"topics": "dementia"})
    visitor.post("/you/shields", {"kind": "words", "subject": "spiders"})
    visitor.post(team.path(other) + "/save")
    visitor.post(team.path(other) + "/report", {"words": "My report"})
    person = team.account("opal")
    forum.tell(person, person.follow(forum.board()))
    team.moderator("mo").post(team.path(post) + "/moderate", {**WHY, "action": "warn"})
    visitor.post(f"/decisions/{team.decision().id}/appeal", {"words": "I object"})
    return visitor


def test_p10_an_export_is_complete_and_names_nobody_else(team: Team, opal: Visitor, visitor: Visitor) -> None:
    assert visitor.post("/you/export").status_code == 401
    answer = opal.post("/you/export")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    found = json.loads(answer.data)
    text = answer.get_data(as_text=True)
    for part in ("My own words about my mother", "dementia", "spiders", "I object", WHY["reason"]):
        assert part in text
    for part in ("Another person", "bert", "@mo", "token", "sealed"):
        assert part not in text
    for name in (
        "posts",
        "follow",
        "local_follow",
        "bookmark",
        "topic",
        "mute",
        "report",
        "appeal",
        "direct_message",
    ):
        assert found[name], name


def test_p10_somebody_is_forgotten_here_and_every_server_that_was_told_is_told(
    team: Team, forum: Forum, opal: Visitor, ana: RemotePerson, lea: RemotePerson, other_remote: RemoteServer
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    forum.tell(lea, lea.follow(forum.board()))
    post = team.write("opal", "What will be forgotten")
    forum.deliver()
    assert opal.post("/you/erase", {"handle": "@somebody@else.example"}).status_code == 400
    assert team.post(post.uri).state is PostState.VISIBLE
    answer = opal.post("/you/erase", {"handle": f"@opal@{team.home.host}"})
    assert answer.status_code == 303
    assert opal.get("/you").status_code == 401
    forum.deliver()
    assert post.uri in [one["object"]["object"] for one in ana.server.delivered("Undo")]
    inner = [one["object"] for one in other_remote.delivered("Announce") if isinstance(one["object"], dict)]
    assert ("Delete", post.uri) in [(one["type"], one["object"]) for one in inner]
    assert forum.rows(Reader, Reader.person_id == post.person_id) == []
    with database.read_transaction() as session:
        person = session.get_one(Person, post.person_id)
        left = data_rights.export(session, person)
    assert all(one["text"] == "" for one in left.pop("posts"))
    assert left.pop("decisions"), "the log stays"
    facts = {name: value for name, value in left.items() if name not in {"written_at", "account"}}
    assert {name: value for name, value in facts.items() if value} == {}
    assert person.name == ""
    everything = str([vars(one) for one in forum.rows(Post)])
    assert "What will be forgotten" not in everything


def test_p10_posts_at_home_go_too_where_the_reader_permits_and_wants_it(team: Team, forum: Forum) -> None:
    visitor = team.reader("cora")
    visitor.permit(team.home, "cora", "write")
    visitor.post(
        "/boards/respite/new",
        {"text": "To be deleted everywhere", "visibility": "public", "language": "en", "do": "send"},
    )
    forum.work()
    visitor.post("/you/erase", {"handle": f"@cora@{team.home.host}", "at_home": "on"})
    deleted = [one for one in team.home.received if one.method == "DELETE"]
    posts = forum.rows(Post, Post.person_id.is_not(None))
    assert len(deleted) == len(posts) == 1
    assert posts[0].state is PostState.DELETED


def test_p10_a_home_that_does_not_answer_keeps_nobody_from_being_forgotten(team: Team, forum: Forum) -> None:
    visitor = team.reader("cora")
    visitor.permit(team.home, "cora", "write")
    for number in range(3):
        text = f"To be deleted everywhere, {number}"
        visitor.post(
            "/boards/respite/new", {"text": text, "visibility": "public", "language": "en", "do": "send"}
        )
    forum.work()
    for number in range(1, 5):
        team.home.refusing[f"/api/v1/statuses/{number}"] = (503, {}, b"")
    visitor.post("/you/erase", {"handle": f"@cora@{team.home.host}", "at_home": "on"})
    assert len([one for one in team.home.received if one.method == "DELETE"]) == 1, "and is not asked again"
    posts = forum.rows(Post, Post.person_id.is_not(None))
    assert [one.state for one in posts] == [PostState.DELETED] * 3


def test_p09_what_was_erased_does_not_come_back(
    team: Team, forum: Forum, opal: Visitor, visitor: Visitor, ana: RemotePerson
) -> None:
    person = team.account("opal")
    note = person.note("Words that were erased", forum.board())
    forum.tell(person, person.create(note))
    path = forum.thread_path("Words that were erased")
    opal.post("/you/erase", {"handle": f"@opal@{team.home.host}"})
    forum.tell(person, person.update(note, "Words that were erased, again", "2027-01-01T00:00:00Z"))
    again = {**person.create(note), "id": note["id"] + "/again"}
    forum.tell(person, again)
    forum.tell(ana, ana.activity("Announce", note["id"]))
    for where in ("/", "/quiet", "/boards/respite", "/search?q=erased", "/boards/respite/feed.atom"):
        assert "Words that were" not in visitor.page(where)
    assert visitor.get(path).status_code == 410
    assert "Words that were" not in str([vars(one) for one in forum.rows(Post)]), "nor is anything kept of it"


def test_p09_a_deleted_post_is_gone_from_everywhere_and_its_evidence_stays_sealed(
    team: Team, forum: Forum, visitor: Visitor
) -> None:
    person = team.account("opal")
    post = team.write("opal", "Soon deleted words")
    team.reader("dora").post(team.path(post) + "/report", {"words": "x"})
    forum.tell(person, person.delete(post.uri))
    for where in ("/", "/boards/respite", "/search?q=deleted", "/boards/respite/feed.atom", "/log"):
        assert "Soon deleted" not in visitor.page(where)
    assert visitor.get(f"/boards/respite/threads/{post.thread_id}").status_code == 410
    mo = team.moderator("mo")
    assert "Soon deleted" not in mo.page("/moderation") + mo.page(f"/moderation/{team.case().id}")
    assert "Soon deleted" not in str([vars(one) for one in forum.rows(Evidence)])


def test_what_moderators_keep_is_not_kept_longer_than_said(team: Team, forum: Forum) -> None:
    opal = team.account("opal")
    post = team.write("bert", "Words")
    team.reader("dora").post(team.path(post) + "/report", {"words": "x"})
    private = opal.note("A private worry", forum.board(), to=[forum.board()], cc=[])
    forum.tell(opal, opal.create(private) | {"to": [forum.board()], "cc": []})
    mo = team.moderator("mo")
    for case in forum.rows(Case):
        mo.post(f"/moderation/{case.id}", {**WHY, "action": "leave"})
    upkeep.run()
    assert len(forum.rows(Report)) == 1
    with database.transaction() as session:
        old = clock.now() - timedelta(days=181)
        for row, column in ((Case, "last_at"), (Report, "at"), (Evidence, "at")):
            session.execute(update(row).values({column: old}))
    upkeep.run()
    assert forum.rows(Report) == []
    assert forum.rows(Evidence) == []
    assert [case.sealed for case in forum.rows(Case)] == ["", ""]
    with database.read_transaction() as session:
        assert session.execute(select(Case.id)).first() is not None
