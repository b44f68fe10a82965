"""What rules see of a post, beside test_screening.py: at their limits, and as a stranger may write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.html import clean
from fedconnect.models.screening_rule import RuleKind
from fedconnect.moderation.screening.rule_matching import (
    Look,
    Rule,
    breaks,
    check_rule,
    distinctive_words,
    first_broken,
    links_in,
    look_at,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def look(text: str = "Some words", **changes: Any) -> Look:
    facts: dict[str, Any] = {
        "links": frozenset(), "named": 0, "language": "en", "born_at": NOW, "at": NOW, "repeats": 0,
    }  # fmt: skip
    return Look(text, **{**facts, **changes})


def has_words(value: str, text: str) -> bool:
    return breaks(check_rule("words", value), look(text))


def test_a_word_within_a_longer_one_breaks_no_rule() -> None:
    assert not has_words("cat", "concatenate")
    assert not has_words("cat", "cats")
    assert not has_words("cat", "tomcat")
    assert has_words("cat", "(cat)")
    assert has_words("cat", "A dog. Cat!")


def test_a_phrase_is_no_pattern() -> None:
    assert not has_words("c.t", "cat")
    assert has_words("c.t", "a c.t b")
    assert has_words("what?", "what?")
    assert not has_words("(a+)+$", "aaaa")


def test_a_phrase_is_found_over_lines_and_in_any_case() -> None:
    assert has_words("Straße frei", "die STRASSE\n\n frei")
    assert has_words("don't panic", "Don’t panic")


def test_a_content_warning_counts_as_words() -> None:
    seen = look_at("<p>Harmless</p>", "Pills", 0, "en", None, NOW)
    assert breaks(check_rule("words", "pills"), seen)
    assert breaks(check_rule("words", "harmless"), seen)
    assert not breaks(
        check_rule("words", "pills harmless, p"), look_at("<p>Harmless</p>", "", 0, "", None, NOW)
    )


def test_a_word_of_the_last_paragraph_does_not_stick_to_the_next() -> None:
    assert breaks(check_rule("words", "pills"), look_at("<p>pills</p><p>more</p>", "", 0, "en", None, NOW))


def test_a_link_is_known_without_its_query_its_www_and_its_case() -> None:
    assert links_in('<a href="https://WWW.Spam.example/Path/?id=1#x">x</a>') == {"spam.example/path"}
    assert links_in('<a href="https://spam.example">x</a>') == {"spam.example"}
    assert links_in('<a href="http://spam.example:8080/a">x</a>') == {"spam.example/a"}


def test_what_leads_nowhere_is_no_link() -> None:
    assert (
        links_in('<a href="https://[half/">x</a><a href="mailto:a@spam.example">x</a> spam.example') == set()
    )
    assert links_in('<a href="' + "https://spam.example/" + "x" * 2048 + '">x</a>') == set()


def test_the_same_link_twice_is_one() -> None:
    assert links_in('<a href="https://a.example/x">1</a><a href="https://a.example/x/">2</a>') == {
        "a.example/x"
    }


def test_a_rule_about_links_looks_at_whole_hosts() -> None:
    seen = look(links=frozenset({"sub.spam.example/x", "fine.example/spam.example"}))
    assert seen.hosts == {"sub.spam.example", "fine.example"}
    assert breaks(check_rule("links", "other.example, spam.example"), seen)
    assert not breaks(check_rule("links", "pam.example"), seen)
    assert not breaks(check_rule("links", "*"), look())


def test_an_account_of_no_known_age_is_not_new() -> None:
    rule = check_rule("new_account", "7")
    assert not breaks(rule, look(born_at=None))
    assert breaks(rule, look(born_at=NOW - timedelta(days=7) + timedelta(seconds=1)))
    assert not breaks(rule, look(born_at=NOW - timedelta(days=7)))
    assert breaks(rule, look(born_at=NOW + timedelta(days=1))), "a birthday in the future makes nobody old"


def test_a_language_that_is_not_told_is_none_of_the_others() -> None:
    rule = check_rule("language", "EN, de")
    assert not breaks(rule, look(language=""))
    assert not breaks(rule, look(language="EN-gb"))
    assert breaks(rule, look(language="d"))
    assert breaks(rule, look(language="den"))


@pytest.mark.parametrize(("named", "broken"), [(0, False), (5, False), (6, True)])
def test_as_many_may_be_named_as_the_rule_says(named: int, broken: bool) -> None:
    assert breaks(check_rule("mentions", "5"), look(named=named)) is broken


@pytest.mark.parametrize(("repeats", "broken"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_same_counts_as_repeated_once_it_was_written_so_often(repeats: int, broken: bool) -> None:
    assert breaks(check_rule("repeated", "2"), look(repeats=repeats)) is broken


def test_of_several_broken_rules_the_first_is_named() -> None:
    rules = [check_rule("words", "absent"), check_rule("mentions", "1"), check_rule("words", "words")]
    assert first_broken(rules, look(named=2)) == Rule(RuleKind.MENTIONS, "1")
    assert first_broken(rules, look(text="None of it")) is None
    assert first_broken([], look()) is None


@pytest.mark.parametrize("value", ["0", "366", "1000", "-1", "1.5", "²", "٣", "", " ", "one", "9" * 5000])
def test_what_is_no_number_from_1_to_365_is_refused(value: str) -> None:
    for kind in (RuleKind.NEW_ACCOUNT, RuleKind.MENTIONS, RuleKind.REPEATED):
        with pytest.raises(Malformed):
            check_rule(kind, value)


@pytest.mark.parametrize("value", ["1", " 1 ", "365"])
def test_a_number_from_1_to_365_is_taken(value: str) -> None:
    assert check_rule("new_account", value) == Rule(RuleKind.NEW_ACCOUNT, value.strip())


def test_words_are_counted_and_measured_at_their_limits() -> None:
    assert check_rule("words", "x" * 60).value == "x" * 60
    with pytest.raises(Malformed):
        check_rule("words", "x" * 61)
    assert len(check_rule("words", ",".join(f"w{n}" for n in range(50))).value.split(", ")) == 50
    with pytest.raises(Malformed):
        check_rule("words", ",".join(f"w{n}" for n in range(51)))


def test_words_are_kept_once_each_in_one_case_in_their_order() -> None:
    assert check_rule("words", "Pills\ncheap   pills, PILLS,, ").value == "pills, cheap pills"


def test_a_kind_that_is_none_is_refused() -> None:
    for kind in ("", "WORDS", "regex"):
        with pytest.raises(Malformed):
            check_rule(kind, "x")


def test_a_text_is_known_again_by_the_words_that_tell() -> None:
    assert distinctive_words("The pills, the PILLS of https://x.example/y 2026") == {"pills"}


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://spam.example/mention-us">here</a>', '<a href="https://spam.example/mention-us" class="u-url">here</a>',
        '<a class="mention" href="https://spam.example/mention-us">here</a>', '<a href="https://spam.example/mention-us" class="u-url mention">Buy @ once</a>',
        '<a class="mention hashtag" href="https://spam.example/mention-us" rel="tag">#1 of all</a>',
        '<a class="mention" href="https://spam.example/mention-us">' + "@" + "x" * 1000 + "</a>",
    ],
)  # fmt: skip
def test_no_link_hides_as_a_mention(link: str) -> None:
    assert links_in(clean(link)) == {"spam.example/mention-us"}


@pytest.mark.parametrize(
    ("classes", "text"),
    [("u-url mention", "@<span>ana</span>"), ("mention", "@ana@home.example"), ("mention hashtag", "#<span>Pflege</span>")],
)  # fmt: skip
def test_a_handle_or_a_hashtag_is_no_link(classes: str, text: str) -> None:
    link = f'<a href="https://home.example/@ana" class="{classes}">{text}</a>'
    assert links_in(clean(link)) == frozenset()


@pytest.mark.parametrize(
    ("kind", "value", "post", "broken"),
    [
        ("words", "don’t", {"text": "I don't"}, True), ("words", "don't", {"text": "I don’t"}, True),
        ("words", "don’t", {"text": "I do"}, False),
        ("links", "www.spam.example", {"links": {"spam.example/x"}}, True),
        ("links", "https://www.Spam.example/x?y", {"links": {"spam.example/z"}}, True),
        ("links", "www.spam.example", {"links": {"other.example"}}, False), ("links", "*", {"links": {"other.example"}}, True),
        ("language", "de-AT", {"language": "de"}, False), ("language", "de-AT", {"language": "de-CH"}, False),
        ("language", "de-AT, es", {"language": "fr"}, True),
    ],
)  # fmt: skip
def test_a_rule_holds_what_whoever_wrote_it_meant(
    kind: str, value: str, post: dict[str, Any], broken: bool
) -> None:
    assert breaks(check_rule(kind, value), look(**post)) is broken
