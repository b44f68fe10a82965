"""Writing through one's own server: nothing that is not ready is kept or said, and how it went is its author's alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from fedconnect.accounts import unsent_posts
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import HomeRefused
from fedconnect.accounts.outgoing_status import MediaUpload, NotReady
from fedconnect.accounts.post_form import PostForm
from fedconnect.drafts import Visibility
from fedconnect.forum import post_lookup
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FedConnectError, FetchFailed, NotFound
from fedconnect.home_servers import ingestion, publishing
from fedconnect.home_servers.publishing import Sent
from fedconnect.models.board import Board
from fedconnect.models.home_server import HomeServer
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState, UnsentPost
from fedconnect.moderation.cases import held_cases
from fedconnect.moderation.posts.writing_places import WritingPlace
from support.account_rows import a_home_reader, a_visit
from support.home_server_rows import HOME, STATUSES, HomeOthers, Place, a_place
from support.unit import Unit, a_thread

SAID, MEDIA = f"{HOME}/posts/9", f"{HOME}/api/v1/media/5"
FORM = PostForm(text="Who looks after the carer?", visibility="public")
PICTURE = MediaUpload("5", "A bench")


class Taking:
    """What taking a post in finds: its state here, or what goes wrong."""

    state: PostState | Exception | None = PostState.VISIBLE

    def ingest(self, uri: str, author_uri: str, *, replies_to_uri: str = "") -> None:
        if isinstance(self.state, Exception):
            raise self.state
        if self.state is None:
            return
        with database.transaction() as session:
            if post_lookup.find_post(session, uri) is None:
                author = session.scalars(select(Person).where(Person.uri == author_uri)).one()
                a_thread(session, session.scalars(select(Board)).one(), author, uri=uri, state=self.state)


@pytest.fixture
def taking(monkeypatch: pytest.MonkeyPatch) -> Taking:
    found = Taking()
    monkeypatch.setattr(ingestion, "ingest_own_post", found.ingest)
    return found


@pytest.fixture
def at(unit: Unit, home: HomeOthers, taking: Taking) -> Place:
    """Ana's own post, which her server has as 7; it takes others as 9 and says nothing of its limits."""
    with database.transaction() as session:
        found = a_place(session, is_own=True, visibility=Visibility.UNLISTED, warning="Care")
        session.get_one(HomeServer, found.visit.home_id).limits_at = clock.now()
    home.finds(found.post.uri)
    home.tells(STATUSES, {"id": "9", "uri": SAID})
    home.tells(f"{STATUSES}/7", {"id": "7", "uri": found.post.uri})
    home.tells(MEDIA, {"id": "5"})
    return found


def place(at: Place, kind: SubmissionKind = SubmissionKind.START) -> WritingPlace:
    with database.read_transaction() as session:
        reader = session.get_one(Reader, at.visit.reader_id)
        about = at.post if kind is not SubmissionKind.START else None
        home = session.get_one(HomeServer, at.visit.home_id)
        return WritingPlace(kind, at.board, about, "", "", "", reader, home)


def send(
    at: Place, form: PostForm = FORM, kind: SubmissionKind = SubmissionKind.START, key: str = "key"
) -> Sent:
    return publishing.send(at.visit, place(at, kind), form, key=key, accepts_no_alt=False)


def submitted() -> list[Submission]:
    with database.read_transaction() as session:
        return list(session.scalars(select(Submission)))


def left_there(at: Place, form: PostForm = FORM, about: str = "") -> None:
    with database.transaction() as session:
        unsent_posts.save_unsent(session, at.visit.reader_id, at.board.id, about, form)


def test_what_is_not_ready_is_kept_nowhere_and_said_to_nobody(at: Place, home: HomeOthers) -> None:
    for form in (
        replace(FORM, visibility=""), replace(FORM, text=" \n"), replace(FORM, text="a" * 501), replace(FORM, options="One"),
        replace(FORM, media=(MediaUpload("5", " "),)), replace(FORM, media=(PICTURE,) * 5),
    ):  # fmt: skip
        with pytest.raises(NotReady):
            send(at, form)
    assert (submitted(), home.asked) == ([], [])


@pytest.mark.parametrize(("length", "is_taken"), [(500, True), (501, False)])
def test_the_boards_name_counts_for_what_the_home_server_takes(
    at: Place, home: HomeOthers, length: int, is_taken: bool
) -> None:
    text = "a" * (length - len("\n\n@respite"))  # a server counts no host of a handle
    if is_taken:
        assert send(at, replace(FORM, text=text)).post is not None
    else:
        with pytest.raises(NotReady):
            send(at, replace(FORM, text=text))


def test_a_description_that_home_does_not_take_stops_it_before_anything_is_kept(
    at: Place, home: HomeOthers
) -> None:
    home.tells(MEDIA, {"error": "Record not found"}, 404)
    with pytest.raises(HomeRefused):
        send(at, replace(FORM, media=(PICTURE,)))
    assert (submitted(), home.deeds) == ([], ["PUT /media/5"])


def test_what_home_refuses_is_not_published_and_the_draft_stays(at: Place, home: HomeOthers) -> None:
    left_there(at)
    refusals: list[tuple[int, type[FedConnectError]]] = [(422, HomeRefused), (403, PermissionNeeded)]
    for number, (status, error) in enumerate(refusals):
        home.tells(STATUSES, {"error": "No"}, status)
        with pytest.raises(error):
            send(at, key=f"key {number}")
    assert {one.state for one in submitted()} == {SubmissionState.FAILED}
    assert publishing.begin_form(at.visit, place(at)) == FORM


