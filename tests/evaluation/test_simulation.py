"""A replay: who is shown what, and what each look, engagement and answer counts for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fedconnect.evaluation.hostility import Hostility
from fedconnect.evaluation.policies import Sight
from fedconnect.evaluation.simulation import replay
from fedconnect.evaluation.visits import Visits, draw_visits
from fedconnect.evaluation.world import World, build_world
from fedconnect.surfacing.feed.ranking import Page
from fedconnect.surfacing.hearing.promise import Supply
from fedconnect.surfacing.parameters import Parameters, in_force
from support.surfacing_rows import a_dataset

P = in_force()
SHY, KIND = (replace(P, evaluation=replace(P.evaluation, answer_back=often)) for often in (0.0, 1.0))


def visits(world: World, at: list[float], reader: list[int], dice: tuple[float, float, float]) -> Visits:
    rolled = np.tile(np.array(dice, np.float32), (len(at), P.ranking.page, 1))
    return Visits(np.array(at), np.array(reader), rolled)


def crowded(*posts: tuple[float, int, str], readers: int = 36, **values: Any) -> World:
    """A world in which everybody was here just before it begins."""
    return replace(build_world(a_dataset(*posts, readers=readers, **values), P), pace=np.full(readers, 1e3))


def answerable(world: World) -> World:
    return replace(world, answerable=np.ones(len(world.arrival_h), bool))


def first_two(sight: Sight, parameters: Parameters) -> Page:
    order = list(range(min(2, len(sight.found))))
    return Page(order, frozenset(order[1:]))


def test_nobody_is_shown_their_own_post_or_one_that_is_too_old_or_not_there_yet() -> None:
    world = build_world(a_dataset((0, 1, "bread"), (10, 0, "sleep"), (500, 7, "late"), readers=3), P)
    run = replay(world, first_two, visits(world, [5, 11, 200], [0, 0, 2], (0, 1, 1)), P, 1)
    assert run.seen.tolist() == [1, 0, 0]
    assert run.heard.tolist() == [1, 0, 0]
    alone = replay(world, first_two, visits(world, [10 + 168.5], [2], (0, 1, 1)), P, 1)
    assert alone.seen.tolist() == [0, 0, 0]
    in_time = replay(world, first_two, visits(world, [10 + 167.5], [2], (0, 1, 1)), P, 1)
    assert in_time.seen.tolist() == [0, 1, 0]


def test_what_was_looked_at_may_be_shown_again_and_counts_once() -> None:
    liking = [[0], [], []]
    world = build_world(a_dataset((0, 10, "bread"), (1, 11, "sleep"), likes=liking), P)
    run = replay(world, first_two, visits(world, [5, 6, 7], [0, 0, 0], (0, 1, 1)), P, 1)
    assert (run.shown, run.examined) == (6, 6)
    assert (run.seen.tolist(), run.heard.tolist()) == ([1, 1], [1, 1])
    assert run.met == 1, "what somebody cares for is found once"
    assert run.dcg.tolist() == run.ideal.tolist() == [1.0, 0.0, 0.0]
    eager = replay(world, first_two, visits(world, [5, 6, 7], [0, 0, 0], (0, 0, 1)), P, 1)
    assert eager.engaged.tolist() == [1, 1]


def test_what_was_seen_too_early_counts_when_its_audience_has_grown() -> None:
    world = build_world(a_dataset((0, 10, "bread")), P)
    later = replace(world, thresholds=np.array([[9.0, 9.0, 0.0, 0.0]]), with_followers=np.zeros(1, bool))
    run = replay(later, first_two, visits(later, [1, 25, 26], [0, 0, 0], (0, 1, 1)), P, 1)
    assert (run.seen.tolist(), run.heard.tolist()) == ([1], [0]), (
        "nothing is promised here, so none is behind"
    )
    asks = replace(
        crowded((0, 10, "bread")), thresholds=later.thresholds, with_followers=later.with_followers
    )
    run = replay(asks, first_two, visits(asks, [1, 25, 26], [0, 0, 0], (0, 1, 1)), P, 1)
    assert run.floors.tolist() == [10]
    assert (run.seen.tolist(), run.heard.tolist()) == ([1], [1]), "once, and then no more"


def watched(world: World, *stops: tuple[float, int], dice: tuple[float, float, float]) -> list[Sight]:
    """What each visitor's policy was given."""
    sights: list[Sight] = []

    def policy(sight: Sight, parameters: Parameters) -> Page:
        sights.append(sight)
        return first_two(sight, parameters)

    moments, readers = [at for at, _ in stops], [reader for _, reader in stops]
    replay(world, policy, visits(world, moments, readers, dice), P, 1)
    return sights


