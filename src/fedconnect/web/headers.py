"""Headers on every answer: a page may load from us alone, and tells nobody where its reader came from."""

from __future__ import annotations

from flask import Flask, Response

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "img-src 'self'",
        "form-action 'self'{forms}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def send_headers(app: Flask, *, secure: bool, forms_lead_to: str = "") -> None:
    """Add the headers to every answer of the app. `forms_lead_to`: where a form may be sent on to besides, in a demo."""
    policy = _POLICY.format(forms=f" {forms_lead_to}" if forms_lead_to else "")

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), browsing-topics=()"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
