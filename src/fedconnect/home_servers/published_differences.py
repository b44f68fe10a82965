"""What a home server published, compared with what was asked: a difference is told to its author, and nothing is posted
again by itself.

A server may drop in silence what it does not know (Hollo: lists in form fields). Ref: Mastodon's entity Status.
"""

from __future__ import annotations

from fedconnect.accounts.mastodon_api import Document, Fields, text
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.submission import SubmissionKind


def sentences(host: str) -> dict[str, Sentence]:
    """Return what is told of each difference, by what came out otherwise."""
    return {
        "audience": Sentence(
            "%(host)s published it, but for other people than you chose. Your text is kept; it is not posted again by itself.",
            {"host": host},
        ),
        "poll": Sentence(
            "%(host)s published it without your poll. Your text is kept; it is not posted again by itself.",
            {"host": host},
        ),
        "pictures": Sentence(
            "%(host)s published it without all of your pictures. Your text is kept; it is not posted again by itself.",
            {"host": host},
        ),
        "warning": Sentence(
            "%(host)s published it without your content warning. Your text is kept; it is not posted again by itself.",
            {"host": host},
        ),
        "place": Sentence(
            "%(host)s published it, but not as an answer. Your text is kept; it is not posted again by itself.",
            {"host": host},
        ),
        "board": board_not_named(host),
    }


def board_not_named(host: str) -> Sentence:
    """Return what is told where a server could not find the board: then its post names nobody, and nobody tells us of it."""
    return Sentence(
        "%(host)s published it without naming the board, which it could not find, so the board does not have it. Edit it "
        "there so that it names the board, and it comes here.",
        {"host": host},
    )


def find_difference(host: str, kind: SubmissionKind, fields: Fields, post: Document) -> Sentence | None:
    """Return what its author is told of the first thing that came out otherwise; None where all is as asked. What a
    server does not say of audience, warning and place is taken to be as asked."""
    is_new = kind is not SubmissionKind.EDIT
    told = ""
    if is_new and "visibility" in fields and text(post, "visibility", 20) not in {"", fields["visibility"]}:
        told = "audience"
    elif is_new and _titles(post) != list(fields.get("poll[options]", ())) and "poll[options]" in fields:
        told = "poll"
    elif _count(post.get("media_attachments")) < len(fields.get("media_ids", ())):
        told = "pictures"
    elif "spoiler_text" in fields and "spoiler_text" in post and not text(post, "spoiler_text", 5000).strip():
        told = "warning"
    elif is_new and "in_reply_to_id" in fields and not _is_answer(post, str(fields["in_reply_to_id"])):
        told = "place"
    return sentences(host)[told] if told else None


def is_difference(told: Sentence) -> bool:
    """Whether a sentence tells of a difference."""
    return told.words in {one.words for one in sentences("").values()}


def _titles(post: Document) -> list[str]:
    poll = post.get("poll")
    options = poll.get("options") if isinstance(poll, dict) else None
    return [text(one, "title", 1000) for one in options] if isinstance(options, list) else []


def _count(items: object) -> int:
    return len(items) if isinstance(items, list) else 0


def _is_answer(post: Document, parent: str) -> bool:
    return "in_reply_to_id" not in post or text(post, "in_reply_to_id", 100) == parent
