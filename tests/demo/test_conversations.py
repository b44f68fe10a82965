"""The demo's conversations as the forum shows them: real statements, each whole."""

from __future__ import annotations

import html
from datetime import UTC, datetime

from fedconnect.demo.conversations import read_statements
from fedconnect.forum.titles import split_title
from fedconnect.foundation.html import clean, text_of

BOARD = "https://forum.example/boards/housing"
MENTION = f'<span class="h-card"><a href="{BOARD}" class="u-url mention">@<span>housing</span></a></span>'


def test_no_body_of_the_demo_begins_in_mid_sentence() -> None:
    """A title and the body under it are what was said, cut nowhere; a body begins with a sentence, or with all of it."""
    starters = [one for one in read_statements(datetime(2026, 11, 30, tzinfo=UTC)) if one.answers is None]
    assert len(starters) > 150
    for one in starters:
        head = split_title(clean(f"<p>{html.escape(one.text)}</p><p>{MENTION}</p>"), [BOARD], "en")
        said, body = " ".join(one.text.split()), " ".join(text_of(head.body_html).split())
        assert body in {said, ""} or f"{head.title} {body}" == said, one.text
        before = said[: len(said) - len(body)].rstrip() if body else ""
        assert not before or before[-1] in '.?!:"”’)', (head.title, body)
        assert not body or body == said or not body[0].islower(), (head.title, body)
