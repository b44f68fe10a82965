"""A post, or an edit, as a door hands it in: proven to be its author's, cleaned and screened."""

from __future__ import annotations

from dataclasses import dataclass

from fedconnect.drafts import PostDraft
from fedconnect.forum.local_only import SealedText
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post
from fedconnect.moderation.author_status import AuthorStatus


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post for a board, which no check of the domain has seen yet.

    `author` is empty for the board's own words; `is_anonymous`: it asks them for somebody. `parent` is what it answers;
    without one it begins a thread. `is_addressed`: it names the board itself. `linked_group_uri` is the sister board that
    brought it, `was_passed_on`: it is not from its author's server and was not meant for this board.
    `approval` is where the leave for an answer stands, proven: empty where it needs one and has none, None where it
    needs none. `is_refused` and `screened` are what plugins and the server's policy say (see `AdmissionFacts`).
    `words` are what is sealed on a board that stays here; `author_status`, where the door has read it.
    """

    board: Board
    author: Person | None
    draft: PostDraft
    parent: Post | None = None
    arrival: Arrival = Arrival.SENT
    is_addressed: bool = True
    linked_group_uri: str | None = None
    was_passed_on: bool = False
    approval: str | None = None
    is_refused: bool = False
    screened: str = ""
    is_anonymous: bool = False
    words: SealedText | None = None
    author_status: AuthorStatus | None = None

    @property
    def has_id_of_ours(self) -> bool:
        """Whether its id was made here just now, so that nobody can know it or have taken it back."""
        return self.author is None or self.words is not None


@dataclass(frozen=True, slots=True)
class PostEdit:
    """A new version of a post that is here, by its own author; `screened` as in `HoldFacts`. `is_restored`: the post was deleted,
    and its author brings it back."""

    post: Post
    board: Board
    author: Person
    draft: PostDraft
    screened: str = ""
    is_restored: bool = False
