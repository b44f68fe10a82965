"""A reader's own page: what they permitted, where they are signed in, and how to end it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import grants, preferences, revocation, sessions, web_push
from fedconnect.accounts.permissions import Permission
from fedconnect.accounts.server_software import software_of
from fedconnect.federation.home_servers import imports
from fedconnect.forum import bookmarks, mutes, notifications, topics
from fedconnect.foundation import database, html, ids
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.reader_state import MuteKind
from fedconnect.web import current_visit
from fedconnect.web.languages import language

account = Blueprint("account", __name__, url_prefix="/you")


@account.get("")
def overview() -> Response:
    """Who you are here, and what you permitted."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        signed_in = sessions.list_sessions(session, visit)
        held = grants.permissions_of(session, visit)
    answer = make_response(
        render_template(
            "you/overview.html", sessions=signed_in, held=held, software=software_of(visit.software)
        )
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@account.get("/news")
def news_page() -> Response:
    """What a reader is told; looking at it is reading it."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        lines = notifications.list_notifications(
            session, visit.reader_id, mutes.mutes_of(session, visit.reader_id)
        )
    if any(line.is_new for line in lines):
        with database.transaction() as session:
            notifications.mark_read(session, visit.reader_id)
    return make_response(
        render_template("you/notifications.html", lines=lines, push_key=web_push.application_key())
    )


@account.post("/push")
def push_here() -> BaseResponse:
    """Tell this browser when something is new; its push service learns no more than that."""
    visit = current_visit.get_visit()
    form = request.form
    browser = web_push.read_browser(form.get("endpoint", ""), form.get("p256dh", ""), form.get("auth", ""))
    with database.transaction() as session:
        web_push.subscribe(session, visit.reader_id, browser, language())
    return redirect("/you/news", 303)


@account.post("/push/end")
def push_no_more() -> BaseResponse:
    """Tell none of the reader's browsers any more."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        web_push.unsubscribe_all(session, visit.reader_id)
    return redirect("/you/news", 303)


@account.get("/reading")
def reading_page() -> Response:
    """How a reader wants to read: names or words first, and what they do not want to see."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        reader = preferences.preferences_of(session, visit)
        raised = mutes.list_mutes(session, visit.reader_id)
        chosen = topics.list_topics(session, visit.reader_id)
    return make_response(render_template("you/reading.html", reader=reader, mutes=raised, topics=chosen))


@account.post("/reading")
def change_reading() -> BaseResponse:
    """Take over how a reader wants to read."""
    visit = current_visit.get_visit()
    choice = {"words": True, "names": False}.get(request.form.get("first", ""))
    with database.transaction() as session:
        preferences.choose_first(session, visit, content=choice)
    return redirect("/you/reading", 303)


@account.post("/topics")
def add_topics() -> BaseResponse:
    """Name topics that one cares about, with commas between."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        topics.add_topics(session, visit.reader_id, request.form.get("topics", "")[:2000].split(","))
    return redirect("/you/reading", 303)


@account.post("/topics/from-home")
def topics_from_home() -> BaseResponse:
    """Take over the hashtags that the reader follows at home; asked for each time, by this button alone."""
    imports.import_topics(current_visit.get_visit())
    return redirect("/you/reading", 303)


@account.post("/topics/end")
def forget_topics() -> BaseResponse:
    """Forget every topic."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        topics.forget_topics(session, visit.reader_id)
    return redirect("/you/reading", 303)


@account.post("/topics/<topic_id>/end")
def drop_topic(topic_id: str) -> BaseResponse:
    """Care for a topic no longer."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        if not topics.drop_topic(session, visit.reader_id, ids.parse_id(topic_id) or 0):
            raise NotFound("no topic of theirs")
    return redirect("/you/reading", 303)


@account.post("/shields")
def add_mute() -> BaseResponse:
    """Hide somebody, a server, or words."""
    visit = current_visit.get_visit()
    kinds = {one.value: one for one in MuteKind}
    kind, subject = kinds.get(request.form.get("kind", "")), html.plain(request.form.get("subject", ""), 300)
    if kind is None or not subject or (kind is MuteKind.PERSON and "@" not in subject.removeprefix("@")):
        raise Malformed(
            "shield",
            safe="Please type whom or what to hide: a handle such as @ana@example.social, a server, or words.",
        )
    with database.transaction() as session:
        mutes.raise_own(session, visit.reader_id, kind, subject)
    return redirect("/you/reading", 303)


@account.post("/shields/<mute_id>/end")
def remove_mute(mute_id: str) -> BaseResponse:
    """Hide it no longer."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        if not mutes.remove_mute(session, visit.reader_id, ids.parse_id(mute_id) or 0):
            raise NotFound("no shield of theirs")
    return redirect("/you/reading", 303)


@account.post("/shields/from-home")
def mutes_from_home() -> BaseResponse:
    """Take over what the reader hides on their own server; asked for each time."""
    imports.import_mutes(current_visit.get_visit())
    return redirect("/you/reading", 303)


@account.get("/saved")
def saved() -> Response:
    """The posts that a reader keeps."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        lines = bookmarks.list_bookmarks(session, visit.reader_id)
    return make_response(render_template("you/bookmarks.html", lines=lines))


@account.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> BaseResponse:
    """Sign out in another browser."""
    visit = current_visit.get_visit()
    number = ids.parse_id(session_id)
    if number is None:
        raise NotFound("no id")
    with database.transaction() as session:
        sessions.end(session, visit, number)
    return redirect("/you", 303)


@account.post("/permissions/<permission>/end")
def withhold(permission: str) -> BaseResponse:
    """Take one permission back."""
    visit = current_visit.get_visit()
    known = {one.value: one for one in Permission}
    if permission not in known:
        raise NotFound("no such permission")
    with database.transaction() as session:
        grants.withhold(session, visit, known[permission])
    return redirect("/you", 303)


@account.post("/disconnect")
def disconnect() -> BaseResponse:
    """Give every permission back, and sign out everywhere."""
    revocation.disconnect(current_visit.get_visit())
    answer = redirect("/", 303)
    current_visit.forget_session(answer)
    return answer
