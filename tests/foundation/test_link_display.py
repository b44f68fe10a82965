"""What a link shows and where it leads; and what is put into finished HTML, between its tags alone."""

from __future__ import annotations

import pytest

from fedconnect.foundation.link_display import honest_host, truthful, with_emojis, with_links, with_mentions


def link(href: str, shown: str) -> str:
    return f'<a href="{href}">{shown}</a>'


@pytest.mark.parametrize(
    ("href", "shown", "host"),
    [
        ("https://evil.example/", "https://bank.example/", "evil.example"),
        ("https://evil.example/", "bank.example", "evil.example"),
        ("https://evil.example/", "http://bank.example:80/x?y#z…", "evil.example"),
        ("https://evil.example/", "<b>bank</b>.example", "evil.example"),
        ("https://evil.example/", "@ana@bank.example", "evil.example"),
        ("https://evil.example/", "https://bank.example@evil.example/", "evil.example"),
        ("https://evil.example/", "https:\\\\bank.example", "evil.example"),
        ("https://bank.example.evil.example/", "https://bank.example/", "bank.example.evil.example"),
        ("https://evil.example:8443/", "bank.example", "evil.example:8443"),
        ("https://xn--bnk-sua.example/", "bank.example", "xn--bnk-sua.example"),
        ("https://xn--pypal-4ve.com/", "https://xn--pypal-4ve.com/", "xn--pypal-4ve.com"),
        ("https://evil.example/?a=1&amp;b=2", "bank.example", "evil.example"),
        ("gemini://evil.example/", "https://bank.example", "gemini"),
    ],
)  # fmt: skip
def test_a_link_that_shows_another_server_names_its_own(href: str, shown: str, host: str) -> None:
    assert truthful(link(href, shown)) == f"{link(href, shown)} ({host})"


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("https://bank.example/", "https://bank.example/"), ("https://www.bank.example/", "bank.example"),
        ("https://bank.example/", "www.bank.example/path…"), ("https://bank.example:8443/", "bank.example"),
        ("https://BANK.example/", "Bank.Example"), ("https://evil.example/", "read this"), ("https://evil.example/", ""),
        ("https://evil.example/", "file.txt is here"), ("https://home.example/@ana", "@ana"),
        ("https://home.example/@ana", "@ana@home.example"), ("xmpp:ana@bank.example", "write to me"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
    ],
)  # fmt: skip
def test_a_link_that_tells_no_lie_gets_no_note(href: str, shown: str) -> None:
    assert truthful(link(href, shown)) == link(href, shown)


def test_a_note_is_written_once_and_for_its_own_link() -> None:
    source = link("https://evil.example/", "bank.example") + " and " + link("https://a.example/", "a.example")
    once = truthful(source)
    assert once.count("(evil.example)") == 1
    assert once.count("(a.example)") == 0
    assert truthful(once) == once


def test_text_without_a_link_is_left_alone() -> None:
    assert truthful("<p>bank.example & more</p>") == "<p>bank.example & more</p>"
    assert truthful("<a>bank.example</a>") == "<a>bank.example</a>"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("example.org", "example.org"), ("xn--bcher-kva.example", "bücher.example"), ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("xn--pypal-4ve.com", "xn--pypal-4ve.com"), ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
        ("xn--r8jz45g.jp", "例え.jp"), ("xn--zz-zzzz.example", "xn--zz-zzzz.example"),
    ],
)  # fmt: skip
def test_a_name_is_shown_in_its_own_script_where_it_deceives_nobody(host: str, shown: str) -> None:
    assert honest_host(host) == shown


MENTIONS = {"@ana@a.example": "https://a.example/@ana", "@ana": "https://a.example/@ana"}
ANA = (
    '<span class="h-card" translate="no"><a href="https://a.example/@ana" class="u-url mention" '
    'rel="nofollow noopener noreferrer">{}</a></span>'
)


@pytest.mark.parametrize(
    ("source", "linked"),
    [
        ("<p>@ana!</p>", f"<p>{ANA.format('@ana')}!</p>"),
        ("@ana@a.example", ANA.format("@ana@a.example")),
        ("(@ana)", f"({ANA.format('@ana')})"),
        ("@ana @ana", f"{ANA.format('@ana')} {ANA.format('@ana')}"),
    ],
)
def test_a_handle_that_was_left_as_words_is_linked_the_longest_first(source: str, linked: str) -> None:
    assert with_mentions(source, MENTIONS) == linked


@pytest.mark.parametrize(
    "source",
    [
        "<p>@anabel</p>", "mail@ana", "x/@ana", "a.@ana", "@@ana", "@ana@", "<code>@ana</code>", "<pre><b>@ana</b></pre>",
        '<a href="https://x.example/">@ana</a>', '<p title="@ana">x</p>', "@ben", "",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_mention_stays_as_it_is(source: str) -> None:
    assert with_mentions(source, MENTIONS) == source


def test_a_mention_brings_no_html_along() -> None:
    hostile = {'@a"><script>': "https://a.example/", "@ana": 'https://a.example/"><script>'}
    assert "<script>" not in with_mentions("@ana and @a", hostile)


def test_of_very_many_mentions_the_first_thousand_are_linked() -> None:
    assert with_mentions("@ana " * 1001, {"@ana": "https://a.example/"}).count("<a ") == 1000


@pytest.mark.parametrize(
    ("source", "linked"),
    [
        ("see https://a.example/x.", "https://a.example/x"), ("(http://a.example)", "http://a.example"),
        ("<code>https://a.example/x</code>", "https://a.example/x"),
    ],
)  # fmt: skip
def test_an_address_in_a_text_becomes_a_link_without_what_ends_the_sentence(source: str, linked: str) -> None:
    found = f'<a href="{linked}" rel="nofollow noopener noreferrer">{linked}</a>'
    assert with_links(source) == source.replace(linked, found)


@pytest.mark.parametrize(
    "source", [link("https://a.example", "https://a.example"), "ftp://a.example", "https://"]
)
def test_what_is_a_link_already_or_none_stays(source: str) -> None:
    assert with_links(source) == source


def test_an_emoji_is_shown_where_its_picture_is_known_and_never_in_code() -> None:
    shown = with_emojis("<p>:cat: :dog: <code>:cat:</code></p>", {":cat:": '/m/"><b>'})
    assert shown.count("<img") == 1
    assert 'src="/m/&quot;&gt;&lt;b&gt;"' in shown
    assert ":dog: <code>:cat:</code>" in shown
    assert with_emojis('<a title=":cat:">x</a>', {":cat:": "/m"}) == '<a title=":cat:">x</a>'
    assert with_emojis(":cat:", {}) == ":cat:"
