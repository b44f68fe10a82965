"""A submission at the home server: said once, also where an earlier call said it and nobody heard so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from fedconnect.accounts.mastodon_api import HomeAway, HomeClient, HomeRefused
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FedConnectError
from fedconnect.home_servers.status_publication import PublishedStatus, SubmissionRequest, publish
from fedconnect.models.submission import Submission, SubmissionKind, SubmissionState
from support.federation_rows import OtherServers
from support.unit import Unit, a_board, a_person, a_reader, add

BASE = "https://home.example"
SAID, PARENT = f"{BASE}/posts/9", "https://far.example/posts/1"
STATUSES = f"{BASE}/api/v1/statuses"
FOUND = f"{BASE}/api/v2/search?q=https%3A%2F%2Ffar.example%2Fposts%2F1&resolve=true&type=statuses&limit=1"


@pytest.fixture
def client(unit: Unit) -> HomeClient:
    return HomeClient(BASE, "token")


def a_request(kind: SubmissionKind = SubmissionKind.START, **values: Any) -> SubmissionRequest:
    known = {
        "id": 1, "reader_id": 2, "board_id": 3, "kind": kind, "fields": {"status": "Hello there"}, "key": "key",
        "about_uri": "", "is_loose": False, "asked_at": clock.now(), "uri": "", "home_post_id": "", "is_sent": False,
    }  # fmt: skip
    return SubmissionRequest(**{**known, **values})


def says(others: OtherServers, body: object = None, status: int = 200) -> None:
    others.say(STATUSES, body if body is not None else {"id": "9", "uri": SAID}, status, "application/json")


def posts(others: OtherServers) -> int:
    return others.asked.count(("POST", STATUSES))


@pytest.mark.parametrize(
    "body",
    [[], "x", {}, {"id": "9"}, {"uri": SAID}, {"id": "", "uri": SAID}, {"id": "9", "uri": "https://far.example/posts/9"},
     {"id": "9", "uri": "javascript:alert(1)"}],
)  # fmt: skip
def test_what_has_no_id_of_its_own_on_that_server_is_no_post(
    client: HomeClient, others: OtherServers, body: object
) -> None:
    says(others, body)
    with pytest.raises(HomeAway):
        publish(client, a_request())


def test_the_forms_own_key_goes_with_it(client: HomeClient, others: OtherServers) -> None:
    says(others)
    assert publish(client, a_request()) == PublishedStatus(SAID, "9")
    assert others.sent[-1][1]["Idempotency-Key"] == "key"


@pytest.mark.parametrize(
    "statuses",
    [None, "x", {}, {"statuses": []}, {"statuses": {}}, {"statuses": [None]}, {"statuses": [{"id": ""}]},
     {"statuses": [{"id": "7", "uri": "https://far.example/another"}]}],
)  # fmt: skip
def test_an_answer_to_what_its_server_cannot_find_is_not_said(
    client: HomeClient, others: OtherServers, statuses: object
) -> None:
    others.say(FOUND, statuses, kind="application/json")
    with pytest.raises(HomeRefused, match=r"cannot find|404"):
        publish(client, a_request(SubmissionKind.REPLY, about_uri=PARENT))
    assert posts(others) == 0


def test_an_answer_names_what_its_server_found_and_a_loose_one_asks_for_nothing(
    client: HomeClient, others: OtherServers
) -> None:
    others.say(FOUND, {"statuses": [{"id": 7, "uri": PARENT}]}, kind="application/json")
    says(others)
    publish(client, a_request(SubmissionKind.REPLY, about_uri=PARENT))
    assert b'"in_reply_to_id":"7"' in (others.sent[-1][2] or b"")
    publish(client, a_request(SubmissionKind.REPLY, about_uri=PARENT, is_loose=True))
    assert b"in_reply_to_id" not in (others.sent[-1][2] or b"")


def test_an_edit_changes_the_post_that_is_there_and_makes_none(
    client: HomeClient, others: OtherServers
) -> None:
    others.say(f"{STATUSES}/9", {"id": "9", "uri": SAID}, kind="application/json")
    assert publish(client, a_request(SubmissionKind.EDIT, home_post_id="9")) == PublishedStatus(SAID, "9")
    assert [method for method, _ in others.asked] == ["PUT"]


def stands(others: OtherServers, words: str = "Hello there", *media: str, **values: object) -> None:
    """Let post 9 stand at home.example, which refuses a change that changes nothing (GoToSocial)."""
    spoiler = values.pop("spoiler_text", "")
    others.say(
        f"{STATUSES}/9/source", {"id": "9", "text": words, "spoiler_text": spoiler}, kind="application/json"
    )
    whole = {"id": "9", "uri": SAID, "media_attachments": [{"id": one} for one in media], "sensitive": False}
    others.say(f"{STATUSES}/9", {**whole, **values}, kind="application/json")


EDIT = {"status": "Hello there", "media_ids": ["7"], "language": "en"}


@pytest.mark.parametrize(
    ("words", "media", "values"),
    [
        ("Hello", ("7",), {}),
        ("Hello there", (), {}),
        ("Hello there", ("8",), {}),
        ("Hello there", ("7",), {"sensitive": True}),
        ("Hello there", ("7",), {"spoiler_text": "Loud"}),
        ("Hello there", ("7",), {"language": "de"}),
    ],
)
def test_an_edit_that_has_not_arrived_yet_is_said_again(
    client: HomeClient, others: OtherServers, words: str, media: tuple[str, ...], values: dict[str, object]
) -> None:
    stands(others, words, *media, **values)
    publish(client, a_request(SubmissionKind.EDIT, home_post_id="9", fields=EDIT, tries=1))
    assert [method for method, _ in others.asked] == ["GET", "GET", "PUT"]


def test_an_edit_whose_answer_was_lost_is_not_said_again(client: HomeClient, others: OtherServers) -> None:
    stands(others, "Hello there", "7")
    made = publish(client, a_request(SubmissionKind.EDIT, home_post_id="9", fields=EDIT, tries=1))
    assert made == PublishedStatus(SAID, "9")
    assert [method for method, _ in others.asked] == ["GET", "GET"]


OWN = f"{BASE}/api/v1/accounts/1/statuses?limit=80&exclude_reblogs=true"


def has(others: OtherServers, *earlier: Any, **headers: str) -> None:
    """Let home.example show these among the reader's own posts."""
    others.say(f"{BASE}/api/v1/accounts/verify_credentials", {"id": "1"}, kind="application/json")
    others.say(OWN, [dated(one) for one in earlier], kind="application/json", **headers)


