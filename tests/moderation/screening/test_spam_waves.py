"""When strangers say the like: pure, at its limits."""

from __future__ import annotations

from collections.abc import Iterable

from fedconnect.moderation.screening.spam_waves import RecentPost, alike_to, is_wave


def said(words: str = "", author: int = 1, links: Iterable[str] = (), key: int = 0) -> RecentPost:
    return RecentPost(key, author, frozenset(words.split()), frozenset(links))


def test_what_somebody_said_themselves_before_is_not_alike() -> None:
    assert alike_to(said("cheap pills for every pain"), [said("cheap pills for every pain")]) == []


def test_one_other_stranger_makes_no_wave_however_often_they_said_it() -> None:
    new = said("cheap pills for every pain")
    alike = [said("cheap pills for every pain", author=2, key=key) for key in range(5)]
    assert alike_to(new, alike) == alike
    assert not is_wave(new, alike)
    assert is_wave(new, [*alike, said("cheap pills for every pain", author=3)])


def test_two_texts_are_alike_from_six_words_in_ten_on() -> None:
    new = said("a b c d e f g h")
    assert alike_to(new, [said("a b c d e f i j", author=2)]), "six of ten"
    assert not alike_to(new, [said("a b c d e i j k", author=2)]), "five of eleven"
    assert not alike_to(new, [said("a b c d e f g h i j k l m n", author=2)]), "all of it, among much else"


def test_short_texts_are_alike_only_where_they_are_the_same() -> None:
    assert alike_to(said("a b c"), [said("a b c", author=2)])
    assert alike_to(said("a b c d"), [said("a b c d", author=2)])
    assert not alike_to(said("a b c d"), [said("a b c d e", author=2)]), "four of five, and too short to tell"
    assert alike_to(said("a b c d e"), [said("a b c d e f", author=2)]), "five words are enough to tell"


def test_two_words_say_nothing_even_where_they_are_the_same() -> None:
    assert not alike_to(said("good morning"), [said("good morning", author=2)])
    assert not alike_to(said(""), [said("", author=2)]), "two pictures without a word"


def test_one_shared_link_is_enough_whatever_is_said() -> None:
    new = said("look here", links=["spam.example/x", "other.example"])
    assert alike_to(new, [said("something else entirely", author=2, links=["spam.example/x"])])
    assert not alike_to(new, [said("something else entirely", author=2, links=["spam.example/y"])])


def test_what_is_alike_is_told_apart_and_keeps_its_order() -> None:
    earlier = [
        said("a b c d e", author=2, key=7),
        said("v w x y z", author=3, key=8),
        said("a b c d e", author=4, key=9),
    ]
    assert [one.key for one in alike_to(said("a b c d e"), earlier)] == [7, 9]
