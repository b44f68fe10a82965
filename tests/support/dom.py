"""What a browser would make of HTML, by a parser that is not the sanitiser's: nothing may be active."""

from __future__ import annotations

from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

WORDS = frozenset(
    ["p", "br", "span", "a", "del", "ins", "s", "sup", "sub", "pre", "blockquote", "code", "b", "strong", "u", "i", "em", "ul", "ol", "li",
     "ruby", "rt", "rp", "img"]
)  # fmt: skip
CLASSES = frozenset(
    ["mention", "hashtag", "ellipsis", "invisible", "u-url", "h-card", "quote-inline", "emoji"]
)
ATTRIBUTES = {
    "a": {"href", "rel", "class", "translate", "lang"}, "span": {"class", "translate", "lang"},
    "p": {"class", "lang"}, "ol": {"start", "reversed", "type", "lang"}, "li": {"value", "lang"},
    "img": {"class", "src", "alt", "title", "width", "height", "loading"},
}  # fmt: skip
SCHEMES = frozenset(["http", "https", "gemini", "xmpp", "magnet", "mailto", "tel"])


def flaws_in_words(html: str) -> list[str]:
    """Return what should not be in sanitised words."""
    flaws: list[str] = []
    for node in LexborHTMLParser(f"<div id=root>{html}</div>").css("#root *"):
        name = node.tag or ""
        if name not in WORDS:
            flaws.append(f"element {name}")
        attributes = node.attributes
        flaws += [f"{name} {key}" for key in attributes if key not in ATTRIBUTES.get(name, {"lang"})]
        flaws += [f"class {word}" for word in (attributes.get("class") or "").split() if word not in CLASSES]
        if (
            name == "a"
            and (href := attributes.get("href")) is not None
            and urlsplit(href).scheme not in SCHEMES
        ):
            flaws.append(f"href {href}")
        if name == "img" and not (attributes.get("src") or "").startswith("/media/"):
            flaws.append(f"src {attributes.get('src')}")
    return flaws


def flaws_in_page(html: str) -> list[str]:
    """Return what no page of ours may hold, wherever it came from."""
    tree = LexborHTMLParser(html)
    flaws = [
        f"element {node.tag}"
        for node in tree.css("script, style, iframe, object, embed, base, template, math")
        if not _is_our_script(node)
    ]
    for node in tree.css("*"):
        for key, value in node.attributes.items():
            if key.startswith("on") or key in {"style", "srcdoc", "formaction", "ping"}:
                flaws.append(f"{node.tag} {key}")
            if key in {"href", "src", "action", "srcset", "poster", "data"} and value:
                if urlsplit(value.strip()).scheme not in SCHEMES | {""}:
                    flaws.append(f"{node.tag} {key}={value}")
                if key in {"src", "srcset", "poster", "data"} and not value.startswith(
                    ("/static/", "/media/")
                ):
                    flaws.append(f"{node.tag} {key}={value}")
    return flaws


def _is_our_script(node: LexborNode) -> bool:
    """Whether this is one of the scripts that stand in a page's head: a file of ours, with nothing inside."""
    source = node.attributes.get("src") or ""
    names = {"/static/site.js", "/static/times.js", "/static/composer.js"}
    return node.tag == "script" and node.parent.tag == "head" and source in names and not node.text()


def text_of_browser(html: str) -> str:
    """Return the words a reader would see, with spaces squeezed; programs and styles are no words."""
    tree = LexborHTMLParser(f"<body>{html}</body>")
    for node in tree.css(
        "script, style, iframe, object, embed, noscript, template, textarea, select, title, svg, math"
    ):
        node.decompose()
    return " ".join((tree.body.text(separator=" ") if tree.body else "").split())
