"""A post of any type: whose it is, who may see it, what hangs on it; what is not plainly said counts as not said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import PUBLIC, Note, NoteAttachment, parse_note
from fedconnect.activitypub.vocabulary.media import MAX_ATTACHMENTS
from fedconnect.activitypub.vocabulary.note import MAX_MENTIONS, MAX_OPTIONS
from fedconnect.drafts import PollOption
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed

ANA = "https://home.example/users/ana"
POST = "https://home.example/posts/1"
FILE = "https://home.example/media/1"


def note(**fields: Any) -> Note:
    return parse_note({"type": "Note", "id": POST, "attributedTo": ANA, **fields})


@pytest.mark.parametrize(
    "kind", [None, "Tombstone", "note", [], ["Person", "Tombstone"], [["Note"]], {"id": "Note"}, "Person"]
)
def test_what_is_of_no_known_type_is_no_post(kind: object) -> None:
    with pytest.raises(Malformed, match="not a post"):
        note(type=kind)
    for several in (
        ["Page"],
        ["schema:Article", "Page"],
        "as:Page",
        ["https://www.w3.org/ns/activitystreams#Page"],
    ):
        assert note(type=several).kind == "Page"


@pytest.mark.parametrize("identity", [None, "", "urn:x:1", [POST]])
def test_a_post_has_an_address(identity: object) -> None:
    with pytest.raises(Malformed):
        note(id=identity)


def test_of_a_channel_and_its_person_the_person_is_the_author_and_of_two_people_neither() -> None:
    ana, ben, channel = ({"type": kind, "id": f"https://home.example/{name}"} for kind, name in
                         (("Person", "ana"), ("Person", "ben"), ("Group", "channel")))  # fmt: skip
    assert note(attributedTo=[channel, ana]).author == "https://home.example/ana"
    with pytest.raises(Malformed):
        note(attributedTo=[channel, ana, ben])
    with pytest.raises(Malformed):
        note(attributedTo=[channel, {"type": "Group", "id": ANA}])
    with pytest.raises(Malformed):
        note(attributedTo=[*[channel] * 10, ana])


@pytest.mark.parametrize(
    ("to", "cc", "is_public", "is_unlisted"),
    [
        ([PUBLIC], [], True, False),
        ([PUBLIC], [PUBLIC], True, False),
        ([], [PUBLIC], False, True),
        ([], [], False, False),
        ([f"{ANA}/followers"], [], False, False),
    ],
)
def test_public_is_in_to_and_unlisted_in_cc_alone(
    to: list[str], cc: list[str], is_public: bool, is_unlisted: bool
) -> None:
    found = note(to=to, cc=cc, audience=PUBLIC, bto=PUBLIC)
    assert (found.is_public, found.is_unlisted) == (is_public, is_unlisted)


def test_a_vote_has_no_title_and_every_other_post_may_have_one() -> None:
    assert note(name="Monday", inReplyTo="https://home.example/poll", content="").title == ""
    assert note(name="Monday", inReplyTo="https://home.example/poll").title == ""
    assert note(name="Respite", content="<p>Words</p>").title == "Respite"
    assert note(type="Page", name="Respite").title == "Respite"
    assert note(type="Page", nameMap={"en": "Respite"}).title == "Respite"


def test_of_two_lists_of_answers_the_one_that_holds_any_counts() -> None:
    option = {"type": "Note", "name": "Monday"}
    found = note(type="Question", anyOf=[], oneOf=[option]).poll
    assert found is not None
    assert (found.is_multiple, [one.name for one in found.options]) == (False, ["Monday"])
    both = note(type="Question", anyOf=[option], oneOf=[]).poll
    assert both is not None
    assert both.is_multiple


def test_more_than_we_take_is_told() -> None:
    assert not note(type="Question", oneOf=[{"name": "a"}] * MAX_OPTIONS).is_left_out
    assert note(type="Question", oneOf=[{"name": "a"}] * (MAX_OPTIONS + 1)).is_left_out
    files = [{"type": "Image", "url": f"{FILE}/{number}"} for number in range(MAX_ATTACHMENTS + 1)]
    assert note(attachment=files).is_left_out
    assert not note(attachment=files[1:]).is_left_out


def test_hashtags_and_mentions_are_known_with_the_prefix_of_their_context() -> None:
    tag = [{"type": "as:Hashtag", "name": "#care"}, {"type": ["Mention"], "href": ANA, "name": "@ana"}]
    assert (note(tag=tag).hashtags, note(tag=tag).mentions) == (("care",), (ANA,))


def test_one_attachment_can_warn_by_itself() -> None:
    files = [
        {"type": "Image", "url": FILE, "name": "A wound", "summary": "Blood", "sensitive": True},
        {"type": "Image", "url": f"{FILE}/2", "name": "A cat"},
    ]
    found = note(attachment=files)
    assert found.is_sensitive
    assert [(one.alt, one.warning) for one in found.attachments] == [("A wound", "Blood"), ("A cat", "")]
    assert not note(attachment=files[1:]).is_sensitive
    assert not note(attachment=[{**files[0], "sensitive": "false"}]).is_sensitive


def test_what_was_typed_counts_where_nothing_else_is_told() -> None:
    typed = {"content": "a < b\n\nc", "mediaType": "text/markdown"}
    assert note(content=None, source=typed).html == "<p>a &lt; b</p><p>c</p>"
    assert note(content="<p>Words</p>", source=typed).html == "<p>Words</p>"
    assert note(content=None, source="no object").html == ""


def test_answers_may_be_in_languages() -> None:
    found = note(type="Question", oneOf=[{"name": "Monday"}, {"nameMap": {"de": "Dienstag"}}, {}]).poll
    assert found is not None
    assert [one.name for one in found.options] == ["Monday", "Dienstag"]


def test_plain_text_is_escaped_into_paragraphs() -> None:
    text = "a < b & <script>\n\n\n\n one\ntwo "
    for media_type in ("text/plain", "text/markdown"):
        html = note(content=text, mediaType=media_type).html
        assert html == "<p>a &lt; b &amp; &lt;script&gt;</p><p>one<br>two</p>"
    assert note(content=text, mediaType="text/html").html == text


def test_the_language_is_the_contents_before_the_warnings_before_the_titles() -> None:
    maps = {"nameMap": {"fr": "c"}, "summaryMap": {"de": "b"}, "contentMap": {"en": "a"}}
    assert note(**maps).language == "en"
    del maps["contentMap"]
    assert note(**maps).language == "de"
    del maps["summaryMap"]
    assert note(**maps).language == "fr"


def test_a_post_answers_the_first_thing_that_has_an_address() -> None:
    assert note(inReplyTo=[None, "nothing", {"id": POST}, ANA]).in_reply_to == POST
    assert note(inReplyTo=[0, 0, 0, 0, 0, POST]).in_reply_to is None
    assert note().in_reply_to is None


def test_a_mention_without_an_address_names_nobody_and_one_without_a_name_still_names_somebody() -> None:
    tags = [
        {"type": "Mention", "name": "@ana"},
        {"type": "Mention", "href": ANA},
        {"type": "Mention", "href": POST, "name": "@post"},
        {"type": "Link", "href": FILE, "name": "@file"},
    ]
    found = note(tag=tags)
    assert found.mentions == (ANA, POST)
    assert found.mention_names == (("@post", POST),)


def test_of_mentions_a_hundred_count() -> None:
    tags = [
        {"type": "Mention", "href": f"{ANA}/{number}", "name": "@x"} for number in range(MAX_MENTIONS + 1)
    ]
    found = note(tag=tags)
    assert (len(found.mentions), len(found.mention_names)) == (100, 100)


@pytest.mark.parametrize(
    ("name", "hashtag"),
    [("#Respite", ("respite",)), ("##＃Respite", ("respite",)), ("respite", ("respite",)), ("#", ()), ("#two words", ()),
     ("#new\nline", ()), (None, ()), (["#x"], ()), ("#" + "x" * 100, ("x" * 100,)), ("#" + "x" * 101, ())],
)  # fmt: skip
def test_a_hashtag_is_one_short_word_in_small_letters(name: object, hashtag: tuple[str, ...]) -> None:
    assert note(tag=[{"type": "Hashtag", "name": name}]).hashtags == hashtag


def test_hashtags_count_once_and_fifty_of_them() -> None:
    tags = [{"type": "Hashtag", "name": f"#t{number}"} for number in range(51)]
    assert len(note(tag=tags).hashtags) == 50
    assert note(tag=[{"type": "Hashtag", "name": "#A"}, {"type": "Hashtag", "name": "#a"}]).hashtags == ("a",)


@pytest.mark.parametrize(
    "attachment",
    [
        {"type": "PropertyValue", "url": FILE}, {"type": "Image"}, "no address", 7, None,
        {"type": "Image", "url": "javascript:alert(1)"}, {"type": "Link", "href": "data:image/png;base64,x"},
    ],
)  # fmt: skip
def test_what_is_no_medium_at_an_address_is_not_attached(attachment: object) -> None:
    assert note(attachment=[attachment]).attachments == ()


@pytest.mark.parametrize(
    ("attachment", "medium"),
    [
        ({"url": f"{FILE}.png"}, NoteAttachment(f"{FILE}.png", "image/png", "")),
        ({"type": "Document", "url": f"{FILE}.webm?x=.png"}, NoteAttachment(f"{FILE}.webm?x=.png", "video/webm", "")),
        ({"type": "Image", "url": FILE, "name": "A cat"}, NoteAttachment(FILE, "image/*", "A cat")),
        ({"type": "Image", "url": FILE, "mediaType": "image/gif"}, NoteAttachment(FILE, "image/gif", "")),
        ({"type": "Audio", "href": FILE, "summary": "Rain"}, NoteAttachment(FILE, "audio/*", "Rain")),
        ({"type": "Link", "href": f"{FILE}.png"}, NoteAttachment(f"{FILE}.png", "", "")),
        ({"type": "Document", "url": [{"href": POST, "mediaType": "text/html"}, {"href": FILE, "mediaType": "video/mp4"}],
          "content": "C"}, NoteAttachment(FILE, "video/mp4", "C")),
        ({"type": "Document", "url": FILE, "mediaType": ["x", "y"], "name": ["x", "y"], "summary": "S"}, NoteAttachment(FILE, "", "x – S")),
        ({"type": "Document", "url": FILE, "mediaType": ["x"], "name": ["x"], "summary": "S"}, NoteAttachment(FILE, "x", "x – S")),
        ({"type": "ex:Tape", "url": FILE, "name": "A"}, NoteAttachment(FILE, "", "A")),
        ({"type": "Image", "url": FILE, "mediaType": "m" * 101, "name": "n" * 10_001}, NoteAttachment(FILE, "m" * 100, "n" * 10_000)),
    ],
)  # fmt: skip
def test_an_attachment_is_its_file_its_type_and_its_description(
    attachment: dict[str, Any], medium: NoteAttachment
) -> None:
    assert note(attachment=attachment).attachments == (medium,)


def test_a_picture_that_is_a_post_hangs_on_itself_without_its_words_as_description() -> None:
    assert note(type="Image", url=FILE, name="Title", content="Words").attachments == (
        NoteAttachment(FILE, "image/*", ""),
    )
    assert note(type="Page", url=FILE).attachments == ()
    assert note(type="Page", image={"type": "Image", "url": FILE}).attachments == (
        NoteAttachment(FILE, "image/*", ""),
    )
    assert note(type="Page", image=FILE).attachments == (NoteAttachment(FILE, "image/*", ""),)
    assert note(attachment=[FILE]).attachments == (NoteAttachment(FILE, "", ""),)


def test_one_file_hangs_on_a_post_once_and_sixteen_files_at_most() -> None:
    first, again = (
        {"type": "Image", "url": FILE, "name": "first"},
        {"type": "Image", "url": FILE, "name": "again"},
    )
    assert [one.alt for one in note(attachment=[first, again]).attachments] == ["first"]
    many = [{"type": "Image", "url": f"{FILE}/{number}"} for number in range(MAX_ATTACHMENTS)]
    assert len(note(type="Video", attachment=many, url=FILE).attachments) == 16


def option(name: object, votes: object = 1) -> dict[str, object]:
    return {"name": name, "replies": {"totalItems": votes}}


@pytest.mark.parametrize("votes", [-1, True, 1.5, "3", None, 1 << 40])
def test_a_poll_tells_no_votes_that_are_no_number_of_votes(votes: object) -> None:
    poll = note(type="Question", oneOf=[option("Yes", votes)]).poll
    assert poll is not None
    assert poll.options == (PollOption("Yes", None),)


def test_a_poll_is_a_questions_alone_and_has_options_with_names() -> None:
    assert note(oneOf=[option("Yes")]).poll is None
    assert note(type="Question", oneOf=[option(" "), option(None), "Yes"]).poll is None
    poll = note(
        type="Question", oneOf=[option("Wrong")], anyOf=[option("Yes", 0), option("No", (1 << 40) - 1)]
    ).poll
    assert poll is not None
    assert (poll.is_multiple, [one.votes for one in poll.options]) == (True, [0, (1 << 40) - 1])
    many = note(type="Question", oneOf=[option(str(number)) for number in range(MAX_OPTIONS + 1)]).poll
    assert many is not None
    assert (many.is_multiple, len(many.options)) == (False, 20)


def test_a_poll_is_over_when_its_end_has_come_or_its_server_says_so() -> None:
    past, future = (clock.now() + timedelta(hours=hours) for hours in (-1, 1))

    def poll(**fields: Any) -> tuple[bool, bool]:
        found = note(type="Question", oneOf=[option("Yes")], **fields).poll
        assert found is not None
        return found.is_closed, found.ends is not None

    assert poll() == (False, False)
    assert poll(closed=True) == (True, False)
    assert poll(closed="true") == (False, False)
    assert poll(endTime=past.isoformat()) == (True, True)
    assert poll(endTime=future.isoformat()) == (False, True)
    assert poll(closed=past.isoformat(), endTime=future.isoformat()) == (True, True)


@pytest.mark.parametrize(
    ("fields", "quoted"),
    [
        ({"quote": POST, "quoteUrl": FILE}, POST),
        ({"quote": {"id": POST}}, POST),
        ({"quote": "nothing", "_misskey_quote": POST}, POST),
        ({"quoteUri": POST}, POST),
        ({"tag": {"type": "Link", "mediaType": "application/activity+json", "href": POST}}, POST),
        ({"tag": {"type": "Link", "mediaType": 'application/ld+json; profile="x"', "href": POST}}, POST),
        ({"tag": {"type": "Link", "mediaType": "text/html", "href": POST}}, ""),
        ({"tag": {"type": "Mention", "mediaType": "application/activity+json", "href": POST}}, ""),
        ({}, ""),
    ],
)
def test_what_a_post_quotes_in_each_way_to_say_so(fields: dict[str, Any], quoted: str) -> None:
    assert note(**fields).quote == quoted


@pytest.mark.parametrize(
    ("policy", "may_reply"),
    [
        (None, None),
        ("x", None),
        ({"canReply": "nobody"}, None),
        ({"canReply": {}}, None),
        ({"canReply": {"automaticApproval": PUBLIC}}, None),
        ({"canReply": {"always": ["as:Public", ANA]}}, None),
        ({"canReply": {"automaticApproval": []}}, ()),
        ({"canReply": {"automaticApproval": [], "always": [PUBLIC]}}, ()),
        ({"canReply": {"always": [ANA]}}, (ANA,)),
        ({"canLike": {"automaticApproval": []}}, None),
    ],
)
def test_who_may_answer_unasked_is_nobody_only_where_that_is_said(policy: object, may_reply: object) -> None:
    assert note(interactionPolicy=policy).may_reply == may_reply


def test_the_leave_to_answer_has_an_address_under_its_newer_name_first() -> None:
    assert note(replyAuthorization=POST, approvedBy=ANA).approval == POST
    assert note(approvedBy=ANA).approval == ANA
    assert note(replyAuthorization={"id": POST}).approval == ""


@pytest.mark.parametrize("value", ["true", 1, None, ["true"]])
def test_media_are_folded_only_where_that_is_plainly_said(value: object) -> None:
    assert note(sensitive=value).is_sensitive is False
    assert note(sensitive=True).is_sensitive is True
