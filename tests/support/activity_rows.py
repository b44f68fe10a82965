"""What tests of single activities share: one of somebody's, carried out or taken back; sister boards; posts ready for
their place."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.activities.registry import ACTIVITIES
from fedconnect.federation.activities.result import Result
from fedconnect.foundation import clock
from fedconnect.models.board import Board, LinkedGroup, LinkedGroupState
from fedconnect.models.fetch_task import FetchKind, FetchTask
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.models.submission import Submission, SubmissionKind
from support.federation_rows import an_activity
from support.forum import BASE
from support.forum_rows import a_group
from support.unit import a_draft, add

BOARD, POST = f"{BASE}/boards/respite", "https://home.example/posts/1"
_numbers = itertools.count(1)
_OF_PREPARED = {"verdict", "screened", "approval", "collections"}


def coming(
    who: Person, kind: str, obj: object, fields: dict[str, Any] | None = None, **values: Any
) -> Incoming:
    """An activity of somebody's whose sender is proven; `fields` are the document's, `values` how it came."""
    return Incoming(an_activity(kind, who.uri, obj, **(fields or {})), who, **values)


def does(session: Session, who: Person, kind: str, obj: object, facts: Any = None, **fields: Any) -> Result:
    """What becomes of an activity for which `facts` were prepared."""
    return ACTIVITIES[kind].apply(session, coming(who, kind, obj, fields), facts)


def undoes(session: Session, who: Person, kind: str, obj: object, **fields: Any) -> Result:
    """What becomes of the Undo of an activity of their own, which stands in it without an id."""
    return does(session, who, "Undo", {"type": kind, "actor": who.uri, "object": obj, **fields})


def link(
    session: Session,
    board: Board,
    group: Person,
    state: LinkedGroupState = LinkedGroupState.ACCEPTED,
    **values: Any,
) -> LinkedGroup:
    """A board follows a Group."""
    uri = f"{BASE}/boards/{board.slug}#follows/{next(_numbers)}"
    known = {"board_id": board.id, "person_id": group.id, "uri": uri, "state": state, "since": clock.now()}
    return add(session, LinkedGroup(**{**known, **values}))


def a_sister(session: Session, board: Board, name: str = "crafts") -> Person:
    """A board elsewhere that a board of ours follows."""
    group = a_group(session, name)
    link(session, board, group)
    return group


def a_prepared(author: Person, text: str = "Who knows a respite place?", **values: Any) -> PreparedPost:
    """A post that names the board Respite, ready for its place; `values` are the draft's, or beside it."""
    beside = {name: values.pop(name) for name in list(values) if name in _OF_PREPARED}
    return PreparedPost(a_draft(author, text, **{"boards": (BOARD,), **values}), **beside)


def meant(session: Session, *kinds: FetchKind) -> list[FetchTask]:
    """What is to be fetched, of some kinds or of all."""
    found = select(FetchTask).order_by(FetchTask.id)
    return list(session.scalars(found.where(FetchTask.kind.in_(kinds)) if kinds else found))


def a_loose_submission(
    session: Session, reader: Reader, board: Board, about: str, **values: Any
) -> Submission:
    """A reader's answer to a post that their own server cannot name; `uri` is the post that it became, once told."""
    known = {
        "reader_id": reader.id, "board_id": board.id, "kind": SubmissionKind.REPLY, "about_uri": about, "is_loose": True,
        "key": f"key-{next(_numbers)}", "fields": "{}", "asked_at": clock.now(), "due_at": clock.now(),
    }  # fmt: skip
    return add(session, Submission(**{**known, **values}))