def test_a_policy_is_told_what_the_reader_has_looked_at_and_no_reserved_place_waits_for_them_twice() -> None:
    texts = ((0.0, 10, "bread"), (1.0, 11, "sleep"), (2.0, 12, "trains"))
    world = crowded(*texts, boards=np.array([0, 1, 0]), follows=[[0, 1]] * 36)
    first, again, other = watched(world, (5, 0), (6, 0), (7, 1), dice=(0, 1, 1))
    assert (first.found.seen.tolist(), first.found.floor.tolist()) == ([False] * 3, [10] * 3)
    assert (again.found.seen.tolist(), again.found.floor.tolist()) == ([True, True, False], [0, 0, 10])
    assert (other.found.seen.tolist(), other.found.floor.tolist()) == ([False] * 3, [10] * 3)
    assert first.found.board.tolist() == [0, 1, 0]
    outside = replace(world, thresholds=np.full((3, 4), 9.0), with_followers=np.zeros(3, bool))
    _, still = watched(outside, (5, 0), (6, 0), dice=(0, 1, 1))
    assert (still.found.seen.tolist(), still.found.floor.tolist()) == ([True, True, False], [10] * 3)


def test_what_is_over_quota_or_repeats_another_is_measured_and_has_no_reserved_place() -> None:
    texts = ("bread", "sheds", "trains")
    world = crowded(*((0.0, 10, text) for text in texts))
    assert world.has_floor.tolist() == [True, True, False]
    (sight,) = watched(world, (5, 0), dice=(1, 1, 1))
    assert sight.found.floor.tolist() == [10, 10, 0]
    run = replay(world, first_two, visits(world, [5], [0], (1, 1, 1)), P, 1)
    assert run.floors.tolist() == [10, 10, 10]


def test_a_post_is_promised_what_its_own_board_has_when_it_comes() -> None:
    world = crowded(
        (0, 100, "bread"), (0, 101, "sleep"), (60, 102, "trains"),
        boards=np.array([0, 1, 0]), follows=[[0]] * 10 + [[1]] * 20, readers=30,
    )  # fmt: skip
    run = replay(world, first_two, visits(world, [1, 59, 61], [0, 0, 1], (1, 1, 1)), P, 1)
    assert run.floors.tolist() == [2, 5, 0], "of ten and of twenty; then one came, and a third of one is none"


def test_who_comes_after_a_post_was_not_there_when_it_was_promised_its_readers() -> None:
    world = crowded((60, 100, "bread"), readers=3)
    stops = visits(world, [50, 51, 61], [0, 1, 2], (1, 1, 1))
    assert replay(world, first_two, stops, P, 1).floors.tolist() == [int(P.hearing.coming_share * 2)] == [0]
    stops = visits(world, [50, 51, 59, 61], [0, 1, 2, 0], (1, 1, 1))
    assert replay(world, first_two, stops, P, 1).floors.tolist() == [int(P.hearing.coming_share * 3)] == [1]


def test_a_post_that_was_placed_is_among_those_that_its_board_has_to_share_with() -> None:
    world = crowded((0, 90, "first"), (30, 100, "bread"), (31, 101, "sleep"))
    stops = visits(world, [1, 2, 3, 4, 5, 6, 32], [0, 1, 2, 3, 4, 5, 6], (0, 1, 1))
    run = replay(world, first_two, stops, P, 1)
    days = np.array([30, 31]) / 24
    looks = 6 / ((np.array([30, 31]) - 1) / 24)
    asked = np.array([1, 2]) / days
    promised = [
        Supply(*each, 36).promise(10, P.hearing) for each in zip(looks.tolist(), asked.tolist(), strict=True)
    ]
    assert run.floors[1:].tolist() == promised == [1, 1]
    more = replace(world, floor=10, over_quota=np.array([False, True, False]))
    assert replay(more, first_two, stops, P, 1).floors[2] == 1


