"""What was taken back stays away, and binds only what its own actor sends."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum.tombstones import is_taken_back, take_back
from fedconnect.models.post import Tombstone
from support.forum_rows import count

ANA, EVE = "https://home.example/users/ana", "https://evil.example/users/eve"
POST = "https://home.example/posts/1"


def test_nobody_takes_back_what_another_sends(session: Session) -> None:
    take_back(session, POST, EVE)
    take_back(session, ANA, EVE)
    assert not is_taken_back(session, POST, ANA)
    assert is_taken_back(session, POST, EVE)


def test_taken_back_twice_is_taken_back_once(session: Session) -> None:
    take_back(session, POST, ANA)
    take_back(session, POST, ANA)
    assert count(session, Tombstone) == 1
    assert is_taken_back(session, POST, ANA)
    assert not is_taken_back(session, POST + "0", ANA)


def test_with_somebody_who_is_gone_everything_of_theirs_is(session: Session) -> None:
    take_back(session, ANA, ANA)
    assert is_taken_back(session, POST, ANA)
    assert is_taken_back(session, "", ANA)
    assert not is_taken_back(session, POST, EVE)
