"""What may be said of the forum: what is none, what is too long, and that parts not named stay."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed
from fedconnect.models.site import Site
from fedconnect.site.settings import PARTS, change_site, ensure_site, parts_of
from support.moderation_rows import count, every


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("base_url", "https://evil.example"),
        ("id", "2"),
        ("contact", "javascript:alert(1)"),
        ("contact", "http://forum.example"),
        ("contact", "ask ada"),
        ("contact", "https://[x"),
        ("contact", "a@b/c"),
        ("languages", "en; de"),
        ("languages", " ".join(["en"] * 13)),
        ("accent", "red"),
        *((name, "x" * (part.most + 1)) for name, part in PARTS.items()),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(session: Session, part: str, text: str) -> None:
    with pytest.raises(Malformed):
        change_site(session, {"name": "Carers", part: text} if part != "name" else {part: text})
    assert count(session, Site) == 0


def test_what_is_not_named_stays(session: Session) -> None:
    change_site(session, {"name": "Carers’ corner", "contact": "ada@forum.example"})
    change_site(session, {"name": "Corner", "contact": "https://forum.example/contact"})
    change_site(session, {"languages": "en, de  en"})
    (row,) = every(session, Site)
    assert (row.name, row.contact, row.languages) == ("Corner", "https://forum.example/contact", "en de")


def test_a_line_is_one_line_and_paragraphs_stay(session: Session) -> None:
    change_site(session, {"name": " A\n\u202eB ", "terms": " One\r\n\r\nTwo\x00\u202e "})
    parts = parts_of(session)
    assert list(parts) == list(PARTS)
    assert (parts["name"], parts["terms"]) == ("A B", "One\n\nTwo")


def test_there_is_one_row(session: Session) -> None:
    assert parts_of(session)["name"] == ""
    assert ensure_site(session) is ensure_site(session)
    assert count(session, Site) == 1
