"""Lists of servers: read in every form, weighed, tried before they count, and never against what was decided by hand."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from fedconnect.activitypub.instance_trust import lineage, policy_of
from fedconnect.blocklists import blocklists, consensus, instance_policies
from fedconnect.blocklists.blocklist_formats import digest_of, read_list
from fedconnect.federation import instances
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed
from fedconnect.jobs import hourly
from fedconnect.models.blocklist import AllowedServer, Blocklist, ListedServer
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.hearing import Hearing
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from support.forum import Forum
from support.remote import RemotePerson, RemoteServer
from support.team import Team
from support.visitor import Visitor

MASTODON = b"#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\nspam.example,suspend,False,False,Ads,False\nloud.example,silence,False,False,,False\nodd.example,noop,False,False,,False\n"
FEDIBLOCKHOLE = b"domain,severity\nspam.example,suspend\nheld.example,filter\n"
PLAIN = b"# keep away\nspam.example\nworse.example\n"


def names(body: bytes) -> dict[str, Policy]:
    return {one.host: one.policy for one in read_list(body)}


def policies(forum: Forum) -> dict[str, str]:
    return {one.host: one.policy.value for one in forum.rows(Instance, Instance.policy != Policy.OPEN)}


def put_in_force(agree: int = 1) -> consensus.BlockPlan:
    with database.transaction() as session:
        return consensus.put_in_force(session, agree)


def test_mastodons_csv_its_public_list_fediblockholes_and_plain_hosts_are_read() -> None:
    assert names(MASTODON) == {"spam.example": Policy.BLOCKED, "loud.example": Policy.SILENCED}
    assert names(FEDIBLOCKHOLE) == {"spam.example": Policy.BLOCKED, "held.example": Policy.LIMITED}
    assert names(PLAIN) == {"spam.example": Policy.BLOCKED, "worse.example": Policy.BLOCKED}
    public = json.dumps(
        [
            {"domain": "spam.example", "digest": digest_of("spam.example"), "severity": "suspend"},
            {"domain": "w**se.example", "digest": digest_of("worse.example"), "severity": "silence"},
        ]
    ).encode()
    found = read_list(public)
    assert [(one.host, one.policy) for one in found] == [
        ("spam.example", Policy.BLOCKED),
        ("", Policy.SILENCED),
    ]
    assert found[1].digest == digest_of("worse.example")
    assert names("Bücher.example,\n".encode()) == {"xn--bcher-kva.example": Policy.BLOCKED}


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"domain,severity\n", b'{"domain": "x.example"}', b"[[[", b"domain\nlocalhost\n", b"a\n" * 3,
     b"x.example\n" * 50_001, b"[" * 100_000, b'domain\n"' + b"x" * 200_000],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(Malformed) as told:
        read_list(body)
    assert told.value.safe


def test_a_host_belongs_to_its_parents_but_for_the_last_label() -> None:
    assert lineage("a.b.example.org") == ["a.b.example.org", "b.example.org", "example.org"]
    assert lineage("b.example.org:8443") == ["b.example.org:8443", "b.example.org", "example.org"]
    assert lineage("example.org") == ["example.org"]
    assert lineage("127.0.0.1:80") == ["127.0.0.1:80"]
    assert lineage("[::1]:80") == ["[::1]:80"]


def test_trying_shows_who_is_touched_and_changes_nothing(
    team: Team, forum: Forum, remote: RemoteServer
) -> None:
    fay = remote.person("fay")
    forum.tell(fay, fay.follow(forum.board()))
    forum.tell(fay, fay.create(fay.note("Words", forum.board())))
    blocklists.add_list("a.csv", b"domain\nfay.example\nspam.example\n")
    with database.transaction() as session:
        session.execute(update(ListedServer).where(ListedServer.host != "spam.example").values(host=remote.host, digest=digest_of(remote.host)))  # fmt: skip
    with database.read_transaction() as session:
        made = consensus.plan(session, 1)
    (touched,) = made.touching
    assert (touched.host, touched.followers, touched.authors, touched.new) == (
        remote.host,
        1,
        1,
        Policy.BLOCKED,
    )
    assert made.changes[0] == touched, "those with people known here come first"
    assert policies(forum) == {}


def test_so_many_lists_must_agree_and_the_strictest_on_which_they_do_counts(forum: Forum) -> None:
    blocklists.add_list("a.csv", b"domain,severity\nx.example,suspend\ny.example,suspend\n")
    blocklists.add_list("b.csv", b"domain,severity\nx.example,silence\nz.example,filter\n")
    put_in_force(2)
    assert policies(forum) == {"x.example": "silenced"}
    put_in_force(1)
    assert policies(forum) == {"x.example": "blocked", "y.example": "blocked", "z.example": "limited"}


def test_a_list_counts_no_more_strictly_than_it_may(forum: Forum) -> None:
    blocklists.add_list("a.csv", MASTODON, Policy.LIMITED)
    put_in_force()
    assert policies(forum) == {"spam.example": "limited", "loud.example": "silenced"}


def test_what_was_decided_by_hand_stands_against_every_list(forum: Forum) -> None:
    with database.transaction() as session:
        instance_policies.set_policy(session, "loud.example", Policy.LIMITED, "We look at theirs ourselves.")
        instance_policies.set_policy(session, "spam.example", Policy.OPEN, "They are friends.")
    blocklists.add_list("a.csv", MASTODON)
    put_in_force()
    assert policies(forum) == {"loud.example": "limited"}
    assert [one.host for one in forum.rows(AllowedServer)] == ["spam.example"]


def test_a_server_opens_by_itself_when_the_lists_no_longer_agree(forum: Forum) -> None:
    blocklists.add_list("a.csv", MASTODON)
    put_in_force()
    with database.transaction() as session:
        instance_policies.set_policy(session, "byhand.example", Policy.BLOCKED, "Nothing but threats.")
    (one,) = forum.rows(Blocklist)
    with database.transaction() as session:
        blocklists.remove_list(session, one.id)
    put_in_force()
    assert policies(forum) == {"byhand.example": "blocked"}


def test_subdomains_go_with_their_domain_known_or_met_later(forum: Forum) -> None:
    with database.transaction() as session:
        session.add(Instance(host="a.spam.example"))
    blocklists.add_list("a.csv", MASTODON)
    put_in_force()
    with database.read_transaction() as session:
        for host in ("spam.example", "a.spam.example", "new.spam.example"):
            assert policy_of(session, host) is Policy.BLOCKED, host
        assert policy_of(session, "notspam.example") is Policy.OPEN


def test_a_subdomain_met_later_opens_with_its_domain_and_stays_closed_with_one_closed_by_hand(
    forum: Forum,
) -> None:
    with database.transaction() as session:
        instance_policies.set_policy(session, "byhand.example", Policy.BLOCKED, "Nothing but threats.")
    blocklists.add_list("a.csv", MASTODON)
    put_in_force()
    with database.transaction() as session:
        instances.ensure_instances(session, ["new.spam.example", "new.byhand.example"])
    (one,) = forum.rows(Blocklist)
    with database.transaction() as session:
        blocklists.remove_list(session, one.id)
        session.flush()
        consensus.keep_up(session)
    assert policies(forum) == {"byhand.example": "blocked", "new.byhand.example": "blocked"}


def test_a_list_never_closes_the_forum_itself(forum: Forum) -> None:
    blocklists.add_list("a.csv", b"forum.example\nspam.example\n")
    put_in_force()
    assert policies(forum) == {"spam.example": "blocked"}


def test_a_subscribed_list_is_read_again_each_day_and_a_broken_one_stays_as_it_was(
    forum: Forum, remote: RemoteServer
) -> None:
    answers: list[tuple[int, dict[str, str], bytes]] = [(200, {}, MASTODON)]
    remote.answer_api = lambda request: answers[0] if request.path == "/list.csv" else None  # type: ignore[method-assign]
    source = f"http://{remote.host}/list.csv"
    blocklists.add_list(source, None)
    put_in_force()
    assert policies(forum) == {"spam.example": "blocked", "loud.example": "silenced"}

    def a_day_later() -> None:
        with database.transaction() as session:
            session.execute(update(Blocklist).values(tried_at=clock.now() - timedelta(hours=25)))
        hourly.run()

    answers[0] = (200, {}, b"domain\nspam.example\n")
    hourly.run()
    assert policies(forum) == {"spam.example": "blocked", "loud.example": "silenced"}, "not yet"
    a_day_later()
    assert policies(forum) == {"spam.example": "blocked"}
    for broken in ((200, {}, b"<html>"), (500, {}, b""), (302, {"Location": "http://10.0.0.1/"}, b"")):
        answers[0] = broken
        a_day_later()
        assert policies(forum) == {"spam.example": "blocked"}
        assert forum.rows(Blocklist)[0].problem != ""


def test_one_line_of_the_public_log_tells_how_many_servers_changed(forum: Forum, visitor: Visitor) -> None:
    blocklists.add_list("a.csv", MASTODON)
    put_in_force()
    put_in_force()
    (line,) = forum.rows(Decision, Decision.kind == DecisionKind.SERVER)
    assert "blocked: 1" in line.detail
    assert "at least 1 of 1 lists agree" in visitor.page("/log")


def test_what_a_silenced_server_sends_stands_on_its_board_and_is_brought_to_nobody(
    forum: Forum, remote: RemoteServer, other_remote: RemoteServer, visitor: Visitor
) -> None:
    fay: RemotePerson = other_remote.person("fay", key=5)
    forum.tell(fay, fay.follow(forum.board()))
    with database.transaction() as session:
        instance_policies.set_policy(session, remote.host, Policy.SILENCED, "Too loud for a front page.")
    lou = remote.person("lou")
    forum.tell(lou, lou.create(lou.note("Quiet words", forum.board())))
    (post,) = forum.rows(Post, Post.person_id.is_not(None))
    assert (post.state.value, post.visibility.value) == ("visible", "unlisted")
    assert "Quiet words" in visitor.page("/boards/respite")
    assert "Quiet words" not in visitor.page("/") + visitor.page("/boards/respite/feed.atom")
    assert forum.rows(Hearing) == []
    forum.deliver()
    assert other_remote.delivered("Announce") == []
    assert len(forum.rows(Thread)) == len(forum.rows(Post))


def test_our_own_list_is_written_as_mastodon_reads_it(forum: Forum) -> None:
    with database.transaction() as session:
        instance_policies.set_policy(session, "spam.example", Policy.BLOCKED, '=HYPERLINK("x")')
    blocklists.add_list("a.csv", b"domain,severity\nheld.example,filter\nloud.example,silence\n")
    put_in_force()
    with database.read_transaction() as session:
        text = blocklists.export(session)
    assert text.startswith("#domain,#severity,")
    assert names(text.encode()) == {
        "spam.example": Policy.BLOCKED, "held.example": Policy.LIMITED, "loud.example": Policy.SILENCED,
    }  # fmt: skip
    assert ",=" not in text


def test_only_whoever_runs_the_installation_sees_and_changes_servers(team: Team, forum: Forum) -> None:
    admin, mo = team.admin("ada"), team.moderator("mo")
    fields: dict[str, Any] = {
        "host": "spam.example",
        "policy": "blocked",
        "reason": "Nothing but advertising.",
    }
    for path in ("/servers", "/servers/list.csv"):
        assert mo.get(path).status_code == 404
        answer = admin.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert mo.post("/servers", fields).status_code == 404
    assert policies(forum) == {}
    assert admin.post("/servers", {**fields, "reason": " "}).status_code == 400
    assert admin.post("/servers", fields).status_code == 303
    assert policies(forum) == {"spam.example": "blocked"}
    assert "spam.example" in admin.page("/servers")


def test_an_admin_adds_a_file_tries_it_and_puts_it_in_force(team: Team, forum: Forum) -> None:
    admin = team.admin("ada")
    added = admin.post(
        "/servers/lists", {"file": (io.BytesIO(MASTODON), "friends.csv"), "at_most": "blocked"}
    )
    assert added.status_code == 303
    page = admin.page("/servers")
    assert "friends.csv" in page
    assert "2 servers" in page
    tried = admin.post("/servers/agree", {"lists": "1", "how": "try"}).text
    assert "2 servers would change" in tried
    assert policies(forum) == {}
    assert admin.post("/servers/agree", {"lists": "1", "how": "force"}).status_code == 303
    assert len(policies(forum)) == 2
    assert admin.post("/servers/agree", {"lists": "99", "how": "force"}).status_code == 400
    (one,) = forum.rows(Blocklist)
    assert admin.post(f"/servers/lists/{one.id}/leave").status_code == 303
    assert forum.rows(ListedServer) == []
    assert policies(forum) == {}, "what it alone closed is open"
    for wrong in ("ftp://x", "file:///etc/passwd", ""):
        assert admin.post("/servers/lists", {"source": wrong}).status_code == 400
    assert admin.post("/servers/lists", {"source": "https://127.0.0.1/list"}).status_code == 400


def test_a_list_that_was_only_tried_changes_nothing_when_others_are_read_again(forum: Forum) -> None:
    blocklists.add_list("a.csv", b"spam.example\n")
    put_in_force()
    blocklists.add_list("b.csv", b"friends.example\n")
    with database.read_transaction() as session:
        assert [one.host for one in consensus.plan(session, 1).changes] == ["friends.example"]
    with database.transaction() as session:
        consensus.keep_up(session)
    assert policies(forum) == {"spam.example": "blocked"}
    put_in_force()
    assert policies(forum) == {"spam.example": "blocked", "friends.example": "blocked"}
