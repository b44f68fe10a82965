"""From a page here to the reader's own server: by intents, by OStatus, or by a good guess."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from support.forum import Forum, lower
from support.remote import RemotePerson, RemoteServer

INTENT = "https://w3id.org/fep/3b86/"


def go(forum: Forum, path: str, account: str) -> tuple[int, str]:
    answer = forum.client.post(
        path,
        data={"account": account},
        base_url="https://forum.example",
        headers={"Origin": "https://forum.example"},
    )
    return answer.status_code, answer.get_data(as_text=True)


def door(html: str) -> str:
    match = re.search(r'class="door" href="([^"]*)"', html)
    assert match, html
    return match[1].replace("&amp;", "&")


@pytest.mark.parametrize(
    ("relation", "template"),
    [
        (INTENT + "Follow", "/follow?who={object}"),
        (INTENT + "Object", "/open?what={object}"),
        ("http://ostatus.org/schema/1.0/subscribe", "/authorize_interaction?uri={uri}"),
    ],
)
def test_the_way_to_follow_is_what_the_readers_own_server_says(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, relation: str, template: str
) -> None:
    remote.names(ana, **{relation: remote.base + template})
    status, html = go(forum, "/boards/respite/follow", f"@ana@{remote.host}")
    assert status == 200
    expected = remote.base + re.sub(r"\{\w+\}", quote(forum.board(), safe=""), template)
    assert door(html) == expected
    assert f"Continue on {remote.host}" in html


def test_an_intent_is_preferred_to_the_older_ways(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    remote.names(
        ana,
        **{
            "http://ostatus.org/schema/1.0/subscribe": remote.base + "/old?uri={uri}",
            INTENT + "Object": remote.base + "/general?o={object}",
            INTENT + "Follow": remote.base + "/new?o={object}",
        },
    )
    _, html = go(forum, "/boards/respite/follow", f"ana@{remote.host}")
    assert door(html).startswith(remote.base + "/new?")


def test_a_server_that_names_no_way_gets_a_guess_that_says_so(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    remote.names(ana)
    _, html = go(forum, "/boards/respite/follow", f"{remote.base}/@ana")
    assert door(html) == f"{remote.base}/authorize_interaction?uri={quote(forum.board(), safe='')}"
    assert "best guess" in html


def test_writing_opens_a_post_that_names_the_board(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    remote.names(ana, **{INTENT + "Create": remote.base + "/share?text={content}"})
    _, html = go(forum, "/boards/respite/write", f"@ana@{remote.host}")
    assert door(html).endswith(quote("\n\n@respite@forum.example", safe=""))


def test_every_post_can_be_opened_at_home_and_pasted_into_a_search_box(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, ben: RemotePerson
) -> None:
    remote.names(ana, **{INTENT + "Object": remote.base + "/open?o={object}"})
    note = ana.note("A question", forum.board())
    answer = ben.note("An answer", forum.board(), inReplyTo=note["id"])
    forum.tell(ana, ana.create(note))
    forum.tell(ben, ben.create(answer))
    path = forum.thread_path("A question")
    html = forum.get(path).get_data(as_text=True)
    for uri, link in zip((note["id"], answer["id"]), re.findall(rf'"({path}/\d+)"', html), strict=True):
        pasted = forum.ap(link)
        assert (pasted.status_code, pasted.headers["Location"]) == (303, uri)
        assert f'<{uri}>; rel="alternate"; type="application/activity+json"' in pasted.headers["Link"]
        read = forum.get(link)
        assert read.headers["Location"].startswith(f"{path}#post-")
        _, opened = go(forum, link + "/answer", f"@ana@{remote.host}")
        assert door(opened) == f"{remote.base}/open?o={quote(uri, safe='')}"
    page = forum.get(path)
    assert f'<{note["id"]}>; rel="alternate"' in page.headers["Link"]
    assert f'rel="alternate" type="application/activity+json" href="{note["id"]}"' in html


@pytest.mark.parametrize(
    "account", ["", "ana", "example.social", "@ana", "@@", "a" * 500, "@ana@exa mple", "<b>@x@y</b>"]
)
def test_what_is_no_account_gets_one_clear_line(forum: Forum, account: str) -> None:
    status, html = go(forum, "/boards/respite/follow", account)
    assert status == 422
    assert 'role="alert"' in html
    assert "<b>@x" not in html


def test_a_server_that_does_not_know_the_account_is_named(forum: Forum, remote: RemoteServer) -> None:
    status, html = go(forum, "/boards/respite/follow", f"@nobody@{remote.host}")
    assert status == 422
    assert f"{remote.host} did not tell us about @nobody@{remote.host}" in html


def test_nobody_makes_us_knock_at_a_server_all_the_time(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fedconnect.federation import rate_limits

    lower(monkeypatch, rate_limits, "LOOK_UPS", 3)
    remote.names(ana)
    answers = [go(forum, "/boards/respite/follow", f"@ana@{remote.host}") for _ in range(6)]
    assert [status for status, _ in answers] == [200] * 3 + [422] * 3
    assert "try again in a moment" in answers[3][1]


def test_readers_who_wait_for_a_slow_server_leave_room_for_the_others(
    forum: Forum, remote: RemoteServer, ana: RemotePerson
) -> None:
    from contextlib import ExitStack

    from fedconnect.foundation import outbound_slots

    remote.names(ana)
    with ExitStack() as waiting:
        for _ in range(outbound_slots.SLOTS):
            waiting.enter_context(outbound_slots.outbound_slot())
        assert go(forum, "/boards/respite/follow", f"@ana@{remote.host}")[0] == 422
    assert go(forum, "/boards/respite/follow", f"@ana@{remote.host}")[0] == 200


@pytest.mark.parametrize(
    "template",
    ["javascript:alert({object})", "//evil.example/{object}", "data:text/html,{object}", "{object}", "/x"],
)
def test_f12_a_template_that_is_no_address_is_not_offered(
    forum: Forum, remote: RemoteServer, ana: RemotePerson, template: str
) -> None:
    remote.names(ana, **{INTENT + "Follow": template})
    _, html = go(forum, "/boards/respite/follow", f"@ana@{remote.host}")
    assert door(html).startswith(f"{remote.base}/authorize_interaction?uri=")


@pytest.mark.parametrize(
    "path",
    [
        "/boards/none/follow",
        "/boards/respite/threads/1/2",
        "/boards/respite/threads/1/2/answer",
        "/boards/respite/threads/x/y",
    ],
)
def test_there_is_no_way_from_what_is_not_there(forum: Forum, path: str) -> None:
    assert forum.get(path).status_code == 404


def test_a_deleted_post_has_no_way_on(forum: Forum, ana: RemotePerson, ben: RemotePerson) -> None:
    note = ana.note("A question", forum.board())
    answer = ben.note("An answer", forum.board(), inReplyTo=note["id"])
    forum.tell(ana, ana.create(note))
    forum.tell(ben, ben.create(answer))
    path = forum.thread_path("A question")
    link = re.findall(rf'"({path}/\d+)"', forum.get(path).get_data(as_text=True))[1]
    forum.tell(ben, ben.delete(answer["id"]))
    assert forum.get(link).status_code == 410
