"""Telling a browser that something is new: once, in one sentence, and only where it can be read."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts import web_push
from fedconnect.accounts.web_push import Browser
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import AddressRefused, FetchFailed, Malformed
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification, NotificationKind
from fedconnect.models.web_push import PushKey, PushSubscription
from support.account_rows import World, a_home_reader
from support.unit import Unit, a_board, a_thread, add

ENDPOINT = "https://push.example/s/1"


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


POINT = coded(
    ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
)  # fmt: skip
SECRET = coded(b"s" * 16)
BROWSER = Browser(ENDPOINT, POINT, SECRET)


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth"),
    [
        ("", POINT, SECRET), ("ftp://push.example/", POINT, SECRET), ("https:///s", POINT, SECRET),
        ("https://ana:pw@push.example/", POINT, SECRET), ("https://push.example/".ljust(1001, "x"), POINT, SECRET),
        (ENDPOINT, "", SECRET), (ENDPOINT, coded(b"\x04" + b"\x01" * 64), SECRET), (ENDPOINT, POINT[:-4], SECRET),
        (ENDPOINT, "é" * 87, SECRET), (ENDPOINT, POINT, ""), (ENDPOINT, POINT, coded(b"s" * 15)),
        (ENDPOINT, POINT, coded(b"s" * 17)),
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(endpoint: str, p256dh: str, auth: str) -> None:
    with pytest.raises(Malformed):
        web_push.read_browser(endpoint, p256dh, auth)


def test_a_subscription_is_read_as_it_is() -> None:
    assert web_push.read_browser(ENDPOINT, POINT, SECRET) == BROWSER
    longest = "https://push.example/".ljust(1000, "x")
    assert web_push.read_browser(longest, POINT, SECRET).endpoint == longest


def subscribed(session: Session) -> list[tuple[int, str]]:
    found = select(PushSubscription.reader_id, PushSubscription.endpoint).order_by(PushSubscription.endpoint)
    return [tuple(row) for row in session.execute(found)]  # type: ignore[misc]


def test_a_browser_belongs_to_whoever_signed_in_last(session: Session) -> None:
    ana, ben = a_home_reader(session), a_home_reader(session, "ben")
    for reader in (ana, ben):
        web_push.subscribe(session, reader.id, BROWSER, "de")
    assert subscribed(session) == [(ben.id, ENDPOINT)]


def test_the_eleventh_browser_costs_the_oldest_and_nobody_elses(session: Session) -> None:
    ana, ben = a_home_reader(session), a_home_reader(session, "ben")
    web_push.subscribe(session, ben.id, Browser("https://push.example/theirs", POINT, SECRET), "en")
    for number in range(11):
        web_push.subscribe(session, ana.id, Browser(f"https://push.example/{number:02}", POINT, SECRET), "en")
    assert [where[-2:] for who, where in subscribed(session) if who == ana.id] == [
        f"{number:02}" for number in range(1, 11)
    ]
    web_push.unsubscribe_all(session, ana.id)
    assert [who for who, _ in subscribed(session)] == [ben.id]


@pytest.mark.parametrize(
    ("asked", "kept"), [("de", "de"), ("es", "es"), ("fr", "en"), ("", "en"), ("DE", "en")]
)
def test_a_language_without_a_sentence_is_told_in_english(session: Session, asked: str, kept: str) -> None:
    web_push.subscribe(session, a_home_reader(session).id, BROWSER, asked)
    assert session.execute(select(PushSubscription.language)).scalar_one() == kept


def test_our_key_is_made_once_and_kept_sealed(unit: Unit) -> None:
    public = web_push.application_key()
    assert web_push.application_key() == public
    with database.read_transaction() as session:
        (row,) = session.execute(select(PushKey)).scalars()
    assert "PRIVATE" not in row.private_sealed
    assert len(base64.urlsafe_b64decode(public + "=")) == 65


def a_reader_with_news(name: str = "ana", *, browsers: int = 1, **values: object) -> Reader:
    with database.transaction() as session:
        reader = a_home_reader(session, name)
        for number in range(browsers):
            add(session, PushSubscription(
                reader_id=reader.id, endpoint=f"https://push.example/{name}/{number}", p256dh=POINT, auth=SECRET,
                since=clock.now(),
            ))  # fmt: skip
        _, post = a_thread(session, a_board(session, name))
        add(session, Notification(
            person_id=reader.person_id, kind=NotificationKind.REPLY, post_id=post.id, at=clock.now(), **values
        ))  # fmt: skip
    return reader


@pytest.mark.parametrize("values", [{"seen_at": clock.now()}, {"pushed_at": clock.now()}])
def test_what_was_seen_or_told_already_is_not_told(
    unit: Unit, world: World, values: dict[str, object]
) -> None:
    a_reader_with_news(**values)
    assert not web_push.send_due()
    assert world.asked == []


def test_who_has_no_browser_to_tell_keeps_nobody_waiting(unit: Unit, world: World) -> None:
    a_reader_with_news(browsers=0)
    assert not web_push.send_due()


def test_every_browser_of_a_reader_is_told_once_and_not_what(unit: Unit, world: World) -> None:
    a_reader_with_news(browsers=2)
    assert web_push.send_due()
    assert not web_push.send_due()
    assert sorted(world.of("POST")) == ["https://push.example/ana/0", "https://push.example/ana/1"]
    first = world.asked[0]
    assert first.headers["Content-Encoding"] == "aes128gcm"
    assert first.headers["Authorization"].startswith("vapid t=")
    assert b"something new" not in first.body, "the push service cannot read it"


@pytest.mark.parametrize(
    ("status", "is_kept"),
    [(201, True), (400, True), (403, True), (404, False), (410, False), (429, True), (500, True)],
)
def test_only_a_browser_that_is_gone_is_forgotten(
    unit: Unit, world: World, status: int, is_kept: bool
) -> None:
    a_reader_with_news("ana")
    a_reader_with_news("ben")
    world.says("POST https://push.example/ana/0", {}, status)
    world.says("POST https://push.example/ben/0", {}, 201)
    assert web_push.send_due()
    with database.read_transaction() as session:
        left = [where for _, where in subscribed(session)]
    assert left == ["https://push.example/ana/0"] * is_kept + ["https://push.example/ben/0"]


@pytest.mark.parametrize("error", [FetchFailed("silence"), AddressRefused("private")])
def test_a_push_service_that_cannot_be_reached_keeps_no_other_from_it(
    unit: Unit, world: World, error: Exception
) -> None:
    a_reader_with_news(browsers=2)
    world.fails("POST https://push.example/ana/0", error)
    assert web_push.send_due()
    assert len(world.of("POST")) == 2
    assert not web_push.send_due(), "it is told once at most"


def test_news_of_one_reader_are_not_marked_as_told_with_anothers(unit: Unit, world: World) -> None:
    a_reader_with_news("ana")
    silent = a_reader_with_news("ben", browsers=0)
    web_push.send_due()
    with database.read_transaction() as session:
        told = session.execute(select(Notification.person_id).where(Notification.pushed_at.is_not(None)))
        assert silent.person_id not in told.scalars().all()
