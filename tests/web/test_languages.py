"""Pages speak the languages of their catalogues, completely, and tell caches so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fedconnect.foundation.translatable_sentences import Sentence, from_row, to_row
from fedconnect.web import languages
from support.catalogues import refresh, sentences, words_in_use
from support.forum import Forum
from support.visitor import Visitor

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]


def test_every_blank_of_a_sentence_is_filled_in_where_it_is_said() -> None:
    for one in sentences():
        assert set(re.findall(r"%\((\w+)\)s", one.words)) <= one.blanks, one


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


def test_a_catalogue_that_is_brought_up_to_date_keeps_what_was_translated(tmp_path: Path) -> None:
    text = (languages.CATALOGUES / "de.po").read_text()
    copy = tmp_path / "de.po"
    copy.write_text(text)
    assert refresh(copy) == []
    assert copy.read_text() == text, "nothing changes where nothing is to be done"
    first = 'msgid "Content warning"\nmsgstr "Inhaltswarnung"\n'
    copy.write_text(text.replace(first, 'msgid "No longer said"\nmsgstr "Nicht mehr gesagt"\n'))
    assert refresh(copy) == ["Content warning"]
    assert copy.read_text().endswith('msgid "Content warning"\nmsgstr ""\n')
    assert "No longer said" not in copy.read_text()


def test_no_template_says_anything_outside_the_catalogues() -> None:
    bare = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        assert "|capitalize" not in path.read_text(), (
            "it makes small letters of the rest, German nouns among them"
        )
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
        words = [
            word
            for word in re.findall(r"[A-Za-z]{3,}", text)
            if word not in {"FedConnect", "fedconnect", "board", "create"}
        ]
        if words:
            bare[str(path.relative_to(ROOT))] = words
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


@pytest.mark.parametrize(
    ("asked", "typed", "page"),
    [
        ("de", "„@ana@“ ist keine Adresse wie @ana@example.social.", "Eine Seite ist eine ganze Zahl ab 1."),
        ("es", "«@ana@» no es una dirección como @ana@example.social.", "Una página es un número entero a partir de 1."),
        ("en", "“@ana@” is no handle such as @ana@example.social.", "A page is a whole number from 1."),
    ],
)  # fmt: skip
def test_what_somebody_did_wrong_is_told_in_their_language(
    forum: Forum, visitor: Visitor, asked: str, typed: str, page: str
) -> None:
    speaks = {"Accept-Language": asked}
    assert typed in visitor.post("/sign-in", {"account": "@ana@"}, **speaks).get_data(as_text=True)
    answer = visitor.get("/boards/respite/outbox?page=0", **speaks, Accept="text/html")
    assert (answer.status_code, page in answer.get_data(as_text=True)) == (400, True)


def test_words_with_a_percent_sign_and_nothing_to_fill_in_stay_as_they_are() -> None:
    assert str(Sentence("At 100 % of it.")) == "At 100 % of it."
    assert languages.say(Sentence("")) == "", "and nothing is not the head of a catalogue"


@pytest.mark.parametrize("kept", ["", "Kept before there were blanks.", "[not JSON"])
def test_a_sentence_that_an_older_version_kept_is_still_read(kept: str) -> None:
    assert str(from_row(kept)) == kept
    assert from_row(to_row(Sentence("%(host)s is away.", {"host": "a.example"}))).blanks == {
        "host": "a.example"
    }


def test_dates_are_written_as_the_language_does(forum: Forum, visitor: Visitor) -> None:
    page = visitor.get("/boards/respite/2026/03", **{"Accept-Language": "de"}).get_data(as_text=True)
    assert "März 2026" in page
