"""Pictures are shown through us, known by a digest, and only where a post brought them."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from fedconnect.forum.proxied_images import digest_of, find_picture, picture_path, remember_pictures
from fedconnect.models.proxied_image import ProxiedImage
from support.forum_rows import count

URL = "https://home.example/media/ünï.png?secret=1"


def test_nothing_of_an_address_is_in_its_path() -> None:
    assert re.fullmatch(r"/media/[0-9a-f]{64}", picture_path(URL))
    assert picture_path(URL) == f"/media/{digest_of(URL)}"
    assert digest_of(URL) != digest_of(URL + "0")


def test_what_no_post_brought_is_not_shown_and_a_picture_is_one(session: Session) -> None:
    assert find_picture(session, digest_of(URL)) is None
    remember_pictures(session, [])
    remember_pictures(session, (url for url in (URL, URL, "https://home.example/2.png")))
    found = find_picture(session, digest_of(URL))
    assert found is not None
    found.refused = "too large"
    session.flush()
    remember_pictures(session, [URL])
    session.refresh(found)
    assert (found.url, found.refused, found.asked_at) == (URL, "too large", None)
    assert count(session, ProxiedImage) == 2
    assert find_picture(session, URL) is None
