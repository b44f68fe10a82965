"""Who the forum says it is: by its host until it has a name, and though no database answers."""

from __future__ import annotations

import pytest

from fedconnect.foundation import database
from fedconnect.foundation.errors import Busy
from fedconnect.site import identity
from fedconnect.site.identity import SiteIdentity, get_site
from fedconnect.site.settings import change_site
from support.unit import Unit


def say(**parts: str) -> None:
    with database.transaction() as session:
        change_site(session, parts)
    identity.forget()


def test_a_database_that_is_busy_leaves_its_host_and_is_asked_again(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(name="Carers’ corner")
    with monkeypatch.context() as broken:

        def busy() -> None:
            raise Busy("locked")

        broken.setattr(database, "read_transaction", busy)
        assert get_site() == SiteIdentity("forum.example")
    assert get_site().name == "Carers’ corner"


def test_a_forum_without_a_name_goes_by_its_host(unit: Unit) -> None:
    assert (get_site().name, get_site().is_named) == ("forum.example", False)
    say(operator="Ada")
    assert (get_site().name, get_site().operator) == ("forum.example", "Ada")


def test_what_was_said_is_told_and_remembered(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    say(name="Corner", languages="en de", accent="#aa3300", privacy="We keep nothing.", imprint="Ada, Berlin")
    told = get_site()
    assert (told.name, told.is_named, told.languages, told.accent) == (
        "Corner",
        True,
        ("en", "de"),
        "#aa3300",
    )
    assert (told.has_privacy, told.has_terms, told.has_imprint) == (True, False, True)
    monkeypatch.setattr(database, "read_transaction", None)
    assert get_site() is told


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("ada@forum.example", "mailto:ada@forum.example"),
        ("https://forum.example/@ada", "https://forum.example/@ada"),
        ("", ""),
    ],
)
def test_a_contact_can_be_followed(contact: str, link: str) -> None:
    assert SiteIdentity("x", contact=contact).contact_link == link
