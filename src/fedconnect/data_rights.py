"""What somebody may ask of us: everything that we keep about them, as JSON, and to forget it. Ref: GDPR 15, 17, 20.

An export names no other person: whom somebody answered, who decided and who reported stays out of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from fedconnect.events import Cause
from fedconnect.forum import copy_erasure, followers, removal
from fedconnect.forum.local_only import plain_text
from fedconnect.forum.tombstones import take_back
from fedconnect.foundation import clock
from fedconnect.listening import listeners
from fedconnect.models.base import Row, table_of
from fedconnect.models.board import Board, Follow, Moderator
from fedconnect.models.board_rules import Admin, Invitation
from fedconnect.models.bookmark import Bookmark, LocalFollow
from fedconnect.models.bot_actor import BotFollow, BotNote
from fedconnect.models.case import Case, CaseKind, Report
from fedconnect.models.decision import Appeal, Ban, Decision
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.hashtag import HashtagPost, HashtagPostState
from fedconnect.models.listener import Listener, ListenerAsk
from fedconnect.models.passed_on import PassedOn, PassedOnPlace
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState, Reaction
from fedconnect.models.profile import OptOut, Profile
from fedconnect.models.reader import Grant, Reader, ReaderSession
from fedconnect.models.reader_state import Mute, Notification, ReadMarker, Topic
from fedconnect.models.submission import Submission, UnsentPost
from fedconnect.models.travel_consent import TravelConsent
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.cases import cases, sealed_messages

_MOST_ROWS = 50_000
#: What is kept of a reader and of a person, by the column that names them; and what of it goes into an export.
OF_READER: Mapping[type[Row], tuple[str, tuple[str, ...]]] = {
    Grant: ("reader_id", ("scopes", "withheld", "given_at", "ended_at")),
    ReaderSession: ("reader_id", ("device", "begun_at", "seen_at")),
    Bookmark: ("reader_id", ("post_id", "at")),
    LocalFollow: ("reader_id", ("board_id", "since")),
    Topic: ("reader_id", ("topic", "is_from_home", "since")),
    Mute: ("reader_id", ("kind", "subject", "is_from_home", "since")),
    ReadMarker: ("reader_id", ("thread_id", "at")),
    PassedOnPlace: ("reader_id", ("post_id", "visits", "at", "is_dismissed")),
    Profile: ("reader_id", ("liked", "disliked", "boards", "learns", "counts_views")),
    UnsentPost: ("reader_id", ("board_id", "fields", "saved_at")),
    Submission: ("reader_id", ("kind", "state", "board_id")),
}
OF_PERSON: Mapping[type[Row], tuple[str, tuple[str, ...]]] = {
    Follow: ("person_id", ("board_id", "since")),
    Reaction: ("person_id", ("post_id", "kind")),
    Moderator: ("person_id", ("board_id", "since", "is_deputy")),
    Admin: ("person_id", ("since",)),
    Invitation: ("person_id", ("board_id", "words", "at")),
    Ban: ("person_id", ("board_id", "until", "is_hold")),
    OptOut: ("person_id", ("board_id", "at")),
    TravelConsent: ("person_id", ("allows", "asked_at", "answered_at")),
    Listener: ("person_id", ("board_id", "from_hour", "to_hour", "zone", "a_day", "since")),
    ListenerAsk: ("person_id", ("board_id", "at", "answered_at", "declined_at")),
    Report: ("person_id", ("case_id", "at")),
    Appeal: ("person_id", ("decision_id", "words", "state", "at", "answer", "heard_at")),
    DirectMessage: ("person_id", ("board_id", "kind", "html", "at")),
    Notification: ("person_id", ("kind", "post_id", "at", "seen_at")),
    PassedOn: ("by_person_id", ("post_id", "sentence", "at")),
    BotFollow: ("person_id", ("bot", "since")),
    BotNote: ("person_id", ("bot", "html", "at")),
}


def export(session: Session, person: Person) -> dict[str, Any]:
    """Return everything that is kept about somebody, ready for JSON; a table is a list of objects."""
    reader = session.execute(select(Reader).where(Reader.person_id == person.id)).scalar_one_or_none()
    found: dict[str, Any] = {
        "written_at": clock.now(),
        "account": {"handle": person.handle, "id": person.uri, "name": person.name},
        "posts": _posts(session, person),
        "decisions": _decisions(session, person),
    }
    for row, (column, names) in OF_PERSON.items():
        found[row.__tablename__] = _rows(session, table_of(row), column, person.id, names)
    if reader is not None:
        found["reader"] = {
            "joined_at": reader.joined_at,
            "default_visibility": reader.default_visibility,
            "default_language": reader.default_language,
            "hides_authors": reader.hides_authors,
        }
        found["asked_without_a_name"] = [
            asdict(one) for one in anonymous_questions.list_asked(session, reader.id)
        ]
        for row, (column, names) in OF_READER.items():
            found[row.__tablename__] = _rows(session, table_of(row), column, reader.id, names)
    return found


def as_json(found: dict[str, Any]) -> str:
    """Return an export as text."""
    return json.dumps(found, ensure_ascii=False, indent=2, default=_plain)


def erase(session: Session, person: Person) -> int:
    """Forget somebody: their posts leave every board and every server that was told of them, and what they kept,
    told and let us learn is deleted. Returns how many posts that were.

    What stays: their address, as who wrote posts that are empty now, so that nothing of it comes back; decisions and
    sealed evidence until their time is over.
    """
    posts = session.execute(select(Post).where(Post.person_id == person.id)).scalars().all()
    gone = 0
    for post in posts:
        gone += post.state is not PostState.DELETED
        take_back(session, post.uri, person.uri)
        removal.withdraw(session, post, Cause.ACCOUNT)
    copy_erasure.erase_received_from(session, person)
    _forget_cases(session, person)
    reader_id = session.execute(select(Reader.id).where(Reader.person_id == person.id)).scalar_one_or_none()
    if reader_id is not None:
        anonymous_questions.take_all_back(session, reader_id)
    followers.unfollow_all(session, person)
    listeners.forget_person(session, person.id)
    for row, (column, _) in OF_PERSON.items():
        if row is not Ban:  # a ban is not lifted by being forgotten
            table = table_of(row)
            session.execute(delete(table).where(table.c[column] == person.id))
    addresses = HashtagPost.author_uri.in_({person.uri, person.url} - {""})
    session.execute(delete(HashtagPost).where(addresses, HashtagPost.state == HashtagPostState.FOUND))
    session.execute(delete(PassedOn).where(PassedOn.to_person_id == person.id))
    session.execute(delete(Reader).where(Reader.person_id == person.id))  # all of theirs goes with them
    session.execute(update(Person).where(Person.id == person.id).values(name="", emojis="[]"))
    return gone


def _forget_cases(session: Session, person: Person) -> None:
    """Forget what somebody wrote in private, and take their objections off the list."""
    appeals = select(Appeal.id).where(Appeal.person_id == person.id)
    mine = {f"appeal:{one}" for one in session.execute(appeals).scalars()}
    asked = select(Case).where(Case.kind.in_((CaseKind.APPEAL, CaseKind.MESSAGE)))
    for case in session.execute(asked).scalars():
        if case.subject_uri in mine:
            cases.close(session, case)
        elif case.sealed and sealed_messages.read_message(case).by == person.uri:
            case.sealed = ""
            cases.close(session, case)


def _posts(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Post, Board.slug)
        .join(Board, Board.id == Post.board_id)
        .where(Post.person_id == person.id)
        .order_by(Post.published)
        .limit(_MOST_ROWS)
    )
    return [
        {
            "id": post.uri,
            "board": slug,
            "state": post.state,
            "published": post.published,
            "visibility": post.visibility,
            "text": plain_text(post),
        }
        for post, slug in rows
    ]


def _decisions(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Decision)
        .outerjoin(Post, Post.id == Decision.post_id)
        .where((Post.person_id == person.id) | (Decision.subject_uri == person.uri))
        .order_by(Decision.at)
        .limit(_MOST_ROWS)
    ).scalars()
    return [
        {
            "kind": one.kind, "rule": one.rule, "reason": one.reason, "automated": one.is_automated, "until": one.until,
            "at": one.at,
        }
        for one in rows
    ]  # fmt: skip


def _rows(
    session: Session, table: Table, column: str, wanted: int, names: tuple[str, ...]
) -> list[dict[str, Any]]:
    chosen = [table.c[name] for name in names]
    found = session.execute(select(*chosen).where(table.c[column] == wanted).limit(_MOST_ROWS))
    return [dict(zip(names, row, strict=True)) for row in found]


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
