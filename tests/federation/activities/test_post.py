"""The post that an activity carries, before any transaction: whose it is, how far it is trusted, what its leave is worth."""

from __future__ import annotations

from typing import Any

import pytest

from fedconnect.activitypub.vocabulary import parse_note
from fedconnect.drafts import PostDraft, Visibility
from fedconnect.federation.activities import post
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.foundation import database
from fedconnect.foundation.errors import FetchFailed
from fedconnect.hooks import manager
from fedconnect.hooks.views import PersonView, Verdict
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from support.activity_rows import coming
from support.federation_rows import OtherServers, note_document, with_keys
from support.forum import BASE
from support.unit import Unit, a_board, a_person, a_thread

ANA, NEW = "https://home.example/users/ana", "https://home.example/posts/new"
BEN, PARENT = "https://far.example/users/ben", "https://far.example/posts/1"
LEAVE = "https://far.example/leaves/1"
PUBLIC = "as:Public"


@pytest.fixture(autouse=True)
def asked(
    unit: Unit, others: OtherServers, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[PostDraft, PersonView]]:
    """What screening was asked; it lets everything through until a test says otherwise."""
    with_keys()
    found: list[tuple[PostDraft, PersonView]] = []
    screened_as(monkeypatch, Verdict.PUBLISH, found)
    return found


def screened_as(monkeypatch: pytest.MonkeyPatch, verdict: Verdict, kept: list[Any] | None = None) -> None:
    def screen(draft: PostDraft, author: PersonView) -> Verdict:
        assert not database.is_open()
        if kept is not None:
            kept.append((draft, author))
        return verdict

    monkeypatch.setattr(manager, "screen_post", screen)


def ana() -> Person:
    return Person(uri=ANA, host="home.example", username="ana", handle_host="home.example", name="Ana")


def prepare(
    document: dict[str, Any] | None = None, actor: Person | None = None, **values: Any
) -> PreparedPost | None:
    note = parse_note(document or note_document(NEW, ANA))
    return post.prepare(coming(actor or ana(), "Create", note.id, note=note, **values))


def prepared(document: dict[str, Any] | None = None, **values: Any) -> PreparedPost:
    found = prepare(document, **values)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("uri", "author"),
    [
        (NEW, "https://home.example/users/ben"),
        ("https://evil.example/posts/1", ANA),
        ("http://home.example/posts/new", ANA),
        (f"{BASE}/boards/respite/notes/1", ANA),
    ],
)
def test_what_is_not_the_senders_own_post_on_their_own_server_is_not_even_screened(
    asked: list[Any], uri: str, author: str
) -> None:
    assert prepare(note_document(uri, author)) is None
    assert asked == []


def test_an_activity_without_a_post_prepares_none(asked: list[Any]) -> None:
    assert post.prepare(coming(ana(), "Create", NEW)) is None
    assert asked == []


def test_a_post_is_cleaned_before_it_is_screened(asked: list[tuple[PostDraft, PersonView]]) -> None:
    found = prepared(note_document(NEW, ANA, content="<p>Hi<script>alert(1)</script></p>"))
    ((draft, author),) = asked
    assert "script" not in draft.html
    assert found.draft is draft
    assert author == PersonView(ANA, "Ana", "@ana@home.example")
    assert (found.verdict, found.screened, found.approval, found.collections) == (Verdict.PUBLISH, "", "", ())


@pytest.mark.parametrize(
    ("policy", "said", "verdict", "screened"),
    [
        (Policy.OPEN, Verdict.PUBLISH, Verdict.PUBLISH, ""),
        (Policy.SILENCED, Verdict.PUBLISH, Verdict.PUBLISH, ""),
        (Policy.LIMITED, Verdict.PUBLISH, Verdict.HOLD, "limited"),
        (Policy.OPEN, Verdict.HOLD, Verdict.HOLD, "plugin"),
        (Policy.LIMITED, Verdict.HOLD, Verdict.HOLD, "plugin"),
        (Policy.OPEN, Verdict.REFUSE, Verdict.REFUSE, ""),
        (Policy.LIMITED, Verdict.REFUSE, Verdict.REFUSE, ""),
    ],
)
def test_of_what_screening_says_and_what_its_server_is_trusted_the_stricter_counts(
    monkeypatch: pytest.MonkeyPatch, policy: Policy, said: Verdict, verdict: Verdict, screened: str
) -> None:
    screened_as(monkeypatch, said)
    found = prepared(policy=policy)
    assert (found.verdict, found.screened) == (verdict, screened)


@pytest.mark.parametrize("to", [[f"{ANA}/followers"], [f"{BASE}/boards/respite"], []])
def test_what_is_not_for_everybody_is_shown_to_no_plugin(asked: list[Any], to: list[str]) -> None:
    found = prepared(note_document(NEW, ANA, to=to), policy=Policy.LIMITED)
    assert (found.verdict, found.screened) == (Verdict.PUBLISH, "")
    assert asked == []


