"""What a reader does not want to see: people, servers, words."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import mutes
from fedconnect.foundation import database, html, ids
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.home_servers import imports
from fedconnect.models.reader_state import MuteKind
from fedconnect.web import current_visit

blueprint = Blueprint("you/mutes", __name__)


@blueprint.post("/you/shields")
def add() -> BaseResponse:
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


@blueprint.post("/you/shields/<mute_id>/end")
def remove(mute_id: str) -> BaseResponse:
    """Hide it no longer."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        if not mutes.remove_mute(session, visit.reader_id, ids.parse_id(mute_id) or 0):
            raise NotFound("no mute of theirs")
    return redirect("/you/reading", 303)


@blueprint.post("/you/shields/from-home")
def from_home() -> BaseResponse:
    """Take over what the reader hides on their own server; asked for each time."""
    found = imports.import_mutes(current_visit.get_visit())
    taken, missing = ".".join(found.taken), ".".join(found.missing)
    return redirect(f"/you/reading?taken={taken}&missing={missing}", 303)
