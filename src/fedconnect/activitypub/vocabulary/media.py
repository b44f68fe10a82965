"""What hangs on a post: pictures, films, sounds, files and links, each with its description and its own warning."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fedconnect.activitypub.vocabulary.properties import (
    Document,
    kind_of,
    listed,
    page,
    string,
    text_in_language,
    uri,
)

MAX_ATTACHMENTS = 16
_KINDS = {"Image": "image/*", "Video": "video/*", "Audio": "audio/*"}
_NO_MEDIA = frozenset({"PropertyValue", "IdentityProof", "Mention", "Hashtag", "Emoji"})


@dataclass(frozen=True, slots=True)
class NoteAttachment:
    """One attachment: where it lies, what it is, its description in plain text, and what its author says before it is seen."""

    url: str
    media_type: str
    alt: str
    warning: str = ""


def media_of(document: Document, kind: str) -> tuple[tuple[NoteAttachment, ...], bool]:
    """Return the attachments, and whether there were more than we take. An Image, a Video or an Audio is one itself, and a
    Page has its `image`."""
    found: dict[str, NoteAttachment] = {}
    entries = listed(document.get("attachment"))[: 4 * MAX_ATTACHMENTS]
    if kind in {"Image", "Video", "Audio"}:
        entries.append({**document, "name": None, "summary": None, "content": None})
    entries += [_as_image(one) for one in listed(document.get("image"))[:MAX_ATTACHMENTS]]
    for one in entries:
        item = {"type": "Link", "href": one} if isinstance(one, str) else one
        if not isinstance(item, dict):
            continue
        form = kind_of(item)
        where, media_type = _file(item, form)
        if where is None or form in _NO_MEDIA:
            continue
        found.setdefault(
            where, NoteAttachment(where, media_type[:100], _described(item)[:10_000], _warning(item)[:1000])
        )
    return tuple(found.values())[:MAX_ATTACHMENTS], len(found) > MAX_ATTACHMENTS


def is_sensitive(document: Document) -> bool:
    """Whether anything that is attached should not be seen unasked."""
    entries = [
        *listed(document.get("attachment"))[: 4 * MAX_ATTACHMENTS],
        *listed(document.get("image"))[:MAX_ATTACHMENTS],
    ]
    return any(isinstance(one, dict) and one.get("sensitive") is True for one in entries)


def _as_image(value: Any) -> Any:
    return {"type": "Image", "url": value} if isinstance(value, str) else value


def _described(item: Document) -> str:
    """Return a description; a summary is one where it warns of nothing, and is told beside a name that says something else."""
    keys = ("name", "content") if item.get("sensitive") is True else ("name", "summary", "content")
    texts = [text for key in keys if (text := text_in_language(item, key)[0].strip())]
    return " – ".join(dict.fromkeys(texts[:2]))


def _warning(item: Document) -> str:
    return text_in_language(item, "summary")[0] if item.get("sensitive") is True else ""


def _file(item: Document, kind: str) -> tuple[str | None, str]:
    """Return an attachment's file and its type; of a list of links, the first that is not a page."""
    links = [link for link in listed(item.get("url"))[:20] if isinstance(link, dict)]
    links = [link for link in links if link.get("mediaType") != "text/html"]
    if links:
        where, media_type = uri(links[0].get("href")), string(links[0].get("mediaType"))
    else:
        where = page(item.get("url")) or uri(item.get("href"))
        media_type = string(item.get("mediaType"))
    if not media_type and kind in _KINDS:
        media_type = _KINDS[kind]
    elif not media_type and where is not None and kind != "Link":
        media_type = mimetypes.guess_type(urlsplit(where).path)[0] or ""
    return where, media_type
