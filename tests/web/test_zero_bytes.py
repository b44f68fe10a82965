"""A zero byte reaches no page, and nothing is read of a form that nobody asks for."""

from __future__ import annotations

import pytest
from flask import Flask, request

from fedconnect.foundation.errors import FedConnectError
from fedconnect.web.zero_bytes import refuse_zero_bytes
from support.web_rows import a_bare_app


@pytest.fixture
def app() -> Flask:
    app = a_bare_app()
    refuse_zero_bytes(app)
    app.register_error_handler(FedConnectError, lambda error: ("refused", error.status))

    @app.route("/read/<path:rest>", methods=["GET", "POST"])
    def read(rest: str) -> str:
        return f"{rest} {request.args.get('a', '')} {request.form.get('a', '')}"

    @app.route("/blind", methods=["GET", "POST"])
    def blind() -> str:
        return "blind"

    return app


@pytest.mark.parametrize("path", ["/read/a%00b", "/%00", "/blind%00", "/missing/%00"])
def test_an_address_with_a_zero_byte_is_not_there(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("query", ["a=%00", "%00=a", "b=c&b=x%00", "a=1&c=%00"])
def test_a_zero_byte_in_any_name_or_value_of_a_query_or_form_is_refused(app: Flask, query: str) -> None:
    client = app.test_client()
    assert client.get(f"/read/x?{query}").status_code == 400
    sent = client.post("/read/x", data=query, content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 400


def test_what_a_page_does_not_read_stops_nobody(app: Flask) -> None:
    assert app.test_client().get("/blind?a=%00").get_data(as_text=True) == "blind"
    assert app.test_client().post("/blind", data={"a": "\0"}).status_code == 200


def test_what_people_write_comes_as_they_wrote_it(app: Flask) -> None:
    sent = app.test_client().post("/read/caf%C3%A9?a=%01+x", data={"a": "Straße\n"})
    assert sent.get_data(as_text=True) == "café \x01 x Straße\n"
