"""Second copies of a post's words: what was received and sent about it, and the form it was written in. They go in the
same transaction as the post, not when their time is over."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from fedconnect.activitypub import vocabulary
from fedconnect.models.inbound import InboundActivity, InboundState
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionState

CARRY_WORDS = ("Create", "Update", "Announce")
_PENDING = (InboundState.RECEIVED, InboundState.WAITING, InboundState.FAILED)
_PLACE = frozenset(
    {"id", "type", "attributedTo", "inReplyTo", "to", "cc", "audience", "published", "updated"}
)
_GONE = "what it is about is gone"
_MOST_COPIES = 100  # read by one Delete; whoever sends more about an id displaces none of its author's own
_ENDED = Submission.state.in_((SubmissionState.SEEN, SubmissionState.FAILED))


def erase_copies(session: Session, uri: str) -> None:
    """Empty every copy of the words of a post that is gone (4 statements, each by an index)."""
    about = (InboundActivity.object_uri == uri, InboundActivity.kind.in_(CARRY_WORDS))
    pending = select(InboundActivity.id, InboundActivity.body).where(
        *about, InboundActivity.state.in_(_PENDING), InboundActivity.body != ""
    )
    for number, body in session.execute(pending).all():
        _change(session, number, _without_words(body))
    session.execute(
        update(InboundActivity)
        .where(*about, InboundActivity.state.not_in(_PENDING), InboundActivity.body != "")
        .values(body="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(OutboundActivity)
        .where(
            OutboundActivity.object_uri == uri,
            OutboundActivity.kind.in_(CARRY_WORDS),
            OutboundActivity.body.contains('"content"'),
        )
        .values(body="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Submission)
        .where(Submission.uri == uri, _ENDED)
        .values(fields="{}")
        .execution_options(synchronize_session=False)
    )


def erase_copies_of_unseen(session: Session, uri: str, author: Person) -> None:
    """Empty what is kept of a post that never stood here, as far as it says itself to be this author's: the id of a
    post is known to anybody on its server, and no row proves whose it is."""
    copies = select(InboundActivity.id, InboundActivity.body, InboundActivity.state).where(
        InboundActivity.object_uri == uri,
        InboundActivity.kind.in_(CARRY_WORDS),
        InboundActivity.body != "",
    )
    own_first = case((InboundActivity.actor_uri == author.uri, 0), else_=1)
    for number, body, state in session.execute(copies.order_by(own_first).limit(_MOST_COPIES)).all():
        if author.uri in _authors_in(body, uri):
            _change(session, number, _without_words(body) if state in _PENDING else "")
    mine = select(Reader.id).where(Reader.person_id == author.id)
    session.execute(
        update(Submission)
        .where(Submission.uri == uri, Submission.reader_id.in_(mine), _ENDED)
        .values(fields="{}")
        .execution_options(synchronize_session=False)
    )


def erase_received_from(session: Session, person: Person) -> None:
    """Empty everything that was received from somebody who is forgotten."""
    _empty(session, InboundActivity.actor_uri == person.uri)


def _without_words(body: str) -> str:
    """Return a message whose post keeps its place in the conversation, for what answers it, and nothing that it said."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # what cannot be read keeps no place either
        return ""
    if not isinstance(document, dict):
        return ""
    said = document.get("object")
    left = [_place_of(one) for one in said] if isinstance(said, list) else _place_of(said)
    kept = {name: document[name] for name in ("@context",) if name in document}
    return json.dumps({**kept, **_ids_in(document, _PLACE | {"actor"}), "object": left})


def _authors_in(body: str, uri: str) -> set[str | None]:
    """Return whom a message says that the post of this id is by."""
    try:
        left: list[Any] = [json.loads(body)]
    except (ValueError, RecursionError):
        return set()
    authors: set[str | None] = set()
    while left:
        said = left.pop()
        if isinstance(said, list):
            left.extend(said)
        elif isinstance(said, dict):
            if said.get("id") == uri:
                authors.add(vocabulary.author_of(said))
            left.append(said.get("object"))
    return authors


def _place_of(post: Any) -> Any:
    """Return what is left of one object of a message: an address, or a post without its words."""
    if isinstance(post, dict):
        return {**_ids_in(post, _PLACE), "content": ""}
    return post if isinstance(post, str) else None


def _ids_in(document: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Return some fields with ids alone: what stands in them as a whole object may have words of its own."""

    def bare(value: Any) -> Any:
        return vocabulary.reference(value) if isinstance(value, dict | list) else value

    return {
        name: [bare(one) for one in value] if isinstance(value, list) else bare(value)
        for name, value in document.items()
        if name in names
    }


def _change(session: Session, number: int, body: str) -> None:
    about = update(InboundActivity).where(InboundActivity.id == number)
    session.execute(about.values(body=body).execution_options(synchronize_session=False))


def _empty(session: Session, *conditions: object) -> None:
    """Empty bodies; what is not handled yet has nothing left to say, and whoever is at it has lost it."""
    rows = update(InboundActivity).where(*conditions, InboundActivity.body != "")  # type: ignore[arg-type]
    plain = {"synchronize_session": False}
    session.execute(
        rows.where(InboundActivity.state.in_(_PENDING), InboundActivity.token.is_(None))
        .values(state=InboundState.IGNORED, outcome=_GONE, waits_for=None)
        .execution_options(**plain)
    )
    session.execute(rows.values(body="").execution_options(**plain))
