"""The demo's home server: it delivers what its people write, keeps what they are sent, and shows them both on pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import structlog
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.activitypub.vocabulary import PUBLIC, Document
from fedconnect.demo.home import home_pages
from fedconnect.demo.home.deliverer import Deliverer
from fedconnect.demo.home.demo_home import DemoHome
from fedconnect.demo.home.document_server import Answer, HomeRequest
from fedconnect.demo.home.home_pages import KeptMessage
from fedconnect.demo.home.sign_ins import HomeApp, as_json
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import FetchFailed

log = structlog.get_logger()
_COOKIE = "demo_person"
_MOST_MESSAGES = 200  # of one person
_LONGEST = 2000
HTML = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action *; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}


class LivingHome(DemoHome):
    """A home server that lives: `key_of_all` signs for each of its people, `folder` is where it is kept, and `tried`
    are those whom a visitor of the demo can be."""

    remembers = 50

    def __init__(
        self,
        address: str,
        port: int,
        forum: str,
        key_of_all: rsa.RSAPrivateKey,
        folder: Path,
        tried: Sequence[str] = (),
    ) -> None:
        self.key_of_all = key_of_all
        self.tried = tried
        self.file = folder / "home.json"
        self.messages: dict[str, list[KeptMessage]] = {}
        self.names_of: dict[str, str] = {}
        self.acct_of: dict[str, str] = {}
        #: Accounts of the forum to whom people here may write from their page: actor and name.
        self.writes_to: list[tuple[str, str]] = []
        self.deliverer = Deliverer()
        self._kept = ""
        super().__init__(address, forum=forum, port=port)

    def key(self, number: int) -> rsa.RSAPrivateKey:
        """Return the one key of all people here (to make fifty would take seconds)."""
        return self.key_of_all

    def settle(self, name: str, shown: str, about: str, since: str) -> None:
        """Let somebody live here: the name that is shown, a line about them, and since when (as servers write moments)."""
        self.names_of[name] = shown
        self.resident(name, key=1)
        self.documents[f"/users/{name}"] |= {"name": shown, "summary": f"<p>{about}</p>", "published": since}

    def load(self) -> None:
        """Go on with what was kept when the demo ran last."""
        if not self.file.exists():
            return
        kept = json.loads(self.file.read_text())
        self.apps = {
            one["client_id"]: HomeApp(**{**one, "scopes": set(one["scopes"])}) for one in kept["apps"]
        }
        self.tokens = {token: (user, scopes) for token, user, scopes in kept["tokens"]}
        self.known, self.notes, self.statuses = kept["known"], kept["notes"], kept["statuses"]
        self.keys = {(user, key): number for user, key, number in kept["keys"]}
        self.acct_of = kept["accounts"]
        self.messages = {
            name: [KeptMessage(*one.values()) for one in some] for name, some in kept["messages"].items()
        }
        for note in self.notes.values():
            self.serve(note)
        for name, number in kept["numbers"].items():
            if name in self.people:
                self.people[name].numbers = number

    def save(self) -> None:
        """Keep what has come and what was permitted."""
        with self.lock:
            kept = {
                "apps": [{**asdict(one), "scopes": sorted(one.scopes)} for one in self.apps.values()],
                "tokens": [(token, *whose) for token, whose in self.tokens.items()],
                "known": self.known, "notes": self.notes, "statuses": self.statuses,
                "keys": [(*key, number) for key, number in self.keys.items()],
                "accounts": self.acct_of,
                "messages": {name: [asdict(one) for one in some] for name, some in self.messages.items()},
                "numbers": {name: person.numbers for name, person in self.people.items()},
            }  # fmt: skip
            text = json.dumps(kept)
        if text != self._kept:
            self._kept = text
            fresh = self.file.with_suffix(".new")
            fresh.write_text(text)
            fresh.rename(self.file)

    # what people do

    def say(self, name: str, activity: Document, inbox: str = "") -> None:
        """Send an activity of somebody to the forum, or to one inbox there."""
        person = self.people[name]
        self.deliverer.put(person.key, person.key_id, inbox or f"{self.forum}/inbox", activity)

    def write_private(self, name: str, to: str, text: str, uri: str = "") -> None:
        """Send a private message to an actor of the forum."""
        person = self.people[name]
        note = person.note(
            home_pages.as_html(text), **({"id": uri} if uri else {}), to=[to], cc=[], published=home_pages.stamp(),
            tag=[{"type": "Mention", "href": to, "name": "@" + to.rpartition("/")[2]}],
        )  # fmt: skip
        self.serve(note)
        self.say(name, {**person.create(note), "to": [to]}, to + "/inbox")

    def written(self, user: str, note: Document) -> None:
        """Deliver a post that was written through the API."""
        self.say(user, self.people[user].create(note))

    def rewritten(self, user: str, note: Document) -> None:
        """Deliver an edit."""
        self.say(user, self.people[user].activity("Update", note))

    def withdrawn(self, user: str, uri: str) -> None:
        """Deliver a deletion."""
        self.say(user, self.people[user].delete(uri))

    def account(self, user: str) -> Document:
        """Return an account with the name that is shown, and an id of its own."""
        number = list(self.people).index(user)
        return {**super().account(user), "id": str(1001 + number), "display_name": self.names_of[user]}

    def search(self, user: str, fields: Document, request: HomeRequest) -> Answer:
        """Find a post, or an account, whose id leads back to its handle."""
        if fields.get("type") != "accounts":
            return super().search(user, fields, request)
        acct = str(fields["q"]).removeprefix("@")
        number = next(
            (one for one, known in self.acct_of.items() if known == acct), str(77 + len(self.acct_of))
        )
        self.acct_of[number] = acct
        return as_json({"accounts": [{"id": number, "acct": acct}], "statuses": [], "hashtags": []})

    def follow(self, user: str, fields: Document, request: HomeRequest, number: str, deed: str) -> Answer:
        """Follow an account of the forum, or no longer: its server is told."""
        if number in self.acct_of:
            self.deliverer.do(lambda: self._tell_follow(user, self.acct_of[number], ends=deed == "unfollow"))
        return super().follow(user, fields, request, number, deed)

    def _tell_follow(self, user: str, acct: str, *, ends: bool) -> None:
        try:
            found = fetch.get(f"{self.forum}/.well-known/webfinger?resource=acct:{quote(acct, safe='@:')}")
            links = json.loads(found.body)["links"]
            actor = next(one["href"] for one in links if one.get("rel") == "self")
        except (FetchFailed, ValueError, LookupError, StopIteration, TypeError):
            log.info("demo_nobody_of_that_name")
            return
        person = self.people[user]
        follow = {
            **person.follow(actor),
            "id": f"{person.uri}#follows/{actor.rpartition('/')[2]}",
            "to": [actor],
        }
        self.say(user, person.undo(follow) if ends else follow, actor + "/inbox")

    # what comes

    def take_delivery(self, request: HomeRequest) -> None:
        """Keep what people here are sent: private messages, and what the accounts they follow boost."""
        try:
            activity = request.json
            about: Any = activity.get("object")
            for_whom = [*_uris(activity.get("to")), *_uris(activity.get("cc"))]
        except (ValueError, AttributeError):
            return
        for name, person in self.people.items():
            if activity.get("type") == "Create" and isinstance(about, dict) and person.uri in for_whom:
                is_private = PUBLIC not in for_whom
                self._keep(name, home_pages.message_of(about, is_private=is_private))
            elif isinstance(about, str) and activity.get("actor") in self.followed_by(name):
                known = self.documents.get(about.removeprefix(self.base), {})
                self._keep(name, home_pages.boost_of(activity, about, str(known.get("content") or "")))

    def followed_by(self, name: str) -> set[str]:
        """Return whom somebody follows, of those whose boosts their pages show."""
        return {one.uri for one in self.messages.get(name, []) if one.kind == "follow"}

    def note_follow(self, name: str, actor: str) -> None:
        """Show somebody what an account boosts, which they follow."""
        self._keep(name, KeptMessage("follow", actor, actor, "", home_pages.stamp()))

    def _keep(self, name: str, message: KeptMessage) -> None:
        with self.lock:
            kept = self.messages.setdefault(name, [])
            if all((one.kind, one.uri) != (message.kind, message.uri) for one in kept):
                kept.append(message)
                del kept[:-_MOST_MESSAGES]

    # pages

    def answer_api(self, request: HomeRequest) -> Answer | None:
        """Answer the API, and people's browsers; what servers ask for is served as documents."""
        parts = urlsplit(request.path)
        if parts.path == "/style.css":
            return 200, {"Content-Type": "text/css; charset=utf-8"}, home_pages.STYLE.encode()
        if parts.path == "/" and request.method == "GET":
            return 200, HTML, home_pages.front(self.names_of, self.tried, self.forum).encode()
        name = parts.path.removeprefix("/@")
        if parts.path.startswith("/@") and name in self.people:
            return self._own_page(name, request)
        return super().answer_api(request)

    def _own_page(self, name: str, request: HomeRequest) -> Answer:
        if request.method == "POST":
            if request.headers.get("origin") != self.base:
                return 403, HTML, home_pages.problem("This form is another site’s.").encode()
            form = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
            to, text = form.get("to", ""), form.get("text", "").strip()[:_LONGEST]
            if to.startswith(self.forum + "/") and text:
                self.write_private(name, to, text)
            return 303, {"Location": f"/@{name}?sent=1"}, b""
        own = list(self.messages.get(name, []))
        page = home_pages.inbox(
            self.names_of[name], own, self.writes_to, self.forum, sent="sent=1" in request.path
        )
        return 200, HTML, page.encode()

    def authorize_page(self, request: HomeRequest, query: str) -> Answer:
        """Ask who permits it. Whom the forum's demo named is asked nothing: they came by “Try it as …”."""
        if request.method == "POST":
            form = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
            query, user = form.get("way", ""), form.get("as", "")
            if request.headers.get("origin") != self.base:
                return 403, HTML, home_pages.problem("This form is another site’s.").encode()
        else:
            user = ""
        asked = {key: values[0] for key, values in parse_qs(query).items()}
        if wrong := self.refusal(asked):
            return 400, HTML, home_pages.problem(wrong).encode()
        if request.method == "GET":
            user = asked.get("login_hint", "")
        if user in self.people:
            back = self.confirm(f"{self.base}/oauth/authorize?{query}", user)
            mine = f"{_COOKIE}={user}; Path=/; HttpOnly; SameSite=Lax"
            return 303, {"Location": back, "Set-Cookie": mine, "Cache-Control": "no-store"}, b""
        known = request.headers.get("cookie", "").partition(f"{_COOKIE}=")[2].partition(";")[0]
        known = known if known in self.people else ""
        page = home_pages.permission(self.names_of, self.tried, query, asked.get("scope", ""), known)
        return 200, HTML, page.encode()


def named(url: str, name: str) -> str:
    """Return the address of a home's page for permissions, for somebody who is named: they are asked nothing there."""
    return f"{url}&{urlencode({'login_hint': name})}"


def _uris(field: Any) -> list[str]:
    found = field if isinstance(field, list) else [field]
    return [one for one in found if isinstance(one, str)]
