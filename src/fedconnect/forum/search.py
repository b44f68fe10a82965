"""Words in public posts, found without accents and case, and in their other forms (carer, carers); newest first, since nothing
here has a rank.

Only posts whose authors let themselves be found (`indexable`, asked anew with each search), never unlisted
ones. Ref: FEP-5feb; SQLite FTS5, PostgreSQL full text search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC as utc
from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    TableClause,
    Text,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from fedconnect.drafts import Visibility
from fedconnect.forum.author_display import Author, author_of
from fedconnect.foundation import database, unicode_forms
from fedconnect.foundation.html import text_of
from fedconnect.meaning.stems import LANGUAGES, stem
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import searchable

RESULTS_A_PAGE = 20
_MOST_PAGES = 50
_FTS5 = table("search_words", column("rowid", BigInteger), column("words", Text))
_TSVECTOR = table("search_words", column("post_id", BigInteger), column("words", Text))
_MOST_WORDS = 8
_MOST_HITS = (
    2_000  # the newest by arrival: a common word stands in most posts, and nobody turns so many pages
)
_MOST_HITS_NARROWED = 10_000
_LONGEST = 200
_MOST_INDEXED = 40_000  # characters of a post
_MOST_STEMMED = (
    8_000  # of these are looked at for the forms of words: 20 to 40 ms where no word was met before
)
_STEM = "qxz"  # what a stem begins with in the index, and before it its language's code: no word does
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: words, and what narrows it; every part may be empty."""

    words: str = ""
    board: str = ""
    person: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not (_looked_up(self.words) or self.person)


@dataclass(frozen=True, slots=True)
class Found:
    """One post that was found."""

    post_id: int
    thread_id: int
    board_slug: str
    board_name: str
    hides_authors: bool
    title: str
    excerpt: str
    warning: str
    language: str
    is_starter: bool
    author: Author
    author_handle: str
    published: datetime


def fold(words: str) -> str:
    """Return words as they are looked up: lower case, without accents, nothing but letters and digits."""
    bare = unicode_forms.normalize("NFKD", words.casefold())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", bare))


def _stem_of(word: str, language: str) -> str:
    """Return what the forms of a word have in common as one word of the index, which nobody writes; nothing where its language
    has no stems that we know."""
    found, _, root = stem(word, language).partition(":")
    return f"{_STEM}{found}{fold(root).replace(' ', '')}" if found and len(word) > 2 else ""


def _stems_in(words: str, language: str) -> str:
    """Return the stems of all words, each once."""
    found = dict.fromkeys(_stem_of(word, language) for word in _WORD.findall(words.casefold()))
    return " ".join(one for one in found if one)


def _forms_of(word: str) -> list[str]:
    """Return what is looked for where a word is asked for: itself, and its stem in each language."""
    stems = (_stem_of(word, language) for language in LANGUAGES)
    return [fold(word), *(one for one in stems if one)]


def _looked_up(words: str) -> list[str]:
    """Return which of the words that were typed are looked for, in lower case."""
    found = [word for word in _WORD.findall(words[:_LONGEST].casefold()) if fold(word)]
    return [word for word in found if not fold(word).startswith(_STEM)][:_MOST_WORDS]


def enter(session: Session, post: Post, title: str) -> None:
    """Put a post's words into the index, instead of what stood there."""
    leave(session, post.id)
    if post.state is PostState.VISIBLE and post.visibility is Visibility.PUBLIC:
        text = f"{title} {post.warning} {text_of(post.body_html)} {post.hashtags}"[:_MOST_INDEXED]
        language = post.language or session.get_one(Board, post.board_id).language
        words = f"{fold(text)[:_MOST_INDEXED]} {_stems_in(text[:_MOST_STEMMED], language)}"
        index, key = _index(session)
        session.execute(index.insert().values({key.name: post.id, "words": words}))


def leave_no_trace() -> None:
    """Rewrite SQLite's file without what was deleted from it: the index of words, which keeps words until it is merged,
    and the log of changes. Opens its own transaction; for after somebody was forgotten. PostgreSQL's VACUUM does it.
    """
    with database.transaction() as session:
        if database.installed().is_sqlite:
            session.execute(text("INSERT INTO search_words(search_words) VALUES ('optimize')"))
    database.flush_log()


def leave(session: Session, post_id: int) -> None:
    """Take a post's words out of the index."""
    index, key = _index(session)
    session.execute(index.delete().where(key == post_id))


