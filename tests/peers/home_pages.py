"""How somebody logs in at their home server and permits what is asked there: each software has pages of its own."""

from __future__ import annotations

from dataclasses import dataclass

import requests

from peers.pages import Form, Page, page_of, send

_MOST_PAGES = 6


@dataclass(frozen=True)
class Account:
    """Somebody's account: `name` as in the handle, `login` what their server's log-in form asks for, mostly an e-mail
    address."""

    name: str
    login: str
    password: str


class HomePages:
    """The pages as most servers have them: a log-in form with a password, and a form that permits."""

    name_of_login = ""  # empty: the field before the password

    def log_in(self, form: Form, account: Account) -> None:
        """Fill in the form with a password."""
        fields = [name for name, kind in form.types.items() if kind in {"email", "text"}]
        form.fill(
            **{
                self.name_of_login or fields[0]: account.login,
                form.named_of_type("password"): account.password,
            }
        )

    def consent(self, page: Page, account: Account) -> Form:
        """Return the form that permits, filled in."""
        return next(one for one in page.forms() if one.method == "POST" and "authorize" in one.url)


class GoToSocialPages(HomePages):
    """Asks for the password at each sign-in; permits with one button that has no fields."""

    name_of_login = "username"


class HolloPages(HomePages):
    """One log-in for all its accounts: the page that permits asks which of them."""

    name_of_login = "email"

    def consent(self, page: Page, account: Account) -> Form:
        form = next(one for one in page.forms() if "account_id" in one.types)
        own = next(
            value for value, words in form.choices["account_id"].items() if f"@{account.name}@" in f"{words}@"
        )
        form.fill(account_id=own, decision="allow")
        return form


class MastodonPages(HomePages):
    """Two forms stand beside each other: the one that refuses says so in `_method`."""

    name_of_login = "user[email]"

    def consent(self, page: Page, account: Account) -> Form:
        return next(
            one
            for one in page.forms()
            if "code_challenge" in one.types and ("_method", "delete") not in one.fields
        )


PAGES = {"gotosocial": GoToSocialPages(), "hollo": HolloPages(), "mastodon": MastodonPages()}


def permit(browser: requests.Session, url: str, account: Account, software: str) -> Page:
    """Go to a home server's page, log in there if it asks for that, and permit; return the page of the program that sent us.

    Raises:
        AssertionError: it shows something else.
    """
    pages = PAGES.get(software, HomePages())
    page = page_of(browser.get(url, timeout=90))
    home = url.partition("/oauth/")[0]
    for _ in range(_MOST_PAGES):
        if not page.url.startswith(home) or "code=" in page.url:
            return page
        asks = next((one for one in page.forms() if one.named_of_type("password")), None)
        if asks is not None:
            pages.log_in(asks, account)
            page = send(browser, asks)
            continue
        try:
            page = send(browser, pages.consent(page, account))
        except StopIteration:
            break
    raise AssertionError(f"{page.url} shows: {page.words[:300]}")
