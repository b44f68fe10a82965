"""One line that says what was done just now, on the page to which a form leads, and takes it back where that can be.

A reader's form ends in a redirect; the next page reads what happened out of a cookie that lives for half a minute, and drops
it. Somebody who is not signed in gets none. Only what is in the table is told: nothing is claimed of a form that is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, g, request

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.web import current_visit
from fedconnect.web.languages import say

_KEPT = re.compile(r"([a-z_]{1,24})\.([a-z_]{1,24})(?::(/boards/[a-z0-9_]{1,24}(?:/[a-z0-9_-]{1,24}){1,5}))?")
_SAVED = Sentence("Your changes are saved.")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said; `undo` is the last part of the address that takes it back, `undo_how` what its form says."""

    sentence: Sentence
    undo: str = ""
    undo_how: str = ""


@dataclass(frozen=True, slots=True)
class StatusLine:
    """What a page says of what was done; `undo_path` is where a form takes it back, with `undo_how` as its `how`."""

    kind: str
    text: str
    undo_path: str = ""
    undo_how: str = ""


#: By the file that answered, without its room, and what was asked of it: the last word of an address, `how` of a form, or the
#: name of the function.
_TABLE: dict[tuple[str, str], _Told] = {
    ("bookmark", "save"): _Told(Sentence("Saved."), "unsave"),
    ("bookmark", "unsave"): _Told(Sentence("Removed from your saved posts."), "save"),
    ("react", "favourite"): _Told(Sentence("Added to your favourites."), "unfavourite"),
    ("react", "unfavourite"): _Told(Sentence("Removed from your favourites."), "favourite"),
    ("react", "boost"): _Told(Sentence("Boosted."), "unboost"),
    ("react", "unboost"): _Told(Sentence("Boost taken back."), "boost"),
    ("follow", "home"): _Told(Sentence("Requested. Your server has asked to follow this board.")),
    ("follow", "here"): _Told(Sentence("Following here. Only you know."), "following", "end_here"),
    ("follow", "end_home"): _Told(Sentence("Unfollowed.")),
    ("follow", "end_here"): _Told(Sentence("Unfollowed."), "following", "here"),
    ("less", "less_like_this"): _Told(Sentence("You’ll see less like this.")),
    ("not_for_me", "not_for_me"): _Told(Sentence("Hidden from your page.")),
    ("mutes", "add"): _Told(Sentence("Muted.")),
    ("mutes", "remove"): _Told(Sentence("Unmuted.")),
    ("reading", "change"): _Told(_SAVED),
    ("interests", "choose"): _Told(_SAVED),
    ("interests", "save_consent"): _Told(_SAVED),
    ("settings", "change"): _Told(_SAVED),
    ("rules", "write"): _Told(_SAVED),
    ("hearing", "change"): _Told(_SAVED),
    ("sessions", "end"): _Told(Sentence("Signed out there.")),
    ("delete", "delete"): _Told(Sentence("Deleted.")),
    ("compose", "start"): _Told(
        Sentence("Your post is sent.")
    ),  # true of one that is held for review as well
    ("compose", "reply"): _Told(Sentence("Your reply is sent.")),
    ("compose", "edit"): _Told(Sentence("Your change is sent.")),
}


def show_status_lines(app: Flask) -> None:
    """Let each page say what was done before it, once."""
    app.jinja_env.globals["status_line"] = status_line
    app.after_request(_keep_or_drop)


def status_line() -> StatusLine | None:
    """Return what the page of a reader says of what they did just now, or None."""
    if "status_line" not in g:
        kept = current_visit.kept_status() if current_visit.find_visit() is not None else ""
        found = _KEPT.fullmatch(kept)
        told = _TABLE.get((found[1], found[2])) if found else None
        g.status_line = (
            None
            if found is None or told is None
            else StatusLine(f"{found[1]}.{found[2]}", say(told.sentence), found[3] or "", told.undo_how)
        )
    return cast("StatusLine | None", g.status_line)


def _keep_or_drop(response: Response) -> Response:
    if request.method == "POST":
        if kept := _what_was_done(response):
            current_visit.keep_status(response, kept)
    elif g.get("status_line") is not None and response.status_code < 300:
        current_visit.drop_status(response)
    return response


def _what_was_done(response: Response) -> str:
    """Return what the cookie keeps of a form that ended in a redirect; nothing where no line is for it, or where it is not
    done yet."""
    if response.status_code != 303 or request.blueprint is None or g.get("visit") is None:
        return ""
    if response.headers.get("Location", "").startswith("/you/sent"):
        return ""  # it is on its way, which that page says
    file = request.blueprint.rpartition("/")[2]
    asked = (request.view_args or {}).get("action") or request.form.get("how", "")
    what = next((one for one in (asked, _function()) if (file, one) in _TABLE), None)
    if what is None:
        return ""
    told = _TABLE[file, what]
    undo = f"{request.path.rpartition('/')[0]}/{told.undo}" if told.undo else ""
    kept = f"{file}.{what}" + (f":{undo}" if undo else "")
    return kept if _KEPT.fullmatch(kept) else ""


def _function() -> str:
    return (request.endpoint or "").rpartition(".")[2]
