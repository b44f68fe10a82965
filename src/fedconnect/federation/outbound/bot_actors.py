"""Our actors beside the boards: each board's quiet companion, the moderators' common one, and those that plugins register.

They are followed and written to like anybody, and hold keys of their own. Ref: ActivityPub §7.5; actor type Service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from html import escape

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys, remote_actors
from fedconnect.activitypub.vocabulary import Document
from fedconnect.events import BotFollowed, BotMessaged, emit
from fedconnect.federation import render
from fedconnect.federation.outbound import outbox
from fedconnect.forum import moderators
from fedconnect.forum.boards import board_uri, find_board, slug_of
from fedconnect.forum.tombstones import was_taken_back
from fedconnect.foundation import clock, database, ids, own_address
from fedconnect.foundation.ids import new_id
from fedconnect.hooks import manager
from fedconnect.hooks.views import BotView, PersonView
from fedconnect.models.board import Board
from fedconnect.models.bot_actor import BotFollow, BotNote
from fedconnect.models.person import Person

MODERATORS = "moderators"
_ANSWERED_EVERY = timedelta(days=1)
_NOBODY_READS = (
    "Nobody reads messages sent to this address. To object to a decision, reply to the board's private message about it, "
    "or write to the board in private: its moderators read that."
)
_COMPANION = "/companion"
_QUIET = "quiet:"
_SUFFIX = "_quiet"


@dataclass(frozen=True, slots=True)
class BotActor:
    """An actor: `name` is that of its key, `handle` what people type, `board_id` its board where it has one."""

    name: str
    handle: str
    title: str
    summary: str
    uri: str
    page: str
    language: str = "en"
    board_id: int | None = None


def companion_of(board: Board) -> BotActor:
    """Return the companion of a board: `@respite_quiet`, which boosts what few have seen."""
    uri = board_uri(board.slug)
    return BotActor(
        name=f"{_QUIET}{board.slug}",
        handle=f"{board.slug}{_SUFFIX}",
        title=f"{board.name}: quiet posts",
        summary=f"Boosts a few posts a day from the board “{board.name}” that hardly anybody has seen or "
        "answered yet, so that they are heard. Follow me, and perhaps you can answer.",
        uri=uri + _COMPANION,
        page=f"{uri}/quiet",
        language=board.language,
        board_id=board.id,
    )


def moderators_of_all() -> BotActor:
    """Return the actor in whose name other servers hear what moderators decide: one for the installation, so that nobody of
    a team is named. Threadiverse software obeys those whom a board lists as its moderators, and takes no Group for one.
    """
    return BotActor(
        name=MODERATORS,
        handle=MODERATORS,
        title="Moderators",
        summary="Decisions by the moderators of the boards here are announced under this name, so that none of them is "
        "named. Nobody reads messages to it: to object, reply to the board's private message, or write to the board in "
        "private.",
        uri=moderators.common_actor_uri(),
        page=f"{own_address.base_url()}/transparency",
    )


def list_registered() -> list[BotActor]:
    """Return the services of plugins that are switched on."""
    return [_registered(view) for _, views in manager.collect("register_bots") for view in views]


def find_bot(session: Session, uri: str) -> BotActor | None:
    """Return the service with this actor id (or a collection of its), or None."""
    uri = uri.removesuffix("/followers")
    if uri.endswith(_COMPANION):
        slug = slug_of(uri.removesuffix(_COMPANION))
        board = find_board(session, slug) if slug is not None else None
        return companion_of(board) if board is not None else None
    if not uri.startswith(own_address.base_url() + "/services/"):
        return None
    return next((one for one in _of_the_installation() if one.uri == uri), None)


def find_handle(session: Session, name: str) -> BotActor | None:
    """Return the service that people know by this name, or None."""
    if name.endswith(_SUFFIX):
        board = find_board(session, name.removesuffix(_SUFFIX))
        return companion_of(board) if board is not None else None
    return next((one for one in _of_the_installation() if one.handle == name), None)


def ensure_keys(session: Session) -> set[str]:
    """Make the keys of services that have none: of boards from before, of plugins that are new. Return their names."""
    boards = session.execute(select(Board).where(Board.is_local_only.is_(False))).scalars().all()
    base = own_address.base_url()
    return {
        bot.name
        for bot in (*map(companion_of, boards), *_of_the_installation())
        if own_keys.ensure_key(session, bot.name, bot.uri.removeprefix(base))
    }


def follow(session: Session, bot: BotActor, person: Person, uri: str) -> bool:
    """Let a person follow a service; asked again, they are answered again. False if already taken back."""
    if was_taken_back(session, uri, person.uri):
        return False
    known = session.execute(
        select(BotFollow).where(BotFollow.bot == bot.name, BotFollow.person_id == person.id)
    ).scalar_one_or_none()
    if known is None:
        known = BotFollow(bot=bot.name, person_id=person.id, uri=uri, since=clock.now())
        session.add(known)
    known.uri = uri
    emit(session, BotFollowed(bot.name, bot.uri, person.id, uri))
    return True


def unfollow(session: Session, person: Person, uri: str, target: str) -> bool:
    """End a follow of a service, named by its activity or by its target; whether there was one."""
    named = select(BotFollow).where(BotFollow.person_id == person.id)
    if uri:
        named = named.where(BotFollow.uri == uri)
    else:
        bot = find_bot(session, target)
        if bot is None:
            return False
        named = named.where(BotFollow.bot == bot.name)
    found = session.execute(named).scalars().all()
    for one in found:
        session.delete(one)
    return bool(found)


def forget_person(session: Session, person: Person) -> None:
    """Forget what somebody who is gone followed and was written."""
    for table in (BotFollow, BotNote):
        session.execute(delete(table).where(table.person_id == person.id))


def inboxes_of(session: Session, bot: BotActor, but: Iterable[int] = ()) -> list[str]:
    """Return the inboxes, shared where there is one, of a service's followers, without some people.

    Where somebody is left out, their server's others are reached one by one.
    """
    left_out = set(but)
    rows = session.execute(
        select(Person.id, Person.host, Person.inbox, func.coalesce(Person.shared_inbox, Person.inbox))
        .join(BotFollow, BotFollow.person_id == Person.id)
        .where(BotFollow.bot == bot.name, Person.gone_at.is_(None))
    ).all()
    one_by_one = {row[1] for row in rows if row[0] in left_out}
    return sorted({row[2] if row[1] in one_by_one else row[3] for row in rows if row[0] not in left_out})


def receive_message(session: Session, bot: BotActor, person: Person, text: str, uri: str) -> None:
    """Pass on to its plugin what somebody wrote to a service in private; to the moderators' common actor, say whom to write to."""
    if bot.name == MODERATORS:
        _say_whom_to_write_to(session, bot, person, uri)
        return
    emit(session, BotMessaged(bot.name, person.uri, person.handle, text[:2000], uri))


