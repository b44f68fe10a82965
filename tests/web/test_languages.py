"""Pages speak the languages of their catalogues, completely, and tell caches so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from fedconnect.web import failures, languages
from support.forum import Forum
from support.visitor import Visitor

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def words_in_use() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for folder, method in (
        (ROOT / "templates", ("**.html", "jinja2")),
        (ROOT / "src/fedconnect/web", ("words.py", "python")),
    ):
        for _, _, words, _, _ in extract_from_dir(str(folder), [method], keywords=KEYWORDS):
            found.add(tuple(words) if isinstance(words, tuple | list) else words)
    for pair in [*failures._WORDS.values(), failures._UNFORESEEN]:
        found |= set(pair)
    return found


@pytest.mark.parametrize("language", languages.LANGUAGES[1:])
def test_every_catalogue_says_everything_and_nothing_that_is_gone(language: str) -> None:
    with (languages.CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    said = {message.id: message for message in catalogue if message.id}
    known = {tuple(one) if isinstance(one, list | tuple) else one for one in said}
    used = words_in_use()
    assert sorted(map(str, used - known)) == [], "missing"
    assert sorted(map(str, known - used)) == [], "no longer used"
    for identity, message in said.items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        blanks = set(
            re.findall(r"%\(\w+\)[sd]", identity[-1] if isinstance(identity, tuple | list) else identity)
        )
        assert all(strings), identity
        assert not message.fuzzy
        assert all(set(re.findall(r"%\(\w+\)[sd]", one)) == blanks for one in strings), identity


def test_no_template_says_anything_outside_the_catalogues() -> None:
    bare = {}
    for path in sorted((ROOT / "templates").glob("*.html")):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
        words = [
            word
            for word in re.findall(r"[A-Za-z]{3,}", text)
            if word not in {"FedConnect", "fedconnect", "board", "create"}
        ]
        if words:
            bare[path.name] = words
    assert bare == {}


@pytest.mark.parametrize(
    ("asked", "spoken", "word"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "Anmelden"),
        ("es", "es", "Entrar"),
        ("fr", "en", "Sign in"),
        ("", "en", "Sign in"),
        ("en-GB,de;q=0.8", "en", "Sign in"),
    ],
)
def test_a_page_speaks_as_its_reader_asks(
    forum: Forum, visitor: Visitor, asked: str, spoken: str, word: str
) -> None:
    answer = visitor.get("/", **({"Accept-Language": asked} if asked else {}))
    page = answer.get_data(as_text=True)
    assert f'<html lang="{spoken}" dir="ltr">' in page
    assert word in page
    assert answer.headers["Content-Language"] == spoken
    assert "Accept-Language" in answer.headers["Vary"]


def test_dates_are_written_as_the_language_does(forum: Forum, visitor: Visitor) -> None:
    page = visitor.get("/boards/respite/2026/03", **{"Accept-Language": "de"}).get_data(as_text=True)
    assert "März 2026" in page
