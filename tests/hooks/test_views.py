"""What plugins get to see: never more than is public, and nothing that they could change."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from fedconnect.hooks import views
from fedconnect.hooks.views import BotView, Link, PersonView, PostView, Verdict


def test_of_several_verdicts_the_strictest_counts() -> None:
    assert max(Verdict.HOLD, Verdict.PUBLISH) is Verdict.HOLD
    assert max(Verdict.REFUSE, Verdict.HOLD, Verdict.PUBLISH) is Verdict.REFUSE
    assert max([Verdict.PUBLISH]) is Verdict.PUBLISH
    assert not Verdict.PUBLISH, "what lets a post stand is nothing to act upon"


@pytest.mark.parametrize("view", [BotView, Link, PersonView, PostView])
def test_a_plugin_changes_nothing_of_what_it_sees(view: type[Any]) -> None:
    made = view(*["x"] * len(dataclasses.fields(view)))
    for name in (dataclasses.fields(view)[0].name, "more"):
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
            setattr(made, name, "y")


def test_a_plugin_sees_no_number_of_a_person() -> None:
    assert {one.name for one in dataclasses.fields(PersonView)} == {"uri", "name", "handle"}
    known = [one.name for view in (BotView, Link, PersonView, PostView) for one in dataclasses.fields(view)]
    assert not [name for name in known if "reader" in name or "person" in name or "author_id" in name]


def test_every_view_is_one_of_these() -> None:
    found = [one for one in vars(views).values() if dataclasses.is_dataclass(one)]
    assert found == [PersonView, PostView, BotView, Link]
