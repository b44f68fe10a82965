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
    def pack(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in _TEXT or response.status_code != 200:
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") > 0 and "Range" not in request.headers:
            path = Path(str(app.static_folder), str((request.view_args or {})["filename"]))
            packed = _packed(path, path.stat().st_mtime_ns)
            response.direct_passthrough = False
            response.set_data(packed)
            response.headers["Content-Encoding"] = "gzip"
            response.headers.pop("ETag", None)
        return response


@lru_cache(maxsize=64)
def _packed(path: Path, changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
