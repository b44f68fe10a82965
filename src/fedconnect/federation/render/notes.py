"""Notes of our own actors, and leave to quote them. Ref: FEP-044f, GoToSocial's policies."""

from __future__ import annotations

from datetime import datetime

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, Document
from fedconnect.drafts import Visibility
from fedconnect.federation.render import jsonld_contexts
from fedconnect.federation.render.collections import context_uri
from fedconnect.federation.render.names import moment
from fedconnect.forum import stored_json
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import html
from fedconnect.foundation.html import text_of
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotNote
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.quote_approval import QuoteApproval
from fedconnect.models.thread import Thread


def own_note(board: Board, thread: Thread, post: Post, source_html: str) -> Document:
    """Return a public note of a board: its welcome, or what it asks for somebody."""
    uri, is_public = board_uri(board.slug), post.visibility is Visibility.PUBLIC
    note: Document = {
        "@context": jsonld_contexts.NOTE,
        "id": post.uri,
        "type": "Note",
        "attributedTo": uri,
        "content": source_html,
        "contentMap": {post.language or board.language: source_html},
        "published": moment(post.published),
        "to": [PUBLIC] if is_public else [f"{uri}/followers"],
        "cc": [f"{uri}/followers"] if is_public else [PUBLIC],
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
        note["updated"] = moment(post.updated)
    return note


def create_own(board: Board, thread: Thread, post: Post) -> Document:
    """Return a board's word that it wrote a note."""
    note = own_note(board, thread, post, post.source)
    return {
        "@context": note.pop("@context"),
        "id": f"{post.uri}/activity",
        "type": "Create",
        "actor": board_uri(board.slug),
        "published": note["published"],
        "to": note["to"],
        "cc": note["cc"],
        "object": note,
    }


def create_announced(board: Board, post: Post, author: Person, create_uri: str) -> Document:
    """Return how somebody's post was told of by their server, as far as it is kept here. It proves nothing: whoever reads it
    asks the author's server."""
    note: Document = {
        "id": post.uri,
        "type": "Note",
        "attributedTo": author.uri,
        "content": html.clean(post.source),
        "published": moment(post.published),
        "url": post.url or post.uri,
        "to": [PUBLIC],
        "cc": [board_uri(board.slug)],
        "audience": board_uri(board.slug),
        "sensitive": post.is_sensitive,
    }
    if post.warning:
        note["summary"] = post.warning
    if post.updated is not None:
        note["updated"] = moment(post.updated)
    attached = [
        {"type": "Document", "url": one.url, "mediaType": one.media_type, "name": one.alt or None}
        for one in stored_json.attachments_in(post.attachments)
    ]
    if attached:
        note["attachment"] = attached
    return {
        "id": create_uri or f"{post.uri}#create",
        "type": "Create",
        "actor": author.uri,
        "published": note["published"],
        "to": note["to"],
        "cc": note["cc"],
        "object": note,
    }


def delete_own(board: Board, post_uri: str) -> Document:
    """Return a board's word that a note of its own is gone. Ref: ActivityPub §7.4."""
    uri = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": f"{post_uri}#delete",
        "type": "Delete",
        "actor": uri,
        "to": [PUBLIC],
        "cc": [f"{uri}/followers"],
        "object": {"id": post_uri, "type": "Tombstone"},
    }


def create_direct_message(board: Board, person: Person, direct_message: DirectMessage) -> Document:
    """Return a board's private note to one person, as the answer to their post."""
    uri = board_uri(board.slug)
    return _private_note(
        uri,
        f"{uri}/notices/{direct_message.id}",
        person,
        direct_message.in_reply_to,
        direct_message.html,
        direct_message.at,
        _warning_of(direct_message),
    )


def _warning_of(direct_message: DirectMessage) -> str:
    """Return what stands before a letter that somebody looking over a shoulder should not read: its first line, which a
    notification then shows alone; empty for any other letter."""
    if direct_message.kind is not DirectMessageKind.CARE:
        return ""
    first = direct_message.html.partition("</p>")[0]
    return text_of(first.rpartition("</span>")[2]).strip()


def bot_note(bot_uri: str, person: Person, note: BotNote) -> Document:
    """Return a service's private note to one person."""
    note_uri = f"{bot_uri}/notes/{note.id}"
    return _private_note(bot_uri, note_uri, person, note.in_reply_to, note.html, note.at)


def _private_note(
    uri: str, note_uri: str, person: Person, in_reply_to: str, html: str, at: datetime, warning: str = ""
) -> Document:
    written = moment(at)
    note = {
        "id": note_uri,
        "type": "Note",
        "attributedTo": uri,
        "inReplyTo": in_reply_to or None,
        "content": html,
        "contentMap": {"en": html},
        "published": written,
        "to": [person.uri],
        "cc": [],
        "url": note_uri,
        "sensitive": False,
        "tag": [{"type": "Mention", "href": person.uri, "name": person.handle}],
        "attachment": [],
    }
    if warning:
        note["summary"] = warning
    return {
        "@context": jsonld_contexts.NOTE,
        "id": note_uri + "/activity",
        "type": "Create",
        "actor": uri,
        "published": written,
        "to": [person.uri],
        "cc": [],
        "object": note,
    }


def stamp_uri(board: Board, stamp: QuoteApproval) -> str:
    """Return the address of a stamp."""
    return f"{board_uri(board.slug)}/stamps/{stamp.id}"


def stamp(board: Board, given: QuoteApproval) -> Document:
    """Return leave to quote, as whoever shows the quote fetches it. Ref: FEP-044f."""
    return {
        "@context": jsonld_contexts.QUOTE,
        "id": stamp_uri(board, given),
        "type": "QuoteAuthorization",
        "attributedTo": board_uri(board.slug),
        "interactingObject": given.quoting_uri,
        "interactionTarget": given.quoted_uri,
    }


def accept_quote(
    board: Board, person: Person, given: QuoteApproval, request_uri: str, accept_uri: str
) -> Document:
    """Return a board's yes to a QuoteRequest, with the stamp that proves it."""
    return {
        "@context": jsonld_contexts.QUOTE,
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
