"""Pictures on a reader's own server: handed over, made anew without what a file hides, and described."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from fedconnect.accounts import grants
from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused, text
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.outgoing_status import MEDIA_ID, MediaUpload, NotReady
from fedconnect.accounts.sessions import Visit
from fedconnect.foundation import images
from fedconnect.foundation.outbound_slots import outbound_slot

MOST_AT_ONCE = 4


def upload_pictures(visit: Visit, files: Sequence[bytes]) -> tuple[MediaUpload, ...]:
    """Hand pictures to the home server, without place, camera and time; four at most. Opens its own transactions.

    Raises:
        NotReady: no file was chosen. PermissionNeeded, HomeAway, HomeRefused, Busy; Malformed: one is no picture.
    """
    if not files:
        raise NotReady("no file", safe="Please choose a picture first.")
    client = grants.client_for(visit.reader_id, Permission.WRITE)
    with outbound_slot():
        return tuple(_upload(client, file) for file in files[:MOST_AT_ONCE])


def describe(visit: Visit, media: Sequence[MediaUpload]) -> None:
    """Tell the home server what is to be seen on each picture that has a description. Raises: as upload_pictures."""
    client: HomeClient | None = None
    for medium in media:
        if medium.alt:
            client = client or grants.client_for(visit.reader_id, Permission.WRITE)
            client.put(f"/api/v1/media/{quote(medium.id, safe='')}", {"description": medium.alt})


def _upload(client: HomeClient, file: bytes) -> MediaUpload:
    response = client.upload("/api/v2/media", "picture.webp", "image/webp", images.remake(file), {})
    number = text(response, "id", 100)
    if MEDIA_ID.fullmatch(number) is None:
        raise HomeRefused(client.host, 422, "the picture was not taken")
    return MediaUpload(number, "")
