"""Posts as twelve kinds of software write them, made at random: what each puts where, with words that are told apart.

Shapes only: nothing here is anybody's text. Each word carries a number of its own, so that the loss of one is seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
ANA = "https://peer.example/users/ana"
BOARD = "https://forum.example/boards/talk"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_STEMS = [
    "garden",
    "Tagespflege",
    "cuándo",
    "помощь",
    "مساعدة",
    "質問",
    "सहायता",
    "Straße",
    "m²x",
    "naïve",
    "I",
    "Zorg",
    "don’t",
]
_MARKS = [
    "",
    "",
    "",
    "",
    ",",
    ".",
    "?",
    "!",
    " –",
    ":",
    "…",
    ". 1.",
    " z.B.",
    " 2 a.m.",
    " 12 Jan.",
    " Dr.",
    "。",
    "؟",
    " 🙏",
    "&amp;",
]
_INLINE = ["em", "strong", "b", "i", "u", "span", "code", "kbd", "sup", "sub", "ins", "mark", "small", "abbr", "font", "var", "q", "cite"]  # fmt: skip
_BLOCKS = ["p", "p", "p", "div", "h2", "h3", "blockquote", "pre", "section", "figcaption", "address", "details", "center", "article"]  # fmt: skip


class Numbers:
    """Words and addresses, none of them twice."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw, self._count = draw, itertools.count(1)

    def pick(self, values: list[Any]) -> Any:
        return self._draw(st.sampled_from(values))

    def below(self, most: int) -> int:
        return self._draw(st.integers(0, most))

    def maybe(self) -> bool:
        return self._draw(st.booleans())

    def word(self) -> str:
        return f"{self.pick(_STEMS)}{next(self._count)}"

    def words(self, most: int = 8) -> str:
        return " ".join(self.word() + self.pick(_MARKS) for _ in range(1 + self.below(most)))

    def plain(self, most: int = 8) -> str:
        return self.words(most).replace("&amp;", "&")

    def address(self, ending: str = "") -> str:
        return f"https://host{next(self._count)}.example/path{next(self._count)}{ending}"


def inline(one: Numbers, depth: int = 2) -> str:
    """Return running text with what may stand in it."""
    kinds: list[Callable[[], str]] = [
        one.words,
        one.words,
        lambda: f"<{(tag := one.pick(_INLINE))}>{inline(one, depth - 1)}</{tag}>",
        lambda: f'<a href="{one.address()}">{one.words(2)}</a>',
        lambda: f'<a href="{one.address()}" class="mention hashtag" rel="tag">#<span>{one.word()}</span></a>',
        lambda: (
            f'<span class="h-card"><a href="{one.address()}" class="u-url mention">@<span>{one.word()}</span></a></span>'
        ),
        lambda: f'<img src="{one.address(".jpg")}" alt="{one.words(3)}">',
        lambda: f'<a href="{one.address()}"><img src="{one.address(".png")}" alt="{one.words(2)}"></a>',
        lambda: f'<img class="emoji" src="{one.address(".png")}" alt=":{one.word()}:">',
        lambda: (
            f"<math><mi>x</mi><annotation encoding='application/x-tex'>{one.word()}^{one.word()}</annotation></math>"
        ),
        lambda: "<br>",
        lambda: f"<ruby>{one.word()}<rp>(</rp><rt>{one.word()}</rt><rp>)</rp></ruby>",
        lambda: f"<del>{one.word()}</del>",
        lambda: f'<input type="checkbox" {one.pick(["", "checked"])}> {one.words(2)}',
    ]
    count = 1 + one.below(3)
    return " ".join(one.pick(kinds if depth > 0 else kinds[:2])() for _ in range(count))


