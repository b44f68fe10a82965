"""From another server's Note to a draft: who may see it, which boards it names, and what stands there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import PUBLIC, Note, parse_note
from fedconnect.drafts import PostDraft, Visibility
from fedconnect.federation import note_drafts
from fedconnect.foundation import clock
from support.federation_rows import note_document
from support.forum import BASE

ANA = "https://home.example/users/ana"
RESPITE, BENEFITS = f"{BASE}/boards/respite", f"{BASE}/boards/benefits"

pytestmark = pytest.mark.usefixtures("session")


def note(**fields: Any) -> Note:
    return parse_note(note_document("https://home.example/posts/1", ANA, **fields))


def draft(**fields: Any) -> PostDraft:
    return note_drafts.draft_of(note(**fields))


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        ([], [], Visibility.DIRECT),
        ([RESPITE], [], Visibility.DIRECT),
        (["https://home.example/users/ben/followers"], [], Visibility.DIRECT),
        ([f"{ANA}/followers/"], [], Visibility.DIRECT),
        ([RESPITE], [f"{ANA}/followers"], Visibility.FOLLOWERS),
        ([f"{ANA}/followers"], [PUBLIC], Visibility.UNLISTED),
        ([PUBLIC, f"{ANA}/followers"], [PUBLIC], Visibility.PUBLIC),
    ],
)
def test_who_may_see_a_post_is_never_more_than_its_addressees_say(
    to: list[str], cc: list[str], visibility: Visibility
) -> None:
    assert note_drafts.visibility_of(note(to=to, cc=cc, audience=PUBLIC)) is visibility


def test_boards_are_named_once_by_mention_before_address_and_only_ours() -> None:
    mention = {"type": "Mention", "href": BENEFITS, "name": "@benefits"}
    named = note(
        tag=mention,
        to=["https://elsewhere.example/boards/other", f"{RESPITE}/followers"],
        cc=[BENEFITS],
        audience=RESPITE,
    )
    assert note_drafts.named_boards(named) == ("benefits", "respite")
    assert note_drafts.draft_of(named).boards == (BENEFITS, RESPITE)
    assert note_drafts.named_boards(note(to=[f"{RESPITE}/moderators", f"{BASE}/boards/Respite", BASE])) == ()


def test_a_summary_is_a_warning_on_a_note_and_words_on_an_article_without_any() -> None:
    assert draft(summary="<b>War</b>\nand more").warning == "War and more"
    assert len(draft(summary="x" * 600).warning) == 500
    article = draft(type="Article", summary="In short", content="")
    assert (article.warning, "In short" in article.html) == ("", True)
    assert "In short" not in draft(type="Article", summary="In short", content="<p>At length</p>").html
    assert "In short" not in draft(type="Note", summary="In short", content="").html


def test_a_title_stands_first_in_the_words_and_brings_no_markup() -> None:
    html = draft(type="Page", name="Respite <img src=x> in August", content="<p>Words</p>").html
    assert html.index("Respite") < html.index("Words")
    assert "<img" not in html
    assert len(draft(type="Page", name="x" * 5000, content="").html) < 1100


def test_nothing_dangerous_is_left_in_the_words_and_the_source_is_bounded() -> None:
    found = draft(content='<p onclick="x()">Hi<script>alert(1)</script></p>' + "y" * 2_000_000)
    assert "script" not in found.html
    assert "onclick" not in found.html
    assert len(found.source) < 2_000_000


def test_the_line_that_stands_for_a_quote_is_left_out_only_where_the_quote_is_understood() -> None:
    content = '<p class="quote-inline">RE: <a href="https://far.example/1">far.example/1</a></p><p>Indeed</p>'
    assert "RE:" not in draft(content=content, quote="https://far.example/1").html
    assert "RE:" in draft(content=content).html


def test_who_may_answer_are_those_named_the_author_and_whoever_is_mentioned() -> None:
    ben = {"type": "Mention", "href": "https://home.example/users/ben", "name": "@ben"}
    nobody = {"canReply": {"automaticApproval": []}}
    assert draft(tag=ben).may_reply == ()
    assert draft(interactionPolicy=nobody).may_reply == (ANA,)
    assert draft(interactionPolicy=nobody, tag=ben).may_reply == (ANA, ben["href"])
    many = [{"type": "Mention", "href": f"{ANA}/{number}"} for number in range(100)]
    assert len(draft(interactionPolicy=nobody, tag=many).may_reply) == 100


def test_a_post_without_a_date_is_of_now_and_twenty_addressees_are_kept() -> None:
    before = clock.now()
    found = draft(
        published="yesterday", to=[f"{ANA}/{number}" for number in range(30)], cc=[f"{ANA}/0", f"{ANA}/99"]
    )
    assert before <= found.published <= before + timedelta(minutes=1)
    assert found.addressees == tuple(f"{ANA}/{number}" for number in range(20))


def test_descriptions_and_options_are_one_plain_line_of_bounded_length() -> None:
    medium = {"type": "Image", "url": "https://home.example/1.png", "name": "A\u202e cat\n" + "x" * 2000}
    (attachment,) = draft(attachment=medium).attachments
    assert (len(attachment.alt), "\n" in attachment.alt, "\u202e" in attachment.alt) == (2006, False, False)
    assert draft(attachment={**medium, "name": "cat " * 2000}).is_left_out
    poll = draft(type="Question", oneOf=[{"name": "<b>Yes</b>\n" + "x" * 900}]).poll
    assert poll is not None
    assert poll.options[0].name.startswith("Yes x")
    assert len(poll.options[0].name) == 500


LINKED = '<a href="https://home.example/{}">word{}</a> '
MUCH_MARKUP = "".join(LINKED.format("x" * 300, number) for number in range(40))


@pytest.mark.parametrize("field", ["summary", "name", "option"])
def test_words_that_stand_behind_much_markup_are_cut_with_a_sign_and_never_without(field: str) -> None:
    if field == "option":
        found = draft(type="Question", oneOf=[{"name": MUCH_MARKUP}])
        assert found.poll is not None
        said = found.poll.options[0].name
    else:
        found = draft(**{field: MUCH_MARKUP})
        said = found.warning if field == "summary" else found.title
    assert said.startswith("word0 word1")
    assert "<" not in said
    assert "word39" in said or (said.endswith("…") and found.is_left_out)