def earlier(content: str = "<p>Hello there</p>", minutes: int = 0, **values: Any) -> dict[str, Any]:
    """A post of so many minutes ago; `dated` says when that is, since these are made long before their test runs."""
    return {
        "id": "9",
        "uri": SAID,
        "content": content,
        "created_at": minutes,
        "visibility": "public",
        **values,
    }


def dated(post: object) -> object:
    if not isinstance(post, dict) or not isinstance(post.get("created_at"), int):
        return post
    return {**post, "created_at": (clock.now() + timedelta(minutes=post["created_at"])).isoformat()}


def test_the_first_try_looks_for_nothing(client: HomeClient, others: OtherServers) -> None:
    says(others)
    publish(client, a_request())
    assert others.asked == [("POST", STATUSES)]


@pytest.mark.parametrize("tries", [1, 2, 7])
@pytest.mark.parametrize(
    ("status", "document"),
    [
        ("Hello there", earlier("<p>Hello <a href='x'>@<span>respite</span></a> there</p>")),
        ("Hello there\n\n@respite@forum.example", earlier("<p>Hello there</p><p>@respite</p>")),
        ("See https://x.example/1 there", earlier("<p>See <a href='x'><span class='invisible'>https://</span>x.example/1</a> there</p>")),
        ("_Hello_ *there*", earlier("<p><em>Hello</em> <b>there</b></p>")),
        ("1. Hello\n2. there", earlier("<ol><li>Hello</li><li>there</li></ol>")),
        ("Hello there", earlier(minutes=-1)),
        ("Hello there", earlier(visibility="unlisted")),
        ("👍", earlier("<p>👍</p>")),
    ],
)  # fmt: skip
def test_after_the_first_try_what_was_said_before_is_found_and_not_said_again(
    client: HomeClient, others: OtherServers, status: str, document: dict[str, Any], tries: int
) -> None:
    says(others)
    has(others, None, "x", document)
    found = publish(client, a_request(fields={"status": status, "visibility": "public"}, tries=tries))
    assert (found.uri, found.number) == (SAID, "9")
    assert posts(others) == 0


