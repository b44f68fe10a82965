"""Posts after public bug reports, all the way from their server to the page: every word, link and picture is there.

The numbers are those of the reports; each input stands in tests/samples/cases.
"""

from __future__ import annotations

import html as entities
import json
from pathlib import Path
from typing import Any

import pytest

from fedconnect.foundation.html import MAX_HTML_CHARS, text_of
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.remote import Document, RemotePerson

CASES = Path(__file__).parents[1] / "samples" / "cases"
LINK = "https://news.example/2026/council-closes-three-libraries"


def told(forum: Forum, ana: RemotePerson, note: Document) -> tuple[str, str, str]:
    """Send a post; return its title, the words of its body, and its page."""
    forum.tell(ana, ana.create(note))
    (post,) = forum.rows(Post, Post.uri == note["id"])
    (thread,) = forum.rows(Thread, Thread.id == post.thread_id)
    answer = forum.get(f"/boards/respite/threads/{thread.id}")
    assert answer.status_code == 200
    return thread.title, " ".join(text_of(post.body_html).split()), answer.get_data(as_text=True)


def of_html(forum: Forum, ana: RemotePerson, content: str, **fields: Any) -> Document:
    board = forum.board()
    content = content.replace("https://forum.example/boards/talk", board)
    return ana.note("", board, content=content, **fields)


def of_json(forum: Forum, ana: RemotePerson, case: str, /, **changes: Any) -> Document:
    """Return the object of a case as Ana posts it to the board."""
    written = (CASES / case).read_text().replace("https://forum.example/boards/talk", forum.board())
    found = json.loads(written)["object"]
    return found | {"id": ana.next_uri(), "attributedTo": ana.uri, "url": ana.next_uri()} | changes


WHOLE_SENTENCES = [
    ("03-title-cut-mid-sentence/dash-trail.html", "Looking for a carpenter, a plumber", "tools are there."),
    ("03-title-cut-mid-sentence/title-141.html", "Does anybody here know whether", "for carers as wel"),
    ("03-title-cut-mid-sentence/long-sentence-no-stop.html", "Our trade union branch", "nobody has answered"),
    ("03-title-cut-mid-sentence/one-very-long-word.html", "Donaudampfschifffahrts", "vorsitzende gesucht"),
    ("03-title-cut-mid-sentence/chinese-no-stop.html", "请问有没有人知道", "送孩子上学"),
    ("03-title-cut-mid-sentence/spanish-inverted.html", "¿Alguien sabe si", "¡Gracias!"),
    ("03-title-cut-mid-sentence/german-zb.html", "Wer kennt Einrichtungen", "Danke euch!"),
    (
        "03-title-cut-mid-sentence/long-then-second-sentence.html",
        "I would like to know",
        "We wrote three times.",
    ),
    (
        "04-title-ends-at-a-number-or-abbreviation/abbrev-jan-fig.html",
        "The meeting that was",
        "Bring a friend.",
    ),
    (
        "04-title-ends-at-a-number-or-abbreviation/decimal-version.html",
        "After the update from 4.2.1",
        "Any ideas?",
    ),
]


@pytest.mark.parametrize(("name", "begins", "ends"), WHOLE_SENTENCES)
def test_03_04_a_shortened_title_leaves_the_whole_sentence_in_the_body(
    forum: Forum, ana: RemotePerson, name: str, begins: str, ends: str
) -> None:
    title, body, _ = told(forum, ana, of_html(forum, ana, (CASES / name).read_text()))
    assert title.startswith(begins)
    assert title.endswith("…")
    assert body.startswith(title[:-1])
    assert body.endswith(ends)
    assert body[len(title) - 1] in " ,–" or " " not in title, "no word is cut that goes on"


@pytest.mark.parametrize(
    ("name", "title", "body"),
    [
        ("numbered-inline.html", "Three questions about the new bus lane, which opened last week in front of the school:", "1. Who paid for it?"),
        ("numbered-inline-long.html", "What we would need for a repair café in the old library, in the order in which we would need it, is as follows, and I am happy to help:",
         "1. A room with sockets"),
    ],
)  # fmt: skip
def test_04_no_title_ends_at_the_first_number_of_a_list(
    forum: Forum, ana: RemotePerson, name: str, title: str, body: str
) -> None:
    source = (CASES / "04-title-ends-at-a-number-or-abbreviation" / name).read_text()
    shown, left, _ = told(forum, ana, of_html(forum, ana, source))
    assert shown == title
    assert left.startswith(body)


