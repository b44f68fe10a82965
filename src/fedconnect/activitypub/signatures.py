"""HTTP signatures, both dialects: draft-cavage-12 as Mastodon writes it, and RFC 9421.

Verification is strict where Mastodon is lenient: every component that is named must be there, and only a time that the
signature covers counts. Ref: draft-cavage-http-signatures-12 §2.3, RFC 9421 §2 and §3, RFC 9530, RFC 3230.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed, Unproven

MAX_AGE = timedelta(hours=12)
MAX_SKEW = timedelta(hours=1)
_MAX_HEADER = 8192
# Each is matched where the last one ended, and never searched for: a header is read once.
_PARAMETER = re.compile(r'[\s,;]*+([a-zA-Z]++)=(?:"([^"\\]*+)"|(\d++))', re.ASCII)
_INPUT = re.compile(
    r'([a-zA-Z*][\w\-.*]*+)=\(((?:"[^"\\]*+"(?:;[a-z]++)*+\s*+)*+)\)((?:;[a-z]++=(?:"[^"\\]*+"|\d++))*+)',
    re.ASCII,
)
_COMPONENT = re.compile(r'"([^"\\]*+)"((?:;[a-z]++)*+)')
_HASHES = {
    "sha-256": hashlib.sha256,
    "sha-512": hashlib.sha512,
}  # RFC 9530 §5: the two that are not out of use
_DIGEST_9530 = re.compile(r"\s*+([a-z0-9-]++)=:([A-Za-z0-9+/=]*+):\s*+")
_MAX_DATE = 100
_MOST_E = 1 << 32  # a larger exponent makes each check dear

Verifier = rsa.RSAPublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was received: `target` is path and query, header names are lower case."""

    method: str
    base_url: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that is complete and fresh, and covers when it was `made`; whether it is true, `is_by(key)` tells."""

    key_id: str
    made: datetime
    base: bytes
    value: bytes
    only_rsa: bool

    def is_by(self, key: Verifier) -> bool:
        """Whether this key made the signature."""
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(self.value, self.base, padding.PKCS1v15(), hashes.SHA256())
            elif self.only_rsa:
                return False
            else:
                key.verify(self.value, self.base)
        except InvalidSignature:
            return False
        return True


def load_key(pem: str) -> Verifier:
    """Return a public key that is strong enough and not absurdly large.

    Raises:
        Unproven: no RSA key of 2048 to 8192 bits and no Ed25519 key.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unproven("a key that cannot be read") from error
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if (
        isinstance(key, rsa.RSAPublicKey)
        and 2048 <= key.key_size <= 8192
        and key.public_numbers().e < _MOST_E
    ):
        return key
    raise Unproven("a key too weak, too large or of another kind")


def read_signature(request: Request) -> Signature:
    """Check all of a signature but the key: components, digest of the body, time.

    Raises:
        Unproven: missing, incomplete, stale, or the body is another.
        Malformed: a Content-Digest that cannot be read.
    """
    for name in ("signature", "signature-input", "digest", "content-digest", "date"):
        if len(request.headers.get(name, "")) > _MAX_HEADER:
            raise Unproven("an oversized header")
    if "signature-input" in request.headers:
        return _read_rfc9421(request)
    if "signature" in request.headers:
        return _read_cavage(request)
    raise Unproven("no signature")


def _read_cavage(request: Request) -> Signature:
    parameters = _parameters(request.headers["signature"])
    key_id, value = parameters.get("keyId"), parameters.get("signature")
    algorithm = parameters.get("algorithm", "hs2019").lower()
    if not key_id or not value:
        raise Unproven("a signature without keyId or value")
    if algorithm not in {"rsa-sha256", "hs2019", "ed25519"}:
        raise Unproven("an algorithm that is not accepted")
    covered = parameters.get("headers", "").lower().split()
    required = {"(request-target)", "host"} | ({"digest"} if request.method == "POST" else set())
    if not required <= set(covered) or not {"date", "(created)"} & set(covered):
        raise Unproven("the signature covers too little")
    if "digest" in covered:
        _check_digest(request.headers.get("digest", ""), request.body)
    lines = [f"{name}: {_cavage_component(request, name, algorithm, parameters)}" for name in covered]
    made = _created(parameters) if "(created)" in covered else _http_date(request.headers["date"])
    _check_window(made, _expires(parameters) if "(expires)" in covered else None)
    return Signature(key_id, made, "\n".join(lines).encode(), _unbase64(value), algorithm == "rsa-sha256")


def _cavage_component(request: Request, name: str, algorithm: str, parameters: Mapping[str, str]) -> str:
    if name == "(request-target)":
        return f"{request.method.lower()} {request.target}"
    if name in {"(created)", "(expires)"}:
        if algorithm != "hs2019" or name[1:-1] not in parameters:
            raise Unproven(f"{name} without its parameter")
        return parameters[name[1:-1]]
    if name == "host":
        return _own_host(request)
    if name not in request.headers:
        raise Unproven(f"the signature names a header that is not there: {name[:40]}")
    return request.headers[name].strip()


