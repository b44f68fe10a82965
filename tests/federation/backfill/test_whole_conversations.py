"""Conversations made whole, from their origins and within budgets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import update

from fedconnect.federation import fetch_budget
from fedconnect.federation.backfill import ancestors, fetch_queue
from fedconnect.federation.backfill.fetch_handlers import FETCH_TASKS
from fedconnect.federation.inbound import processor
from fedconnect.foundation import clock, database, durable, registrable_domains
from fedconnect.jobs import backfill as backfill_job
from fedconnect.models.board import Board
from fedconnect.models.fetch_task import FetchBudget, FetchKind, FetchState, FetchTask
from fedconnect.models.inbound import InboundActivity, Proof
from fedconnect.models.post import Arrival, Post, PostState
from support.forum import Forum
from support.remote import Document, RemotePerson, RemoteServer


def served(person: RemotePerson, text: str, **extra: object) -> Document:
    note = person.note(text, **extra)
    person.server.serve(note)
    return note


def test_what_stands_between_an_answer_and_its_thread_is_fetched_marked_and_not_indexed(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    between = served(mallory, "Between", inReplyTo=question["id"])
    further = served(ben, "Further", inReplyTo=between["id"])
    forum.tell(ana, ana.create(ana.note("Thank you both", forum.board(), inReplyTo=further["id"])))
    assert forum.rows(Post, Post.source.contains("Thank you")) == []
    forum.hurry()
    forum.run_backfill()
    html = forum.get(forum.thread_path("A question")).get_data(as_text=True)
    for text in ("Between", "Further", "Thank you both"):
        assert text in html
    assert html.count("fetched from its author’s server") == 2
    assert 'name="robots" content="noindex"' in html
    arrivals = {post.uri: (post.arrival, post.is_addressed) for post in forum.rows(Post)}
    assert arrivals[between["id"]] == (Arrival.FETCHED, False)


def test_an_answer_whose_parents_arrive_by_themselves_is_not_looked_for(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    answer = ben.note("An answer", forum.board(), inReplyTo=question["id"])
    forum.tell(ben, ben.create(answer))
    forum.tell(ana, ana.create(question))
    forum.hurry()
    forum.run_backfill()
    assert remote.gets(question["id"].removeprefix(remote.base)) == 0
    assert forum.rows(Post, Post.uri == answer["id"])[0].parent_id is not None


def test_an_answer_stays_in_its_thread_while_the_worker_that_held_the_question_is_dead(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())  # which its server does not serve
    forum.tell(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=question["id"])))
    forum.post(ana, ana.create(question))
    assert len(processor.claim()) == 1  # and then the worker is killed
    forum.hurry()
    backfill_job.run()
    with database.transaction() as session:
        session.execute(update(InboundActivity).values(lease_until=None))
    forum.run_backfill()
    (answer,) = forum.rows(Post, Post.source.contains("An answer"))
    assert answer.parent_id is not None
    assert remote.gets(question["id"].removeprefix(remote.base)) == 0


def test_an_answer_to_an_answer_that_waits_here_asks_nobody_for_it(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson, lea: RemotePerson
) -> None:
    """The one between names no board, and so nobody looks for what it answers: that is found through it."""
    question = ana.note("A question", forum.board())
    between = ben.note("An answer", inReplyTo=question["id"])
    last = lea.note("An answer to the answer", forum.board(), inReplyTo=between["id"])
    remote.serve(question)
    forum.tell(ben, ben.create(between))
    forum.tell(lea, lea.create(last))
    forum.hurry()
    forum.run_backfill()
    forum.work()
    assert remote.gets(question["id"].removeprefix(remote.base)) == 1
    assert remote.gets(between["id"].removeprefix(remote.base)) == 0
    thread = {post.uri: post for post in forum.rows(Post)}
    assert thread[last["id"]].parent_id == thread[between["id"]].id
    assert thread[between["id"]].parent_id == thread[question["id"]].id


def test_f10_a_chain_of_what_waits_here_is_followed_a_hundred_steps(
    forum: Forum, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger may send one that waits for the next, without end."""
    monkeypatch.setattr(ancestors, "_MOST_PASSED", 5)
    looked: list[str] = []
    real = ancestors._find_unhandled
    monkeypatch.setattr(ancestors, "_find_unhandled", lambda uri: looked.append(uri) or real(uri))
    chain = [ana.note(f"Number {number}") for number in range(12)]
    for note, former in zip(chain[1:], chain, strict=False):
        note["inReplyTo"] = former["id"]
        forum.tell(ana, ana.create(note))
    last = ana.note("The last", forum.board(), inReplyTo=chain[-1]["id"])
    forum.tell(ana, ana.create(last))
    forum.hurry()
    forum.run_backfill()
    assert len(looked) == 5
    assert forum.rows(Post, Post.uri == last["id"])[0].is_starter, "it stands alone"


