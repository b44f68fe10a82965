"""Rows → ActivityPub JSON of our own actors, collections and notes.

Peers that cannot fetch JSON-LD contexts read these too, so only the two contexts that everybody ships
are named and our few extensions stand inline. Ref: ActivityPub §4.1 and §5, FEP-1b12, FEP-2c59, FEP-7888.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.own_keys import Signer
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, SECURITY, Document
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock
from fedconnect.foundation.html import paragraphs
from fedconnect.models.board import Board
from fedconnect.models.notice import Notice
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.quote import QuoteStamp
from fedconnect.models.thread import Thread

_ACTOR_CONTEXT: list[Any] = [
    ACTIVITYSTREAMS,
    SECURITY,
    {
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "toot": "http://joinmastodon.org/ns#",
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "lemmy": "https://join-lemmy.org/ns#",
        "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "sc": "http://schema.org/",
        "language": "sc:inLanguage",
        "identifier": "sc:identifier",
        "webfinger": "https://w3id.org/fep/2c59#webfinger",
    },
]
_NOTE_CONTEXT: list[Any] = [
    ACTIVITYSTREAMS,
    {
        "sensitive": "as:sensitive",
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
        "canReply": {"@id": "gts:canReply", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    },
]
_QUOTE_CONTEXT: list[Any] = [
    ACTIVITYSTREAMS,
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    },
]


def instance_actor(signer: Signer) -> Document:
    """Return the actor that signs our fetches; anybody may read it unsigned."""
    base = own_keys.base_url()
    return {
        "@context": _ACTOR_CONTEXT,
        "id": signer.uri,
        "type": "Application",
        "preferredUsername": own_keys.host(),
        "name": "FedConnect",
        "inbox": f"{base}/inbox",
        "outbox": f"{signer.uri}/outbox",
        "url": f"{base}/about",
        "manuallyApprovesFollowers": True,
        "endpoints": {"sharedInbox": f"{base}/inbox"},
        "publicKey": _public_key(signer),
    }


def board_actor(board: Board, signer: Signer) -> Document:
    """Return a board as a Group."""
    uri = board_uri(board.slug)
    document: Document = {
        "@context": _ACTOR_CONTEXT,
        "id": uri,
        "type": "Group",
        "preferredUsername": board.slug,
        "webfinger": f"{board.slug}@{own_keys.host()}",
        "name": board.name,
        "summary": paragraphs(board.summary),
        "source": {"content": board.summary, "mediaType": "text/markdown"},
        "language": [{"identifier": board.language, "name": board.language}],
        "url": uri,
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "following": f"{uri}/following",
        "featured": f"{uri}/featured",
        "attributedTo": f"{uri}/moderators",
        "postingRestrictedToMods": False,
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "published": board.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "endpoints": {"sharedInbox": f"{own_keys.base_url()}/inbox"},
        "publicKey": _public_key(signer),
    }
    if board.also_known_as:
        document["alsoKnownAs"] = board.also_known_as.split("\n")
    if board.moved_to:
        document["movedTo"] = board.moved_to
    return document


def digest(uri: str) -> str:
    """Return a short name that stands for an address in an id of ours."""
    return hashlib.sha256(uri.encode()).hexdigest()[:32]


def _public_key(signer: Signer) -> Document:
    return {"id": signer.key_id, "owner": signer.uri, "publicKeyPem": signer.public_pem}


def closed_collection(uri: str) -> Document:
    """Return followers or following: there is such a collection, and its size and members are nobody's."""
    return {"@context": ACTIVITYSTREAMS, "id": uri, "type": "OrderedCollection"}


def collection(uri: str, items: Sequence[Any]) -> Document:
    """Return a small collection with its items inside."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": list(items),
    }


def collection_page(uri: str, number: int, items: Sequence[Any], *, more: bool) -> Document:
    """Return one numbered page of a collection."""
    page: Document = {
        "@context": ACTIVITYSTREAMS,
        "id": f"{uri}?page={number}",
        "type": "OrderedCollectionPage",
        "partOf": uri,
        "orderedItems": list(items),
    }
    if more:
        page["next"] = f"{uri}?page={number + 1}"
    if number > 1:
        page["prev"] = f"{uri}?page={number - 1}"
    return page


def paged_collection(uri: str) -> Document:
    """Return a collection whose items are read page by page; its size is not told."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "OrderedCollection",
        "first": f"{uri}?page=1",
    }


def context_uri(board: Board, thread_id: int) -> str:
    """Return the address of a thread's whole conversation. Ref: FEP-7888."""
    return f"{board_uri(board.slug)}/threads/{thread_id}/context"


def own_note(board: Board, thread: Thread, post: Post, source_html: str) -> Document:
    """Return a public note of a board, such as its welcome."""
    uri = board_uri(board.slug)
    note: Document = {
        "@context": _NOTE_CONTEXT,
        "id": post.uri,
        "type": "Note",
        "attributedTo": uri,
        "content": source_html,
        "contentMap": {post.language or board.language: source_html},
        "published": _moment(post.published),
        "to": [PUBLIC],
        "cc": [f"{uri}/followers"],
        "url": f"{uri}/threads/{thread.id}",
        "context": context_uri(board, thread.id),
        "replies": f"{post.uri}/replies",
        "sensitive": False,
        "tag": [],
        "attachment": [],
        "interactionPolicy": {
            "canQuote": {"automaticApproval": [PUBLIC]},
            "canReply": {"automaticApproval": [PUBLIC]},
        },
    }
    if post.updated is not None:
        note["updated"] = _moment(post.updated)
    return note


