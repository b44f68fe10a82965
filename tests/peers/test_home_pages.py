"""Log-in and consent pages: the password goes into the log-in form alone, and the button that permits is pressed."""

from __future__ import annotations

import pytest
import requests
from selectolax.lexbor import LexborHTMLParser

from peers.home_pages import PAGES, Account
from peers.pages import Page

ANA = Account("ana", "ana@home.example", "hush")
LOG_IN = '<form method=post action="/login"><input type=email name={0}><input type=password name={1}><input type=hidden name=next value=on></form>'
CONSENT = {
    "gotosocial": '<form action="/oauth/authorize" method="POST"><button>Allow</button></form>',
    "hollo": (
        '<form method=post action="/logout"></form><form action="/oauth/authorize" method="post">'
        '<label><input type=radio name=account_id value=1 checked>@anatol@home.example</label>'
        '<label><input type=radio name=account_id value=2>@ana@home.example</label>'
        '<input type=hidden name=scopes value="read"><button name=decision value=deny>No</button></form>'
    ),
    "mastodon": (
        '<form method=post action="/oauth/authorize"><input type=hidden name=code_challenge value=c></form>'
        '<form method=post action="/oauth/authorize"><input type=hidden name=_method value=delete>'
        '<input type=hidden name=code_challenge value=c></form>'
    ),
}  # fmt: skip
CHOSEN = {
    "gotosocial": [],
    "hollo": [("scopes", "read"), ("account_id", "2"), ("decision", "allow")],
    "mastodon": [("code_challenge", "c")],
}


def page(text: str) -> Page:
    return Page(200, "https://home.example/oauth/authorize?x=1", text, LexborHTMLParser(text))


@pytest.mark.parametrize("software", sorted(PAGES))
def test_the_button_that_permits_is_pressed_for_the_right_account(software: str) -> None:
    form = PAGES[software].consent(page(CONSENT[software]), ANA)
    assert (form.url, form.fields) == ("https://home.example/oauth/authorize", CHOSEN[software])


@pytest.mark.parametrize(
    ("software", "login", "password"),
    [
        ("gotosocial", "username", "password"),
        ("hollo", "email", "password"),
        ("mastodon", "user[email]", "user[password]"),
    ],
)
def test_the_password_goes_where_it_is_asked_for(software: str, login: str, password: str) -> None:
    (form,) = page(LOG_IN.format(login, password)).forms()
    PAGES[software].log_in(form, ANA)
    assert dict(form.fields) == {"next": "on", login: ANA.login, password: ANA.password}
    assert isinstance(requests.Request("POST", form.url, data=form.fields).prepare().body, str)
