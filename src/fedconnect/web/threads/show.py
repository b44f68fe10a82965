"""A conversation as a page."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards, bookmarks, plugin_post_views, thread_pages
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.hooks import manager
from fedconnect.surfacing.hearing import link_tokens, outcome
from fedconnect.surfacing.hearing.outcome import AuthorNotice
from fedconnect.web import link_previews, view_tracking, viewer_context
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import wants_activitypub
from fedconnect.web.pagination import page_number
from fedconnect.web.path_ids import read_id
from fedconnect.web.responses import public_page

blueprint = Blueprint("threads/show", __name__)


@blueprint.get("/boards/<slug>/threads/<thread_id>")
def show(slug: str, thread_id: str) -> BaseResponse:
    """A conversation as a page; asked for ActivityPub, it leads to the starter's own id."""
    number = read_id(thread_id)
    if wants_activitypub():
        check_reader()
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        if wants_activitypub():
            starter = thread_pages.get_thread(session, found, number).starter_uri
            response = redirect(starter, 303)
            response.headers["Vary"] = "Accept"
            return response
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
        link_token = _link_token(session, visit, shown)
        footers = (
            _footers(plugin_post_views.find_post_view(session, shown.posts[0].id)) if shown.page == 1 else []
        )
    page = public_page(
        "threads/show.html",
        board=found,
        shown=shown,
        preview=link_previews.of_thread(shown),
        footers=footers,
        kept=kept,
        own_hearing=hearing,
        link_token=link_token,
        seen_at=kept.seen_at if kept else None,
        mutes=viewer.mutes,
        handle=f"@{slug}@{own_address.host()}",
    )
    if visit is not None:
        view_tracking.note_opened(visit.reader_id, number)
    page.headers["Link"] = f'<{shown.thread.starter_uri}>; rel="alternate"; type="application/activity+json"'
    if shown.is_noindex:
        page.headers["X-Robots-Tag"] = "noindex"
    if link_tokens.PARAMETER in request.args:  # it is for one person, and no other address of this page
        page.headers["Cache-Control"] = "private, no-store"
        page.headers["X-Robots-Tag"] = "noindex"
    return page


def _link_token(session: Session, visit: Visit | None, shown: thread_pages.ThreadPage) -> str:
    """Return with what the page says that it was seen, for who came by a link in a message; readers count as themselves."""
    secret = request.args.get(link_tokens.PARAMETER, "")
    starter = shown.posts[0] if shown.posts else None
    if visit is not None or not secret or starter is None or not starter.is_starter or starter.is_deleted:
        return ""
    return link_tokens.find(session, starter.id, secret)


def _own_hearing(
    session: Session, visit: Visit | None, shown: thread_pages.ThreadPage
) -> AuthorNotice | None:
    """Return what an author is told of their own post's hearing."""
    if visit is None or not shown.posts or shown.posts[0].person_id != visit.person_id:
        return None
    return outcome.read_notice(session, shown.posts[0].id)


def _footers(view: object) -> list[str]:
    return [html for _, html in manager.collect("render_post_footer", post=view)] if view is not None else []
