"""An accent: no colour of anybody's choice makes a page that cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fedconnect import web
from fedconnect.foundation.errors import Malformed
from fedconnect.site import accent
from fedconnect.site.accent import contrast, dark_shades, light_shades, read_accent

AA = 4.5
EVERY = [f"#{r}{g}{b}" for r in ("00", "80", "ff") for g in ("00", "80", "ff") for b in ("00", "80", "ff")]


@pytest.mark.parametrize(
    "typed", ["green", "#23645", "#23645dd", "#23645g", "url(x)", "#23645d;}", "＃23645d"]
)
def test_what_is_no_colour_is_refused_so_that_no_style_is_smuggled_in(typed: str) -> None:
    with pytest.raises(Malformed):
        read_accent(typed)


def test_a_colour_is_read_in_either_spelling_and_the_usual_one_is_none() -> None:
    assert (read_accent(" #AA3300 "), read_accent("aa3300"), read_accent("")) == ("#aa3300", "#aa3300", "")
    assert read_accent(accent.USUAL) == ""


@pytest.mark.parametrize("chosen", EVERY)
def test_every_accent_can_be_read_by_day_and_by_night(chosen: str) -> None:
    light, dark = light_shades(chosen), dark_shades(chosen)
    for shade, papers in (
        (light, ("#fbf8f2", "#fffdf9", "#ffffff")),
        (dark, ("#1c1b19", "#24221f", "#16211e")),
    ):
        assert min(contrast(shade.accent, paper) for paper in (*papers, shade.soft)) >= AA
    assert contrast("#2c2a26", light.soft) >= AA
    assert contrast("#ece6db", dark.soft) >= AA


def test_a_colour_that_can_be_read_stays_as_it_was_chosen() -> None:
    assert light_shades("#a3271f").accent == "#a3271f"
    assert dark_shades("#8ccabd").accent == "#8ccabd"


def test_the_colours_it_is_measured_against_are_those_of_the_pages() -> None:
    style = (Path(web.__file__).parent / "static" / "fedconnect.css").read_text()
    for colour in (*accent._LIGHT, *accent._DARK, accent.USUAL):
        assert re.search(rf"{colour}\b", style), colour


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
