"""A status as a home server's client API tells it: whether it may be gathered, whose it is, and whether it asks something.

What other people wrote is read here and not kept. Ref: Mastodon's Status (`visibility`, `created_at`, `replies_count`) and
Account (`acct`, `indexable`, `bot`, `note`; `uri` since 4.2); GoToSocial, Akkoma and others give the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from fedconnect.accounts.mastodon_api import text
from fedconnect.activitypub import remote_actors, vocabulary
from fedconnect.foundation import clock, html
from fedconnect.foundation.errors import Malformed

_STATUS_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_LINK = re.compile(r"</?a\b", re.ASCII | re.IGNORECASE)
_MARKS = frozenset("?¿？؟")
_PUBLIC = frozenset({"public", "unlisted"})
_MOST_ANSWERS = 400


@dataclass(frozen=True, slots=True)
class FoundStatus:
    """A public status of somebody who lets themselves be found.

    `home_id`: what the server that told of it calls it, empty where that is no id; `author`: their actor id, or else the
    address of their page; `user`, `host`: their handle; `replies`: how many it has, None where that was not told.
    """

    uri: str
    url: str
    home_id: str
    author: str
    user: str
    host: str
    written_at: datetime | None
    asks: bool
    replies: int | None


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who answered: their actor id or page, and their handle; all empty where nobody says who."""

    address: str
    user: str
    host: str


def read_status(document: Any, home_host: str) -> FoundStatus | None:
    """Return a status that may be gathered; None where its author does not let it, or it is none.

    `home_host`: the domain of the handles of the server that tells, whose own people go without one in its API.
    """
    # an id that is no address (GNU social's `tag:…`) must not end what is gathered for every board
    uri, url = vocabulary.uri(text(document, "uri", 2048)), vocabulary.uri(text(document, "url", 2048))
    if uri is None or url is None or not _may_gather(document):
        return None
    account, home_id, replies = document["account"], text(document, "id", 64), document.get("replies_count")
    user, host = _handle_of(account, home_host)
    return FoundStatus(
        uri, url, home_id if _STATUS_ID.fullmatch(home_id) else "", _address_of(account), user, host,
        clock.parse_instant(document.get("created_at")), _asks(document), replies if _is_count(replies) else None,
    )  # fmt: skip


def first_to_answer(context: Any, question: Any, home_host: str) -> Answerer | None:
    """Return who answered a question first, as `context` tells; None where nobody did but its author and bots.

    For questions that have replies: where none is shown to us, somebody unknown answered. What was said in private is
    between two people and not looked at. Ref: Mastodon's Context (`descendants`).

    Raises:
        Malformed: no context.
    """
    descendants = context.get("descendants") if isinstance(context, dict) else None
    if not isinstance(descendants, list):
        raise Malformed("no context")
    asker, answers = text(question.get("account"), "id", 64), list[tuple[datetime, Answerer]]()
    for one in descendants[:_MOST_ANSWERS]:
        account = one.get("account") if isinstance(one, dict) else None
        if not isinstance(account, dict) or one.get("visibility") not in _PUBLIC or account.get("bot"):
            continue
        if not asker or text(account, "id", 64) != asker:
            who = Answerer(_address_of(account), *_handle_of(account, home_host))
            answers.append((clock.parse_instant(one.get("created_at")) or clock.now(), who))
    if not descendants:
        return Answerer("", "", "")
    return min(answers, key=lambda answer: answer[0])[1] if answers else None


def _may_gather(status: Any) -> bool:
    """Whether a status is public, of its author's own, and of somebody who lets themselves be found."""
    if not isinstance(status, dict) or status.get("visibility") != "public":
        return False
    if (
        status.get("reblog") is not None
        or status.get("in_reply_to_id") is not None
        or status.get("sensitive")
    ):
        return False
    account = status.get("account")
    return (
        isinstance(account, dict)
        and account.get("indexable") is True
        and not account.get("bot")
        and not remote_actors.asks_no_bots(text(account, "note", 20_000))
    )


def _asks(status: Any) -> bool:
    """Whether its words ask something; a question mark in a link is none."""
    in_link, words = False, list[str]()
    for piece in html.tokens(text(status, "content", html.MAX_HTML_CHARS)):
        if _LINK.match(piece):
            in_link = not piece.startswith("</")
        elif not in_link and not piece.startswith("<"):
            words += unescape(piece).split()
    return any("://" not in word and not _MARKS.isdisjoint(word) for word in words)


def _handle_of(account: dict[str, Any], home_host: str) -> tuple[str, str]:
    user, _, host = text(account, "acct").partition("@")
    return user, (host or home_host).casefold()


def _address_of(account: dict[str, Any]) -> str:
    return vocabulary.uri(text(account, "uri", 2048)) or vocabulary.uri(text(account, "url", 2048)) or ""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