def test_what_is_over_quota_is_one_more_that_is_read_and_a_second_look_gives_nothing() -> None:
    world = crowded(
        (0, 90, "first"), (29, 92, "bread"), (30, 92, "hops"), (31, 92, "sleep"), (32, 91, "trains")
    )  # fmt: skip
    assert world.has_floor.tolist() == [True, True, True, False, True]
    looks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 33]
    run = replay(world, first_two, visits(world, looks, list(range(10)), (0, 1, 1)), P, 1)
    assert run.floors[4] == int(P.hearing.supply_share * 9 / (31 / 24) / (3 / (32 / 24))) == 1
    again = [0, 0, 0, 0, 0, 0, 0, 1, 2, 9]
    run = replay(world, first_two, visits(world, looks, again, (0, 1, 1)), P, 1)
    assert run.floors[4] == int(P.hearing.supply_share * 3 / (31 / 24) / (3 / (32 / 24))) == 0


def test_a_promise_is_of_the_moment_when_a_post_came_and_not_of_the_next_visit() -> None:
    world = crowded((0, 90, "first"), (20, 91, "bread"))
    run = replay(world, first_two, visits(world, [1, 2, 90], [0, 1, 2], (0, 1, 1)), P, 1)
    assert run.floors.tolist() == [10, 10], (
        "its looks were not known for a day then, and everybody had been there"
    )


def test_ten_are_ten_whatever_was_promised() -> None:
    world = replace(crowded((0, 99, "bread")), floor=3)
    at = [float(hour) for hour in range(1, 13)]
    run = replay(world, first_two, visits(world, at, list(range(12)), (0, 1, 1)), P, 1)
    assert (run.floors[0], run.when_heard_h[0], run.when_ten_h[0], run.heard[0]) == (3, 3.0, 10.0, 12)
    nine = replay(world, first_two, visits(world, at[:9], list(range(9)), (0, 1, 1)), P, 1)
    assert nine.when_ten_h[0] == np.inf


def test_what_was_opened_comes_back_when_somebody_answers_and_not_for_ones_own_answer() -> None:
    world = answerable(build_world(a_dataset((0, 10, "bread"), likes=[[0], [0], []]), P))
    for moment in np.linspace(1, 40, 98).tolist():
        rolled = np.ones((4, P.ranking.page, 3), np.float32)
        rolled[0, 0] = (0, 0, 0)  # opens and answers
        stops = [moment, moment + 1, moment + 2, moment + 3]
        alone = Visits(np.array(stops), np.array([0, 0, 1, 0]), rolled)
        assert replay(world, first_two, alone, P, 1).shown == 2, "the other reader has it, and again nobody"
        rolled = rolled.copy()
        rolled[2, 0] = (0, 0, 0)  # the other answers too
        assert replay(world, first_two, Visits(alone.at_h, alone.reader, rolled), P, 1).shown == 3
        rolled = rolled.copy()
        rolled[2, 0] = (0, 0, 1)  # the other opens it and says nothing
        assert replay(world, first_two, Visits(alone.at_h, alone.reader, rolled), P, 1).shown == 2


@pytest.mark.parametrize(("dice", "examined"), [(0.62, 2), (0.64, 1), (1.0, 0)])
def test_the_second_place_is_looked_at_less_often(dice: float, examined: int) -> None:
    world = build_world(a_dataset((0, 10, "bread"), (0, 11, "sleep"), likes=[[1], [], []]), P)
    run = replay(world, first_two, visits(world, [1], [0], (dice, 1, 1)), P, 1)
    assert (run.examined, run.shown, run.reserved) == (examined, 2, 1)
    assert run.met == (1 if examined == 2 else 0)
    assert (run.dcg[0], run.ideal[0]) == (pytest.approx(0.63093), 1.0)


