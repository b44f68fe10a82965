"""Who speaks: what is known of them here, and what their server says of them."""

from __future__ import annotations

from dataclasses import replace

from fedconnect.activitypub import remote_actors, vocabulary
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.federation import instances
from fedconnect.federation.activities import registry
from fedconnect.federation.inbound.received import Batch, KnownSender, Received
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.instance import Policy


def known_sender(received: Received, together: Batch) -> KnownSender:
    """Return what is known here of who speaks, asked once an actor and batch.

    Raises:
        NotPermitted: their server is blocked.
    """
    uri = received.activity.actor
    met = together.people.get(uri)
    if met is None:
        with database.read_transaction() as session:
            known = remote_actors.find_person(session, uri)
            met = KnownSender(known, policy_of(session, vocabulary.host(uri)))
    if met.policy is Policy.BLOCKED:
        raise NotPermitted("a blocked instance")
    return met


def introduce(received: Received, met: KnownSender, *, is_concerned: bool) -> KnownSender:
    """Return who speaks; their server is asked about itself where somebody here is concerned. The author of a post
    that we fetched ourselves was looked up then, and who is going need not be.

    Raises:
        FetchFailed, Malformed: they are not to be had.
    """
    known, is_going = met.person, registry.can_end_account(received.activity)
    if met.is_introduced or (known is not None and (not is_concerned or received.cause or is_going)):
        return met
    if known is None or remote_actors.is_stale(known):
        known = remote_actors.ensure_person(received.activity.actor)
    if not is_concerned:
        return replace(met, person=known)
    return replace(met, person=instances.learn_software(known), is_introduced=True)
