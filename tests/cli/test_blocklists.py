"""Lists of servers from the command line: looked at first, in force only after a yes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from fedconnect.blocklists import blocklists
from fedconnect.blocklists.consensus import BlockPlan, Change
from fedconnect.cli.blocklists import _tell
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import FetchFailed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.blocklist import Blocklist, ListAgreement
from fedconnect.models.board import Moderator
from fedconnect.models.decision import Decision
from fedconnect.models.instance import Instance, Policy
from support.cli_unit import Shell, all_of, keep, the
from support.moderation_rows import a_server
from support.unit import a_board, a_moderator, a_reader, a_thread

URL = "https://lists.example/list.csv"


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder with one.csv, two.csv and three.csv; two and three agree on one server of three."""
    (tmp_path / "one.csv").write_text("domain,severity\nspam.example,suspend\nloud.example,silence\n")
    (tmp_path / "two.csv").write_text("domain,severity\nspam.example,suspend\n")
    (tmp_path / "three.csv").write_text("spam.example\nother.example\n")
    return tmp_path


def policies() -> dict[str, str]:
    """How far servers are trusted, but for those that are simply open."""
    return {one.host: one.policy.value for one in all_of(Instance) if one.policy is not Policy.OPEN}


def test_nothing_is_in_force_until_somebody_says_yes(shell: Shell, lists: Path) -> None:
    for typed in ("", "n\n", "\n"):
        result = shell.run("blocklist", "import", str(lists / "one.csv"), typed=typed)
        assert (result.exit_code, "Put this in force? [y/N]" in result.stdout) == (1, True)
        assert "In force" not in result.stdout
    assert (policies(), all_of(Decision), all_of(ListAgreement)) == ({}, [], [])
    assert not the(Blocklist).counts, "it is kept all the same"


def test_a_trial_asks_nothing_and_puts_nothing_in_force_even_with_a_yes(shell: Shell, lists: Path) -> None:
    said = shell.does("blocklist", "import", str(lists / "one.csv"), "--dry-run", "--yes")
    assert said.splitlines() == [
        "one.csv names 2 servers.",
        "Where 1 of 1 lists agree, 2 servers change.",
        "  Nobody known here is on any of them.",
        "The list is kept, and counts for nothing yet.",
    ]
    assert (policies(), the(Blocklist).counts) == ({}, False)


@pytest.mark.parametrize(("words", "typed"), [(["--yes"], ""), ([], "y\n")])
def test_with_a_yes_a_list_is_in_force(shell: Shell, lists: Path, words: list[str], typed: str) -> None:
    said = shell.does("blocklist", "import", str(lists / "one.csv"), *words, typed=typed)
    assert said.endswith("In force; people of servers that are blocked now are signed out.\n")
    assert ("Put this in force?" in said) == (not words)
    assert policies() == {"loud.example": "silenced", "spam.example": "blocked"}
    assert the(ListAgreement).lists == 1


def test_a_server_is_closed_where_as_many_lists_agree_as_were_asked_for(shell: Shell, lists: Path) -> None:
    shell.does("blocklist", "import", str(lists / "one.csv"), "--dry-run")
    shell.does("blocklist", "import", str(lists / "three.csv"), "--dry-run")
    assert "Where 3 of 3 lists agree, 1 servers change." in shell.does(
        "blocklist", "import", str(lists / "two.csv"), "--agree", "3", "--yes"
    )
    assert (policies(), the(ListAgreement).lists) == ({"spam.example": "blocked"}, 3)


def test_where_too_few_agree_no_server_is_closed(shell: Shell, lists: Path) -> None:
    said = shell.does("blocklist", "import", str(lists / "one.csv"), "--agree", "2")
    assert "0 servers change." in said
    assert "Nobody known here" not in said
    assert policies() == {}


def test_a_list_counts_no_more_strictly_than_it_may(shell: Shell, lists: Path) -> None:
    shell.does("blocklist", "import", str(lists / "two.csv"), "--at-most", "silenced", "--yes")
    assert policies() == {"spam.example": "silenced"}


