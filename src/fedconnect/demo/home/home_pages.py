"""The demo home's pages: who lives here, what somebody was sent, and who permits what."""

from __future__ import annotations

import html as markup
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fedconnect.activitypub.vocabulary import Document
from fedconnect.demo.home.resident import moment
from fedconnect.foundation import clock, html

STYLE = """
:root { color-scheme: light dark; --ink: #1d2321; --paper: #faf9f5; --edge: #d9d8cf; --deed: #1c5c47; --card: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e9e4; --paper: #191c1b; --edge: #3b403e; --deed: #8fd0b6; --card: #212524 } }
body { margin: 0 auto; padding: 1rem 1rem 4rem; max-width: 40rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: break-word }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 1rem 0 .5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
a { color: var(--deed) } ul, ol { list-style: none; padding: 0; margin: 0 }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; padding: .75rem 1rem; margin: 0 0 .75rem }
.card p { margin: .35rem 0 } .facts { color: inherit; opacity: .75; font-size: .85rem }
label { display: block; margin: .5rem 0 } select, textarea { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); color: inherit }
button { font: inherit; min-height: 44px; padding: .4rem 1rem; border: 0; border-radius: 10px; background: var(--deed); color: var(--paper); cursor: pointer; margin: .25rem .25rem .25rem 0 }
button.other { background: none; color: var(--deed); border: 1px solid var(--edge) } :focus-visible { outline: 3px solid var(--deed); outline-offset: 2px }
"""
_SCOPES = {
    "profile": "know your name and your handle", "read": "read what you may read", "write:statuses": "publish, edit and delete posts for you",
    "write:media": "upload pictures for you", "write:favourites": "mark posts as favourites for you",
    "write:bookmarks": "bookmark posts for you", "write:follows": "follow and unfollow for you", "write:reports": "send reports for you",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """What somebody was sent: a private message, a mention, or what an account boosted that they follow."""

    kind: str
    uri: str
    sender: str
    html: str
    at: str


def stamp() -> str:
    """Return the present moment as servers write it."""
    return moment(clock.now())


def as_html(text: str) -> str:
    """Return what somebody typed as the content of a note, without the outer paragraph."""
    return markup.escape(text).replace("\r\n", "\n").replace("\n\n", "</p><p>").replace("\n", "<br>")


def message_of(note: Document, *, is_private: bool) -> KeptMessage:
    """Return a note that somebody was sent, cleaned."""
    content = html.clean(str(note.get("content") or ""), "")
    kind = "private" if is_private else "mention"
    return KeptMessage(kind, _text(note.get("id")), _text(note.get("attributedTo")), content, stamp())


def boost_of(activity: Document, about: str, content: str) -> KeptMessage:
    """Return a boost that somebody's home would show them, with the words of the post where they are known here."""
    return KeptMessage("boost", about, _text(activity.get("actor")), html.clean(content, ""), stamp())


def front(people: Mapping[str, str], tried: Sequence[str], forum: str) -> str:
    """Return the page that says who lives here; first those whom somebody can be."""
    first = "".join(
        f'<li class="card"><a href="/@{name}">{_e(people[name])}</a> <span class="facts">@{name}</span></li>'
        for name in tried
        if name in people
    )
    others = ", ".join(
        f'<a href="/@{name}">{_e(shown)}</a>' for name, shown in people.items() if name not in tried
    )
    return _page(
        "The demo’s home server",
        "<p>A small home server that runs on your computer alone, in the place of the Mastodon server that people have in life. "
        f'It was made for <a href="{_e(forum)}/demo">the demo</a>: here you read what the forum sends to its people.</p>'
        f"<ul>{first}</ul><h2>Everybody else who lives here</h2><p>{others}</p>",
    )  # fmt: skip


def inbox(
    shown: str, messages: Sequence[KeptMessage], to: Sequence[tuple[str, str]], forum: str, *, sent: bool
) -> str:
    """Return somebody's page: what they were sent, the newest first, and a form for a private message."""
    lines = "".join(_line(one) for one in reversed(messages) if one.kind != "follow")
    options = "".join(f'<option value="{_e(uri)}">{_e(name)}</option>' for uri, name in to)
    told = '<p role="status"><strong>Sent.</strong></p>' if sent else ""
    return _page(
        f"{shown}’s messages",
        f"{told}<p>What the forum’s letter, its boards and their companions sent to {_e(shown)}, as a Mastodon app would show it. "
        f'<a href="{_e(forum)}/">Back to the forum</a> · <a href="/">Who lives here</a></p>'
        f"<ol>{lines or '<li class=card><p>Nothing yet. The first letter comes within the demo’s month.</p></li>'}</ol>"
        '<h2 id="write">Write a private message</h2><form method="post">'
        f"<label>To <select name=to>{options}</select></label>"
        '<label>Text <textarea name="text" rows="3" maxlength="2000" required placeholder="topics respite, dementia"></textarea></label>'
        "<button>Send</button></form>",
    )  # fmt: skip


def permission(people: Mapping[str, str], tried: Sequence[str], query: str, scope: str, known: str) -> str:
    """Return the page on which somebody permits the forum what it asks for."""
    asked = "".join(f"<li>{_e(_SCOPES.get(one, one))}</li>" for one in scope.split()[:40])
    names = [known] if known else [name for name in tried if name in people]
    buttons = "".join(
        f'<button name="as" value="{name}">{"Authorize" if known else "I am " + _e(people[name])}</button>'
        for name in names
    )
    who = (
        f"<p>You are signed in here as <strong>{_e(people[known])}</strong>.</p>"
        if known
        else "<p>Who are you?</p>"
    )
    return _page(
        "The forum asks for your permission",
        f"{who}<p>It would like to:</p><ul class=card>{asked}</ul><form method=post action=/oauth/authorize>"
        f'<input type=hidden name=way value="{_e(query)}">{buttons}</form>',
    )


def problem(words: str) -> str:
    """Return a page that says what is wrong."""
    return _page("That did not work", f"<p>{_e(words)}</p>")


def _line(one: KeptMessage) -> str:
    sender = _e(one.sender.rpartition("/")[2])
    link = f'<a href="{_e(one.uri)}">{_e(one.uri)}</a>'
    said = {"private": "wrote to you in private", "mention": "named you", "boost": "boosted"}[one.kind]
    text = one.html or f"<p>{link}</p>"
    return f'<li class="card"><p class="facts"><strong>@{sender}</strong> {said} · <time datetime="{_e(one.at)}">{_e(_shown(one.at))}</time></p>{text}</li>'


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{_e(title)}</title><link rel="stylesheet" href="/style.css"></head><body><main><h1>{_e(title)}</h1>{content}</main></body></html>'
    )  # fmt: skip


def _shown(at: str) -> str:
    moment_of = clock.parse_instant(at)
    return f"{moment_of.day} {moment_of:%b %H:%M} UTC" if moment_of is not None else ""


def _text(value: Any) -> str:
    return value[:2000] if isinstance(value, str) and value.startswith(("http://", "https://")) else ""


def _e(text: str) -> str:
    return markup.escape(text)
