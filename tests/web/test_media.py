"""Pictures come through our own proxy, made anew; nothing can be asked for that no post brought."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from fedconnect.federation import media_proxy
from fedconnect.forum.proxied_images import picture_path
from fedconnect.foundation import database, images
from fedconnect.foundation.errors import Malformed
from fedconnect.models.proxied_image import ProxiedImage
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **extra: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **extra)
    return out.getvalue()


def with_place() -> bytes:
    """Return a JPEG whose EXIF says where and on what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    return picture(exif=exif)


def post_with(forum: Forum, ana: RemotePerson, body: bytes, kind: str = "image/jpeg") -> str:
    """Publish a post with a picture, and return where the page shows it."""
    url = ana.server.base + "/pictures/1"
    ana.server.special["/pictures/1"] = (200, {"Content-Type": kind}, body)
    attachment = {"type": "Document", "mediaType": kind, "url": url, "name": "A teal <rectangle>"}
    forum.tell(ana, ana.create(ana.note("Look", forum.board(), attachment=[attachment])))
    html = forum.get(forum.thread_path("Look")).get_data(as_text=True)
    assert "A teal &lt;rectangle&gt;" in html
    (path,) = re.findall(r'<img src="(/media/[0-9a-f]{64})"', html)
    return str(path)


def test_a_picture_is_shown_from_here_with_its_description_and_without_what_it_hides(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    raw = with_place()
    assert b"Secret Camera" in raw
    path = post_with(forum, ana, raw)
    answer = forum.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Secret Camera" not in answer.data
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == (64, 48)
        assert not shown.getexif()
    assert forum.get(path).status_code == 200
    assert remote.gets("/pictures/1") == 1, "fetched once"
    (get,) = [one for one in remote.received if one.path == "/pictures/1"]
    assert "cookie" not in get.headers
    assert "referer" not in get.headers


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b"<html><script>alert(1)</script>", "image/png"),
        (b"", "image/png"),
        (picture("PNG")[:60], "image/png"),
        (picture("TIFF"), "image/tiff"),
        (b'{"type":"Note"}', "image/jpeg"),
    ],
    ids=["svg", "html", "nothing", "cut off", "tiff", "json"],
)
def test_what_is_no_picture_is_not_shown(forum: Forum, ana: RemotePerson, body: bytes, kind: str) -> None:
    path = post_with(forum, ana, body, kind)
    assert forum.get(path).status_code == 404
    assert forum.rows(ProxiedImage)[0].refused


def test_u02_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    header = picture("PNG", (1, 1))
    huge = header[:16] + (65_500).to_bytes(4, "big") + (65_500).to_bytes(4, "big") + header[24:]
    with pytest.raises(Malformed):
        images.remake(huge)


def test_a_large_picture_is_made_smaller_and_a_film_is_a_still() -> None:
    with Image.open(io.BytesIO(images.remake(picture(size=(4000, 1000))))) as made:
        assert made.size == (1600, 400)
    frames = io.BytesIO()
    first = Image.new("P", (10, 10))
    first.save(frames, "GIF", save_all=True, append_images=[Image.new("P", (10, 10), n) for n in range(5)])
    with Image.open(io.BytesIO(images.remake(frames.getvalue()))) as made:
        assert getattr(made, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "path",
    ["/media/" + "0" * 64, "/media/x", "/media/" + "A" * 64, "/media/..%2f..%2fsecrets.json",
     "/media/?proxy=https://evil.example", "/media/https://evil.example/a.png", "/media/" + "0" * 63 + "%0d%0a",
     "/media/%40evil", "/media/a%5cb", "/media/%23"],
)  # fmt: skip
def test_f12_no_address_can_be_asked_for(forum: Forum, remote: RemoteServer, path: str) -> None:
    assert forum.get(path).status_code in {400, 404}
    assert remote.received == []


def test_f12_a_pictures_address_within_our_network_is_not_asked(forum: Forum, ana: RemotePerson) -> None:
    from fedconnect.foundation import fetch
    from support.forum import settings_for

    path = post_with(forum, ana, picture())
    fetch.configure(settings_for(forum.settings.data_dir, FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES=""))
    assert forum.get(path).status_code == 404


def test_a_server_that_is_away_is_asked_again_some_other_time(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    path = post_with(forum, ana, picture())
    remote.special["/pictures/1"] = (503, {}, b"")
    assert forum.get(path).status_code == 503
    assert forum.get(path).status_code == 404
    assert remote.gets("/pictures/1") == 1


def test_custom_emoji_are_pictures_of_ours_in_words_and_names(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    emoji = {"type": "Emoji", "name": ":cow:", "icon": {"type": "Image", "url": remote.base + "/cow.png"}}
    remote.documents["/users/ana"] |= {"name": "Ana :cow: <b>", "tag": [emoji]}
    note = ana.note("A cow :cow: and :sheep:", forum.board())
    note["content"] += "<pre>:cow:</pre>"
    note["tag"].append(emoji)
    forum.tell(ana, ana.create(note))
    html = forum.get(forum.rows(ProxiedImage) and "/boards/respite").get_data(as_text=True)
    shown = f'<img class="emoji" src="{picture_path(remote.base + "/cow.png")}" alt=":cow:"'
    assert f"Ana {shown}" in html
    assert "&lt;b&gt;" in html


def test_the_folder_is_kept_small_by_forgetting_what_nobody_looks_at(forum: Forum, ana: RemotePerson) -> None:
    path = post_with(forum, ana, picture())
    assert forum.get(path).status_code == 200
    assert media_proxy.prune() == 0
    assert media_proxy.prune(limit=0) == 1
    assert forum.get(path).status_code == 200, "and fetched again when somebody looks"
    with database.read_transaction() as session:
        assert session.query(ProxiedImage).count() == 1
