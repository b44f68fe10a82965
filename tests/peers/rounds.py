"""What somebody does in one round, and what their home server has of it afterwards."""

from __future__ import annotations

import io
import random
import time
import traceback
from dataclasses import dataclass, field

import requests
from PIL import Image

from peers.forum_browser import ForumBrowser, Stuck
from peers.home_account import HomeAccount, Status

OPTIONS = ("Tea", "Warm milk", "Neither")


@dataclass
class Round:
    """One round and what was found at the home server. `wants`: picture or poll, since most servers take not both in one
    post."""

    mark: str
    wants: str
    posts: int = 0
    has_all: bool = False
    is_described: bool = False
    is_edited: bool = False
    is_deleted: bool = False
    is_signed_out: bool = False
    took_s: float = 0.0
    said: list[str] = field(default_factory=list)
    stuck: str = ""


def go_round(number: int, run: str, forum: ForumBrowser, home: HomeAccount) -> Round:
    """Sign in, post with a picture or a poll, edit, delete and sign out; look at the home server in between."""
    one = Round(f"{run}x{number:03}", "picture" if number % 2 else "poll")
    began = time.monotonic()
    try:
        _walk(one, forum, home)
    except (Stuck, AssertionError, StopIteration, requests.RequestException) as error:
        one.stuck = f"{type(error).__name__}: {error} {traceback.extract_tb(error.__traceback__)[-1].name}"
    one.said, one.took_s = list(forum.said), time.monotonic() - began
    one.posts = max(one.posts, len(home.posts_with(one.mark)))
    return one


def _walk(one: Round, forum: ForumBrowser, home: HomeAccount) -> None:
    with_picture = one.wants == "picture"
    forum.sign_in()
    alt = f"A lamp at night {one.mark}"
    address = forum.write(
        f"What helps at night {one.mark}?\nWe tried it all.",
        picture=_picture(one.mark) if with_picture else None, alt=alt, options="" if with_picture else "\n".join(OPTIONS),
    )  # fmt: skip
    made = home.posts_with(one.mark)
    one.posts = len(made)
    if not made:
        raise Stuck("the forum shows it, and the home server has nothing of it")
    one.has_all = (
        len(made[0]["media_attachments"]) == 1 if with_picture else _options(made[0]) == list(OPTIONS)
    )
    one.is_described = not with_picture or made[0]["media_attachments"][0].get("description") == alt
    if with_picture:  # a poll is edited at home
        forum.edit(address, f"What helps at night {one.mark}?\nWe tried it all, twice.")
        edited = home.posts_with(one.mark)
        one.posts = max(one.posts, len(edited))
        same = [item for item in edited if item["id"] == made[0]["id"]]
        one.is_edited = (
            len(same) == 1 and "twice" in same[0]["content"] and len(same[0]["media_attachments"]) == 1
        )
        one.is_described &= bool(same) and same[0]["media_attachments"][0].get("description") == alt
    else:
        one.is_edited = True
    forum.delete(address)
    one.is_deleted = not any(home.is_there(str(item["id"])) for item in made)
    forum.sign_out()
    one.is_signed_out = True


def _options(post: Status) -> list[str]:
    return [option["title"] for option in (post.get("poll") or {}).get("options", [])]


def _picture(mark: str) -> bytes:
    """Return a small picture that is like no other."""
    chance = random.Random(mark)
    image = Image.new("RGB", (64, 48), tuple(chance.randrange(256) for _ in range(3)))
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()
