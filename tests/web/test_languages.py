"""Pages speak the languages of their catalogues, completely, and tell caches so."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from fedconnect.foundation.sentences import Sentence, from_row, to_row
from fedconnect.web import failures, languages
from support.forum import Forum
from support.visitor import Visitor

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


#: What these rooms say is read in a terminal, or by programs.
NOT_ON_PAGES = (
    "src/fedconnect/cli/",
    "src/fedconnect/surfacing/evaluate/",
    "src/fedconnect/web/discovery.py",
)


class Found(NamedTuple):
    """A sentence in the code that a page may show; `blanks` are the names that its call fills in."""

    where: str
    words: str
    blanks: set[str]


def sentences() -> list[Found]:
    """Return every `safe=` and `Sentence(…)`; each must stand there whole, or no catalogue could know it."""
    found = []
    for path in sorted((ROOT / "src/fedconnect").rglob("*.py")):
        where = str(path.relative_to(ROOT))
        if where.startswith(NOT_ON_PAGES):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                said = [one.value for one in node.keywords if one.arg == "safe"]
                if isinstance(node.func, ast.Name) and node.func.id == "Sentence":
                    said += node.args[:1]
                blanks = {one.arg for one in node.keywords if one.arg is not None}
                if ast.unparse(node.func) == "super().__init__":
                    blanks.add("host")  # an error of a home server fills that in itself
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "safe":
                said, blanks = [node.value], {"host"}
            else:
                continue
            found += [Found(where, one.value, blanks) for one in said if isinstance(one, ast.Constant)]
            unknown = [ast.unparse(one) for one in said if not isinstance(one, ast.Constant)]
            assert not unknown or where in PASSED_ON, (where, unknown)
    return [one for one in found if isinstance(one.words, str) and one.words]


#: Rooms that only hand a sentence on.
PASSED_ON = {
    "src/fedconnect/foundation/errors.py", "src/fedconnect/foundation/sentences.py",
    "src/fedconnect/accounts/client.py", "src/fedconnect/web/languages.py",
}  # fmt: skip


def test_every_blank_of_a_sentence_is_filled_in_where_it_is_said() -> None:
    for one in sentences():
        assert set(re.findall(r"%\((\w+)\)s", one.words)) <= one.blanks, one


def words_in_use() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for folder, method in (
        (ROOT / "templates", ("**.html", "jinja2")),
        (ROOT / "src/fedconnect/web", ("words.py", "python")),
    ):
        for _, _, words, _, _ in extract_from_dir(str(folder), [method], keywords=KEYWORDS):
            found.add(tuple(words) if isinstance(words, tuple | list) else words)
    found |= {one.words for one in sentences()}
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
