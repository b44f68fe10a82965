"""The inbox: prove the sender, keep the row, ring, and only then say 202.

Ref: ActivityPub §7; status policy in docs/decisions/0003.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, or_, select

from fedconnect.activitypub import remote_actors, signatures, strict_json, vocabulary
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.activitypub.signatures import Request, Signature, Verifier
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation import authority
from fedconnect.federation.activities import registry
from fedconnect.federation.backfill import fetch_queue
from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.federation.outbound import followers_synchronization
from fedconnect.federation.rate_limits import key_fetch_slot, limit_inbound, note_unproven
from fedconnect.foundation import clock, database
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.database import changed, insert_or_skip
from fedconnect.foundation.errors import Busy, FedConnectError, FetchFailed, Malformed, NotPermitted, Unproven
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.inbound import InboundActivity, InboundState, Proof
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person, PersonKey

log = structlog.get_logger()
_FRESH = timedelta(seconds=10)  # a key just fetched is not fetched again
_AT_ONCE = timedelta(seconds=5)  # signatures tell whole seconds: within them nobody plays anything back
_MOST_KEYS = 10  # of an actor that are tried
_KEY_LIFE_S = 60.0
_REFRESH_LIFE_S = 300.0
_DEAD_KEY_LIFE_S = 300.0


def receive(request: Request, asker: str) -> None:
    """Take in one POST to an inbox from an address; when this returns, the activity is kept.

    Raises:
        Malformed (400), Unproven (401), NotPermitted (403), TooMany (429), Busy (503): nothing was kept.
    """
    document = strict_json.loads(request.body)
    activity, body = vocabulary.parse_activity(document), strict_json.storable_text(request.body, document)
    if authority.is_ours(activity.actor):
        raise Unproven("somebody speaks as an actor of ours")
    if registry.is_about_its_actor(activity) and not _is_known(activity.actor):
        return  # a stranger's account is gone: nothing here to change, and no key left to ask for
    try:
        signature = signatures.read_signature(request)
        owner = _prove(signature, asker, activity.actor)
    except Unproven:
        is_farewell = registry.is_about_its_actor(activity) and registry.can_end_account(activity)
        if not is_farewell or not _is_gone(activity.actor, asker):
            raise
        store(activity, body, Proof.FETCHED)  # its own server says that the account is gone
        return
    limit_inbound(vocabulary.host(owner))
    if not authority.may_speak(activity, owner):
        if registry.can_be_forwarded(activity):
            fetch_queue.note_forwarded(activity, vocabulary.host(owner))
        raise Unproven("the signer is not the activity's actor")
    if url := followers_synchronization.difference_told(request, owner):
        fetch_queue.compare_followers(url, owner)
    if store(activity, body, Proof.SIGNED, signature.made):
        log.debug("activity_received", kind=activity.kind, host=vocabulary.host(activity.actor))


def store(activity: Activity, body: str, proof: Proof, signed_at: datetime | None = None) -> bool:
    """Keep a proven activity as a row and ring; False where it is kept already. What may come again under its id takes the
    place of a row that has ended, or that says something else; unless it is an old message that somebody plays back."""
    now = clock.now()
    row = {
        "id": new_id(),
        "actor_uri": activity.actor,
        "activity_uri": activity.id,
        "kind": activity.kind,
        "object_uri": activity.object_uri,
        "body": body,
        "received_at": now,
        "state": InboundState.RECEIVED,
        "due_at": now,
        "attempts": 0,
        "outcome": "",
        "proof": proof,
        "signed_at": min(signed_at, now)
        if signed_at is not None
        else None,  # a clock that is ahead must not silence its own
    }
    with database.transaction() as session:
        # Straight to the connection: the ORM would cost more than the insert.
        connection, insert = session.connection(), insert_or_skip(session, table_of(InboundActivity))
        fresh = changed(connection.execute(insert, row)) == 1
        if not fresh and not registry.is_once(activity):
            table = table_of(InboundActivity)
            before = (
                table.c.actor_uri == activity.actor, table.c.activity_uri == activity.id,
                or_(table.c.state.not_in(RECEIVED.open), table.c.body != body),
                or_(table.c.signed_at.is_(None), table.c.signed_at < (signed_at or now), table.c.received_at > now - _AT_ONCE),
            )  # fmt: skip
            if changed(connection.execute(delete(table).where(*before))):
                fresh = changed(connection.execute(insert, row)) == 1
        if fresh:
            database.enqueue_after_commit(session, "inbox")
    return fresh


def _is_known(actor_uri: str) -> bool:
    with database.read_transaction() as session:
        return remote_actors.find_person(session, actor_uri) is not None


def _is_gone(actor_uri: str, asker: str) -> bool:
    """Whether an account's own server says that it is gone; asked once in five minutes."""
    failed = _dead.get(actor_uri)
    if failed is None:
        if _alive.get(actor_uri):
            return False
        try:
            with key_fetch_slot(vocabulary.host(actor_uri), asker):
                remote_actors.fetch_actor(actor_uri)
            _alive.put(actor_uri, True)
            note_unproven(asker)
            return False
        except FetchFailed as error:
            failed = error
            _dead.put(actor_uri, error)
            if error.response_status != 410:
                note_unproven(asker)
        except Malformed:
            return False
    return failed.response_status == 410


