"""Our actors as documents. None of them tells a number of people. Ref: ActivityPub §4.1, FEP-1b12, FEP-2c59."""

from __future__ import annotations

import zlib

from fedconnect.activitypub.own_keys import Signer
from fedconnect.activitypub.vocabulary import Document
from fedconnect.federation.render import jsonld_contexts
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import own_address
from fedconnect.foundation.html import paragraphs
from fedconnect.models.board import Board
from fedconnect.site.identity import get_site
from fedconnect.site.tints import tint_number


def instance_actor(signer: Signer) -> Document:
    """Return the actor that signs our fetches; anybody may read it unsigned."""
    base = own_address.base_url()
    return {
        "@context": jsonld_contexts.ACTOR,
        "id": signer.uri,
        "type": "Application",
        "preferredUsername": own_address.host(),
        "name": get_site().name,
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
        "@context": jsonld_contexts.ACTOR,
        "id": uri,
        "type": "Group",
        "preferredUsername": board.slug,
        "webfinger": f"{board.slug}@{own_address.host()}",
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
        "postingRestrictedToMods": board.is_archived,
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "icon": {"type": "Image", "mediaType": "image/png", "url": icon_url(board)},
        "published": board.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "endpoints": {"sharedInbox": f"{own_address.base_url()}/inbox"},
        "publicKey": _public_key(signer),
    }
    if board.also_known_as:
        document["alsoKnownAs"] = board.also_known_as.split("\n")
    if board.moved_to:
        document["movedTo"] = board.moved_to
    return document


def icon_url(board: Board) -> str:
    """Return the address of a board's picture, another one after each change, so that it is fetched anew."""
    version = board.picture[:12] or f"{tint_number(board)}-{zlib.crc32(board.name.encode()):08x}"
    return f"{board_uri(board.slug)}/icon.png?v={version}"


def bot_actor(
    uri: str, handle: str, title: str, summary: str, page: str, language: str, signer: Signer
) -> Document:
    """Return an actor of ours that is no board: a quiet companion, a plugin's letter."""
    return {
        "@context": jsonld_contexts.ACTOR,
        "id": uri,
        "type": "Service",
        "preferredUsername": handle,
        "webfinger": f"{handle}@{own_address.host()}",
        "name": title,
        "summary": paragraphs(summary),
        "language": [{"identifier": language, "name": language}],
        "url": page,
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "following": f"{uri}/following",
        "featured": f"{uri}/featured",
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "endpoints": {"sharedInbox": f"{own_address.base_url()}/inbox"},
        "publicKey": _public_key(signer),
    }


def _public_key(signer: Signer) -> Document:
    return {"id": signer.key_id, "owner": signer.uri, "publicKeyPem": signer.public_pem}
