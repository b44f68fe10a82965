"""What each server software can do for a reader who lives there."""

from __future__ import annotations

import pytest

from fedconnect.accounts.server_software import SOFTWARE, SignInMethod, Software, software_of


@pytest.mark.parametrize("name", ["lemmy", "piefed", "mbin", "nodebb", "wordpress", "peertube"])
def test_whoever_cannot_sign_in_from_there_cannot_write_from_there(name: str) -> None:
    found = software_of(name)
    assert (found.proof, found.writes) == (SignInMethod.NONE, False)


def test_misskeys_people_are_known_by_its_own_way_and_only_read() -> None:
    found = software_of("misskey")
    assert (found.proof, found.writes, found.revokes) == (SignInMethod.MIAUTH, False, False)


@pytest.mark.parametrize(
    ("name", "tells_actor"),
    [
        ("mastodon", True),
        ("hometown", True),
        ("pleroma", True),
        ("akkoma", True),
        ("gotosocial", False),
        ("friendica", False),
    ],
)
def test_an_actor_is_compared_only_where_the_server_names_it(name: str, tells_actor: bool) -> None:
    assert software_of(name).tells_actor is tells_actor


def test_what_one_software_cannot_do_is_asked_of_it_alone() -> None:
    assert {one.name for one in SOFTWARE.values() if not one.honours_scopes} == {"pixelfed"}
    assert {one.name for one in SOFTWARE.values() if not one.revokes} == {"friendica", "misskey"}


def test_an_unknown_server_may_speak_mastodons_language_and_promises_nothing_more() -> None:
    assert software_of("gnusocial") == Software("gnusocial", "Gnusocial")
    assert (software_of("gnusocial").proof, software_of("gnusocial").tells_actor) == (
        SignInMethod.OAUTH,
        False,
    )


def test_a_server_that_does_not_say_what_it_runs_has_a_name_for_people() -> None:
    assert software_of("").label == "This server"
    assert software_of("takahe").label == "Takahē"


def test_software_is_found_by_the_name_that_nodeinfo_gives_it() -> None:
    assert all(name == one.name == name.lower() for name, one in SOFTWARE.items())
