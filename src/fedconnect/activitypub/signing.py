"""Signing our own requests. Ref: draft-cavage-http-signatures-12."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from email.utils import format_datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fedconnect.foundation import clock


def sign(
    key: rsa.RSAPrivateKey,
    key_id: str,
    method: str,
    url: str,
    body: bytes | None = None,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers that make a request of ours provable (draft-cavage, as all peers read it).

    `extra` headers are sent and covered too.
    """
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "Date": format_datetime(clock.now(), usegmt=True)}
    if body is not None:
        headers["Content-Type"] = "application/activity+json"
        headers["Digest"] = "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers |= extra or {}
    covered = [*headers, "(request-target)"]
    values = {**headers, "(request-target)": f"{method.lower()} {target}"}
    base = "\n".join(f"{name.lower()}: {values[name]}" for name in covered)
    value = base64.b64encode(key.sign(base.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
    names = " ".join(covered).lower()
    headers["Signature"] = f'keyId="{key_id}",algorithm="rsa-sha256",headers="{names}",signature="{value}"'
    return headers
