"""The pages that people read. They set no cookie, and work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub import own_keys
from fedconnect.federation import render
from fedconnect.forum import boards, bookmarks, thread_lists, thread_pages, unanswered
from fedconnect.forum.hidden_authors import without_names
from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.foundation import clock, database, ids
from fedconnect.foundation.errors import NotFound
from fedconnect.hooks import manager
from fedconnect.models.board import Board
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.boards import moderator_activity
from fedconnect.surfacing.hearing import lifecycle
from fedconnect.web import home_feed, view_tracking, viewer_context
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import activity_json, wants_activitypub
from fedconnect.web.pagination import page_number

pages = Blueprint("pages", __name__)
_PAGE_LIFE_S = 30


@pages.get("/")
def front() -> Response:
    """Boards, what is waiting for an answer, and what is new."""
    with database.read_transaction() as session:
        everything = boards.list_every_board(session)
        viewer = viewer_context.load(session)
        me = viewer.visit.handle if viewer.visit is not None else ""
        own = home_feed.build_home_feed(session, viewer, page_number()) if viewer.visit is not None else None
        quietest = (
            []
            if own
            else [one for one in unanswered.list_unanswered(session, reader=me) if one.author_handle != me][
                :3
            ]
        )
        latest = [] if own else thread_lists.list_latest(session)
        shown = {line.id: line for line in viewer.apply(session, [*quietest, *latest])}
    return _page(
        "front/home.html",
        boards=[one for one in everything if not one.is_local_only],
        here=[one for one in everything if one.is_local_only],
        waiting=[shown[line.id] for line in quietest if line.id in shown],
        threads=[shown[line.id] for line in latest if line.id in shown],
        own=own,
    )


@pages.get("/about")
def about() -> Response:
    """What this is, who sees what, and how to take part."""
    return _page("front/about.html")


@pages.get("/quiet")
def quiet_everywhere() -> Response:
    """Posts of every board that nobody else has answered yet."""
    with database.read_transaction() as session:
        viewer = viewer_context.load(session)
        me = viewer.visit.handle if viewer.visit is not None else ""
        threads = viewer.apply(session, unanswered.list_unanswered(session, reader=me))
    return _page("boards/unanswered.html", board=None, threads=threads, days=unanswered.WINDOW.days)


@pages.get("/boards/<slug>")
def board(slug: str) -> BaseResponse:
    """A board as a page, or as the Group that it is."""
    if wants_activitypub():
        check_reader()
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        if wants_activitypub():
            return activity_json(render.board_actor(found, own_keys.signer(session, f"board:{slug}")))
        listed = thread_lists.list_threads(session, found, page_number())
        viewer = viewer_context.load(session)
        listed = replace(listed, threads=viewer.apply(session, listed.threads))
        visit = viewer.visit
        follows = bookmarks.followed_boards(session, visit.reader_id, visit.person_id) if visit else {}
        months = thread_lists.list_months(session, found)
    answer = _page(
        "boards/show.html",
        board=found,
        follows=follows.get(found.id, ""),
        listed=listed,
        months=months,
        handle=f"@{slug}@{own_keys.host()}",
        unattended=moderator_activity.is_unattended(found),
        asks=anonymous_questions.is_offered(found),
    )
    answer.headers["Link"] = f'<{boards.board_uri(slug)}>; rel="alternate"; type="application/activity+json"'
    return answer


@pages.get("/boards/<slug>/quiet")
def quiet_board(slug: str) -> Response:
    """A board's posts that nobody else has answered yet."""
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        viewer = viewer_context.load(session)
        me = viewer.visit.handle if viewer.visit is not None else ""
        threads = viewer.apply(session, unanswered.list_unanswered(session, found, reader=me))
    return _page(
        "boards/unanswered.html",
        board=found,
        threads=threads,
        days=unanswered.WINDOW.days,
        host=own_keys.host(),
    )


@pages.get("/boards/<slug>/<year>/<month>")
def month(slug: str, year: str, month: str) -> Response:
    """The threads that began in a month."""
    if not re.fullmatch(r"\d{4}", year) or not re.fullmatch(r"0[1-9]|1[0-2]", month) or year == "0000":
        raise NotFound("no month")
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        listed = thread_lists.list_month(session, found, f"{year}-{month}", page_number())
        listed = replace(listed, threads=viewer_context.load(session).apply(session, listed.threads))
        months = thread_lists.list_months(session, found)
    first_day = datetime(int(year), int(month), 1, tzinfo=UTC)
    return _page("boards/month.html", board=found, listed=listed, months=months, month=first_day)


