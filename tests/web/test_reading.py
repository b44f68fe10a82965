"""Reading: one's own boards, what is new, what is found, what is hidden, and words before names."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update
from werkzeug.datastructures import MultiDict

from fedconnect.accounts import outgoing_status
from fedconnect.forum import boards as forum_boards
from fedconnect.foundation import clock, database
from fedconnect.jobs import upkeep
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader_state import Mute, Notification, ReadMarker, Topic
from fedconnect.web import view_tracking
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson, RemoteServer
from support.visitor import Visitor

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def dora(forum: Forum, visitor: Visitor, home: FakeHomeServer) -> Visitor:
    """Dora, signed in to read."""
    home.resident("dora")
    visitor.sign_in(home, "dora")
    return visitor


def now(minutes: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def test_the_front_page_is_ones_own_boards_in_order_of_time(
    forum: Forum, dora: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("On respite", forum.board(), published=now(-2))))
    forum.tell(ana, ana.create(ana.note("On benefits", forum.board("benefits"), published=now(-1))))
    forum.tell(ana, ana.create(ana.note("On respite later", forum.board(), published=now())))
    assert "New on your boards" not in dora.page("/"), "who follows nothing sees everything"
    forum.tell(home.people["dora"], home.people["dora"].follow(forum.board()))
    page = dora.page("/")
    own = page[page.index("New on your boards") : page.index("</main>")]
    assert own.index("On respite later") < own.index(">On respite<")
    assert "On benefits" not in own
    dora.post("/boards/benefits/following", {"how": "here"})
    assert "On benefits" in dora.page("/")


def test_what_is_new_is_marked_for_its_reader_alone(
    forum: Forum, app: Flask, dora: Visitor, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board(), published=now(0.01))
    forum.tell(ana, ana.create(question))
    path = forum.thread_path("A question")
    assert ">new<" in dora.page("/boards/respite")
    dora.page(path)
    view_tracking.flush()
    assert ">new<" not in dora.page("/boards/respite")
    with database.transaction() as session:
        session.execute(update(ReadMarker).values(at=clock.now() - timedelta(minutes=1)))
    forum.tell(
        ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=question["id"], published=now()))
    )
    assert "new replies" in dora.page("/boards/respite")
    page = dora.page(path)
    assert "New since you were here" in page
    assert page.count('class="fresh"') == 1
    stranger = Visitor(app)
    for one in ("/boards/respite", path):
        assert ">new<" not in stranger.page(one)
        assert "New since" not in stranger.page(one)


def test_visits_are_written_once_a_second_and_a_lost_thread_spoils_nothing(
    forum: Forum, dora: Visitor, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    path = forum.thread_path("A question")
    for _ in range(5):
        dora.page(path)
    assert forum.rows(ReadMarker) == [], "reading writes nothing"
    view_tracking.flush()
    assert len(forum.rows(ReadMarker)) == 1


@pytest.mark.parametrize("words", ["caring", "CÁRING", "sleepless caring", "sleepl", "caring,  'sleepless'!"])
def test_words_are_found_without_accents_case_and_marks(
    forum: Forum, visitor: Visitor, ana: RemotePerson, words: str
) -> None:
    forum.tell(ana, ana.create(ana.note("Cáring and sleepless nights", forum.board())))
    forum.tell(ana, ana.create(ana.note("Something else", forum.board())))
    page = visitor.get("/search").get_data(as_text=True)
    assert "Cáring" not in page
    page = visitor.client.get(
        "/search", query_string={"q": words}, base_url="https://forum.example"
    ).get_data(as_text=True)
    assert "Cáring and sleepless" in page
    assert "Something else" not in page


def test_a_search_is_narrowed_by_board_person_language_and_date(
    forum: Forum, visitor: Visitor, ana: RemotePerson, ben: RemotePerson
) -> None:
    body = "<p>A respite café</p>"
    forum.tell(ana, ana.create(ana.note("A respite café", forum.board(), published="2026-11-01T10:00:00Z")))
    german = ben.note("Ein respite café", forum.board("benefits"), published="2026-10-01T10:00:00Z")
    forum.tell(ben, ben.create({**german, "contentMap": {"de": german["content"]}}))
    assert body

    def titles(**query: str) -> set[str]:
        page = visitor.client.get(
            "/search", query_string={"q": "cafe", **query}, base_url="https://forum.example"
        ).get_data(as_text=True)
        return {title for title in ("A respite café", "Ein respite café") if f">{title}<" in page}

    both = {"A respite café", "Ein respite café"}
    assert titles() == both
    assert titles(board="benefits") == {"Ein respite café"}
    assert titles(person=f"@ana@{ana.server.host}") == {"A respite café"}
    assert titles(language="de") == {"Ein respite café"}
    assert titles(since="2026-10-15") == {"A respite café"}
    assert titles(until="2026-10-15") == {"Ein respite café"}


@pytest.mark.parametrize(
    ("query", "status"),
    [("q=%00", 400), ("q='; DROP TABLE post; --", 200), ('q=" OR "', 200), ("q=NEAR(a b)", 200), ("q=*", 200), ("q=" + "x" * 3000, 200),
     ("q=a&page=0", 400), ("q=a&page=-1", 400), ("q=a&page=1e9", 400), ("q=a&page=1;DROP", 400), ("q=a&page=9999", 200),
     ("q=a&board='", 400), ("q=a&language=%25", 400), ("q=a&since=yesterday", 400), ("q=a&person=@", 404), ("q=a%26b|c!d:e", 200)],
)  # fmt: skip
def test_c05_garbage_in_a_search_is_an_answer_and_never_a_query(
    forum: Forum, visitor: Visitor, query: str, status: int
) -> None:
    assert visitor.get("/search?" + query).status_code == status
    assert forum.rows(Board) != []


def test_search_is_limited(forum: Forum, visitor: Visitor) -> None:
    statuses = [visitor.get("/search?q=a").status_code for _ in range(32)]
    assert statuses[29] == 200
    assert statuses[30] == 429


CANARY = "zanzibarcanary"


@pytest.mark.parametrize(
    "kind", ["unlisted", "followers", "direct", "deleted", "held", "removed", "not indexable", "no bots"]
)
def test_p04_what_is_not_for_everybody_is_on_no_page_where_it_does_not_belong(
    forum: Forum, app: Flask, dora: Visitor, ana: RemotePerson, mallory: RemotePerson, kind: str
) -> None:
    from fedconnect.forum import removal

    note = ana.note(f"A {CANARY} here", forum.board())
    if kind == "unlisted":
        note["to"], note["cc"] = note["cc"][:1], [*note["to"], forum.board()]
    elif kind == "followers":
        note["to"], note["cc"] = [ana.uri + "/followers"], [forum.board()]
    elif kind == "direct":
        note["to"], note["cc"] = [forum.board()], []
    elif kind == "not indexable":
        ana.server.documents["/users/ana"]["indexable"] = False
    elif kind == "no bots":
        ana.server.documents["/users/ana"]["summary"] = "<p>#nobot</p>"
    forum.tell(ana, ana.create(note))
    found = forum.rows(Post, Post.uri == note["id"])
    if kind == "deleted":
        forum.tell(ana, ana.delete(note["id"]))
    elif kind in {"held", "removed"}:
        with database.transaction() as session:
            (removal.hold if kind == "held" else removal.remove)(session, session.merge(found[0]))
    handle = f"@ana@{ana.server.host}"
    elsewhere = [
        f"/search?q={CANARY}",
        f"/search/feed.atom?q={CANARY}",
        f"/people/{handle}",
        f"/people/{handle}/feed.atom",
        "/you/news",
        "/you/saved",
    ]
    on_board = [
        "/boards/respite",
        "/boards/respite/quiet",
        f"/boards/respite/{note['published'][:4]}/{note['published'][5:7]}",
    ]
    fronts = ["/", "/quiet", "/boards/respite/feed.atom"]
    thread = [f"/boards/respite/threads/{post.thread_id}" for post in found]
    feeds = [path + "/feed.atom" for path in thread]
    hidden = {
        "unlisted": [*elsewhere, *fronts, *feeds],
        "not indexable": elsewhere,
        "no bots": elsewhere,
    }.get(kind, [*elsewhere, *on_board, *fronts, *thread, *feeds])
    moderator = Visitor(app)
    for who in (Visitor(app), dora, moderator):
        for path in hidden:
            page = who.get(path)
            shown = page.get_data(as_text=True).replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "")
            shown = (
                shown.replace(f"<title>Search: {CANARY}", "")
                .replace(f'title="{CANARY}"', "")
                .replace(f"<name>Search: {CANARY}", "")
            )
            assert CANARY not in shown, (kind, path)


def test_p05_hidden_and_missing_are_the_same_bytes_in_any_language_and_form(
    forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    from fedconnect.forum import removal

    forum.tell(ana, ana.create(ana.note("Held", forum.board())))
    (post,) = forum.rows(Post, Post.person_id.is_not(None))
    with database.transaction() as session:
        removal.hold(session, session.merge(post))
    for language in ("en", "de", "es", "fr;q=0.5", ""):
        for suffix in ("", "/feed.atom", f"/{post.id}", f"/{post.id}/answer"):
            headers = {"Accept-Language": language} if language else {}
            hidden = visitor.get(f"/boards/respite/threads/{post.thread_id}{suffix}", **headers)
            missing = visitor.get(f"/boards/respite/threads/1{suffix.replace(str(post.id), '2')}", **headers)
            assert hidden.status_code == missing.status_code == 404, suffix
            assert hidden.data == missing.data
            head = visitor.client.head(
                f"/boards/respite/threads/{post.thread_id}{suffix}", base_url="https://forum.example"
            )
            assert head.status_code == 404


def test_p08_who_lets_themselves_be_found_can_stop_it_at_once(
    forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.create(ana.note("Findable words", forum.board())))
    handle = f"@ana@{ana.server.host}"
    assert "Findable words" in visitor.page("/search?q=findable")
    assert "Findable words" in visitor.page(f"/people/{handle}")
    ana.server.documents["/users/ana"]["indexable"] = False
    forum.tell(ana, ana.activity("Update", ana.server.documents["/users/ana"], id=ana.uri + "#update1"))
    assert ">Findable words<" not in visitor.page("/search?q=findable")
    assert "have not asked to be found" in visitor.page(f"/people/{handle}")
    assert visitor.get(f"/people/{handle}/feed.atom").status_code == 404
    assert "Findable words" in visitor.page("/boards/respite"), "the board was named in public"


def test_posts_from_before_there_was_an_index_are_entered_by_upkeep(
    forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    from sqlalchemy import text

    forum.tell(ana, ana.create(ana.note("Older words", forum.board())))
    with database.transaction() as session:
        session.execute(text("DELETE FROM search_words"))
    assert ">Older words<" not in visitor.page("/search?q=older")
    upkeep.run()
    assert ">Older words<" in visitor.page("/search?q=older")


def test_an_edit_is_found_by_its_new_words_and_a_deletion_not_at_all(
    forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    note = ana.note("Elephant", forum.board())
    forum.tell(ana, ana.create(note))
    forum.tell(ana, ana.update(note, "Giraffe and"))
    assert "Giraffe" in visitor.page("/search?q=giraffe")
    forum.tell(ana, ana.delete(note["id"]))
    assert "Nothing was found" in visitor.page("/search?q=giraffe")


def test_a_person_page_counts_nothing(forum: Forum, visitor: Visitor, ana: RemotePerson) -> None:
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    page = visitor.page(f"/people/@ana@{ana.server.host}")
    assert ">Hello<" in page
    assert "followers" not in page
    feed = ElementTree.fromstring(visitor.page(f"/people/@ana@{ana.server.host}/feed.atom"))
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Hello"]
    nobody = visitor.get("/people/@nobody@nowhere.example")
    assert nobody.status_code == 404


def test_p05_who_only_follows_a_board_is_not_known_here_to_anybody(
    forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    forum.tell(ana, ana.follow(forum.board()))
    follower, nobody = (
        visitor.get(f"/people/@ana@{ana.server.host}"),
        visitor.get("/people/@x@nowhere.example"),
    )
    assert follower.status_code == nobody.status_code == 404
    assert follower.data == nobody.data


def test_a_reader_is_told_of_answers_names_and_decisions(
    forum: Forum, dora: Visitor, home: FakeHomeServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    me = home.people["dora"]
    mine = me.note("My question", forum.board())
    forum.tell(me, me.create(mine))
    forum.tell(ana, ana.create(ana.note("My answer", forum.board(), inReplyTo=mine["id"])))
    named = ben.note("Ask Dora", forum.board())
    named["tag"].append({"type": "Mention", "href": me.uri, "name": "@dora"})
    forum.tell(ben, ben.create(named))
    forum.tell(me, me.create(me.note("To myself", forum.board(), inReplyTo=mine["id"])))
    assert 'class="count"' in dora.page("/")
    page = dora.page("/you/news")
    assert "An answer to you" in page
    assert "You are named in a post" in page
    assert len(forum.rows(Notification)) == 2
    assert 'class="count"' not in dora.page("/")
    forum.moderate(ana)
    forum.tell(
        ana, ana.activity("Delete", mine["id"], summary="Off topic", cc=[forum.board()], id=ana.uri + "#del")
    )
    assert "A moderator decided on a post of yours" in dora.page("/you/news")


def test_somebody_who_is_hidden_is_hidden_in_lists_threads_search_and_news(
    forum: Forum, app: Flask, dora: Visitor, home: FakeHomeServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    me = home.people["dora"]
    mine = me.note("My question", forum.board())
    forum.tell(me, me.create(mine))
    forum.tell(ana, ana.create(ana.note("Loud words", forum.board())))
    forum.tell(ana, ana.create(ana.note("Loud answer", forum.board(), inReplyTo=mine["id"])))
    dora.post("/you/shields", {"kind": "person", "subject": f"@ana@{ana.server.host}"})
    assert ">Loud words<" not in dora.page("/boards/respite")
    assert ">Loud words<" not in dora.page("/search?q=loud")
    assert "Loud answer" not in dora.page("/you/news")
    assert "Hidden, as you asked" in dora.page(forum.thread_path("My question"))
    assert ">Loud words<" in Visitor(app).page("/boards/respite")
    (mute,) = forum.rows(Mute)
    home.resident("mallory", key=2)
    other = Visitor(app)
    other.sign_in(home, "mallory")
    other.post(f"/you/shields/{mute.id}/end")
    assert len(forum.rows(Mute)) == 1, "p06: nobody lowers another's shield"
    dora.post(f"/you/shields/{mute.id}/end")
    assert ">Loud words<" in dora.page("/boards/respite")


@pytest.mark.parametrize(("kind", "subject"), [("words", "LOUD words"), ("server", "{host}")])
def test_words_and_servers_can_be_hidden_too(
    forum: Forum, dora: Visitor, ana: RemotePerson, kind: str, subject: str
) -> None:
    forum.tell(ana, ana.create(ana.note("So loud words", forum.board())))
    dora.post("/you/shields", {"kind": kind, "subject": subject.format(host=ana.server.host)})
    assert "So loud words" not in dora.page("/boards/respite")


@pytest.mark.parametrize(
    "fields",
    [{"kind": "person", "subject": "ana"}, {"kind": "x", "subject": "y"}, {"kind": "words", "subject": " "}],
)
def test_what_cannot_be_hidden_is_said(forum: Forum, dora: Visitor, fields: dict[str, str]) -> None:
    assert dora.post("/you/shields", fields).status_code == 400
    assert forum.rows(Mute) == []


def test_mutes_blocks_and_filters_come_from_home_only_when_asked(
    forum: Forum, dora: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    home.mutes = {"/api/v1/mutes": [{"acct": f"ana@{ana.server.host}"}], "/api/v1/blocks": [{"acct": "local"}],
                    "/api/v1/domain_blocks": ["bad.example"], "/api/v2/filters": [{"keywords": [{"keyword": "spoiler"}]}]}  # fmt: skip
    assert dora.post("/you/shields/from-home").status_code == 403
    assert home.calls("/api/v1/mutes") == []
    dora.permit(home, "dora", "shields")
    dora.post("/you/shields/from-home")
    page = dora.page("/you/reading")
    for subject in (f"@ana@{ana.server.host}", f"@local@{home.host}", "bad.example", "spoiler"):
        assert subject in page
    home.mutes["/api/v1/mutes"] = []
    dora.post("/you/shields/from-home")
    assert f"@ana@{ana.server.host}" not in dora.page("/you/reading"), (
        "what was lifted at home is lifted here"
    )


def names_of(page: str, person: RemotePerson) -> bool:
    shown = page.replace('placeholder="@ana@example.social"', "")
    return person.name.capitalize() in shown or f"@{person.name}" in shown or f"/{person.name}" in shown


@pytest.mark.parametrize("who", ["the board", "the reader"])
def test_words_come_before_names_in_html_and_atom_alike(
    forum: Forum, dora: Visitor, ana: RemotePerson, who: str
) -> None:
    forum.tell(ana, ana.create(ana.note("A quiet thought", forum.board(), published=now())))
    forum.tell(
        ana,
        ana.create(
            ana.note(
                "",
                forum.board(),
                attachment=[{"type": "Image", "mediaType": "image/png", "url": ana.server.base + "/p.png"}],
            )
        ),
    )
    lists = [
        "/",
        "/quiet",
        "/boards/respite",
        "/boards/respite/quiet",
        f"/boards/respite/{datetime.now(UTC):%Y/%m}",
        "/search?q=quiet",
    ]
    assert any(names_of(dora.page(path), ana) for path in lists)
    if who == "the board":
        with database.transaction() as session:
            forum_boards.get_board(session, "respite").hides_authors = True
        lists += ["/boards/respite/feed.atom", "/search/feed.atom?q=quiet"]
    else:
        dora.post("/you/reading", {"first": "words"})
    for path in lists:
        page = dora.page(path)
        assert "A quiet thought" in page, path
        assert not names_of(page, ana), path
    assert names_of(dora.page(forum.thread_path("A quiet thought")), ana), "until the conversation is opened"
    dora.post("/you/reading", {"first": "names"})
    assert names_of(dora.page("/boards/respite"), ana)


def test_a_conversation_has_a_feed_of_what_is_public_in_it(
    forum: Forum, visitor: Visitor, ana: RemotePerson, ben: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    forum.tell(ben, ben.create(ben.note("A public answer", forum.board(), inReplyTo=question["id"])))
    quiet = ben.note("A quiet answer", forum.board(), inReplyTo=question["id"])
    quiet["to"], quiet["cc"] = quiet["cc"][:1], [*quiet["to"], forum.board()]
    forum.tell(ben, ben.create(quiet))
    forum.tell(ben, ben.create(ben.note("An unaddressed answer", inReplyTo=question["id"])))
    feed = visitor.get(forum.thread_path("A question") + "/feed.atom")
    root = ElementTree.fromstring(feed.data)
    text = feed.get_data(as_text=True)
    assert len(list(root.iter(f"{ATOM}entry"))) == 2
    assert "A public answer" in text
    assert "quiet answer" not in text
    assert "unaddressed" not in text


def test_every_page_asks_the_database_at_most_eight_times(
    forum: Forum, dora: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    forum.tell(home.people["dora"], home.people["dora"].follow(forum.board()))
    forum.tell(ana, ana.create(ana.note("A question", forum.board())))
    dora.post("/you/shields", {"kind": "words", "subject": "nothing"})
    paths = ["/", "/quiet", "/boards/respite", "/boards/respite/quiet", "/boards/respite/2026/11", forum.thread_path("A question"),
             forum.thread_path("A question") + "/feed.atom", "/search?q=question", f"/people/@ana@{ana.server.host}", "/you", "/you/news",
             "/you/saved", "/you/reading", "/boards/respite/feed.atom", "/about"]  # fmt: skip
    asked: list[str] = []
    opened = database.installed()

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "INSERT")):
            asked.append(statement)

    dora.get("/")  # names that are taken are asked for once a minute
    event.listen(opened.reader.engine if opened.is_sqlite else opened.writer, "before_cursor_execute", note)
    counts = {}
    for path in paths:
        asked.clear()
        assert dora.get(path).status_code == 200, path
        counts[path] = len(asked)
    assert {path: count for path, count in counts.items() if count > 8} == {}


def test_somebody_elses_page_is_never_shown(
    forum: Forum, app: Flask, dora: Visitor, home: FakeHomeServer
) -> None:
    for path in ("/you", "/you/news", "/you/saved", "/you/reading", "/you/sent/1"):
        assert Visitor(app).get(path).status_code == 401
    assert json.dumps(outgoing_status.MAX_TEXT)
    assert forum.rows(Person) != []


def test_a_tampered_feed_of_nothing_is_refused(forum: Forum, visitor: Visitor, remote: RemoteServer) -> None:
    assert visitor.get("/search/feed.atom").status_code == 400


def test_what_its_server_does_not_have_is_said_and_the_rest_is_taken_over(
    forum: Forum, dora: Visitor, home: FakeHomeServer
) -> None:
    home.refusing["/api/v1/domain_blocks"] = (
        404,
        {"Content-Type": "application/json"},
        b'{"error": "not found"}',
    )
    home.mutes = {"/api/v1/mutes": [{"acct": "eve@x.example"}]}
    dora.permit(home, "dora", "shields")
    page = dora.page(dora.post("/you/shields/from-home").headers["Location"])
    assert "@eve@x.example" in page
    assert f"Taken over from {home.host}: whom you muted, whom you blocked, words that you filter." in page
    assert "It does not have: servers that you blocked." in page


@pytest.mark.parametrize(
    ("path", "permission"), [("/you/shields/from-home", "shields"), ("/you/topics/from-home", "interests")]
)
def test_what_was_pressed_is_done_when_the_permission_comes_back(
    forum: Forum, dora: Visitor, home: FakeHomeServer, path: str, permission: str
) -> None:
    home.mutes = {
        "/api/v1/followed_tags": [{"name": "respite"}],
        "/api/v1/mutes": [{"acct": "eve@x.example"}],
    }
    asked = dora.post(path).get_data(as_text=True)
    form = re.search(r'<form method="post" action="/permit">.*?</form>', asked, re.S)
    assert form is not None
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])
    assert {value for name, value in fields if name == "for"} == {"interests", "shields"}, "asked in one go"
    way = dora.way_on(dora.post("/permit", MultiDict(fields)))
    back = dora.come_back(home.confirm(way, "dora"))
    assert back.status_code == 200
    page = back.get_data(as_text=True)
    assert f'action="{path}" data-at-once' in page
    assert 'href="/you/reading"' in page
    done = dora.post(path)
    assert done.status_code == 303
    assert dora.get(done.headers["Location"]).status_code == 200


def test_topics_are_a_readers_own_and_come_from_home_only_after_a_yes(
    forum: Forum, app: Flask, dora: Visitor, home: FakeHomeServer
) -> None:
    home.mutes = {"/api/v1/followed_tags": [{"name": "Respite"}, {"name": "dementia"}]}
    dora.post("/you/topics", {"topics": "Sleep, #dementia, sleep, "})
    assert {row.topic for row in forum.rows(Topic)} == {"sleep", "dementia"}
    assert dora.post("/you/topics/from-home").status_code == 403
    assert home.calls("/api/v1/followed_tags") == []
    dora.permit(home, "dora", "interests")
    dora.post("/you/topics/from-home")
    assert {row.topic for row in forum.rows(Topic)} == {"sleep", "dementia", "respite"}
    home.resident("mallory", key=2)
    other = Visitor(app)
    other.sign_in(home, "mallory")
    other.post(f"/you/topics/{forum.rows(Topic)[0].id}/end")
    other.post("/you/topics/end")
    assert "dementia" not in other.page("/you/reading")
    assert len(forum.rows(Topic)) == 3
    dora.post(f"/you/topics/{forum.rows(Topic)[0].id}/end")
    assert len(forum.rows(Topic)) == 2
    dora.post("/you/topics/end")
    assert forum.rows(Topic) == []
