"""One message in a thread, the starter included; and marks that people put on it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.drafts import Visibility
from fedconnect.models.base import Moves, Row, state_column


class PostState(StrEnum):
    """The life of a post here."""

    VISIBLE = "visible"
    HELD = "held"
    REMOVED = "removed"
    DELETED = "deleted"


POST_MOVES = Moves[PostState](
    {
        PostState.VISIBLE: {PostState.DELETED, PostState.HELD, PostState.REMOVED},
        PostState.HELD: {PostState.VISIBLE, PostState.DELETED, PostState.REMOVED},
        PostState.REMOVED: {PostState.VISIBLE, PostState.DELETED},
        PostState.DELETED: {PostState.HELD},  # brought back by its author, and looked at anew
    }
)


class Arrival(StrEnum):
    """How a post came here: sent by its author's server, fetched from it, through a sister board, or written
    here through the author's server, which has not sent it yet."""

    SENT = "sent"
    FETCHED = "fetched"
    LINKED_GROUP = "sister"
    HOME_API = "adopted"


class Post(Row):
    """A message. `person_id` is empty for a board's own notes, `uri` is its identity on its own server.

    `is_addressed` tells whether it names the board: a reply that does not is shown in its thread alone.
    `newcomer_host` is the author's server where nothing of theirs had stood on the board for an hour when it came.
    `may_reply` names who may answer without asking, `may_boost` who may boost (actor ids and collections, one a line), empty for
    anybody; `approval_uri` is where the leave for an answer stands that needed one. `is_sensitive`: its media are folded. `covered`: a moderator
    folded its media, and with a text here its words too; an edit does not lift that. `held_until` is when a post that came too soon is shown. `poll` and `emojis` are JSON; `quote_uri` is the post that this one quotes, `answers_uri` what a thread's first post answers elsewhere.
    `refuses_boosts`: its author said no to one.
    `is_left_out`: its author's server sent more than stands here, so that the page leads to the whole.
    `sealed` are title and words of a post on a board that does not federate; there the fields for words are empty.
    """

    __tablename__ = "post"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    uri: Mapped[str] = mapped_column(String(2048), unique=True)
    url: Mapped[str] = mapped_column(String(2048), default="")
    state: Mapped[PostState] = mapped_column(state_column(PostState), default=PostState.VISIBLE)
    visibility: Mapped[Visibility] = mapped_column(state_column(Visibility))
    is_starter: Mapped[bool] = mapped_column(default=False)
    is_addressed: Mapped[bool] = mapped_column(default=True)
    newcomer_host: Mapped[str] = mapped_column(String(260), default="", server_default="")
    published: Mapped[datetime]
    updated: Mapped[datetime | None]
    received: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(35), default="")
    warning: Mapped[str] = mapped_column(String(500), default="")
    body_html: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(String(320), default="")
    source: Mapped[str] = mapped_column(Text)
    sanitiser: Mapped[int]
    hashtags: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[str] = mapped_column(Text, default="[]")
    arrival: Mapped[Arrival] = mapped_column(state_column(Arrival), default=Arrival.SENT)
    poll: Mapped[str] = mapped_column(Text, default="")
    emojis: Mapped[str] = mapped_column(Text, default="[]")
    quote_uri: Mapped[str] = mapped_column(String(2048), default="")
    answers_uri: Mapped[str] = mapped_column(String(2048), default="", server_default="")
    may_reply: Mapped[str] = mapped_column(Text, default="")
    may_boost: Mapped[str] = mapped_column(Text, default="", server_default="")
    refuses_boosts: Mapped[bool] = mapped_column(default=False, server_default=false())
    approval_uri: Mapped[str] = mapped_column(String(2048), default="", server_default="")
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    is_left_out: Mapped[bool] = mapped_column(default=False, server_default=false())
    covered: Mapped[str | None] = mapped_column(String(500))
    held_until: Mapped[datetime | None]
    sealed: Mapped[str] = mapped_column(Text, default="", server_default="")

    def move(self, new: PostState) -> None:
        """Change the state; the only way to do so."""
        POST_MOVES.check(self.state, new)
        self.state = new


Index("ix_post_received", Post.received)
Index("ix_post_url", Post.url)
Index(
    "ix_post_held_until",
    Post.held_until,
    sqlite_where=Post.held_until.is_not(None),
    postgresql_where=Post.held_until.is_not(None),
)
Index("ix_post_approval", Post.approval_uri)
Index(
    "ix_post_newcomers",
    Post.received,
    sqlite_where=Post.newcomer_host != "",
    postgresql_where=Post.newcomer_host != "",
)
Index("ix_post_thread_order", Post.thread_id, Post.published, Post.uri)


class ReactionKind(StrEnum):
    """What a person did to a post on their own server."""

    LIKE = "like"
    BOOST = "boost"


class Reaction(Row):
    """A Like or a boost that reached us. Never counted, never a weight; an author's own Like of an answer says that they were
    answered."""

    __tablename__ = "reaction"
    __table_args__ = (UniqueConstraint("post_id", "person_id", "kind"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[ReactionKind] = mapped_column(state_column(ReactionKind))
    uri: Mapped[str] = mapped_column(String(2048), index=True)


class Tombstone(Row):
    """Something taken back before, or after, it arrived: whatever comes under this uri stays away."""

    __tablename__ = "tombstone"
    __table_args__ = (UniqueConstraint("uri", "actor_uri"),)

    uri: Mapped[str] = mapped_column(String(2048))
    actor_uri: Mapped[str] = mapped_column(String(2048))
    at: Mapped[datetime] = mapped_column(index=True)
