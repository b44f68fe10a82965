"""What a reader would see of HTML, by a parser that is not the product's: words, addresses that can be followed."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

_UNSEEN = frozenset({"script", "style", "template", "head", "iframe", "annotation-xml"})
_SOURCES = {"a": ("href",), "img": ("src",), "iframe": ("src",), "embed": ("src",), "object": ("data",), "video": ("src",), "audio": ("src",), "source": ("src",)}  # fmt: skip


def words_in(text: str) -> Counter[str]:
    """Return the words of a plain text."""
    return Counter(re.findall(r"\w+", text))


def seen(html: str) -> tuple[Counter[str], set[str]]:
    """Return the words that are seen (descriptions of pictures, titles of frames and formulas as TeX are words), and every
    address."""
    words: list[str] = []
    addresses: set[str] = set()
    body = LexborHTMLParser(f"<body>{html}</body>").body
    if body is not None:
        _walk(body, words, addresses)
    return words_in(" ".join(words)), addresses


def _walk(node: LexborNode, words: list[str], addresses: set[str]) -> None:
    child = node.child
    while child is not None:
        name = child.tag or ""
        attributes = child.attributes
        if name == "-text":
            words.append(child.text_content or "")
        elif name == "math":
            tex = child.css_first("annotation[encoding*=tex]")
            words.append((tex or child).text(separator=" "))
        else:
            is_emoji = "emoji" in (attributes.get("class") or "")
            for key in () if is_emoji else _SOURCES.get(name, ()):
                if (where := attributes.get(key) or "").startswith(("http", "mailto:", "tel:")):
                    addresses.add(where)
            if name in {"img", "iframe"}:
                words.append((attributes.get("alt") or attributes.get("title")) or "")
            if name not in _UNSEEN:
                _walk(child, words, addresses)
        child = child.next