def list_missing(session: Session, after: int, most: int = 5_000) -> tuple[list[int], int | None]:
    """Return which of the next posts, by id, should stand in the index and do not; and the last that was looked at,
    None where there are no more."""
    index, key = _index(session)
    ids = list(
        session.execute(select(Post.id).where(Post.id > after).order_by(Post.id).limit(most)).scalars()
    )
    if not ids:
        return [], None
    entered = select(key).select_from(index).where(key == Post.id).exists()
    missing = select(Post.id).where(
        Post.id > after, Post.id <= ids[-1], searchable(), ~entered,
    )  # fmt: skip
    return list(session.execute(missing).scalars()), ids[-1]


def enter_missing(session: Session, post_ids: Sequence[int]) -> None:
    """Enter some posts that are from before there was an index."""
    rows = session.execute(
        select(Post, Thread.title).join(Thread, Thread.id == Post.thread_id).where(Post.id.in_(post_ids))
    ).all()
    for post, title in rows:
        enter(session, post, title if post.is_starter else "")


def search(session: Session, question: Question, page: int = 1) -> tuple[Sequence[Found], bool]:
    """Return one page of what was found, and whether there is more (1 query)."""
    if question.is_empty:
        return [], False
    rows = session.execute(
        select(Post, Thread.title, Board, Person)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(*_conditions(session, question))
        .order_by(Post.published.desc(), Post.uri.desc())
        .offset((min(page, _MOST_PAGES) - 1) * RESULTS_A_PAGE)
        .limit(RESULTS_A_PAGE + 1)
    ).all()
    found = [
        Found(
            post.id, post.thread_id, board.slug, board.name, board.hides_authors, title, post.excerpt,
            post.warning, post.language, post.is_starter,
            author_of(person.name, person.username, person.handle_host, person.url, board.name, person.emojis)
            if person is not None else author_of(None, None, None, None, board.name),
            person.handle if person is not None else "", post.published,
        )
        for post, title, board, person in rows
    ]  # fmt: skip
    return found[:RESULTS_A_PAGE], len(found) > RESULTS_A_PAGE


def may_be_found() -> ColumnElement[bool]:
    """Public posts of authors who let themselves be found, and the boards' own."""
    public = searchable()
    lets = Person.indexable.is_(True) & Person.asks_no_bots.is_(False) & Person.gone_at.is_(None)
    addressed = Post.is_addressed.is_(True) & Thread.is_public.is_(True)
    return public & addressed & or_(Post.person_id.is_(None), lets)


def _conditions(session: Session, question: Question) -> list[ColumnElement[bool]]:
    found = [may_be_found()]
    words = _looked_up(question.words)
    if words:
        index, key = _index(session)
        forms = [[f'"{form}"' for form in _forms_of(word)] for word in words]
        if len(words[-1]) > 2:  # the last word may be the beginning of one
            forms[-1].append(f'"{fold(words[-1])}"*')
        if index is _FTS5:
            match = index.c.words.op("MATCH")(" AND ".join(f"({' OR '.join(each)})" for each in forms))
        else:
            asked = " & ".join(f"({' | '.join(each)})" for each in forms)
            asked = asked.replace('"*', '":*').replace('"', "'")
            simple: ColumnElement[str] = literal_column("'simple'")
            match = func.to_tsvector(simple, index.c.words).op("@@")(func.to_tsquery(simple, asked))
        narrowed = bool(
            question.board or question.language or question.person or question.since or question.until
        )
        newest = (
            select(key)
            .where(match)
            .order_by(key.desc())
            .limit(_MOST_HITS_NARROWED if narrowed else _MOST_HITS)
        )
        found.append(Post.id.in_(newest))
    if question.board:
        found.append(Board.slug == question.board)
    if question.language:
        found.append(Post.language.startswith(question.language, autoescape=True))
    if question.person:
        user, _, host = question.person.removeprefix("@").partition("@")
        found += [Person.username == user, Person.handle_host == host.lower()]
    if question.since is not None:
        found.append(Post.published >= datetime.combine(question.since, time(), utc))
    if question.until is not None:
        found.append(Post.published <= datetime.combine(question.until, time.max, utc))
    return found


def _index(session: Session) -> tuple[TableClause, ColumnClause[int]]:
    """Return the engine's own index, and its column of post ids."""
    index = _FTS5 if session.get_bind().dialect.name == "sqlite" else _TSVECTOR
    return index, index.c[0]
