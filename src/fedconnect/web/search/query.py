"""What is looked for: read from the query, bounded, and asked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from flask import request
from sqlalchemy.orm import Session

from fedconnect.forum import search
from fedconnect.forum.search import Found, Question
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit
from fedconnect.web.pagination import page_number

_asked = RateLimit("searches", 30, 300)


def ask(session: Session, question: Question) -> tuple[list[Found], bool]:
    """Return what was found, and whether there is more; asking counts."""
    if question.is_empty:
        return [], False
    visit = current_visit.find_visit()
    current_visit.check_rate_limit(_asked, str(visit.reader_id) if visit else current_visit.client_address())
    found, has_more = search.search(session, question, page_number())
    return list(found), has_more


def query() -> dict[str, str]:
    """Return the fields of the query that say what is looked for."""
    names = ("q", "board", "person", "language", "since", "until")
    return {name: request.args[name][:200] for name in names if request.args.get(name)}


def read_question() -> Question:
    """Return what is looked for. Raises Malformed, NotFound."""
    asked = query()
    board, language = asked.get("board", ""), asked.get("language", "")
    if not re.fullmatch(r"[a-z0-9_]{0,24}", board) or not re.fullmatch(r"[A-Za-z-]{0,12}", language):
        raise Malformed("board or language", safe="That is no board or language that could be looked for.")
    who = asked.get("person", "")
    question = Question(asked.get("q", ""), board, read_handle(who) if who else "", language)
    return replace(question, since=_date(asked.get("since", "")), until=_date(asked.get("until", "")))


def read_handle(text: str) -> str:
    """Return a handle as it was typed. Raises NotFound: it is none."""
    if not re.fullmatch(r"@?[^@\s/]{1,255}@[^@\s/]{1,260}", text):
        raise NotFound("no handle")
    return text


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Malformed("date", safe="A date is written like 2026-11-23.") from error