@pytest.mark.parametrize(
    ("status", "document"),
    [
        ("Hello there", earlier("<p>Hello there, too</p>")),
        ("Hello there", earlier(in_reply_to_id="7")),
        ("Hello there", earlier(minutes=-3)),
        ("Hello there", earlier(created_at="yesterday")),
        ("Hello there", earlier(visibility="direct")),
        ("👍", earlier("<p>👎</p>")),
    ],
)  # fmt: skip
def test_what_is_something_else_is_not_taken_for_it(
    client: HomeClient, others: OtherServers, status: str, document: dict[str, Any]
) -> None:
    says(others)
    has(others, document)
    publish(client, a_request(fields={"status": status, "visibility": "public"}, tries=2))
    assert posts(others) == 1


@pytest.mark.parametrize(("hours", "is_said"), [(23, True), (25, False)])
def test_after_a_day_it_is_looked_for_and_not_said_any_more(
    client: HomeClient, others: OtherServers, hours: int, is_said: bool
) -> None:
    says(others)
    has(others)
    late = a_request(asked_at=clock.now() - timedelta(hours=hours), tries=9)
    if is_said:
        publish(client, late)
    else:
        with pytest.raises(HomeAway):
            publish(client, late)
    assert posts(others) == is_said


@pytest.mark.parametrize("status", [403, 404, 500])
def test_where_the_own_posts_are_not_shown_nothing_is_said_again(
    client: HomeClient, others: OtherServers, status: int
) -> None:
    says(others)
    has(others)
    others.say(OWN, {"error": "no"}, status, "application/json")
    with pytest.raises(FedConnectError):
        publish(client, a_request(tries=2))
    assert posts(others) == 0


def test_it_is_looked_for_on_further_pages(client: HomeClient, others: OtherServers) -> None:
    says(others)
    older = f"{BASE}/api/v1/accounts/1/statuses?max_id=8"
    has(others, earlier("<p>Another</p>", uri=f"{BASE}/posts/10"), link=f'<{older}>; rel="next"')
    others.say(older, [dated(earlier())], kind="application/json")
    assert publish(client, a_request(tries=2)) == PublishedStatus(SAID, "9")
    assert posts(others) == 0


@pytest.fixture
def row(unit: Unit) -> Submission:
    with database.transaction() as session:
        board, reader = a_board(session), a_reader(session, a_person(session))
        now = clock.now()
        return add(
            session,
            Submission(
                reader_id=reader.id, board_id=board.id, kind=SubmissionKind.START, state=SubmissionState.SEEN, key="old",
                fields="{}", uri=SAID, asked_at=now, due_at=now,
            ),
        )  # fmt: skip


def test_somebody_may_say_the_same_thing_twice(
    client: HomeClient, others: OtherServers, row: Submission
) -> None:
    says(others)
    has(others, earlier())
    publish(client, a_request(reader_id=row.reader_id, board_id=row.board_id, tries=2))
    assert posts(others) == 1


@pytest.mark.parametrize(("about", "is_said"), [("", False), ("https://far.example/posts/2", True)])
def test_a_form_that_failed_and_is_sent_anew_looks_for_what_became_of_the_old_one(
    client: HomeClient, others: OtherServers, row: Submission, about: str, is_said: bool
) -> None:
    with database.transaction() as session:
        session.execute(
            update(Submission).values(
                uri="",
                state=SubmissionState.FAILED,
                attempts=9,
                about_uri=about,
                asked_at=clock.now() - timedelta(hours=25),
            )
        )
    says(others)
    has(others, earlier(minutes=-60 * 24))
    publish(client, a_request(reader_id=row.reader_id, board_id=row.board_id))
    assert posts(others) == is_said
