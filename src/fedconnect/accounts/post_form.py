"""What somebody typed into the form for a post, as it is kept until it is sent; and what may be sent of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from fedconnect.accounts.outgoing_status import Composed, MediaUpload, NotReady, PollForm
from fedconnect.drafts import Visibility
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader

A_DAY_S = 86_400
POLL_LASTS: Mapping[int, int] = {A_DAY_S: 1, 3 * A_DAY_S: 3, 7 * A_DAY_S: 7}  # seconds → days
_MOST_OPTIONS = 20


@dataclass(frozen=True, slots=True)
class PostForm:
    """The form, each value bounded. `visibility` is empty where somebody has yet to choose; `options` are the answers
    of a poll, one a line; `is_loose`: sent all the same where the home server cannot find what is answered."""

    text: str = ""
    warning: str = ""
    language: str = ""
    visibility: str = ""
    is_sensitive: bool = False
    media: tuple[MediaUpload, ...] = ()
    options: str = ""
    lasts_s: int = A_DAY_S
    is_multiple: bool = False
    is_loose: bool = False


def to_json(form: PostForm) -> str:
    """Return a form as its draft keeps it."""
    return json.dumps(
        {
            "text": form.text, "warning": form.warning, "language": form.language, "visibility": form.visibility,
            "sensitive": form.is_sensitive, "media": [[one.id, one.alt] for one in form.media],
            "options": form.options, "lasts": str(form.lasts_s), "multiple": form.is_multiple, "loose": form.is_loose,
        }
    )  # fmt: skip


def from_json(kept: str) -> PostForm:
    """Return the form that a draft keeps."""
    row = json.loads(kept)
    return PostForm(
        text=row.get("text", ""), warning=row.get("warning", ""), language=row.get("language", ""),
        visibility=row.get("visibility", ""), is_sensitive=row.get("sensitive", False),
        media=tuple(MediaUpload(number, alt) for number, alt in row.get("media", ())), options=row.get("options", ""),
        lasts_s=int(row.get("lasts", A_DAY_S)), is_multiple=row.get("multiple", False), is_loose=row.get("loose", False),
    )  # fmt: skip


def empty_form(reader: Reader, board: Board, answered: Post | None) -> PostForm:
    """Return what a form begins with where nothing was typed yet, as the reader writes as a rule. An answer takes
    over the warning of what it answers, and is not louder."""
    own = reader.default_visibility
    visibility = own if own in {"public", "unlisted"} else "" if own else "public"
    if answered is not None and answered.visibility is Visibility.UNLISTED:
        visibility = "unlisted"
    return PostForm(
        warning=answered.warning if answered is not None else "",
        language=reader.default_language or board.language,
        visibility=visibility,
    )


def compose(form: PostForm, *, accepts_no_alt: bool) -> Composed:
    """Return what is to be published.

    Raises:
        NotReady: nobody said who may see it; or a picture has no description, and that is not `accepts_no_alt`.
    """
    if not form.visibility:
        raise NotReady("visibility", safe="A post to a board is public or unlisted. Please choose one.")
    if not accepts_no_alt and any(not one.alt.strip() for one in form.media):
        raise NotReady(
            "alt",
            safe="A picture has no description yet. People who cannot see it will thank you for a sentence.",
        )
    options = tuple(line.strip() for line in form.options.split("\n") if line.strip())[:_MOST_OPTIONS]
    return Composed(
        text=form.text, visibility=Visibility(form.visibility), warning=form.warning, language=form.language,
        is_sensitive=form.is_sensitive, media=form.media,
        poll=PollForm(options, form.lasts_s, form.is_multiple) if options else None,
    )  # fmt: skip
