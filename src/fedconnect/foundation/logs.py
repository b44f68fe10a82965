"""One line a fact: event name, then fields; never a token, a cookie, an address or a post's text."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress

import structlog


class _StandardError:
    """Where the log goes. On a disk that is full or read-only it goes nowhere, and nothing fails for that."""

    def write(self, text: str) -> None:
        """Write, if that can be."""
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Write what waits, if that can be."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def configure_log(level: str | None = None) -> None:
    """Send the log to standard error, as text for a terminal and as JSON elsewhere."""
    renderer: structlog.typing.Processor
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    else:
        renderer = structlog.processors.JSONRenderer()
    wanted = (level or os.environ.get("FEDCONNECT_LOG", "info")).upper()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(wanted, 20)),
        logger_factory=structlog.WriteLoggerFactory(_StandardError()),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
