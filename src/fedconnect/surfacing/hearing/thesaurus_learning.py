"""The thesaurus is learnt from what may be shown to readers who were not looking for it, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from fedconnect.foundation import database
from fedconnect.meaning import learnt_thesaurus
from fedconnect.meaning.corpus import Corpus
from fedconnect.meaning.latent_semantics import Embed, learn
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import may_teach
from fedconnect.surfacing.hearing.post_tokens import words_of
from fedconnect.surfacing.parameters import in_force

_AT_ONCE = 200
_LOOKED_AT = 3  # times as many posts as are taken, where many are of the same authors


def learn_anew(embed: Embed, is_stopped: Callable[[], bool]) -> bool:
    """Learn from the youngest posts, where it is time to; `embed` is asked for vectors of words, with no transaction open.

    Returns whether something was learnt; not where the process is to stop meanwhile.
    """
    with database.read_transaction() as session:
        if not learnt_thesaurus.is_due(session, in_force().meaning):
            return False
    corpus, before = Corpus(in_force().meaning), None
    for _ in range(0, _LOOKED_AT * in_force().meaning.most_posts, _AT_ONCE):
        if is_stopped():
            return False
        before, ended = _gather(corpus, before)
        if ended or corpus.is_full:
            break
    learnt = learn(corpus, in_force().meaning, embed)
    with database.transaction() as session:
        learnt_thesaurus.keep(session, learnt, len(corpus.posts))
    return True


def _gather(corpus: Corpus, before: int | None) -> tuple[int | None, bool]:
    """Take two hundred posts in, those before one of them (1 query); return the last, and whether there are no more."""
    chosen = (
        select(Post, Thread, Board.language)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(may_teach())
        .order_by(Post.id.desc())
        .limit(_AT_ONCE)
    )
    with database.read_transaction() as session:
        rows = session.execute(chosen if before is None else chosen.where(Post.id < before)).all()
        for post, thread, language in rows:  # who says no language writes that of the board
            author = post.person_id or 0
            if corpus.takes(author):
                corpus.add(words_of(post, thread), post.language or language, author)
    return (rows[-1][0].id if rows else before), len(rows) < _AT_ONCE
