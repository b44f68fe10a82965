"""What a post looks like to the rules of a board: pure, so that a rule can be tried on what was written before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fedconnect.foundation import html
from fedconnect.foundation.errors import Malformed
from fedconnect.models.screening_rule import RuleKind
from fedconnect.surfacing.tokenizer import tokenize

_LINK = re.compile(r"<a (?:[^<>\"]++|\"[^<>\"]*+\")*+>")
_HREF = re.compile(r'(?:^|\s)href="(https?://[^"]{1,2048}+)"')
_CLASS = re.compile(r'(?:^|\s)class="([^"]*+)"')
_NAMED = re.compile(r"@[\w.-]{1,255}+(?:@[\w.:-]{1,255}+)?|#[^\s/.#]{1,100}+")
_LONGEST_NAMED = 1000  # of its HTML, with the tags that servers put around a host
_MOST_WORDS = 50
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Look:
    """What rules can see of a post; `links` are addresses without query, but for mentions and hashtags.
    `born_at` is when its account was made, as its server says; `repeats` how often the same text was written within
    a day before."""

    text: str
    links: frozenset[str]
    named: int
    language: str
    born_at: datetime | None
    at: datetime
    repeats: int = 0

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(link.partition("/")[0] for link in self.links)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it looks at, and what for."""

    kind: RuleKind
    value: str


def look_at(
    source: str,
    warning: str,
    named: int,
    language: str,
    born_at: datetime | None,
    at: datetime,
    repeats: int = 0,
) -> Look:
    """Return what rules can see of a post's cleaned HTML."""
    text = f"{warning}\n{html.text_of(source)}"
    return Look(text, links_in(source), named, language, born_at, at, repeats)


def links_in(source: str) -> frozenset[str]:
    """Return the addresses that clean HTML links to, `host/path` in lower case, but for mentions and hashtags."""
    found = set()
    for link in _LINK.finditer(source):
        href = _HREF.search(link[0])
        if href is None or _only_names(source, link):
            continue
        try:
            parts = urlsplit(href[1])
        except ValueError:
            continue  # an address that leads nowhere
        found.add(f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}".casefold())
    return frozenset(found)


def _only_names(source: str, link: re.Match[str]) -> bool:
    """Whether a link is a mention or a hashtag. Its class says what its sender likes; so its text must read like one."""
    classes = found[1].split() if (found := _CLASS.search(link[0])) else []
    if "mention" not in classes and "hashtag" not in classes:
        return False
    inside, end, _ = source[link.end() : link.end() + _LONGEST_NAMED].partition("</a>")
    return bool(end) and _NAMED.fullmatch(html.text_of(inside)) is not None


def check_rule(kind: str, value: str) -> Rule:
    """Return a rule as its moderators wrote it.

    Raises:
        Malformed: there is no such kind, or the value is none for it.
    """
    if kind not in set(RuleKind):
        raise Malformed("kind", safe="Please choose what the rule looks at.")
    one = RuleKind(kind)
    parts = [" ".join(part.split()) for part in value.replace("\n", ",").split(",") if part.strip()]
    if one in {RuleKind.NEW_ACCOUNT, RuleKind.MENTIONS, RuleKind.REPEATED}:
        number = parts[0] if parts else ""
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= 365 and len(number) < 4):
            raise Malformed("value", safe="This rule needs a whole number from 1 to 365.")
        return Rule(one, number)
    if not parts or len(parts) > _MOST_WORDS or any(len(part) > _LONGEST_WORD for part in parts):
        raise Malformed("value", safe="Write one to fifty words or names, with commas between.")
    return Rule(one, ", ".join(dict.fromkeys(part.casefold() for part in parts)))


def breaks(rule: Rule, look: Look) -> bool:
    """Whether a post breaks a rule."""
    return _CHECKS[rule.kind](rule.value, look)


def first_broken(rules: Sequence[Rule], look: Look) -> Rule | None:
    """Return the first rule that a post breaks."""
    return next((rule for rule in rules if breaks(rule, look)), None)


def _has_words(value: str, look: Look) -> bool:
    plain = " ".join(look.text.casefold().replace("’", "'").split())
    phrases = value.replace("’", "'").split(", ")
    return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", plain) is not None for phrase in phrases)


def _has_link(value: str, look: Look) -> bool:
    wanted = {_host_in(one) for one in value.split(", ")}
    return bool(look.links) and (
        "*" in wanted or any(host == one or host.endswith("." + one) for host in look.hosts for one in wanted)
    )


def _host_in(name: str) -> str:
    """Return the host that a rule names, which may be written as an address, as its links are known by."""
    host = re.split(r"[/?#:]", name.partition("://")[2] or name)[0]
    return host.removeprefix("*.").removeprefix("www.")


def _is_new(value: str, look: Look) -> bool:
    return look.born_at is not None and (look.at - look.born_at).days < int(value)


def _is_foreign(value: str, look: Look) -> bool:
    allowed = {one.partition("-")[0] for one in value.split(", ")}  # posts say a country seldom
    return bool(look.language) and look.language.casefold().partition("-")[0] not in allowed


_CHECKS: Mapping[RuleKind, Callable[[str, Look], bool]] = {
    RuleKind.WORDS: _has_words,
    RuleKind.LINKS: _has_link,
    RuleKind.NEW_ACCOUNT: _is_new,
    RuleKind.MENTIONS: lambda value, look: look.named > int(value),
    RuleKind.LANGUAGE: _is_foreign,
    RuleKind.REPEATED: lambda value, look: look.repeats >= int(value),
}


def distinctive_words(text: str) -> frozenset[str]:
    """Return the words by which a text can be known again."""
    return frozenset(tokenize(text))