@pytest.mark.parametrize(
    ("policy", "fields", "visibility"),
    [
        (Policy.SILENCED, {}, Visibility.UNLISTED),
        (Policy.SILENCED, {"to": [], "cc": [PUBLIC]}, Visibility.UNLISTED),
        (Policy.SILENCED, {"to": [f"{ANA}/followers"]}, Visibility.FOLLOWERS),
        (Policy.SILENCED, {"to": [BEN]}, Visibility.DIRECT),
        (Policy.LIMITED, {}, Visibility.PUBLIC),
        (Policy.OPEN, {}, Visibility.PUBLIC),
    ],
)
def test_what_a_silenced_server_sends_is_shown_to_fewer_and_never_to_more(
    policy: Policy, fields: dict[str, Any], visibility: Visibility
) -> None:
    assert prepared(note_document(NEW, ANA, **fields), policy=policy).draft.visibility is visibility


def test_what_a_post_answers_is_what_it_says_itself_and_only_else_what_we_know() -> None:
    assert prepared(replies_to_uri=PARENT).draft.in_reply_to == PARENT
    other = "https://far.example/posts/2"
    assert (
        prepared(note_document(NEW, ANA, inReplyTo=other), replies_to_uri=PARENT).draft.in_reply_to == other
    )
    assert prepared().draft.in_reply_to is None


def test_the_rest_of_a_conversation_is_looked_for_on_the_posts_own_server_alone() -> None:
    here, there = "https://home.example/contexts/1", "https://evil.example/replies"
    note = note_document(NEW, ANA, context=here, replies={"id": NEW + "/replies", "type": "Collection"})
    assert prepared(note).collections == (here, NEW + "/replies")
    assert prepared({**note, "replies": there}).collections == (here,)
    assert prepared({**note, "context": there, "replies": "http://home.example/r"}).collections == ()


def leave(**fields: Any) -> dict[str, Any]:
    return {
        "type": "ReplyAuthorization", "id": LEAVE, "attributedTo": BEN, "interactingObject": NEW,
        "interactionTarget": PARENT, **fields,
    }  # fmt: skip


def an_answer(**fields: Any) -> dict[str, Any]:
    return note_document(NEW, ANA, **{"inReplyTo": PARENT, "replyAuthorization": LEAVE, **fields})


def with_parent(may_reply: str = BEN, *, has_author: bool = True) -> None:
    with database.transaction() as session:
        ben = a_person(session, "ben", "far.example") if has_author else None
        a_thread(session, a_board(session), ben, uri=PARENT, may_reply=may_reply)


def test_a_leave_is_asked_for_where_the_author_of_what_is_answered_gave_it(others: OtherServers) -> None:
    with_parent()
    others.say(LEAVE, leave())
    assert prepared(an_answer()).approval == LEAVE
    assert others.asked == [("GET", LEAVE)]


@pytest.mark.parametrize(
    "fields",
    [
        {"interactingObject": NEW + "/2"},
        {"interactionTarget": PARENT + "/2"},
        {"attributedTo": "https://far.example/users/fay"},
        {"type": "Note"},
    ],
)
def test_a_leave_for_another_answer_or_of_somebody_else_is_none(
    others: OtherServers, fields: dict[str, Any]
) -> None:
    with_parent()
    others.say(LEAVE, leave(**fields))
    assert prepared(an_answer()).approval == ""


def test_a_leave_that_cannot_be_had_is_none_and_the_post_goes_on_without(others: OtherServers) -> None:
    with_parent()
    evil = "https://evil.example/leaves/1"
    others.say(evil, leave(id=evil))
    assert prepared(an_answer()).approval == ""  # nobody there
    for body, status in ((b"", 404), (b"", 500), (b"no JSON", 200), ([], 200), ({"id": LEAVE + "/2"}, 200)):
        others.say(LEAVE, body, status)
        assert prepared(an_answer()).approval == ""
    others.redirect(LEAVE, evil)
    assert prepared(an_answer()).approval == ""
    others.fail(LEAVE, FetchFailed("timeout"))
    assert prepared(an_answer()).draft.in_reply_to == PARENT
    assert ("GET", evil) not in others.asked


@pytest.mark.parametrize(
    "fields",
    [
        {"inReplyTo": None},
        {"inReplyTo": "https://far.example/unknown"},
        {"replyAuthorization": None},
        {"replyAuthorization": "https://evil.example/leaves/1"},
        {"replyAuthorization": "https://home.example/leaves/1"},
    ],
)
def test_nobody_is_asked_for_a_leave_that_could_not_count(
    others: OtherServers, fields: dict[str, Any]
) -> None:
    with_parent()
    assert prepared(an_answer(**fields)).approval == ""
    assert others.asked == []


@pytest.mark.parametrize("values", [{"may_reply": ""}, {"has_author": False}])
def test_what_anybody_may_answer_needs_no_leave(others: OtherServers, values: dict[str, Any]) -> None:
    with_parent(**values)
    assert prepared(an_answer()).approval == ""
    assert others.asked == []
