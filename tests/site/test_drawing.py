"""Drawn pictures: within their bounds whatever a name is, and without boxes for letters that the font has not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from fedconnect.site import drawing
from fedconnect.site.tints import TINTS

TINT = TINTS[0]


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=["PNG"])


def a_card(name: str, line: str = "", site: str = "Corner") -> bytes:
    return drawing.draw_card(name, line, site, TINT.deep, TINT.pale)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "W" * 100,
        "Donaudampfschifffahrtsgesellschaft " * 3,
        "🌻🌻",
        "日本語の板",
        "\u202eevil",
        "a\x00b",
    ],
)
def test_no_name_breaks_a_card_or_makes_it_large(name: str) -> None:
    png = a_card(name, "x" * 400, name)
    assert opened(png).size == drawing.CARD
    assert len(png) < 100_000


def test_what_cannot_be_drawn_is_left_out_and_not_drawn_as_boxes() -> None:
    assert a_card("日本語の板", site="") == a_card("", site="")
    assert a_card("Zürich: Łódź, Ελλάδα, Привет", site="") != a_card("", site="")


def test_nothing_is_wider_than_its_room() -> None:
    for words in ("W" * 100, "One word after the other " * 20):
        lines = drawing._wrapped(words, 50, 600, most=2)
        assert 1 <= len(lines) <= 2
        assert lines[-1].endswith("…")
        assert all(drawing._font(50).getlength(line) <= 600 for line in lines)
    assert drawing._wrapped("Short", 50, 600, most=2) == ["Short"]


def test_without_a_font_there_is_a_picture_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_FONT", drawing._FONT.with_name("nowhere.woff2"))
    drawing._font.cache_clear()
    drawing.draw_tile.cache_clear()
    try:
        assert opened(drawing.draw_tile("RB", "#123456")).size == (400, 400)
    finally:
        drawing._font.cache_clear()
        drawing.draw_tile.cache_clear()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Respite & breaks", "RB"),
        ("benefits", "B"),
        ("", ""),
        ("🌻 garden", "G"),
        ("& x", "X"),
        ("änderung", "Ä"),
    ],
)
def test_a_tile_has_the_first_letters(name: str, letters: str) -> None:
    assert drawing.initials(name) == letters


def test_icons_have_their_size() -> None:
    assert opened(drawing.draw_icon("#23645d", 32, is_opaque=False)).getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert opened(drawing.draw_icon("#23645d", 180, is_opaque=True)).size == (180, 180)
    made = io.BytesIO()
    Image.new("RGB", (30, 10), "red").save(made, "WEBP")
    assert opened(drawing.as_icon(made.getvalue(), 64)).size == (64, 64)


def test_an_ico_holds_its_picture() -> None:
    png = drawing.draw_icon("#23645d", 32, is_opaque=False)
    with Image.open(io.BytesIO(drawing.as_ico(png)), formats=["ICO"]) as found:
        assert found.size == (32, 32)
        assert found.convert("RGBA").tobytes() == opened(png).convert("RGBA").tobytes()
