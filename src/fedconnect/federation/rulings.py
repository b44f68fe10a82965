"""Decisions and reports as activities that the threadiverse understands, spoken by the board itself.

A peer takes them because the board's own server says them; no moderator is named.
Ref: FEP-1b12 §moderation; the shapes that Lemmy and PieFed send.
"""

from __future__ import annotations

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, Document
from fedconnect.federation.render import digest
from fedconnect.forum.boards import board_uri
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.decision import Decision, DecisionKind

_UNDONE = {
    DecisionKind.RESTORE: DecisionKind.REMOVE,
    DecisionKind.UNLOCK: DecisionKind.LOCK,
    DecisionKind.UNBAN: DecisionKind.BAN,
}
_TARGETS = {
    DecisionKind.PIN: ("Add", "featured"),
    DecisionKind.UNPIN: ("Remove", "featured"),
    DecisionKind.APPOINT: ("Add", "moderators"),
    DecisionKind.DISMISS: ("Remove", "moderators"),
}


#: What the threadiverse has a word for; of the rest nothing is sent.
SAID = frozenset(_UNDONE) | frozenset(_UNDONE.values()) | frozenset(_TARGETS)


def activity_of(board: Board, decision: Decision) -> Document:
    """Return a decision as the board's activity."""
    uri = f"{board_uri(board.slug)}#decisions/{decision.id}"
    if decision.kind in _UNDONE:
        inner = _plain(board, _UNDONE[decision.kind], decision, uri + "/undone")
        return {**_shell(board, uri, "Undo"), "object": inner}
    if decision.kind in _TARGETS:
        kind, collection = _TARGETS[decision.kind]
        return {
            **_shell(board, uri, kind),
            "object": decision.subject_uri,
            "target": f"{board_uri(board.slug)}/{collection}",
        }
    return _plain(board, decision.kind, decision, uri)


def deletion(board: Board, post_uri: str, reason: str) -> Document:
    """Return the board's word that a post is not on it any more; `summary` marks it as a removal."""
    document = _shell(board, f"{board_uri(board.slug)}#withdrawn/{digest(post_uri)}", "Delete")
    return {**document, "object": post_uri, "summary": reason}


def flag(board: Board, case: Case) -> Document:
    """Return a report as the installation's own: peers read either `summary` or `content`."""
    instance = own_keys.base_url() + "/actor"
    return {
        "@context": ACTIVITYSTREAMS,
        "id": f"{instance}#reports/{case.id}/{case.times}",
        "type": "Flag",
        "actor": instance,
        "to": [board_uri(board.slug)],
        "audience": board_uri(board.slug),
        "object": case.subject_uri,
        "summary": case.words,
        "content": case.words,
    }


def _plain(board: Board, kind: DecisionKind, decision: Decision, uri: str) -> Document:
    if kind is DecisionKind.BAN:
        document = {
            **_shell(board, uri, "Block"),
            "object": decision.subject_uri,
            "target": board_uri(board.slug),
            "removeData": False,
        }
        if decision.until is not None:
            document["endTime"] = decision.until.isoformat(timespec="seconds").replace("+00:00", "Z")
    else:
        name = "Delete" if kind is DecisionKind.REMOVE else "Lock"
        document = {**_shell(board, uri, name), "object": decision.subject_uri}
    return {**document, "summary": decision.reason or "Decided by a moderator."}


def _shell(board: Board, uri: str, kind: str) -> Document:
    actor = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": kind,
        "actor": actor,
        "to": [PUBLIC],
        "cc": [actor],
        "audience": actor,
    }
