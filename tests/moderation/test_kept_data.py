"""The privacy notice says of every table that names somebody what is in it."""

from __future__ import annotations

from fedconnect.jobs import upkeep
from fedconnect.models.all import Row
from fedconnect.moderation import kept_data
from fedconnect.moderation.kept_data import KEPT

#: Tables that name nobody who could ask: boards, servers, our own keys and settings.
OF_NOBODY = {
    "allowed_server", "blocklist", "board", "board_rules", "bot_boost", "clock_mark", "delivery", "fetch_budget",
    "home_server", "home_server_app", "instance", "learnt_thesaurus", "list_agreement", "listed_server",
    "outbound_activity", "own_actor", "own_picture", "plugin_event", "post_vector", "proxied_image", "push_key",
    "screening_rule", "site", "word_counts",
}  # fmt: skip


def test_no_table_is_left_out_and_none_is_named_that_there_is_not() -> None:
    named = set().union(*(one.tables for one in KEPT))
    assert set(Row.metadata.tables) - OF_NOBODY - named == set()
    assert named - set(Row.metadata.tables) == set()


def test_whatever_names_a_person_or_a_reader_is_spoken_of() -> None:
    of_somebody = {
        table.name
        for table in Row.metadata.sorted_tables
        if any(column.name.endswith(("person_id", "reader_id")) for column in table.columns)
    }
    assert len(of_somebody) > 20
    assert of_somebody & OF_NOBODY == set()


def test_the_days_are_those_of_upkeep() -> None:
    assert (upkeep.BODY_LIFE.days, upkeep.ROW_LIFE.days) == (kept_data.RECEIVED_DAYS, kept_data.KNOWN_DAYS)


def test_every_line_can_be_said() -> None:
    assert all(str(one.what).strip() and "%(" not in str(one.what) for one in KEPT)
