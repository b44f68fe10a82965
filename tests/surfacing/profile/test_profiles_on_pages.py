"""What a reader cares for is asked once, learnt after a yes, and theirs: seen, exported, reset, switched off."""

from __future__ import annotations

import json

from fedconnect.models.profile import Profile, ReaderMatches
from fedconnect.web import view_tracking
from support.forum import Forum
from support.readership import Readership
from support.remote import RemotePerson, RemoteServer
from support.visitor import Visitor

CARE = "Respite care: who looks after my mother with dementia while I sleep?"


def test_the_question_is_asked_once(readers: Readership) -> None:
    dora = readers.reader("dora", learns=None)
    assert "One question, asked once" in dora.page("/")
    dora.post("/you/interests/learning", {"learns": "no"})
    assert "One question" not in dora.page("/")
    eve = readers.reader("eve", learns=None)
    eve.post("/you/interests/learning", {"learns": "yes"})
    assert "One question" not in eve.page("/")


def test_nothing_is_learnt_before_the_yes_and_after_a_no(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    for name, learns in (("dora", None), ("eve", False)):
        visitor = readers.reader(name, learns=learns)
        readers.write(ana, f"{CARE} {name}")
        path = forum.thread_path(f"{CARE} {name}")
        visitor.page(path)
        view_tracking.flush()
        visitor.post(readers.first_post(path) + "/save")
    assert all(row.liked == "{}" for row in forum.rows(Profile))


def test_opening_saving_and_answering_teach_and_are_told_as_reasons(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora", learns=True)
    uri = readers.write(ana, CARE)
    path = forum.thread_path(CARE)
    dora.page(path)
    view_tracking.flush()
    opened = readers.liked("dora")["dementia"]
    dora.post(readers.first_post(path) + "/save")
    saved = readers.liked("dora")["dementia"]
    person = readers.home.people["dora"]
    forum.tell(person, person.create(person.note("Me", forum.board(), inReplyTo=uri)))
    answered = readers.liked("dora")["dementia"]
    assert 0 < opened < saved < answered
    readers.write(ana, "Dementia at night and other worries")
    page = dora.page("/")
    assert "You’ve come across these words before: dementia" in page
    assert "dementia" in dora.page("/you/interests")
    assert "Respite &amp; breaks" in dora.page("/you/interests")


def test_less_like_this_takes_a_post_away_and_counts_against_its_kind(
    readers: Readership, forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    dora = readers.reader("dora", learns=True)
    readers.write(ana, "Football results of the carers league")
    path = forum.thread_path("Football results of the carers league")
    assert dora.post(readers.first_post(path) + "/less").status_code == 303
    assert readers.brought_to("dora") == []
    assert "football" in dora.page("/you/interests")
    football = readers.write(ben, "Football again this weekend")
    other = readers.write(ben, "Somebody to sit with my mother")
    order = [one.post_id for one in readers.brought_to("dora")]
    assert order == [readers.hearing(other).post_id, readers.hearing(football).post_id]


def test_after_a_reset_nothing_learnt_is_used_from_the_next_request_on(
    readers: Readership, forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    dora = readers.reader("dora", learns=True)
    readers.write(ana, CARE)
    dora.page(forum.thread_path(CARE))
    view_tracking.flush()
    opal = remote.person("opal", key=7, indexable=True)
    readers.write(opal, "Dementia and music", board="benefits")
    readers.rematch()
    assert len(readers.brought_to("dora")) == 1
    assert len(forum.rows(ReaderMatches)) == 1
    dora.post("/you/interests/reset")
    assert readers.liked("dora") == {}
    assert forum.rows(ReaderMatches) == []
    assert readers.brought_to("dora") == []
    (profile,) = forum.rows(Profile)
    assert profile.epoch == 1


def test_matches_of_before_a_reset_do_not_count_though_a_job_wrote_them_late(
    readers: Readership, forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    from sqlalchemy import update

    from fedconnect.foundation import database

    dora = readers.reader("dora", topics="music")
    dora.post("/you/interests/reset")
    opal = remote.person("opal", key=7, indexable=True)
    readers.write(opal, "Dementia and music", board="benefits")
    readers.rematch()
    assert len(readers.brought_to("dora")) == 1
    with database.transaction() as session:
        session.execute(update(ReaderMatches).values(epoch=0))
    assert readers.brought_to("dora") == []


def test_switched_off_nothing_is_chosen_for_a_reader(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora", topics="dementia", learns=True)
    uri = readers.write(ana, CARE)
    readers.age(uri, 20)
    dora.post("/you/interests", {"counts": "yes", "order": "relevance"})
    (placed,) = readers.brought_to("dora")
    assert placed.reason is None
    assert not placed.is_reserved
    assert readers.liked("dora") == {}


def test_a_reader_takes_along_all_that_is_known_of_them(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora", topics="sleep", learns=True)
    readers.write(ana, CARE)
    dora.page(forum.thread_path(CARE))
    view_tracking.flush()
    answer = dora.get("/you/interests/export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found = json.loads(answer.data)
    assert found["topics"] == ["sleep"]
    assert "dementia" in found["words"]
    assert found["boards"] == {"respite": 0.2}
    assert found["learning"] is True
    assert found["own_posts_surfaced"] is True


def test_nobody_sees_another_readers_interests(readers: Readership, visitor: Visitor) -> None:
    readers.reader("dora", topics="divorce", learns=True)
    eve = readers.reader("eve")
    assert "divorce" not in eve.page("/you/interests")
    assert b"divorce" not in eve.get("/you/interests/export").data
    for path in ("/you/interests", "/you/interests/export"):
        assert visitor.get(path).status_code == 401
    for path in ("/you/interests", "/you/interests/learning", "/you/interests/reset"):
        assert visitor.post(path).status_code == 401


def test_saying_no_later_forgets_what_was_learnt(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora", learns=True)
    readers.write(ana, CARE)
    dora.page(forum.thread_path(CARE))
    view_tracking.flush()
    assert readers.liked("dora")
    dora.post("/you/interests", {"personal": "yes", "counts": "yes", "order": "newest"})
    assert readers.liked("dora") == {}
    assert "checked> plainly the newest first" in dora.page("/you/interests")


def test_words_that_were_left_over_without_a_yes_are_not_used(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    from sqlalchemy import update

    from fedconnect.foundation import database

    readers.reader("dora", learns=False)
    with database.transaction() as session:
        session.execute(update(Profile).values(liked=json.dumps({"dementia": 1.0})))
    readers.write(ana, CARE)
    assert [one.reason for one in readers.brought_to("dora")] == [None]
