"""Why a post stands on a page: told in the reader's own words, and in few of them."""

from __future__ import annotations

from fedconnect.surfacing.feed.reasons import Reason, reason_for


def test_a_reason_names_the_readers_own_words_and_topics() -> None:
    reason = reason_for(["respite", "carers"], ["respite"], is_quiet=True, follows=True)
    assert reason.topics == ("respite",)
    assert reason.words == ("carers",)
    assert reason.is_quiet


def test_a_reason_tells_a_topics_words_once_and_at_most_four_of_each() -> None:
    words = ["sleep", "night", "bread", "sheds", "trains", "coast", "beer"]
    reason = reason_for(words, ["Sleep at night", "cars", "beer"], is_quiet=False, follows=False)
    assert reason.topics == ("Sleep at night", "beer")
    assert reason.words == ("bread", "sheds", "trains", "coast")
    many = reason_for(words, words, is_quiet=False, follows=False)
    assert (many.topics, many.words) == (tuple(words[:4]), ())


def test_a_topic_of_which_a_post_shares_no_word_is_not_told() -> None:
    reason = reason_for(["bread"], ["trains", "the", ""], is_quiet=False, follows=True)
    assert reason == Reason(words=("bread",), follows=True)


def test_a_topic_is_told_as_it_was_typed_and_takes_its_words_with_it() -> None:
    reason = reason_for(["care", "bread"], ["Respite CARE"], is_quiet=False, follows=False)
    assert (reason.topics, reason.words) == (("Respite CARE",), ("bread",))


def test_words_keep_the_order_of_what_tells_most_and_are_read_once() -> None:
    reason = reason_for(iter(["d1", "c2", "b3", "a4", "e5"]), iter(["c2"]), is_quiet=False, follows=False)
    assert (reason.words, reason.topics) == (("d1", "b3", "a4", "e5"), ("c2",))


def test_nothing_shared_is_no_word_and_whose_sentence_it_was_is_kept() -> None:
    assert reason_for([], ["care"], is_quiet=False, follows=False) == Reason()
    passed = reason_for(
        [], [], is_quiet=True, follows=False, passed_on="Read this", passed_by="@ben@b.example"
    )
    assert passed == Reason(is_quiet=True, passed_on="Read this", passed_by="@ben@b.example")


def test_a_topic_that_a_post_stands_near_is_told_only_where_it_names_none() -> None:
    near = ("illness", ("doctors", "disease"))
    reason = reason_for(["bread"], ["illness"], is_quiet=False, follows=True, near=near)
    assert (reason.near_topic, reason.near, reason.topics) == ("illness", ("doctors", "disease"), ())
    named = reason_for(["illness"], ["illness"], is_quiet=False, follows=True, near=near)
    assert (named.near_topic, named.near, named.topics) == ("", (), ("illness",))
