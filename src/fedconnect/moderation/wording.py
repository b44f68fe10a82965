"""What boards write to people about decisions, in the language of the board; safe HTML."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from fedconnect.models.board import Board

_TEXTS = Path(__file__).with_name("wording.toml")
GENTLE = ("distress", "identifying", "elsewhere")
_OTHERWISE = "en"


def say(board: Board, name: str, **facts: str) -> str:
    """Return one text as a paragraph; `facts` are plain text, `link` an address of ours."""
    texts = _texts()[language_of(board)]
    text = texts["gentle"][name.removeprefix("gentle.")] if name.startswith("gentle.") else texts[name]
    marked = {key: _link(value) if key == "link" else escape(value) for key, value in facts.items()}
    return f"<p>{escape(text, quote=False).format(board=escape(board.name), **marked)}</p>"


def plainly(board: Board, name: str, **facts: str) -> str:
    """Return one text as plain words, for a list of ours."""
    return str(_texts()[language_of(board)][name]).format(board=board.name, **facts)


def first_rules(board: Board) -> list[str]:
    """Return the rules of a board whose moderators have not written any yet."""
    return list(_texts()[language_of(board)]["rules"])


def gentle_texts(language: str) -> dict[str, str]:
    """Return the gentle texts by name, for a moderator to pick one."""
    texts: dict[str, str] = _texts().get(language[:2], _texts()[_OTHERWISE])["gentle"]
    return texts


def language_of(board: Board) -> str:
    """Return the language of those in which we can write that fits a board best."""
    return board.language[:2] if board.language[:2] in _texts() else _OTHERWISE


def _link(url: str) -> str:
    return f'<a href="{escape(url)}">{escape(url)}</a>'


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads(_TEXTS.read_text(encoding="utf-8"))
