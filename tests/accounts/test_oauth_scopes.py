"""What we ask a reader for: as little as will do, and never a wide scope."""

from __future__ import annotations

import pytest

from fedconnect.accounts.oauth_scopes import SCOPES, Permission, everything, permitted, scopes_for


def test_no_scope_that_we_ask_for_is_a_wide_one() -> None:
    assert {"read", "write", "follow", "push"}.isdisjoint(everything())
    assert all(":" in scope for scope in everything())


@pytest.mark.parametrize("one", list(Permission))
def test_a_permission_is_given_by_all_of_its_scopes_and_by_nothing_less(one: Permission) -> None:
    assert one in permitted(" ".join(SCOPES[one]))
    for missing in SCOPES[one] if one is not Permission.SIGN_IN else ():
        assert one not in permitted(" ".join(scope for scope in SCOPES[one] if scope != missing))


@pytest.mark.parametrize("scopes", ["", "profile", "nonsense", "write:statusesx", "readx", "Read Write"])
def test_whoever_gave_nothing_that_we_know_permits_being_signed_in_alone(scopes: str) -> None:
    assert permitted(scopes) == {Permission.SIGN_IN}


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ("read write follow", set(Permission)),
        ("read write", set(Permission)),
        ("write", {Permission.SIGN_IN}),
        ("read", {Permission.SIGN_IN, Permission.INTERESTS, Permission.MUTES, Permission.HASHTAGS}),
        ("follow", {Permission.SIGN_IN, Permission.INTERESTS}),
        ("follow read:search", {Permission.SIGN_IN, Permission.INTERESTS, Permission.FOLLOW}),
    ],
)
def test_the_wide_old_scopes_count_for_what_they_hold(scopes: str, allowed: set[Permission]) -> None:
    assert permitted(scopes) == allowed


def test_scopes_that_two_permissions_share_are_asked_for_once_and_in_order() -> None:
    both = scopes_for([Permission.MARK, Permission.WRITE])
    assert list(both) == sorted(set(both))
    assert set(both) == {*SCOPES[Permission.MARK], *SCOPES[Permission.WRITE]}
    assert scopes_for([]) == ()
