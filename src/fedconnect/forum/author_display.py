"""Who said it, as pages show it: a name, a handle, and nothing that could be counted."""

from __future__ import annotations

import html
from dataclasses import dataclass

from fedconnect.forum.impersonation import Lookalike, lookalike_of
from fedconnect.forum.stored_json import pictures_in
from fedconnect.foundation import monogram
from fedconnect.foundation.link_display import honest_host, with_emojis


@dataclass(frozen=True, slots=True)
class Author:
    """Name and handle, or a board of ours; `name_html` is the name with its custom emoji, escaped.

    `namesake` says whose name it reads like without being theirs. Then `name`, for where no page can say so, is the
    handle.
    """

    name: str
    handle: str
    url: str
    name_html: str
    namesake: Lookalike = Lookalike.NOBODY

    @property
    def initials(self) -> str:
        """One or two letters of the name; of the handle where the name has none."""
        return monogram.initials_of(self.name.lstrip("@")) or monogram.initials_of(self.handle.lstrip("@"))

    @property
    def tint(self) -> int:
        """Which of the six tints is theirs, from 0 to 5."""
        return monogram.tint_of(self.handle or self.name)


def author_of(
    name: str | None, username: str | None, host: str | None, url: str | None, board: str, emojis: str = "[]"
) -> Author:
    """Return who said it; without a user name, the board itself. `emojis` are JSON."""
    if username is None or host is None:
        return Author(board, "", "", html.escape(board))
    shown = name or username
    pictures = pictures_in(emojis) if ":" in shown and emojis != "[]" else {}
    handle = f"@{username}@{honest_host(host)}"
    namesake = lookalike_of(shown, f"@{username}@{host}")
    return Author(
        handle if namesake else shown, handle, url or "", with_emojis(html.escape(shown), pictures), namesake
    )
