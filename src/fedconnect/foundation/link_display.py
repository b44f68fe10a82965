"""What a link shows and where it leads: where they differ, the real host is written beside it.

Also what is put into finished HTML: mentions that were not linked, custom emoji. All of it touches text
between tags alone, never an attribute. Ref: X07 and X08 of the security cases; FEP-9098 (emoji).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

import idna

from fedconnect.foundation import fetch
from fedconnect.foundation.errors import AddressRefused

_TOKEN = re.compile(r"<[^<>]*+>|[^<]++|<")
_HREF = re.compile(r'href="([^"]*)"')
_NAME = re.compile(r"</?([a-z0-9]+)")
_SHOWN = re.compile(r"(?:https?://)?([^\s/?#]{1,253}\.[^\s/?#.:]{2,63})(?::\d{1,5})?(?:[/?#]\S*)?…?")
_HANDLE = re.compile(r"@[^\s@]{1,255}@([^\s@/]{1,253}\.[^\s@/.]{2,63})")
_NAMED = re.compile(r"@[^\s<>&\"']{1,300}")
_MENTIONED = re.compile(r"(?<![\w@/.])@")
_MOST_MENTIONED = 1000
_GOES_ON = re.compile(r"[\w@]")
_SHORTCODE = re.compile(r":[A-Za-z0-9_]{1,60}:")
_PICTURE = re.compile(r'<img class="emoji" src="[^"<>]*+" alt="(:\w{1,60}:)"[^<>]*+>', re.ASCII)
_CODE = frozenset({"code", "pre"})
_LOOKALIKES = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})  # letters that pass for Latin ones
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def truthful(source: str) -> str:
    """Return sanitised HTML in which every link that shows another host than its own names its own."""
    if "<a" not in source:
        return source
    out: list[str] = []
    real, shown = "", ""
    pieces = _TOKEN.findall(source)
    for index, piece in enumerate(pieces):
        if piece.startswith("<a ") and (href := _HREF.search(piece)):
            real, shown = html.unescape(href[1]), ""
        elif piece == "</a>":
            out.append(piece)
            note = f" ({html.escape(host)})" if (host := _real_host(real, shown)) else ""
            if note and not "".join(pieces[index + 1 : index + 2]).startswith(note):
                out.append(note)
            real = ""
            continue
        elif real and not piece.startswith("<"):
            shown += html.unescape(piece)
        out.append(piece)
    return "".join(out)


def with_mentions(source: str, mentions: Mapping[str, str]) -> str:
    """Link the handles of a post's mentions where its author's server left them as plain words."""
    names = {name: where for name, where in mentions.items() if _NAMED.fullmatch(name)}
    if not names or "@" not in source:
        return source
    lengths = sorted({len(name) for name in names}, reverse=True)
    looks = iter(range(_MOST_MENTIONED))

    def name_at(text: str, start: int) -> str | None:
        said = (text[start : start + length] for length in lengths)
        return next(
            (one for one in said if one in names and not _GOES_ON.match(text, start + len(one))), None
        )

    def link(text: str) -> str:
        out, told = [], 0
        for found, _ in zip(_MENTIONED.finditer(text), looks, strict=False):
            start = found.start()
            if start >= told and (name := name_at(text, start)) is not None:
                out += [text[told:start], _mention(name, names[name])]
                told = start + len(name)
        return "".join([*out, text[told:]])

    return _in_text(source, link, outside=_CODE | {"a"})


def _mention(name: str, where: str) -> str:
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(where)}" '
        f'class="u-url mention" rel="nofollow noopener noreferrer">{html.escape(name)}</a></span>'
    )


def with_links(source: str) -> str:
    """Return HTML in which addresses that stand in the text are links, as a home server will make them."""

    def link(text: str) -> str:
        return _ADDRESS.sub(r'<a href="\g<0>" rel="nofollow noopener noreferrer">\g<0></a>', text)

    return _in_text(source, link, outside=frozenset({"a"}))


def with_emojis(source: str, pictures: Mapping[str, str]) -> str:
    """Show custom emoji: `pictures` maps a `:shortcode:` to a picture of ours."""
    if not pictures or ":" not in source:
        return source

    def show(match: re.Match[str]) -> str:
        where = pictures.get(match[0])
        if where is None:
            return match[0]
        return (
            f'<img class="emoji" src="{html.escape(where)}" alt="{match[0]}" title="{match[0]}" '
            'width="20" height="20" loading="lazy">'
        )

    return _in_text(source, lambda text: _SHORTCODE.sub(show, text), outside=_CODE)


def without_emojis(source: str) -> str:
    """Return HTML in which the pictures of `with_emojis` are the `:shortcodes:` that they stand for."""
    return _PICTURE.sub(r"\1", source)


def honest_host(host: str) -> str:
    """Return a host as people may read it: in its own script, or in its plain ASCII form where it deceives."""
    try:
        name = idna.decode(host) if "xn--" in host else host
    except idna.IDNAError:
        return host
    if name.isascii():
        return host
    labels = name.split(".")
    ending = _scripts(labels[-1])
    honest = all(_is_honest(_scripts(label), ending) for label in labels)
    return name if honest else host


def _is_honest(scripts: set[str], ending: set[str]) -> bool:
    if len(scripts) > 1:
        return scripts <= {"CJK", "HIRAGANA", "KATAKANA", "LATIN"} or scripts <= {"CJK", "HANGUL", "LATIN"}
    return scripts.isdisjoint(_LOOKALIKES) or scripts == ending


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(letter, "?").partition(" ")[0] for letter in text if letter.isalpha()}


def _real_host(real: str, shown: str) -> str:
    """Return the host to write beside a link, or nothing where what it shows is true or names no host."""
    try:
        host = fetch.host_of(real)
    except AddressRefused:
        return real.partition(":")[0] if shown.strip().startswith("http") else ""
    text = shown.strip()
    if "@" in text.partition("//")[2].partition("/")[0] or "\\" in text:
        return host
    match = _HANDLE.fullmatch(text) or _SHOWN.fullmatch(text)
    if match is None:
        return ""
    try:
        claimed = fetch.normal_host(match[1])
    except AddressRefused:
        return "" if match[1].isascii() else host
    if claimed.removeprefix("www.") != host.partition(":")[0].removeprefix("www."):
        return host
    return host if honest_host(host) == host and "xn--" in host else ""


def _in_text(source: str, change: Callable[[str], str], *, outside: frozenset[str]) -> str:
    return "".join(_changed(source, change, outside))


def _changed(source: str, change: Callable[[str], str], outside: frozenset[str]) -> Iterator[str]:
    depth = 0
    for piece in _TOKEN.findall(source):
        if piece.startswith("<") and (name := _NAME.match(piece)):
            if name[1] in outside:
                depth += -1 if piece.startswith("</") else 1
            yield piece
        else:
            yield change(piece) if depth == 0 else piece
