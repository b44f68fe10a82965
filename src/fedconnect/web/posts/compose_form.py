"""The form in which a post is written, as it was sent: each value bounded."""

from __future__ import annotations

import uuid

from flask import request

from fedconnect.accounts import home_media, outgoing_status
from fedconnect.accounts.outgoing_status import MEDIA_ID, MediaUpload
from fedconnect.accounts.post_form import A_DAY_S, POLL_LASTS, PostForm
from fedconnect.foundation import html

MOST_BYTES = 16 << 20
LANGUAGES = {
    "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano", "nl": "Nederlands",
    "pl": "Polski", "pt": "Português", "sv": "Svenska", "da": "Dansk", "nb": "Norsk", "fi": "Suomi",
    "cs": "Čeština", "tr": "Türkçe", "uk": "Українська", "ru": "Русский", "ar": "العربية", "fa": "فارسی",
    "he": "עברית", "cy": "Cymraeg", "ga": "Gaeilge", "eu": "Euskara", "ca": "Català", "ja": "日本語", "zh": "中文",
}  # fmt: skip


def read_form() -> PostForm:
    """Return the form as it was sent, each value bounded."""
    form = request.form
    numbers, alts = form.getlist("media_id")[:16], form.getlist("media_alt")[:16]
    dropped = set(form.getlist("drop"))
    language, visibility = form.get("language", ""), form.get("visibility", "")
    return PostForm(
        text=_lines(form.get("text", ""))[: outgoing_status.MAX_TEXT],
        warning=html.plain(form.get("warning", ""), 500),
        language=language if language in LANGUAGES else "",
        visibility=visibility if visibility in {"public", "unlisted"} else "",
        is_sensitive="sensitive" in form,
        media=tuple(
            MediaUpload(number, alt[:1500])
            for number, alt in zip(numbers, alts, strict=False)
            if MEDIA_ID.fullmatch(number) and number not in dropped
        ),
        options=_lines(form.get("options", ""))[:4000],
        lasts_s={str(seconds): seconds for seconds in POLL_LASTS}.get(form.get("lasts", ""), A_DAY_S),
        is_multiple="multiple" in form,
        is_loose="loose" in form,
    )


def _lines(sent: str) -> str:
    """Return a text with line ends of one sign, as what is counted; browsers send two."""
    return sent.replace("\r\n", "\n")


def read_pictures() -> list[bytes]:
    """Return the pictures that were chosen, as many as may come at once."""
    chosen = [file for file in request.files.getlist("pictures") if file.filename]
    return [file.read(MOST_BYTES) for file in chosen[: home_media.MOST_AT_ONCE]]


def form_key() -> str:
    """Return the key that this form was given when it was shown, so that it counts once."""
    try:
        return str(uuid.UUID(request.form.get("key", "")))
    except ValueError:
        return str(uuid.uuid4())