def block(one: Numbers, depth: int = 2) -> str:
    """Return a block: a paragraph, a list, a table, an embed."""
    if depth == 0:
        return f"<p>{inline(one)}</p>"
    kinds: list[Callable[[], str]] = [
        lambda: f"<{(tag := one.pick(_BLOCKS))}>{inline(one)}</{tag}>",
        lambda: f"<p>{inline(one)}</p>",
        lambda: _list(one, depth),
        lambda: f"<blockquote>{block(one, depth - 1)}</blockquote>",
        lambda: (
            f"<figure><img src='{one.address('.jpg')}' alt='{one.words(3)}'><figcaption>{inline(one)}</figcaption></figure>"
        ),
        lambda: f'<iframe src="{one.address()}" title="{one.words(2)}"></iframe>',
        lambda: f'<video><source src="{one.address(".mp4")}"></video>',
        lambda: _table(one),
        lambda: f"<dl><dt>{one.words(2)}</dt><dd>{inline(one)}</dd></dl>",
        lambda: f"<pre><code>{one.words()}\n    {one.words()}</code></pre>",
        lambda: f"<script>{one.word()}</script><style>p{{}}</style>",
        lambda: "<hr>",
        lambda: (
            f"<P>{one.words()}<p>{one.words()} <b>{one.words()} <i>{one.words()}</b> {one.words()}</i> "
        ),  # never closed, or crosswise
        lambda: f"<!-- {one.word()} --><UL><LI>{one.words()}<LI>{one.words()}</UL>",
        lambda: (
            f"<table><tr><td><ul><li>{one.words()}</li></ul><p>{one.words()}</p></td><td><blockquote>{one.words()}</blockquote></td></tr></table>"
        ),
        lambda: "<blockquote>" * 40 + inline(one, 1) + "</blockquote>" * 40,
        lambda: (
            f'<object data="{one.address()}">{one.words(2)}</object><button>{one.word()}</button><textarea>{one.word()}</textarea>'
        ),
        lambda: (
            f"<select><option>{one.word()}<option>{one.word()}</select>{one.words()} &lt;{one.word()}&gt; &quot;{one.word()}&quot;"
        ),
        lambda: f'<audio src="{one.address(".ogg")}"></audio><embed src="{one.address()}">',
        lambda: (
            f"<svg><title>{one.word()}</title><text>{one.word()}</text></svg><noscript>{one.word()}</noscript>"
        ),
        lambda: f" {one.words(30)} ",
    ]
    return one.pick(kinds)()


def _list(one: Numbers, depth: int) -> str:
    tag = one.pick(["ul", "ol", "ol start='3'"])
    items = "".join(
        f"<li>{inline(one) if one.maybe() else block(one, depth - 1)}</li>" for _ in range(1 + one.below(3))
    )
    return f"<{tag}>{items}</{tag.split()[0]}>"


def _table(one: Numbers) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{inline(one, 1)}</td>" for _ in range(1 + one.below(2))) + "</tr>"
        for _ in range(1 + one.below(2))
    )
    head = f"<thead><tr><th>{one.words(2)}</th><th>{one.words(2)}</th></tr></thead>" if one.maybe() else ""
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def content(one: Numbers, most: int = 4) -> str:
    """Return a whole post's content, the mention of the board first, last or in the middle."""
    blocks = [block(one) for _ in range(1 + one.below(most))]
    mention = f'<span class="h-card"><a href="{BOARD}" class="u-url mention">@<span>talk</span></a></span>'
    where = one.below(3)
    if where == 0:
        blocks[0] = f"<p>{mention} {inline(one)}</p>" + blocks[0]
    elif where == 1:
        blocks.append(f"<p>{inline(one)} {mention}</p>")
    elif where == 2:
        blocks.append(f"<p>{mention}</p>")
    return "".join(blocks)


def _mastodon(one: Numbers) -> Document:
    text = f"<p>{inline(one)}</p>" + (f"<p>{inline(one)}</p>" if one.maybe() else "")
    return {"type": "Note", "content": text, "summary": one.plain(3) if one.maybe() else None}


def _poll(one: Numbers) -> Document:
    options = [{"type": "Note", "name": one.plain(3)} for _ in range(2 + one.below(3))]
    return {"type": "Question", "content": f"<p>{inline(one)}</p>", "oneOf": options, "anyOf": []}


