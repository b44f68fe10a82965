"""What readers have before their eyes: kept in memory and written down at most once a second a process."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime

import structlog
from flask import Flask

from fedconnect.forum import read_markers
from fedconnect.foundation import caches, clock, database
from fedconnect.foundation.errors import Busy
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.surfacing.feed.qualifying_views import judge_showings
from fedconnect.surfacing.hearing import impressions, link_tokens, passed_on_places
from fedconnect.surfacing.hearing.impressions import Showing
from fedconnect.surfacing.profile import learning
from fedconnect.web.current_visit import find_visit

log = structlog.get_logger()
LINKS_OPENED = RateLimit("links in messages opened from an address", 60, 300)
_EVERY_S = 1.0
_MOST = 20_000
_AT_ONCE = 50
_lock = threading.Lock()
_visits: dict[tuple[int, int], datetime] = {}
_showings: dict[Showing, None] = {}
_passed_on: dict[tuple[int, int], None] = {}
_links: dict[str, None] = {}
_timer: threading.Timer | None = None


def add_seen_token(app: Flask) -> None:
    """Give the templates the token that tells a post was seen."""
    app.jinja_env.globals["seen_token"] = token


def token(post_id: int, place: int, channel: str) -> str:
    """Return the token of a post on this page; empty for whoever is not signed in, or does not want to count."""
    visit = find_visit()
    if visit is None or not visit.counts_views:
        return ""
    return impressions.issue(Showing(visit.reader_id, post_id, place, channel))


def note_opened(reader_id: int, thread_id: int) -> None:
    """Remember that a reader has a thread open; written within a second."""
    with _lock:
        _visits[reader_id, thread_id] = clock.now()
        _set_timer()


def note_showings(showings: Iterable[Showing]) -> None:
    """Remember that posts were really seen; written within a second."""
    with _lock:
        for showing in showings:
            if len(_showings) < _MOST:
                _showings[showing] = None
        _set_timer()


def note_passed_on(reader_id: int, post_ids: Iterable[int]) -> None:
    """Remember which posts had a place on a reader's page because they were passed on; written within a second."""
    noted = dict.fromkeys((reader_id, post_id) for post_id in post_ids)
    if noted:
        with _lock:
            if len(_passed_on) < _MOST:
                _passed_on.update(noted)
            _set_timer()


def note_links(tokens: Iterable[str]) -> None:
    """Remember that posts were really seen by who came by a link in a message; written within a second."""
    with _lock:
        for token in tokens:
            if len(_links) < _MOST:
                _links[token] = None
        _set_timer()


def flush() -> None:
    """Write down what was seen since the last time."""
    global _timer
    with _lock:
        if _timer is not None:
            _timer.cancel()
        _timer = None
        visits, showings, passed_on, links = dict(_visits), list(_showings), list(_passed_on), list(_links)
        _clear()
    _count_links(links)
    if not visits and not showings and not passed_on:
        return
    try:
        judged = judge_showings(showings)
        with database.transaction() as session:
            read_markers.mark_seen(session, visits)
            learning.learn_visits(session, visits)
            impressions.note(session, judged)
            passed_on_places.note_visits(session, passed_on)
    except Busy:
        with _lock:
            for place, at in visits.items():
                _visits.setdefault(place, at)  # with the next ones
            _showings.update(dict.fromkeys(showings))
            _passed_on.update(dict.fromkeys(passed_on))
    except Exception:
        log.exception("visits_lost", count=len(visits) + len(showings))  # a thread or reader that is gone


@caches.cleared_with_all
def forget() -> None:
    """Drop what is not written down yet (tests)."""
    global _timer
    with _lock:
        if _timer is not None:
            _timer.cancel()
        _timer = None
        _clear()


def _clear() -> None:
    for waiting in (_visits, _showings, _passed_on, _links):
        waiting.clear()


def _count_links(tokens: list[str]) -> None:
    """Spend what came by links, apart from what readers saw: so the hearings of each are locked in one order."""
    for start in range(0, len(tokens), _AT_ONCE):
        some = tokens[start : start + _AT_ONCE]
        try:
            with database.transaction() as session:
                link_tokens.use(session, some)
        except Busy:
            with _lock:
                _links.update(dict.fromkeys(some))
        except Exception:
            log.exception("links_lost", count=len(some))


def _set_timer() -> None:
    global _timer
    if _timer is None:
        _timer = threading.Timer(_EVERY_S, flush)
        _timer.daemon = True
        _timer.start()
