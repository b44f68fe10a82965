"""Styles and scripts are sent packed, to whoever takes that, and pages never are."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from fedconnect.web.assets import pack_assets
from support.web_rows import vary_of

CSS = b"p { color: red }\n" * 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (
        ("a.css", CSS),
        ("a.js", CSS),
        ("a.svg", CSS),
        ("a.png", b"\x89PNG" * 50),
        ("a.html", CSS),
    ):
        (tmp_path / name).write_bytes(content)
    return tmp_path


def get(folder: Path, path: str, **headers: str) -> TestResponse:
    app = Flask("bare", static_folder=str(folder), static_url_path="/static")
    pack_assets(app)

    @app.get("/page")
    def page() -> tuple[str, dict[str, str]]:
        return "p", {"Content-Type": "text/css"}

    return app.test_client().get(
        path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize("path", ["/static/a.png", "/static/a.html", "/page", "/static/missing.css"])
def test_what_is_no_style_or_script_of_ours_is_sent_as_it_is(folder: Path, path: str) -> None:
    answer = get(folder, path, Accept_Encoding="gzip")
    assert "Content-Encoding" not in answer.headers
    assert vary_of(answer.headers) == set()


@pytest.mark.parametrize("encodings", ["", "br", "gzip;q=0", "identity", "deflate, br"])
def test_whoever_does_not_take_it_packed_gets_it_plain_and_caches_know_why(
    folder: Path, encodings: str
) -> None:
    answer = get(folder, "/static/a.css", Accept_Encoding=encodings)
    assert answer.get_data() == CSS
    assert vary_of(answer.headers) == {"Accept-Encoding"}
    assert "ETag" in answer.headers


@pytest.mark.parametrize("path", ["/static/a.css", "/static/a.js", "/static/a.svg"])
@pytest.mark.parametrize("encodings", ["gzip", "br, gzip;q=0.1", "*"])
def test_whoever_takes_it_gets_it_packed(folder: Path, path: str, encodings: str) -> None:
    answer = get(folder, path, Accept_Encoding=encodings)
    assert gzip.decompress(answer.get_data()) == CSS
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Length"] == str(len(answer.get_data())) < str(len(CSS))
    assert "ETag" not in answer.headers, "it was that of the plain file"
    assert vary_of(answer.headers) == {"Accept-Encoding"}


def test_a_part_of_a_file_is_a_part_of_the_plain_one(folder: Path) -> None:
    answer = get(folder, "/static/a.css", Accept_Encoding="gzip", Range="bytes=0-3")
    assert (answer.status_code, answer.get_data()) == (206, CSS[:4])
    assert "Content-Encoding" not in answer.headers


def test_a_file_that_was_changed_is_packed_anew_and_the_same_bytes_stay_the_same(folder: Path) -> None:
    first, again = (get(folder, "/static/a.css", Accept_Encoding="gzip").get_data() for _ in range(2))
    assert first == again
    (folder / "a.css").write_bytes(b"b")
    os.utime(folder / "a.css", ns=(1, 2))
    assert gzip.decompress(get(folder, "/static/a.css", Accept_Encoding="gzip").get_data()) == b"b"
