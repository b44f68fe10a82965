"""Lists of servers: what is read before anything is fetched, and what is tried before anything is in force."""

from __future__ import annotations

import io

import pytest

from fedconnect.blocklists import blocklist_formats, blocklists, consensus, instance_policies
from fedconnect.foundation import own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.web.moderation import blocklists as view
from support.views_unit import Call, Desk

ADA = Person(username="ada")


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


@pytest.fixture
def added(opened: Desk) -> list[Call]:
    opened.watch(instance_policies, "get_admin", ADA)
    return opened.watch(blocklists, "add_while_waiting", 3)


def test_whoever_does_not_run_it_makes_nothing_be_fetched_or_changed(opened: Desk) -> None:
    opened.watch(instance_policies, "get_admin", NotFound("no"))
    calls = [opened.watch(module, name) for module, name in (
        (blocklists, "add_while_waiting"), (blocklists, "remove_list"), (blocklists, "export"),
        (consensus, "plan"), (consensus, "put_in_force"), (consensus, "keep_up"),
    )]  # fmt: skip
    posts = {"/servers/lists": {"source": "https://x.example/list"}, "/servers/lists/7/leave": {},
             "/servers/agree": {"how": "force"}}  # fmt: skip
    for path, form in posts.items():
        assert opened.post(path, form).status_code == 404
    assert opened.get("/servers/list.csv").status_code == 404
    opened.sign_out()
    assert {opened.post(path, form).status_code for path, form in posts.items()} == {401}
    assert opened.get("/servers/list.csv").status_code == 401
    assert calls == [[]] * 6


@pytest.mark.parametrize(
    "source", ["", "x.example/list", "ftp://x.example/list", "file:///etc/passwd", "//x.example"]
)
def test_what_is_neither_a_file_nor_an_address_is_refused(
    opened: Desk, added: list[Call], source: str
) -> None:
    assert opened.post("/servers/lists", {"source": source}).status_code == 400
    assert added == []


def test_how_far_a_list_may_go_is_not_guessed(opened: Desk, added: list[Call]) -> None:
    form = {"source": "https://x.example/list", "at_most": "everything"}
    assert opened.post("/servers/lists", form).status_code == 400
    assert added == []


def test_an_address_is_subscribed_to_as_far_as_it_is_let(opened: Desk, added: list[Call]) -> None:
    long = "https://x.example/" + "a" * 3000
    for source, at_most in (
        (" https://x.example/list ", "silenced"),
        ("http://x.example/", None),
        (long, None),
    ):
        form = {"source": source} | ({"at_most": at_most} if at_most else {})
        assert opened.post("/servers/lists", form).location == "/servers"
    assert [(one["source"], one["body"], one["at_most"]) for one in added] == [
        ("https://x.example/list", None, Policy.SILENCED), ("http://x.example/", None, Policy.BLOCKED),
        (long[:2048], None, Policy.BLOCKED),
    ]  # fmt: skip


def test_a_file_goes_before_an_address_and_is_known_by_its_name(opened: Desk, added: list[Call]) -> None:
    form = {"source": "https://x.example/list", "file": (io.BytesIO(b"#domain\nspam.example\n"), "n" * 300)}
    assert opened.post("/servers/lists", form).status_code == 303
    (call,) = added
    assert (call["source"], call["body"]) == ("n" * 200, b"#domain\nspam.example\n")


def test_a_form_in_which_no_file_was_chosen_means_its_address(opened: Desk, added: list[Call]) -> None:
    form = {"source": "https://x.example/list", "file": (io.BytesIO(b""), "")}
    assert opened.post("/servers/lists", form).status_code == 303
    assert [(one["source"], one["body"]) for one in added] == [("https://x.example/list", None)]


def test_of_a_file_no_more_is_read_than_shows_that_it_is_too_long(
    opened: Desk, added: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocklist_formats, "MOST_BYTES", 10)
    opened.post("/servers/lists", {"file": (io.BytesIO(b"x" * 500), "list.csv")})
    assert [one["body"] for one in added] == [b"x" * 11]
    too_long = {"file": (io.BytesIO(b"x" * (1 << 17)), "list.csv")}
    assert opened.post("/servers/lists", too_long).status_code == 413
    assert len(added) == 1


def test_a_list_that_is_left_no_longer_counts_at_once(opened: Desk) -> None:
    opened.watch(instance_policies, "get_admin", ADA)
    left, kept = opened.watch(blocklists, "remove_list"), opened.watch(consensus, "keep_up")
    answer = opened.post("/servers/lists/7/leave")
    assert (answer.status_code, answer.location) == (303, "/servers")
    opened.post("/servers/lists/x/leave")
    assert [one["list_id"] for one in left] == [7, 0]
    assert [one["by"] for one in kept] == [ADA, ADA]


@pytest.mark.parametrize("how", [None, "", "try", "FORCE", "force "])
def test_nothing_is_in_force_that_was_only_tried(opened: Desk, how: str | None) -> None:
    opened.watch(instance_policies, "get_admin", ADA)
    planned, forced = opened.watch(consensus, "plan", "the plan"), opened.watch(consensus, "put_in_force")
    answer = opened.post("/servers/agree", {"lists": "2"} | ({"how": how} if how is not None else {}))
    assert (answer.status_code, opened.shown) == (200, {"plan": "the plan"})
    assert ([one["agree"] for one in planned], forced) == ([2], [])


def test_what_is_put_in_force_names_who_did_it_and_shows_no_plan(opened: Desk) -> None:
    opened.watch(instance_policies, "get_admin", ADA)
    forced = opened.watch(consensus, "put_in_force")
    assert opened.post("/servers/agree", {"lists": "3", "how": "force"}).location == "/servers"
    assert forced == [{"agree": 3, "by": ADA}]
    assert opened.pages == []


@pytest.mark.parametrize(
    ("sent", "agree"),
    [
        (None, 1),
        ("999", 999),
        ("1000", 0),
        ("-1", 0),
        ("1.5", 0),
        ("", 0),
        ("²", 0),
        ("٣", 0),
        ("9" * 5000, 0),
    ],
)
def test_a_number_of_lists_is_a_short_whole_one_or_none(opened: Desk, sent: str | None, agree: int) -> None:
    opened.watch(instance_policies, "get_admin", ADA)
    planned = opened.watch(consensus, "plan", "the plan")
    opened.post("/servers/agree", {} if sent is None else {"lists": sent})
    assert [one["agree"] for one in planned] == [agree]


def test_our_own_list_is_a_file_that_is_named_after_us_without_a_port(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.watch(instance_policies, "get_admin", ADA)
    opened.watch(blocklists, "export", "#domain,severity\n")
    monkeypatch.setattr(own_address, "_base_url", "https://forum.example:8443")
    answer = opened.get("/servers/list.csv")
    assert (answer.text, answer.content_type) == ("#domain,severity\n", "text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="forum.example-servers.csv"'
