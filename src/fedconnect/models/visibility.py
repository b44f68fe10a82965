"""The only answers to "may this be seen here?" that anything asks."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from fedconnect.drafts import Visibility
from fedconnect.models.board import Board
from fedconnect.models.hearing import Exclusion, Hearing
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.profile import OptOut
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.thread import Thread
from fedconnect.models.travel_consent import TravelConsent

_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


def in_sight(post: type[Post] = Post) -> ColumnElement[bool]:
    """Posts that stand: neither held, removed nor deleted, whoever may read them. For what is counted, screened and kept;
    what is shown asks one of the functions below."""
    return post.state == PostState.VISIBLE


def open_to_all() -> ColumnElement[bool]:
    """Posts that were not meant for somebody alone: public or unlisted ones, in whatever state."""
    return Post.visibility.in_(_OPEN)


def searchable() -> ColumnElement[bool]:
    """Posts whose words may be looked for: public ones that stand; their authors are asked besides."""
    return and_(in_sight(), Post.visibility == Visibility.PUBLIC)


def visible_in_thread() -> ColumnElement[bool]:
    """Posts that anybody may read in their thread: public or unlisted, and not held or deleted."""
    return and_(in_sight(), open_to_all())


def taken_by(board: Board) -> ColumnElement[bool]:
    """Posts that a board shows: without those that do not name it, where it wants only what does."""
    if board.takes_unaddressed:
        return true()
    return or_(Post.is_addressed.is_(True), Post.is_starter.is_(True))


def listed_on_board() -> ColumnElement[bool]:
    """Threads that stand in their board's list, archive and quiet page: public and unlisted ones."""
    return Thread.is_listed.is_(True)


def listed_everywhere() -> ColumnElement[bool]:
    """Threads that may also stand on the front page and in feeds: public ones alone, whose first post is not gone (which leaves no
    title)."""
    return and_(Thread.is_listed.is_(True), Thread.is_public.is_(True), Thread.title != "")


def of_open_board(board_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """What stands on a board that is not archived, by its column of the board's id."""
    board = aliased(Board)  # a query may have its own
    return board_id.not_in(select(board.id).where(board.archived_at.is_not(None)))


def from_silenced() -> ColumnElement[bool]:
    """Posts of a silenced server's people: they stand on their board and are brought to nobody (Post joined to Person)."""
    return exists().where(Instance.host == Person.host, Instance.policy == Policy.SILENCED)


def may_surface() -> ColumnElement[bool]:
    """Posts that may be shown to readers of their board who were not looking for them (Post outer-joined to Person).

    Naming a board in public is consent to a hearing on that board, unless the author said no: by a refusal,
    or by #nobot or #noindex in their profile. A post in safeguarding goes to listeners and moderators alone; one from
    a silenced server to nobody, and so does what is on an archived board, since nobody can answer there.
    """
    refused = exists().where(
        OptOut.person_id == Post.person_id,
        or_(OptOut.board_id.is_(None), OptOut.board_id == Post.board_id),
    )
    kept_back = aliased(Hearing)
    in_safeguarding = exists().where(
        kept_back.post_id == Post.id, kept_back.exclusion == Exclusion.SAFEGUARDING
    )
    lets = and_(
        Person.asks_no_bots.is_(False),
        Person.gone_at.is_(None),
        Person.quarantined_at.is_(None),
        ~refused,
        ~from_silenced(),
    )
    return and_(
        visible_in_thread(),
        Post.is_addressed.is_(True),
        ~in_safeguarding,
        of_open_board(Post.board_id),
        or_(Post.person_id.is_(None), lets),  # the board's own words, for somebody who is not named
    )


def may_teach() -> ColumnElement[bool]:
    """Of those, posts by which topics are understood all over the forum (Board in the query): none of a discreet board."""
    return and_(may_surface(), Board.is_discreet.is_(False))


def welcome_to(handle: str) -> ColumnElement[bool]:
    """Posts whose author does not hide this reader, or their server, from themselves: what somebody blocked
    or muted is not brought to them (Post in the query)."""
    return _welcome(**{name: literal(value) for name, value in asker_named(handle).items()})


def welcome_to_asker() -> ColumnElement[bool]:
    """The same in a query that is built once and asked for many: `asker_named` says for whom."""
    return _welcome(bindparam("asker"), bindparam("asker_host"))


def asker_named(handle: str) -> dict[str, str]:
    """Return what `welcome_to_asker` is asked for: somebody's handle and server, as mutes name them."""
    name = handle.removeprefix("@").lower()
    return {"asker": name, "asker_host": name.rpartition("@")[2]}


def _welcome(asker: ColumnElement[str], asker_host: ColumnElement[str]) -> ColumnElement[bool]:
    against = or_(
        and_(Mute.kind == MuteKind.PERSON, Mute.subject == asker),
        and_(Mute.kind == MuteKind.SERVER, Mute.subject == asker_host),
    )
    return ~exists().where(Reader.person_id == Post.person_id, Mute.reader_id == Reader.id, against)


def hides(author_id: int | None) -> ColumnElement[bool]:
    """People (Person in the query) whom an author hides from themselves, or whose server they do."""
    return exists().where(Reader.person_id == author_id, Mute.reader_id == Reader.id, against(Person))


def against(somebody: type[Person]) -> ColumnElement[bool]:
    """Mutes (in the query) against somebody, or their server."""
    host: SQLColumnExpression[str] = func.lower(somebody.handle_host)
    return or_(
        and_(Mute.kind == MuteKind.PERSON, Mute.subject == func.lower(somebody.username) + "@" + host),
        and_(Mute.kind == MuteKind.SERVER, Mute.subject == host),
    )


def may_travel() -> ColumnElement[bool]:
    """Of those, public posts that may also be shown beyond their board: by companion, letter, to readers of other
    boards. Their author said so or, where they said nothing, lets search engines find them (Post joined to Person)."""
    return and_(may_surface(), Post.visibility == Visibility.PUBLIC, lets_travel())


def lets_travel() -> ColumnElement[bool]:
    """Authors (Person in the query) who let their posts travel: by their word, or by their profile where they said
    nothing. Ref: FEP-5feb (`indexable`)."""
    said = exists().where(TravelConsent.person_id == Person.id)
    return or_(
        said.where(TravelConsent.allows.is_(True)),
        and_(Person.indexable.is_(True), ~said.where(TravelConsent.allows.is_(False))),
    )
