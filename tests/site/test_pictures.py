"""Pictures of the forum's own: nothing that is none, none twice, and none that nothing names."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.site import OwnPicture
from fedconnect.site import pictures
from fedconnect.site.settings import ensure_site
from support.moderation_rows import count
from support.unit import a_board


def a_picture(size: int = 8, colour: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize("raw", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        pictures.remade(raw)
    assert "no picture we can read" in refused.value.safe


def test_a_picture_that_stays_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "remake", lambda raw: b"x" * 600_001)
    with pytest.raises(Malformed) as refused:
        pictures.remade(b"")
    assert "too large" in refused.value.safe


def test_there_is_no_other_picture(session: Session) -> None:
    with pytest.raises(NotFound):
        pictures.get_picture(session, "0" * 64)


def test_a_picture_is_made_anew_and_kept_once(session: Session) -> None:
    made = pictures.remade(a_picture())
    assert made[8:12] == b"WEBP"
    digest = pictures.keep(session, made)
    assert pictures.keep(session, made) == digest
    assert pictures.get_picture(session, digest) == made
    assert count(session, OwnPicture) == 1


def test_only_what_nothing_names_is_dropped(session: Session) -> None:
    kept = [pictures.keep(session, name) for name in (b"logo", b"board", b"gone")]
    ensure_site(session).logo = kept[0]
    a_board(session, picture=kept[1])
    pictures.drop_unused(session)
    assert [pictures.get_picture(session, one) for one in kept[:2]] == [b"logo", b"board"]
    with pytest.raises(NotFound):
        pictures.get_picture(session, kept[2])
