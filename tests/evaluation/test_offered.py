"""What a reader may be shown in a replay: the forbidden first, then what is found, then what comes first."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fedconnect.evaluation import offered as module
from fedconnect.evaluation.offered import NEVER, matched, offered
from fedconnect.evaluation.world import World, build_world
from fedconnect.surfacing.feed import candidates
from fedconnect.surfacing.hearing import rematching
from fedconnect.surfacing.parameters import in_force
from support.surfacing_rows import a_dataset

P = in_force()
LIFE_H = P.ranking.life_days * 24
HOURS = P.hearing.hours
THEIRS, OTHER = 0, 1  # the board that every reader follows, and one that nobody does


def a_world(arrival: list[float], boards: list[int] | None = None, **values: Any) -> World:
    """Posts of people who do not read, all of which travel and fit nobody by their words."""
    count = len(arrival)
    found = build_world(a_dataset(*((at, 100 + n, f"word{n}") for n, at in enumerate(arrival))), P)
    follows = np.zeros((3, 2), bool)
    follows[:, THEIRS] = True
    known: dict[str, Any] = {
        "boards": np.array(boards or [THEIRS] * count), "follows": follows, "travels": np.ones(count, bool),
        "word_fits": np.zeros((3, count), np.float32),
    }  # fmt: skip
    return replace(found, **{**known, **values})


def fitting(*fits: float) -> NDArray[np.float32]:
    """How well posts fit the first reader by their words, and nobody else."""
    table = np.zeros((3, len(fits)), np.float32)
    table[0] = fits
    return table


def ask(world: World, now_h: float, reader: int = 0, **values: Any) -> list[int]:
    """What somebody who has opened nothing is offered; nobody answered, and each post is promised ten."""
    count = len(world.arrival_h)
    known: dict[str, Any] = {
        "opened_h": np.full(count, NEVER, np.float32),
        "last_answer_h": np.full(count, NEVER, np.float32), "heard": np.zeros(count),
        "floors": np.full(count, 10.0), "ended_h": np.full(count, np.inf),
    }  # fmt: skip
    found = offered(world, reader, now_h, **{**known, **values}, parameters=P)
    return [int(place) for place in found]


# The forbidden


def test_nobody_is_shown_their_own_post() -> None:
    world = a_world([1.0, 2.0], [THEIRS, OTHER], word_fits=np.ones((3, 2), np.float32))
    world = replace(world, authors=np.array([0, 0]))
    assert ask(world, 5, reader=0) == [], "neither on a board that they follow nor as a match"
    assert ask(world, 5, reader=1) == [0, 1]


def test_a_post_that_does_not_travel_is_shown_to_nobody_beyond_its_board() -> None:
    stays = a_world([1.0, 1.0], [OTHER, OTHER], word_fits=fitting(9.0, 0.1), travels=np.array([False, True]))
    assert ask(stays, 5) == [1]
    assert ask(replace(stays, boards=np.array([THEIRS, THEIRS])), 5) == [0, 1]


def test_of_a_board_that_a_reader_does_not_follow_they_see_matches_alone() -> None:
    world = a_world([1.0, 1.0, 1.0], [THEIRS, OTHER, OTHER], word_fits=fitting(0.0, 0.0, 0.1))
    assert ask(world, 5) == [0, 2]
    assert ask(world, 5, reader=1) == [0], "what matches one reader is no match of another"
    follows = world.follows.copy()
    follows[1] = (False, True)
    assert ask(replace(world, follows=follows), 5, reader=1) == [1, 2]


def test_a_match_goes_by_words_and_not_by_boards() -> None:
    world = a_world([1.0, 1.0], [OTHER, OTHER], word_fits=fitting(0.0, -0.5))
    assert ask(replace(world, fits=np.ones((3, 2), np.float32)), 5) == []


def test_what_was_opened_comes_back_only_after_a_later_answer() -> None:
    world = a_world([0.0] * 5)
    opened = np.array([5.0, 5.0, 5.0, NEVER, NEVER], np.float32)
    answers = np.array([NEVER, 5.0, 5.5, NEVER, 5.0], np.float32)
    assert ask(world, 9, opened_h=opened, last_answer_h=answers) == [2, 3, 4]
    assert ask(world, 9, opened_h=np.zeros(5, np.float32)) == [], "what was opened as the replay began"
    before = np.full(5, 4.5, np.float32)
    assert ask(world, 9, opened_h=np.full(5, 5.0, np.float32), last_answer_h=before) == []


def test_what_was_opened_is_no_match_any_more() -> None:
    world = a_world([1.0], [OTHER], word_fits=fitting(1.0))
    assert ask(world, 5) == [0]
    assert ask(world, 5, opened_h=np.array([2.0], np.float32)) == []


def test_a_post_of_seven_days_is_too_old_and_what_has_not_come_yet_is_not_there() -> None:
    world = a_world([1.0, 2.0, 200.0])
    assert ask(world, 1 + LIFE_H - 0.01) == [0, 1]
    assert ask(world, 1 + LIFE_H) == [1]
    assert ask(world, 200.0) == []
    assert ask(world, 200.01) == [2]


def test_what_was_taken_back_is_shown_to_nobody() -> None:
    world = a_world([1.0, 2.0], [THEIRS, OTHER], word_fits=fitting(0.0, 1.0), gone_h=np.array([4.0, 4.0]))
    assert (ask(world, 3.9), ask(world, 4.0)) == ([0, 1], [])


# What else there is


def test_only_fifty_matches_are_found_the_best_of_those_that_travel() -> None:
    assert module.MATCHES == rematching.MATCHES == 50
    fits = [0.9] * 5 + [0.1 + number / 1000 for number in range(60)]
    travels = np.arange(65) >= 5
    world = a_world([1.0] * 65, [OTHER] * 65, word_fits=fitting(*fits), travels=travels)
    assert ask(world, 5) == list(range(15, 65))
    assert sorted(matched(world, 0, 5, P).tolist()) == list(range(15, 65))
    assert matched(world, 0, 5, P).tolist()[0] == 64, "the best first"


def test_what_a_reader_follows_or_wrote_takes_a_place_among_their_matches_as_in_the_product() -> None:
    fits = [0.1 + number / 1000 for number in range(52)]
    boards = [OTHER] * 51 + [THEIRS]
    world = a_world([1.0] * 52, boards, word_fits=fitting(*fits))
    world = replace(world, authors=np.where(np.arange(52) == 50, 0, world.authors))
    assert ask(world, 5) == [*range(2, 50), 51]


def test_the_rematch_is_up_to_an_hour_old() -> None:
    world = a_world([10.0, 10.2], [OTHER, OTHER], word_fits=fitting(1.0, 1.0))
    assert ask(world, 10.99) == []
    assert ask(world, 11.0) == [0, 1]
    assert ask(replace(world, boards=np.array([THEIRS, THEIRS])), 10.99) == [0, 1], (
        "on its board it is at once"
    )


def test_what_came_since_the_rematch_pushes_nothing_out() -> None:
    world = a_world([1.0] * 50 + [10.2], [OTHER] * 51, word_fits=fitting(*[0.1] * 50, 0.9))
    assert ask(world, 10.9) == list(range(50))
    assert ask(world, 11.1) == [*range(49), 50]


def test_a_match_that_grew_too_old_since_the_rematch_is_shown_no_more() -> None:
    world = a_world([0.5], [OTHER], word_fits=fitting(1.0))
    assert ask(world, LIFE_H + 0.4) == [0]
    assert ask(world, LIFE_H + 0.6) == []
    assert matched(world, 0, LIFE_H + 0.6, P).tolist() == [0]


# Too much


def few(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(module, "MOST", most)


def test_at_most_as_many_as_the_query_returns_and_in_the_order_in_which_they_came() -> None:
    assert module.MOST == candidates.MOST == 500
    assert ask(a_world([1.0] * 500), 5) == list(range(500))
    arrival = [1.0 + number / 1000 for number in range(501)]
    assert ask(a_world(arrival), 5) == list(range(1, 501)), "of alike ones the oldest goes"


def test_hearings_that_are_furthest_behind_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, 2)
    world = a_world([1.0, 2.0, 3.0, 4.0])
    assert ask(world, 5, heard=np.array([1.0, 2.0, 9.0, 9.0])) == [0, 1]
    floors = np.array([2.0, 10.0, 10.0, 4.0])
    assert ask(world, 5, heard=np.array([1.0, 2.0, 3.0, 3.0]), floors=floors) == [1, 2], "by their share"


def test_without_a_promise_the_newest_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, 2)
    world = a_world([1.0, 2.0, 3.0, 4.0])
    heard = np.array([0.0, 1.0, 5.0, 9.0])
    assert ask(world, 5, floors=np.zeros(4), heard=heard) == [2, 3]
    assert ask(world, 5, floors=np.array([10.0, 0, 0, 0]), heard=heard) == [0, 3], "after what was promised"
    assert ask(world, 5, floors=np.array([10.0, 0, 0, 0]), heard=heard + 9) == [0, 3]


@pytest.mark.parametrize(
    ("world", "asked"),
    [
        ({"has_floor": np.array([False, True, True])}, {}),
        ({}, {"floors": np.array([0.0, 10.0, 10.0])}),
        ({}, {"heard": np.array([10.0, 9.0, 9.0]), "floors": np.array([10.0, 0.0, 0.0])}),
        ({}, {"ended_h": np.array([HOURS, np.inf, np.inf])}),
        ({"arrival_h": np.array([60 - HOURS - 0.1, 57.0, 58.0])}, {}),
    ],
    ids=["over quota or a repetition", "nothing promised", "heard", "answered", "its time is over"],
)
def test_only_a_hearing_under_way_comes_before_others(
    monkeypatch: pytest.MonkeyPatch, world: dict[str, Any], asked: dict[str, Any]
) -> None:
    few(monkeypatch, 2)
    running, heard = a_world([60 - HOURS, 57.0, 58.0]), np.array([0.0, 9.0, 9.0])
    assert ask(running, 60, heard=heard) == [0, 2], "so it is while its hearing goes on"
    assert ask(replace(running, **world), 60, **{"heard": heard, **asked}) == [1, 2]


def test_the_same_is_offered_as_when_each_post_is_asked_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, 25)
    dice = np.random.default_rng(3)
    for _ in range(40):
        count, now = 120, float(dice.uniform(100, 260))
        world = a_world(
            np.sort(dice.uniform(0, 270, count)).tolist(), dice.integers(0, 2, count).tolist(),
            word_fits=np.maximum(0, dice.normal(size=(3, count))).astype(np.float32),
            travels=dice.random(count) < 0.7, has_floor=dice.random(count) < 0.8,
        )  # fmt: skip
        world = replace(world, authors=dice.integers(0, 12, count))
        opened = np.where(dice.random(count) < 0.3, dice.uniform(0, 270, count), NEVER).astype(np.float32)
        answered = np.where(dice.random(count) < 0.5, dice.uniform(0, 270, count), NEVER).astype(np.float32)
        heard, floors = dice.integers(0, 12, count).astype(float), dice.integers(0, 11, count).astype(float)
        ended = np.where(dice.random(count) < 0.2, dice.uniform(0, 60, count), np.inf)

        def may(place: int) -> bool:
            young = now - LIFE_H < world.arrival_h[place] < now  # noqa: B023
            found = world.boards[place] == THEIRS or place in matches  # noqa: B023
            closed = opened[place] == NEVER or answered[place] > opened[place]  # noqa: B023
            return bool(young and found and closed and world.authors[place] != 0)  # noqa: B023

        def standing(place: int) -> tuple[bool, float, float]:
            age = now - world.arrival_h[place]  # noqa: B023
            hears = world.has_floor[place] and heard[place] < floors[place]  # noqa: B023
            is_open = bool(hears and age <= HOURS and age < ended[place])  # noqa: B023
            return (not is_open, heard[place] / floors[place] if is_open else 0.0, age)  # noqa: B023

        matches = set(matched(world, 0, now, P).tolist())
        wanted = sorted(sorted(filter(may, range(count)), key=standing)[:25])
        asked = {"opened_h": opened, "last_answer_h": answered, "heard": heard, "floors": floors}
        assert ask(world, now, ended_h=ended, **asked) == wanted


# The product's own query

ALWAYS = "holds in every world: "
QUERY = {
    "join(Post, Post.id == PostVector.post_id)": ALWAYS + "each vector has its post",
    "join(Thread, Thread.id == Post.thread_id)": ALWAYS + "each post begins its thread",
    "outerjoin(Person, Person.id == Post.person_id)": ALWAYS + "it leaves nothing out",
    "outerjoin(Hearing, Hearing.post_id == Post.id)": ALWAYS + "it leaves nothing out",
    "outerjoin(ReadMarker, and_(ReadMarker.thread_id == Post.thread_id, "
    "ReadMarker.reader_id == bindparam('reader_id')))": (ALWAYS + "it leaves nothing out"),
    "or_(PostVector.board_id.in_(bindparam('followed', expanding=True)), "
    "PostVector.post_id.in_(bindparam('elsewhere', expanding=True)))": (
        "test_of_a_board_that_a_reader_does_not_follow_they_see_matches_alone"
    ),
    "or_(and_(PostVector.board_id.in_(bindparam('followed', expanding=True)), may_surface()), may_travel())": (
        "test_a_post_that_does_not_travel_is_shown_to_nobody_beyond_its_board"
    ),
    "Post.person_id.is_distinct_from(bindparam('person_id'))": "test_nobody_is_shown_their_own_post",
    "or_(Post.is_starter.is_(True), Hearing.state == HearingState.OPEN)": ALWAYS + "all posts begin a thread",
    "listed_on_board()": "test_what_was_taken_back_is_shown_to_nobody",
    "Thread.pinned.is_(False)": ALWAYS + "nothing is pinned",
    "~and_(ReadMarker.at.is_not(None), "
    "or_(and_(Post.is_starter.is_(True), ReadMarker.at >= Thread.last_post_at), "
    "and_(Post.is_starter.is_(False), ReadMarker.at >= Post.received)))": (
        "test_what_was_opened_comes_back_only_after_a_later_answer"
    ),
    "welcome_to_asker()": ALWAYS + "nobody hides from anybody",
    "order_by(case((Post.id.in_(bindparam('first', expanding=True)), 0), else_=1))": (
        ALWAYS + "nobody passes anything on"
    ),
    "where(PostVector.since > bindparam('since'))": ALWAYS + "this is the age below",
    "where(*conditions)": ALWAYS + "these are the conditions above",
    "order_by(case((and_(Hearing.state == HearingState.OPEN, Hearing.floor > 0), 0), else_=1))": (
        "test_only_a_hearing_under_way_comes_before_others"
    ),
    "order_by(case((and_(Hearing.state == HearingState.OPEN, Hearing.floor > 0), "
    "Hearing.qualified * 1.0 / Hearing.floor), else_=literal(0.0)))": (
        "test_hearings_that_are_furthest_behind_come_first"
    ),
    "order_by(PostVector.since.desc())": "test_without_a_promise_the_newest_come_first",
    "order_by(PostVector.post_id)": ALWAYS + "no two posts come at one moment",
    "limit(bindparam('most', type_=Integer))": ALWAYS + "this is the limit below",
}
VALUES = {
    "reader_id: feed_request.reader_id": ALWAYS + "a reader's own marks",
    "person_id: feed_request.person_id": "test_nobody_is_shown_their_own_post",
    "since: clock.now() - timedelta(days=in_force().ranking.life_days)": (
        "test_a_post_of_seven_days_is_too_old_and_what_has_not_come_yet_is_not_there"
    ),
    "asker_named(feed_request.handle)": ALWAYS + "nobody hides from anybody",
    "first: [*viewer.told.passed_on]": ALWAYS + "nobody passes anything on",
    "most: MOST": "test_at_most_as_many_as_the_query_returns_and_in_the_order_in_which_they_came",
    "followed: [*viewer.told.follows]": "test_of_a_board_that_a_reader_does_not_follow_they_see_matches_alone",
    "elsewhere: [*viewer.matched, *[*viewer.told.passed_on]]": (
        "test_of_a_board_that_a_reader_does_not_follow_they_see_matches_alone"
    ),
}
REMATCH = {
    "join(Post, Post.id == PostVector.post_id)": ALWAYS + "each vector has its post",
    "join(Person, Person.id == Post.person_id)": ALWAYS + "each post has its author",
    "where(PostVector.since > clock.now() - timedelta(days=in_force().ranking.life_days))": (
        "test_a_match_that_grew_too_old_since_the_rematch_is_shown_no_more"
    ),
    "where(Post.is_starter.is_(True))": ALWAYS + "all posts begin a thread",
    "where(may_travel())": "test_a_post_that_does_not_travel_is_shown_to_nobody_beyond_its_board",
    "order_by(PostVector.since.desc())": ALWAYS + "it decides only where there are too many",
    "order_by(PostVector.post_id)": ALWAYS + "it decides only where there are too many",
    "limit(MOST_POSTS)": ALWAYS + "no week has so many posts",
}
_ASKING = (
    "join",
    "outerjoin",
    "where",
    "filter",
    "filter_by",
    "having",
    "order_by",
    "limit",
    "offset",
    "distinct",
)


class Inlined(ast.NodeTransformer):
    """Puts in the place of a name what it was given in the same function."""

    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


def _steps_of(source: ModuleType, function: str) -> tuple[dict[str, ast.expr], ast.expr]:
    """Return what a function's names stand for, and what it returns."""
    tree = ast.parse(inspect.getsource(source))
    (node,) = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == function]
    given: dict[str, ast.expr] = {}
    for step in node.body:
        if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name):
            given[step.targets[0].id] = Inlined(dict(given)).visit(step.value)
        else:
            assert isinstance(step, ast.Return) or (
                isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)
            ), f"{function}: {ast.unparse(step)}"
    last = node.body[-1]
    assert isinstance(last, ast.Return)
    assert last.value is not None
    return given, last.value


