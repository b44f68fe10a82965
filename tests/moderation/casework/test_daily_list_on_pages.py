"""The daily list: what is asked of those who look after a board, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from fedconnect.blocklists import instance_policies
from fedconnect.forum.proxied_images import picture_path
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed
from fedconnect.jobs import safeguarding
from fedconnect.models.board import Board, Moderator
from fedconnect.models.case import Case, CaseKind, CaseState, Evidence, EvidenceOpened, Report, Severity
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.cases.response_deadlines import due_at, is_attended
from fedconnect.moderation.cases.triage import severity_of
from support.forum import Forum
from support.home import FakeHomeServer
from support.remote import RemotePerson, RemoteServer
from support.team import RULE, WHY, Team, cases_on
from support.visitor import Visitor


def hours(first: int, last: int) -> None:
    with database.transaction() as session:
        session.execute(update(Board).values(open_from=first, open_to=last))


def test_the_list_shows_the_worst_first_to_those_who_look_after_the_board_alone(
    team: Team, forum: Forum, visitor: Visitor, ana: RemotePerson
) -> None:
    mild = team.write("opal", "A mild question")
    bad = team.write("bert", "A bad question")
    mo, pia, dora = team.moderator("mo"), team.moderator("pia", "benefits"), team.reader("dora")
    dora.post(team.path(mild) + "/report", {"words": "Off topic"})
    dora.post(team.path(bad) + "/report", {"words": "Please look", "harm": "danger"})
    page = mo.page("/moderation")
    assert [team.forum.rows(Case, Case.id == one)[0].post_id for one in cases_on(page)] == [bad.id, mild.id]
    assert "Somebody may be in danger" in page
    assert "Nothing waits" in pia.page("/moderation")
    assert dora.get("/moderation").status_code == 404
    assert visitor.get("/moderation").status_code == 401
    assert "dora" not in page, "who reported stands nowhere"


def test_text_is_folded_and_pictures_are_not_shown_on_the_list_but_blurred_on_the_case(team: Team) -> None:
    picture = {
        "type": "Document",
        "mediaType": "image/png",
        "url": "https://example.social/a.png",
        "name": "A",
    }
    with database.transaction() as session:
        session.execute(update(Board).values(holds_first_posts=True))
    post = team.write("opal", "Words with a picture", attachment=[picture])
    assert post.state is PostState.HELD, "its own page shows it to nobody"
    mo = team.moderator("mo")
    page = mo.page("/moderation")
    assert "<details" in page
    assert "1 picture, not shown" in page
    assert "<img" not in page
    page = mo.page(f"/moderation/{team.case().id}")
    blurred = page[page.index('class="media veiled"') :]
    assert f'<img src="{picture_path(picture["url"])}" alt="A" loading="lazy">' in blurred
    assert "https://example.social/a.png" not in page, "looking asks nobody else"


def test_two_do_not_decide_at_once(team: Team) -> None:
    post = team.write("opal", "Words")
    mo, pia, dora = team.moderator("mo"), team.moderator("pia"), team.reader("dora")
    dora.post(team.path(post) + "/report", {"words": "x"})
    case = f"/moderation/{team.case().id}"
    assert mo.post(case + "/claim").status_code == 303
    assert "somebody has it open" in pia.page("/moderation")
    answer = pia.post(case, {**WHY, "action": "remove"})
    assert answer.status_code == 400
    assert "Somebody else has this open" in answer.get_data(as_text=True)
    assert team.post(post.uri).state is PostState.VISIBLE
    mo.post(case + "/unclaim")
    assert pia.post(case, {**WHY, "action": "remove"}).status_code == 303
    assert team.post(post.uri).state is PostState.REMOVED


def test_whoever_comes_second_is_told_and_writes_no_second_letter(team: Team) -> None:
    post = team.write("opal", "Words")
    mo, pia, dora = team.moderator("mo"), team.moderator("pia"), team.reader("dora")
    dora.post(team.path(post) + "/report", {"words": "x"})
    case = team.case().id
    both = {**WHY, "action": "warn", "case": [str(case)] * 2}
    assert mo.post("/moderation", both).status_code == 303
    for address, form in (("/moderation", both), (f"/moderation/{case}", {**WHY, "action": "warn"})):
        answer = pia.post(address, form)
        assert answer.status_code == 400
        assert "Somebody has decided on this meanwhile." in answer.get_data(as_text=True)
    assert [one.kind for one in team.forum.rows(Decision)] == [DecisionKind.WARN]


def test_a_claim_runs_out_by_itself(team: Team) -> None:
    post = team.write("opal", "Words")
    mo, pia, dora = team.moderator("mo"), team.moderator("pia"), team.reader("dora")
    dora.post(team.path(post) + "/report", {"words": "x"})
    case = f"/moderation/{team.case().id}"
    mo.post(case + "/claim")
    with database.transaction() as session:
        session.execute(update(Case).values(claimed_until=clock.now() - timedelta(seconds=1)))
    assert pia.post(case, {**WHY, "action": "leave"}).status_code == 303
    assert team.case().state is CaseState.CLOSED


def test_notes_stay_among_those_who_look_after_the_board(team: Team) -> None:
    post = team.write("opal", "Words")
    mo, pia, dora = team.moderator("mo"), team.moderator("pia"), team.reader("dora")
    other = team.moderator("otto", "benefits")
    dora.post(team.path(post) + "/report", {"words": "x"})
    case = f"/moderation/{team.case().id}"
    assert mo.post(case + "/note", {"words": "I know the family"}).status_code == 303
    assert "I know the family" in pia.page(case)
    for somebody in (other, dora):
        assert somebody.get(case).status_code == 404
        assert somebody.post(case + "/note", {"words": "x"}).status_code == 404
    assert "I know the family" not in dora.page(team.path(post))


def test_several_are_decided_alike_and_taken_back_at_once(team: Team, forum: Forum) -> None:
    posts = [team.write(name, f"Words of {name}") for name in ("opal", "bert")]
    mo, pia, dora = team.moderator("mo"), team.moderator("pia"), team.reader("dora")
    for post in posts:
        dora.post(team.path(post) + "/report", {"words": "x"})
    numbers = [case.id for case in forum.rows(Case)]
    answer = mo.post("/moderation", {**WHY, "action": "remove", "case": numbers})
    assert answer.status_code == 303
    assert {team.post(post.uri).state for post in posts} == {PostState.REMOVED}
    assert "Take that back" in mo.page(answer.location)
    done = [one.id for one in forum.rows(Decision, Decision.kind == DecisionKind.REMOVE)]
    pia.post("/moderation/undo", {"first": min(done), "last": max(done)})
    assert {team.post(post.uri).state for post in posts} == {PostState.REMOVED}, "not theirs to take back"
    assert mo.post("/moderation/undo", {"first": min(done), "last": max(done)}).status_code == 303
    assert {team.post(post.uri).state for post in posts} == {PostState.VISIBLE}
    assert {case.state for case in forum.rows(Case)} == {CaseState.OPEN}
    assert len(forum.rows(Decision, Decision.kind == DecisionKind.RESTORE)) == 2


def test_undoing_at_once_leaves_what_was_decided_on_somebody_since_a_colleague_may_have_decided_before(
    team: Team, forum: Forum
) -> None:
    post = team.write("opal", "Words")
    mo, pia = team.moderator("mo"), team.moderator("pia")
    pia.post(team.path(post) + "/moderate", {**WHY, "action": "ban", "days": "0"})
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "ban", "days": "7"})
    done = [one.id for one in forum.rows(Decision, Decision.kind == DecisionKind.BAN)]
    mo.post("/moderation/undo", {"first": min(done), "last": max(done)})
    assert len(forum.rows(Ban)) == 1
    assert forum.rows(Decision, Decision.kind == DecisionKind.UNBAN) == []


def test_undoing_at_once_passes_over_what_was_moved_since(team: Team, forum: Forum) -> None:
    post, other = team.write("opal", "Words"), team.write("bert", "Other words")
    mo = team.moderator("mo")
    team.moderator("mo", "benefits")
    for one in (post, other):
        mo.post(team.path(one) + "/moderate", {**WHY, "action": "sensitive", "warning": "Loss"})
    done = [one.id for one in forum.rows(Decision, Decision.kind == DecisionKind.SENSITIVE)]
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "move", "board": "benefits"})
    assert mo.post("/moderation/undo", {"first": min(done), "last": max(done)}).status_code == 303
    uncovered = forum.rows(Decision, Decision.kind == DecisionKind.UNCOVER)
    assert [one.subject_uri for one in uncovered] == [other.uri]


def test_what_was_decided_long_ago_is_not_taken_back_at_once(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    mo = team.moderator("mo")
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "remove"})
    with database.transaction() as session:
        session.execute(update(Decision).values(at=clock.now() - timedelta(minutes=16)))
    done = team.decision(kind=DecisionKind.REMOVE).id
    mo.post("/moderation/undo", {"first": done, "last": done})
    assert team.post(post.uri).state is PostState.REMOVED


@pytest.mark.parametrize("missing", ["rule", "reason"])
def test_without_a_rule_or_a_reason_nothing_is_decided(team: Team, forum: Forum, missing: str) -> None:
    post = team.write("opal", "Words")
    mo = team.moderator("mo")
    answer = mo.post(team.path(post) + "/moderate", {**WHY, missing: " ", "action": "remove"})
    assert answer.status_code == 400
    assert "choose the rule, and say why" in answer.get_data(as_text=True)
    assert team.post(post.uri).state is PostState.VISIBLE
    assert forum.rows(Decision) == []


def test_m01_the_author_is_told_what_why_by_which_rule_by_whom_and_how_to_object(
    team: Team, forum: Forum, visitor: Visitor
) -> None:
    post = team.write("opal", "You are all fools")
    team.told("opal")
    mo = team.moderator("mo")
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "remove"})
    letter = team.told("opal")[-1]
    for part in (
        "taken off the board “Respite &amp; breaks”",
        RULE,
        "It mocks somebody.",
        "A human decided this",
    ):
        assert part in letter
    (note,) = [one["object"] for one in team.home.delivered("Create") if one["object"]["content"] == letter]
    assert note["inReplyTo"] == post.uri
    assert note["to"] == [team.account("opal").uri]
    decision = team.decision()
    assert f"https://forum.example/decisions/{decision.id}" in letter
    page = visitor.page("/boards/respite/log")
    assert "A post was taken off the board" in page
    assert RULE in page
    for name in ("mo", "opal", "fools"):
        assert f"@{name}" not in page
        assert f"{name}@" not in page
    assert "@mo" not in letter
    assert "fools" not in page
    assert decision.person_id is not None, "kept inside, so that somebody else hears the appeal"


def test_m01_the_log_takes_nothing_back(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    mo = team.moderator("mo")
    for deed in ("remove", "restore", "remove"):
        mo.post(team.path(post) + "/moderate", {**WHY, "action": deed})
    kinds = [one.kind for one in forum.rows(Decision)]
    assert kinds == [DecisionKind.REMOVE, DecisionKind.RESTORE, DecisionKind.REMOVE]


def test_in_a_crisis_a_person_picks_a_gentle_text_instead_of_a_rule(
    team: Team, forum: Forum, visitor: Visitor
) -> None:
    post = team.write("opal", "I cannot go on")
    mo = team.moderator("mo")
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "remove", "gentle": "distress"})
    letter = team.told("opal")[-1]
    assert "you should not carry it alone" in letter
    assert "116 123" in letter
    for part in (RULE, "It mocks somebody."):
        assert part not in letter
        assert part not in team.reader("opal").page(f"/decisions/{team.decision().id}")
    assert "It mocks somebody." not in visitor.page("/log")


def test_m03_danger_is_first_and_climbs_to_deputies_and_then_to_admins(team: Team, forum: Forum) -> None:
    hours(0, 24)
    post = team.write("opal", "Words")
    team.moderator("mo")
    team.moderator("dep")
    team.admin("boss")
    with database.transaction() as session:
        deputy = forum.rows(Moderator)[1]
        session.execute(update(Moderator).where(Moderator.id == deputy.id).values(is_deputy=True))
    team.reader("dora").post(team.path(post) + "/report", {"words": "She is not safe", "harm": "danger"})
    case = team.case()
    assert case.severity == Severity.DANGER
    assert timedelta(minutes=59) < case.due_at - clock.now() <= timedelta(hours=1)
    assert team.post(post.uri).state is PostState.VISIBLE, "within the hours somebody has an hour to look"
    for called in ("dep", "boss"):
        assert not any("nobody has looked yet" in one for one in team.told(called))
        with database.transaction() as session:
            session.execute(update(Case).values(due_at=clock.now() - timedelta(seconds=1)))
        safeguarding.run()
        (call,) = [one for one in team.told(called) if "nobody has looked yet" in one]
        assert "She is not safe" not in call
    safeguarding.run()
    assert team.case().climbed == 2


def test_m03_outside_of_the_hours_what_is_urgent_is_held_and_its_author_gets_help_lines(
    team: Team, forum: Forum
) -> None:
    now = clock.now().hour
    hours((now + 2) % 24, (now + 3) % 24)
    post = team.write("opal", "I want to die")
    assert team.post(post.uri).state is PostState.VISIBLE, "until somebody says that it should not be seen"
    team.moderator("mo")
    team.reader("dora").post(team.path(post) + "/report", {"words": "Look", "harm": "danger"})
    assert team.post(post.uri).state is PostState.HELD
    assert "out of sight for the moment" in team.told("opal")[-1]
    assert team.case(kind=CaseKind.REPORT).climbed == 1, "deputies are called at once"


def test_m03_a_report_from_elsewhere_alone_hides_nothing_and_still_calls_people(
    team: Team, forum: Forum, ana: RemotePerson
) -> None:
    now = clock.now().hour
    hours((now + 2) % 24, (now + 3) % 24)
    post = team.write("opal", "A plain question")
    forum.tell(ana, ana.activity("Flag", [post.uri], content="She wants to kill herself, suicide"))
    assert team.post(post.uri).state is PostState.VISIBLE
    assert (team.case().severity, team.case().climbed) == (Severity.DANGER, 1)


def test_m03_evidence_is_kept_sealed_and_who_opens_it_is_written_down(team: Team, forum: Forum) -> None:
    person = team.account("opal")
    post = team.write("opal", "An awful sentence")
    mo, dora = team.moderator("mo"), team.reader("dora")
    dora.post(team.path(post) + "/report", {"words": "Awful"})
    forum.tell(person, person.delete(post.uri))
    assert "awful" not in str([vars(one) for one in forum.rows(Evidence)])
    case = f"/moderation/{team.case().id}"
    assert "An awful sentence" not in mo.page(case)
    assert dora.post(case + "/evidence").status_code == 404
    assert forum.rows(EvidenceOpened) == []
    assert "An awful sentence" in mo.post(case + "/evidence").get_data(as_text=True)
    (opened,) = forum.rows(EvidenceOpened)
    assert opened.person_id is not None


def test_m03_no_other_server_learns_who_reported(team: Team, forum: Forum, lea: RemotePerson) -> None:
    post = team.write("opal", "Words")
    forum.moderate(lea)
    team.reader("dora").post(team.path(post) + "/report", {"words": "Look at this"})
    forum.deliver()
    for server in (team.home, lea.server):
        assert "dora" not in str(server.deliveries)
    assert len(forum.rows(Report)) == 1


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("I want to kill myself", Severity.DANGER),
        ("Ich will nicht mehr leben", Severity.DANGER),
        ("quiero morir", Severity.DANGER),
        ("I am afraid she may kill herself", Severity.DANGER),
        ("Ich habe Angst, dass er sich etwas antut", Severity.DANGER),
        ("i’m 13 and he hits me", Severity.DANGER),
        ("They doxxed her", Severity.HURT),
        ("This is spam", Severity.ROUTINE),
        ("suicidality statistics", Severity.DANGER),
        ("killmyself", Severity.ROUTINE),
    ],
)
def test_m03_words_say_how_bad_it_may_be(words: str, severity: Severity) -> None:
    assert severity_of(words) is severity


def test_m03_whoever_says_so_themselves_comes_first_whatever_the_report_says(
    team: Team, forum: Forum
) -> None:
    loud = team.write("bert", "Words that somebody minds")
    quiet = team.write("opal", "I do not want to make a fuss, but I want to die")
    for post in (loud, quiet):
        team.reader("dora").post(team.path(post) + "/report", {"words": "Please look"})
    (case,) = forum.rows(Case, Case.post_id == quiet.id, Case.kind == CaseKind.REPORT)
    assert case.severity == Severity.DANGER
    assert cases_on(team.moderator("mo").page("/moderation"))[0] == case.id


def test_hours_may_go_over_midnight_and_hurt_waits_for_the_morning() -> None:
    from datetime import UTC, datetime

    board = Board(open_from=20, open_to=4, zone="UTC")
    night, noon = datetime(2026, 11, 23, 23, 30, tzinfo=UTC), datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert is_attended(board, night)
    assert not is_attended(board, noon)
    assert due_at(board, Severity.HURT, night) == night + timedelta(hours=24)
    assert due_at(board, Severity.HURT, noon) == noon.replace(hour=20) + timedelta(hours=24)
    assert due_at(board, Severity.DANGER, noon) == noon + timedelta(hours=1)
    assert due_at(board, Severity.RULES, noon) is None


def test_a_held_post_is_on_the_list_and_reaches_both_worlds_once_it_is_shown(
    team: Team, forum: Forum, lea: RemotePerson, other_remote: RemoteServer, ana: RemotePerson
) -> None:
    team.account("opal")
    forum.tell(lea, lea.follow(forum.board()))
    forum.tell(ana, ana.follow(forum.board()))
    with database.transaction() as session:
        session.add(Instance(host=team.home.host, policy=Policy.LIMITED))
    post = team.write("opal", "From a limited server")
    assert post.state is PostState.HELD
    (letter,) = team.told("opal")
    assert "Posts from your server are looked at" in letter
    assert lea.server.delivered("Announce") == []
    mo = team.moderator("mo")
    assert "Waits to be shown" in mo.page("/moderation")
    mo.post(f"/moderation/{team.case().id}", {**WHY, "action": "release"})
    forum.deliver()
    assert team.post(post.uri).state is PostState.VISIBLE
    inner = [one["object"] for one in other_remote.delivered("Announce")]
    assert any(isinstance(one, dict) and one["type"] == "Create" for one in inner)
    boosts = [one["object"] for one in ana.server.delivered("Announce")]
    assert post.uri in boosts
    assert "stands on the board" in team.told("opal")[-1]


def test_a_private_message_reaches_moderators_and_is_answered_in_the_boards_name(
    team: Team, forum: Forum, visitor: Visitor
) -> None:
    opal = team.account("opal")
    note = opal.note("Please help me quietly", forum.board(), to=[forum.board()], cc=[])
    forum.tell(opal, opal.create(note) | {"to": [forum.board()], "cc": []})
    mo = team.moderator("mo")
    case = f"/moderation/{team.case(kind=CaseKind.MESSAGE).id}"
    assert "Please help me quietly" in mo.page(case)
    assert team.reader("dora").get(case).status_code == 404
    assert mo.post(case + "/answer", {"words": "We are here."}).status_code == 303
    letter = team.told("opal")[-1]
    assert "We are here." in letter
    assert "mo" not in letter.replace("respite", "").replace("moderat", "").split()


def test_a_private_mention_with_a_link_reports_that_post(team: Team, forum: Forum) -> None:
    post = team.write("bert", "A nasty thing")
    opal = team.account("opal")
    link = f"https://forum.example{team.path(post)}"
    note = opal.note("x", forum.board(), to=[forum.board()], cc=[])
    note["content"] = f'<p>This hurts me: <a href="{link}">{link}</a></p>'
    forum.tell(opal, opal.create(note) | {"to": [forum.board()], "cc": []})
    case = team.case(kind=CaseKind.REPORT)
    assert case.post_id == post.id
    assert "This hurts me" in case.words


def test_whoever_looks_after_a_board_signs_in_again_after_a_night(team: Team, app: Flask) -> None:
    from fedconnect.models.reader import ReaderSession

    mo, dora = team.moderator("mo"), team.reader("dora")
    assert mo.get("/moderation").status_code == 200
    with database.transaction() as session:
        session.execute(update(ReaderSession).values(seen_at=clock.now() - timedelta(hours=9)))
    assert mo.get("/moderation").status_code == 401
    assert dora.get("/you").status_code == 200


def test_after_three_days_without_a_look_new_threads_wait_and_the_board_says_so(
    team: Team, forum: Forum, visitor: Visitor
) -> None:
    first = team.write("opal", "Before")
    mo = team.moderator("mo")
    with database.transaction() as session:
        session.execute(update(Board).values(attended_at=clock.now() - timedelta(hours=73)))
    held = team.write("opal", "Is anybody there")
    assert held.state is PostState.HELD
    assert "No moderator has been here" in visitor.page("/boards/respite")
    assert "Nobody has looked after this board for some days" in team.told("opal")[-1]
    reply = team.account("bert").note("An answer", forum.board(), inReplyTo=first.uri)
    forum.tell(team.account("bert"), team.account("bert").create(reply))
    assert team.post(reply["id"]).state is PostState.VISIBLE, "answers are shown as always"
    mo.get("/moderation")
    assert team.write("opal", "Now").state is PostState.VISIBLE
    assert "No moderator has been here" not in visitor.page("/boards/respite")


def test_in_slow_mode_a_post_that_comes_too_soon_is_shown_by_itself(team: Team, forum: Forum) -> None:
    from fedconnect.models.post import Post

    with database.transaction() as session:
        session.execute(update(Board).values(slow_minutes=10))
    team.write("opal", "First")
    second = team.write("opal", "Second")
    assert second.state is PostState.HELD
    assert "shown by itself" in team.told("opal")[-1]
    safeguarding.run()
    assert team.post(second.uri).state is PostState.HELD
    with database.transaction() as session:
        session.execute(update(Post).where(Post.id == second.id).values(held_until=clock.now()))
    safeguarding.run()
    assert team.post(second.uri).state is PostState.VISIBLE
    assert team.case(kind=CaseKind.HELD).state is CaseState.CLOSED
    assert team.write("bert", "Another").state is PostState.VISIBLE


def test_first_posts_wait_where_the_board_wants_that(team: Team) -> None:
    with database.transaction() as session:
        session.execute(update(Board).values(holds_first_posts=True))
    first = team.write("opal", "First")
    assert first.state is PostState.HELD
    team.moderator("mo").post(f"/moderation/{team.case().id}", {**WHY, "action": "release"})
    assert team.write("opal", "Second").state is PostState.VISIBLE


def test_an_author_whose_posts_wait_is_seen_first(team: Team, home: FakeHomeServer) -> None:
    post = team.write("opal", "First")
    mo = team.moderator("mo")
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "hold_author", "days": "7"})
    assert "wait for a moderator" in team.told("opal")[-1]
    assert team.write("opal", "Second").state is PostState.HELD
    mo.post(team.path(post) + "/moderate", {**WHY, "action": "free_author"})
    assert team.write("opal", "Third").state is PostState.VISIBLE


def test_how_far_a_server_is_trusted_is_logged_with_its_reason(forum: Forum, visitor: Visitor) -> None:
    with database.transaction() as session:
        instance_policies.set_policy(session, "spam.example", Policy.BLOCKED, "Nothing but advertising.")
    page = visitor.page("/log")
    assert "spam.example: blocked" in page
    assert "Nothing but advertising." in page
    with pytest.raises(Malformed), database.transaction() as session:
        instance_policies.set_policy(session, "other.example", Policy.BLOCKED, " ")
    assert len(forum.rows(Decision)) == 1
    assert forum.rows(Instance, Instance.host == "other.example") == []


def test_who_writes_here_learns_at_once_that_it_waits_and_why(team: Team, forum: Forum) -> None:
    with database.transaction() as session:
        session.execute(update(Board).values(holds_first_posts=True))
    dora = team.reader("dora")
    dora.permit(team.home, "dora", "write")
    form = {"text": "My very first post", "visibility": "public", "language": "en", "do": "send"}
    answer = dora.post("/boards/respite/new", form)
    forum.work()
    page = dora.page(answer.location)
    assert "It waits before it is shown" in page
    assert "First posts on this board are looked at" in page
    team.moderator("mo").post(f"/moderation/{team.case().id}", {**WHY, "action": "release"})
    assert dora.get(answer.location).status_code == 303


def test_a_post_that_waits_for_its_time_is_not_shown_by_an_edit_that_breaks_a_rule(
    team: Team, forum: Forum
) -> None:
    from fedconnect.models.post import Post

    mo = team.moderator("mo")
    mo.post("/boards/respite/screening", {"kind": "words", "value": "pills", "how": "force"})
    with database.transaction() as session:
        session.execute(update(Board).values(slow_minutes=10))
    team.write("opal", "First")
    second = team.write("opal", "Harmless")
    opal = team.account("opal")
    forum.tell(opal, opal.update(opal.note("x", forum.board(), id=second.uri), "Cheap pills"))
    third = team.write("bert", "One")
    waits = team.write("bert", "Two")
    mo.post(team.path(third) + "/moderate", {**WHY, "action": "ban", "days": "7"})
    with database.transaction() as session:
        session.execute(update(Post).where(Post.held_until.is_not(None)).values(held_until=clock.now()))
    safeguarding.run()
    assert {team.post(one.uri).state for one in (second, waits)} == {PostState.HELD}


def test_m03_a_report_that_makes_it_worse_calls_people_too_and_many_are_one_call(
    team: Team, forum: Forum
) -> None:
    now = clock.now().hour
    hours((now + 2) % 24, (now + 3) % 24)
    team.moderator("dep")
    with database.transaction() as session:
        session.execute(update(Moderator).values(is_deputy=True))
    posts = [team.write("opal", text) for text in ("One", "Two", "Three")]
    dora, eva = team.reader("dora"), team.reader("eva")
    for post in posts:
        dora.post(team.path(post) + "/report", {"words": "Look"})
        eva.post(team.path(post) + "/report", {"words": "Look", "harm": "danger"})
    assert [(one.severity, one.climbed) for one in forum.rows(Case, Case.kind == CaseKind.REPORT)] == [
        (0, 1)
    ] * 3
    assert len([one for one in team.told("dep") if "nobody has looked yet" in one]) == 1


def test_a_deed_that_changes_nothing_leaves_the_case_on_the_list(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    team.reader("dora").post(team.path(post) + "/report", {"words": "x"})
    mo = team.moderator("mo")
    mo.post(f"/moderation/{team.case().id}", {**WHY, "action": "unlock"})
    assert team.case().state is CaseState.OPEN
    assert forum.rows(Decision) == []


def test_who_looks_after_a_board_no_longer_takes_nothing_back_on_it(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    team.reader("dora").post(team.path(post) + "/report", {"words": "x"})
    mo = team.moderator("mo")
    forum.moderate(team.account("mo"), "benefits")
    mo.post(f"/moderation/{team.case().id}", {**WHY, "action": "leave"})
    with database.transaction() as session:
        session.query(Moderator).filter_by(board_id=post.board_id).delete()
    done = [one.id for one in forum.rows(Decision)]
    assert mo.post("/moderation/undo", {"first": min(done), "last": max(done)}).status_code == 403
    assert team.case().state is CaseState.CLOSED


def test_an_invitation_is_not_answered_by_whoever_has_the_address_next(team: Team, forum: Forum) -> None:
    from fedconnect.models.board_rules import Invitation
    from fedconnect.models.person import Person

    heir = team.reader("heir")
    team.moderator("mo").post("/boards/respite/team", {"handle": f"@heir@{team.home.host}", "how": "invite"})
    (asked,) = forum.rows(Invitation)
    with database.transaction() as session:
        before = clock.now() - timedelta(hours=1)  # whoever had the address then is signed out with it
        session.execute(update(Person).where(Person.username == "heir").values(quarantined_at=before))
    assert heir.post(f"/invitations/{asked.id}", {"how": "yes"}).status_code == 404
    assert len(forum.rows(Moderator)) == 1
    with database.transaction() as session:
        session.execute(update(Person).where(Person.username == "heir").values(quarantined_at=None))
    assert heir.post(f"/invitations/{asked.id}", {"how": "yes"}).status_code == 303
    assert len(forum.rows(Moderator)) == 2


def test_a_thousand_private_messages_of_one_person_are_twenty_cases(team: Team, forum: Forum) -> None:
    opal = team.account("opal")
    for number in range(23):
        note = opal.note(f"Message {number}", forum.board(), to=[forum.board()], cc=[])
        forum.tell(opal, opal.create(note) | {"to": [forum.board()], "cc": []})
    bert = team.account("bert")
    note = bert.note("Somebody else's need", forum.board(), to=[forum.board()], cc=[])
    forum.tell(bert, bert.create(note) | {"to": [forum.board()], "cc": []})
    assert len(forum.rows(Case)) == 21


def test_a_rule_that_the_board_does_not_have_decides_nothing(team: Team, forum: Forum) -> None:
    post = team.write("opal", "Words")
    mo = team.moderator("mo")
    answer = mo.post(team.path(post) + "/moderate", {**WHY, "rule": "1. Obey.", "action": "remove"})
    assert answer.status_code == 400
    assert "have changed" in answer.text
    assert team.post(post.uri).state is PostState.VISIBLE


def test_whoever_answers_where_no_answers_are_taken_is_told_so_once_a_day(team: Team, forum: Forum) -> None:
    post = team.write("opal", "A conversation")
    team.moderator("mo").post(team.path(post) + "/moderate", {**WHY, "action": "lock"})
    bert = team.account("bert")
    for number in range(3):
        note = bert.note(f"Too late {number}", forum.board(), inReplyTo=post.uri)
        forum.tell(bert, bert.create(note))
    (told,) = [one for one in team.told("bert") if "could not be put" in one]
    assert "You can begin a new one" in told
    loose = team.account("dora")
    forum.tell(loose, loose.create(loose.note("Not to the board", inReplyTo=post.uri)))
    assert team.told("dora") == [], "it was not sent to the board"


def test_somebody_who_is_reported_as_such_can_be_kept_off_the_board(
    team: Team, forum: Forum, remote: RemoteServer
) -> None:
    bad, mo = remote.person("bad"), team.moderator("mo")
    forum.tell(bad, bad.follow(forum.board()))
    team.write("opal", "Words")
    opal = team.account("opal")
    forum.tell(opal, opal.activity("Flag", [bad.uri, forum.board()], content="They write to everybody"))
    found = forum.rows(Case, Case.post_id.is_(None), Case.kind == CaseKind.REPORT)
    assert len(found) == 1
    page = f"/moderation/{found[0].id}"
    assert "Keep its author off the board" in mo.page(page)
    assert mo.post(page, {**WHY, "action": "remove"}).status_code == 400
    assert mo.post(page, {**WHY, "action": "ban", "days": "7"}).status_code == 303
    forum.tell(bad, bad.create(bad.note("Me again", forum.board())))
    assert not forum.rows(Post, Post.source.contains("Me again"))
