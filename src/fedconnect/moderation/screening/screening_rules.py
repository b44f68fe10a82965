"""The screening rules of a board: tried on the last thirty days before they are put in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, aliased

from fedconnect.drafts import PostDraft
from fedconnect.foundation import clock
from fedconnect.foundation.caches import TTLCache
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.html import text_of
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.screening_rule import RuleKind, ScreeningRule
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import in_sight
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision
from fedconnect.moderation.screening import newcomer_limits, rule_matching, spam_waves
from fedconnect.moderation.screening.rule_matching import Rule
from fedconnect.moderation.screening.spam_waves import RecentPost

PERIOD = timedelta(days=30)
MOST_RULES = 20
MOST_TRIED = 2000
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MOST_LATELY = 60
_Telling = tuple[frozenset[str], frozenset[str]]  # words and links
_told: TTLCache[_Telling] = TTLCache(life_s=3600, most=5000)  # post and version → what it tells


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What a rule would have held of the last thirty days: how many of how many, and the latest of them."""

    rule: Rule
    held: int
    tried: int
    titles: list[str]


def list_rules(session: Session, board_id: int) -> list[ScreeningRule]:
    """Return a board's rules, the oldest first."""
    found = select(ScreeningRule).where(ScreeningRule.board_id == board_id)
    return list(session.execute(found.order_by(ScreeningRule.since, ScreeningRule.id)).scalars())


def try_rule(session: Session, board: Board, rule: Rule) -> RuleTrial:
    """Return what a rule would have held of what was shown on a board in the last thirty days (1 query)."""
    rows = session.execute(
        select(Post, Thread.title, Person.born_at)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.board_id == board.id,
            Post.received > clock.now() - PERIOD,
            in_sight(),
        )
        .order_by(Post.received.desc())
        .limit(MOST_TRIED)
    ).all()
    seen: dict[str, int] = {}
    held = []
    for post, title, born_at in reversed(rows):
        words = " ".join(sorted(rule_matching.distinctive_words(text_of(post.source))))
        look = rule_matching.look_at(
            post.source, post.warning, post.source.count('"u-url mention"'), post.language, born_at, post.received,
            seen.get(words, 0),
        )  # fmt: skip
        seen[words] = seen.get(words, 0) + 1
        if rule_matching.breaks(rule, look):
            held.append(title or post.excerpt)
    return RuleTrial(rule, len(held), len(rows), held[-10:][::-1])


def put_in_force(session: Session, context: ModerationContext, rule: Rule) -> bool:
    """Let a rule hold posts from now on.

    Raises:
        Malformed: the board has too many rules.
    """
    authorize(session, context, context.board.id)
    known = list_rules(session, context.board.id)
    if any((one.kind, one.value) == (rule.kind, rule.value) for one in known):
        return False
    if len(known) >= MOST_RULES:
        raise Malformed(
            "rules", safe="A board has at most %(most)s such rules; end one first.", most=MOST_RULES
        )
    session.add(ScreeningRule(board_id=context.board.id, kind=rule.kind, value=rule.value, since=clock.now()))
    record_decision(
        session, context, DecisionKind.SETTINGS, context.board.slug, detail=f"screens {rule.kind}"
    )
    return True


def end(session: Session, context: ModerationContext, rule_id: int) -> bool:
    """Let a rule hold nothing any more."""
    authorize(session, context, context.board.id)
    known = session.get(ScreeningRule, rule_id)
    if known is None or known.board_id != context.board.id:
        return False
    kind = known.kind
    session.execute(delete(ScreeningRule).where(ScreeningRule.id == rule_id))
    record_decision(
        session, context, DecisionKind.SETTINGS, context.board.slug, detail=f"screens {kind} no more"
    )
    return True


def broken_by(session: Session, board: Board, author: Person, draft: PostDraft) -> Rule | None:
    """Return the rule of a board that a draft breaks (1 query a board and transaction; another where a rule counts
    repetitions)."""
    known: dict[int, list[Rule]] = session.info.setdefault("screening", {})
    if board.id not in known:
        known[board.id] = [Rule(one.kind, one.value) for one in list_rules(session, board.id)]
    rules = known[board.id]
    if not rules:
        return None
    repeats = 0
    if any(rule.kind is RuleKind.REPEATED for rule in rules):
        repeats = _count_same(session, board, draft)
    named = len(set(draft.mentions) - set(draft.boards))
    look = rule_matching.look_at(
        draft.html, draft.warning, named, draft.language, author.born_at, clock.now(), repeats
    )
    return rule_matching.first_broken(rules, look)


def wave_of(session: Session, author: Person, draft: PostDraft) -> list[Post] | None:
    """Return the posts of other strangers that make this one part of a wave; None where it is none (1 query; 1 more
    for words that this process has not read yet)."""
    before = aliased(Post)
    lately = session.execute(
        select(Post.id, Post.person_id, Post.updated)
        .where(
            newcomer_limits.is_by_newcomer(),  # whoever is new everywhere is new to a board
            Post.received > clock.now() - _HOUR,
            Post.person_id.is_not(None),
            Post.sealed == "",
            Post.state.in_((PostState.VISIBLE, PostState.HELD)),
            ~exists().where(before.person_id == Post.person_id, before.received <= clock.now() - _HOUR),
        )
        .order_by(Post.received.desc())
        .limit(_MOST_LATELY)
    ).all()
    told = _told_by(session, {row[0]: f"{row[0]}.{row[2]}" for row in lately})
    earlier = [RecentPost(row[0], row[1] or 0, *told[row[0]]) for row in lately]
    new = RecentPost(0, author.id, *_telling(draft.html))
    alike = spam_waves.alike_to(new, earlier)
    if not spam_waves.is_wave(new, alike):
        return None
    return list(session.execute(select(Post).where(Post.id.in_([one.key for one in alike]))).scalars())


def _told_by(session: Session, names: dict[int, str]) -> dict[int, _Telling]:
    """Return what posts tell; each version of a post is read once a process."""
    known = {number: told for number, name in names.items() if (told := _told.get(name)) is not None}
    if missing := [number for number in names if number not in known]:
        for number, source in session.execute(select(Post.id, Post.source).where(Post.id.in_(missing))):
            known[number] = _telling(source)
            _told.put(names[number], known[number])
    return known


def _telling(source: str) -> _Telling:
    return rule_matching.distinctive_words(text_of(source)), rule_matching.links_in(source)


def _count_same(session: Session, board: Board, draft: PostDraft) -> int:
    words = rule_matching.distinctive_words(text_of(draft.html))
    since = session.execute(
        select(Post.source)
        .where(Post.board_id == board.id, Post.received > clock.now() - _DAY, Post.uri != draft.uri)
        .order_by(Post.received.desc())
        .limit(500)
    ).scalars()
    return sum(1 for source in since if rule_matching.distinctive_words(text_of(source)) == words)
