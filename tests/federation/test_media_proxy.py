"""Pictures of other servers: only what a post brought is fetched, once; what was refused is left alone for a while."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from fedconnect.federation import media_proxy
from fedconnect.forum.proxied_images import digest_of, find_picture, remember_pictures
from fedconnect.foundation import clock, database, images, outbound_slots
from fedconnect.foundation.errors import Busy, FetchFailed, Malformed, NotFound
from fedconnect.models.proxied_image import ProxiedImage
from support.federation_rows import OtherServers
from support.moderation_rows import stop_the_clock
from support.unit import Unit

URL = "https://home.example/pictures/1.png"
PICTURE = digest_of(URL)


@pytest.fixture(autouse=True)
def folder(unit: Unit, tmp_path: Path, others: OtherServers, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where pictures are kept; a post brought one. What is no picture cannot be made anew."""

    def remake(raw: bytes) -> bytes:
        if not raw.startswith(b"picture"):
            raise Malformed("no picture")
        return b"made of " + raw

    monkeypatch.setattr(media_proxy, "_folder", None)
    monkeypatch.setattr(images, "remake", remake)
    media_proxy.configure(tmp_path)
    others.say(URL, b"picture", kind="image/png")
    with database.transaction() as session:
        remember_pictures(session, [URL])
    return tmp_path / "media"


def medium() -> ProxiedImage:
    with database.read_transaction() as session:
        found = find_picture(session, PICTURE)
    assert found is not None
    return found


