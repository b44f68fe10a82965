"""Sixty first posts as people write them on their phones, in ten languages: whoever sees title and body only, understands them.

`GOLDEN=write` writes anew what becomes of them; whoever does so reads each.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from fedconnect.forum.greetings import is_greeting
from fedconnect.forum.titles import MAX_TITLE, TitleAndBody, split_title
from fedconnect.foundation.html import clean, text_of
from support.typed import mastodon_html

FOLDER = Path(__file__).parents[1] / "samples" / "first_posts"
BOARD = "https://forum.example/boards/talk"
POSTS = tomllib.loads((FOLDER / "posts.toml").read_text())["post"]
READ = FOLDER / "read.json"


def split(post: dict[str, str]) -> TitleAndBody:
    return split_title(clean(mastodon_html(post["text"], BOARD)), [BOARD], post["language"])


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.replace("@board", "")))


def test_there_are_sixty_in_ten_languages() -> None:
    assert len(POSTS) == 60
    assert len({post["language"] for post in POSTS}) == 10


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post["text"].strip()[:30])
def test_no_word_is_lost_and_no_title_says_nothing(post: dict[str, str]) -> None:
    head = split(post)
    assert words(post["text"]) <= words(f"{head.title} {text_of(head.body_html)}")
    assert len(head.title) <= MAX_TITLE + 1
    assert not is_greeting(head.title)
    assert not head.title.startswith(("http", "@", "#", "-", "1."))


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post["text"].strip()[:30])
def test_a_body_begins_where_a_line_or_a_sentence_does(post: dict[str, str]) -> None:
    body = text_of(split(post).body_html)
    typed = post["text"].replace("@board", "").strip()
    place = typed.find(body.split("\n")[0].strip()) if body else 0
    assert place <= 0 or typed[:place].rstrip(" ")[-1] in '\n.?!:…»”"“'


def test_they_are_split_as_somebody_read_and_approved() -> None:
    found = [{"title": (head := split(post)).title, "body": text_of(head.body_html)} for post in POSTS]
    if os.environ.get("GOLDEN") == "write":
        READ.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert json.loads(READ.read_text()) == found
