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
# What a text of JSON can carry and no database, page or header can; the last is a surrogate that was not escaped.
_UNSTORABLE = re.compile(rb"\\u[dD][89a-fA-F]|\\u0000|\xed[\xa0-\xbf]")


def loads_any(raw: bytes) -> Any:
    """Parse one JSON value, such as the list that a client API answers with. Halves of characters (RFC 8259 §8.2) and NUL
    become U+FFFD.

    Raises:
        Malformed: as `loads`.
    """
    _count(raw)
    try:
        text = raw.decode("utf-8", "surrogatepass")
        parsed = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no acceptable JSON: {type(error).__name__}") from error
    if isinstance(parsed, dict | list):
        _check(parsed)
    return _repaired(parsed) if _UNSTORABLE.search(raw) else parsed


def storable_text(raw: bytes, document: Document) -> str:
    """Return JSON that `loads` has read as a text that can be kept and read again: as it came, unless it was repaired."""
    return dumps(document).decode() if _UNSTORABLE.search(raw) else raw.decode()


def loads(raw: bytes) -> dict[str, Any]:
    """Parse one JSON object.

    Raises:
        Malformed: not UTF-8 JSON, or duplicate names, NaN, too deep, too many nodes, or JSON-LD keywords that
            would give it another meaning.
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


def _repaired(node: Any) -> Any:
    """Return a value with U+FFFD for each half of a character and each NUL: a text that was cut in the middle of an emoji
    is still a text."""
    if isinstance(node, str):
        return node.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    if isinstance(node, list):
        return [_repaired(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {_repaired(name): _repaired(one) for name, one in node.items()}
    if len(made) != len(node):
        raise Malformed("no acceptable JSON: a name twice")
    return made


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
