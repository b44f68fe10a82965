"""What programs find at fixed addresses: nothing that is somebody's own is named as theirs to read."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from fedconnect.foundation import database
from fedconnect.site import identity, pictures
from fedconnect.site.settings import change_site, ensure_site
from fedconnect.web.site import crawlers as view
from support.forum import Forum
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    desk.sign_out()
    return desk.open(view.blueprint)


def say(**parts: str) -> None:
    with database.transaction() as session:
        change_site(session, parts)
    identity.forget()


def test_without_a_contact_there_is_no_security_txt(opened: Desk) -> None:
    assert opened.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("ada@forum.example", "Contact: mailto:ada@forum.example"),
        ("https://x.example/y", "Contact: https://x.example/y"),
    ],
)
def test_it_names_the_contact_and_a_day_within_a_year(opened: Desk, contact: str, line: str) -> None:
    say(contact=contact, languages="en de")
    answer = opened.get("/.well-known/security.txt")
    lines = answer.text.splitlines()
    assert answer.mimetype == "text/plain"
    assert lines[0] == line
    expires = datetime.strptime(lines[1], "Expires: %Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=150) < expires - datetime.now(UTC) < timedelta(days=365)
    assert lines[2:] == [
        "Canonical: https://forum.example/.well-known/security.txt",
        "Preferred-Languages: en, de",
    ]


def test_robots_are_kept_from_what_is_personal_and_let_to_what_is_public(forum: Forum) -> None:
    text = forum.get("/robots.txt").get_data(as_text=True)
    kept = [
        re.escape(line.removeprefix("Disallow: ")).replace(r"\*", ".*")
        for line in text.splitlines()
        if line.startswith("Disallow: ")
    ]
    public = ["/", "/about", "/quiet", "/log", "/boards/respite", "/boards/respite/rules", "/boards/respite/2026/11",
              "/boards/respite/threads/17", "/boards/respite/card.png", "/privacy", "/help-now", "/static/icon.svg"]  # fmt: skip
    personal = ["/you", "/you/news", "/moderation", "/admin/site", "/servers", "/sign-in", "/here/shelter", "/search?q=x",
                "/boards/respite/new", "/boards/respite/care", "/boards/respite/threads/17/18/reply", "/decisions/1"]  # fmt: skip
    assert [path for path in public if any(re.match(one, path) for one in kept)] == []
    assert [path for path in personal if not any(re.match(one, path) for one in kept)] == []


def test_icons_are_drawn_until_there_is_a_logo(opened: Desk) -> None:
    with Image.open(io.BytesIO(opened.get("/favicon.ico").data), formats=["ICO"]) as found:
        assert found.size == (32, 32)
    drawn = opened.get("/apple-touch-icon.png").data
    made = io.BytesIO()
    Image.new("RGB", (9, 9), "#00ff00").save(made, "WEBP", lossless=True)
    with database.transaction() as session:
        ensure_site(session).logo = pictures.keep(session, made.getvalue())
    identity.forget()
    answer = opened.get("/apple-touch-icon.png")
    assert (answer.mimetype, answer.data != drawn) == ("image/png", True)
    with Image.open(io.BytesIO(answer.data)) as found:
        assert (found.size, found.convert("RGB").getpixel((5, 5))) == ((180, 180), (0, 255, 0))


def test_the_forum_has_a_card(opened: Desk) -> None:
    say(name="Corner", accent="#ffff00")
    assert opened.get("/card.png").mimetype == "image/png"