@pytest.mark.parametrize("state", [None, PostState.HELD, FetchFailed("away")])
def test_what_is_not_to_be_seen_yet_is_sent_without_a_post(
    at: Place, home: HomeOthers, taking: Taking, state: PostState | Exception | None
) -> None:
    taking.state = state
    sent = send(at)
    (row,) = submitted()
    assert sent == Sent(row.id, None)
    assert row.uri == SAID


def test_a_home_that_does_not_answer_is_asked_again_later(at: Place, home: HomeOthers) -> None:
    home.tells(STATUSES, {}, 500)
    sent = send(at)
    (row,) = submitted()
    assert (sent, row.state, row.uri) == (Sent(row.id, None), SubmissionState.ASKED, "")


def test_a_form_sent_twice_is_one_post(at: Place, home: HomeOthers) -> None:
    first, second = send(at), send(at)
    assert first.submission_id == second.submission_id
    assert first.post is not None
    assert second.post is not None
    assert first.post.uri == second.post.uri == SAID
    assert home.deeds == ["POST /statuses"]
    assert home.waited_in_bounds()


def test_pictures_are_described_before_a_post_is_said_and_not_again_with_an_edit(
    at: Place, home: HomeOthers
) -> None:
    form = replace(FORM, media=(PICTURE,))
    send(at, form)
    assert home.deeds == ["PUT /media/5", "POST /statuses"]
    send(at, form, SubmissionKind.EDIT, "another")
    assert home.deeds[2:] == ["PUT /statuses/7"]
    assert home.form["media_ids"] == ["5"]


@pytest.mark.parametrize(
    ("kind", "is_loose"),
    [(SubmissionKind.REPLY, True), (SubmissionKind.START, False), (SubmissionKind.EDIT, False)],
)
def test_only_an_answer_can_be_sent_without_what_it_answers(
    at: Place, home: HomeOthers, kind: SubmissionKind, is_loose: bool
) -> None:
    send(at, replace(FORM, is_loose=True), kind)
    (row,) = submitted()
    assert row.is_loose is is_loose
    assert row.about_uri == ("" if kind is SubmissionKind.START else at.post.uri)
    assert row.kind is kind


def test_a_form_begins_with_what_was_left_in_this_very_place(at: Place, home: HomeOthers) -> None:
    left_there(at, about=at.post.uri)
    for kind in (SubmissionKind.EDIT, SubmissionKind.REPLY):
        assert publishing.begin_form(at.visit, place(at, kind)) == FORM
    assert publishing.begin_form(at.visit, place(at)) == PostForm(language="en", visibility="public")
    assert home.asked == []


def test_an_answer_begins_as_quiet_as_what_it_answers_and_an_edit_with_its_words(
    at: Place, home: HomeOthers
) -> None:
    answer = publishing.begin_form(at.visit, place(at, SubmissionKind.REPLY))
    assert (answer.text, answer.warning, answer.visibility, home.asked) == ("", "Care", "unlisted", [])
    home.tells(f"{STATUSES}/7/source", {"text": "As typed\n\n@respite@forum.example"})
    home.tells(f"{STATUSES}/7", {"media_attachments": []})
    assert publishing.begin_form(at.visit, place(at, SubmissionKind.EDIT)).text == "As typed"


def test_how_far_it_has_come_is_its_authors_alone_to_know(at: Place, home: HomeOthers) -> None:
    sent = send(at)
    with database.transaction() as session:
        ben = a_visit(session, a_home_reader(session, "cyd"))
        for visit, number in ((ben, sent.submission_id), (at.visit, sent.submission_id + 1)):
            with pytest.raises(NotFound):
                publishing.read_sent(session, visit, number)
        page = publishing.read_sent(session, at.visit, sent.submission_id)
    assert page.post is not None
    assert (page.post.uri, page.board.id, page.waits, page.why) == (SAID, at.board.id, False, "")


def test_its_author_reads_why_it_waits(at: Place, home: HomeOthers, taking: Taking) -> None:
    taking.state = PostState.HELD
    sent = send(at)
    with database.transaction() as session:
        post = session.scalars(select(Post).where(Post.uri == SAID)).one()
        post.state = PostState.VISIBLE
        held_cases.hold_post(session, at.board, post, "Too many at once")
        post.state = PostState.HELD
        page = publishing.read_sent(session, at.visit, sent.submission_id)
        assert (page.waits, page.why) == (True, "Too many at once")
        post.state = PostState.REMOVED
        page = publishing.read_sent(session, at.visit, sent.submission_id)
        assert (page.waits, page.why) == (False, "")


def test_of_what_home_has_not_taken_there_is_no_post_to_show(at: Place, home: HomeOthers) -> None:
    home.tells(STATUSES, {}, 500)
    sent = send(at)
    with database.read_transaction() as session:
        page = publishing.read_sent(session, at.visit, sent.submission_id)
        assert session.scalars(select(UnsentPost)).all() == []
    assert (page.post, page.waits, page.submission.state) == (None, False, SubmissionState.ASKED)