def kept(folder: Path) -> list[str]:
    """Every file in the folder, half-written ones too."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_no_post_brought_is_not_fetched(folder: Path, others: OtherServers) -> None:
    for digest in ("0" * 64, digest_of(URL + "?"), PICTURE.upper()):
        with pytest.raises(NotFound):
            media_proxy.get_picture(digest)
    assert others.asked == []
    assert kept(folder) == []


def test_a_picture_is_fetched_once_and_what_is_kept_was_made_anew(folder: Path, others: OtherServers) -> None:
    for _ in range(2):
        path = media_proxy.get_picture(PICTURE)
        assert path.read_bytes() == b"made of picture"
    assert path == folder / PICTURE[:2] / f"{PICTURE}.webp"
    assert others.asked == [("GET", URL)]
    assert kept(folder) == [f"{PICTURE}.webp"]
    assert medium().refused == ""


def test_another_server_learns_nothing_of_who_looks(others: OtherServers) -> None:
    media_proxy.get_picture(PICTURE)
    ((_, headers, body),) = others.sent
    assert {name.lower() for name in headers} == {"accept"}
    assert body is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (201, NotFound),
        (204, NotFound),
        (404, NotFound),
        (410, NotFound),
        (499, NotFound),
        (500, Busy),
        (503, Busy),
    ],
)
def test_any_answer_but_a_picture_is_a_no_and_trouble_of_its_own_is_told_apart(
    folder: Path, others: OtherServers, status: int, error: type[Exception]
) -> None:
    others.say(URL, b"picture", status)
    with pytest.raises(error):
        media_proxy.get_picture(PICTURE)
    assert medium().refused == f"status {status}"
    assert kept(folder) == []


@pytest.mark.parametrize(
    ("failure", "error"),
    [(FetchFailed("timeout"), Busy), (FetchFailed("an address of ours", retryable=False), NotFound)],
)
def test_a_server_that_is_silent_may_answer_later_and_one_that_may_not_be_asked_never_does(
    others: OtherServers, failure: FetchFailed, error: type[Exception]
) -> None:
    others.fail(URL, failure)
    with pytest.raises(error):
        media_proxy.get_picture(PICTURE)
    assert medium().refused == failure.detail


@pytest.mark.parametrize("body", [b"", b"<svg onload='alert(1)'/>", b'{"type":"Note"}'])
def test_what_is_no_picture_is_not_kept(folder: Path, others: OtherServers, body: bytes) -> None:
    others.say(URL, body, kind="image/png")
    with pytest.raises(NotFound):
        media_proxy.get_picture(PICTURE)
    assert medium().refused == "no picture"
    assert kept(folder) == []


@pytest.mark.parametrize(("length", "is_shown"), [(20, True), (21, False)])
def test_a_picture_that_is_too_long_is_refused(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch, length: int, is_shown: bool
) -> None:
    monkeypatch.setattr(media_proxy, "MAX_PICTURE_BYTES", 20)
    others.say(URL, b"picture".ljust(length, b"."))
    if is_shown:
        assert media_proxy.get_picture(PICTURE).exists()
    else:
        with pytest.raises(NotFound):
            media_proxy.get_picture(PICTURE)


def test_what_was_refused_is_not_asked_for_again_within_six_hours(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_the_clock(monkeypatch, clock.now().replace(microsecond=0))
    others.say(URL, b"", 404)
    with pytest.raises(NotFound):
        media_proxy.get_picture(PICTURE)
    others.say(URL, b"picture")
    stop_the_clock(monkeypatch, now + timedelta(hours=6) - timedelta(seconds=1))
    with pytest.raises(NotFound, match="status 404"):
        media_proxy.get_picture(PICTURE)
    assert len(others.asked) == 1
    stop_the_clock(monkeypatch, now + timedelta(hours=6))
    assert media_proxy.get_picture(PICTURE).exists()


@pytest.mark.parametrize(("reason", "kept_as"), [("", "refused"), ("x" * 121, "x" * 120)])
def test_a_no_is_remembered_whatever_its_reason_and_in_so_many_letters(
    others: OtherServers, reason: str, kept_as: str
) -> None:
    others.fail(URL, FetchFailed(reason, retryable=False))
    with pytest.raises(NotFound):
        media_proxy.get_picture(PICTURE)
    assert medium().refused == kept_as
    with pytest.raises(NotFound):
        media_proxy.get_picture(PICTURE)
    assert len(others.asked) == 1


def test_while_another_picture_is_made_this_one_waits_and_is_not_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(raw: bytes) -> bytes:
        raise Busy("another picture is being made")

    monkeypatch.setattr(images, "remake", busy)
    with pytest.raises(Busy):
        media_proxy.get_picture(PICTURE)
    assert medium().refused == ""


def test_pictures_leave_a_thread_for_who_is_known(
    others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound_slots, "_wait_for", lambda slot: False)
    with ExitStack() as held:
        for _ in range(outbound_slots.STRANGERS_SLOTS):
            held.enter_context(outbound_slots.slot(known=False, patient=False))
        with pytest.raises(Busy):
            media_proxy.get_picture(PICTURE)
        assert others.asked == []
        held.enter_context(outbound_slots.slot(known=True, patient=False))
    assert media_proxy.get_picture(PICTURE).exists()


def test_a_process_that_was_not_told_where_to_keep_pictures_shows_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(media_proxy, "_folder", None)
    with pytest.raises(RuntimeError):
        media_proxy.get_picture(PICTURE)
    assert media_proxy.prune(limit=0) == 0


def a_file(folder: Path, name: str, size: int, age: int) -> None:
    path = folder / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (1_000_000 - age, 1_000_000 - age))


def test_where_nothing_is_kept_nothing_is_forgotten(folder: Path) -> None:
    assert not folder.exists()
    assert media_proxy.prune(limit=0) == 0


@pytest.mark.parametrize(
    ("limit", "left"),
    [
        (60, ["aa.webp", "bb.webp", "cc.webp"]),
        (59, ["aa.webp", "cc.webp"]),
        (40, ["aa.webp", "cc.webp"]),
        (39, ["aa.webp"]),
        (0, []),
    ],
)
def test_of_too_many_pictures_those_that_nobody_looked_at_longest_go_and_no_more_than_must(
    folder: Path, limit: int, left: list[str]
) -> None:
    for name, size, age in (("cc.webp", 30, 2), ("aa.webp", 10, 1), ("bb.webp", 20, 3)):
        a_file(folder, name, size, age)
    assert media_proxy.prune(limit) == 3 - len(left)
    assert kept(folder) == left


def test_what_was_being_written_when_we_died_is_counted_and_goes(folder: Path) -> None:
    a_file(folder, "aa.77-1", 30, age=2)
    a_file(folder, "bb.webp", 10, age=1)
    assert media_proxy.prune(limit=39) == 1
    assert [file.name for file in folder.rglob("*") if file.is_file()] == ["bb.webp"]


def test_a_picture_that_somebody_looks_at_goes_last(folder: Path) -> None:
    a_file(folder, f"{PICTURE}.webp", 10, age=9)
    a_file(folder, "bb.webp", 10, age=1)
    media_proxy.get_picture(PICTURE)
    assert media_proxy.prune(limit=10) == 1
    assert kept(folder) == [f"{PICTURE}.webp"]
