"""Servers decided on by hand: by who runs the installation alone, and only what is the name of a server."""

from __future__ import annotations

import pytest

from fedconnect.blocklists import consensus, instance_policies
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.instance import Policy
from fedconnect.web.moderation import instances as view
from support.moderation_rows import a_server, a_visit, an_admin
from support.unit import a_person
from support.views_unit import Desk


@pytest.fixture
def opened(desk: Desk) -> Desk:
    return desk.open(view.blueprint)


@pytest.fixture
def ada(opened: Desk) -> Desk:
    """Ada, who runs it, asks."""
    with database.transaction() as session:
        opened.visit = a_visit(session, an_admin(session))
    return opened


def test_whoever_does_not_run_it_finds_no_such_page(opened: Desk) -> None:
    with database.transaction() as session:
        opened.visit = a_visit(session, a_person(session, "eve"))
    decided = opened.watch(instance_policies, "set_policy")
    form = {"host": "spam.example", "policy": "blocked", "reason": "Spam"}
    assert (opened.get("/servers").status_code, opened.post("/servers", form).status_code) == (404, 404)
    opened.sign_out()
    assert (opened.get("/servers").status_code, opened.post("/servers", form).status_code) == (401, 401)
    assert decided == []
    assert opened.pages == []


@pytest.mark.parametrize(
    "host",
    [
        "",
        "   ",
        "spam example",
        "https://",
        "ftp://spam.example",
        "https://me@spam.example/",
        "spam\\.example",
    ],
)
def test_what_no_server_can_be_called_is_said_to_be_none(ada: Desk, host: str) -> None:
    decided = ada.watch(instance_policies, "set_policy")
    answer = ada.post("/servers", {"host": host, "policy": "blocked", "reason": "Spam"})
    assert (answer.status_code, "spam.example" in answer.text) == (400, True)
    assert decided == []


@pytest.mark.parametrize("policy", ["", "BLOCKED", "blocked ", "friend", "0"])
def test_what_is_no_policy_is_not_guessed(ada: Desk, policy: str) -> None:
    decided = ada.watch(instance_policies, "set_policy")
    assert ada.post("/servers", {"host": "spam.example", "policy": policy, "reason": "x"}).status_code == 400
    assert decided == []


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("spam.example", "spam.example"), (" Spam.Example ", "spam.example"), ("spam.example:8443", "spam.example:8443"),
        ("https://spam.example/about?x=1", "spam.example"), ("http://spam.example:80/", "spam.example"),
        ("spam.example/users/eve", "spam.example"), ("bücher.example", "xn--bcher-kva.example"),
    ],
)  # fmt: skip
def test_a_server_is_decided_on_by_its_one_spelling(ada: Desk, typed: str, host: str) -> None:
    decided = ada.watch(instance_policies, "set_policy")
    answer = ada.post("/servers", {"host": typed, "policy": "silenced", "reason": " Floods us. "})
    assert (answer.status_code, answer.location) == (303, "/servers")
    (call,) = decided
    assert (call["host"], call["policy"], call["reason"]) == (host, Policy.SILENCED, "Floods us.")
    assert call["by"].username == "ada"


def test_the_page_tells_by_whom_each_server_was_closed(ada: Desk) -> None:
    assert ada.visit is not None
    with database.transaction() as session:
        a_server(session, "hand.example", Policy.LIMITED)
        a_server(session, "lists.example", Policy.BLOCKED, by_lists=True)
        a_server(session, "open.example", Policy.OPEN)
    answer = ada.get("/servers")
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    assert [one.host for one in ada.shown["by_hand"]] == ["hand.example"]
    assert [one.host for one in ada.shown["by_lists"]] == ["lists.example"]
    assert (ada.shown["allowed"], ada.shown["lists"], ada.shown["agree"]) == ([], [], 0)
    assert ada.shown["policies"] == consensus.STRICTNESS
    assert ada.shown["home"] == ada.visit.home_host
    assert ada.visit.home_host in ada.shown["home_list"]


@pytest.mark.usefixtures("time_stands_still")
def test_sixty_changes_an_hour_are_enough_and_also_those_that_fail_count(opened: Desk) -> None:
    opened.watch(instance_policies, "get_admin", NotFound("no"))
    opened.use_up("changes of an admin to servers", "2", 59)
    assert [opened.post("/servers").status_code for _ in range(2)] == [404, 429]
    assert opened.get("/servers").status_code == 404, "looking is free"
