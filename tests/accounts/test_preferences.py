"""How a reader wants to read: theirs alone, and one of three answers."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from fedconnect.accounts.preferences import choose_first, preferences_of
from support.account_rows import a_home_reader, a_visit


def test_whose_account_was_erased_meanwhile_has_no_preferences(session: Session) -> None:
    visit = a_visit(session, a_home_reader(session, "dora"), reader_id=1)
    with pytest.raises(NoResultFound):
        preferences_of(session, visit)
    with pytest.raises(NoResultFound):
        choose_first(session, visit, content=True)


@pytest.mark.parametrize("choice", [True, False, None])
def test_a_choice_is_kept_also_where_it_is_no_choice_and_touches_nobody_else(
    session: Session, choice: bool | None
) -> None:
    dora, ana = a_home_reader(session, "dora"), a_home_reader(session, "ana")
    dora.hides_authors = ana.hides_authors = None if choice is not None else True
    before = ana.hides_authors
    choose_first(session, a_visit(session, dora), content=choice)
    session.flush()
    session.expire_all()
    assert (dora.hides_authors, ana.hides_authors) == (choice, before)
    assert preferences_of(session, a_visit(session, dora)) is dora
