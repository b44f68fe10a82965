"""Styles and scripts, sent packed: a page with everything it needs stays small on a slow line."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

_TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def pack_assets(app: Flask) -> None:
    """Pack static texts for browsers that take gzip (RFC 9110 §12.5.3); each file once a process."""

    @app.after_request
    def pack(answer: Response) -> Response:
        if request.endpoint != "static" or answer.mimetype not in _TEXT or answer.status_code != 200:
            return answer
        answer.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers:
            path = Path(str(app.static_folder), str((request.view_args or {})["filename"]))
            packed = _packed(path, path.stat().st_mtime_ns)
            answer.direct_passthrough = False
            answer.set_data(packed)
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers.pop("ETag", None)
        return answer


@lru_cache(maxsize=64)
def _packed(path: Path, changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
