"""A board that was archived: it can be read, and whoever writes there is told, whichever way they come."""

from __future__ import annotations

from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from fedconnect.models.post import Post
from support.team import Team
from support.visitor import Visitor

SAID = "This board is archived: you can read it, but it takes no more posts."


def archive(slug: str) -> None:
    with database.transaction() as session:
        boards.get_any_board(session, slug).archived_at = clock.now()


def test_nobody_writes_there_and_everybody_is_told_why(team: Team, visitor: Visitor) -> None:
    post = team.write("author", "A question for everybody")
    reader = team.reader("reader")
    archive("respite")
    before = len(team.forum.rows(Post))
    person = team.account("author")
    for note in (
        person.note("Another question", team.forum.board("respite")),
        person.note("An answer", team.forum.board("respite"), inReplyTo=post.uri),
    ):
        team.forum.tell(person, person.create(note))
    assert len(team.forum.rows(Post)) == before
    assert any("archived" in words for words in team.told("author"))
    for path in ("/boards/respite/new", f"{team.path(post)}/reply"):
        assert SAID in reader.get(path).get_data(as_text=True), path
    for path in ("/boards/respite/write", f"{team.path(post)}/answer"):
        assert SAID in visitor.get(path).get_data(as_text=True), path


def test_it_leaves_the_lists_and_can_be_read(team: Team, visitor: Visitor) -> None:
    post = team.write("author", "A question for everybody")
    for path in ("/", "/quiet"):
        assert "A question for everybody" in visitor.get(path).get_data(as_text=True), path
    archive("respite")
    for path in ("/", "/quiet"):
        page = visitor.get(path).get_data(as_text=True)
        assert "A question for everybody" not in page, path
        assert 'href="/boards/respite"' not in page, path
    page = visitor.get("/boards/respite").get_data(as_text=True)
    assert SAID in page
    assert "A question for everybody" in page
    assert visitor.get(f"/boards/respite/threads/{post.thread_id}").status_code == 200


def test_followers_servers_are_sent_the_group_as_it_is_now(team: Team) -> None:
    team.forum.tell(team.account("dora"), team.account("dora").follow(team.forum.board("respite")))
    admin = team.admin("ada")
    form = {"name": "Short breaks", "summary": "For carers", "language": "en", "tint": "2"}
    assert admin.post("/admin/boards/respite", form).status_code == 303
    team.forum.deliver()
    (update,) = team.home.delivered("Update")
    assert (update["object"]["type"], update["object"]["name"]) == ("Group", "Short breaks")
    assert update["object"]["icon"]["url"].startswith(f"{team.forum.board('respite')}/icon.png?v=2-")
