"""Followers compared with one server at a time, so that what was lost on the way is found again.

A board's deliveries carry a digest of its followers on the receiving server; who finds another set asks for
it, signed, and is told of its own people only. Ref: FEP-8fcf.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import documents, vocabulary
from fedconnect.activitypub.signatures import Request
from fedconnect.events import LinkedGroupFollowed, LinkedGroupUnfollowed, emit
from fedconnect.federation.outbound.delivery_kind import OutgoingMessage
from fedconnect.forum import boards, linked_groups, moderators
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import database
from fedconnect.foundation.caches import TTLCache
from fedconnect.models.board import Board, Follow, LinkedGroup, LinkedGroupState
from fedconnect.models.person import Person

_PART = re.compile(r'(collectionId|url|digest)="([^"\\]{1,1024})"')
MOST_FOLLOWERS = 5000
_digests: TTLCache[str] = TTLCache(life_s=60)


def headers_for(session: Session, message: OutgoingMessage) -> dict[str, str]:
    """Return the header by which a receiver finds out that it lost a follow, on what goes to followers alone."""
    kind, _, slug = message.actor.partition(":")
    if message.kind != "Announce" or kind != "board":
        return {}
    return {"Collection-Synchronization": header_for(session, slug, message.host)}


def header_for(session: Session, slug: str, host: str) -> str:
    """Return the header that tells a server which of its people we take for followers of a board.

    The digest is counted once a minute: one that is a little old makes the other server look, no more.
    """
    uri = board_uri(slug)
    digest = _digests.get(f"{slug} {host}")
    if digest is None:
        digest = digest_of(followers_at(session, boards.get_board(session, slug), host))
        _digests.put(f"{slug} {host}", digest)
    return f'collectionId="{uri}/followers", url="{uri}/followers_synchronization", digest="{digest}"'


def followers_at(session: Session, board: Board, host: str) -> list[str]:
    """Return the actor ids of a board's followers on one server."""
    return list(
        session.execute(
            select(Person.uri)
            .join(Follow, Follow.person_id == Person.id)
            .where(Follow.board_id == board.id, Person.host == host)
            .order_by(Person.uri)
            .limit(MOST_FOLLOWERS)
        ).scalars()
    )


def digest_of(uris: list[str]) -> str:
    """Return the XOR of the SHA-256 digests of some ids, in hexadecimal; order does not matter."""
    total = 0
    for uri in uris:
        total ^= int.from_bytes(hashlib.sha256(uri.encode()).digest())
    return f"{total:064x}"


def difference_told(request: Request, group_uri: str) -> str:
    """Return where to look, if a Group's server has other boards of ours among its followers than we think.

    Only a header that the signature covers counts, and only an address on the Group's own server.
    """
    header = request.headers.get("collection-synchronization", "")
    covered = request.headers.get("signature", "") + request.headers.get("signature-input", "")
    if not header or len(header) > 4096 or "collection-synchronization" not in covered.lower():
        return ""
    parts = dict(_PART.findall(header))
    url = vocabulary.uri(parts.get("url"))
    if url is None or not vocabulary.same_origin(url, group_uri):
        return ""
    with database.read_transaction() as session:
        ours = list(_followed(session, group_uri))
        if not ours and parts.get("digest", "").strip("0") == "":
            return ""
    return "" if digest_of(ours) == parts.get("digest") else url


def compare(url: str, group_uri: str, before_another: Callable[[str], None] | None = None) -> str:
    """Ask a Group's server which actors of ours follow it; ask again for what it lost, undo what we lost.
    `before_another` as of `fetch_document`."""
    document = documents.fetch_document(url, before_another=before_another)
    named = set(vocabulary.parse_collection(document).items)
    with database.transaction() as session:
        theirs = named & _who_may_follow(session)
        ours = _followed(session, group_uri)
        for uri in ours.keys() - theirs:
            ours[uri].state = LinkedGroupState.ASKED
            emit(session, LinkedGroupFollowed(ours[uri].id))
        group = session.execute(select(Person).where(Person.uri == group_uri)).scalar_one()
        for uri in sorted(theirs - ours.keys()):
            if not linked_groups.is_asked_by(session, group, uri):
                emit(session, LinkedGroupUnfollowed(group.id, f"{uri}#follows/lost"))
    return f"{len(ours.keys() - theirs)} asked again, {len(theirs - ours.keys())} undone"


def _who_may_follow(session: Session) -> set[str]:
    """Return the actors of ours that follow Groups: who does so for all boards, and boards that did it themselves once."""
    return {moderators.common_actor_uri(), *(board_uri(board.slug) for board in boards.list_boards(session))}


def _followed(session: Session, group_uri: str) -> dict[str, LinkedGroup]:
    rows = session.execute(
        select(LinkedGroup)
        .join(Person, Person.id == LinkedGroup.person_id)
        .where(Person.uri == group_uri, LinkedGroup.state == LinkedGroupState.ACCEPTED)
    ).scalars()
    return {linked_group.uri.partition("#")[0]: linked_group for linked_group in rows}