def test_answers_that_wait_for_each_other_keep_nobody_busy(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    one = ana.note("One", forum.board())
    other = ben.note("Other", inReplyTo=one["id"])
    one["inReplyTo"] = other["id"]
    forum.tell(ben, ben.create(other))
    forum.tell(ana, ana.create(one))
    forum.hurry()
    forum.run_backfill()
    assert [post.uri for post in forum.rows(Post, Post.is_starter.is_(True))][-1] == one["id"], (
        "it stands alone"
    )


def test_answers_that_nobody_sends_are_found_in_the_origins_collections(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    uri = ana.next_uri()
    question = ana.note(
        "A question", forum.board(), id=uri, replies=uri + "/replies", context=uri + "/context"
    )
    forum.tell(ana, ana.create(question))
    near, far = served(ben, "A near answer", inReplyTo=uri), served(mallory, "A far answer", inReplyTo=uri)
    remote.serve(
        {"id": uri + "/replies", "type": "Collection",
         "first": {"type": "CollectionPage", "items": [near["id"]], "next": uri + "/replies/2"}}
    )  # fmt: skip
    remote.serve({"id": uri + "/replies/2", "type": "CollectionPage", "items": [{"id": far["id"]}, uri]})
    remote.serve({"id": uri + "/context", "type": "OrderedCollection", "orderedItems": [uri, far["id"]]})
    forum.hurry()
    forum.run_backfill()
    html = forum.get(forum.thread_path("A question")).get_data(as_text=True)
    assert "A near answer" in html
    assert "A far answer" in html


def test_a_collection_on_another_server_is_not_asked_for(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("Q", forum.board(), replies=mallory.uri + "/c", context=mallory.uri)))
    assert forum.rows(FetchTask) == []


def test_a_board_can_do_without_what_does_not_name_it(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    forum.tell(ben, ben.create(ben.note("Not naming it", inReplyTo=question["id"])))
    path = forum.thread_path("A question")
    assert "Not naming it" in forum.get(path).get_data(as_text=True)
    with database.transaction() as session:
        session.query(Board).filter_by(slug="respite").one().takes_unaddressed = False
    assert "Not naming it" not in forum.get(path).get_data(as_text=True)
    assert len(forum.ap(path + "/context?page=1").json["orderedItems"]) == 1
    forum.tell(ben, ben.create(ben.note("Nor this", inReplyTo=question["id"])))
    assert forum.rows(Post, Post.source.contains("Nor this")) == []


def test_a_forwarded_answer_is_refused_and_then_asked_for_at_its_origin(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    answer = served(mallory, "The true words", inReplyTo=question["id"])
    forwarded = mallory.create({**answer, "content": "<p>False words</p>"})
    assert forum.post(ana, forwarded).status_code == 401
    assert forum.rows(InboundActivity, InboundActivity.actor_uri == mallory.uri) == []
    forum.run_backfill()
    html = forum.get(forum.thread_path("A question")).get_data(as_text=True)
    assert "The true words" in html
    assert "False words" not in html


def test_a_forwarded_deletion_counts_when_the_origin_agrees_and_not_before(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    note = served(ben, "Here")
    note = ben.note("Here", forum.board(), id=note["id"])
    ben.server.serve(note)
    forum.tell(ben, ben.create(note))
    assert forum.post(mallory, ben.delete(note["id"])).status_code == 401
    forum.run_backfill()
    assert forum.titles() == ["Here"]
    ben.server.forget(note["id"])
    with database.transaction() as session:
        session.query(FetchTask).delete()
    assert forum.post(mallory, ben.delete(note["id"])).status_code == 401
    forum.run_backfill()
    assert forum.titles() == []
    assert forum.rows(Post, Post.uri == note["id"])[0].state is PostState.DELETED


def test_what_one_server_forwards_within_an_hour_has_one_purse(
    forum: Forum, ana: RemotePerson, other_remote: RemoteServer, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    before = len(other_remote.received)
    for number in range(40):
        answer = served(mallory, f"Junk {number}", inReplyTo=question["id"])
        assert forum.post(ana, mallory.create(answer)).status_code == 401
    forum.run_backfill()
    assert len(other_remote.received) - before <= fetch_budget.MOST_PER_KEY


def test_a_fetch_that_ends_its_worker_each_time_ends_itself(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    forum.post(ana, mallory.create(served(mallory, "Poison", inReplyTo=question["id"])))
    for _ in range(FETCH_TASKS.most_claims):
        forum.hurry()
        assert durable.claim(FETCH_TASKS)  # and then the worker is gone
    forum.hurry()
    forum.run_backfill()
    (task,) = forum.rows(FetchTask)
    assert task.state is FetchState.FAILED
    assert not durable.is_due(FETCH_TASKS)


def test_what_is_forwarded_about_nothing_here_sets_nothing_off(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    assert forum.post(ana, mallory.create(served(mallory, "Elsewhere"))).status_code == 401
    assert forum.rows(FetchTask) == []


def test_a_copy_that_we_fetched_does_not_outlive_its_original(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    answer = served(mallory, "Never sent to us", inReplyTo=question["id"])
    forum.post(ana, mallory.create(answer))
    forum.run_backfill()
    path = forum.thread_path("A question")
    assert "Never sent to us" in forum.get(path).get_data(as_text=True)
    mallory.server.forget(answer["id"])
    forum.hurry()
    forum.run_backfill()
    assert "Never sent to us" not in forum.get(path).get_data(as_text=True)


def test_somebody_who_asks_for_no_bots_is_not_fetched_into_a_thread(
    forum: Forum, ana: RemotePerson, other_remote: RemoteServer
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    shy = other_remote.person("shy", key=6, summary="<p>#nobot</p>")
    forum.post(ana, shy.create(served(shy, "Not for you", inReplyTo=question["id"])))
    forum.run_backfill()
    assert "Not for you" not in forum.get(forum.thread_path("A question")).get_data(as_text=True)


def test_f10_a_chain_of_ten_thousand_costs_twenty_fetches(
    forum: Forum, other_remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    chain = [f"{mallory.uri}/statuses/{number}" for number in range(60)]  # and so on without end
    for here, above in pairwise(chain):
        served(mallory, "Link", id=here, inReplyTo=above)
    before = len(other_remote.received)
    forum.tell(ana, ana.create(ana.note("At the end", forum.board(), inReplyTo=chain[0])))
    for _ in range(8):
        forum.hurry()
        forum.run_backfill()
    assert len(other_remote.received) - before <= fetch_budget.MOST_PER_KEY
    assert forum.titles() == ["At the end"], "it stands alone then"
    assert len(forum.rows(Post, Post.arrival == Arrival.FETCHED)) == 0


def test_f10_a_collection_of_endless_pages_costs_twenty_fetches(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    uri = ana.next_uri()
    forum.tell(ana, ana.create(ana.note("Q", forum.board(), id=uri, replies=uri + "/r1")))
    for page in range(1, 40):
        items = [
            served(mallory, "A", id=f"{mallory.uri}/s/{page}-{n}", inReplyTo=uri)["id"] for n in range(3)
        ]
        remote.serve(
            {"id": f"{uri}/r{page}", "type": "CollectionPage", "items": items, "next": f"{uri}/r{page + 1}"}
        )
    before = len(remote.received) + len(other_remote.received)
    for _ in range(6):
        with database.transaction() as session:  # the looks of the days to come are causes of their own
            session.query(FetchTask).filter(FetchTask.kind == FetchKind.REVISIT).delete()
            session.query(FetchTask).filter(FetchTask.round > 0).delete()
        forum.hurry()
        forum.run_backfill()
    assert len(remote.received) + len(other_remote.received) - before <= fetch_budget.MOST_PER_KEY
    assert 1 <= len(forum.rows(Post, Post.arrival == Arrival.FETCHED)) <= fetch_budget.MOST_PER_KEY


def test_f10_a_crowd_of_subdomains_shares_one_purse() -> None:
    assert registrable_domains.registrable_domain("a.b.evil.co.uk") == "evil.co.uk"
    assert registrable_domains.registrable_domain("x.evil.co.uk") == "evil.co.uk"
    assert registrable_domains.registrable_domain("127.0.0.2:4711") == "127.0.0.2"
    assert registrable_domains.registrable_domain("[2001:db8::1]:443") == "2001:db8::1"
    assert registrable_domains.registrable_domain("localhost") == "localhost"


def test_f10_a_domain_is_asked_fifty_times_an_hour_and_the_rest_waits(
    forum: Forum, mallory: RemotePerson
) -> None:
    from fedconnect.foundation.errors import Busy

    for number in range(fetch_budget.MOST_PER_DOMAIN):
        fetch_budget.charge(f"cause {number}", mallory.uri)
    with pytest.raises(Busy):
        fetch_budget.charge("one more", f"http://127.0.0.2:{80 + 1}/other-port")
    fetch_budget.charge("another domain", "http://127.0.0.3/x")
    assert {
        row.fetches for row in forum.rows(FetchBudget, FetchBudget.purse.startswith("domain:127.0.0.2"))
    } == {50}


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "http://127.0.0.1:1/elsewhere"},
        {"attributedTo": "ana"},
        {"type": "Person"},
        {"attributedTo": None},
    ],
    ids=["another id", "another server's author", "no post", "no author"],
)
def test_s01_what_is_fetched_must_be_its_own_and_its_authors(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, changes: Document
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    answer = served(mallory, "A spoof", inReplyTo=question["id"])
    if changes.get("attributedTo") == "ana":
        changes = {"attributedTo": ana.uri}
    mallory.server.documents[answer["id"].removeprefix(mallory.server.base)] |= changes
    forum.post(ana, mallory.create(answer))
    forum.run_backfill()
    assert forum.rows(Post, Post.source.contains("A spoof")) == []
    assert forum.rows(InboundActivity, InboundActivity.proof == Proof.FETCHED) == [], "nothing was kept of it"


def test_a_fetch_whose_worker_died_is_done_by_the_next(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    forum.post(ana, mallory.create(served(mallory, "Later", inReplyTo=question["id"])))
    assert durable.claim(FETCH_TASKS)  # and then the worker is gone
    forum.run_backfill()
    assert forum.rows(Post, Post.source.contains("Later")) == []
    forum.hurry()
    forum.run_backfill()
    assert len(forum.rows(Post, Post.source.contains("Later"))) == 1


def test_an_unlisted_server_that_is_down_is_asked_again_later(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    answer = mallory.note("Down for a while", inReplyTo=question["id"])
    path = answer["id"].removeprefix(mallory.server.base)
    mallory.server.special[path] = (503, {}, b"")
    forum.post(ana, mallory.create(answer))
    forum.run_backfill()
    (task,) = forum.rows(FetchTask)
    assert task.state is FetchState.QUEUED
    assert task.due_at > clock.now()
    del mallory.server.special[path]
    mallory.server.serve(answer)
    forum.hurry()
    forum.run_backfill()
    assert len(forum.rows(Post, Post.source.contains("Down"))) == 1


def test_h2_what_is_due_some_day_takes_nobodys_place(
    forum: Forum, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 3)
    with database.transaction() as session:
        for number in range(20):
            fetch_queue.revisit(session, f"{ana.uri}/{number}", "")
            fetch_queue.fetch_replies(
                session, f"{ana.uri}/{number}", (f"{ana.uri}/{number}/replies",), asker="a.example"
            )
        assert fetch_queue.fetch_post(session, f"{ana.uri}/now", cause="c", asker="a.example")


def test_h2_the_next_look_is_meant_when_the_last_is_done(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    uri = ana.next_uri()
    forum.tell(ana, ana.create(ana.note("A question", forum.board(), id=uri, replies=uri + "/replies")))
    remote.serve({"id": uri + "/replies", "type": "Collection", "items": []})
    for number in range(len(fetch_queue.LOOKS)):
        (look,) = forum.rows(FetchTask, FetchTask.state == FetchState.QUEUED)
        assert look.round == number
        forum.hurry()
        forum.run_backfill()
    assert forum.rows(FetchTask, FetchTask.state == FetchState.QUEUED) == []


def test_h2_one_domain_has_a_share_and_others_keep_theirs(
    forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 5)
    with database.transaction() as session:
        meant = [
            fetch_queue.fetch_post(
                session, f"https://x.example/{n}", cause=f"c{n}", asker=f"h{n}.evil.example"
            )
            for n in range(9)
        ]
        assert meant == [True] * 5 + [False] * 4, "whatever subdomain asks"
        assert fetch_queue.fetch_post(session, "https://x.example/a", cause="a", asker="honest.example")


def test_h2_the_last_places_are_for_servers_from_which_somebody_follows(
    forum: Forum, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    monkeypatch.setattr(fetch_queue, "MOST_DUE_FOR_STRANGERS", 4)
    monkeypatch.setattr(fetch_queue, "MOST_DUE", 6)
    with database.transaction() as session:
        for number in range(9):
            fetch_queue.fetch_post(
                session, f"https://x.example/{number}", cause=f"c{number}", asker=f"s{number}.example"
            )
        assert not fetch_queue.fetch_post(session, "https://x.example/s", cause="s", asker="stranger.example")
        assert fetch_queue.fetch_post(session, "https://x.example/f", cause="f", asker=ana.server.host)


def test_h2_a_post_whose_parent_nobody_will_look_for_stands_alone_at_once(
    forum: Forum, ana: RemotePerson, mallory: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 0)
    forum.tell(ana, ana.create(ana.note("An honest answer", forum.board(), inReplyTo=mallory.next_uri())))
    assert forum.titles() == ["An honest answer"]


def test_h2_an_answer_whose_question_lies_in_our_inbox_never_stands_alone_however_much_is_wanted(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (ana, ben):
        forum.tell(person, person.create(person.note("Hello", forum.board())))
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 0)
    question = ana.note("A question", forum.board())
    answer = ben.note("An answer", forum.board(), inReplyTo=question["id"])
    assert forum.post(ben, ben.create(answer)).status_code == 202
    claimed = processor.claim()
    assert forum.post(ana, ana.create(question)).status_code == 202
    processor.process(claimed)
    forum.work()
    assert sorted(forum.titles()) == ["A question", "Hello", "Hello"]
    assert "An answer" in forum.get(forum.thread_path("A question")).get_data(as_text=True)


def test_h2_what_answers_a_waiting_post_that_is_looked_for_waits_with_it_and_wants_nothing_itself(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 1)
    question = ana.note("A question", forum.board())
    first = ben.note("First answer", forum.board(), inReplyTo=question["id"])
    second = ana.note("Second answer", forum.board(), inReplyTo=first["id"])
    third = ben.note("Third answer", forum.board(), inReplyTo=second["id"])
    for person, note in ((ben, first), (ana, second), (ben, third)):
        forum.tell(person, person.create(note))
    assert len(forum.rows(FetchTask)) == 1
    assert forum.titles() == []
    forum.tell(ana, ana.create(question))
    forum.work()
    page = forum.get(forum.thread_path("A question")).get_data(as_text=True)
    assert all(words in page for words in ("First answer", "Second answer", "Third answer"))


def test_h2_what_answers_an_answer_to_what_is_held_waits_with_it_however_much_is_wanted(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_queue, "MOST_DUE_A_DOMAIN", 0)
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    with database.transaction() as session:
        session.execute(update(Post).where(Post.uri == question["id"]).values(state=PostState.HELD))
    first = ben.note("First answer", forum.board(), inReplyTo=question["id"])
    second = ana.note("Second answer", forum.board(), inReplyTo=first["id"])
    for person, note in ((ben, first), (ana, second)):
        forum.tell(person, person.create(note))
    assert forum.rows(Post, Post.uri.in_([first["id"], second["id"]])) == []
