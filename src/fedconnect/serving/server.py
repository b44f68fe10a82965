"""`fedconnect web`: gunicorn's process tree, with our own kind of worker in it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from fedconnect.app import create_app
from fedconnect.foundation.settings import Settings
from fedconnect.serving.worker import BufferingWorker
from fedconnect.web.demo.door import DemoDoor

#: Threads of a web process. Four may wait for other servers, four more a second for such a place
#: (federation/rate_limits); four are always left for pages.
THREADS = 12


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, options: dict[str, Any], *, demo: DemoDoor | None) -> None:
        self.settings = settings
        self.demo = demo
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.settings, demo=self.demo)


def serve(settings: Settings, *, graceful_s: int = 30, demo: DemoDoor | None = None) -> None:
    """Serve until told to stop; each process opens its own database connections after the fork. `demo`: the demo's pages too."""
    _Server(
        settings,
        {
            "bind": settings.bind,
            "workers": settings.web_processes,
            "worker_class": BufferingWorker,
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": graceful_s,
            "backlog": 512,
            "control_socket_disable": True,
            "umask": 0o077,
            "proc_name": "fedconnect-web",
            "loglevel": "warning",
        },
        demo=demo,
    ).run()
