"""Settings: what cannot work is said at once and all together; what can is one spelling of it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from fedconnect.foundation.errors import InvalidSettings
from fedconnect.foundation.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are not asked of any server; addresses are read as they are."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: object) -> object:
        if not host.replace(".", "").isdigit():
            raise OSError("no such name")
        return real(host, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def read(**values: str) -> Settings:
    return read_settings({f"FEDCONNECT_{name.upper()}": value for name, value in values.items()})


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("base_url", "", "must be a URL"), ("base_url", "forum.example", "must be a URL"),
        ("base_url", "ftp://forum.example", "must be a URL"), ("base_url", "https://", "must be a URL"),
        ("base_url", "https://forum.example/path", "without a path"), ("base_url", "https://forum.example?x", "without a path"),
        ("base_url", "https://forum.example#x", "without a path"), ("base_url", "https://ana:pw@forum.example", "without a path"),
        ("base_url", "https://forum.example:99999", "port"), ("base_url", "https://forum.example:abc", "port"),
        ("base_url", "https://forum.example:²", "port"), ("base_url", "https://forum.example:0", "port"), ("base_url", "https://[x", "must be a URL"),
        ("base_url", "https://forum.example:", "port"), ("base_url", "https://:pw@forum.example", "without a path"),
        ("base_url", "https://@forum.example", "without a path"), ("base_url", "http://forum.example", "https://"), ("base_url", "http://10.0.0.1", "https://"),
        ("bind", "8000", "ADDRESS:PORT"), ("bind", "127.0.0.1", "ADDRESS:PORT"), ("bind", "127.0.0.1:0", "between 1 and 65535"),
        ("bind", "127.0.0.1:65536", "between 1 and 65535"), ("bind", "127.0.0.1:800000", "ADDRESS:PORT"),
        ("bind", "a b:80", "ADDRESS:PORT"), ("database_url", "mysql://x", "postgresql://"), ("database_url", "x", "postgresql://"),
        ("redis_url", "http://x", "redis://"), ("redis_url", "redis://8.8.8.8:6379/0", "without a password"),
        ("redis_url", "rediss://ana@8.8.8.8", "without a password"), ("allowed_private_addresses", "10.0.0.0/33", "CIDR"),
        ("trusted_proxies", "10.0.0.1/8", "CIDR"), ("trusted_proxies", "proxy.example", "CIDR"),
        ("ca_bundle", "/nowhere/at/all.pem", "not there"), ("web_processes", "0", "from 1 to 64"),
        ("web_processes", "65", "from 1 to 64"), ("workers", "two", "from 1 to 64"), ("workers", "-1", "from 1 to 64"),
        ("workers", "1.5", "from 1 to 64"), ("workers", "²", "from 1 to 64"), ("workers", "٢", "from 1 to 64"),
        ("workers", "1" * 5000, "from 1 to 64"), ("plugins", "letter,../evil", "no plugin's name"), ("plugins", "Letter", "no plugin's"),
        ("authorized_fetch", "maybe", "yes or no"), ("authorized_fetch", "", "yes or no"), ("countries", "GBR", "two letters"),
        ("countries", "G1", "two letters"), ("home_server", "https://a.example", "no server's name"),
        ("home_server", "-a.example", "no server's name"), ("no_such_thing", "x", "is not a setting"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_said(name: str, text: str, says: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read(**{name: text})
    (problem,) = refused.value.problems
    assert problem.startswith(f"FEDCONNECT_{name.upper()} ")
    assert says in problem


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings(
            {"FEDCONNECT_BIND": "x", "FEDCONNECT_WORKERS": "x", "FEDCONNECT_X": "", "FLASK_DEBUG": "1"}
        )
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize(
    ("debug", "starts"), [("", True), ("0", True), ("False", True), ("no", True), ("1", False), ("on", False)]
)
def test_our_insides_are_shown_to_nobody(debug: str, starts: bool) -> None:
    if starts:
        assert read_settings({"FLASK_DEBUG": debug}).workers == 2
        return
    with pytest.raises(InvalidSettings, match="FLASK_DEBUG"):
        read_settings({"FLASK_DEBUG": debug})


def test_what_others_use_and_our_own_log_level_are_no_settings_of_ours() -> None:
    assert read_settings({"PATH": "/bin", "FEDCONNECT_LOG": "debug", "fedconnect_x": "1"}).workers == 2


@pytest.mark.parametrize(
    ("text", "url", "is_secure"),
    [
        ("https://Forum.Example/", "https://forum.example", True),
        (" https://forum.example:8443 ", "https://forum.example:8443", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", False),
        ("http://localhost", "http://localhost", False),
        ("http://[::1]:80", "http://[::1]:80", False),
    ],
)
def test_an_address_has_one_spelling(text: str, url: str, is_secure: bool) -> None:
    found = read(base_url=text)
    assert (found.base_url, found.is_secure) == (url, is_secure)
    assert found.host == url.partition("://")[2]


@pytest.mark.parametrize(("text", "port"), [("0.0.0.0:1", 1), ("web:65535", 65535), ("[::1]:8000", 8000)])
def test_a_place_to_listen_has_a_port(text: str, port: int) -> None:
    assert read(bind=text).bind_port == port


@pytest.mark.parametrize(
    ("text", "url", "is_sqlite"),
    [
        ("postgres://u:p@db/forum", "postgresql+psycopg://u:p@db/forum", False),
        ("postgresql://db/forum", "postgresql+psycopg://db/forum", False),
        ("postgresql+psycopg://db/forum", "postgresql+psycopg://db/forum", False),
        ("sqlite:////x/y.db", "sqlite:////x/y.db", True),
    ],
)
def test_a_database_is_named_as_its_driver_wants_it(text: str, url: str, is_sqlite: bool) -> None:
    found = read(database_url=text)
    assert (found.database_url, found.is_sqlite) == (url, is_sqlite)


def test_where_nothing_is_set_everything_lies_in_the_data_folder(tmp_path: Path) -> None:
    found = read(data_dir=str(tmp_path))
    assert found.database_url == f"sqlite:///{tmp_path}/fedconnect.db"
    assert found.redis_url is None
    assert found.queue_url == f"unix://{found.valkey_socket}"
    assert found.authorized_fetch is False
    assert read(data_dir="here").data_dir.is_absolute()
    assert read(redis_url="redis://valkey:6379").queue_url == "redis://valkey:6379"


def test_a_socket_whose_path_would_be_too_long_lies_elsewhere() -> None:
    room = 99 - len("/valkey.sock")
    fits, too_long = "/" + "d" * (room - 1), "/" + "d" * room
    assert read(data_dir=fits).valkey_socket == Path(fits) / "valkey.sock"
    moved = read(data_dir=too_long).valkey_socket
    assert Path(too_long) not in moved.parents
    assert len(str(moved)) < 100
    assert moved != read(data_dir=too_long + "e").valkey_socket, "each installation has its own"
    assert moved == read(data_dir=too_long).valkey_socket


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("plugins", " funding , letter2,a_b,", ("funding", "letter2", "a_b")), ("plugins", "", ()),
        ("countries", "gb, De", ("GB", "DE")), ("home_server", "A.Example, b.example:8443", ("a.example", "b.example:8443")),
        ("authorized_fetch", "TRUE", True), ("authorized_fetch", "1", True), ("authorized_fetch", "0", False),
        ("workers", "1", 1), ("workers", "64", 64), ("trusted_proxies", "", ()),
    ],
)  # fmt: skip
def test_what_can_work_is_read(name: str, text: str, value: object) -> None:
    assert getattr(read(**{name: text}), name) == value


def test_addresses_are_read_as_ranges() -> None:
    found = read(trusted_proxies="10.0.0.0/8, ::1").trusted_proxies
    assert [str(one) for one in found] == ["10.0.0.0/8", "::1/128"]


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is set"),
        ({"FEDCONNECT_BASE_URL": "http://forum.example"}, "must start with https://"),
        ({"FEDCONNECT_REDIS_URL": "redis://8.8.8.8:6379/0"}, "public address without a password"),
    ],
)
def test_c02_settings_that_open_us_to_others_are_refused(environ: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings(environ)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "redis://:secret@8.8.8.8:6379/0",
        "redis://valkey:6379/0",
        "unix:///run/v.sock",
    ],
)
def test_c02_a_queue_of_our_own_or_with_a_password_is_fine(url: str) -> None:
    assert read_settings({"FEDCONNECT_REDIS_URL": url}).redis_url == url
