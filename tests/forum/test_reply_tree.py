"""A thread is a tree, however deep, long or full of holes."""

from __future__ import annotations

from fedconnect.forum.reply_tree import MAX_DEPTH, arrange, nest


def test_answers_stand_under_what_they_answer_in_order_of_time() -> None:
    places = arrange([(1, None, False), (2, 1, False), (3, 1, False), (4, 2, False)])
    assert [(place.id, place.depth) for place in places] == [(1, 0), (2, 1), (4, 2), (3, 1)]


def test_a_deleted_answer_keeps_its_place_only_while_something_hangs_on_it() -> None:
    posts = [(1, None, False), (2, 1, True), (3, 2, True), (4, 1, True), (5, 3, False)]
    assert [place.id for place in arrange(posts)] == [1, 2, 3, 5]


def test_a_chain_of_ten_thousand_answers_is_a_page_and_not_an_error() -> None:
    places = arrange([(n, n - 1 if n else None, False) for n in range(10_000)])
    assert len(places) == 10_000
    assert max(place.depth for place in places) == MAX_DEPTH


def test_an_answer_to_something_that_is_not_here_is_not_lost() -> None:
    assert [place.id for place in arrange([(1, None, False), (2, 99, False)])] == [1, 2]


def test_nesting_follows_depth() -> None:
    (first, second) = nest([("a", 1), ("b", 2), ("c", 2), ("d", 1)])
    assert [node.post for node in first.children] == ["b", "c"]
    assert second.children == []


def test_an_answer_goes_on_to_be_indented_up_to_a_bound() -> None:
    places = arrange([(n, n - 1 if n else None, False) for n in range(MAX_DEPTH + 3)])
    assert [place.depth for place in places] == [*range(MAX_DEPTH + 1), MAX_DEPTH, MAX_DEPTH]


def test_an_answer_to_something_that_is_not_here_has_no_parent() -> None:
    assert [(place.parent_id, place.depth) for place in arrange([(1, None, False), (2, 99, False)])] == [
        (None, 0),
        (None, 0),
    ]


def test_of_what_is_all_gone_nothing_is_left() -> None:
    assert arrange([(1, None, True), (2, 1, True)]) == []
    assert arrange([]) == []
    assert nest([]) == []


def test_an_answer_that_came_before_what_it_answers_stands_under_it() -> None:
    assert [(place.id, place.depth) for place in arrange([(2, 1, False), (1, None, False)])] == [
        (1, 0),
        (2, 1),
    ]


def test_nesting_leaves_out_steps_and_comes_back() -> None:
    one, four = nest([("one", 2), ("two", 5), ("three", 3), ("four", 1)])
    assert [child.post for child in one.children] == ["two", "three"]
    assert (four.post, four.children, one.children[0].children) == ("four", [], [])
