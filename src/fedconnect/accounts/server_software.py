"""What each server software can do for a reader who lives there: the one table.

Ref: entities and OAuth pages of Mastodon's API documentation; GoToSocial, Pleroma/Akkoma, Pixelfed, Friendica
and Misskey API documentation (MiAuth). A server that is not listed is taken for what its endpoints show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SignInMethod(StrEnum):
    """How a server lets its people sign in elsewhere."""

    OAUTH = "oauth"
    MIAUTH = "miauth"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Software:
    """One row of the table.

    `writes`: people can post through us with their permission. `honours_scopes`: it registers and grants
    exactly what is asked. `tells_actor`: its API names the actor id, which is then compared.
    `revokes`: a token can be given back. `counts_in_full`: every character of links and handles counts, whatever the API
    says of `characters_reserved_per_url` (GoToSocial says 25).
    """

    name: str
    label: str
    proof: SignInMethod = SignInMethod.OAUTH
    writes: bool = True
    honours_scopes: bool = True
    tells_actor: bool = False
    revokes: bool = True
    counts_in_full: bool = False


_ROWS = (
    Software("mastodon", "Mastodon", tells_actor=True),
    Software("hometown", "Hometown", tells_actor=True),
    Software("gotosocial", "GoToSocial", counts_in_full=True),  # 0.20-rc1 was met on 2026-11-25
    Software("hollo", "Hollo", tells_actor=True, counts_in_full=True),  # 0.10.0 was met on 2026-11-25
    Software("pleroma", "Pleroma", tells_actor=True),
    Software("akkoma", "Akkoma", tells_actor=True),
    Software("pixelfed", "Pixelfed", honours_scopes=False),
    Software("friendica", "Friendica", revokes=False),
    Software("takahe", "Takahē"),
    Software("misskey", "Misskey", proof=SignInMethod.MIAUTH, writes=False, revokes=False),
    Software("lemmy", "Lemmy", proof=SignInMethod.NONE, writes=False),
    Software("piefed", "PieFed", proof=SignInMethod.NONE, writes=False),
    Software("mbin", "Mbin", proof=SignInMethod.NONE, writes=False),
    Software("nodebb", "NodeBB", proof=SignInMethod.NONE, writes=False),
    Software("wordpress", "WordPress", proof=SignInMethod.NONE, writes=False),
    Software("peertube", "PeerTube", proof=SignInMethod.NONE, writes=False),
)
SOFTWARE: Mapping[str, Software] = {row.name: row for row in _ROWS}


def software_of(name: str) -> Software:
    """Return what a software can do; an unknown one may speak Mastodon's API, and is asked."""
    return SOFTWARE.get(name, Software(name, name.capitalize() or "This server"))
