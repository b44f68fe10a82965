"""Signs that tell people and boards apart at a glance: initials, and one of six quiet tints. Neither says anything of who
somebody is: both come from their name alone."""

from __future__ import annotations

import hashlib
import unicodedata

#: How many tints the style sheets know, `tint-0` to `tint-5`.
TINTS = 6
_MOST_LETTERS = 200  # of a name that another server sent


def tint_of(name: str) -> int:
    """Return the tint of a board's slug or of a handle, from 0 to 5: the same on every page and in every process."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[0] % TINTS


def initials_of(name: str) -> str:
    """Return one or two letters for a name: `LB` for “Lena Berg”, `L` for “lena”, and nothing where it has no letter."""
    words = [word for word in name[:_MOST_LETTERS].split() if any(letter.isalnum() for letter in word)]
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(_first_letter(word) for word in ends)


def _first_letter(word: str) -> str:
    letter = next(one for one in word if one.isalnum())
    upper = unicodedata.normalize("NFC", letter).upper()
    return upper if len(upper) == 1 else letter  # ß has no capital of one letter
