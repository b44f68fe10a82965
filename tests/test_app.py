"""The web process as it is put together: what bounds every request, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, render_template_string, request
from flask.testing import FlaskClient

from fedconnect import app as module
from fedconnect.foundation.errors import InvalidSettings, Malformed
from fedconnect.hooks.views import Link
from support.cli_unit import keep
from support.forum import BASE, settings_for
from support.unit import Unit, a_board

SAME_SITE = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}


def a_page() -> Blueprint:
    """A page of a plugin: it counts what was sent, says a word of its own, or fails."""
    made = Blueprint("letter_page", __name__)

    @made.get("/words")
    def words() -> str:
        return render_template_string("{% if True %}\n    {% set x = 1 %}\nhere\n{% endif %}\n")

    @made.post("/sent")
    def sent() -> str:
        return str(sum(len(one) for one in request.form.values()) + len(request.get_data()))

    @made.get("/fails")
    def fails() -> str:
        raise Malformed("a secret detail", safe="This cannot be read.")

    @made.get("/breaks")
    def breaks() -> str:
        raise RuntimeError("a secret detail")

    return made


@pytest.fixture
def happened(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Install nothing but the database of `unit`, and let two plugins answer."""
    order: list[str] = []
    answers: dict[str, list[tuple[str, list[Any]]]] = {
        "register_pages": [("letter", [a_page()])],
        "register_links": [("letter", [Link("Letter", "/letter")]), ("funding", [Link("Funds", "/funding")])],
    }

    def collect(hook: str, **_: object) -> list[tuple[str, list[Any]]]:
        order.append(hook)
        return answers.get(hook, [])

    monkeypatch.setattr(module.manager, "collect", collect)
    monkeypatch.setattr(
        module.wiring, "install", lambda settings: order.append(f"install {settings.base_url}")
    )
    monkeypatch.setattr(module, "configure_log", lambda: order.append("log"))
    return order


@pytest.fixture
def make(happened: list[str], tmp_path: Path) -> Callable[..., Flask]:
    return lambda **changes: module.create_app(settings_for(tmp_path, **changes))


@pytest.fixture
def client(make: Callable[..., Flask]) -> FlaskClient:
    return make().test_client()


def get(client: FlaskClient, path: str, accept: str = "text/html", base: str = BASE) -> Any:
    return client.get(path, headers={"Accept": accept}, base_url=base)


# What is refused


@pytest.mark.parametrize(("size", "status"), [(1 << 20, 200), ((1 << 20) + 1, 413)])
def test_more_than_a_mebibyte_is_not_taken(client: FlaskClient, size: int, status: int) -> None:
    answer = client.post(
        "/letter/sent", data=b"x" * size, content_type="text/plain", headers=SAME_SITE, base_url=BASE
    )
    assert answer.status_code == status


@pytest.mark.parametrize(("size", "status"), [(500_000, 200), (500_001, 413)])
def test_a_field_of_more_than_half_a_megabyte_is_not_taken(
    client: FlaskClient, size: int, status: int
) -> None:
    answer = client.post(
        "/letter/sent", data={"x": "y" * size}, content_type="multipart/form-data", headers=SAME_SITE, base_url=BASE
    )  # fmt: skip
    assert answer.status_code == status


@pytest.mark.parametrize(("parts", "status"), [(100, 200), (101, 413)])
def test_a_form_of_more_than_a_hundred_parts_is_not_taken(
    client: FlaskClient, parts: int, status: int
) -> None:
    data = {f"x{number}": "y" for number in range(parts)}
    answer = client.post(
        "/letter/sent", data=data, content_type="multipart/form-data", headers=SAME_SITE, base_url=BASE
    )
    assert answer.status_code == status


def test_a_form_of_another_site_is_not_taken(client: FlaskClient) -> None:
    client.set_cookie("session", "x", domain="forum.example")
    answer = client.post(
        "/letter/sent",
        data={"x": "y"},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        base_url=BASE,
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/boards/%00", "/boards/respite?page=%00"])
def test_an_address_with_a_zero_byte_is_no_address(client: FlaskClient, path: str) -> None:
    assert get(client, path).status_code in {400, 404}


def test_what_failed_is_said_without_its_detail(client: FlaskClient) -> None:
    for path, status, words in (("fails", 400, b"This cannot be read."), ("breaks", 500, b"")):
        answer = get(client, f"/letter/{path}")
        assert answer.status_code == status
        assert words in answer.data
        assert b"a secret detail" not in answer.data


def test_settings_that_cannot_work_make_no_app(happened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDCONNECT_WORKERS", "many")
    with pytest.raises(InvalidSettings):
        module.create_app()
    assert happened == []


# What is put in place


def test_plugins_are_asked_after_they_are_loaded(happened: list[str], make: Callable[..., Flask]) -> None:
    make()
    assert happened[:2] == ["log", f"install {BASE}"]
    assert set(happened[2:]) >= {"register_pages", "register_links"}


def test_without_settings_the_environment_is_read(
    happened: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FEDCONNECT_BASE_URL", "https://other.example")
    monkeypatch.setenv("FEDCONNECT_DATA_DIR", str(tmp_path))
    module.create_app()
    assert "install https://other.example" in happened


def test_a_plugin_has_pages_below_its_own_name_alone(client: FlaskClient) -> None:
    assert get(client, "/letter/words").status_code == 200
    assert get(client, "/words").status_code == get(client, "/funding/words").status_code == 404


def test_links_of_plugins_are_in_the_navigation_of_each_page(client: FlaskClient) -> None:
    page = get(client, "/nowhere").get_data(as_text=True)
    assert page.index('href="/letter"') < page.index('href="/funding"')


def test_a_board_is_the_same_with_a_slash_behind_it(client: FlaskClient) -> None:
    keep(a_board)
    for path in ("/boards/respite", "/boards/respite/"):
        assert get(client, path).status_code == 200


def test_templates_leave_no_empty_lines_where_they_decide(client: FlaskClient) -> None:
    assert get(client, "/letter/words").get_data(as_text=True) == "here\n"


# What every answer carries


@pytest.mark.parametrize("path", ["/", "/nowhere", "/letter/breaks", "/letter/words"])
def test_no_page_runs_what_is_not_ours_or_stands_in_another(client: FlaskClient, path: str) -> None:
    headers = get(client, path).headers
    assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("base", "is_told"), [("http://127.0.0.1:8000", False), (BASE, True)])
def test_browsers_are_told_to_stay_with_https_only_where_there_is_https(
    make: Callable[..., Flask], base: str, is_told: bool
) -> None:
    client = make(FEDCONNECT_BASE_URL=base).test_client()
    assert ("Strict-Transport-Security" in get(client, "/nowhere", base=base).headers) == is_told


@pytest.mark.parametrize(("wanted", "status"), [("no", 200), ("yes", 401)])
def test_documents_are_for_signed_requests_alone_where_that_was_set(
    make: Callable[..., Flask], wanted: str, status: int
) -> None:
    keep(a_board)
    client = make(FEDCONNECT_AUTHORIZED_FETCH=wanted).test_client()
    accept = "application/activity+json"
    assert get(client, "/boards/respite/outbox", accept).status_code == status
    assert get(client, "/boards/respite").status_code == 200, "people read it all the same"


def test_styles_are_sent_packed_to_whom_can_unpack_them(client: FlaskClient) -> None:
    plain = client.get("/static/fedconnect.css", base_url=BASE)
    packed = client.get("/static/fedconnect.css", headers={"Accept-Encoding": "gzip"}, base_url=BASE)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