def _say_whom_to_write_to(session: Session, bot: BotActor, person: Person, uri: str) -> None:
    """Answer, once a day, who wrote to an address that nobody reads."""
    lately = select(BotNote.id).where(
        BotNote.bot == bot.name, BotNote.person_id == person.id, BotNote.at > clock.now() - _ANSWERED_EVERY
    )
    if session.execute(lately).first() is None:
        write(session, bot, person, f"<p>{escape(_NOBODY_READS)}</p>", uri)


def write(session: Session, bot: BotActor, person: Person, html: str, in_reply_to: str = "") -> None:
    """Send a private note of a service to one person. `html` is ours, and safe."""
    note = BotNote(
        id=new_id(),
        bot=bot.name,
        person_id=person.id,
        in_reply_to=in_reply_to,
        html=html,
        at=clock.now(),
    )
    session.add(note)
    document = render.bot_note(bot.uri, person, note)
    outbox.send_as(session, bot.name, document, document["object"]["id"], [person.inbox])


def send_note(name: str, person_uri: str, html: str, in_reply_to: str = "") -> bool:
    """Send a private note for a plugin; False where there is nobody (any more) to send it to.

    Opens its own transaction. `html` is the plugin's, and safe.
    """
    with database.transaction() as session:
        bot = find_handle(session, name)
        person = remote_actors.find_person(session, person_uri)
        if bot is None or person is None or person.gone_at is not None:
            return False
        write(session, bot, person, html, in_reply_to)
    return True


def end_follow(name: str, person_uri: str) -> None:
    """End somebody's follow of a plugin's service, and tell their server. Opens its own transaction."""
    with database.transaction() as session:
        bot = find_handle(session, name)
        person = remote_actors.find_person(session, person_uri)
        if bot is None or person is None:
            return
        followed = session.execute(
            select(BotFollow).where(BotFollow.bot == bot.name, BotFollow.person_id == person.id)
        ).scalars()
        for one in followed.all():
            uri = f"{bot.uri}#rejects/{render.digest(one.uri)}"
            document = render.reject_follow(bot.uri, person, one.uri, uri)
            outbox.send_as(session, bot.name, document, one.uri, [person.inbox], urgent=True)
            session.delete(one)


def list_followers(name: str) -> list[PersonView]:
    """Return who follows a plugin's service; for the plugin alone, never shown. Opens its own session."""
    with database.read_transaction() as session:
        rows = session.execute(
            select(Person)
            .join(BotFollow, BotFollow.person_id == Person.id)
            .where(BotFollow.bot == name, Person.gone_at.is_(None))
        ).scalars()
        return [PersonView(one.uri, one.name, one.handle) for one in rows]


def find_note(session: Session, bot: BotActor, number: str) -> tuple[BotNote, Person] | None:
    """Return a note of a service by the last part of its address, with whom it was written to."""
    note = session.get(BotNote, ids.parse_id(number) or 0)
    if note is None or note.bot != bot.name:
        return None
    return note, session.get_one(Person, note.person_id)


def accept(session: Session, event: BotFollowed) -> None:
    """Say yes to a Follow of a service; said again when it is asked again."""
    person = session.get_one(Person, event.person_id)
    uri = f"{event.bot_uri}#accepts/{render.digest(event.follow_uri)}"
    known = outbox.find_activity(session, uri)
    if known is not None:
        outbox.send_again(session, known)
        return
    document: Document = render.accept_bot_follow(event.bot_uri, person, event.follow_uri, uri)
    outbox.send_as(session, event.bot, document, event.follow_uri, [person.inbox], urgent=True)


def _of_the_installation() -> list[BotActor]:
    return [moderators_of_all(), *list_registered()]


def _registered(view: BotView) -> BotActor:
    base = own_address.base_url()
    return BotActor(
        view.name, view.name, view.title, view.summary, f"{base}/services/{view.name}", base + view.page
    )
