"""Whom a command means by a handle."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from fedconnect.cli import data_rights
from fedconnect.foundation import clock
from support.unit import a_person


def test_a_command_means_whoever_has_a_handle_now(session: Session) -> None:
    before = a_person(session, "eve", fetched_at=clock.now() - timedelta(days=1))
    since = a_person(session, "eve", uri="https://home.example/users/2")
    assert data_rights._person(session, "@eve@home.example") is since
    since.gone_at = clock.now()
    assert data_rights._person(session, "eve@home.example") is before
