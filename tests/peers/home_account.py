"""An account at its home server, asked directly and with a token of its own: what is really there, whatever we think."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from selectolax.lexbor import LexborHTMLParser, LexborNode

from peers.home_pages import Account, permit

OUR_NAME = "FedConnect"
_SCOPES = "read"
_MOST_RECENT = re.compile(r"most recent of (?:over )?(\d+) tokens")
Status = dict[str, Any]


class HomeAccount:
    """Counts at a home server. `browser` goes there directly, past the line that loses things."""

    def __init__(self, base: str, account: Account, software: str, browser: requests.Session) -> None:
        self.base, self.account, self.software, self.browser = base, account, software, browser
        token = self._token()
        self.api = requests.Session()
        self.api.trust_env, self.api.verify = False, browser.verify
        self.api.headers["Authorization"] = f"Bearer {token}"
        self.id = str(self._get("/api/v1/accounts/verify_credentials").json()["id"])

    def _token(self) -> str:
        where = self.base + "/"
        fields = {"client_name": "A count", "redirect_uris": where, "scopes": _SCOPES}
        app = self.browser.post(self.base + "/api/v1/apps", data=fields, timeout=60).json()
        query = {
            "response_type": "code", "client_id": app["client_id"], "redirect_uri": where, "scope": _SCOPES,
            "state": secrets.token_urlsafe(8),
        }  # fmt: skip
        page = permit(
            self.browser, f"{self.base}/oauth/authorize?{urlencode(query)}", self.account, self.software
        )
        code = parse_qs(urlsplit(page.url).query)["code"][0]
        answer = self.browser.post(
            self.base + "/oauth/token",
            data={
                "grant_type": "authorization_code", "code": code, "redirect_uri": where,
                "client_id": app["client_id"], "client_secret": app["client_secret"],
            },
            timeout=60,
        )  # fmt: skip
        return str(answer.json()["access_token"])

    def _get(self, path: str, **query: str) -> requests.Response:
        return self.api.get(self.base + path, params=query, timeout=60)

    def posts_with(self, words: str) -> list[Status]:
        """Return the account's posts in whose text some words stand, of its last 400."""
        found: list[Status] = []
        query = {"limit": "40"}
        for _ in range(10):
            page = self._get(f"/api/v1/accounts/{self.id}/statuses", **query).json()
            found += [one for one in page if words in one["content"]]
            if not page:
                break
            query["max_id"] = str(page[-1]["id"])
        return found

    def is_there(self, number: str) -> bool:
        """Whether a post is still there."""
        return self._get(f"/api/v1/statuses/{number}").status_code == 200

    def tokens_of_ours(self, since: datetime) -> int:
        """Return how many permissions our forum has of this account that were given since then; at Hollo, of all accounts of
        this log-in, whenever they were given: its page does not tell them apart.

        Raises:
            NotImplementedError: this software shows nobody what was permitted, or we do not know where.
        """
        if self.software == "gotosocial":
            held = self._get("/api/v1/tokens", limit="100").json()
            ours = (one for one in held if one["application"]["name"] == OUR_NAME)
            return sum(datetime.fromisoformat(one["created_at"]) >= since for one in ours)
        if self.software == "hollo":
            page = LexborHTMLParser(self.browser.get(self.base + "/auth", timeout=60).text)
            return sum(map(_tokens_of, page.css('form[action$="/tokens/delete"]')))
        raise NotImplementedError(self.software)


def _tokens_of(button: LexborNode) -> int:
    """Return how many tokens the application beside a button of Hollo's page has, if it is ours; the page lists ten of them,
    and says of how many."""
    entry = button.parent.parent if button.parent is not None else None
    if entry is None or OUR_NAME not in entry.text():
        return 0
    of = _MOST_RECENT.search(entry.text())
    return int(of[1]) if of else len(entry.css('form[action^="/auth/tokens/"]'))
