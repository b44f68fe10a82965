"""What an action of moderators is: how it is called, where it is offered, what it does, whom it tells, what takes it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.authorization import ModerationContext

NO_LABEL = Sentence("")


class Letter(StrEnum):
    """What is written to whom a decision concerns: nothing, rule and reason, or only that it was done."""

    NONE = "none"
    WITH_REASON = "with reason"
    PLAIN = "plain"


class Section(StrEnum):
    """Where an action stands in the form for a decision."""

    NONE = "none"
    FIRST = "first"
    SHOWING = "showing"
    CONVERSATION = "conversation"
    TITLE = "title"
    PLACE = "place"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Federated:
    """How the threadiverse hears of a decision: an activity about its subject, in a `collection` of the board, or the
    Undo of the decision that it `undoes`. Ref: FEP-1b12 §moderation."""

    activity: str
    collection: str = ""
    undoes: DecisionKind | None = None


@dataclass(frozen=True, slots=True)
class ActionParams:
    """What a form says beside the action: a title, a board's slug, a thread's number, a warning, days (0: for good), or
    a moment."""

    title: str = ""
    board: str = ""
    thread: str = ""
    warning: str = ""
    days: int = 7
    until: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """When it ends; None: never."""
        return self.until or (clock.now() + timedelta(days=self.days) if self.days else None)


@dataclass(frozen=True, slots=True)
class Target:
    """What is decided on: a post, somebody as such, or (neither) what only has an id."""

    uri: str
    post: Post | None = None
    person: Person | None = None

    def need_post(self) -> Post:
        """Return the post. Raises Malformed where there is none."""
        if self.post is None:
            raise Malformed("post", safe="Please choose what to do.")
        return self.post

    def need_author(self, session: Session) -> Person:
        """Return somebody as such, or the author of the post. Raises Malformed where the board itself wrote it."""
        if self.person is not None:
            return self.person
        post = self.need_post()
        if post.person_id is None:
            raise Malformed("author", safe="The board itself wrote this.")
        return session.get_one(Person, post.person_id)


@dataclass(frozen=True)
class DecisionType:
    """One kind of decision, as the log, letters, appeals and other servers know it."""

    kind: DecisionKind
    done: Sentence  # the heading in the log
    letter: Letter = Letter.NONE
    is_appealable: bool = False
    federated: Federated | None = None
    is_public: bool = True  # else it is settled within the team, and stands in no public log
    is_notified: bool = True  # to the author of its post, on their own page here
    is_about_thread: bool = False  # and not about somebody in it: a link to it tells nothing of anybody
    shows_detail: bool = False  # it names a board, a version or a setting, which anybody can read


Perform = Callable[[Session, ModerationContext, Target, ActionParams], Decision | None]


def nowhere(post: Post, board: Board) -> bool:
    """Offer an action in no form."""
    return False


@dataclass(frozen=True, kw_only=True)
class Action(DecisionType):
    """One kind of decision that moderators make on a post or a person.

    `perform` checks the permission, changes what is to be changed and returns the decision, or None where nothing
    changed. `inverse` takes it back, at once or on appeal; without one, an appeal that is right changes nothing here.
    `inputs` names what its form asks for beside rule and reason.
    """

    perform: Perform
    label: Sentence = NO_LABEL  # on its button, where it has one
    section: Section = Section.NONE
    is_offered: Callable[[Post, Board], bool] = nowhere
    is_for_persons: bool = False
    is_for_ids: bool = False  # as an inverse: also where neither a post nor somebody is known any more
    is_for_local_boards: bool = False
    is_strong: bool = False  # its button stands out
    inverse: DecisionKind | None = None
    inputs: frozenset[str] = frozenset()
