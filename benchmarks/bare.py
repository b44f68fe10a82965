"""The ceiling of the inbox: bare Flask, the signature verified, one Core insert with the same fsync settings."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, create_engine, event

from fedconnect.activitypub import signatures
from fedconnect.activitypub.signatures import Request
from fedconnect.foundation.ids import new_id

ROW = Table("row", MetaData(), Column("id", BigInteger, primary_key=True), Column("body", Text))


def make_app(path: str, base: str, pem: str) -> Flask:
    """Return an app that does the least that keeps a proven message."""
    app = Flask(__name__)
    key = signatures.load_key(pem)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    ROW.metadata.create_all(engine)

    @app.post("/inbox")
    def inbox() -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = request.get_data(cache=False)
        if not signatures.read_signature(Request("POST", base, "/inbox", headers, body)).is_by(key):
            return Response(status=401)
        with engine.begin() as connection:
            connection.execute(ROW.insert().values(id=new_id(), body=body.decode()))
        return Response(status=202)

    @app.get("/health")
    def health() -> str:
        return "ok"

    return app


class _Server(BaseApplication):  # type: ignore[misc]
    def load_config(self) -> None:
        options = {"bind": sys.argv[1], "workers": 2, "worker_class": "gthread", "threads": 8, "keepalive": 5,
                   "loglevel": "warning", "control_socket_disable": True}  # fmt: skip
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return make_app(sys.argv[2], sys.argv[3], sys.argv[4])


if __name__ == "__main__":
    _Server().run()
