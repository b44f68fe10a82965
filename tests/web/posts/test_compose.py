"""Writing from here as yourself: what is typed is never lost, never widened, and never said twice."""

from __future__ import annotations

import html
import io
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import update

from fedconnect.accounts import outgoing_status
from fedconnect.accounts.home_limits import Limits
from fedconnect.foundation import caches, clock, database, durable, rate_limit
from fedconnect.jobs import submissions as submissions_job
from fedconnect.models.bookmark import Bookmark, LocalFollow
from fedconnect.models.case import Case
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.post import Arrival, Post, PostState, Reaction
from fedconnect.models.submission import Submission, SubmissionState, UnsentPost
from fedconnect.models.thread import Thread
from support.forum import BASE, Forum
from support.home import DIALECTS, FakeHomeServer
from support.remote import RemotePerson
from support.visitor import Visitor

TEXT = "Who looks after the carer?\nI have not slept through since March."


@pytest.fixture
def writer(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> Visitor:
    """Dora, who has signed in and permitted writing."""
    caches.clear_all()
    home.resident("dora")
    assert visitor.sign_in(home, "dora", wanted=("write",)).status_code == 303
    return visitor


def form(text: str = TEXT, **fields: str) -> dict[str, str]:
    return {"text": text, "visibility": "public", "language": "en", "do": "send", **fields}


def path_of(post: Post, deed: str = "") -> str:
    return f"/boards/respite/threads/{post.thread_id}/{post.id}" + (f"/{deed}" if deed else "")


def own(forum: Forum) -> list[Post]:
    return forum.rows(Post, Post.person_id.is_not(None))


def test_a_thread_written_here_is_the_writers_own_post_and_stands_on_the_board(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    answer = writer.post("/boards/respite/new", form())
    (post,) = own(forum)
    assert answer.status_code == 303
    assert answer.headers["Location"] == path_of(post)
    assert post.uri == f"{home.base}/users/dora/statuses/1"
    (thread,) = forum.rows(Thread, Thread.starter_uri == post.uri)
    assert thread.title == "Who looks after the carer?"
    assert home.statuses["1"]["text"] == TEXT + "\n\n@respite@forum.example"
    assert forum.rows(Submission)[0].state is SubmissionState.SEEN
    assert forum.rows(UnsentPost) == [], "what is sent is no draft any more"
    page = writer.page(f"/boards/respite/threads/{thread.id}")
    assert "slept through since March" in page
    assert "fetched from its author" not in page


def test_who_is_not_signed_in_signs_in_and_permits_in_one_go(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    asked = visitor.get("/boards/respite/new")
    assert asked.status_code == 401
    page = asked.get_data(as_text=True)
    assert 'name="for" value="write"' in page
    assert 'href="/boards/respite/write"' in page, "and who would rather not, writes from their own server"
    assert 'name="next" value="/boards/respite/new"' in page
    way = visitor.way_on(
        visitor.post(
            "/sign-in", {"account": f"@dora@{home.host}", "for": "write", "next": "/boards/respite/new"}
        )
    )
    back = visitor.come_back(home.confirm(way, "dora"))
    assert back.headers["Location"] == "/boards/respite/new"
    assert visitor.get("/boards/respite/new").status_code == 200
    assert visitor.post("/boards/respite/new", form()).status_code == 303
    assert len(own(forum)) == 1


def test_who_permitted_only_the_sign_in_is_asked_when_it_is_needed(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    page = visitor.get("/boards/respite/new")
    assert page.status_code == 403
    assert "Publish, edit and delete posts" in page.get_data(as_text=True)
    assert visitor.post("/boards/respite/new", form()).status_code == 403
    assert home.calls("/api/v1/statuses") == []


def test_an_answer_stands_under_what_it_answers_and_names_whom_it_answers(
    forum: Forum, writer: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    (question,) = own(forum)
    page = writer.page(path_of(question, "reply"))
    assert "Ana" in page
    writer.post(path_of(question, "reply"), form("Have you tried the carers’ line?"))
    answer = next(post for post in own(forum) if not post.is_starter)
    assert answer.parent_id == question.id
    assert home.statuses["1"]["text"].startswith(f"@ana@{ana.server.host} Have you tried")


def test_what_the_home_server_cannot_find_is_said_and_stands_in_its_place_all_the_same(
    forum: Forum, writer: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    (question,) = own(forum)
    home.unresolvable.add(question.uri)
    refused = writer.post(path_of(question, "reply"), form("My answer"))
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "cannot find the post that you answer" in page
    assert "My answer" in page
    assert home.statuses == {}
    writer.post(path_of(question, "reply"), form("My answer", loose="on"))
    answer = next(post for post in own(forum) if not post.is_starter)
    assert answer.parent_id == question.id
    forum.tell(home.people["dora"], home.sends("dora", answer.uri))
    assert len(own(forum)) == 2, "its own server’s delivery is the same post"


def test_a_delivery_that_overtakes_the_answer_of_the_home_server_waits_for_its_place(
    forum: Forum, writer: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    (question,) = own(forum)
    home.unresolvable.add(question.uri)
    home.spoilt["POST /api/v1/statuses"] = (502, {}, b"")
    writer.post(path_of(question, "reply"), form("My answer", loose="on"))
    assert len(own(forum)) == 1
    forum.tell(home.people["dora"], home.sends("dora", home.statuses["1"]["uri"]))
    assert len(own(forum)) == 1, "it does not begin a thread of its own"
    with database.transaction() as session:
        session.execute(update(Submission).values(due_at=clock.now()))
    submissions_job.run()
    forum.hurry()
    forum.work()
    answer = next(post for post in own(forum) if not post.is_starter)
    assert answer.parent_id == question.id
    assert len(home.statuses) == 1


@pytest.mark.parametrize("order", ["adopted first", "delivered first", "at once"])
def test_a_post_that_comes_by_both_roads_is_one_row(
    forum: Forum, writer: Visitor, home: FakeHomeServer, order: str
) -> None:
    dora = home.people["dora"]
    for number in range(34):
        rate_limit.forget()  # nobody writes so much in five minutes
        is_later = order != "adopted first"
        if is_later:  # adopting must wait
            home.refusing |= {
                f"/users/dora/statuses/{one}": (503, {}, b"") for one in range(dora.numbers, dora.numbers + 3)
            }
        writer.post("/boards/respite/new", form(f"Thread {number}"))
        home.refusing.clear()
        sent = home.sends("dora", list(home.statuses.values())[-1]["uri"])
        if not is_later or order == "delivered first":
            forum.tell(dora, sent)
            _let_submissions_go_on()
            continue
        both = [
            threading.Thread(target=forum.post, args=(dora, sent)),
            threading.Thread(target=_let_submissions_go_on),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        forum.hurry()
        forum.work()
        _let_submissions_go_on()
    posts = own(forum)
    assert len(posts) == 34
    assert len({post.uri for post in posts}) == 34
    assert all(row.state is SubmissionState.SEEN for row in forum.rows(Submission))
    assert len(home.statuses) == 34
    assert len(forum.rows(OutboundActivity, OutboundActivity.kind == "Announce")) == 34, "announced once each"


def _let_submissions_go_on() -> None:
    with database.transaction() as session:
        session.execute(
            update(Submission).where(Submission.state != SubmissionState.SEEN).values(due_at=clock.now())
        )
    submissions_job.run()


def test_a_crash_after_the_home_server_accepted_loses_and_doubles_nothing(
    forum: Forum, writer: Visitor, home: FakeHomeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As if the process had died just here."""

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    monkeypatch.setattr(durable, "save", die)
    with pytest.raises(Killed):
        writer.post("/boards/respite/new", form())
    monkeypatch.undo()
    assert len(home.statuses) == 1, "the home server has it"
    assert own(forum) == [], "and we have not"
    with database.transaction() as session:
        session.execute(update(Submission).values(due_at=clock.now(), lease_until=None))
    submissions_job.run()
    assert len(home.statuses) == 1
    assert len(own(forum)) == 1
    assert len(home.calls("/api/v1/statuses")) == 1, "looked for among her own posts, not said again"


def test_after_a_lost_answer_we_look_before_we_would_say_it_again(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    home.spoilt["POST /api/v1/statuses"] = (502, {}, b"")
    answer = writer.post("/boards/respite/new", form())
    assert "/you/sent/" in answer.headers["Location"]
    assert "never post it twice" in writer.page(answer.headers["Location"])
    home.keys.clear()  # it keeps none, as GoToSocial
    with database.transaction() as session:
        session.execute(update(Submission).values(due_at=clock.now()))
    submissions_job.run()
    assert len(home.statuses) == 1
    assert len(own(forum)) == 1
    assert len(home.calls("/api/v1/statuses")) == 1


@pytest.fixture
def hollo() -> Iterator[FakeHomeServer]:
    server = FakeHomeServer("127.0.0.4", DIALECTS["hollo"])
    server.resident("dora")
    yield server
    server.close()


@pytest.mark.parametrize("what", ["poll", "picture"])
def test_a_server_that_reads_json_only_and_names_pictures_by_uuids_gets_them_all(
    forum: Forum, visitor: Visitor, hollo: FakeHomeServer, what: str
) -> None:
    caches.clear_all()
    visitor.sign_in(hollo, "dora", wanted=("write",))
    sent = form()
    if what == "picture":
        file = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(file, "PNG")
        visitor.post(
            "/boards/respite/new", form(do="picture") | {"pictures": (io.BytesIO(file.getvalue()), "a.png")}
        )
        (number,) = hollo.uploads
        sent |= {"media_id": number, "media_alt": "Red"}
    else:
        sent |= {"options": "Yes\nNo"}
    assert "/threads/" in visitor.post("/boards/respite/new", sent).headers["Location"]
    (status,) = hollo.statuses.values()
    assert (len(status["media_attachments"]), bool(status["poll"])) == (what == "picture", what == "poll")


def test_what_its_server_left_out_is_told_in_one_line_and_the_text_is_kept(
    forum: Forum, visitor: Visitor, hollo: FakeHomeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches.clear_all()
    visitor.sign_in(hollo, "dora", wanted=("write",))
    real = hollo.post_status

    def drops(user: str, fields: dict[str, Any], request: Any) -> Any:
        return real(user, {**fields, "poll": None}, request)

    monkeypatch.setattr(hollo, "post_status", drops)
    answer = visitor.post("/boards/respite/new", form(options="Yes\nNo"))
    page = visitor.page(answer.headers["Location"])
    assert f"{hollo.host} published it without your poll." in page
    assert "since March" in visitor.page("/boards/respite/new")
    submissions_job.run()
    assert len(hollo.statuses) == 1


def test_a_form_that_is_sent_twice_is_said_once(forum: Forum, writer: Visitor, home: FakeHomeServer) -> None:
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', writer.page("/boards/respite/new"))
    assert found is not None
    for _ in range(3):
        assert writer.post("/boards/respite/new", form(key=found[1])).status_code == 303
    assert len(home.statuses) == 1
    assert len(own(forum)) == 1
    writer.post("/boards/respite/new", form(key="nonsense"))
    assert len(home.statuses) == 2, "and a form without a key is one of its own"


def test_a_text_that_is_refused_later_is_still_a_draft(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    home.refusing["/api/v1/statuses"] = (503, {}, b"")
    answer = writer.post("/boards/respite/new", form())
    home.refusing["/api/v1/statuses"] = (422, {"Content-Type": "application/json"}, b'{"error": "too rude"}')
    with database.transaction() as session:
        session.execute(update(Submission).values(due_at=clock.now()))
    submissions_job.run()
    page = writer.get(answer.headers["Location"], **{"Accept-Language": "de"}).get_data(as_text=True)
    assert f"{home.host} hat das nicht angenommen: „too rude“" in page, (
        "what a row keeps is said in each language"
    )
    page = writer.page(answer.headers["Location"])
    assert "It was not sent" in page
    assert f"{home.host} did not take this: “too rude”" in page
    assert "since March" in writer.page("/boards/respite/new")


def test_an_edit_from_here_loses_neither_pictures_nor_a_poll(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    writer.post("/boards/respite/new", form())
    (post,) = own(forum)
    home.statuses["1"] |= {"sensitive": True, "media_attachments": [{"id": "500", "description": "A garden"}]}
    page = writer.page(path_of(post, "edit"))
    assert "A garden" in page
    assert re.search(r'name="sensitive" checked', page)
    del home.statuses["1"]["media_attachments"]
    assert writer.get(path_of(post, "edit")).status_code == 502, "rather than an edit that drops them"
    with database.transaction() as session:
        session.merge(post).poll = '{"options": [], "is_multiple": false, "ends": null, "is_closed": false}'
    home.statuses["1"]["media_attachments"] = []
    assert writer.get(path_of(post, "edit")).status_code == 403


def test_a_home_server_that_is_away_gets_it_later(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    home.refusing["/api/v1/statuses"] = (503, {}, b"")
    answer = writer.post("/boards/respite/new", form())
    assert "/you/sent/" in answer.headers["Location"]
    del home.refusing["/api/v1/statuses"]
    with database.transaction() as session:
        session.execute(update(Submission).values(due_at=clock.now()))
    submissions_job.run()
    assert len(own(forum)) == 1
    assert writer.get(answer.headers["Location"]).headers["Location"] == path_of(own(forum)[0])


def test_a_refusal_is_shown_in_plain_text_and_the_words_are_kept(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    home.refusing["/api/v1/statuses"] = (
        422, {"Content-Type": "application/json"}, b'{"error": "Validation failed: <script>alert(1)</script> too rude"}',
    )  # fmt: skip
    answer = writer.post("/boards/respite/new", form(warning="Tired"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "too rude" in page
    assert "<script>alert" not in page
    assert html.escape(TEXT.splitlines()[1]) in page
    home.refusing.clear()
    assert "since March" in writer.page("/boards/respite/new"), "and is there on coming back"
    assert 'value="Tired"' in writer.page("/boards/respite/new")


def test_a_permission_that_was_withdrawn_at_home_is_asked_for_anew(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    home.tokens.clear()
    answer = writer.post("/boards/respite/new", form())
    assert answer.status_code == 403
    assert "May we do this for you?" in answer.get_data(as_text=True)
    writer.permit(home, "dora", "write")
    assert "since March" in writer.page("/boards/respite/new")


@pytest.mark.parametrize(
    "missing",
    [
        {"visibility": ""},
        {"visibility": "private"},
        {"visibility": "direct"},
        {"text": "  "},
        {"text": "x" * 600},
    ],
)
def test_what_cannot_be_sent_is_said_before_anything_leaves(
    forum: Forum, writer: Visitor, home: FakeHomeServer, missing: dict[str, str]
) -> None:
    answer = writer.post("/boards/respite/new", form() | missing)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert home.statuses == {}


@pytest.mark.parametrize(
    ("own_default", "checked"),
    [("public", "public"), ("unlisted", "unlisted"), ("private", None), ("direct", None)],
)
def test_the_visibility_is_shown_and_never_widened(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, own_default: str, checked: str | None
) -> None:
    home.lies = {"source": {"privacy": own_default, "language": "de"}}
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("write",))
    page = visitor.page("/boards/respite/new")
    found = re.findall(r'value="(\w+)"[^>]* checked', page)
    assert found == ([checked] if checked else [])
    assert ("so please choose" in page) == (checked is None)
    assert '<option value="de" lang="de" selected>' in page


def test_an_answer_to_a_quiet_post_begins_quiet(forum: Forum, writer: Visitor, ana: RemotePerson) -> None:
    note = ana.note("Quietly", forum.board())
    note["to"], note["cc"] = note["cc"][:1], [*note["to"], forum.board()]
    forum.tell(ana, ana.create(note))
    (question,) = own(forum)
    assert re.findall(r'value="(\w+)"[^>]* checked', writer.page(path_of(question, "reply"))) == ["unlisted"]


def test_a_post_is_edited_and_deleted_from_here(forum: Forum, writer: Visitor, home: FakeHomeServer) -> None:
    writer.post("/boards/respite/new", form())
    (post,) = own(forum)
    page = writer.page(path_of(post, "edit"))
    assert "slept through since March.</textarea>" in page, "without the board’s name that we had added"
    writer.post(path_of(post, "edit"), form("Who looks after the carers?\nEdited."))
    assert forum.rows(Thread, Thread.id == post.thread_id)[0].title == "Who looks after the carers?"
    assert "Delete your post?" in writer.page(path_of(post, "delete"))
    assert writer.post(path_of(post, "delete")).status_code == 303
    assert home.statuses == {}
    assert own(forum)[0].state is PostState.DELETED


def test_p06_nobody_edits_deletes_or_follows_the_sending_of_somebody_elses(
    forum: Forum, app: Flask, writer: Visitor, home: FakeHomeServer
) -> None:
    writer.post("/boards/respite/new", form())
    (post,) = own(forum)
    (submission,) = forum.rows(Submission)
    home.resident("mallory", key=2)
    other = Visitor(app)
    other.sign_in(home, "mallory", wanted=("write",))
    for path in (path_of(post, "edit"), path_of(post, "delete"), f"/you/sent/{submission.id}"):
        assert other.get(path).status_code == 404
        assert other.get(path).data == other.get("/you/sent/1").data, "the same as what is not there"
    for path in (path_of(post, "edit"), path_of(post, "delete")):
        assert other.post(path, form("Mine now")).status_code == 404
    assert own(forum)[0].state is PostState.VISIBLE
    assert len(home.statuses) == 1


def test_a_draft_is_kept_for_its_place_and_its_writer(
    forum: Forum, app: Flask, writer: Visitor, home: FakeHomeServer
) -> None:
    kept = writer.post("/boards/respite/new", form("Half a thought", do="save"))
    assert "Your draft is kept" in kept.get_data(as_text=True)
    assert "Half a thought" in writer.page("/boards/respite/new")
    assert "Half a thought" not in writer.page("/boards/benefits/new")
    home.resident("mallory", key=2)
    other = Visitor(app)
    other.sign_in(home, "mallory", wanted=("write",))
    assert "Half a thought" not in other.page("/boards/respite/new")
    assert home.statuses == {}


def test_a_preview_shows_the_words_and_nothing_active(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    page = writer.post(
        "/boards/respite/new", form("See https://example.org/a?b=1&c=2 <b onclick=x>", do="preview")
    ).get_data(as_text=True)
    preview = page[page.index('class="preview"') : page.index("<form method")]
    assert '<a href="https://example.org/a?b=1&amp;c=2"' in preview
    assert "&lt;b onclick" in preview
    assert home.statuses == {}


def test_a_picture_goes_without_its_place_and_not_without_a_description(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(raw, "JPEG", exif=exif)
    assert b"Secret Camera" in raw.getvalue()
    answer = writer.post(
        "/boards/respite/new", {**form(do="picture"), "pictures": (io.BytesIO(raw.getvalue()), "home.jpg")}
    )
    page = answer.get_data(as_text=True)
    assert "what is to be seen?" in page
    (sent,) = home.uploads.values()
    assert b"Secret Camera" not in sent
    assert b"home.jpg" not in sent
    assert "no description yet" in writer.post(
        "/boards/respite/new", {**form(), "media_id": "500", "media_alt": ""}
    ).get_data(as_text=True)
    writer.post("/boards/respite/new", {**form(), "media_id": "500", "media_alt": "A teal square"})
    assert ("dora", "describe", "A teal square") in home.deeds


def test_a_poll_is_asked_as_the_home_server_takes_it(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    refused = writer.post("/boards/respite/new", form(options="Only one"))
    assert "2 to 4 answers" in refused.get_data(as_text=True)
    writer.post("/boards/respite/new", form(options="Yes\nNo", lasts="259200", multiple="on"))
    sent = json.loads(home.calls("/api/v1/statuses")[-1].body)
    assert sent["poll"] == {"options": ["Yes", "No"], "expires_in": 259_200, "multiple": True}


def test_marks_go_through_the_home_server_and_are_shown_to_their_reader_alone(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    (post,) = own(forum)
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("mark",))
    for deed in ("favourite", "boost"):
        assert visitor.post(path_of(post, deed)).status_code == 303
    assert {mark.kind for mark in forum.rows(Reaction)} == {"like", "boost"}
    page = visitor.page(f"/boards/respite/threads/{post.thread_id}")
    assert page.count('aria-pressed="true"') == 2
    assert "aria-pressed" not in Visitor(app).page(f"/boards/respite/threads/{post.thread_id}")
    for deed in ("unfavourite", "unboost"):
        visitor.post(path_of(post, deed))
    assert forum.rows(Reaction) == []
    assert [deed for _, deed, _ in home.deeds] == ["favourite", "reblog", "unfavourite", "unreblog"]


def test_what_is_saved_is_bookmarked_at_home_by_whoever_permitted_marks(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    (post,) = own(forum)
    home.resident("dora")
    visitor.sign_in(home, "dora", wanted=("mark",))
    visitor.post(path_of(post, "save"))
    visitor.post(path_of(post, "unsave"))
    assert [deed for _, deed, _ in home.deeds] == ["bookmark", "unbookmark"]
    home.refusing["/api/v2/search"] = (503, {}, b"")
    caches.clear_all()
    visitor.post(path_of(post, "save"))
    assert len(forum.rows(Bookmark)) == 1, "whatever the home server does"


def test_saving_needs_no_permission_and_tells_nobody(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    (post,) = own(forum)
    home.resident("dora")
    visitor.sign_in(home, "dora")
    before = len(home.received)
    visitor.post(path_of(post, "save"))
    assert len(forum.rows(Bookmark)) == 1
    assert "A question" in visitor.page("/you/saved")
    visitor.post(path_of(post, "unsave"))
    assert forum.rows(Bookmark) == []
    assert len(home.received) == before


def test_a_board_is_followed_from_the_account_or_here_alone(
    forum: Forum, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    asked = visitor.post("/boards/respite/following", {"how": "home"})
    assert asked.status_code == 403
    assert "Follow and unfollow boards" in asked.get_data(as_text=True)
    visitor.post("/boards/respite/following", {"how": "here"})
    assert len(forum.rows(LocalFollow)) == 1
    assert home.deeds == [], "their server does not learn of it"
    visitor.permit(home, "dora", "follow")
    visitor.post("/boards/respite/following", {"how": "home"})
    assert home.deeds == [("dora", "follow", True)], "with announcements, or nothing would arrive"
    assert forum.rows(LocalFollow) == []


def test_a_report_is_ours_whatever_the_home_server_says(
    forum: Forum, visitor: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("Something bad", forum.board())))
    (post,) = own(forum)
    home.resident("dora")
    visitor.sign_in(home, "dora")
    answer = visitor.post(path_of(post, "report"), {"words": "This is unkind", "pass_on": "on"})
    page = answer.get_data(as_text=True)
    assert "Thank you" in page
    assert "have not permitted this yet" in page
    (case,) = forum.rows(Case)
    assert case.words == "This is unkind"
    visitor.permit(home, "dora", "report")
    visitor.post(path_of(post, "report"), {"words": "Again", "pass_on": "on"})
    assert home.deeds == [("dora", "report", "Again")]


def test_somebody_banned_or_a_closed_thread_is_told_before_they_write(
    forum: Forum, writer: Visitor, ana: RemotePerson
) -> None:
    from fedconnect.models.thread import ThreadState

    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    (question,) = own(forum)
    with database.transaction() as session:
        session.get_one(Thread, question.thread_id).move(ThreadState.LOCKED)
    answer = writer.get(path_of(question, "reply"))
    assert answer.status_code == 403
    assert "takes no more answers" in answer.get_data(as_text=True)


def test_an_adopted_post_is_passed_on_to_the_threadiverse_when_its_own_server_has_said_it(
    forum: Forum, writer: Visitor, home: FakeHomeServer, lea: RemotePerson
) -> None:
    forum.tell(lea, lea.follow(forum.board()))
    writer.post("/boards/respite/new", form())
    forum.work()
    envelopes = [
        row for row in forum.rows(OutboundActivity) if '"Create"' in row.body and "Announce" in row.body
    ]
    assert envelopes == [], "we say nothing in its server’s name"
    dora = home.people["dora"]
    forum.tell(dora, home.sends("dora", f"{dora.uri}/statuses/1"))
    envelopes = [
        row for row in forum.rows(OutboundActivity) if '"Create"' in row.body and "Announce" in row.body
    ]
    assert len(envelopes) == 1
    assert own(forum)[0].arrival is Arrival.SENT
    assert len(forum.rows(InboundActivity, InboundActivity.object_uri == own(forum)[0].uri)) == 2


@pytest.mark.parametrize(
    ("text", "counted"),
    [("abc", 3), ("👩‍👩‍👧‍👦", 1), ("é", 1), ("https://example.org/" + "x" * 80, 23), ("hi @ana@example.social!", 8), ("ab\ncd", 5)],
)  # fmt: skip
def test_characters_are_counted_as_the_home_server_counts(text: str, counted: int) -> None:
    assert outgoing_status.length(text, "", Limits()) == counted
    assert outgoing_status.length(text, "ab", Limits()) == counted + 2


def test_p11_a_page_to_write_on_loads_from_us_alone(forum: Forum, writer: Visitor) -> None:
    answer = writer.get("/boards/respite/new")
    page = answer.get_data(as_text=True)
    assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', page)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert BASE


def test_an_edit_offers_no_other_audience_since_no_api_changes_it(
    forum: Forum, writer: Visitor, home: FakeHomeServer
) -> None:
    assert 'type="radio" name="visibility"' in writer.page("/boards/respite/new")
    writer.post("/boards/respite/new", form(visibility="unlisted"))
    (post,) = own(forum)
    page = writer.page(path_of(post, "edit"))
    assert 'type="radio" name="visibility"' not in page
    assert '<input type="hidden" name="visibility" value="unlisted">' in page
    assert writer.post(path_of(post, "edit"), form("Changed", visibility="unlisted")).status_code == 303
