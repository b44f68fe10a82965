"""Which elements and addresses of other people's HTML we keep, and what becomes of the others."""

from __future__ import annotations

TAGS = frozenset(
    ["p", "br", "span", "a", "del", "ins", "s", "pre", "blockquote", "code", "b", "strong", "u", "i", "em", "sup", "sub",
     "ul", "ol", "li", "ruby", "rt", "rp"]
)  # fmt: skip
SCHEMES = frozenset({"http", "https", "gemini", "xmpp", "magnet", "mailto", "tel"})
ATTRIBUTES = frozenset({"href", "class", "lang", "translate", "start", "reversed", "value", "type"})
#: What is in them is for programs, or for browsers that know no frames.
PROGRAMS = frozenset({"script", "style", "template", "iframe", "noembed", "noframes"})
SAID_AS = {
    "strike": "s", "kbd": "code", "samp": "code", "tt": "code", "listing": "pre", "xmp": "pre", "var": "i", "cite": "i",
    "dfn": "i", "menu": "ul", "dir": "ul",
}  # fmt: skip
#: What holds text in blocks and is not kept itself becomes paragraphs, so that no two words grow together.
PARAGRAPHS = frozenset(
    ["p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "center", "figure", "figcaption",
     "table", "caption", "dl", "dt", "dd", "address", "fieldset", "legend", "details", "summary", "hr", "optgroup"]
)  # fmt: skip
#: Every element that HTML has or had, MathML's and SVG's outermost included; anything else between angle brackets is text.
KNOWN = frozenset(
    [*TAGS, *PARAGRAPHS, *PROGRAMS, *SAID_AS, *(f"h{level}" for level in range(1, 7)), "abbr", "acronym", "area", "audio", "base",
     "basefont", "bdi", "bdo", "big", "blink", "body", "button", "canvas", "col", "colgroup", "data", "datalist", "embed", "font",
     "frame", "frameset", "head", "hgroup", "html", "img", "input", "label", "link", "main", "map", "mark", "marquee", "math",
     "meta", "meter", "nobr", "noscript", "object", "option", "output", "param", "picture", "progress", "q", "search", "select",
     "slot", "small", "source", "svg", "tbody", "td", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track",
     "video", "wbr"]
)  # fmt: skip
