"""What a post is called on a reader's own server: never another post's name, and remembered for each server by itself."""

from __future__ import annotations

import pytest

from fedconnect.accounts.mastodon_api import HomeAway, HomeClient, HomeRefused, PermissionGone
from fedconnect.foundation import caches
from fedconnect.home_servers import home_posts
from fedconnect.home_servers.home_posts import ParentUnknown
from support.home_server_rows import HOME, HomeOthers, search_for

POST, ANOTHER = "https://far.example/posts/1?a=1&b=2", "https://far.example/posts/2"
CLIENT = HomeClient(HOME, "token")


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    caches.clear_all()


@pytest.mark.parametrize(
    "answer",
    [
        None, "x", 7, [], {}, {"statuses": None}, {"statuses": {}}, {"statuses": []}, {"statuses": [None]},
        {"statuses": ["7"]}, {"statuses": [[]]}, {"statuses": [{"uri": POST}]}, {"statuses": [{"id": "", "uri": POST}]},
        {"statuses": [{"id": None, "uri": POST}]}, {"statuses": [{"id": True, "uri": POST}]},
        {"statuses": [{"id": "7" * 101, "uri": POST}]}, {"statuses": [{"id": "7", "uri": ANOTHER}]},
        {"statuses": [{"id": "7", "uri": POST + "/"}]}, {"statuses": [{"id": "7", "uri": POST.upper()}]},
        {"statuses": [{"id": "8", "uri": ANOTHER}, {"id": "7", "uri": POST}]}, {"accounts": [{"id": "7", "uri": POST}]},
    ],
)  # fmt: skip
def test_what_is_not_this_very_post_has_no_name_and_none_is_remembered(
    home: HomeOthers, answer: object
) -> None:
    home.tells(search_for(POST, "statuses"), answer)
    for _ in range(2):
        with pytest.raises(ParentUnknown) as caught:
            home_posts.find_home_id(CLIENT, POST)
    assert isinstance(caught.value, HomeRefused)
    assert (caught.value.response_status, len(home.asked)) == (404, 2)
    assert "home.example cannot find" in str(caught.value.sentence)


@pytest.mark.parametrize(
    ("status", "error"), [(302, HomeAway), (500, HomeAway), (422, HomeRefused), (401, PermissionGone)]
)
def test_a_server_that_gives_no_answer_says_so_in_its_own_way(
    home: HomeOthers, status: int, error: type[Exception]
) -> None:
    home.tells(search_for(POST, "statuses"), {}, status)
    with pytest.raises(error) as caught:
        home_posts.find_home_id(CLIENT, POST)
    assert not isinstance(caught.value, ParentUnknown)


@pytest.mark.parametrize(("number", "name"), [("7", "7"), (7, "7"), (0, "0"), ("7" * 100, "7" * 100)])
def test_a_name_is_asked_for_once_and_each_post_has_its_own(
    home: HomeOthers, number: object, name: str
) -> None:
    home.finds(POST, number)
    home.finds(ANOTHER, "8")
    assert [home_posts.find_home_id(CLIENT, POST) for _ in range(3)] == [name] * 3
    assert home_posts.find_home_id(CLIENT, ANOTHER) == "8"
    assert len(home.asked) == 2


def test_a_server_that_does_not_tell_ids_of_posts_is_believed(home: HomeOthers) -> None:
    home.tells(search_for(POST, "statuses"), {"statuses": [{"id": "7"}]})
    assert home_posts.find_home_id(CLIENT, POST) == "7"


def test_another_server_is_asked_for_itself(home: HomeOthers) -> None:
    home.finds(POST)
    other = HomeClient("https://other.example", "token")
    home.tells(
        search_for(POST, "statuses").replace(HOME, other.base), {"statuses": [{"id": "55", "uri": POST}]}
    )
    assert home_posts.find_home_id(CLIENT, POST) == "7"
    assert home_posts.find_home_id(other, POST) == "55"


def test_the_whole_post_is_read_anew_each_time_and_its_name_remembered(home: HomeOthers) -> None:
    home.finds(POST, account={"id": "3"})
    for _ in range(2):
        assert home_posts.fetch_home_status(CLIENT, POST)["account"] == {"id": "3"}
    assert home_posts.find_home_id(CLIENT, POST) == "7"
    assert len(home.asked) == 2


def test_what_the_server_told_when_it_was_written_is_not_asked_for(home: HomeOthers) -> None:
    home_posts.remember_home_id(CLIENT, POST, "12")
    assert home_posts.find_home_id(CLIENT, POST) == "12"
    assert home.asked == []


@pytest.mark.parametrize(("seconds", "is_asked"), [(3599, False), (3600, True)])
def test_a_name_is_remembered_for_an_hour(
    home: HomeOthers, monkeypatch: pytest.MonkeyPatch, seconds: int, is_asked: bool
) -> None:
    now = [100.0]
    monkeypatch.setattr(caches.time, "monotonic", lambda: now[0])
    home.finds(POST, "7")
    home_posts.remember_home_id(CLIENT, POST, "6")
    now[0] += seconds
    assert home_posts.find_home_id(CLIENT, POST) == ("7" if is_asked else "6")
