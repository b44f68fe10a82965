"""What a forum owes its people in writing: privacy, terms, imprint, and the rules of its boards."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.html import paragraphs
from fedconnect.moderation import kept_data
from fedconnect.site import settings
from fedconnect.web.responses import public_page

blueprint = Blueprint("site/notices", __name__)


@blueprint.get("/privacy")
def privacy() -> Response:
    """What is kept of people: in the admins' words, or else derived from what the software keeps."""
    return public_page("site/privacy.html", words=paragraphs(_said("privacy")), kept=kept_data.KEPT)


@blueprint.get("/terms")
def terms() -> Response:
    """On what terms people take part, where the admins wrote any."""
    return _notice("terms")


@blueprint.get("/imprint")
def imprint() -> Response:
    """Who answers for this forum, where the admins wrote it down."""
    return _notice("imprint")


@blueprint.get("/rules")
def rules() -> Response:
    """Where the rules of each board are."""
    with database.read_transaction() as session:
        return public_page("site/rules.html", boards=boards.list_open_boards(session))


def _notice(name: str) -> Response:
    words = _said(name)
    if not words:
        raise NotFound(f"no {name}")
    return public_page("site/notice.html", kind=name, words=paragraphs(words))


def _said(name: str) -> str:
    with database.read_transaction() as session:
        return settings.parts_of(session)[name]
