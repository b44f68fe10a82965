"""Headers on every answer, whatever it is."""

from __future__ import annotations

import pytest
from flask import Flask

from fedconnect.web.headers import send_headers
from support.web_rows import a_bare_app


def an_app(*, secure: bool = True) -> Flask:
    app = a_bare_app()
    send_headers(app, secure=secure)

    @app.get("/own")
    def own() -> tuple[str, dict[str, str]]:
        return "x", {"Content-Security-Policy": "default-src *", "Referrer-Policy": "unsafe-url"}

    return app


@pytest.mark.parametrize("path", ["/own", "/missing"])
def test_no_page_chooses_its_own_and_an_error_has_them_too(path: str) -> None:
    headers = an_app().test_client().get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert {
        policy[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")
    } == {"'self'"}
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("secure", [True, False])
def test_only_a_site_with_a_certificate_asks_browsers_to_insist_on_it(secure: bool) -> None:
    headers = an_app(secure=secure).test_client().get("/own").headers
    assert ("Strict-Transport-Security" in headers) is secure
