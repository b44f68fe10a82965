"""The forum goes by its own name on every page and in every document; the software is named where it says so alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fedconnect.foundation import database
from fedconnect.site import identity
from fedconnect.site.settings import change_site
from support.forum import Forum
from support.team import Team
from support.visitor import Visitor

ROOT = Path(__file__).parents[3]
TEMPLATES = [*(ROOT / "templates").rglob("*.*"), *(ROOT / "plugins").glob("*/templates/**/*.*")]
#: Where the software is named as what it is.
POWERED_BY = (
    '_("Powered by %(software)s", software="FedConnect")',
    "<generator>FedConnect</generator>",
    "<code>fedconnect board create</code>",
)
NAME = "Carers’ corner"


def test_no_template_names_the_software_but_where_it_says_so() -> None:
    assert len(TEMPLATES) > 60
    found = []
    for path in TEMPLATES:
        text = path.read_text()
        for allowed in POWERED_BY:
            text = text.replace(allowed, "")
        if re.search("fedconnect(?!\\.css)", text, re.IGNORECASE):
            found.append(path.relative_to(ROOT).as_posix())
    assert found == []


@pytest.fixture
def named(team: Team) -> Team:
    with database.transaction() as session:
        change_site(session, {"name": NAME, "operator": "Ada Lind", "terms": "Be kind.", "imprint": "Berlin"})
    identity.forget()
    return team


def test_every_page_says_the_forums_name_in_its_title_and_its_header(named: Team) -> None:
    post = named.write("author", "A question for everybody")
    admin = named.admin("ada")
    pages = [
        "/", "/about", "/quiet", "/search", "/boards/respite", "/boards/respite/log", "/log", "/hearing", "/help-now",
        f"/boards/respite/threads/{post.thread_id}", "/you", "/you/news", "/moderation", "/servers", "/admin", "/admin/site",
        "/privacy", "/terms", "/imprint", "/rules", "/offline", "/nowhere", "/letter", "/funding", "/boards/respite/write",
    ]  # fmt: skip
    for path in pages:
        page = admin.get(path).get_data(as_text=True)
        title = re.search("<title>(.*?)</title>", page, re.DOTALL)
        assert title is not None, path
        assert title[1].endswith(NAME), (path, title[1])
        assert f"<bdi>{NAME}</bdi>" in page, path
        assert "Run by Ada Lind" in page, path
        assert page.count("FedConnect") == 1, path


def test_every_document_says_it_too(forum: Forum, visitor: Visitor, named: Team) -> None:
    assert forum.get("/nodeinfo/2.0").json["metadata"]["nodeName"] == NAME
    assert visitor.get("/manifest.webmanifest").json["name"] == NAME
    accept = {"Accept": "application/activity+json"}
    assert visitor.get("/actor", **accept).json["name"] == NAME
    assert f"<name>{NAME}</name>" in visitor.get("/quiet/feed.atom").get_data(as_text=True)


def test_a_visitor_gets_a_page_in_another_language_without_a_cookie(visitor: Visitor, named: Team) -> None:
    answer = visitor.get("/about?in=de")
    assert answer.headers["Content-Language"] == "de"
    assert "Set-Cookie" not in answer.headers
    assert visitor.get("/about?in=xx").headers["Content-Language"] == "en"