def _read_rfc9421(request: Request) -> Signature:
    match = _INPUT.fullmatch(request.headers["signature-input"].strip())
    if match is None:
        raise Unproven("Signature-Input must hold one signature")
    label, inner, tail = match.groups()
    parameters = _parameters(tail)
    covered = _COMPONENT.findall(inner)  # which _INPUT has read already
    names = [name for name, _ in covered]
    if len(names) != len(set(names)) or any(flags for _, flags in covered):
        raise Unproven("components twice or with parameters")
    required = {"@method"} | ({"content-digest"} if request.method == "POST" else set())
    is_dated = "created" in parameters or "date" in names
    if not required <= set(names) or not _covers_target(request, set(names)) or not is_dated:
        raise Unproven("the signature covers too little")
    if "keyid" not in parameters:
        raise Unproven("a signature without keyid")
    if parameters.get("alg", "") not in {"", "rsa-v1_5-sha256", "ed25519"}:
        raise Unproven("an algorithm that is not accepted")
    if "content-digest" in names:
        _check_content_digest(request.headers.get("content-digest", ""), request.body)
    lines = [f'"{name}": {_rfc9421_component(request, name)}' for name in names]
    lines.append(f'"@signature-params": ({inner}){tail}')
    made = _created(parameters) if "created" in parameters else _http_date(request.headers["date"])
    _check_window(made, _expires(parameters))
    named, _, value = request.headers.get("signature", "").strip().partition("=")
    if named != label or len(value) < 2 or not value.startswith(":") or not value.endswith(":"):
        raise Unproven("Signature does not match Signature-Input")
    only_rsa = parameters.get("alg") == "rsa-v1_5-sha256"
    return Signature(parameters["keyid"], made, "\n".join(lines).encode(), _unbase64(value[1:-1]), only_rsa)


def _covers_target(request: Request, names: set[str]) -> bool:
    """Whether where a request goes is covered: by its whole address, or by host and path and what is asked there."""
    if "@target-uri" in names:
        return True
    path = {"@path"} | ({"@query"} if "?" in request.target else set())
    is_here = "@authority" in names or "host" in names
    return is_here and ("@request-target" in names or path <= names)


def _parameters(text: str) -> dict[str, str]:
    """Read `name="text"` and `name=number`, with commas or semicolons between and nothing else."""
    found: dict[str, str] = {}
    position = 0
    while part := _PARAMETER.match(text, position):
        if part[1] in found:
            raise Unproven("a signature parameter twice")
        found[part[1]] = part[2] or part[3] or ""
        position = part.end()
    if text[position:].strip(" \t,;"):
        raise Unproven("a signature parameter that cannot be read")
    return found


def _rfc9421_component(request: Request, name: str) -> str:
    path, _, query = request.target.partition("?")
    derived: dict[str, Callable[[], str]] = {
        "@method": lambda: request.method,
        "@target-uri": lambda: request.base_url + request.target,
        "@authority": lambda: _own_host(request),
        "@scheme": lambda: urlsplit(request.base_url).scheme,
        "@path": lambda: path,
        "@query": lambda: "?" + query,
        "@request-target": lambda: request.target,
    }
    if name in derived:
        return derived[name]()
    if name == "host":
        return _own_host(request)
    if name.startswith("@") or name not in request.headers:
        raise Unproven(f"the signature names a component that is not there: {name[:40]}")
    return request.headers[name].strip()


def _own_host(request: Request) -> str:
    """Return the Host header, which must be ours: a signature for another host proves nothing here."""
    sent = request.headers.get("host", "").strip().lower()
    if sent not in {request.host, (urlsplit(request.base_url).hostname or "")}:
        raise Unproven("signed for another host")
    return request.headers["host"].strip()


def _check_digest(header: str, body: bytes) -> None:
    values = [
        part.partition("=")[2].strip()
        for part in header.split(",")
        if part.partition("=")[0].strip().lower() == "sha-256"
    ]
    if len(values) != 1 or _unbase64(values[0]) != hashlib.sha256(body).digest():
        raise Unproven("the body is not the one that was signed")


def _check_content_digest(header: str, body: bytes) -> None:
    found = {part[1]: part[2] for one in header.split(",") if (part := _DIGEST_9530.fullmatch(one))}
    if not found:
        raise Malformed("a Content-Digest that cannot be read")
    known = {name: _unbase64(value) for name, value in found.items() if name in _HASHES}
    if not known or any(value != _HASHES[name](body).digest() for name, value in known.items()):
        raise Unproven("the body is not the one that was signed")


def _check_window(made: datetime, expires: datetime | None) -> None:
    now = clock.now()
    if made > now + MAX_SKEW or made < now - MAX_AGE:
        raise Unproven("signed too long ago, or in the future")
    if expires is not None and expires < now - MAX_SKEW:
        raise Unproven("the signature has expired")


def _http_date(text: str) -> datetime:
    if len(text) > _MAX_DATE:
        raise Unproven("a Date that cannot be read")
    try:
        made = parsedate_to_datetime(text)
        if made.tzinfo is None:
            raise Unproven("a Date without a zone")
        return made.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError) as error:
        raise Unproven("a Date that cannot be read") from error


def _created(parameters: Mapping[str, str]) -> datetime:
    try:
        return clock.from_epoch(int(parameters["created"]))
    except (KeyError, ValueError) as error:
        raise Unproven("no time of signing") from error


def _expires(parameters: Mapping[str, str]) -> datetime | None:
    if "expires" not in parameters:
        return None
    try:
        return clock.from_epoch(int(parameters["expires"]))
    except ValueError as error:
        raise Unproven("an expiry that cannot be read") from error


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Unproven("no base64 where it belongs") from error
