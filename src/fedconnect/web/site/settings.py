"""What this forum is called and who runs it, for its admins."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.blocklists import instance_policies
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.site import accent, identity, pictures, settings
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.moderation.instances import changing_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("site/settings", __name__)


@blueprint.get("/admin/site")
def show() -> Response:
    """What is said of the forum."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
        parts = settings.parts_of(session)
    return _page(parts, is_done="done" in request.args)


@blueprint.post("/admin/site")
def change() -> BaseResponse:
    """Take over what is said of the forum; with a problem, what was typed stays in the form."""
    visit = changing_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)  # before a picture is worked on
    said = {name: request.form[name] for name in settings.PARTS if name in request.form}
    try:
        logo = uploaded("logo")
        with database.transaction() as session:
            instance_policies.get_admin(session, visit)
            settings.change_site(session, said)
            if logo is not None or "no_logo" in request.form:
                settings.ensure_site(session).logo = pictures.keep(session, logo) if logo else ""
                pictures.drop_unused(session)
    except Malformed as error:
        with database.read_transaction() as session:
            kept = settings.parts_of(session)
        return _page({**kept, **said}, problem=say(error.sentence))
    identity.forget()
    return redirect("/admin/site?done", 303)


def uploaded(name: str) -> bytes | None:
    """Return a picture of the form, made anew; None where none was chosen. Raises Malformed, Busy."""
    found = request.files.get(name)
    raw = found.read() if found is not None else b""
    return pictures.remade(raw) if raw else None


def _page(parts: dict[str, str], *, problem: str = "", is_done: bool = False) -> Response:
    chosen = identity.get_site().accent
    return personal_page(
        "site/settings.html",
        422 if problem else 200,
        parts=parts,
        most={name: part.most for name, part in settings.PARTS.items()},
        problem=problem,
        is_done=is_done,
        usual=accent.USUAL,
        shades=(accent.light_shades(chosen), accent.dark_shades(chosen)) if chosen else None,
    )
