"""Boards from the command line: what is made, who looks after it, and what is refused in one line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedconnect.activitypub import vocabulary
from fedconnect.events import BoardMoved, DecisionMade, LinkedGroupFollowed, LinkedGroupUnfollowed
from fedconnect.foundation import clock
from fedconnect.models.board import Board, LinkedGroup, Moderator
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.instance import Policy
from fedconnect.models.own_actor import OwnActor
from fedconnect.models.thread import Thread
from support.cli_unit import Shell, all_of, keep, the
from support.moderation_rows import a_server
from support.unit import Unit, a_board, a_moderator, add

ANA = "@ana@home.example"
SISTER = "@carers@lemmy.example"


def respite(**values: object) -> Board:
    made: Board = keep(a_board, "respite", **values)
    return made


# Making one


def test_a_board_that_cannot_be_made_leaves_nothing_behind(shell: Shell, unit: Unit) -> None:
    assert "reserved" in shell.fails("board", "create", "actor", "--name", "Actor")
    assert "needs a name" in shell.fails("board", "create", "respite", "--name", " ")
    assert [*all_of(Board), *all_of(Thread), *unit.events] == []


def test_the_same_board_is_not_made_twice(shell: Shell) -> None:
    shell.does("board", "create", "respite", "--name", "Respite")
    assert "already" in shell.fails("board", "create", "respite", "--name", "Other")
    assert the(Board).name == "Respite"


def test_a_board_begins_with_a_pinned_welcome_and_says_how_it_is_followed(shell: Shell) -> None:
    said = shell.does(
        "board", "create", "respite", "--name", "Respite", "--summary", "Breaks", "--language", "de"
    )
    board = the(Board)
    assert (board.name, board.summary, board.language) == ("Respite", "Breaks", "de")
    assert the(Thread).pinned
    assert said.startswith("https://forum.example/boards/respite is there. ")
    assert "People follow it as @respite@forum.example.\n" in said
    assert "fedconnect moderator add respite @user@host" in said


def test_a_board_is_in_english_and_speaks_to_others_unless_it_is_said(shell: Shell) -> None:
    shell.does("board", "create", "respite", "--name", "Respite")
    board = the(Board)
    assert (board.language, board.is_local_only, board.summary) == ("en", False, "")


def test_a_board_that_stays_here_has_no_key_and_no_welcome_that_could_be_sent(shell: Shell) -> None:
    before = len(all_of(OwnActor))
    said = shell.does("board", "create", "quietly", "--name", "Quietly", "--stays-here")
    assert the(Board).is_local_only
    assert (all_of(Thread), len(all_of(OwnActor))) == ([], before)
    assert said.startswith("https://forum.example/here/quietly is there. Nothing of it leaves this server.\n")
    assert "follow it" not in said
    assert "fedconnect moderator add quietly @user@host" in said


# Who looks after it


def test_nobody_is_asked_about_a_moderator_of_a_board_that_is_not_there(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "known", None)  # whoever asks finds out
    shell.fails("moderator", "add", "respite", ANA)
    assert all_of(Moderator) == []


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        ("ana", "is no handle"),
        ("@ana@", "is no handle"),
        ("@ana@home.example@evil.example", "is no handle"),
        (ANA, "could not be reached"),
    ],
)
def test_who_cannot_be_found_looks_after_nothing(shell: Shell, handle: str, words: str) -> None:
    respite()
    assert words in shell.fails("moderator", "add", "respite", handle)
    assert (all_of(Moderator), all_of(Decision)) == ([], [])


def test_whose_server_is_blocked_or_who_is_kept_off_looks_after_nothing(shell: Shell) -> None:
    board = respite()
    ben = shell.knows("ben", "blocked.example")
    keep(a_server, "blocked.example", policy=Policy.BLOCKED)
    assert "blocked" in shell.fails("moderator", "add", "respite", ben.handle)
    ana = shell.knows()
    ban = Ban(board_id=board.id, person_id=ana.id, until=clock.now() + timedelta(days=1))
    keep(add, ban)
    assert "kept off" in shell.fails("moderator", "add", "respite", ANA)
    assert (all_of(Moderator), all_of(Decision)) == ([], [])


def test_somebody_looks_after_a_board_and_the_log_says_who_decided_it(shell: Shell, unit: Unit) -> None:
    board, ana = respite(), shell.knows()
    assert shell.does("moderator", "add", "respite", ANA) == f"{ANA} looks after respite now.\n"
    assert (the(Moderator).board_id, the(Moderator).person_id) == (board.id, ana.id)
    decision = the(Decision)
    assert (decision.kind, decision.subject_uri) == (DecisionKind.APPOINT, ana.uri)
    assert (decision.person_id, decision.reason) == (None, "Asked to.")
    assert decision.rule == "Who looks after a board is decided by whoever runs the forum."
    assert len(unit.of(DecisionMade)) == 1


def test_who_looks_after_a_board_already_is_not_appointed_anew(shell: Shell, unit: Unit) -> None:
    respite()
    shell.knows()
    shell.does("moderator", "add", "respite", ANA)
    shell.does("moderator", "add", "respite", "ana@home.example")
    assert (len(all_of(Moderator)), len(all_of(Decision)), len(unit.events)) == (1, 1, 1)


def test_a_board_that_stays_here_is_looked_after_too(shell: Shell) -> None:
    respite(is_local_only=True)
    shell.knows()
    shell.does("moderator", "add", "respite", ANA)
    shell.does("moderator", "remove", "respite", ANA)
    assert [one.kind for one in all_of(Decision)] == [DecisionKind.APPOINT, DecisionKind.DISMISS]


def test_who_does_not_look_after_a_board_cannot_be_removed(shell: Shell) -> None:
    respite()
    other = keep(a_board, "other")
    keep(a_moderator, other, shell.knows())
    assert shell.fails("moderator", "remove", "respite", ANA) == f"{ANA} does not look after respite."
    assert the(Moderator).board_id == other.id
    assert all_of(Decision) == []


def test_a_board_that_the_last_one_left_says_that_it_needs_somebody(shell: Shell) -> None:
    board, ben = respite(wants_moderators=False), shell.knows("ben")
    for one in (shell.knows(), ben):
        keep(a_moderator, board, one)
    assert shell.does("moderator", "remove", "respite", ANA) == f"{ANA} looks after respite no longer.\n"
    assert (the(Moderator).person_id, the(Board).wants_moderators) == (ben.id, False)
    shell.does("moderator", "remove", "respite", "@ben@home.example")
    assert (all_of(Moderator), the(Board).wants_moderators) == ([], True)
    assert {one.person_id for one in all_of(Decision)} == {None}


# How it treats people


def settings(board: Board) -> tuple[object, ...]:
    return (
        board.takes_unaddressed, board.hides_authors, board.is_discreet, board.threads_a_stranger,
        board.threads_a_server,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("--first", "neither"),
        ("--discreet", "true"),
        ("--unaddressed", ""),
        ("--threads-a-stranger", "-1"),
        ("--threads-a-stranger", "10001"),
        ("--threads-a-server", "10001"),
        ("--threads-a-server", "-1"),
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(shell: Shell, words: tuple[str, str]) -> None:
    before = settings(respite())
    assert shell.run("board", "settings", "respite", *words).exit_code == 2
    assert settings(the(Board)) == before
    assert (all_of(Decision), shell.prepared) == ([], [])


def test_to_look_at_settings_changes_none_and_is_no_decision(shell: Shell, unit: Unit) -> None:
    before = settings(respite())
    shell.does("board", "settings", "respite")
    assert settings(the(Board)) == before
    assert (all_of(Decision), unit.events) == ([], [])


def test_a_board_that_stays_here_or_is_not_there_has_no_such_settings(shell: Shell) -> None:
    respite(is_local_only=True, is_discreet=True)
    for slug in ("respite", "nowhere"):
        assert "no board" in shell.fails("board", "settings", slug, "--discreet", "no")
    assert the(Board).is_discreet


def test_each_setting_is_changed_alone(shell: Shell) -> None:
    respite(
        takes_unaddressed=True,
        hides_authors=False,
        is_discreet=False,
        threads_a_stranger=3,
        threads_a_server=9,
    )
    steps = [
        (("--unaddressed", "hide"), (False, False, False, 3, 9)),
        (("--first", "words"), (False, True, False, 3, 9)),
        (("--discreet", "yes"), (False, True, True, 3, 9)),
        (("--threads-a-stranger", "0"), (False, True, True, 0, 9)),
        (("--threads-a-server", "10000"), (False, True, True, 0, 10000)),
        (("--unaddressed", "show"), (True, True, True, 0, 10000)),
        (("--first", "names"), (True, False, True, 0, 10000)),
        (("--discreet", "no"), (True, False, False, 0, 10000)),
    ]
    for words, then in steps:
        shell.does("board", "settings", "respite", *words)
        assert settings(the(Board)) == then
    assert len(all_of(Decision)) == len(steps)


def test_several_settings_are_one_decision_that_names_each(shell: Shell) -> None:
    respite()
    shell.does(
        "board", "settings", "respite", "--first", "words", "--discreet", "no", "--threads-a-stranger", "0"
    )
    decision = the(Decision)
    assert (decision.kind, decision.person_id) == (DecisionKind.SETTINGS, None)
    assert decision.detail == "threads a stranger: 0, first: words, discreet: no"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unaddressed", "show"), "Answers that do not name respite are shown in their thread, marked."),
        (("--unaddressed", "hide"), "Answers that do not name respite are not shown."),
        (("--first", "words"), "Its lists go without names; "),
        (("--first", "names"), "Its lists show names; "),
        (("--discreet", "yes"), "its pages offer a quick exit and stay out of search engines."),
        (("--discreet", "no"), "its pages offer no quick exit."),
        (("--threads-a-stranger", "4", "--threads-a-server", "8"), "shows 4 threads an hour, of one server's 8;"),
    ],
)  # fmt: skip
def test_what_holds_now_is_said_in_words(shell: Shell, words: tuple[str, ...], said: str) -> None:
    respite()
    assert said in shell.does("board", "settings", "respite", *words)
    assert said in shell.does("board", "settings", "respite"), "and still the next time"


# Sisters


def test_somebody_who_is_no_group_cannot_be_a_sister(shell: Shell, unit: Unit) -> None:
    respite()
    shell.knows()
    assert "no board or group" in shell.fails("board", "sister", "add", "respite", ANA)
    assert (all_of(LinkedGroup), unit.events) == ([], [])


def test_a_board_that_stays_here_follows_nobody(shell: Shell, unit: Unit) -> None:
    respite(is_local_only=True)
    shell.knows("carers", "lemmy.example", kind="Group")
    shell.fails("board", "sister", "add", "respite", SISTER)
    assert (all_of(LinkedGroup), unit.events) == ([], [])


def test_a_sister_is_asked_and_asked_again_but_kept_once(shell: Shell, unit: Unit) -> None:
    board, group = respite(), shell.knows("carers", "lemmy.example", kind="Group")
    assert shell.does("board", "sister", "add", "respite", SISTER).startswith(f"{SISTER} was asked. ")
    shell.does("board", "sister", "add", "respite", SISTER)
    link = the(LinkedGroup)
    assert (link.board_id, link.person_id) == (board.id, group.id)
    assert unit.events == [LinkedGroupFollowed(link.id)] * 2


def test_a_board_leaves_only_a_sister_that_it_follows(shell: Shell, unit: Unit) -> None:
    respite()
    group = shell.knows("carers", "lemmy.example", kind="Group")
    assert shell.fails("board", "sister", "remove", "respite", SISTER) == f"respite does not follow {SISTER}."
    assert unit.events == []
    shell.does("board", "sister", "add", "respite", SISTER)
    uri = the(LinkedGroup).uri
    assert shell.does("board", "sister", "remove", "respite", SISTER) == (
        f"respite no longer follows {SISTER}.\n"
    )
    assert all_of(LinkedGroup) == []
    assert unit.of(LinkedGroupUnfollowed) == [LinkedGroupUnfollowed(group.id, uri)]


# Moving


@pytest.mark.parametrize("uri", ["respite", "ftp://old.example/c/x", "javascript:alert(1)", "https://"])
def test_what_is_no_address_is_no_other_name_of_a_board(shell: Shell, uri: str) -> None:
    respite()
    assert vocabulary.uri(uri) is None
    assert "is no address of a group" in shell.fails("board", "alias", "respite", uri)
    assert the(Board).also_known_as == ""


def test_a_long_word_that_is_no_address_is_not_said_back_in_full(shell: Shell) -> None:
    respite()
    line = shell.fails("board", "alias", "respite", "x" * 5000)
    assert len(line) < 120


def test_a_board_has_each_other_name_once_and_the_latest_twenty(shell: Shell) -> None:
    respite()
    names = [f"https://old.example/c/{number}" for number in range(21)]
    for name in [*names[:20], names[0]]:
        shell.does("board", "alias", "respite", name)
    assert the(Board).also_known_as.split("\n") == names[:20]
    shell.does("board", "alias", "respite", names[20])
    assert the(Board).also_known_as.split("\n") == names[1:]


def test_followers_are_sent_to_groups_elsewhere_alone(shell: Shell, unit: Unit) -> None:
    respite()
    shell.knows()
    itself = shell.knows("respite", "forum.example", uri="https://forum.example/boards/respite", kind="Group")
    for handle in (ANA, itself.handle):
        assert "is no group elsewhere" in shell.fails("board", "move", "respite", handle)
    assert (the(Board).moved_to or "", unit.events) == ("", [])


def test_a_board_that_moves_tells_its_followers(shell: Shell, unit: Unit) -> None:
    board, target = respite(), shell.knows("respite", "new.example", kind="Group")
    said = shell.does("board", "move", "respite", "@respite@new.example")
    assert said.startswith("respite has moved to @respite@new.example; its followers are told.")
    assert the(Board).moved_to == target.uri
    assert unit.events == [BoardMoved(board.id)]


@pytest.mark.parametrize("tag", ["", "e", "en_GB", "en GB", "x" * 500, "de-", "<b>"])
def test_what_is_no_tag_of_a_language_makes_no_board(shell: Shell, tag: str) -> None:
    assert "is no language" in shell.fails("board", "create", "new", "--name", "New", "--language", tag)
    assert all_of(Board) == []


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hant-TW", "nds"])
def test_a_tag_of_a_language_is_kept(shell: Shell, tag: str) -> None:
    shell.does("board", "create", "new", "--name", "New", "--language", tag)
    assert the(Board).language == tag