@pages.get("/boards/<slug>/threads/<thread_id>")
def thread(slug: str, thread_id: str) -> BaseResponse:
    """A conversation as a page; asked for ActivityPub, it leads to the starter's own id."""
    number = ids.parse_id(thread_id)
    if number is None:
        raise NotFound("no id")
    if wants_activitypub():
        check_reader()
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        if wants_activitypub():
            starter = thread_pages.get_thread(session, found, number).starter_uri
            answer = redirect(starter, 303)
            answer.headers["Vary"] = "Accept"
            return answer
        try:
            shown = thread_pages.get_thread_page(session, found, number, page_number())
        except NotFound:
            place = thread_pages.find_new_place(session, found, number)
            if place is None:
                raise
            return redirect(f"/boards/{place[0]}/threads/{place[1]}", 302)  # it may come back
        viewer = viewer_context.load(session)
        visit = viewer.visit
        kept = bookmarks.bookmarks_in(session, visit.reader_id, visit.person_id, number) if visit else None
        hearing = _own_hearing(session, visit, shown)
        footers = _footers(thread_pages.find_post_view(session, shown.posts[0].id)) if shown.page == 1 else []
    page = _page(
        "threads/show.html",
        board=found,
        shown=shown,
        footers=footers,
        kept=kept,
        own_hearing=hearing,
        seen_at=kept.seen_at if kept else None,
        mutes=viewer.mutes,
        handle=f"@{slug}@{own_keys.host()}",
    )
    if visit is not None:
        view_tracking.note_opened(visit.reader_id, number)
    page.headers["Link"] = f'<{shown.thread.starter_uri}>; rel="alternate"; type="application/activity+json"'
    if shown.is_noindex:
        page.headers["X-Robots-Tag"] = "noindex"
    return page


@pages.get("/boards/<slug>/threads/<thread_id>/feed.atom")
def thread_feed(slug: str, thread_id: str) -> Response:
    """A conversation's newest posts. Ref: RFC 4287."""
    number = ids.parse_id(thread_id)
    if number is None:
        raise NotFound("no id")
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        last = thread_pages.count_pages(session, found, number)
        shown = thread_pages.get_thread_page(session, found, number, last)
    if not shown.thread.is_public:
        raise NotFound("unlisted threads have no feed")
    posts = [
        post for post in reversed(shown.posts) if not post.is_deleted and post.is_addressed and post.is_public
    ]
    updated = max((post.updated or post.published for post in posts), default=shown.thread.published)
    answer = _page(
        "threads/feed.atom", board=found, shown=shown, posts=posts, updated=updated, base=own_keys.base_url()
    )
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


@pages.get("/boards/<slug>/feed.atom")
def feed(slug: str) -> Response:
    """A board's newest public threads. Ref: RFC 4287."""
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        threads = without_names(thread_lists.list_feed(session, found), None)
    updated = max((line.published for line in threads), default=found.created_at)
    answer = _page(
        "boards/feed.atom", board=found, threads=threads, updated=updated, base=own_keys.base_url()
    )
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


@pages.get("/quiet/feed.atom")
def quiet_feed() -> Response:
    """Posts of every board that nobody has answered, for feed readers. Ref: RFC 4287."""
    with database.read_transaction() as session:
        threads = without_names(unanswered.list_unanswered_feed(session), None)
    return _quiet_atom(None, threads)


@pages.get("/boards/<slug>/quiet/feed.atom")
def quiet_board_feed(slug: str) -> Response:
    """A board's posts that nobody has answered, for feed readers. Ref: RFC 4287."""
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        threads = without_names(unanswered.list_unanswered_feed(session, found), None)
    return _quiet_atom(found, threads)


def _quiet_atom(board: Board | None, threads: Sequence[ThreadItem]) -> Response:
    updated = max((line.published for line in threads), default=clock.now())
    answer = _page(
        "boards/unanswered.atom", board=board, threads=threads, updated=updated, base=own_keys.base_url()
    )
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def _own_hearing(session: Session, visit: Visit | None, shown: thread_pages.ThreadPage) -> str:
    """Return what an author is told of their own post's hearing: `heard`, `on its way`, or nothing."""
    if visit is None or not shown.posts or shown.posts[0].person_id != visit.person_id:
        return ""
    return lifecycle.told_to_author(session, shown.posts[0].id)


def _footers(view: object) -> list[str]:
    return [html for _, html in manager.collect("render_post_footer", post=view)] if view is not None else []


def _page(template: str, **facts: object) -> Response:
    answer = make_response(render_template(template, now=clock.now(), **facts))
    answer.headers["Cache-Control"] = f"public, max-age={_PAGE_LIFE_S}"
    if getattr(facts.get("board"), "is_discreet", False):
        answer.headers["X-Robots-Tag"] = "noindex"
    answer.vary.add("Accept")
    return answer
