"""What boards write: complete in each language, and safe whatever stands in a name or a reason."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fedconnect.models.board import Board
from fedconnect.moderation import wording
from fedconnect.moderation.wording import first_rules, gentle_texts, language_of, plainly, say

LANGUAGES = ("en", "de", "es")
TEXTS = Path(wording.__file__).with_name("wording.toml")


def a_named_board(language: str = "en", name: str = "Care & <Kin>") -> Board:
    return Board(slug="care", name=name, language=language)


def texts() -> dict[str, Any]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def blanks(text: object) -> list[str]:
    return sorted(set(re.findall(r"\{(\w+)\}", str(text))))


def test_what_people_wrote_is_never_markup() -> None:
    said = say(a_named_board(), "why", reason='<script>"x"</script> {board} {0}')
    assert said == "<p>Why: &lt;script&gt;&quot;x&quot;&lt;/script&gt; {board} {0}</p>"
    assert "“Care &amp; &lt;Kin&gt;”" in say(a_named_board(), "upheld")


def test_only_an_address_of_ours_is_a_link_and_stays_inside_of_it() -> None:
    said = say(a_named_board(), "read", link='https://forum.example/"><b>')
    assert '<a href="https://forum.example/&quot;&gt;&lt;b&gt;">' in said
    assert "<a" not in say(a_named_board(), "why", reason="https://forum.example/")


def test_words_for_our_own_lists_are_plain() -> None:
    assert plainly(a_named_board(), "upheld").endswith("on the board “Care & <Kin>” stands.")
    assert "<p>" not in plainly(a_named_board(), "why_rule_words", detail="<pills>")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("es-419", "es"),
        ("fr", "en"),
        ("", "en"),
        ("d", "en"),
        ("DE", "en"),
    ],
)
def test_a_board_speaks_the_nearest_language_that_we_write(tag: str, language: str) -> None:
    assert language_of(a_named_board(tag)) == language
    assert gentle_texts(tag) == texts()[language]["gentle"]
    assert first_rules(a_named_board(tag)) == texts()[language]["rules"]


def test_first_rules_are_a_copy_that_may_be_changed() -> None:
    first_rules(a_named_board()).clear()
    assert len(first_rules(a_named_board())) == 5


def test_each_text_exists_in_each_language_with_the_same_blanks() -> None:
    known = texts()
    assert tuple(known) == LANGUAGES
    for language in ("de", "es"):
        assert known[language].keys() == known["en"].keys()
        for name, text in known["en"].items():
            assert blanks(known[language][name]) == blanks(text), f"{language}: {name}"
        assert len(known[language]["rules"]) == len(known["en"]["rules"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gentle_texts_are_those_that_can_be_chosen(language: str) -> None:
    assert tuple(gentle_texts(language)) == wording.GENTLE
    for name in wording.GENTLE:
        assert gentle_texts(language)[name][:20] in say(a_named_board(language), f"gentle.{name}")


def test_a_text_that_there_is_not_is_an_error_and_no_empty_letter() -> None:
    for name in ("nothing", "gentle.nothing", "gentle."):
        with pytest.raises(KeyError):
            say(a_named_board(), name)
    with pytest.raises(KeyError):
        say(a_named_board(), "why")
