"""What boards write to people about decisions, in the language of the board; safe HTML."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fedconnect.foundation.wording import Wording
from fedconnect.models.board import Board

GENTLE = ("distress", "identifying", "elsewhere")
_WORDING = Wording(Path(__file__).with_name("wording.toml"))


def say(board: Board, name: str, **facts: str) -> str:
    """Return one text as a paragraph; `facts` are plain text, `link` an address of ours."""
    if name.startswith("gentle."):
        return f"<p>{escape(gentle_texts(board.language)[name.removeprefix('gentle.')], quote=False)}</p>"
    return say_in(board.language, name, board=board.name, **facts)


def say_in(language: str, name: str, **facts: str) -> str:
    """Return one text in a language as a paragraph; English where we cannot write it. `facts` as for `say`."""
    return _WORDING.say(language, name, **facts)


def plainly(board: Board, name: str, **facts: str) -> str:
    """Return one text as plain words, for a list of ours."""
    return str(_WORDING.of(board.language)[name]).format(board=board.name, **facts)


def first_rules(board: Board) -> list[str]:
    """Return the rules of a board whose moderators have not written any yet."""
    return list(_WORDING.of(board.language)["rules"])


def gentle_texts(language: str) -> dict[str, str]:
    """Return the gentle texts by name, for a moderator to pick one."""
    texts: dict[str, str] = _WORDING.of(language)["gentle"]
    return texts


def language_for(post_language: str, board: Board) -> str:
    """Return the language in which to write about a post: its own where we can write that, else that of its board."""
    written = post_language[:2].lower()
    return written if written in _WORDING.texts else _WORDING.language(board.language)


def language_of(board: Board) -> str:
    """Return the language of those in which we can write that fits a board best."""
    return _WORDING.language(board.language)