def announce_uri(board: Board, thread_id: int) -> str:
    """Return the id of a board's announcement of a thread; stable, so that it can be undone."""
    return f"{board_uri(board.slug)}/announces/{thread_id}"


def announce(board: Board, thread: Thread, author_uri: str) -> Document:
    """Return a board's announcement of a thread starter: a plain id, as microblogs expect it."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": announce_uri(board, thread.id),
        "type": "Announce",
        "actor": uri,
        "published": _moment(clock.now()),
        "to": [PUBLIC],
        "cc": [f"{uri}/followers", author_uri],
        "object": thread.starter_uri,
    }


def undo_announce(board: Board, thread: Thread, author_uri: str) -> Document:
    """Return the withdrawal of an announcement."""
    inner = announce(board, thread, author_uri)
    del inner["@context"], inner["published"]
    return {
        "@context": ACTIVITYSTREAMS,
        "id": inner["id"] + "#undo",
        "type": "Undo",
        "actor": inner["actor"],
        "to": inner["to"],
        "cc": inner["cc"],
        "object": inner,
    }


def envelope_prefix(board: Board) -> str:
    """Return what the ids of a board's envelopes begin with."""
    return f"{board_uri(board.slug)}/envelopes/"


def envelope(board: Board, activity: Document) -> Document:
    """Return an activity in the board's envelope. Ref: FEP-1b12 §announcing."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": envelope_prefix(board) + digest(str(activity["id"])),
        "type": "Announce",
        "actor": uri,
        "published": _moment(clock.now()),
        "to": [PUBLIC],
        "cc": [f"{uri}/followers"],
        "audience": uri,
        "object": activity,
    }


def move(board: Board) -> Document:
    """Return a board's word that it has gone to another address."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": f"{uri}#moves/{digest(board.moved_to or '')}",
        "type": "Move",
        "actor": uri,
        "to": [f"{uri}/followers"],
        "object": uri,
        "target": board.moved_to,
    }


def follow(board: Board, group: Person, follow_uri: str) -> Document:
    """Return a board's Follow of a remote Group."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": follow_uri,
        "type": "Follow",
        "actor": board_uri(board.slug),
        "to": [group.uri],
        "object": group.uri,
    }


def undo_follow(board: Board, group: Person, follow_uri: str) -> Document:
    """Return the end of a board's Follow."""
    inner = follow(board, group, follow_uri)
    del inner["@context"]
    return {
        "@context": ACTIVITYSTREAMS,
        "id": follow_uri + "/undo",
        "type": "Undo",
        "actor": inner["actor"],
        "to": inner["to"],
        "object": inner,
    }


def reject_follow(actor_uri: str, person: Person, follow_uri: str, reject_uri: str) -> Document:
    """Return an actor's no to a Follow."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": reject_uri,
        "type": "Reject",
        "actor": actor_uri,
        "to": [person.uri],
        "object": {"id": follow_uri, "type": "Follow", "actor": person.uri, "object": actor_uri},
    }


def stamp_uri(board: Board, stamp: QuoteStamp) -> str:
    """Return the address of a stamp."""
    return f"{board_uri(board.slug)}/stamps/{stamp.id}"


def stamp(board: Board, given: QuoteStamp) -> Document:
    """Return leave to quote, as whoever shows the quote fetches it. Ref: FEP-044f."""
    return {
        "@context": _QUOTE_CONTEXT,
        "id": stamp_uri(board, given),
        "type": "QuoteAuthorization",
        "attributedTo": board_uri(board.slug),
        "interactingObject": given.quoting_uri,
        "interactionTarget": given.quoted_uri,
    }


def accept_quote(
    board: Board, person: Person, given: QuoteStamp, request_uri: str, accept_uri: str
) -> Document:
    """Return a board's yes to a QuoteRequest, with the stamp that proves it."""
    return {
        "@context": _QUOTE_CONTEXT,
        "id": accept_uri,
        "type": "Accept",
        "actor": board_uri(board.slug),
        "to": [person.uri],
        "object": {
            "id": request_uri,
            "type": "QuoteRequest",
            "actor": person.uri,
            "object": given.quoted_uri,
            "instrument": given.quoting_uri,
        },
        "result": stamp_uri(board, given),
    }


def accept_follow(board: Board, person: Person, follow_uri: str, accept_uri: str) -> Document:
    """Return a board's yes to a Follow, with the Follow inside as peers look for it."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": accept_uri,
        "type": "Accept",
        "actor": uri,
        "to": [person.uri],
        "object": {"id": follow_uri, "type": "Follow", "actor": person.uri, "object": uri},
    }


def create_notice(board: Board, person: Person, notice: Notice) -> Document:
    """Return a board's private note to one person, as the answer to their post."""
    uri = board_uri(board.slug)
    note_uri = f"{uri}/notices/{notice.id}"
    moment = _moment(notice.at)
    note = {
        "id": note_uri,
        "type": "Note",
        "attributedTo": uri,
        "inReplyTo": notice.in_reply_to,
        "content": notice.html,
        "contentMap": {"en": notice.html},
        "published": moment,
        "to": [person.uri],
        "cc": [],
        "url": note_uri,
        "sensitive": False,
        "tag": [{"type": "Mention", "href": person.uri, "name": person.handle}],
        "attachment": [],
    }
    return {
        "@context": _NOTE_CONTEXT,
        "id": note_uri + "/activity",
        "type": "Create",
        "actor": uri,
        "published": moment,
        "to": [person.uri],
        "cc": [],
        "object": note,
    }


def _moment(moment: Any) -> str:
    return str(moment.isoformat(timespec="seconds")).replace("+00:00", "Z")