def prove(request: Request, asker: str) -> str:
    """Return the actor whose key signed a request, refreshing a key that does not fit once.

    `asker` is the address that it came from: a key is fetched only for one that proves what it sends.

    Raises:
        Unproven (401), NotPermitted (403: a blocked server), Busy (503: the key cannot be had now),
        TooMany (429: this address sent too much that was not proven).
    """
    return _prove(signatures.read_signature(request), asker)


def _prove(signature: Signature, asker: str, speaker: str = "") -> str:
    """A key that is named by a fragment alone is one of the speaker's."""
    key_uri = vocabulary.uri(
        speaker + signature.key_id if signature.key_id.startswith("#") else signature.key_id
    )
    if key_uri is None or authority.is_ours(key_uri):
        raise Unproven("no key of another server")
    known = _keys.get(key_uri) or _look_up(key_uri)
    if known is None:
        known = _fetch(key_uri, asker)
    _refuse_blocked(known.owner)  # asked each time: what is decided holds at once, in every process
    if known.has_made(signature):
        return known.owner
    if _refreshed.get(known.owner) is None and clock.now() - known.checked_at > _FRESH:
        _refreshed.put(known.owner, True)
        known = _fetch(key_uri, asker)
        if known.has_made(signature):
            return known.owner
    if clock.now() - known.checked_at <= _FRESH:
        note_unproven(asker)
    raise Unproven("the signature is not by this key")


@dataclass(frozen=True, slots=True)
class _KnownKey:
    owner: str
    keys: tuple[Verifier, ...]
    checked_at: datetime

    def has_made(self, signature: Signature) -> bool:
        """Whether one of these keys made the signature."""
        return any(signature.is_by(key) for key in self.keys)


_keys: TTLCache[_KnownKey] = TTLCache(_KEY_LIFE_S)
_refreshed: TTLCache[bool] = TTLCache(_REFRESH_LIFE_S)
_alive: TTLCache[bool] = TTLCache(_REFRESH_LIFE_S)
_dead: TTLCache[FetchFailed] = TTLCache(_DEAD_KEY_LIFE_S)


def _look_up(key_uri: str) -> _KnownKey | None:
    stored = select(Person.uri, PersonKey.pem, PersonKey.checked_at).join(
        PersonKey, PersonKey.person_id == Person.id
    )
    with database.read_transaction() as session:
        for named in (PersonKey.key_uri == key_uri, Person.uri == key_uri):  # some name the actor
            rows = session.execute(stored.where(named, Person.gone_at.is_(None)).limit(_MOST_KEYS)).all()
            if rows:
                break
    usable = [key for _, pem, _ in rows if (key := _loaded(pem, alone=len(rows) == 1)) is not None]
    if not usable:
        return None
    known = _KnownKey(rows[0][0], tuple(usable), min(row[2] for row in rows))
    _keys.put(key_uri, known)
    return known


def _loaded(pem: str, *, alone: bool) -> Verifier | None:
    """Return a stored key; of several, one that is too weak counts as none."""
    try:
        return signatures.load_key(pem)
    except Unproven:
        if alone:
            raise
        return None


def _fetch(key_uri: str, asker: str) -> _KnownKey:
    """Fetch a key and its owner; a server that does not answer is not asked again for five minutes."""
    failed = _dead.get(key_uri)
    if failed is not None:
        raise _no_key(failed)  # not remembered anew: who keeps trying must not stay locked out
    _refuse_blocked(key_uri)
    with key_fetch_slot(vocabulary.host(key_uri), asker):
        try:
            actor = remote_actors.fetch_key_owner(key_uri)
        except FetchFailed as error:
            _dead.put(key_uri, error)
            note_unproven(asker)
            raise _no_key(error) from error
        except (Malformed, Unproven) as error:
            note_unproven(asker)
            raise Unproven(f"the key's owner cannot be read: {error.detail}") from error
    with database.transaction() as session:
        remote_actors.remember(session, actor)
    known = _look_up(key_uri)
    if known is None:
        note_unproven(asker)
        raise Unproven("the owner does not list this key")
    return known


def _no_key(error: FetchFailed) -> FedConnectError:
    if error.retryable:
        return Busy(f"the key cannot be had now: {error.detail}")
    return Unproven(f"the key cannot be had: {error.detail}")


def _refuse_blocked(uri: str) -> None:
    with database.read_transaction() as session:
        policy = policy_of(session, vocabulary.host(uri))
    if policy is Policy.BLOCKED:
        raise NotPermitted("a blocked instance")
