"""Signing our own requests, in both forms. Ref: draft-cavage-http-signatures-12; RFC 9421 and RFC 9530."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from email.utils import format_datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fedconnect.foundation import clock
from fedconnect.models.instance import SignatureForm


def sign(
    key: rsa.RSAPrivateKey,
    key_id: str,
    method: str,
    url: str,
    body: bytes | None = None,
    extra: Mapping[str, str] | None = None,
    form: SignatureForm = SignatureForm.CAVAGE,
) -> dict[str, str]:
    """Return the headers that make a request of ours provable, in one of the two forms. `extra` headers are sent and
    covered too."""
    headers = {"Host": urlsplit(url).netloc, "Date": format_datetime(clock.now(), usegmt=True)}
    if body is not None:
        headers["Content-Type"] = "application/activity+json"
        headers |= _digest(body, form)
    headers |= extra or {}
    write = _rfc9421 if form is SignatureForm.RFC9421 else _cavage
    return headers | write(key, key_id, method, url, headers)


def _digest(body: bytes, form: SignatureForm) -> dict[str, str]:
    value = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return (
        {"Content-Digest": f"sha-256=:{value}:"}
        if form is SignatureForm.RFC9421
        else {"Digest": f"SHA-256={value}"}
    )


def _cavage(
    key: rsa.RSAPrivateKey, key_id: str, method: str, url: str, headers: Mapping[str, str]
) -> dict[str, str]:
    covered = [*headers, "(request-target)"]
    values = {**headers, "(request-target)": f"{method.lower()} {_target(url)}"}
    value = _value(key, "\n".join(f"{name.lower()}: {values[name]}" for name in covered))
    names = " ".join(covered).lower()
    return {"Signature": f'keyId="{key_id}",algorithm="rsa-sha256",headers="{names}",signature="{value}"'}


def _rfc9421(
    key: rsa.RSAPrivateKey, key_id: str, method: str, url: str, headers: Mapping[str, str]
) -> dict[str, str]:
    """Cover what Mastodon asks for (`@method`, `@target-uri`, `content-digest`, `created`) and every header of ours; the
    host is part of `@target-uri`."""
    parts = urlsplit(url)
    values = {"@method": method, "@target-uri": f"{parts.scheme}://{parts.netloc}{_target(url)}"}
    values |= {name.lower(): value for name, value in headers.items() if name != "Host"}
    names = " ".join(f'"{name}"' for name in values)
    created = int(clock.now().timestamp())
    told = f'({names});created={created};keyid="{key_id}";alg="rsa-v1_5-sha256"'
    lines = [f'"{name}": {value}' for name, value in values.items()]
    value = _value(key, "\n".join([*lines, f'"@signature-params": {told}']))
    return {"Signature-Input": f"sig1={told}", "Signature": f"sig1=:{value}:"}


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _value(key: rsa.RSAPrivateKey, base: str) -> str:
    return base64.b64encode(key.sign(base.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