def _gotosocial(one: Numbers) -> Document:
    text = content(one)
    return {"type": "Note", "content": text, "contentMap": {"en": text}, "attachment": {"type": "Image", "url": one.address(".jpg"), "name": one.plain(3), "summary": ""}}  # fmt: skip


def _akkoma(one: Numbers) -> Document:
    return {"type": "Note", "content": "", "contentMap": {"de": content(one)}}


def _misskey(one: Numbers) -> Document:
    picture = {"type": "Document", "mediaType": "image/png", "url": one.address(".png"), "name": one.plain(3), "sensitive": one.maybe()}  # fmt: skip
    return {
        "type": "Note",
        "content": f"<p><span>{inline(one)}<br>{inline(one)}</span></p>",
        "attachment": [picture],
    }


def _lemmy(one: Numbers) -> Document:
    link = {"type": "Link", "href": one.address()}
    return {"type": "Page", "name": one.plain(20), "content": content(one), "attachment": [link], "sensitive": False}  # fmt: skip


def _piefed(one: Numbers) -> Document:
    return {"type": "Page", "name": one.plain(6), "content": content(one), "image": {"type": "Image", "url": one.address(".webp")}}  # fmt: skip


def _nodebb(one: Numbers) -> Document:
    title = one.plain(5)
    return {"type": "Article" if one.maybe() else "Note", "name": title, "content": content(one), "summary": None}  # fmt: skip


def _wordpress(one: Numbers) -> Document:
    return {"type": "Article", "name": one.plain(6), "content": content(one, 8), "sensitive": one.maybe(), "summary": one.plain(4)}  # fmt: skip


def _indieweb(one: Numbers) -> Document:
    text = one.plain(10)
    return {"type": "Note", "name": text[: len(text) - one.below(10)], "content": f"<p>{text.replace('&', '&amp;')}</p>{content(one, 2)}"}  # fmt: skip


def _mobilizon(one: Numbers) -> Document:
    place = {"type": "Place", "name": one.plain(2), "address": {"streetAddress": one.plain(2), "addressLocality": one.word()}}  # fmt: skip
    return {"type": "Event", "name": one.plain(4), "content": content(one), "startTime": "2027-03-04T18:00:00+01:00",
            "endTime": "2027-03-04T21:00:00+01:00", "location": place, "timezone": "Europe/Berlin"}  # fmt: skip


def _peertube(one: Numbers) -> Document:
    urls = [{"type": "Link", "mediaType": "text/html", "href": one.address()}, {"type": "Link", "mediaType": "video/mp4", "href": one.address(".mp4")}]  # fmt: skip
    return {"type": "Video", "name": one.plain(5), "content": one.plain(20), "mediaType": "text/markdown", "url": urls}  # fmt: skip


def _discourse(one: Numbers) -> Document:
    return {"type": ["Note"], "name": one.plain(6), "content": content(one, 6)}


SOFTWARE = {
    "mastodon": _mastodon, "mastodon poll": _poll, "gotosocial": _gotosocial, "akkoma": _akkoma, "misskey": _misskey, "lemmy": _lemmy,
    "piefed": _piefed, "nodebb": _nodebb, "wordpress": _wordpress, "indieweb": _indieweb, "mobilizon": _mobilizon,
    "peertube": _peertube, "discourse": _discourse,
}  # fmt: skip


@st.composite
def documents(draw: Callable[[st.SearchStrategy[Any]], Any], name: str) -> Document:
    """A post of one kind of software, addressed to everybody and to the board."""
    made = SOFTWARE[name](Numbers(draw))
    return {
        "id": "https://peer.example/notes/1", "attributedTo": ANA, "url": "https://peer.example/@ana/1", "to": [PUBLIC], "cc": [BOARD],
        "published": "2026-11-25T08:00:00Z", "tag": [{"type": "Mention", "href": BOARD, "name": "@talk@forum.example"}], **made,
    }  # fmt: skip


def strings_of(value: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings_of(one)