@pytest.mark.parametrize(
    ("name", "title"),
    [("link-first.html", "Is there anything we can still do about the libraries?"), ("link-only.html", LINK.partition("://")[2])],
)  # fmt: skip
def test_02_a_link_before_the_title_can_be_followed(
    forum: Forum, ana: RemotePerson, name: str, title: str
) -> None:
    source = (CASES / "02-link-first-lost" / name).read_text()
    shown, _, page = told(forum, ana, of_html(forum, ana, source))
    assert shown == title
    assert f'<a href="{LINK}"' in page


def test_06_a_title_that_its_author_gave_is_whole(forum: Forum, ana: RemotePerson) -> None:
    note = of_json(forum, ana, "06-author-given-title-cut/create.json")
    title, body, _ = told(forum, ana, note)
    assert title == note["name"]
    assert body == "They learn to swim in year four."


@pytest.mark.parametrize("kind", ["Page", "Note", "Article"])
def test_06_a_title_that_is_too_long_for_one_stands_whole_above_the_body(
    forum: Forum, ana: RemotePerson, kind: str
) -> None:
    name = "word " * 60 + "the end"
    title, body, _ = told(forum, ana, of_html(forum, ana, "<p>Own words.</p>", type=kind, name=name))
    assert title.endswith("word…")
    assert body == f"{name} Own words."


def test_07_of_a_long_article_what_fits_keeps_its_markup_and_the_page_leads_to_the_whole(
    forum: Forum, ana: RemotePerson
) -> None:
    content = '<p>Intro with <a href="https://example.org/a">a link</a>.</p>'
    content += "".join(f"<h2>Part {n}</h2><p>{'Words about the garden. ' * 60}</p>" for n in range(50))
    note = of_html(forum, ana, content + "<p>THE VERY END</p>", type="Article", name="A long article")
    title, body, page = told(forum, ana, note)
    assert len(content) > MAX_HTML_CHARS
    assert title == "A long article"
    assert '<a href="https://example.org/a"' in page
    assert "<strong>Part 40</strong>" in page
    assert "THE VERY END" not in body
    assert (
        f'<a href="{note["url"]}" rel="nofollow noopener noreferrer">Shortened here: read the whole post on'
        in page
    )
    feed = forum.get(f"{forum.thread_path(title)}/feed.atom").get_data(as_text=True)
    assert "Shortened here" in entities.unescape(entities.unescape(feed))
    short = told(forum, ana, of_html(forum, ana, "<p>Short</p>"))[2]
    assert "Shortened here" not in short


def test_16_words_that_stand_in_a_map_alone_are_shown(forum: Forum, ana: RemotePerson) -> None:
    title, _, page = told(forum, ana, of_json(forum, ana, "16-content-empty-beside-contentMap/create.json"))
    assert title == "Leer und doch nicht"
    assert 'lang="de"' in page


def test_18_what_its_author_calls_a_note_is_its_title(forum: Forum, ana: RemotePerson) -> None:
    title, body, _ = told(forum, ana, of_json(forum, ana, "18-note-with-name/create.json"))
    assert (title, body) == ("Minutes are online", "We have the minutes of the last three meetings now.")


@pytest.mark.parametrize(
    ("changes", "title", "body"),
    [
        ({}, "We have the minutes of the last three meetings now.", ""),
        (
            {"name": "We have the minutes of the last three…"},
            "We have the minutes of the last three meetings now.",
            "",
        ),
        (
            {"name": "We have the minutes of the last th"},
            "We have the minutes of the last three meetings now.",
            "",
        ),
        ({"name": "Minutes", "content": "<p>Minutes</p><p>They are here.</p>"}, "Minutes", "They are here."),
        ({"name": "Minutes.", "content": "<p>Minutes. They are here.</p>"}, "Minutes.", "They are here."),
    ],
)
def test_18_where_name_and_content_begin_alike_the_words_come_once(
    forum: Forum, ana: RemotePerson, changes: Document, title: str, body: str
) -> None:
    note = of_json(forum, ana, "18-note-with-name/name-repeats-content.json", **changes)
    assert told(forum, ana, note)[:2] == (title, body)


