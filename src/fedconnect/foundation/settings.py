"""Settings: environment variables, each with a default, a reader and an explanation."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from fedconnect.foundation.errors import InvalidSettings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person who runs this installation decided."""

    base_url: str
    bind: str
    data_dir: Path
    database_url: str
    redis_url: str | None
    allowed_private_addresses: tuple[Network, ...]
    ca_bundle: Path | None
    trusted_proxies: tuple[Network, ...]
    web_processes: int
    workers: int
    plugins: tuple[str, ...]
    authorized_fetch: bool
    countries: tuple[str, ...]
    home_server: tuple[str, ...]

    @property
    def host(self) -> str:
        """Host and port as they stand in handles, lower case (`forum.example`, `127.0.0.1:8000`)."""
        return urlsplit(self.base_url).netloc

    @property
    def is_secure(self) -> bool:
        """Whether readers reach us over https."""
        return self.base_url.startswith("https://")

    @property
    def valkey_socket(self) -> Path:
        """Where the embedded Valkey listens; a socket's path may be 107 bytes long, so it may lie in /tmp."""
        path = self.data_dir / "valkey.sock"
        if len(os.fsencode(path)) < 100:
            return path
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"fedconnect-{os.getuid()}-{name}.sock"

    @property
    def queue_url(self) -> str:
        """The Valkey that workers listen to: the one that is set, or the embedded one."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @property
    def bind_port(self) -> int:
        """The TCP port that the web processes listen on."""
        return int(self.bind.rpartition(":")[2])

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded default database is used."""
        return self.database_url.startswith("sqlite")


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, what it means, its default as written."""

    name: str
    default: str
    meaning: str
    read: Callable[[str], Any]

    @property
    def variable(self) -> str:
        return "FEDCONNECT_" + self.name.upper()


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text.rstrip("/"))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"must be a URL such as https://forum.example, not {text!r}")
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be scheme and host only, without a path")
    if not _has_usable_port(parts):
        raise ValueError("must have a port between 1 and 65535, or none")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("must start with https:// (http is allowed on 127.0.0.1 and localhost only)")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bind(text: str) -> str:
    if not re.fullmatch(r"[\w.\-]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", text):
        raise ValueError(f"must be ADDRESS:PORT, such as 127.0.0.1:8000, not {text!r}")
    if not 0 < int(text.rpartition(":")[2]) < 65536:
        raise ValueError("must have a port between 1 and 65535")
    return text


def _database_url(text: str) -> str:
    if not text:
        return ""
    scheme = text.partition("://")[0]
    if scheme in {"postgres", "postgresql"}:
        return "postgresql+psycopg://" + text.partition("://")[2]
    if scheme in {"sqlite", "postgresql+psycopg"}:
        return text
    raise ValueError("must start with postgresql:// or sqlite:///")


def _redis_url(text: str) -> str | None:
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must start with redis://, rediss:// or unix://")
    parts = urlsplit(text)
    if parts.hostname and not parts.password and _is_public(parts.hostname):
        raise ValueError(
            "leads to a public address without a password: anybody could read and change the queue"
        )
    return text or None


def _is_public(host: str) -> bool:
    """Whether any address of a host can be reached from everywhere; a name that is unknown yet is none."""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return any(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_global for entry in found)


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(f"must be addresses or CIDR ranges with commas between ({error})") from error


def _file(text: str) -> Path | None:
    if not text:
        return None
    if not Path(text).is_file():
        raise ValueError(f"names a file that is not there: {text}")
    return Path(text)


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 9) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {text!r}")
        return int(text)

    return read


def _yes_or_no(text: str) -> bool:
    if text.lower() not in {"yes", "no", "true", "false", "1", "0"}:
        raise ValueError(f"must be yes or no, not {text!r}")
    return text.lower() in {"yes", "true", "1"}


def _names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in names:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"holds {name!r}, which is no plugin's name")
    return names


def _countries(text: str) -> tuple[str, ...]:
    codes = tuple(part.strip().upper() for part in text.split(",") if part.strip())
    for code in codes:
        if not re.fullmatch(r"[A-Z]{2}", code):
            raise ValueError(f"holds {code!r}, which is no country code of two letters such as GB or DE")
    return codes


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*(:\d{1,5})?", host):
            raise ValueError(f"holds {host!r}, which is no server's name such as example.social")
    return hosts


SETTINGS: tuple[Setting, ...] = (
    Setting("base_url", "http://127.0.0.1:8000", "The address people and other servers use.", _base_url),
    Setting("bind", "127.0.0.1:8000", "Where the web processes listen.", _bind),
    Setting("data_dir", "./data", "The folder for the database, Valkey and secrets.", Path),
    Setting("database_url", "", "PostgreSQL or SQLite; empty: SQLite in the data folder.", _database_url),
    Setting("redis_url", "", "Valkey or Redis; empty: an embedded Valkey in the data folder.", _redis_url),
    Setting(
        "allowed_private_addresses",
        "",
        "Private addresses that outgoing requests may reach all the same (CIDR, commas).",
        _networks,
    ),
    Setting("ca_bundle", "", "A PEM file of certificate authorities to trust instead of the usual.", _file),
    Setting("trusted_proxies", "", "Reverse proxies whose X-Forwarded-For counts (CIDR, commas).", _networks),
    Setting("web_processes", "2", "How many web processes.", _number(1, 64)),
    Setting("workers", "2", "How many worker processes.", _number(1, 64)),
    Setting("plugins", "funding,letter", "Plugins that are switched on (names, commas).", _names),
    Setting("authorized_fetch", "no", "Give ActivityPub documents to signed requests only.", _yes_or_no),
    Setting("countries", "", "Countries whose help-lines are shown (two letters each, commas).", _countries),
    Setting("home_server", "", "Servers that most of its people come from (names, commas).", _hosts),
)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting, and report all that is wrong at once.

    Raises:
        InvalidSettings: one line a problem, each saying what to do.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in SETTINGS:
        try:
            values[setting.name] = setting.read(environ.get(setting.variable, setting.default).strip())
        except ValueError as error:
            problems.append(f"{setting.variable} {error}")
    known = {setting.variable for setting in SETTINGS} | {"FEDCONNECT_LOG"}
    problems += [
        f"{name} is not a setting of FedConnect (a typing error? `fedconnect check` lists them)"
        for name in sorted(environ)
        if name.startswith("FEDCONNECT_") and name not in known
    ]
    if environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}:
        problems.append("FLASK_DEBUG is set: it would show our insides to everybody. Unset it.")
    if problems:
        raise InvalidSettings(problems)
    values["data_dir"] = values["data_dir"].absolute()
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'] / 'fedconnect.db'}"
    return Settings(**values)
