"""What a person writes through their home server's client API: posts with replies, pictures and polls; edits and deletions.
Ref: Mastodon's documentation (methods/statuses, entities/Status)."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

from fedconnect.activitypub.vocabulary import PUBLIC, Document
from fedconnect.demo.home.document_server import Answer, HomeRequest
from fedconnect.demo.home.home_dialect import DIALECTS, HomeDialect
from fedconnect.demo.home.resident import Resident, moment
from fedconnect.demo.home.sign_ins import SignInServer, as_json
from fedconnect.foundation import clock

_TAG = re.compile(r"(?<![\w&/])#(\w{1,100})")


class StatusServer(SignInServer):
    """A server that keeps posts, as statuses of its API and as documents; `forum` is where the boards are that they name."""

    def __init__(
        self,
        address: str = "127.0.0.1",
        dialect: HomeDialect = DIALECTS["mastodon 4.5"],
        forum: str = "https://forum.example",
        port: int = 0,
    ) -> None:
        self.forum = forum
        self.people: dict[str, Resident] = {}
        self.known: dict[str, str] = {}
        self.notes: dict[str, Document] = {}
        self.statuses: dict[str, Document] = {}
        self.descendants: dict[str, list[Document]] = {}
        self.keys: dict[tuple[str, str], str] = {}
        self.uploads: dict[str, bytes] = {}
        super().__init__(address, dialect, port)

    def resident(self, name: str, *, key: int = 1) -> Resident:
        """Let somebody live here, with WebFinger."""
        person = self.people[name] = self.person(name, key=key)
        self.names(person)
        return person

    def sends(self, name: str, uri: str) -> Document:
        """Return the Create that this server delivers for a post that was written through its API."""
        return self.people[name].create(self.documents[uri.removeprefix(self.base)])

    def written(self, user: str, note: Document) -> None:
        """Deliver a new post; tests do that themselves, when they want."""

    def rewritten(self, user: str, note: Document) -> None:
        """Deliver an edit."""

    def withdrawn(self, user: str, uri: str) -> None:
        """Deliver a deletion."""

    def search(self, user: str, fields: Document, request: HomeRequest) -> Answer:
        """Find an account, or a post by its address."""
        found: dict[str, list[Any]] = {"accounts": [], "statuses": [], "hashtags": []}
        asked = fields["q"]
        if fields.get("type") == "accounts":
            found["accounts"] = [{"id": "77", "acct": asked.removeprefix("@")}]
        else:
            number = self.known.setdefault(asked, str(9000 + len(self.known)))
            found["statuses"] = [{"id": number, "uri": asked, "account": {"id": "55"}}]
        return as_json(found)

    def post_status(self, user: str, fields: Document, request: HomeRequest) -> Answer:
        """Publish a post; with a key that was used already, nothing more."""
        key = request.headers.get("idempotency-key", "")
        if (user, key) in self.keys and self.dialect.keeps_keys:
            return as_json(self.statuses[self.keys[user, key]])
        if len(fields["status"]) > 600:
            return as_json({"error": "Validation failed: Text character limit of 500 exceeded"}, 422)
        parent = fields.get("in_reply_to_id")
        by_id = {number: uri for uri, number in self.known.items()}
        if parent is not None and parent not in by_id:
            return as_json({"error": "The post you are trying to reply to does not appear to exist."}, 404)
        media, poll = fields.get("media_ids") or [], fields.get("poll")
        if not set(media) <= set(self.uploads):
            return as_json({"error": "Validation failed: Media not found"}, 422)
        person = Resident(self, user, self.people[user].key, numbers=self.people[user].numbers)
        uri = self.people[user].next_uri()
        while uri.rpartition("/")[2] in self.notes:  # another's: a number is one status, whoever wrote it
            uri = self.people[user].next_uri()
        note = self.note_of(person, uri, fields, by_id.get(parent) if parent else None)
        self.serve(note)
        number = uri.rpartition("/")[2]
        self.known[uri] = number
        self.notes[number] = note
        self.statuses[number] = {
            "id": number, "uri": uri, "created_at": note["published"], "content": note["content"],
            "in_reply_to_id": parent, "visibility": fields.get("visibility", "public"), "text": fields["status"],
            "spoiler_text": fields.get("spoiler_text", ""), "account": {"id": "1001"},
            "media_attachments": [{"id": one, "type": "image"} for one in media],
            "poll": poll and {"options": [{"title": title} for title in poll["options"]]},
        }  # fmt: skip
        self.keys[user, key] = number
        self.written(user, note)
        return as_json(self.statuses[number])

    def note_of(self, person: Resident, uri: str, fields: Document, parent: str | None) -> Document:
        """Return the Note that a status becomes, as Mastodon writes it."""
        boards = re.findall(rf"@(\w+)@{re.escape(self.forum.partition('://')[2])}", fields["status"])
        mentions = [f"{self.forum}/boards/{slug}" for slug in boards]
        shown = html.escape(fields["status"], quote=False)
        for slug, href in zip(boards, mentions, strict=True):
            handle = f"@{slug}@{self.forum.partition('://')[2]}"
            link = f'<span class="h-card" translate="no"><a href="{href}" class="u-url mention">@<span>{slug}</span></a></span>'
            shown = shown.replace(handle, link)
        hashtags = [
            {"type": "Hashtag", "href": f"{self.base}/tags/{tag}", "name": f"#{tag}"}
            for tag in _TAG.findall(fields["status"])
        ]
        shown = _TAG.sub(
            rf'<a href="{self.base}/tags/\1" class="mention hashtag" rel="tag">#<span>\1</span></a>', shown
        )
        body = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in shown.split("\n\n"))
        public = fields.get("visibility", "public") == "public"
        followers = person.uri + "/followers"
        return {
            **person.note("", id=uri, inReplyTo=parent),
            "content": body, "to": [PUBLIC] if public else [followers], "cc": [followers if public else PUBLIC, *mentions],
            "tag": [*hashtags, *({"type": "Mention", "href": href, "name": "@board"} for href in mentions)],
            "attachment": [{"type": "Document", "mediaType": "image/webp", "url": f"{self.base}/media/{one}.webp"} for one in fields.get("media_ids") or []],
            **question_of(fields.get("poll")),
            "summary": fields.get("spoiler_text") or None, "sensitive": bool(fields.get("spoiler_text")),
            "published": moment(clock.now()),
            "contentMap": {fields["language"]: body} if fields.get("language") else {},
        }  # fmt: skip

    def edit_status(self, user: str, fields: Document, request: HomeRequest, number: str) -> Answer:
        """Change a post."""
        old = self.notes[number]
        person = self.people[user]
        new = self.note_of(person, old["id"], fields, old["inReplyTo"])
        is_same = all(new[name] == old[name] for name in ("content", "summary", "attachment", "contentMap"))
        if is_same and self.dialect.refuses_same_edit:
            return as_json({"error": "Unprocessable Entity: status was not changed"}, 422)
        new |= {
            "published": old["published"],
            "updated": (clock.now() + timedelta(seconds=1)).isoformat(),
            "to": old["to"],
            "cc": old["cc"],
        }
        self.notes[number] = new
        self.serve(new)
        self.rewritten(user, new)
        self.statuses[number] |= {"text": fields["status"], "content": new["content"]}
        return as_json(self.statuses[number])

    def delete_status(self, user: str, fields: Document, request: HomeRequest, number: str) -> Answer:
        """Delete a post."""
        if number not in self.notes:
            return as_json({"error": "Record not found"}, 404)
        uri = self.notes.pop(number)["id"]
        self.forget(uri)
        self.withdrawn(user, uri)
        return as_json(self.statuses.pop(number))

    def get_status(self, user: str, fields: Document, request: HomeRequest, number: str) -> Answer:
        """Return a post."""
        return as_json(
            self.statuses.get(number) or {"id": number, "account": {"id": "55"}, "media_attachments": []}
        )

    def context(self, user: str, fields: Document, request: HomeRequest, number: str) -> Answer:
        """Return what was answered to a post."""
        return as_json({"ancestors": [], "descendants": self.descendants.get(number, [])})

    def source(self, user: str, fields: Document, request: HomeRequest, number: str) -> Answer:
        """Return the text as it was written."""
        return as_json({"id": number, "text": self.statuses[number]["text"], "spoiler_text": ""})

    def own_statuses(self, user: str, fields: Document, request: HomeRequest, number: str) -> Answer:
        """Return a page of somebody's posts, the youngest first; at most 40, whatever is asked (Mastodon)."""
        most, before = min(int(fields.get("limit", 20)), 40), int(fields.get("max_id", 10**9))
        own = [
            one
            for one in self.statuses.values()
            if self.notes[one["id"]]["attributedTo"].endswith(f"/{user}")
        ]
        page = [one for one in reversed(own) if int(one["id"]) < before][:most]
        shown = [{name: value for name, value in one.items() if name != "text"} for one in page]
        status, headers, body = as_json(shown)
        if page:
            older = f"{self.base}/api/v1/accounts/{number}/statuses?limit={most}&max_id={page[-1]['id']}"
            headers["Link"] = f'<{older}>; rel="next"'
        return status, headers, body


def question_of(poll: Document | None) -> Document:
    """Return the fields by which a Note is a poll; none where there is no poll."""
    if not poll:
        return {}
    options = [
        {"type": "Note", "name": title, "replies": {"type": "Collection", "totalItems": 0}}
        for title in poll["options"]
    ]
    ends = clock.now() + timedelta(seconds=int(poll["expires_in"]))
    return {
        "type": "Question", "anyOf" if poll.get("multiple") in (True, "true") else "oneOf": options,
        "endTime": ends.isoformat(timespec="seconds"),
    }  # fmt: skip