def test_18_a_vote_is_no_thread(forum: Forum, ana: RemotePerson) -> None:
    note = ana.note("", forum.board(), name="Monday", content="", inReplyTo=ana.uri + "/unknown")
    forum.tell(ana, ana.create(note))
    assert forum.rows(Thread, Thread.title == "Monday") == []


@pytest.mark.parametrize("kind", ["Article", "Page", "Event", "Note"])
def test_19_what_a_warning_covers_is_folded_wherever_it_is_shown(
    forum: Forum, ana: RemotePerson, kind: str
) -> None:
    note = of_json(forum, ana, "19-article-with-content-warning/create.json", type=kind)
    _, _, page = told(forum, ana, note)
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert (post.warning, post.excerpt, post.is_sensitive) == ("Tells who did it", "", True)
    folded = page.partition('<details class="warned">')[2]
    assert "Tells who did it" in folded
    assert "The butler did it." in folded
    assert page.count("The butler did it.") == folded.count("The butler did it.")
    for path in ("/", "/boards/respite", "/boards/respite/feed.atom", "/search?q=butler"):
        assert "The butler did it" not in forum.get(path).get_data(as_text=True), path


def test_19_an_articles_summary_without_a_warning_is_none(forum: Forum, ana: RemotePerson) -> None:
    note = of_json(forum, ana, "19-article-with-content-warning/create.json", sensitive=False)
    told(forum, ana, note)
    (post,) = forum.rows(Post, Post.uri == note["id"])
    assert (post.warning, post.is_sensitive) == ("", False)


def test_19_a_single_picture_that_warns_is_folded_with_its_warning(forum: Forum, ana: RemotePerson) -> None:
    picture = {"type": "Image", "mediaType": "image/png", "url": ana.uri + "/1.png", "name": "A wound", "summary": "Blood", "sensitive": True}  # fmt: skip
    _, _, page = told(forum, ana, of_html(forum, ana, "<p>How do I dress this?</p>", attachment=[picture]))
    before, _, folded = page.partition('<details class="warned">')
    assert "Blood" in folded
    assert "A wound" not in before


@pytest.mark.parametrize(
    ("name", "link", "alt"),
    [
        ("friendica.html", "https://social.example/photo/1.jpg", "a roof with a hole"),
        ("wordpress.html", "https://blog.example/b.jpg", "the boiler, open"),
    ],
)
def test_20_a_picture_among_the_words_is_shown_and_described_at_its_place(
    forum: Forum, ana: RemotePerson, name: str, link: str, alt: str
) -> None:
    source = (CASES / "20-inline-pictures-vanish" / name).read_text()
    _, _, page = told(forum, ana, of_html(forum, ana, source))
    assert f'<a href="{link}" rel="nofollow noopener noreferrer">{alt}</a>' in page
    assert page.count(f'alt="{alt}"') == 1
    medium = {"type": "Image", "mediaType": "image/jpeg", "url": link + "?size=big", "name": alt}
    _, _, again = told(forum, ana, of_html(forum, ana, source, attachment=[medium]))
    assert again.count(f'alt="{alt}"') == 1, "once, where it is attached as well"


def test_22_a_formula_is_its_tex(forum: Forum, ana: RemotePerson) -> None:
    source = (CASES / "22-mathml-vanishes" / "mathml.html").read_text()
    title, body, _ = told(forum, ana, of_html(forum, ana, source))
    assert (title, body) == ("Is it true that a^2+b^2=c^2 holds for every triangle?", "")


def test_23_an_event_tells_when_in_its_own_zone_and_where(forum: Forum, ana: RemotePerson) -> None:
    title, body, page = told(forum, ana, of_json(forum, ana, "23-event-without-time-and-place/create.json"))
    assert title == "Repair evening"
    assert body.endswith("Bring what is broken.")
    for word in ("4 March 2027", "18:00 – 21:00", "UTC+01:00", "Old library", "12 Mill Lane", "Anytown"):
        assert word in page, word


def test_a_post_says_nothing_of_who_posted_it(forum: Forum, ana: RemotePerson) -> None:
    title, _, _ = told(forum, ana, of_html(forum, ana, "", attachment=[]))
    assert title == "A post"
    assert forum.rows(Person)[0].name not in title
