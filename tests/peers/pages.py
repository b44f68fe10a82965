"""Pages as somebody sees them: forms with their fields, and links."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests
from selectolax.lexbor import LexborHTMLParser, LexborNode

PATIENCE_S = 90


@dataclass
class Form:
    """One form of a page: where it is sent to, how, and what its fields hold. `choices`: the values of radio buttons, each
    with the words beside it."""

    url: str
    method: str
    fields: list[tuple[str, str]]
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def fill(self, **values: str) -> None:
        """Write into fields, in the place of what they hold."""
        for name, value in values.items():
            self.fields = [one for one in self.fields if one[0] != name] + [(name, value)]

    def named_of_type(self, kind: str) -> str:
        """Return the name of the first field of a type (`password`), or nothing."""
        return next((name for name, found in self.types.items() if found == kind), "")


@dataclass
class Page:
    """What a browser shows."""

    status: int
    url: str
    text: str
    tree: LexborHTMLParser

    @property
    def words(self) -> str:
        """What is to be read on it, in one line."""
        main = self.tree.css_first("main") or self.tree.body
        return " ".join(main.text(separator=" ").split()) if main is not None else self.text[:300]

    def forms(self) -> list[Form]:
        return [_form(self.url, node) for node in self.tree.css("form")]

    def link(self, selector: str) -> str:
        """Return where the first such link leads, or nothing."""
        found = self.tree.css_first(selector)
        return urljoin(self.url, (found.attributes.get("href") or "")) if found is not None else ""


def page_of(response: requests.Response) -> Page:
    """Return the page that came."""
    return Page(response.status_code, response.url, response.text, LexborHTMLParser(response.text))


def _form(base: str, node: LexborNode) -> Form:
    held = node.attributes
    form = Form(urljoin(base, held.get("action") or base), (held.get("method") or "get").upper(), [])
    for one in node.css("input, textarea, select"):
        name, kind = one.attributes.get("name"), (one.attributes.get("type") or one.tag or "").lower()
        if not name or kind in {"submit", "file", "button"}:
            continue
        form.types[name] = kind
        value = one.attributes.get("value") or ""
        if kind == "radio":
            form.choices.setdefault(name, {})[value] = _beside(one)
        if kind in {"radio", "checkbox"} and "checked" not in one.attributes:
            continue
        if kind == "textarea":
            value = one.text()
        if kind == "select":
            chosen = one.css_first("option[selected]") or one.css_first("option")
            value = (chosen.attributes.get("value") or "") if chosen is not None else ""
        form.fields.append((name, value))
    return form


def _beside(node: LexborNode) -> str:
    around = node.parent
    return " ".join(around.text(separator=" ").split()) if around is not None else ""


def send(
    browser: requests.Session, form: Form, files: list[tuple[str, tuple[str, bytes, str]]] | None = None
) -> Page:
    """Press a form's button and return the page that it leads to."""
    scheme, _, rest = form.url.partition("://")
    origin = {"Origin": f"{scheme}://{rest.partition('/')[0]}"}
    if form.method == "GET":
        return page_of(browser.get(form.url, params=form.fields, timeout=PATIENCE_S))
    return page_of(browser.post(form.url, data=form.fields, files=files, headers=origin, timeout=PATIENCE_S))
