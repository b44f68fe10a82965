"""What boards write to people, in the language of the board: texts of a TOML file by language and name."""

from __future__ import annotations

import tomllib
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

OTHERWISE = "en"


class Wording:
    """The texts of one file; a language is its first two letters, English where a file has no such language."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def say(self, language: str, name: str, **facts: str) -> str:
        """Return one text as a paragraph of safe HTML; `facts` are plain text, `link` and what begins with it are
        addresses of ours."""
        marked = {
            key: _link(value) if key.startswith("link") else escape(value) for key, value in facts.items()
        }
        text = str(self.of(language)[name])
        return f"<p>{escape(text, quote=False).format(**marked)}</p>"

    def of(self, language: str) -> dict[str, Any]:
        """Return all texts of a language."""
        texts: dict[str, Any] = self.texts[self.language(language)]
        return texts

    def language(self, language: str) -> str:
        """Return the language of those in which we can write that comes nearest."""
        return language[:2] if language[:2] in self.texts else OTHERWISE

    @cached_property
    def texts(self) -> dict[str, Any]:
        """All texts, by language."""
        return tomllib.loads(self._path.read_text(encoding="utf-8"))


def _link(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>'
