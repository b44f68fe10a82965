"""Where the demo runs: on this machine alone, beside the forum, with nobody else let in."""

from __future__ import annotations

from pathlib import Path

from fedconnect.demo import process
from fedconnect.demo.home.resident import key_number
from fedconnect.demo.spammers import Spammers
from support.forum import settings_for

OURS = "127.0.0.1/32,127.0.0.2/32,127.0.0.3/32"


def test_the_forum_may_reach_this_machine_besides_what_it_may_reach_already(tmp_path: Path) -> None:
    plain = settings_for(tmp_path, FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES="")
    assert process.settings(plain) == {
        "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": OURS,
        "FEDCONNECT_HOME_SERVER": "127.0.0.1,127.0.0.2",
    }
    own = {
        "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "10.0.0.0/8,127.0.0.1/32",
        "FEDCONNECT_HOME_SERVER": "home.example",
    }
    assert process.settings(settings_for(tmp_path, **own)) == {
        "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "10.0.0.0/8," + OURS,
        "FEDCONNECT_HOME_SERVER": "home.example,127.0.0.1,127.0.0.2",
    }
    again = settings_for(tmp_path, **process.settings(plain))
    assert process.settings(again) == process.settings(plain), "a second start adds nothing"


def test_all_servers_of_the_demo_listen_on_loopback() -> None:
    assert {one.partition(".")[0] for one in (process.HOME, process.POLIS, process.ELSEWHERE)} == {"127"}
    assert len({process.HOME, process.POLIS, process.ELSEWHERE}) == 3, (
        "each is a server of its own to the forum"
    )


def test_the_door_names_the_port_beside_the_forums_and_four_people(tmp_path: Path) -> None:
    door = process.door(settings_for(tmp_path, FEDCONNECT_BIND="0.0.0.0:8000"))
    assert door.home == "http://127.0.0.1:8001"
    assert [(one.shown, one.what) for one in door.people] == [
        ("Dora", "carer"), ("Sam", "student"), ("Mo", "moderator"), ("Ade", "admin"),
    ]  # fmt: skip
    assert door.find("eve") is None


def test_a_wave_is_one_text_of_several_strangers() -> None:
    wave = Spammers("127.0.0.7", 0, "http://127.0.0.1:1", key_number(1))
    try:
        assert len({one.uri for one in wave.wave}) >= 3
        assert all(one.uri.removeprefix(wave.base) in wave.documents for one in wave.wave)
    finally:
        wave.close()
