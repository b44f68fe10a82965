"""Writing to a board by naming it, and what becomes of the post."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fedconnect.foundation import clock
from fedconnect.models.board import Follow
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.post import Post, PostState, Reaction
from fedconnect.models.thread import Thread
from fedconnect.moderation.cases import sealed_messages
from support.forum import Forum
from support.remote import PUBLIC, RemotePerson, RemoteServer, ago


def test_a_post_that_names_a_board_begins_a_thread(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(
        ana, ana.create(ana.note("How do you find a sitter?<br>We have tried two agencies.", forum.board()))
    )
    path = forum.thread_path("How do you find a sitter?")
    page = forum.get(path).get_data(as_text=True)
    assert "We have tried two agencies." in page
    assert page.count("How do you find a sitter?") == 2  # <title> and <h1>, not again under itself
    assert "How do you find a sitter?" in forum.get("/boards/respite").get_data(as_text=True)
    assert "How do you find a sitter?" in forum.get("/").get_data(as_text=True)


def test_a_thread_is_announced_once_to_each_shared_inbox_by_its_plain_id(
    forum: Forum,
    remote: RemoteServer,
    other_remote: RemoteServer,
    ana: RemotePerson,
    ben: RemotePerson,
    mallory: RemotePerson,
) -> None:
    for person in (ana, ben, mallory):
        forum.tell(person, person.follow(forum.board()))
    note = ana.note("Hello", forum.board())
    forum.tell(ana, ana.create(note))
    forum.deliver()
    (announce,) = remote.delivered("Announce")
    assert announce["object"] == note["id"]
    assert announce["actor"] == forum.board()
    assert announce["to"] == [PUBLIC]
    assert [one["id"] for one in other_remote.delivered("Announce")] == [announce["id"]]
    assert forum.ap(announce["id"]).json == announce


def test_a_reply_joins_its_thread_and_is_not_announced(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    answer = ben.note("An answer", forum.board(), inReplyTo=question["id"])
    forum.tell(ben, ben.create(answer))
    forum.deliver()
    assert len(remote.delivered("Announce")) == 1
    (thread,) = forum.rows(Thread, Thread.title == "A question")
    assert (thread.reply_count, thread.answered) == (1, True)
    assert "An answer" in forum.get(forum.thread_path("A question")).get_data(as_text=True)


def test_a_reply_without_the_board_is_shown_in_its_thread_only_and_says_so(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    forum.tell(ben, ben.create(ben.note("An aside", inReplyTo=question["id"])))
    page = forum.get(forum.thread_path("A question")).get_data(as_text=True)
    assert "An aside" in page
    assert "does not name the board" in page
    (thread,) = forum.rows(Thread, Thread.title == "A question")
    assert (thread.reply_count, thread.answered) == (0, True)
    assert (
        "no replies yet"
        not in forum.get("/boards/respite").get_data(as_text=True).partition("A question")[2][:1500]
    )
    assert "An aside" not in forum.get("/boards/respite/feed.atom").get_data(as_text=True)


def test_r12_a_reply_that_comes_before_its_parent_waits_for_it(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=question["id"])))
    (waiting,) = forum.rows(InboundActivity)
    assert (waiting.state, waiting.waits_for) == ("waiting", question["id"])
    forum.tell(ana, ana.create(question))
    forum.work()
    assert "An answer" in forum.get(forum.thread_path("A question")).get_data(as_text=True)


def test_an_edit_changes_title_and_text_and_an_older_one_changes_nothing(
    forum: Forum, ana: RemotePerson
) -> None:
    note = ana.note("Frist words", forum.board())
    forum.tell(ana, ana.create(note))
    newer = ana.update(note, "Second.", ago(minutes=50))
    older = ana.update(note, "First.", ago(minutes=55))
    forum.tell(ana, newer)
    forum.tell(ana, older)
    assert forum.titles() == ["Second. Frist words"]


def test_r12_an_update_that_comes_first_counts_as_the_post(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Words", forum.board())
    forum.tell(ana, ana.update(note, "Better"))
    forum.tell(ana, ana.create(note))
    assert forum.titles() == ["Better Words"]


def test_an_edit_that_drops_the_board_leaves_it(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Words", forum.board())
    forum.tell(ana, ana.create(note))
    plain = ana.note("Words", id=note["id"], updated=ago(minutes=40))
    forum.tell(ana, ana.activity("Update", plain))
    assert forum.titles() == []


def test_s19_nobody_edits_or_deletes_the_post_of_another(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    note = ana.note("Mine", forum.board())
    forum.tell(ana, ana.create(note))
    for person in (ben, mallory):
        forum.tell(
            person, person.delete(note["id"]) | {"id": person.next_uri()}, person.update(note, "Taken over")
        )
    assert forum.titles() == ["Mine"]


def test_s19_a_stranger_cannot_delete_what_is_yet_to_come(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, mallory: RemotePerson
) -> None:
    note = ana.note("Mine", forum.board())
    for person in (ben, mallory):
        forum.tell(person, person.delete(note["id"]) | {"id": person.next_uri()})
    forum.tell(ana, ana.create(note))
    assert forum.titles() == ["Mine"]


def test_s20_an_edit_never_widens_who_may_see_a_post(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Quiet words", forum.board(), to=[ana.uri + "/followers"], cc=[PUBLIC, forum.board()])
    forum.tell(ana, ana.create(note))
    wider = {**note, "to": [PUBLIC], "cc": [forum.board()], "updated": ago(minutes=30)}
    forum.tell(ana, ana.activity("Update", wider))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert post.visibility == "unlisted"
    assert "Quiet words" not in forum.get("/").get_data(as_text=True)


def test_s14_an_embedded_post_of_another_server_is_not_believed(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, mallory: RemotePerson
) -> None:
    note = ana.note("What ana never said", forum.board())
    forum.tell(mallory, mallory.activity("Create", note))
    assert forum.titles() == []


def test_an_activity_with_a_bare_id_is_read_from_its_origin(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    note = ana.note("Told by its origin", forum.board())
    remote.documents[note["id"].removeprefix(remote.base)] = {
        "@context": ana.create(note)["@context"],
        **note,
    }
    forum.tell(ana, ana.activity("Create", note["id"]))
    assert forum.titles() == ["Told by its origin"]
    (fetch,) = [one for one in remote.received if "statuses" in one.path]
    assert f'keyId="{"https://forum.example/actor"}#main-key"' in fetch.headers["signature"]


def test_p09_a_deleted_post_is_gone_everywhere_and_its_place_stays_for_answers(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    note = ana.note("Regretted words", forum.board())
    forum.tell(ana, ana.create(note))
    path = forum.thread_path("Regretted words")
    forum.tell(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=note["id"])))
    forum.tell(ana, ana.delete(note["id"]))
    page = forum.get(path).get_data(as_text=True)
    assert "deleted by its author" in page
    assert "An answer" in page
    for where in ("/", "/boards/respite", "/quiet", "/boards/respite/feed.atom", path):
        assert "Regretted" not in forum.get(where).get_data(as_text=True)
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert (post.source, post.body_html, post.excerpt) == ("", "", "")


def test_a_deleted_thread_without_answers_is_gone(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Regretted words", forum.board())
    forum.tell(ana, ana.create(note))
    path = forum.thread_path("Regretted words")
    forum.tell(ana, ana.delete(note["id"]))
    assert forum.get(path).status_code == 410


def test_p09_a_delete_that_comes_first_keeps_the_post_away(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    note = ana.note("Regretted words", forum.board())
    forum.tell(ana, ana.delete(note["id"]))
    forum.tell(ana, ana.create(note), ana.update(note, "Again"))
    forum.tell(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=note["id"])))
    forum.deliver()
    assert forum.titles() == [""], "listed for its answer, without a word of its own"
    assert "Again" not in forum.get("/boards/respite").get_data(as_text=True)
    assert remote.delivered("Announce") == []
    states = {post.uri: post.state for post in forum.rows(Post) if post.person_id}
    assert states[note["id"]] is PostState.DELETED


def test_an_announcement_not_sent_yet_is_withdrawn_and_a_sent_one_undone(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    first, second = (ana.note(text, forum.board()) for text in ("First", "Second"))
    forum.tell(ana, ana.create(first), ana.delete(first["id"]))
    forum.deliver()
    assert remote.deliveries == []
    forum.tell(ana, ana.create(second))
    forum.deliver()
    forum.tell(ana, ana.delete(second["id"]))
    forum.deliver()
    (announce,), (undo,) = remote.delivered("Announce"), remote.delivered("Undo")
    assert undo["object"]["id"] == announce["id"]
    assert undo["actor"] == forum.board()


def test_an_author_hears_once_where_the_post_is_who_sees_it_and_how_to_take_it_back(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    first = ana.note("First", forum.board())
    forum.tell(ana, ana.create(first), ana.create(ana.note("Second", forum.board())))
    assert forum.rows(DirectMessage) == [], "it says what is promised"
    forum.hear()
    forum.deliver()
    (create,) = remote.delivered("Create")
    note = create["object"]
    assert note["inReplyTo"] == first["id"]
    assert create["to"] == note["to"] == [ana.uri]
    assert PUBLIC not in json.dumps(create)
    assert forum.thread_path("First") in note["content"]
    assert "delete your post" in note["content"]
    assert forum.ap(note["id"]).status_code == 404


def test_a_notice_about_a_post_that_is_gone_moves_to_the_next(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    first, second = (ana.note(text, forum.board()) for text in ("First", "Second"))
    forum.tell(ana, ana.create(first), ana.create(second))
    forum.hear()
    forum.tell(ana, ana.delete(first["id"]))
    forum.deliver()
    (create,) = remote.delivered("Create")
    assert create["object"]["inReplyTo"] == second["id"]
    assert len(forum.rows(DirectMessage)) == 1


@pytest.mark.parametrize("to", ["followers", "nobody"])
def test_p02_a_private_message_to_a_board_reaches_its_moderators_alone_and_is_answered(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, to: str
) -> None:
    addressed = [ana.uri + "/followers"] if to == "followers" else [forum.board()]
    note = ana.note("A secret", forum.board(), to=addressed, cc=[forum.board()])
    forum.tell(ana, ana.create(note) | {"to": addressed})
    forum.deliver()
    assert forum.titles() == []
    (row,) = forum.rows(InboundActivity)
    assert row.body == ""
    (told,) = remote.delivered("Create")
    assert "only the people who look after the board can read it" in told["object"]["content"]
    (case,) = forum.rows(Case)
    assert case.kind is CaseKind.MESSAGE
    assert "A secret" in sealed_messages.read_message(case).text
    for table in (Case, OutboundActivity, Post, DirectMessage):
        assert "secret" not in str([vars(one) for one in forum.rows(table)]), (
            "sealed, and passed on to nobody"
        )


def test_p02_a_private_reply_under_a_thread_is_not_shown(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    secret = ben.note("A secret", forum.board(), inReplyTo=question["id"], to=[ana.uri], cc=[])
    forum.tell(ben, ben.create(secret))
    assert "A secret" not in forum.get(forum.thread_path("A question")).get_data(as_text=True)
    assert [post for post in forum.rows(Post) if post.uri == secret["id"]] == []


def test_an_unlisted_post_is_on_its_board_and_not_in_feeds_or_on_the_front_page(
    forum: Forum, ana: RemotePerson
) -> None:
    note = ana.note("Quiet words", forum.board(), to=[ana.uri + "/followers"], cc=[PUBLIC, forum.board()])
    forum.tell(ana, ana.create(note))
    assert "Quiet words" in forum.get("/boards/respite").get_data(as_text=True)
    for where in ("/", "/quiet", "/boards/respite/feed.atom"):
        assert "Quiet words" not in forum.get(where).get_data(as_text=True)


def test_likes_and_boosts_are_kept_undone_and_counted_nowhere(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    note = ana.note("Words", forum.board())
    like, boost = ben.activity("Like", note["id"]), ben.activity("Announce", note["id"])
    forum.tell(ben, like)
    forum.tell(ana, ana.create(note))
    before = forum.get(forum.thread_path("Words")).get_data(as_text=True)
    forum.tell(ben, boost)
    assert len(forum.rows(Reaction)) == 2
    assert forum.get(forum.thread_path("Words")).get_data(as_text=True) == before
    forum.tell(ben, ben.undo(like), ben.undo(boost))
    assert forum.rows(Reaction) == []


def test_a_person_whose_account_is_gone_leaves_nothing_behind(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()), ana.create(ana.note("Words", forum.board())))
    forum.tell(ana, ana.activity("Delete", ana.uri))
    assert forum.titles() == []
    assert "Ana" not in forum.get("/boards/respite").get_data(as_text=True)


def test_a_content_warning_covers_the_words_in_every_list(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("The covered words", forum.board(), summary="bereavement")))
    for where in ("/", "/boards/respite", "/quiet", "/boards/respite/feed.atom"):
        assert "covered words" not in forum.get(where).get_data(as_text=True)
    page = forum.get(forum.thread_path("bereavement")).get_data(as_text=True)
    assert page.index("<details") < page.index("The covered words") < page.index("</details>")


def test_a_post_that_names_two_boards_stands_on_the_first(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("Both", forum.board("benefits"), forum.board())))
    assert (forum.titles("benefits"), forum.titles("respite")) == (["Both"], [])


def test_x09_a_date_in_the_future_counts_as_now(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("From the future", forum.board(), published="9999-12-31T23:59:59Z")
    forum.tell(
        ana, ana.create(note), ana.create(ana.note("Old", forum.board(), published="1990-01-01T00:00:00Z"))
    )
    forum.tell(ana, ana.create(ana.note("New", forum.board(), published="not a date")))
    assert forum.titles() == ["New", "From the future", "Old"]


def test_deliveries_are_one_for_each_inbox(forum: Forum, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("Words", forum.board())))
    forum.hear()
    assert sorted(row.inbox.rpartition("/")[2] for row in forum.rows(Delivery)) == ["inbox", "inbox"]


def test_a_reply_that_waited_for_a_post_that_was_taken_back_goes_on_at_once(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    note = ana.note("Regretted words", forum.board())
    forum.tell(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=note["id"])))
    forum.tell(ana, ana.delete(note["id"]), ana.create(note))
    forum.work()
    assert {row.state for row in forum.rows(InboundActivity)} == {"handled"}
    (thread,) = forum.rows(Thread, Thread.starter_uri == note["id"])
    page = forum.get(f"/boards/respite/threads/{thread.id}").get_data(as_text=True)
    assert "An answer" in page
    assert "Regretted" not in page


def test_p09_nothing_of_an_account_that_is_gone_comes_back_with_a_late_message(
    forum: Forum, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ben.note("A question", forum.board())
    forum.tell(ana, ana.create(ana.note("A late answer", forum.board(), inReplyTo=question["id"])))
    late_post, late_follow = ana.create(ana.note("A late post", forum.board())), ana.follow(forum.board())
    for activity in (ana.activity("Delete", ana.uri), late_post, late_follow):
        assert forum.post(ana, activity).status_code == 202
    forum.work()
    forum.tell(ben, ben.create(question))
    forum.work()
    assert forum.titles() == ["A question"]
    page = forum.get(forum.thread_path("A question")).get_data(as_text=True)
    assert "A late answer" not in page
    assert forum.rows(Follow) == []


@pytest.mark.parametrize(
    "published", ["0001-01-01T00:00:00Z", "0999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"]
)
def test_c6_a_date_from_before_there_were_servers_counts_as_none(
    forum: Forum, ana: RemotePerson, published: str
) -> None:
    forum.tell(ana, ana.create(ana.note("Old", forum.board(), published=published, updated=published)))
    (thread,) = forum.rows(Thread, Thread.title == "Old")
    assert clock.now() - thread.published < timedelta(minutes=5)
    month = f"{thread.published:%Y/%m}"
    for path in ("", "?page=1", f"/{month}", "/feed.atom", "/outbox"):
        assert forum.get(f"/boards/respite{path}").status_code == 200
    assert f"/boards/respite/{month}" in forum.get("/boards/respite").get_data(as_text=True)
