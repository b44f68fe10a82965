"""`/health`: whether this installation can take in and send out, in one word each."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app

from fedconnect.foundation import database, rate_limit
from fedconnect.foundation.crash_loops import read_failures
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.settings import Settings

blueprint = Blueprint("health", __name__)
_LIFE_S = 5.0
_checking = threading.Lock()


def watch_health(app: Flask, settings: Settings) -> None:
    """Take over where the process tree says who keeps ending."""
    app.config["DATA_DIR"] = settings.data_dir
    app.extensions["health"] = (0.0, {})


@blueprint.get("/health")
def check() -> Response:
    """Answer 200 while posts can be taken in, else 503; `status` is `ok`, `degraded` or `down`."""
    facts = _facts(current_app.config["DATA_DIR"])
    status = "ok" if set(facts.values()) == {"ok"} else "degraded"
    if facts["database"] != "ok":
        status = "down"
    response = Response(
        json.dumps({"status": status, **facts}) + "\n",
        status=503 if status == "down" else 200,
        content_type="application/json; charset=utf-8",
    )
    response.headers["Cache-Control"] = "no-store"
    if status == "down":
        response.headers["Retry-After"] = "10"
    return response


def _facts(data_dir: Path) -> dict[str, str]:
    """Return what was found out within the last five seconds; one thread at a time looks again."""
    until, facts = current_app.extensions["health"]
    if (facts and time.monotonic() < until) or not _checking.acquire(blocking=not facts):
        return dict(facts)
    try:
        found = {
            "database": _database(),
            "valkey": "ok" if rate_limit.is_reachable() else "away",
            "workers": "ok" if rate_limit.has_workers() else "none",
            "processes": "keep ending: " + ", ".join(names) if (names := read_failures(data_dir)) else "ok",
        }
        current_app.extensions["health"] = (time.monotonic() + _LIFE_S, found)
        return found
    finally:
        _checking.release()


def _database() -> str:
    try:
        database.check_writable()
    except database.NoSpace:
        return "full"
    except database.ReadOnly:
        return "read-only"
    except FedConnectError:
        return "away"
    return "ok"