def given_in(source: ModuleType, function: str) -> list[str]:
    """Return what a function gives to a query, with its names put in: `name: value`, and what is spread into it."""
    given, last = _steps_of(source, function)
    found: list[str] = []
    for table in (
        one
        for one in ast.walk(ast.parse(ast.unparse(Inlined(given).visit(last))))
        if isinstance(one, ast.Dict)
    ):
        for name, value in zip(table.keys, table.values, strict=True):
            said = ast.unparse(value)
            if isinstance(name, ast.Constant):
                found.append(f"{name.value}: {said}")
            elif not said.startswith("_"):
                found.append(said)
            else:  # another function of the same file
                found += given_in(source, said.partition("(")[0])
    return found


def asked_in(source: ModuleType, function: str, *, call: str = "", first: int = 0) -> list[str]:
    """Return what a function asks of a database, with its names put in: the arguments of a `call` of another
    function from the `first` on, or those of each step of a query. It may assign and return, and nothing
    else: what stands in a branch would be overlooked."""
    given, last = _steps_of(source, function)
    given_back = ast.unparse(Inlined(given).visit(last))
    asked: list[str] = []
    for one in ast.walk(ast.parse(given_back)):
        if not isinstance(one, ast.Call):
            continue
        if call and isinstance(one.func, ast.Name) and one.func.id == call:
            asked += [ast.unparse(argument) for argument in one.args[first:]]
            asked += [f"{argument.arg}={ast.unparse(argument.value)}" for argument in one.keywords]
        elif not call and isinstance(one.func, ast.Attribute) and one.func.attr in _ASKING:
            parts = [ast.unparse(argument) for argument in (*one.args, *one.keywords)]
            apart = one.func.attr in {"where", "order_by"}
            asked += [f"{one.func.attr}({part})" for part in (parts if apart else [", ".join(parts)])]
    return asked


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        (lambda: [*asked_in(candidates, "_of_a_page", call="_find"), *asked_in(candidates, "_find")], QUERY),
        (lambda: given_in(candidates, "find_candidates"), VALUES),
        (lambda: asked_in(rematching, "_young_posts"), REMATCH),
    ],
    ids=["a page", "what a page is asked for", "the rematch"],
)  # fmt: skip
def test_each_condition_of_the_products_query_is_answered_by_the_replay(
    asks: Callable[[], list[str]], answers: dict[str, str]
) -> None:
    assert sorted(asks()) == sorted(answers)
    for condition, how in answers.items():
        assert how.startswith(ALWAYS) or callable(globals().get(how)), condition
