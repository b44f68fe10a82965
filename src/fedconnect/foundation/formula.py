"""A formula of MathML as words. Ref: FEP-dc88."""

from __future__ import annotations

import re

from fedconnect.foundation.html_tokens import Tag

_SPACES = re.compile(r"\s+")


class Formula:
    """A formula as its author wrote it: its TeX, else its own description, else its letters and signs."""

    def __init__(self, described: str) -> None:
        self._described, self._tex, self._letters = described, "", ""
        self._within = ""

    def tag(self, tag: Tag) -> None:
        """Read a tag within `math`."""
        if tag.name in {"annotation", "annotation-xml"}:
            is_tex = "tex" in tag.attributes.get("encoding", "").lower()
            self._within = "" if tag.is_end else "tex" if is_tex and tag.name == "annotation" else "other"

    def read(self, text: str) -> None:
        """Read a text within `math`."""
        if self._within == "tex":
            self._tex += text
        elif not self._within:
            self._letters += text

    def words(self) -> str:
        """Return the formula in one line."""
        return (
            _SPACES.sub(" ", self._tex).strip() or self._described or _SPACES.sub(" ", self._letters).strip()
        )
