"""In which language a page speaks: as its reader's browser asks, among those that have a catalogue.

The catalogues are gettext's `.po` files beside this module, compiled when a process first needs them.
"""

from __future__ import annotations

import gettext as standard
import io
from functools import lru_cache
from pathlib import Path
from typing import cast

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, g, has_request_context, request

from fedconnect.foundation.translatable_sentences import Sentence

CATALOGUES = Path(__file__).parent / "catalogues"
LANGUAGES = ("en", "de", "es")
_UNSAID = {"en": "en_GB"}
_LONGEST_TAG = 12


def speak_languages(app: Flask) -> None:
    """Give the templates their words in each language, and caches the reason why pages differ."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.globals.update(language=language, direction=direction)

    @app.after_request
    def tell(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = language()
            response.vary.add("Accept-Language")
        return response


def language() -> str:
    """Return the language of the present page."""
    if not has_request_context():
        return LANGUAGES[0]
    if "language" not in g:
        asked = (tag.partition("-")[0].lower() for tag, _ in request.accept_languages)  # best liked first
        g.language = next((one for one in asked if one in LANGUAGES), LANGUAGES[0])
    return str(g.language)


def locale() -> Locale:
    """Return how dates are written for whoever asks: in the page's language, as in the first region that the browser names for
    it (en-US); English without one is British."""
    if not has_request_context():
        return Locale.parse(_UNSAID.get(LANGUAGES[0], LANGUAGES[0]))
    if "locale" not in g:
        spoken = language()
        tags = [tag.replace("-", "_") for tag, _ in request.accept_languages]
        named = (tag for tag in tags if tag.lower().startswith(spoken + "_") and len(tag) <= _LONGEST_TAG)
        g.locale = next((found for tag in named if (found := _known(tag))), None) or Locale.parse(
            _UNSAID.get(spoken, spoken)
        )
    return cast("Locale", g.locale)


def _known(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return None


def regions() -> list[str]:
    """Return the countries that the browser's languages name (en-GB), best liked first; none where it names none."""
    tags = (tag.replace("_", "-").split("-") for tag, _ in request.accept_languages)
    return [
        parts[-1].upper() for parts in tags if len(parts) > 1 and len(parts[-1]) == 2 and parts[-1].isalpha()
    ][:8]


def direction() -> str:
    """Return in which direction the present page is written: `ltr` or `rtl`."""
    return str(Locale.parse(language()).text_direction)


def gettext(words: str) -> str:
    """Return words of ours in the present page's language."""
    return catalogue(language()).gettext(words)


def say(sentence: Sentence) -> str:
    """Return a sentence of ours in the present page's language, its blanks filled in."""
    words = gettext(sentence.words) if sentence.words else ""  # nothing is what catalogues begin with
    return str(Sentence(words, sentence.blanks))


def ngettext(one: str, many: str, count: int) -> str:
    """Return words about a number of things in the present page's language."""
    return catalogue(language()).ngettext(one, many, count)


@lru_cache(maxsize=8)
def catalogue(name: str) -> standard.NullTranslations:
    """Return a language's catalogue; English is what stands in the code."""
    path = CATALOGUES / f"{name}.po"
    if not path.exists():
        return standard.NullTranslations()
    with path.open("rb") as file:
        read = read_po(file, locale=name)
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return standard.GNUTranslations(compiled)
