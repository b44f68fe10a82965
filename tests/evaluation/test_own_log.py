"""The installation's own log can be judged like any other data, and says so where there is too little of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.evaluation.dataset import read_votes
from fedconnect.evaluation.own_log import LEAST_POSTS, write_own_log
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.surfacing.parameters import in_force
from support.forum import Forum
from support.remote import RemotePerson


def test_whoever_answered_or_marked_a_thread_turned_to_it(
    forum: Forum, ana: RemotePerson, ben: RemotePerson, tmp_path: Path
) -> None:
    uris = []
    for number in range(LEAST_POSTS):
        note = ana.note(f"Question {number}\twith a tab", forum.board())
        uris.append(note["id"])
        forum.post(ana, ana.create(note))
    forum.work()
    for uri in uris[-4:]:
        forum.post(ben, ben.create(ben.note("An answer", forum.board(), inReplyTo=uri)))
        forum.post(ana, ana.create(ana.note("My own answer", forum.board(), inReplyTo=uri)))
    forum.post(ben, ben.activity("Like", uris[0]))
    forum.work()
    with database.read_transaction() as session:
        write_own_log(session, tmp_path)
    votes = (tmp_path / "votes.tsv").read_text().splitlines()[1:]
    assert len(votes) == 5
    data = read_votes(tmp_path, in_force().evaluation)
    assert len(data.texts) == LEAST_POSTS
    assert data.readers == 1
    assert sum(map(len, data.likes)) + sum(map(len, data.history)) == 5
    assert "ana" not in (tmp_path / "items.tsv").read_text()


def test_too_little_is_said_in_one_line(forum: Forum, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    with database.read_transaction() as session, pytest.raises(Malformed) as refused:
        write_own_log(session, folder)
    assert "it takes 20" in refused.value.safe
    assert list(folder.iterdir()) == []