def test_a_floor_is_reached_once_and_three_answers_end_a_hearing() -> None:
    world = answerable(replace(crowded((0, 90, "bread")), floor=2))
    run = replay(world, first_two, visits(world, [1, 2, 3, 4], [0, 1, 2, 3], (0, 1, 0.01)), SHY, 1)
    assert (run.when_heard_h[0], run.first_answer_h[0], run.ended_h[0]) == (2.0, 1.0, 3.0)
    assert (run.answerers[0], run.engaged[0]) == (4, 4)
    shy = replay(world, first_two, visits(world, [1, 2, 3], [0, 1, 2], (0, 0.01, 0.1)), P, 1)
    assert (shy.engaged[0], shy.when_heard_h[0]) == (0, 2.0)
    fresh = replay(
        replace(world, counts=np.zeros(36, bool)), first_two, visits(world, [1, 2], [0, 1], (0, 0, 0)), P, 1
    )
    assert (fresh.seen[0], fresh.heard[0], fresh.engaged[0]) == (0, 0, 0)


def test_the_same_seed_draws_the_same_visits_in_order_of_time() -> None:
    world = build_world(a_dataset((0, 10, "bread"), readers=9), P)
    one, again, other = (draw_visits(world, P, seed) for seed in (1, 1, 2))
    assert one.at_h.tolist() == again.at_h.tolist() == sorted(one.at_h.tolist())
    assert one.at_h.tolist() != other.at_h.tolist()
    assert one.dice.shape == (len(one.reader), P.ranking.page, 3)
    assert one.at_h.max() < world.days * 24


def test_lookers_make_a_post_look_heard_and_nobody_honest_has_seen_it() -> None:
    world = crowded((0, 99, "bread"), readers=13)
    bare = replace(world, hostility=Hostility(lookers=(-1,) * 6), floor=3)
    run = replay(bare, first_two, visits(bare, [5, 6], [0, 1], (0, 1, 1)), P, 1)
    assert (run.floors[0], run.when_heard_h[0], run.when_really_h[0], run.really[0]) == (3, 0.0, np.inf, 2)
    assert run.seen[0] == 8
    capped = replace(bare, domains=np.array([*range(100, 107), *[-1] * 6]))
    run = replay(capped, first_two, visits(capped, [5, 6, 7], [0, 1, 2], (0, 1, 1)), P, 1)
    assert (run.when_heard_h[0], run.when_really_h[0]) == (6.0, 7.0), "of one domain one of three counts"


@pytest.mark.parametrize(("are_met", "ended"), [(False, np.inf), (True, 1.0)])
def test_socks_end_a_hearing_only_where_they_were_met_before_and_answer_nobody(
    are_met: bool, ended: float
) -> None:
    hostile = Hostility(
        socks=("a.example", "a.example", "b.example"), are_met=are_met, authors=frozenset({98})
    )
    world = replace(crowded((0, 99, "bread"), (0, 98, "sleep")), hostility=hostile)
    run = replay(world, first_two, visits(world, [0.9, 5], [0, 1], (1, 1, 1)), P, 1)
    assert run.ended_h.tolist() == [ended, np.inf], "not their own"
    assert run.first_answer_h.tolist() == [np.inf, np.inf]
    early = replay(world, first_two, visits(world, [0.5, 0.9], [0, 1], (1, 1, 1)), P, 1)
    assert early.ended_h.tolist() == [np.inf, np.inf]


def test_what_is_taken_back_is_shown_to_nobody() -> None:
    world = replace(crowded((0, 99, "bread")), gone_h=np.array([5.0]))
    run = replay(world, first_two, visits(world, [4, 5, 6], [0, 1, 2], (0, 1, 1)), P, 1)
    assert (run.shown, run.seen[0]) == (1, 1)


def test_a_board_promises_what_its_moderators_want_and_has_no_more_of_it() -> None:
    world = replace(crowded((0, 99, "bread"), readers=60), hostility=Hostility(promises={0: (15, 12.0)}))
    run = replay(world, first_two, visits(world, [1], [0], (0, 1, 1)), P, 1)
    assert run.floors[0] == 15
    few = replace(crowded((0, 99, "bread"), readers=20), hostility=Hostility(promises={0: (15, 12.0)}))
    assert replay(few, first_two, visits(few, [1], [0], (0, 1, 1)), P, 1).floors[0] == 5


