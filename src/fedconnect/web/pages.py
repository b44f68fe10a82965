"""The pages that people read. They set no cookie, and work without JavaScript."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub import own_keys
from fedconnect.forum import boards, bookmarks, thread_pages
from fedconnect.foundation import clock, database, ids
from fedconnect.foundation.errors import NotFound
from fedconnect.hooks import manager
from fedconnect.surfacing.hearing import lifecycle
from fedconnect.web import view_tracking, viewer_context
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import wants_activitypub
from fedconnect.web.pagination import page_number

pages = Blueprint("pages", __name__)
_PAGE_LIFE_S = 30


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
