"""Search, and somebody's posts on one page. Newest first, nothing counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.forum import boards, person_pages, search
from fedconnect.forum.hidden_authors import names_hidden
from fedconnect.forum.search import Found, Question
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit, viewer_context
from fedconnect.web.pagination import page_number

finding = Blueprint("finding", __name__)
_asked = RateLimit("searches", 30, 300)


@finding.get("/search")
def look() -> Response:
    """Find posts by words, board, person, language and date."""
    question = _question()
    with database.read_transaction() as session:
        viewer = viewer_context.load(session)
        found, has_more = _find(session, question)
        everything = boards.list_boards(session)
    shown = [
        one for one in found
        if not viewer.mutes.against_person(one.author_handle) and not viewer.mutes.against_words(one.title, one.excerpt)
    ]  # fmt: skip
    hidden = {one.post_id for one in shown if names_hidden(viewer.hides_authors, one.hides_authors)}
    answer = _page(
        "search/search.html", question=question, found=shown, hidden=hidden, boards=everything, page=page_number(),
        has_more=has_more, query=urlencode(_query()),
    )  # fmt: skip
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@finding.get("/search/feed.atom")
def look_feed() -> Response:
    """The newest posts that a search finds. Ref: RFC 4287."""
    question = _question()
    if question.is_empty:
        raise Malformed("an empty search", safe="A feed of a search needs words to look for.")
    with database.read_transaction() as session:
        found, _ = _find(session, question)
    path = "/search?" + urlencode(_query())
    return _feed(
        f"Search: {question.words or question.person}", path, path.replace("?", "/feed.atom?"), found
    )


@finding.get("/people/<handle>")
def person(handle: str) -> Response:
    """Somebody's public posts on these boards, if they let themselves be found."""
    handle = _handle(handle)
    with database.read_transaction() as session:
        viewer = viewer_context.load(session)
        shown = person_pages.get_person(session, handle)
        found, has_more = _find(session, Question(person=shown.handle)) if shown.is_open else ([], False)
    answer = _page(
        "search/person.html", person=shown, found=found, page=page_number(), has_more=has_more,
        is_muted=viewer.mutes.against_person(shown.handle),
    )  # fmt: skip
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@finding.get("/people/<handle>/feed.atom")
def person_feed(handle: str) -> Response:
    """Somebody's newest public posts on these boards. Ref: RFC 4287."""
    handle = _handle(handle)
    with database.read_transaction() as session:
        shown = person_pages.get_person(session, handle)
        if not shown.is_open:
            raise NotFound("asks not to be gathered")
        found, _ = search.search(session, Question(person=shown.handle))
    path = f"/people/{shown.handle}"
    return _feed(shown.author.name, path, path + "/feed.atom", found, is_about_one=True)


def _find(session: Session, question: Question) -> tuple[list[Found], bool]:
    if question.is_empty:
        return [], False
    visit = current_visit.find_visit()
    current_visit.check_rate_limit(_asked, str(visit.reader_id) if visit else current_visit.client_address())
    found, has_more = search.search(session, question, page_number())
    return list(found), has_more


def _query() -> dict[str, str]:
    names = ("q", "board", "person", "language", "since", "until")
    return {name: request.args[name][:200] for name in names if request.args.get(name)}


def _question() -> Question:
    asked = _query()
    board, language = asked.get("board", ""), asked.get("language", "")
    if not re.fullmatch(r"[a-z0-9_]{0,24}", board) or not re.fullmatch(r"[A-Za-z-]{0,12}", language):
        raise Malformed("board or language", safe="That is no board or language that could be looked for.")
    who = asked.get("person", "")
    question = Question(asked.get("q", ""), board, _handle(who) if who else "", language)
    return replace(question, since=_date(asked.get("since", "")), until=_date(asked.get("until", "")))


def _handle(text: str) -> str:
    if not re.fullmatch(r"@?[^@\s/]{1,255}@[^@\s/]{1,260}", text):
        raise NotFound("no handle")
    return text


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Malformed("date", safe="A date is written like 2026-11-23.") from error


def _feed(
    title: str, path: str, self_path: str, found: Sequence[Found], *, is_about_one: bool = False
) -> Response:
    updated = max((one.published for one in found), default=clock.now())
    answer = _page(
        "search/feed.atom", title=title, path=path, self_path=self_path, found=found, updated=updated,
        base=own_keys.base_url(), is_about_one=is_about_one,
    )  # fmt: skip
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def _page(template: str, **facts: object) -> Response:
    answer = make_response(render_template(template, **facts))
    answer.headers["Cache-Control"] = "public, max-age=30"
    return answer
