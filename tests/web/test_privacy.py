"""Who sees what: what is for followers or one person alone is on no page, whoever asks."""

from __future__ import annotations

import pytest
from flask import Flask

from fedconnect.blocklists import instance_policies
from fedconnect.foundation import caches, database
from fedconnect.models.instance import Policy
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.post import Post, PostState
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson, ago
from support.visitor import Visitor


def private(person: RemotePerson, text: str, board: str, **extra: object) -> dict[str, object]:
    note = person.note(text, board, **extra)
    note["to"], note["cc"] = [person.uri + "/followers"], [board]
    return note


def test_p01_following_opens_nothing_that_is_for_somebodys_followers(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer, ana: RemotePerson
) -> None:
    home.resident("dora")
    visitor.sign_in(home, "dora")
    dora = home.people["dora"]
    forum.tell(ana, ana.create(private(ana, "For my followers", forum.board())))
    for step in ("before", "followed", "undone"):
        if step == "followed":
            forum.tell(dora, dora.follow(forum.board()))
        elif step == "undone":
            forum.tell(dora, dora.undo(dora.follow(forum.board())))
        for path in ("/", "/boards/respite", "/quiet", "/search?q=followers"):
            assert "For my followers" not in visitor.page(path), (step, path)


@pytest.mark.parametrize("is_reply", [False, True])
def test_p02_a_private_post_that_names_a_board_is_kept_from_everybody(
    forum: Forum, visitor: Visitor, ana: RemotePerson, ben: RemotePerson, is_reply: bool
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    before = len(forum.rows(OutboundActivity, OutboundActivity.kind == "Announce"))
    extra = {"inReplyTo": question["id"]} if is_reply else {}
    forum.tell(ben, ben.create(private(ben, "Between us", forum.board(), **extra)))
    assert forum.rows(Post, Post.source.contains("Between us")) == []
    assert len(forum.rows(OutboundActivity, OutboundActivity.kind == "Announce")) == before
    for path in (
        "/",
        "/boards/respite",
        forum.thread_path("A question"),
        "/search?q=between",
        "/boards/respite/feed.atom",
    ):
        assert "Between us" not in visitor.page(path)


def test_p03_a_blocked_servers_people_are_not_heard_nor_announced(
    forum: Forum, visitor: Visitor, ana: RemotePerson, mallory: RemotePerson
) -> None:
    question = ana.note("A question", forum.board())
    forum.tell(ana, ana.create(question))
    forum.tell(mallory, mallory.create(mallory.note("Before", forum.board())))  # known, with a key
    caches.clear_all()
    with database.transaction() as session:
        instance_policies.set_policy(session, mallory.server.host, Policy.BLOCKED, "Spam.")
    for note in (
        mallory.note("Blocked words", forum.board()),
        mallory.note("Blocked answer", forum.board(), inReplyTo=question["id"]),
    ):
        assert forum.post(mallory, mallory.create(note)).status_code == 403
    forum.work()
    assert forum.rows(Post, Post.source.contains("Blocked")) == []
    assert "Blocked" not in visitor.page(forum.thread_path("A question"))


def test_p07_what_was_narrowed_does_not_come_back_wider(
    forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    note = ana.note("Open at first", forum.board())
    forum.tell(ana, ana.create(note))
    narrowed = {
        **note,
        "to": [ana.uri + "/followers"],
        "cc": [forum.board()],
        "updated": ago(minutes=50),
    }
    forum.tell(ana, ana.activity("Update", narrowed))
    assert "Open at first" not in visitor.page("/boards/respite")
    forum.tell(ana, ana.update(note, "Wide again", ago(minutes=40)))
    forum.tell(ana, ana.create(note))
    assert forum.rows(Post, Post.uri == note["id"])[0].state is PostState.DELETED
    for path in ("/", "/boards/respite", "/search?q=open", "/boards/respite/feed.atom"):
        assert "Open at first" not in visitor.page(path)


def test_p07_an_unlisted_post_does_not_become_public(
    forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    note = ana.note("Quiet at first", forum.board())
    wide = dict(note)
    note["to"], note["cc"] = note["cc"][:1], [*note["to"], forum.board()]
    forum.tell(ana, ana.create(note))
    forum.tell(ana, ana.update(wide, "Now loud:"))
    assert "Quiet at first" not in visitor.page("/search?q=quiet")
    assert "Quiet at first" not in visitor.page("/boards/respite/feed.atom")
    assert "Quiet at first" in visitor.page("/boards/respite")


def test_c01_every_answer_has_its_headers(
    forum: Forum, app: Flask, visitor: Visitor, home: FakeHomeServer
) -> None:
    home.resident("dora")
    for who in (visitor, Visitor(app)):
        if who is visitor:
            who.sign_in(home, "dora", wanted=("write",))
        for rule in app.url_map.iter_rules():
            path = str(rule).replace("<slug>", "respite").replace("<path:filename>", "fedconnect.css")
            if "<" in path or "GET" not in (rule.methods or ()):
                continue
            headers = who.get(path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, path
            assert "unsafe" not in policy
            assert all(
                f"{name} 'self'" in policy
                for name in (
                    "script-src",
                    "style-src",
                    "connect-src",
                    "manifest-src",
                    "worker-src",
                    "img-src",
                    "form-action",
                )
            )
            assert "frame-ancestors 'none'" in policy
            assert "base-uri 'none'" in policy
            assert int(headers["Strict-Transport-Security"].partition("=")[2]) >= 31_536_000
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "Permissions-Policy" in headers
