"""Decisions and reports as activities that the threadiverse understands; no moderator is named.

The moderators' common actor says them, which every board lists as its moderator: threadiverse software takes no Group for
one. Ref: FEP-1b12 §moderation; the shapes that Lemmy and PieFed send; docs/decisions/0024.
"""

from __future__ import annotations

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, PUBLIC, Document
from fedconnect.federation.render import digest
from fedconnect.forum import moderators
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import own_address
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import Federated


def activity_of(board: Board, decision: Decision) -> Document:
    """Return a decision as an activity of the moderators' common actor."""
    uri = f"{moderators.common_actor_uri()}#decisions/{decision.id}"
    said = _how(decision.kind)
    if said.undoes is not None:
        inner = _plain(board, _how(said.undoes), decision, uri + "/undone")
        return {**_shell(board, uri, said.activity), "object": inner, "summary": inner["summary"]}
    if said.collection:
        return {
            **_shell(board, uri, said.activity),
            "object": decision.subject_uri,
            "target": f"{board_uri(board.slug)}/{said.collection}",
        }
    return _plain(board, said, decision, uri)


def replaced(board: Board, decision: Decision) -> Document:
    """Return the end of a decision in whose place another one stands."""
    uri = f"{moderators.common_actor_uri()}#decisions/{decision.id}"
    inner = _plain(board, _how(decision.kind), decision, uri)
    return {**_shell(board, uri + "/replaced", "Undo"), "object": inner, "summary": inner["summary"]}


def deletion(board: Board, post_uri: str, reason: str, occasion: str = "") -> Document:
    """Return the word that a post is not on a board any more; `summary` marks it as a removal. `occasion` tells apart what is said
    more than once: peers do not read one id twice."""
    document = _shell(
        board,
        f"{moderators.common_actor_uri()}#withdrawn/{digest(board.slug + post_uri + occasion)}",
        "Delete",
    )
    return {**document, "object": post_uri, "summary": reason}


def flag(board: Board, case: Case) -> Document:
    """Return a report as the installation's own: peers read either `summary` or `content`."""
    instance = own_address.base_url() + "/actor"
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


def _how(kind: DecisionKind) -> Federated:
    found = registry.TYPES[kind].federated
    assert found is not None, kind
    return found


def _plain(board: Board, said: Federated, decision: Decision, uri: str) -> Document:
    document = {**_shell(board, uri, said.activity), "object": decision.subject_uri}
    if said.activity == "Block":
        document |= {
            "target": board_uri(board.slug),
            "removeData": False,
        }
        if decision.until is not None:
            document["endTime"] = decision.until.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {**document, "summary": decision.reason or "Decided by a moderator."}


def _shell(board: Board, uri: str, kind: str) -> Document:
    group = board_uri(board.slug)
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": kind,
        "actor": moderators.common_actor_uri(),
        "to": [PUBLIC],
        "cc": [group],
        "audience": group,
    }
