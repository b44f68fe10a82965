"""The loop in the running product: a post arrives, finds its people, is seen, is heard, and leaves the slots."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from fedconnect.foundation import clock, database, ids
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, Impression, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import answers, impressions, lifecycle, scheduling
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.web import view_tracking
from support.forum import Forum
from support.readership import Readership
from support.remote import RemotePerson, RemoteServer
from support.visitor import Visitor

CARE = "Respite care: who looks after my mother with dementia while I sleep?"


def floor(count: int) -> None:
    """Promise so few impressions that a test can reach them."""
    with database.transaction() as session:
        session.execute(update(Board).values(hearing_floor=count))


def test_a_post_finds_its_reader_is_seen_is_heard_and_leaves_its_place(
    forum: Forum, readers: Readership, ana: RemotePerson
) -> None:
    floor(3)
    dora = readers.reader("dora", topics="dementia")
    eve = readers.reader("eve")
    finn = readers.reader("finn")
    stranger = readers.reader("gus", board="benefits")
    uri = readers.write(ana, CARE)
    assert readers.hearing(uri).state is HearingState.OPEN
    page = dora.page("/")
    assert "Who looks after" not in stranger.page("/")
    assert "It’s about dementia, which you named." in page
    for number, reader in enumerate((dora, eve, finn), 1):
        assert readers.look(reader).status_code == 204
        assert readers.hearing(uri).qualified == number
        readers.look(reader)
        assert readers.hearing(uri).qualified == number, "once a reader"
    heard = readers.hearing(uri)
    assert heard.state is HearingState.HEARD
    assert heard.ended_at is not None
    assert heard.seen == 3


def test_a_quiet_post_stands_between_what_fits_better_with_its_reason(
    forum: Forum, remote: RemoteServer, readers: Readership, ana: RemotePerson
) -> None:
    dora = readers.reader("dora", topics="sleep")
    quiet = readers.write(ana, "A quiet word about allotments and tomatoes")
    others = [remote.person(f"other{number}", key=2) for number in range(7)]
    for number in range(25):
        uri = readers.write(others[number % 7], f"Sleep {number}: what helped me sleep at night word{number}")
        one = readers.hearing(uri)
        with database.transaction() as session:
            values = {"state": HearingState.HEARD, "exclusion": Exclusion.NONE}
            session.execute(update(Hearing).where(Hearing.id == one.id).values(**values))
    readers.age(quiet, 30)
    page = dora.page("/")
    titles = re.findall(r'<h2 dir="auto">\s*<a [^>]*>([^<]+)', page)
    assert titles[1] == "A quiet word about allotments and tomatoes"
    assert len(titles) == 20
    assert page.count("few have seen this") == 1
    plain = dora.page("/?order=newest")
    assert "few have seen this" not in plain
    assert len(re.findall(r'<h2 dir="auto">\s*<a [^>]*>([^<]+)', plain)) == 20


def test_what_a_reader_has_opened_is_not_brought_again(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora")
    readers.write(ana, CARE)
    readers.write(ana, "Another one altogether about holidays")
    assert CARE[:20] in dora.page("/")
    dora.page(forum.thread_path(CARE))
    view_tracking.flush()
    own = dora.page("/").partition("</main>")[0]
    assert CARE[:20] not in own
    assert "Another one altogether" in own


def test_somebody_who_is_not_signed_in_has_no_token_and_counts_nowhere(
    forum: Forum, visitor: Visitor, readers: Readership, ana: RemotePerson
) -> None:
    uri = readers.write(ana, CARE)
    for path in ("/", "/quiet", "/boards/respite", "/boards/respite/quiet", forum.thread_path(CARE)):
        assert readers.tokens(visitor, path) == []
    token = impressions.issue(Showing(1, readers.hearing(uri).post_id, 0, "list"))
    assert visitor.post("/seen", {"tokens": token}).status_code == 401
    view_tracking.flush()
    assert forum.rows(Impression) == []


def test_forged_borrowed_old_and_broken_tokens_count_for_nothing(
    forum: Forum, readers: Readership, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = readers.write(ana, CARE)
    dora, eve = readers.reader("dora"), readers.reader("eve")
    (token, *_) = readers.tokens(dora)
    post = readers.hearing(uri).post_id
    made_up = [
        token,  # dora's, sent by eve
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        re.sub(r"^\d+", str(post + 1), readers.tokens(eve)[0]),
        "", ".....", "1.2.3.4.5", "9" * 5000, "%00", f"{post}.0.slot.{'9' * 18}.x", f"{post}.0.slot.-1.x",
    ]  # fmt: skip
    assert eve.post("/seen", {"tokens": " ".join(made_up)}).status_code == 204
    (good, *_) = readers.tokens(eve)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    eve.post("/seen", {"tokens": good})
    view_tracking.flush()
    assert forum.rows(Impression) == []
    assert readers.hearing(uri).seen == 0


def test_an_author_a_young_account_and_somebody_else_altogether_do_not_count(
    forum: Forum, readers: Readership, ana: RemotePerson
) -> None:
    young = readers.reader("dora", old=False)
    outsider = readers.reader("eve", board="")
    uri = readers.write(ana, CARE)
    for visitor, path in ((young, "/"), (outsider, "/boards/respite"), (outsider, forum.thread_path(CARE))):
        readers.look(visitor, path)
    seen = readers.hearing(uri)
    assert (seen.seen, seen.qualified) == (1, 0), "the outsider saw it; the young account counts for nothing"


def test_whoever_does_not_want_to_count_has_no_tokens(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora")
    readers.write(ana, CARE)
    before = readers.tokens(dora)
    assert before
    dora.post("/you/interests", {"personal": "yes", "order": "relevance"})
    assert readers.tokens(dora) == []
    dora.post("/seen", {"tokens": " ".join(before)})
    view_tracking.flush()
    assert forum.rows(Impression) == []


def test_nobody_can_read_from_the_impressions_who_saw_what(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora")
    readers.write(ana, CARE)
    readers.look(dora)
    (row,) = forum.rows(Impression)
    assert {column.name for column in Impression.__table__.columns} == {
        "id", "mark", "post_id", "board_id", "slot", "channel", "is_qualified", "at",
    }  # fmt: skip
    assert str(readers.reader_id("dora")) not in row.mark


def test_two_posts_a_day_have_a_floor_and_the_third_waits_on_its_board(
    readers: Readership, ana: RemotePerson
) -> None:
    dora = readers.reader("dora")
    uris = [
        readers.write(ana, f"My worry number {n} about {w}") for n, w in enumerate(["beds", "buses", "bread"])
    ]
    found = [readers.hearing(uri) for uri in uris]
    assert [one.state for one in found] == [HearingState.OPEN, HearingState.OPEN, HearingState.CLOSED]
    assert found[2].exclusion is Exclusion.QUOTA
    assert [one.is_first for one in found] == [True, False, False]
    own = dora.page("/").partition("</main>")[0]
    assert "about bread" in own, "it has no reserved place, and stands there by its own worth"
    assert "about bread" in dora.page("/boards/respite")


def test_near_duplicates_share_one_floor_until_the_first_is_gone(
    readers: Readership, forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    text = "Buy these wonderful pillows from our shop for carers who cannot sleep at night because of worries"
    readers.write(mallory, "Hello, I am new here")  # somebody's first post repeats nobody
    first = readers.write(ben, text)
    second = readers.write(mallory, text + " now")
    assert readers.hearing(second).exclusion is Exclusion.DUPLICATE
    assert readers.hearing(second).duplicate_of_id == readers.hearing(first).post_id
    forum.tell(ben, ben.delete(first))
    readers.place()
    assert readers.hearing(first).exclusion is Exclusion.WITHDRAWN
    assert readers.hearing(second).state is HearingState.OPEN


def test_a_withdrawn_post_is_surfaced_no_longer_and_leaves_no_vector(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora")
    uri = readers.write(ana, CARE)
    assert readers.tokens(dora)
    forum.tell(ana, ana.delete(uri))
    assert readers.hearing(uri).state is HearingState.CLOSED
    assert forum.rows(PostVector) == []
    assert readers.tokens(dora) == [] or CARE[:20] not in dora.page("/")


def test_three_answers_of_others_end_a_hearing_and_the_authors_own_do_not(
    readers: Readership, forum: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(ids, "_last", 0)  # another test may have been ahead of the clock
    uri = readers.write(ana, CARE)
    for name in ("ana", "ben", "ben", "cyd", "dee"):
        person = ana if name == "ana" else remote.person(name, key=5)
        forum.tell(person, person.create(person.note(f"{name} says", forum.board(), inReplyTo=uri)))
    assert (readers.hearing(uri).state, readers.hearing(uri).answerers) == (HearingState.OPEN, 3)
    monkeypatch.setattr(answers, "_MET", timedelta(0))  # a day later
    forum.tell(ana, ana.create(ana.note("Thank you", forum.board(), inReplyTo=uri)))
    assert readers.hearing(uri).state is HearingState.OPEN, "all of them live on one server"
    forum.tell(mallory, mallory.create(mallory.note("I too", forum.board(), inReplyTo=uri)))
    assert readers.hearing(uri).state is HearingState.ANSWERED
    assert readers.hearing(uri).first_answer_at is not None


def test_an_author_who_likes_an_answer_ends_their_hearing_and_a_report_of_it_lets_it_go_on(
    readers: Readership, forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    uri = readers.write(ana, CARE)
    note = ben.note("There is a night service in Leeds", forum.board(), inReplyTo=uri)
    forum.tell(ben, ben.create(note))
    cyd = remote.person("cyd", key=5)
    forum.tell(cyd, cyd.activity("Like", note["id"]))
    assert readers.hearing(uri).state is HearingState.OPEN, "others cannot say that she was answered"
    liked = ana.activity("Like", note["id"])
    forum.tell(ana, liked)
    assert readers.hearing(uri).state is HearingState.ANSWERED
    forum.tell(ana, ana.undo(liked))
    assert readers.hearing(uri).state is HearingState.OPEN
    forum.tell(ana, ana.activity("Like", note["id"]))
    flag = cyd.activity("Flag", [ben.uri, note["id"]], content="He sells something")
    forum.tell(cyd, flag)
    assert (readers.hearing(uri).state, readers.hearing(uri).answerers) == (HearingState.OPEN, 0)


def test_an_answer_that_nobody_replied_to_is_heard_after_twelve_hours(
    readers: Readership, forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    dora = readers.reader("dora")
    uri = readers.write(ana, CARE)
    answer = ben.note("I found a place in Leeds", forum.board(), inReplyTo=uri)
    forum.tell(ben, ben.create(answer))
    readers.place()
    assert len(forum.rows(Hearing)) == 1
    with database.transaction() as session:
        long_ago = clock.now() - timedelta(hours=13)
        session.execute(update(Post).where(Post.uri == answer["id"]).values(received=long_ago))
    readers.place()
    readers.place()
    found = readers.hearing(answer["id"])
    assert found.state is HearingState.OPEN
    assert not found.is_starter
    dora.page(forum.thread_path(CARE))  # she has read the thread, before the answer came
    with database.transaction() as session:
        session.execute(
            update(Post).where(Post.uri == answer["id"]).values(received=clock.now() + timedelta(hours=1))
        )
    view_tracking.flush()
    assert "A reply in this conversation hasn’t had a reply yet." in dora.page("/")
    forum.tell(ana, ana.create(ana.note("Thank you, which?", forum.board(), inReplyTo=answer["id"])))
    assert readers.hearing(answer["id"]).state is HearingState.ANSWERED


def test_an_edited_post_is_encoded_anew_and_keeps_what_it_has(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora")
    uri = readers.write(ana, CARE)
    readers.look(dora)
    note = ana.note(
        "Something about beer", forum.board(), updated=(clock.now() + timedelta(minutes=1)).isoformat()
    )
    forum.tell(ana, ana.activity("Update", {**note, "id": uri}))
    readers.place()
    (vector,) = forum.rows(PostVector)
    assert "beer" in vector.words.split()
    assert "dementia" not in vector.words.split()
    found = readers.hearing(uri)
    assert (found.state, found.qualified) == (HearingState.OPEN, 1)


def test_a_hearing_whose_time_is_over_is_told_as_missed(readers: Readership, ana: RemotePerson) -> None:
    uri = readers.write(ana, CARE)
    readers.age(uri, 49)
    assert lifecycle.is_due()
    readers.place()
    assert readers.hearing(uri).state is HearingState.MISSED
    assert not lifecycle.is_due()


def test_placing_twice_and_at_once_makes_one_hearing(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    readers.reader("dora")
    uri = readers.write(ana, CARE)
    readers.place()
    scheduling.place_next()
    assert len(forum.rows(Hearing)) == 1
    assert len(forum.rows(PostVector)) == 1
    assert readers.hearing(uri).floor == 10


def test_a_boards_own_words_and_what_was_written_to_a_sister_have_no_hearing(
    forum: Forum, readers: Readership
) -> None:
    readers.place()
    assert forum.rows(Hearing) == []


def test_a_post_with_a_content_warning_stays_folded(readers: Readership, ana: RemotePerson) -> None:
    dora = readers.reader("dora")
    readers.write(ana, "I could not go on", summary="Suicide", sensitive=True)
    page = dora.page("/")
    assert "Suicide" in page
    assert "I could not go on" not in page


def test_followers_only_and_private_posts_are_never_heard(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    for to in ([ana.uri + "/followers"], [forum.board()]):
        note = ana.note("Only for some", forum.board(), to=to, cc=[forum.board()])
        forum.post(ana, ana.create(note))
    forum.work()
    readers.place()
    assert forum.rows(Hearing) == []
    assert forum.rows(PostVector) == []


def test_the_author_is_told_that_it_is_on_its_way_or_heard_and_no_number(
    readers: Readership, forum: Forum
) -> None:
    floor(1)
    readers.reader("dora")
    eve = readers.reader("eve")
    dora = readers.home.people["dora"]
    visitor = Visitor(readers.app)
    visitor.sign_in(readers.home, "dora")
    readers.write(dora, CARE)
    path = forum.thread_path(CARE)
    assert "on its way to readers who may care" in visitor.page(path)
    assert "on its way" not in eve.page(path)
    readers.look(eve)
    assert "has been heard" in visitor.page(path)


def test_old_impressions_and_vectors_are_forgotten_and_the_counters_stay(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    from fedconnect.jobs import upkeep

    dora = readers.reader("dora")
    uri = readers.write(ana, CARE)
    readers.look(dora)
    with database.transaction() as session:
        session.execute(update(Impression).values(at=clock.now() - timedelta(days=31)))
        session.execute(update(PostVector).values(since=clock.now() - timedelta(days=15)))
    upkeep.run()
    assert forum.rows(Impression) == []
    assert forum.rows(PostVector) == []
    assert readers.hearing(uri).qualified == 1


def test_a_showing_of_last_month_is_not_counted_again(
    readers: Readership, forum: Forum, ana: RemotePerson
) -> None:
    dora = readers.reader("dora")
    uri = readers.write(ana, CARE)
    readers.look(dora)
    before = clock.now().replace(day=1) - timedelta(days=1)
    mark = impressions.mark_of(readers.reader_id("dora"), readers.hearing(uri).post_id, before)
    with database.transaction() as session:
        session.execute(update(Impression).values(mark=mark))
    readers.look(dora, forum.thread_path(CARE))
    assert len(forum.rows(Impression)) == 1
    assert readers.hearing(uri).qualified == 1


def test_a_board_that_nobody_reads_promises_nothing_and_says_so(
    readers: Readership, ana: RemotePerson, ben: RemotePerson
) -> None:
    dora = readers.reader("dora")
    read, unread = readers.write(ana, CARE), readers.write(ben, "Quite another thing", board="benefits")
    assert (readers.hearing(read).floor, readers.hearing(unread).floor) == (10, 0)
    assert "until 10 of them have really seen it" in dora.page("/boards/respite/hearing")
    assert "Too few people read here yet" in dora.page("/boards/benefits/hearing")


def test_a_person_who_is_gone_is_brought_to_nobody(readers: Readership, ana: RemotePerson) -> None:
    readers.reader("dora")
    readers.write(ana, CARE)
    assert len(readers.brought_to("dora")) == 1
    with database.transaction() as session:
        session.execute(update(Person).where(Person.username == "ana").values(gone_at=clock.now()))
    assert readers.brought_to("dora") == []


def test_a_thread_that_was_answered_since_comes_back_and_says_so(
    readers: Readership, forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    dora = readers.reader("dora")
    uri = readers.write(ana, CARE)
    dora.page(forum.thread_path(CARE))
    view_tracking.flush()
    assert readers.brought_to("dora") == []
    later = (clock.now() + timedelta(minutes=1)).isoformat()
    forum.tell(ben, ben.create(ben.note("I do", forum.board(), inReplyTo=uri, published=later)))
    page = dora.page("/")
    assert CARE in page
    assert "new replies" in page


def test_a_thread_stands_once_on_a_page_though_an_answer_in_it_waits_too(
    readers: Readership, forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    readers.reader("dora")
    uri = readers.write(ana, CARE)
    answer = ben.note("I found a place in Leeds", forum.board(), inReplyTo=uri)
    forum.tell(ben, ben.create(answer))
    with database.transaction() as session:
        long_ago = clock.now() - timedelta(hours=13)
        session.execute(update(Post).where(Post.uri == answer["id"]).values(received=long_ago))
    readers.place()
    assert readers.hearing(answer["id"]).state is HearingState.OPEN
    assert len(readers.brought_to("dora")) == 1


def test_a_restored_post_has_all_of_its_time_again_and_safeguarding_outlasts_a_removal(
    readers: Readership, forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    from fedconnect.forum import removal

    uri, other = readers.write(ana, CARE), readers.write(ben, "I cannot go on like this")
    readers.age(uri, 60)
    with database.transaction() as session:
        lifecycle.safeguard(session, session.get_one(Post, readers.hearing(other).post_id))
    for one in (uri, other):
        with database.transaction() as session:
            post = session.get_one(Post, readers.hearing(one).post_id)
            assert removal.remove(session, post)
        with database.transaction() as session:
            assert removal.restore(session, session.get_one(Post, post.id))
    readers.place()
    back = readers.hearing(uri)
    assert back.state is HearingState.OPEN
    assert back.ends_at > clock.now() + timedelta(hours=47)
    assert readers.hearing(other).exclusion is Exclusion.SAFEGUARDING