@pytest.mark.parametrize(
    "words", [("--agree", "0"), ("--agree", "51"), ("--at-most", "open"), ("--at-most", "BLOCKED")]
)
def test_what_cannot_be_asked_for_keeps_no_list(shell: Shell, lists: Path, words: tuple[str, str]) -> None:
    assert shell.run("blocklist", "import", str(lists / "one.csv"), *words).exit_code == 2
    assert (all_of(Blocklist), shell.prepared) == ([], [])


def test_a_file_that_is_not_there_or_no_list_is_said_and_not_kept(shell: Shell, lists: Path) -> None:
    missing = str(lists / "four.csv")
    assert shell.fails("blocklist", "import", missing) == f"No such file or directory: {missing}"
    (lists / "binary").write_bytes(b"\xff\xfe\x00")
    assert "not text" in shell.fails("blocklist", "import", str(lists / "binary"))
    assert all_of(Blocklist) == []


def answering(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes = b"") -> list[str]:
    asked: list[str] = []

    def get(url: str, **_: object) -> HttpResponse:
        asked.append(url)
        if not status:
            raise FetchFailed("no answer")
        return HttpResponse(status, {}, body, url)

    monkeypatch.setattr(fetch, "get", get)
    return asked


@pytest.mark.parametrize("status", [0, 301, 403, 500])
def test_an_address_that_gives_no_list_is_not_subscribed_to(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    asked = answering(monkeypatch, status, b"spam.example\n")
    shell.fails("blocklist", "import", URL)
    assert (asked, all_of(Blocklist)) == ([URL], [])


@pytest.mark.parametrize("url", [URL, URL.replace("https", "http")])
def test_an_address_is_read_again_each_day_and_a_file_is_not(
    shell: Shell, lists: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    answering(monkeypatch, 200, b"spam.example\n")
    assert shell.does("blocklist", "import", url, "--dry-run").startswith(f"{url} names 1 servers.\n")
    shell.does("blocklist", "import", str(lists / "one.csv"), "--dry-run")
    assert {one.source: one.is_subscribed for one in all_of(Blocklist)} == {url: True, "one.csv": False}
    keep(lambda session: session.execute(update(Blocklist).values(problem="It was gone.")))
    assert shell.does("blocklist", "list").splitlines() == [
        f"{url}\t1 servers\tread each day\tIt was gone.",
        "one.csv\t2 servers\timported\tIt was gone.",
    ]


def test_a_list_without_trouble_says_of_none(shell: Shell, lists: Path) -> None:
    assert shell.does("blocklist", "list") == ""
    shell.does("blocklist", "import", str(lists / "two.csv"), "--dry-run")
    assert shell.does("blocklist", "list") == "two.csv\t1 servers\timported\n"


def test_a_list_that_was_never_joined_cannot_be_left(shell: Shell, lists: Path) -> None:
    shell.does("blocklist", "import", str(lists / "two.csv"), "--yes")
    for source in ("three.csv", str(lists / "two.csv"), ""):
        assert "see fedconnect blocklist list" in shell.fails("blocklist", "leave", source)
    assert policies() == {"spam.example": "blocked"}


def test_what_a_list_alone_closed_opens_when_it_is_left_and_what_others_close_does_not(
    shell: Shell, lists: Path
) -> None:
    for name in ("one.csv", "three.csv"):
        shell.does("blocklist", "import", str(lists / name), "--yes")
    assert shell.does("blocklist", "leave", "one.csv") == (
        "one.csv is left; 1 servers are trusted otherwise now.\n"
    )
    assert policies() == {"spam.example": "blocked", "other.example": "blocked"}
    assert the(Blocklist).source == "three.csv"


def test_to_leave_a_list_that_counted_for_nothing_opens_nothing(shell: Shell, lists: Path) -> None:
    keep(a_server, "byhand.example", policy=Policy.LIMITED)
    shell.does("blocklist", "import", str(lists / "two.csv"), "--dry-run")
    shell.prepared.clear()
    assert shell.does("blocklist", "leave", "two.csv").endswith("0 servers are trusted otherwise now.\n")
    assert (policies(), all_of(Blocklist)) == ({"byhand.example": "limited"}, [])
    assert len(shell.prepared) == 1


# Whom it would touch


def test_before_the_yes_it_is_said_whom_a_list_would_touch(shell: Shell, lists: Path) -> None:
    ana = shell.knows("ana", "spam.example")
    board = keep(a_board)
    for who in ("ben", "cleo"):
        keep(a_moderator, board, shell.knows(who, "spam.example"))
    keep(a_thread, board, ana)
    keep(a_reader, ana)
    said = shell.run("blocklist", "import", str(lists / "one.csv")).stdout.splitlines()
    assert said[2] == (
        "  spam.example: open to blocked; there: 0 who follow boards, 1 who wrote, 1 who read here, 2 who moderate"
    )
    assert "loud.example" not in "\n".join(said), "nobody known here is there"
    assert len(all_of(Moderator)) == 2


@pytest.mark.parametrize(
    ("touched", "last"), [(40, "  s39.example"), (41, "  … and 1 more with people known here.")]
)
def test_of_many_servers_with_people_known_here_forty_are_named(
    capsys: pytest.CaptureFixture[str], touched: int, last: str
) -> None:
    changes = [
        Change(f"s{number}.example", Policy.OPEN, Policy.BLOCKED, followers=1) for number in range(touched)
    ]
    changes.append(Change("nobody.example", Policy.OPEN, Policy.BLOCKED))
    _tell(BlockPlan(2, 1, tuple(changes)))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Where 1 of 2 lists agree, {touched + 1} servers change."
    assert sum(": open to blocked" in line for line in lines) == 40
    assert lines[-1].startswith(last)


# For others


def test_our_own_list_says_what_is_closed_and_overwrites_no_file(shell: Shell, tmp_path: Path) -> None:
    for host, policy in (
        ("a.example", Policy.OPEN),
        ("b.example", Policy.LIMITED),
        ("c.example", Policy.BLOCKED),
    ):
        keep(a_server, host, policy=policy)
    file = tmp_path / "ours.csv"
    assert shell.does("blocklist", "export", str(file)) == f"{file} holds 2 servers.\n"
    before = file.read_text()
    assert [line.split(",")[0] for line in before.splitlines()] == ["#domain", "b.example", "c.example"]
    keep(a_server, "d.example", policy=Policy.BLOCKED)
    assert shell.fails("blocklist", "export", str(file)) == f"File exists: {file}"
    assert file.read_text() == before


def test_where_nothing_is_closed_our_list_is_empty(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    assert shell.does("blocklist", "export", str(file)) == f"{file} holds 0 servers.\n"


def test_what_was_exported_can_be_imported(shell: Shell, tmp_path: Path) -> None:
    keep(a_server, "c.example", policy=Policy.BLOCKED)
    shell.does("blocklist", "export", str(tmp_path / "ours.csv"))
    assert blocklists.add_list("ours.csv", (tmp_path / "ours.csv").read_bytes()) == 1


def test_a_list_that_changes_nothing_today_counts_once_it_was_confirmed(shell: Shell, lists: Path) -> None:
    for name in ("one.csv", "two.csv"):
        assert "In force" in shell.does("blocklist", "import", str(lists / name), "--yes")
    shell.does("blocklist", "leave", "one.csv")
    assert policies() == {"spam.example": "blocked"}, "the other list was confirmed too"
    shell.does("blocklist", "import", str(lists / "two.csv"), "--agree", "2", "--yes")
    assert the(ListAgreement).lists == 2


def test_servers_are_counted_and_not_lines(shell: Shell, tmp_path: Path) -> None:
    keep(a_server, "spam.example", Policy.BLOCKED)
    shell.does("instance", "set", "loud.example", "silenced", "--why", "One line\nand another.")
    assert shell.does("blocklist", "export", str(tmp_path / "ours.csv")).endswith(
        "ours.csv holds 2 servers.\n"
    )
