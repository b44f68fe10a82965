"""JSON as we accept it from outside: bounded, unambiguous, and storable in every engine.

Ref: RFC 8259 §4 (unique names), RFC 7493 (I-JSON); limits in docs/decisions/0003.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from fedconnect.foundation.errors import Malformed

Document = dict[str, Any]
MAX_DEPTH = 32
MAX_NODES = 10_000
_MAX_INTEGER = 1 << 53
# Keywords that let a JSON-LD processor read another graph than the one a plain reader sees.
_REFUSED_KEYS = frozenset({"@graph", "@reverse", "@included"})
_CORE_TERMS = frozenset(
    [
        "id",
        "type",
        "@id",
        "@type",
        "actor",
        "object",
        "target",
        "to",
        "cc",
        "bto",
        "bcc",
        "audience",
        "attributedTo",
        "inReplyTo",
        "content",
        "inbox",
        "publicKey",
        "owner",
        "publicKeyPem",
    ]
)
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89abAB]|\\u0000")


def loads_any(raw: bytes) -> Any:
    """Parse one JSON value, such as the list that a client API answers with.

    Raises:
        Malformed: as `loads`.
    """
    _count(raw)
    try:
        parsed = json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no acceptable JSON: {type(error).__name__}") from error
    if isinstance(parsed, dict | list):
        _check(parsed)
    if _ESCAPED_SURROGATE.search(raw):
        try:
            text = json.dumps(parsed, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise Malformed("a lone surrogate") from error
        if rb"\u0000" in text:
            raise Malformed("a NUL character")
    return parsed


def loads(raw: bytes) -> dict[str, Any]:
    """Parse one JSON object.

    Raises:
        Malformed: not UTF-8 JSON, or duplicate names, NaN, NUL, lone surrogates, too deep, too many nodes,
            or JSON-LD keywords that would give it another meaning.
    """
    parsed = loads_any(raw)
    if not isinstance(parsed, dict):
        raise Malformed("no JSON object")
    _check_context(parsed.get("@context"))
    return parsed


def dumps(document: dict[str, Any]) -> bytes:
    """Serialise a document of ours."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name twice")
    if not _REFUSED_KEYS.isdisjoint(made):
        raise ValueError("a refused JSON-LD keyword")
    return made


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _count(raw: bytes) -> None:
    """Refuse too many values before any of them is made: each comma and each bracket outside of texts is one."""
    if raw.count(b",") <= MAX_NODES and raw.count(b"[") + raw.count(b"{") <= MAX_NODES:
        return
    if (
        raw.count(b'"') - raw.count(b'\\"') > 4 * MAX_NODES
    ):  # a name and a text for each value, two marks for each
        raise Malformed("too many values")
    marks = _TEXT.sub(b"", raw)
    if marks.count(b",") > MAX_NODES or marks.count(b"[") + marks.count(b"{") > MAX_NODES:
        raise Malformed("too many values")


def _check(root: dict[str, Any] | list[Any]) -> None:
    level: list[Any] = [root]
    nodes = 0
    for _ in range(MAX_DEPTH):
        deeper: list[Any] = []
        for node in level:
            children = node.values() if isinstance(node, dict) else node
            nodes += len(node)
            for child in children:
                if isinstance(child, dict | list):
                    deeper.append(child)
                elif isinstance(child, float):
                    if not math.isfinite(child):
                        raise Malformed("a number beyond all bounds")
                elif isinstance(child, int) and abs(child) > _MAX_INTEGER:
                    raise Malformed("an integer beyond 2^53")
        if nodes > MAX_NODES:
            raise Malformed("too many values")
        if not deeper:
            return
        level = deeper
    raise Malformed("nested too deeply")


def _check_context(context: Any) -> None:
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, dict) and not _CORE_TERMS.isdisjoint(entry):
            raise Malformed("a context that gives core terms another meaning")
