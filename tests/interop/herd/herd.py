"""A second peer that is not ours: bovine-herd keeps what comes; this file tells a story and looks into its store.

It knows the board by its handle alone. Each step prints a line of JSON; the exit status is 0 only if all held.
Runs in an environment of its own (requirements.txt), with the forum's authority in SSL_CERT_FILE.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import bovine
from bovine.jsonld import jsonld_cache
from bovine_herd import BovineHerd
from bovine_process import handle_outbox_item, process_outbox_item
from bovine_process.send_item import send_outbox_item
from bovine_process.types import ProcessingItem
from bovine_store import BovineAdminStore
from bovine_store.models import CollectionItem, StoredJsonObject
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
HANDLE, PORT = os.environ["HANDLE"], os.environ["PORT"]
ORIGIN = f"https://127.0.0.1:{PORT}"
TRUST_ANYBODY = bool(os.environ.get("TRUST_ANYBODY"))

# Contexts that it would fetch from the network, in the few words that our documents use.
jsonld_cache.add(
    "https://w3id.org/security/v1",
    {
        "id": "@id", "type": "@type", "sec": "https://w3id.org/security#",
        "publicKey": {"@id": "sec:publicKey", "@type": "@id"}, "publicKeyPem": "sec:publicKeyPem",
        "owner": {"@id": "sec:owner", "@type": "@id"},
    },
)  # fmt: skip
for address in ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"):
    jsonld_cache.add(address, {"id": "@id", "type": "@type"})


def say(step: str) -> None:
    print(json.dumps({"step": step}), flush=True)


def hold(truth: object, what: str) -> None:
    if not truth:
        raise AssertionError(f"did not hold: {what}")
    say(what)


async def until(find: Callable[[], Awaitable[Any]], what: str, seconds: float = 30) -> Any:
    for _ in range(int(seconds * 10)):
        if found := await find():
            say(what)
            return found
        await asyncio.sleep(0.1)
    kept = [
        (one.content.get("type"), one.id)
        for one in await StoredJsonObject.all()
        if isinstance(one.content, dict)
    ]
    raise AssertionError(f"never came: {what}; have {kept}")


class Teller:
    """Somebody on this server, speaking through its own outbox."""

    def __init__(self, actor: Any, session: aiohttp.ClientSession) -> None:
        self.actor = actor
        self.id = actor.actor_object.id
        self.session = session

    async def say(self, kind: str, about: Any, *to: str, **more: Any) -> dict[str, Any]:
        activity = {
            "@context": "https://www.w3.org/ns/activitystreams", "id": f"{ORIGIN}/objects/{uuid.uuid4()}", "type": kind,
            "actor": self.id, "object": about, "to": [PUBLIC], "cc": list(to), **more,
        }  # fmt: skip
        item = ProcessingItem(self.id, json.loads(json.dumps(activity)))
        if kind in {"Update", "Delete"}:  # its outbox would look for an owner that it never noted
            await send_outbox_item(item, self.actor)
        else:
            item = await handle_outbox_item(item, self.actor)
            await process_outbox_item(item, self.actor)
        return dict(item.data)

    async def write(self, text: str, board: str, **more: Any) -> dict[str, Any]:
        """Publish a note, and return it with the id that this server gave it."""
        note = self.note(text, board, **more)
        made = await self.say("Create", note, board)
        about = made["object"]
        return {**note, "id": about["id"] if isinstance(about, dict) else about}

    def note(self, text: str, board: str, **more: Any) -> dict[str, Any]:
        return {
            "type": "Note", "attributedTo": self.id, "to": [PUBLIC],
            "cc": [board], "content": f"<p>{text}</p>", "published": "2026-11-01T10:00:00Z",
            "tag": [{"type": "Mention", "href": board, "name": HANDLE}], **more,
        }  # fmt: skip

    async def received(self, kind: str, about: str = "") -> dict[str, Any] | None:
        """Return an activity that our inbox let through and kept."""
        ids = [one.object_id for one in await CollectionItem.filter(part_of=self.actor.actor_object.inbox)]
        for one in await StoredJsonObject.filter(id__in=ids):
            content = one.content
            target = content.get("object")
            target = target.get("id") if isinstance(target, dict) else target
            if content.get("type") == kind and (not about or target == about):
                return dict(content)
        return None


async def story(zoe: Teller, herd: Teller, session: aiohttp.ClientSession) -> None:
    board = await bovine.clients.lookup_account_with_webfinger(session, HANDLE.lstrip("@"))
    hold(board, "the board is found by its handle")
    group = await zoe.actor.retrieve(board)
    hold(group and group["type"] == "Group", "and read as a Group")
    context = "https://www.w3.org/ns/activitystreams"
    unsigned = {"@context": context, "id": zoe.id + "#u", "type": "Follow", "actor": zoe.id, "object": board}
    plain = {"Content-Type": "application/activity+json"}
    async with session.post(group["inbox"], data=json.dumps(unsigned), headers=plain) as answer:
        hold(answer.status == 401, "the board refuses what is unsigned")
    forged = {"@context": "https://www.w3.org/ns/activitystreams", "id": board + "#f", "type": "Announce", "actor": board,
              "object": "https://x.example/1"}  # fmt: skip
    async with session.post(zoe.actor.actor_object.inbox, json=forged) as answer:
        hold(answer.status == 401, "this peer refuses what is unsigned")

    await zoe.say("Follow", board, board)
    following = zoe.actor.actor_object.following
    await until(
        lambda: CollectionItem.get_or_none(part_of=following, object_id=board),
        "the follow is accepted, and kept",
    )

    first = await zoe.write("How do you find a sitter?", board)
    await until(lambda: zoe.received("Announce", first["id"]), "the post is announced by its id")
    letter = await until(lambda: zoe.received("Create"), "its author is told in private")
    note = (
        letter["object"] if isinstance(letter["object"], dict) else await zoe.actor.retrieve(letter["object"])
    )
    page = next(part.partition('"')[0] for part in note["content"].split('href="')[1:] if "/threads/" in part)

    async def shown(text: str, here: bool = True) -> bool:
        async with session.get(page, headers={"Accept": "text/html"}) as answer:
            return (text in await answer.text()) is here

    reply = await zoe.write("Ask at the school.", board, inReplyTo=first["id"])
    await until(lambda: shown("Ask at the school."), "the reply stands in the thread")
    await zoe.say(
        "Update", {**reply, "content": "<p>Ask at the nursery.</p>", "updated": "2026-11-02T10:00:00Z"}, board
    )
    await until(lambda: shown("Ask at the nursery."), "the edit is shown")
    like = await zoe.say("Like", first["id"], board)
    await zoe.say("Undo", {name: like[name] for name in ("id", "type", "actor", "object")}, board)
    await zoe.say("Flag", first["id"], board, content="Please look at this", summary="Please look at this")
    await zoe.say("Delete", {"id": reply["id"], "type": "Tombstone"}, board)
    await until(lambda: shown("nursery", here=False), "the deleted reply is gone")

    print(json.dumps({"appoint": f"@zoe@127.0.0.1:{PORT}", "sister": f"@herd@127.0.0.1:{PORT}"}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)  # the forum's admin has done so
    lock = await zoe.say("Lock", first["id"], board, audience=board)
    await until(lambda: shown("This conversation is closed"), "a moderator's lock closes the thread")
    await zoe.say("Undo", {name: lock[name] for name in ("id", "type", "actor", "object")}, board)
    await until(lambda: shown("This conversation is closed", here=False), "and its undo opens it")

    follow = await until(lambda: herd.received("Follow"), "this server's group is followed for the board")
    follower = board.partition("/boards/")[0] + "/services/moderators"
    hold(
        follow["actor"] == follower and follow["object"] == herd.id,
        "by the Service that follows for all boards",
    )
    await herd.actor.add_to_followers(follower)
    await herd.say("Accept", follow, board)
    theirs = await zoe.write("Written to the herd", herd.id, tag=[])
    await asyncio.sleep(1)
    await herd.say("Announce", theirs["id"], board)

    async def on_board() -> bool:
        async with session.get(board, headers={"Accept": "text/html"}) as answer:
            return "Written to the herd" in await answer.text()

    await until(on_board, "what the group announces stands on the board", 60)
    print(json.dumps({"leave": True}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)

    async def left() -> bool:
        return not await CollectionItem.get_or_none(
            part_of=herd.actor.actor_object.followers, object_id=follower
        )

    await until(left, "and the board leaves it again, which is kept here")
    await zoe.say("Delete", {"id": first["id"], "type": "Tombstone"}, board)
    await until(lambda: zoe.received("Undo"), "the announcement of a deleted post is undone")
    say("all held")


async def main() -> int:
    app = Quart(__name__)
    folder = tempfile.mkdtemp()
    BovineHerd(app, db_url=f"sqlite://{folder}/herd.sqlite3")
    config = Config()
    config.bind = [f"127.0.0.1:{PORT}"]
    config.certfile, config.keyfile = os.environ["CERT"], os.environ["KEY"]
    config.accesslog = None
    stop = asyncio.Event()
    app.config["server"] = asyncio.create_task(serve(app, config, shutdown_trigger=stop.wait))
    await asyncio.sleep(2)
    if TRUST_ANYBODY:

        async def anybody(request: Any) -> str:
            return (
                str((await request.get_json() or {}).get("actor", "nobody"))
                if request.method == "POST"
                else "nobody"
            )

        app.config["validate_http_signature"] = anybody
    admin = BovineAdminStore(domain=ORIGIN)
    session = app.config["session"]
    try:
        tellers = []
        for name, kind in (("zoe", "Person"), ("herd", "Group")):
            known = await admin.register(name)
            await admin.set_properties_for_actor(known, {"type": kind, "name": name.capitalize()})
            actor = await app.config["bovine_store"].actor_for_name(known)
            tellers.append(Teller(actor, session))
        await story(*tellers, session)
        return 0
    except Exception as error:
        import traceback

        traceback.print_exc()
        print(json.dumps({"failed": f"{type(error).__name__}: {error}"}), flush=True)
        return 1


if __name__ == "__main__":
    os._exit(asyncio.run(main()))
