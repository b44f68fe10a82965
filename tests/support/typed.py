"""What somebody typed on their phone, as the HTML that Mastodon makes of it."""

from __future__ import annotations

import html
import re

_WORD = re.compile(r"https?://\S+|#[^\W\d_][\w]*|@board\b")


def mastodon_html(text: str, board: str) -> str:
    """Return a status's content: paragraphs, line breaks, links, hashtags, and the mention of a board as `@board`."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "".join(f"<p>{_linked(one, board).replace(chr(10), '<br>')}</p>" for one in paragraphs)


def _linked(text: str, board: str) -> str:
    def link(found: re.Match[str]) -> str:
        word = found[0]
        if word == "@board":
            return f'<span class="h-card" translate="no"><a href="{board}" class="u-url mention">@<span>board</span></a></span>'
        if word.startswith("#"):
            return f'<a href="https://s.example/tags/{word[1:]}" class="mention hashtag" rel="tag">#<span>{word[1:]}</span></a>'
        scheme, _, rest = html.unescape(word).partition("://")
        shown, hidden = html.escape(rest[:30]), html.escape(rest[30:])
        middle = (
            f'<span class="ellipsis">{shown}</span><span class="invisible">{hidden}</span>'
            if hidden
            else shown
        )
        return f'<a href="{word}"><span class="invisible">{scheme}://</span>{middle}</a>'

    return _WORD.sub(link, html.escape(text, quote=False))
