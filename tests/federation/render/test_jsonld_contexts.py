"""JSON-LD contexts: only what every peer ships is named, and every extension that we use is explained inline."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, SECURITY
from fedconnect.federation import render
from fedconnect.federation.render import jsonld_contexts
from fedconnect.models.quote_approval import QuoteApproval
from support.federation_rows import with_keys
from support.unit import a_board, a_person, a_thread

#: terms of ActivityStreams and of the security vocabulary that our documents use
STANDARD = frozenset(
    [
        "@context",
        "id",
        "type",
        "actor",
        "object",
        "target",
        "to",
        "cc",
        "content",
        "contentMap",
        "published",
        "icon",
        "updated",
        "url",
        "replies",
        "context",
        "tag",
        "attachment",
        "attributedTo",
        "inReplyTo",
        "preferredUsername",
        "name",
        "summary",
        "source",
        "inbox",
        "outbox",
        "followers",
        "following",
        "endpoints",
        "mediaType",
        "sharedInbox",
        "href",
        "publicKey",
        "owner",
        "publicKeyPem",
        "instrument",
        "result",
        "en",
        "de",
    ]
)


def terms(context: list[Any]) -> set[str]:
    """What the inline part of a context explains."""
    return {name for part in context if isinstance(part, dict) for name in part}


def names_in(document: Any) -> set[str]:
    """Every name of a field, however deep."""
    if isinstance(document, list):
        return set().union(*map(names_in, document)) if document else set()
    if not isinstance(document, dict):
        return set()
    return set(document) | names_in([value for key, value in document.items() if key != "@context"])


def test_no_peer_has_to_fetch_a_context_of_ours() -> None:
    for context in (jsonld_contexts.ACTOR, jsonld_contexts.NOTE, jsonld_contexts.QUOTE):
        assert {one for one in context if isinstance(one, str)} <= {ACTIVITYSTREAMS, SECURITY}
        assert context[0] == ACTIVITYSTREAMS


def test_every_word_beyond_the_standard_is_explained_in_its_document(session: Session) -> None:
    with_keys("board:respite")
    board = a_board(session, also_known_as="https://a.example/1", moved_to="https://b.example/1")
    thread, post = a_thread(session, board, uri="https://forum.example/boards/respite/notes/1")
    given = QuoteApproval(id=5, quoting_uri="https://home.example/q", quoted_uri=post.uri)
    documents = [
        render.board_actor(board, own_keys.signer(session, "board:respite")),
        render.create_own(board, thread, post),
        render.stamp(board, given),
        render.accept_quote(
            board, a_person(session), given, "https://home.example/1", "https://forum.example/1"
        ),
    ]
    for document in documents:
        assert names_in(document) - STANDARD <= terms(document["@context"])
        kind = document["object"]["type"] if isinstance(document.get("object"), dict) else document["type"]
        assert not kind.startswith("Quote") or kind in terms(document["@context"])


def test_each_short_name_of_a_vocabulary_that_is_used_is_told() -> None:
    for context in (jsonld_contexts.ACTOR, jsonld_contexts.NOTE, jsonld_contexts.QUOTE):
        explained = terms(context)
        for part in context[1:]:
            for value in part.values() if isinstance(part, dict) else ():
                prefix = (value["@id"] if isinstance(value, dict) else value).partition(":")[0]
                assert prefix in explained | {"as", "http", "https"}
