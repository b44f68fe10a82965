"""Which handler answers which activity; FEDERATION.md is checked against this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation.handlers import (
    announce,
    answers,
    create,
    decisions,
    delete,
    dislike,
    flag,
    follow,
    like,
    move,
    quote,
    undo,
    update,
)
from fedconnect.federation.results import Gathered, Result

Apply = Callable[[Session, Activity, Gathered], Result]

HANDLERS: Mapping[str, Apply] = {
    "Accept": answers.accept,
    "Add": decisions.add,
    "Announce": announce.apply,
    "Block": decisions.block,
    "Create": create.apply,
    "Delete": delete.apply,
    "Dislike": dislike.apply,
    "Flag": flag.apply,
    "Follow": follow.apply,
    "Like": like.apply,
    "Lock": decisions.lock,
    "Move": move.apply,
    "QuoteRequest": quote.apply,
    "Reject": answers.reject,
    "Remove": decisions.remove,
    "Undo": undo.apply,
    "Update": update.apply,
}
#: Activities that carry a post, which is fetched, cleaned and screened before the transaction opens.
CARRY_A_POST = frozenset({"Create", "Update"})
