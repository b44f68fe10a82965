"""ActivityStreams documents as frozen dataclasses: parse(dict) bounds everything, nothing is fetched.

Ref: ActivityStreams 2.0 core and vocabulary, ActivityPub §3 and §4; how Mastodon writes them: its FEDERATION.md.
"""

from fedconnect.activitypub.vocabulary.activity import Activity, parse_activity
from fedconnect.activitypub.vocabulary.actor import Actor, parse_actor
from fedconnect.activitypub.vocabulary.collection import CollectionPage, parse_collection
from fedconnect.activitypub.vocabulary.event import EventFacts, EventPlace, EventTime
from fedconnect.activitypub.vocabulary.media import NoteAttachment
from fedconnect.activitypub.vocabulary.note import Note, author_of, parse_note
from fedconnect.activitypub.vocabulary.properties import (
    ACCEPT,
    ACTIVITYSTREAMS,
    ACTOR_TYPES,
    LD_MEDIA_TYPE,
    MAX_URI,
    MEDIA_TYPE,
    POST_TYPES,
    PUBLIC,
    SECURITY,
    Document,
    host,
    kind_of,
    listed,
    recipients,
    reference,
    same_origin,
    string,
    uri,
)
from fedconnect.activitypub.vocabulary.public_key import PublicKey, lists_by_address, read_key

__all__ = [
    "ACCEPT",
    "ACTIVITYSTREAMS",
    "ACTOR_TYPES",
    "LD_MEDIA_TYPE",
    "MAX_URI",
    "MEDIA_TYPE",
    "POST_TYPES",
    "PUBLIC",
    "SECURITY",
    "Activity",
    "Actor",
    "CollectionPage",
    "Document",
    "EventFacts",
    "EventPlace",
    "EventTime",
    "Note",
    "NoteAttachment",
    "PublicKey",
    "author_of",
    "host",
    "kind_of",
    "listed",
    "lists_by_address",
    "parse_activity",
    "parse_actor",
    "parse_collection",
    "parse_note",
    "read_key",
    "recipients",
    "reference",
    "same_origin",
    "string",
    "uri",
]  # fmt: skip
