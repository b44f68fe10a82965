"""The web processes: gunicorn with threads, started by `fedconnect web`."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from fedconnect.app import create_app
from fedconnect.foundation.settings import Settings


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.settings)


def serve(settings: Settings, *, graceful_s: int = 30) -> None:
    """Serve until told to stop; each process opens its own database connections after the fork."""
    _Server(
        settings,
        {
            "bind": settings.bind,
            "workers": settings.web_processes,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 60,
            "graceful_timeout": graceful_s,
            "keepalive": 5,
            "backlog": 128,
            "limit_request_line": 4094,
            "limit_request_fields": 100,
            "limit_request_field_size": 8190,
            "control_socket_disable": True,
            "forwarded_allow_ips": ",".join(str(network) for network in settings.trusted_proxies)
            or "127.0.0.1",
            "proc_name": "fedconnect-web",
            "loglevel": "warning",
        },
    ).run()
