"""What other servers write, all the way to the page: nothing active, nothing lost, nothing hidden."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
import tempfile

import pytest
from werkzeug.serving import make_server

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from support.dom import flaws_in_page, flaws_in_words
from support.forum import Forum
from support.hostile import VECTORS
from support.remote import Document, RemotePerson, RemoteServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def everywhere(forum: Forum) -> list[str]:
    """Return every page that shows what came, and the feed."""
    pages = ["/", "/boards/respite", "/boards/respite/quiet", "/quiet", "/boards/respite/feed.atom"]
    (board,) = forum.rows(Board, Board.slug == "respite")
    posts = forum.rows(Post, Post.board_id == board.id)
    with_threads = [f"/boards/respite/threads/{post.thread_id}" for post in posts]
    return [*pages, *dict.fromkeys(with_threads)]


def hostile_post(person: RemotePerson, board: str, vectors: list[str]) -> Document:
    """Return a post with a vector in each of its fields."""
    one = vectors[0]
    note = person.note("x", board, type="Article")
    note["content"] = "".join(f"<p>{vector}</p>" for vector in vectors) + note["content"]
    note |= {
        "name": one, "summary": one, "language": {"name": one}, "contentMap": {one: note["content"]},
        "attachment": [
            {"type": "Image", "mediaType": "image/png", "url": "https://pic.example/1.png", "name": one},
            {"type": "Document", "mediaType": one[:90], "url": "https://pic.example/2", "name": one},
            {"type": "Link", "href": f"https://pic.example/{one}", "name": one},
        ],
        "tag": [
            *note["tag"],
            {"type": "Hashtag", "name": f"#{one}", "href": one},
            {"type": "Emoji", "name": f":{one}:", "icon": {"url": one}},
            {"type": "Emoji", "name": ":x:", "icon": {"url": f"https://pic.example/{one}"}},
            {"type": "Mention", "name": f"@{one}", "href": f"https://m.example/{one}"},
            {"type": "Mention", "name": "@ok", "href": one},
        ],
        "quote": one, "url": one, "source": {"content": one},
    }  # fmt: skip
    return note


def test_x01_three_hundred_vectors_in_every_field_are_rendered_inert(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    step = 10
    for start in range(0, len(VECTORS), step):
        batch = VECTORS[start : start + step]
        remote.documents["/users/ana"] |= {"name": batch[0], "summary": batch[0], "url": batch[0]}
        forum.tell(ana, ana.update(remote.documents["/users/ana"] | {"content": ""}, ""))
        forum.tell(ana, ana.create(hostile_post(ana, forum.board(), batch)))
        question = ana.note("Poll", forum.board(), type="Question", summary=batch[0])
        question["oneOf"] = [{"type": "Note", "name": vector} for vector in batch]
        forum.tell(ana, ana.create(question))
        shown = f"{html.escape(batch[0])} as words"  # what is escaped becomes a title with real brackets
        forum.tell(ana, ana.create(ana.note(shown, forum.board())))
    posts = forum.rows(Post, Post.person_id.is_not(None))
    assert len(posts) >= 2 * len(VECTORS) / step * 0.9
    assert [flaw for post in posts for flaw in flaws_in_words(post.body_html)] == []
    for path in everywhere(forum):
        answer = forum.get(path)
        assert answer.status_code == 200, path
        assert flaws_in_page(answer.get_data(as_text=True)) == [], path
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; the same is looked at by a parser above")
def test_x01_a_real_browser_runs_nothing_and_its_policy_has_nothing_to_report(
    forum: Forum, ana: RemotePerson
) -> None:
    everything = ana.note("All of them", forum.board())
    everything["content"] = (
        "<p>All of them</p>" + "".join(f"<p>{v}</p>" for v in VECTORS if "<" in v)[:60_000]
    )
    forum.tell(ana, ana.create(everything))
    for batch in (VECTORS[:40], VECTORS[100:140]):
        forum.tell(ana, ana.create(hostile_post(ana, forum.board(), batch)))
    server = make_server("127.0.0.1", 0, forum.client.application, threaded=True)
    import threading

    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for path in everywhere(forum)[1:2] + everywhere(forum)[5:]:
            with tempfile.TemporaryDirectory() as profile:
                ran = subprocess.run(
                    [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
                     "--enable-logging=stderr", "--v=0", "--virtual-time-budget=3000", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                     "--dump-dom", f"http://127.0.0.1:{server.server_port}{path}"],
                    capture_output=True, text=True, timeout=90, check=False,
                )  # fmt: skip
            assert "</html>" in ran.stdout, ran.stderr[-500:]
            assert "owned" not in _console(ran.stderr)
            assert "Content Security Policy" not in ran.stderr, ran.stderr
            assert "Refused to" not in ran.stderr
    finally:
        server.shutdown()


def _console(log: str) -> str:
    return "\n".join(line for line in log.splitlines() if "CONSOLE" in line)


def test_x02_nothing_of_our_own_look_can_be_put_on(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("Look", forum.board())
    note["content"] += (
        '<p class="brand skip join mention invisible" style="position:fixed">a</p><div class="starter">b</div>'
        '<form action="/x"><input name=q><button formaction="/y">c</button></form><p id="content">d</p>'
        '<a href="https://x.example" class="door mention" role="button" style="x" target="_top">e</a>'
    )
    forum.tell(ana, ana.create(note))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert flaws_in_words(post.body_html) == []
    for word in ("brand", "skip", "join", "door", "style", "form", "button", 'id="', "role"):
        assert word not in post.body_html


@pytest.mark.parametrize(
    "content",
    [
        '<a href="https://a.example/:cow:">:cow:</a>', "<pre>:cow: @ana@x.example</pre>", "<code>:cow:</code>",
        '<a href="https://a.example/@ana@x.example">link</a>', '<p lang=":cow:">t</p>', "<!-- :cow: -->t",
    ],
)  # fmt: skip
def test_x07_emoji_and_mentions_are_put_into_text_alone(
    forum: Forum, ana: RemotePerson, content: str
) -> None:
    note = ana.note("Text :cow: and @ana@x.example", forum.board())
    note["content"] += content
    note["tag"] += [
        {"type": "Emoji", "name": ":cow:", "icon": {"url": "https://x.example/cow.png"}},
        {"type": "Mention", "name": "@ana@x.example", "href": "https://x.example/users/ana"},
    ]
    note["content"] = "<p>A title</p>" + note["content"]
    forum.tell(ana, ana.create(note))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert flaws_in_words(post.body_html) == []
    outside = 1 if "https://a.example/:cow:" not in content else 2
    assert post.body_html.count('<img class="emoji"') == outside
    assert post.body_html.count('class="u-url mention"') == 1
    assert "&lt;img" not in post.body_html


@pytest.mark.parametrize(
    ("shown", "href", "told"),
    [
        ("https://good.example/a", "https://evil.example/a", "evil.example"),
        ("good.example", "https://evil.example/", "evil.example"),
        ("www.good.example/path…", "https://good.example.evil.example/", "good.example.evil.example"),
        ("https://good.example@evil.example/", "https://evil.example/", "evil.example"),
        ("evil\\@good.example", "https://evil.example/", "evil.example"),
        ("@bank@good.example", "https://evil.example/@bank", "evil.example"),
        ("pаypal.example", "https://xn--pypal-4ve.example/", "xn--pypal-4ve.example"),
        ("https://аррӏе.com/", "https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
        ("good\u202emoc.live", "https://evil.example/", "evil.example"),
        ("go\u200bod.example", "https://evil.example/", "evil.example"),
        ("https://good.example/", "https://good.example:8443/", None),
        ("good.example", "https://www.good.example/x", None),
        ("münchen.de", "https://xn--mnchen-3ya.de/", None),
        ("пример.рф", "https://xn--e1afmkfd.xn--p1ai/", None),
        ("read this", "https://evil.example/", None),
        ("@ana", "https://x.example/@ana", None),
        ("3.5", "https://x.example/", None),
    ],
)
def test_x08_a_link_that_shows_another_host_than_its_own_names_its_own(
    forum: Forum, ana: RemotePerson, shown: str, href: str, told: str | None
) -> None:
    note = ana.note("Title", forum.board())
    note["content"] = f"<p>Title</p><p>See <a href='{href}'>{shown}</a> there</p>" + note["content"]
    forum.tell(ana, ana.create(note))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    told_here = f"</a> ({told})" if told else "</a> there"
    assert told_here in post.body_html
    assert not set("\u202e\u200b") & set(post.body_html)


def test_x08_names_and_handles_hide_nothing(forum: Forum, remote: RemoteServer, ana: RemotePerson) -> None:
    remote.documents["/users/ana"]["name"] = "Ana\u202e\u2067 <admin>\u200b"
    forum.tell(ana, ana.create(ana.note("Hello", forum.board())))
    html = forum.get(forum.thread_path("Hello")).get_data(as_text=True)
    assert not set("\u202e\u2067\u2066\u200b") & set(html)
    assert "<bdi>Ana &lt;admin&gt;</bdi>" in html
    hidden = remote.person("trick", key=2, preferredUsername="an\u200da\u2066")
    assert forum.post(hidden, hidden.follow(forum.board())).status_code == 401
    assert [person.username for person in forum.rows(Person)] == ["ana"]


@pytest.mark.parametrize("kind", ["text/markdown", "text/plain"])
def test_x10_markdown_is_words(forum: Forum, ana: RemotePerson, kind: str) -> None:
    hostile = (
        "[x](javascript:owned()) [y](data:text/html,x) [z](java\u200bscript:owned())\n\n<script>owned()</script>\n\n"
        "[a]: vbscript:owned()\n\n<img src=x onerror=owned()>\n\n&#106;avascript:owned()\n\n"
    )
    note = ana.note(
        "T", forum.board(), mediaType=kind, content="A title\n\n" + hostile + "- " * 10_000 + "[a](" * 9000
    )
    began = clock.now()
    forum.tell(ana, ana.create(note))
    assert (clock.now() - began).total_seconds() < 5
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert flaws_in_words(post.body_html) == []
    assert "<a" not in post.body_html
    assert "&lt;script&gt;owned()" in post.body_html


def test_a_poll_is_shown_with_its_votes_which_follow_its_updates(forum: Forum, ana: RemotePerson) -> None:
    question = ana.note("Which day?", forum.board(), type="Question", endTime="2030-01-01T00:00:00Z")
    question["anyOf"] = [
        {"type": "Note", "name": "Monday", "replies": {"type": "Collection", "totalItems": 3}},
        {"type": "Note", "name": "<b>Friday</b>", "replies": {"totalItems": 1}},
        {"type": "Note", "name": "Never", "replies": {"totalItems": -1}},
    ]
    forum.tell(ana, ana.create(question))
    path = forum.thread_path("Which day?")
    html = forum.get(path).get_data(as_text=True)
    assert "several answers" in html
    assert '<meter min="0" max="4" value="3">3</meter>' in html
    assert "Friday" in html
    assert "<b>Friday" not in html
    later = json.loads(json.dumps(question))
    later["anyOf"][0]["replies"]["totalItems"] = 9
    forum.tell(ana, ana.activity("Update", later))
    assert 'value="9"' in forum.get(path).get_data(as_text=True)
    later["anyOf"][0]["name"] = "Another question altogether"
    forum.tell(ana, ana.activity("Update", later))
    assert "Another question" not in forum.get(path).get_data(as_text=True)


def test_a_text_in_several_languages_says_which_one_is_shown(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("x", forum.board())
    note["contentMap"] = {"en": "<p>Good morning</p>", "de": "<p>Guten Morgen</p>"}
    note["content"] = "<p>Guten Morgen</p>"
    forum.tell(ana, ana.create(note))
    assert forum.rows(Post, Post.uri == note["id"])[0].language == "de"
    assert 'lang="de"' in forum.get(forum.thread_path("Guten Morgen")).get_data(as_text=True)


@pytest.mark.parametrize(
    "text", ["مرحبا بالعالم", "日本語のテスト", "नमस्ते दुनिया", "👩‍👧‍👦 family", "Zürich ß Ǆ", "e\u0301"]
)
def test_every_script_arrives_as_it_was_written(forum: Forum, ana: RemotePerson, text: str) -> None:
    forum.tell(ana, ana.create(ana.note(text, forum.board())))
    assert text in forum.titles()
