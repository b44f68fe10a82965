"""Remote actors and their keys: fetched from their own server, cached as rows, refreshed when stale."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import documents, vocabulary
from fedconnect.activitypub.vocabulary import Actor, Document
from fedconnect.events import ActorMoved, emit
from fedconnect.foundation import clock, database, html
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import FetchFailed, Unproven
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.person import Person, PersonKey

STALE_AFTER = timedelta(days=1)
SILENCE = timedelta(days=90)
_NO_BOTS = re.compile(r"#(nobot|noindex|nobots)\b", re.IGNORECASE)


def asks_no_bots(profile: str) -> bool:
    """Whether a profile says #nobot or #noindex: its author's posts are then not to be passed on."""
    return _NO_BOTS.search(profile) is not None


def find_person(session: Session, uri: str) -> Person | None:
    """Return the person with this actor id, where we know them."""
    return session.execute(select(Person).where(Person.uri == uri)).scalar_one_or_none()


def fetch_actor(uri: str) -> Actor:
    """Fetch an actor by its id.

    Raises:
        FetchFailed: not to be had, or it is another actor's document.
        Malformed: no actor.
    """
    actor = vocabulary.parse_actor(documents.fetch_document(uri, before_another=_refuse_another))
    if actor.id != uri:
        raise FetchFailed("the document is another actor's", retryable=False)
    return actor


def _refuse_another(uri: str) -> None:
    raise FetchFailed("the document is another actor's", retryable=False)


def fetch_key_owner(key_uri: str) -> Actor:
    """Fetch who owns a key, proven both ways: the owner's own document must list this very key. A key named by its
    actor's own id is any of those that the actor lists.

    Raises:
        FetchFailed: the document is not to be had.
        Unproven: the owner does not list the key.
        Malformed: no actor.
    """
    document = named = documents.fetch_document(key_uri.partition("#")[0])
    if not _is_actor(document, key_uri):
        claimed = vocabulary.reference(document.get("owner") or document.get("controller"))
        if claimed is None:
            raise Unproven("a key without an owner")
        documents.refuse_blocked(claimed)
        document = documents.fetch_document(claimed)
    actor = vocabulary.parse_actor(document)
    if (
        vocabulary.lists_by_address(document, key_uri)
        and (own := vocabulary.read_key(named, actor.id)) is not None
    ):
        actor = replace(actor, keys=(*actor.keys, own))
    if not actor.keys or not (key_uri == actor.id or any(key.id == key_uri for key in actor.keys)):
        raise Unproven("the owner does not list this key")
    if not vocabulary.same_origin(actor.id, key_uri):
        raise Unproven("a key on another server than its owner")
    keys = (replace(key, is_proven=key.is_proven or key.id == key_uri) for key in actor.keys)
    return replace(actor, keys=tuple(keys))


def _is_actor(document: Document, key_uri: str) -> bool:
    # GoToSocial answers a key's address with a stub of the actor; only a full actor has an inbox.
    return bool(vocabulary.kind_of(document, vocabulary.ACTOR_TYPES)) and "inbox" in document


def remember(session: Session, actor: Actor) -> Person:
    """Store an actor as fetched, with the keys that it lists now and that are proven to be its own: a key's
    name belongs to whom its own address names, whoever else has listed it before.

    An address that seems to be somebody else's now (new keys after a long silence, or under another birth
    date) is put into quarantine: what a moderator of that name may do is not theirs to inherit.
    """
    now = clock.now()
    host = vocabulary.host(actor.id)
    _mind_strangers(session, actor)
    facts = {
        "host": host,
        "kind": actor.kind,
        "username": html.username(actor.username),
        "name": html.plain(actor.name, 200),
        "url": actor.url if vocabulary.same_origin(actor.url, actor.id) else actor.id,
        "inbox": actor.inbox,
        "shared_inbox": actor.shared_inbox,
        "emojis": json.dumps([asdict(emoji) for emoji in actor.emojis]),
        "born_at": actor.published,
        "indexable": actor.indexable,
        "asks_no_bots": asks_no_bots(actor.summary),
        "fetched_at": now,
        "gone_at": None,
    }
    session.execute(
        insert_or_skip(session, table_of(Person)).values(id=new_id(), uri=actor.id, handle_host=host, **facts)
    )
    session.execute(update(Person).where(Person.uri == actor.id).values(**facts))
    person = session.execute(
        select(Person).where(Person.uri == actor.id).execution_options(populate_existing=True)
    ).scalar_one()
    if actor.moved_to and actor.moved_to != person.moved_to:
        emit(session, ActorMoved(person.id))
    held = set(session.scalars(select(PersonKey.key_uri).where(PersonKey.person_id == person.id)))
    keys = [key for key in actor.keys if key.is_proven or key.id in held]
    names = [key.id for key in keys]
    session.execute(
        delete(PersonKey).where(or_(PersonKey.person_id == person.id, PersonKey.key_uri.in_(names)))
    )
    for key in keys:
        session.execute(
            insert_or_skip(session, table_of(PersonKey)).values(
                id=new_id(), person_id=person.id, key_uri=key.id, pem=key.pem, checked_at=now
            )
        )
    return person


def _mind_strangers(session: Session, actor: Actor) -> None:
    known = find_person(session, actor.id)
    if known is None:
        return
    keys = session.execute(select(PersonKey.pem).where(PersonKey.person_id == known.id)).scalars().all()
    if not keys or not actor.keys or not {key.pem for key in actor.keys}.isdisjoint(keys):
        return
    born_again = None not in {known.born_at, actor.published} and known.born_at != actor.published
    if born_again or clock.now() - known.fetched_at > SILENCE:
        known.quarantined_at = clock.now()
        session.flush()  # the rows below are changed by statements


def is_stale(person: Person) -> bool:
    """Whether an actor was fetched so long ago that it is asked for again."""
    return person.fetched_at <= clock.now() - STALE_AFTER


def ensure_person(uri: str) -> Person:
    """Return a person, fetching them where they are unknown or stale; opens its own transactions.

    Raises:
        FetchFailed, Malformed: unknown and not to be had.
    """
    with database.read_transaction() as session:
        known = find_person(session, uri)
    if known is not None and not is_stale(known):
        return known
    try:
        actor = fetch_actor(uri)
    except FetchFailed:
        if known is not None:
            return known
        raise
    with database.transaction() as session:
        return remember(session, actor)