def test_three_answers_of_one_server_end_no_hearing() -> None:
    world = answerable(replace(crowded((0, 90, "bread")), domains=np.zeros(36, int)))
    stops = visits(world, [1, 2, 3], [0, 1, 2], (0, 0, 0))
    assert replay(world, first_two, stops, SHY, 1).ended_h[0] == np.inf
    two = replace(world, domains=np.array([0, 0, 1, *[0] * 33]))
    assert replay(two, first_two, stops, SHY, 1).ended_h[0] == 3.0


def test_an_author_who_replies_to_an_answer_ends_their_hearing_and_until_then_it_yields() -> None:
    world = answerable(crowded((0, 5, "bread")))
    rolled = np.ones((4, P.ranking.page, 3), np.float32)
    rolled[0, 0] = (0, 1, 0)  # answers
    sights: list[Sight] = []

    def watching(sight: Sight, parameters: Parameters) -> Page:
        sights.append(sight)
        return first_two(sight, parameters)

    stops = Visits(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 5, 2]), rolled)
    run = replay(world, watching, stops, KIND, 1)
    assert (run.ended_h[0], run.author_back_h[0]) == (3.0, 3.0)
    assert [one.found.answered.tolist() for one in sights] == [[False], [True], [True]]
    assert [one.found.floor.tolist() for one in sights] == [[10.0], [10.0], [0.0]]
    assert replay(world, first_two, stops, SHY, 1).ended_h[0] == np.inf


def test_where_nobody_answers_anybody_whatever_the_dice_say_there_is_no_answer() -> None:
    world = crowded((0, 31, "bread"))
    run = replay(world, first_two, visits(world, [1, 2, 3], [0, 1, 2], (0, 0, 0)), P, 1)
    assert (run.answerers[0], run.answers, run.first_answer_h[0]) == (0, [], np.inf)


def test_what_has_an_answer_is_answered_less_often_and_an_answer_is_an_engagement() -> None:
    world = answerable(crowded((0, 31, "bread")))
    run = replay(world, first_two, visits(world, [1, 2, 3], [0, 1, 2], (0, 1, 0.05)), P, 1)
    assert (run.answerers[0], run.engaged[0], run.engagements) == (1, 1, [(1.0, 0)])


def test_an_answer_that_nobody_replied_to_is_shown_to_others_and_a_reply_ends_that() -> None:
    world = answerable(crowded((0, 31, "bread")))
    lines = [1, 2, 20, 21, 22]
    rolled = np.tile(np.array((0, 1, 0.05), np.float32), (5, P.ranking.page, 1))

    def all_lines(sight: Sight, parameters: Parameters) -> Page:
        return Page(list(range(len(sight.found))), frozenset())

    run = replay(world, all_lines, Visits(np.array(lines), np.array([0, 1, 2, 0, 3]), rolled), P, 1)
    (answer,) = run.answers
    assert (answer.begun_h, answer.floor, answer.when_heard_h) == (13.0, P.hearing.answer_floor, 20.0)
    assert answer.looked == {2: True}, (
        "not to whoever wrote it, not before its twelve hours, and nobody after"
    )
    rolled[2] = (0, 1, 0.0)  # replies to the post, which has answers, and to the answer
    run = replay(world, all_lines, Visits(np.array(lines), np.array([0, 1, 2, 0, 3]), rolled), P, 1)
    assert run.answers[0].replied_h == 20.0
    assert list(run.answers[0].looked) == [2]


def test_an_author_who_comes_again_replies_to_an_answer_or_never() -> None:
    world = answerable(crowded((0, 3, "bread")))
    stops = visits(world, [1, 2, 5, 9], [3, 0, 3, 3], (0, 1, 0.05))
    always, never = (replace(P, evaluation=replace(P.evaluation, answer_back=share)) for share in (1.0, 0.0))
    run = replay(world, first_two, stops, always, 1)
    assert (run.author_back_h[0], run.answers[0].replied_h) == (5.0, 5.0)
    assert replay(world, first_two, stops, never, 1).author_back_h[0] == np.inf
