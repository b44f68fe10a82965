"""A conversation's words in a list: a headline and a line of text, neither of which says twice or breaks what the other says."""

from __future__ import annotations

from fedconnect.foundation import sentences

_CUT = "…"


def words_in_list(title: str, excerpt: str, language: str = "") -> tuple[str, str]:
    """Return headline and text. Where a title was shortened and the text begins with the same words, the headline is that whole
    sentence and the text what comes after it; the page cuts what has no room."""
    stem = title.rstrip("….").rstrip()
    if not title.endswith(_CUT) or not stem or not excerpt.startswith(stem):
        return title, excerpt
    ends = [end for end in sentences.ends(excerpt, language) if end >= len(stem)]
    end = ends[0] if ends else len(excerpt)
    return excerpt[:end].strip(), excerpt[end:].strip()
