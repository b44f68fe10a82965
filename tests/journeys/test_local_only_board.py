"""Boards that do not federate: read and written by who is signed in, sealed at rest, and never said to anybody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from fedconnect import data_rights
from fedconnect.forum import boards, local_only
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.jobs import hearings as hearings_job
from fedconnect.jobs import plugins as plugins_job
from fedconnect.jobs import upkeep
from fedconnect.models.all import Row
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseKind
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hearing import Hearing
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.own_actor import OwnActor
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.remote import RemoteServer
from support.team import WHY, Team
from support.visitor import Visitor

WORDS = "canaryhere: I was hurt\nby somebody whom I trusted"


@pytest.fixture
def shelter(forum: Forum) -> Board:
    """A board that stays here."""
    with database.transaction() as session:
        return boards.create_board(session, "shelter", "Shelter", "For who was hurt.", is_local_only=True)


def write(who: Visitor, words: str = WORDS, thread: int | None = None) -> int:
    answer = who.post("/here/shelter" + (f"/{thread}" if thread else ""), {"text": words})
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("-")[2])


def everything() -> str:
    """Every row of every table, as somebody with the database alone would read it."""
    with database.read_transaction() as session:
        found = [
            str(tuple(row)) for one in Row.metadata.sorted_tables for row in session.execute(select(one))
        ]
    return "\n".join(found)


def get(forum: Forum, number: int) -> Post:
    (post,) = forum.rows(Post, Post.id == number)
    assert isinstance(post, Post)
    return post


def test_who_is_signed_in_reads_and_writes_and_is_told_that_it_stays_here(
    team: Team, forum: Forum, shelter: Board, visitor: Visitor
) -> None:
    opal, dora = team.reader("opal"), team.reader("dora")
    post = get(forum, write(opal))
    assert "stays on this server" in dora.page("/here/shelter")
    page = dora.page(f"/here/shelter/{post.thread_id}")
    assert "canaryhere" in page
    assert "by somebody whom I trusted" in page
    assert "stays on this server" in page
    write(dora, "You are not alone", post.thread_id)
    assert "You are not alone" in opal.page(f"/here/shelter/{post.thread_id}")
    for path in ("/here/shelter", f"/here/shelter/{post.thread_id}"):
        answer = visitor.get(path)
        assert answer.status_code in {302, 303, 401}
        assert "canaryhere" not in answer.text
        assert opal.get(path).headers["X-Robots-Tag"] == "noindex"
        assert opal.get(path).headers["Cache-Control"] == "private, no-store"


def test_its_words_are_sealed_at_rest(team: Team, forum: Forum, shelter: Board) -> None:
    opal, dora = team.reader("opal"), team.reader("dora")
    post = get(forum, write(opal))
    write(dora, "secondcanary", post.thread_id)
    told = everything()
    assert "canaryhere" not in told
    assert "secondcanary" not in told
    assert (post.body_html, post.source, post.excerpt, post.warning) == ("", "", "", "")
    assert forum.rows(Thread, Thread.id == post.thread_id)[0].title == ""


def test_nothing_of_it_is_sent_listed_searched_surfaced_or_told_to_plugins(
    team: Team, forum: Forum, shelter: Board, visitor: Visitor, remote: RemoteServer
) -> None:
    fay = remote.person("fay")
    forum.tell(fay, fay.follow(forum.board()))
    opal, dora = team.reader("opal"), team.reader("dora")
    before = len(forum.rows(OutboundActivity))
    post = get(forum, write(opal))
    write(dora, "An answer", post.thread_id)
    for job in (hearings_job, plugins_job, upkeep):
        job.run()
    forum.deliver()
    assert len(forum.rows(OutboundActivity)) == before
    assert team.home.calls("/api/v1/statuses") == []
    assert forum.rows(Hearing) == []
    shown = "".join(
        who.page(path)
        for who in (visitor, dora)
        for path in (
            "/",
            "/quiet",
            "/search?q=canaryhere",
            "/log",
            "/transparency",
            "/feed.atom",
            "/?order=newest",
        )
        if who.get(path).status_code == 200
    )
    assert "I was hurt" not in shown
    for path in ("/boards/shelter", "/boards/shelter/feed.atom", "/boards/shelter/outbox", "/boards/shelter/followers",
                 f"/boards/shelter/threads/{post.thread_id}", f"/boards/shelter/threads/{post.thread_id}/{post.id}",
                 "/boards/shelter/quiet", "/boards/shelter/new", "/boards/shelter/write", "/boards/shelter/companion",
                 "/boards/respite/threads/" + str(post.thread_id)):  # fmt: skip
        for accept in ("text/html", "application/activity+json"):
            assert dora.get(path, Accept=accept).status_code in {404, 406}, path
    asked = "/.well-known/webfinger?resource=acct:shelter@forum.example"
    assert visitor.get(asked).status_code == 404
    assert [one.name for one in forum.rows(OwnActor) if "shelter" in one.name] == []


def test_no_other_server_can_follow_it_write_to_it_or_answer_in_it(
    team: Team, forum: Forum, shelter: Board, remote: RemoteServer
) -> None:
    post = get(forum, write(team.reader("opal")))
    fay = remote.person("fay")
    address = "https://forum.example/boards/shelter"
    assert forum.post(fay, fay.follow(address), "/boards/shelter/inbox").status_code == 404
    for activity in (
        fay.follow(address),
        fay.create(fay.note("To the shelter", address)),
        fay.create(fay.note("An answer", forum.board(), inReplyTo=post.uri)),
        fay.activity("Like", post.uri),
        fay.activity("Flag", [post.uri], content="x"),
    ):
        forum.tell(fay, activity)
    assert len(forum.rows(Post, Post.board_id == shelter.id)) == 1
    assert forum.rows(Case, Case.board_id == shelter.id) == []
    forum.deliver()
    assert remote.delivered("Accept") == []


def test_a_report_is_looked_at_by_its_team_and_the_author_reads_the_decision_here_alone(
    team: Team, forum: Forum, shelter: Board
) -> None:
    opal, dora = team.reader("opal"), team.reader("dora")
    mo, pia, otto = team.moderator("mo", "shelter"), team.moderator("pia", "shelter"), team.moderator("otto")
    post = get(forum, write(opal))
    way = f"/here/shelter/{post.thread_id}/{post.id}"
    assert "canaryhere" in dora.page(way + "/report")
    assert dora.post(way + "/report", {"words": "It names somebody", "harm": "hurt"}).status_code == 200
    case = team.case(kind=CaseKind.REPORT)
    assert "canaryhere" in mo.page(f"/moderation/{case.id}")
    assert "canaryhere" in mo.page("/moderation")
    assert otto.get(f"/moderation/{case.id}").status_code == 404
    assert "canaryhere" not in otto.page("/moderation")
    assert mo.post(f"/moderation/{case.id}", {**WHY, "action": "sensitive"}).status_code == 400
    assert mo.post(f"/moderation/{case.id}", {**WHY, "action": "remove"}).status_code == 303
    assert "canaryhere" not in dora.page(f"/here/shelter/{post.thread_id}")
    forum.deliver()
    assert team.told("opal") == []
    decision = team.decision(kind=DecisionKind.REMOVE)
    page = opal.page(f"/decisions/{decision.id}")
    assert "It mocks somebody." in page
    assert "canaryhere" in page
    assert dora.get(f"/decisions/{decision.id}").status_code == 404
    opal.post(f"/decisions/{decision.id}/appeal", {"words": "I named nobody."})
    appeal = team.case(kind=CaseKind.APPEAL)
    assert (
        pia.post(f"/moderation/{appeal.id}/hear", {"words": "You are right.", "how": "overturn"}).status_code
        == 303
    )
    assert "canaryhere" in dora.page(f"/here/shelter/{post.thread_id}")
    forum.deliver()
    assert forum.rows(OutboundActivity, OutboundActivity.board_id == shelter.id) == []
    (thread,) = forum.rows(Thread, Thread.id == post.thread_id)
    assert (thread.is_listed, thread.is_public) == (False, False)
    assert "canaryhere" not in everything()
    assert forum.rows(Decision, Decision.kind == DecisionKind.OVERTURN) != []


def test_a_post_that_waits_is_seen_by_its_author_alone(team: Team, forum: Forum, shelter: Board) -> None:
    with database.transaction() as session:
        session.execute(update(Board).where(Board.id == shelter.id).values(holds_first_posts=True))
    opal, dora, mo = team.reader("opal"), team.reader("dora"), team.moderator("mo", "shelter")
    post = get(forum, write(opal))
    path = f"/here/shelter/{post.thread_id}"
    assert post.state is PostState.HELD
    assert "canaryhere" in opal.page(path)
    assert dora.get(path).status_code == 404
    assert "canaryhere" not in dora.page("/here/shelter")
    assert dora.post(path, {"text": "x"}).status_code == 404
    mo.post(f"/moderation/{team.case(kind=CaseKind.HELD).id}", {**WHY, "action": "release"})
    assert "canaryhere" in dora.page(path)


def test_its_author_alone_deletes_it_and_nothing_is_left_of_its_words(
    team: Team, forum: Forum, shelter: Board
) -> None:
    opal, dora, mo = team.reader("opal"), team.reader("dora"), team.moderator("mo", "shelter")
    post = get(forum, write(opal))
    way = f"/here/shelter/{post.thread_id}/{post.id}/delete"
    for somebody in (dora, mo):
        assert somebody.post(way).status_code == 404
    assert opal.post(way).status_code == 303
    gone = get(forum, post.id)
    assert (gone.state, gone.sealed) == (PostState.DELETED, "")
    assert "canaryhere" not in dora.page("/here/shelter")


def test_whoever_is_kept_off_or_hidden_by_a_reader_is_so_here_too(
    team: Team, forum: Forum, shelter: Board
) -> None:
    opal, dora, mo = team.reader("opal"), team.reader("dora"), team.moderator("mo", "shelter")
    post = get(forum, write(opal))
    dora.post("/you/shields", {"kind": "person", "subject": f"@opal@{team.home.host}"})
    assert "canaryhere" not in dora.page("/here/shelter")
    path = f"/boards/shelter/threads/{post.thread_id}/{post.id}/moderate"
    assert mo.post(path, {**WHY, "action": "ban"}).status_code == 303
    assert opal.post("/here/shelter", {"text": "Again"}).status_code == 404
    for path in ("/here/shelter", f"/here/shelter/{post.thread_id}"):
        assert opal.get(path).status_code == 404, "they may be why others came"
    assert opal.post(f"/here/shelter/{post.thread_id}", {"text": "Again"}).status_code == 404


@pytest.mark.parametrize(
    "deed", ["sensitive", "safeguard", "pin", "retitle", "move", "merge", "split", "uncover"]
)
def test_what_would_show_it_elsewhere_cannot_be_done(
    team: Team, forum: Forum, shelter: Board, deed: str
) -> None:
    mo = team.moderator("mo", "shelter")
    forum.moderate(team.account("mo"), "respite")
    post = get(forum, write(team.reader("opal")))
    path = f"/boards/shelter/threads/{post.thread_id}/{post.id}/moderate"
    answer = mo.post(
        path, {**WHY, "action": deed, "board": "respite", "title": "T", "warning": "W", "thread": "1"}
    )
    assert answer.status_code == 400
    assert forum.rows(Decision, Decision.kind != DecisionKind.APPOINT) == []


def test_an_open_post_cannot_be_moved_into_it(team: Team, forum: Forum, shelter: Board) -> None:
    mo = team.moderator("mo", "shelter")
    forum.moderate(team.account("mo"), "respite")
    post = team.write("opal", "An open post")
    assert (
        mo.post(team.path(post) + "/moderate", {**WHY, "action": "move", "board": "shelter"}).status_code
        == 404
    )
    assert team.post(post.uri).board_id != shelter.id


def test_an_export_holds_ones_own_posts_and_to_be_forgotten_empties_them(
    team: Team, forum: Forum, shelter: Board
) -> None:
    opal = team.reader("opal")
    post = get(forum, write(opal))
    assert "canaryhere" in opal.post("/you/export").text
    with database.transaction() as session:
        data_rights.erase(
            session, session.execute(select(Person).where(Person.id == post.person_id)).scalar_one()
        )
    gone = get(forum, post.id)
    assert (gone.state, gone.sealed) == (PostState.DELETED, "")


def test_the_rooms_that_speak_to_others_do_not_know_it(forum: Forum, shelter: Board) -> None:
    with database.read_transaction() as session:
        assert boards.find_board(session, "shelter") is None
        assert boards.boards_named(session, ("shelter",)) == []
        assert "shelter" not in [one.slug for one in boards.list_boards(session)]
        with pytest.raises(NotFound):
            boards.get_board(session, "shelter")
        with pytest.raises(NotFound):
            local_only.get_board(session, "respite")


def test_a_full_conversation_says_so_and_leaves_nothing_out(
    team: Team, forum: Forum, shelter: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_only, "MOST_ANSWERS", 2)
    opal = team.reader("opal")
    post = get(forum, write(opal))
    for number in range(2):
        write(opal, f"Answer {number}", post.thread_id)
    answer = opal.post(f"/here/shelter/{post.thread_id}", {"text": "One too many"})
    assert (answer.status_code, "begin a new one" in answer.text) == (400, True)
    page = opal.page(f"/here/shelter/{post.thread_id}")
    assert "Answer 0" in page
    assert "Answer 1" in page
