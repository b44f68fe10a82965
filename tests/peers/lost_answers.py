"""Fifty rounds at a running home server through a line that loses answers: `make peers ARGS="…"`.

Wanted: our forum, running, with a board; a home server, running, with accounts of yours; and a name that leads the forum's
machine to `--listen` and not to the home server itself (`/etc/hosts`), where this proxy answers with a certificate that the
forum trusts (`FEDCONNECT_CA_BUNDLE`). Each account goes its rounds one after the other, all of them at once. What is counted
is what the home server has, asked directly and not through the proxy.
"""

from __future__ import annotations

import argparse
import secrets
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from peers.forum_browser import ForumBrowser
from peers.home_account import HomeAccount
from peers.home_pages import Account
from peers.lossy_proxy import Fate, Losses, LossyProxy, Upstream
from peers.rounds import Round, go_round

_TOKENS_EVERY_S = 20.0


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was found, beside what it may be at most or has to be."""

    name: str
    found: int
    wanted: int

    @property
    def holds(self) -> bool:
        return self.found == self.wanted


class _From(HTTPAdapter):
    """Comes from an address of its own on this machine, as each browser does elsewhere."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **named)  # type: ignore[no-untyped-call]


def go_directly(name: str, address: str) -> None:
    """Let this process reach a name at an address, whatever the machine says."""
    usual = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        return usual(address if host == name else host, *arguments, **named)

    socket.getaddrinfo = look_up


def figures(rounds: Sequence[Round], tokens: int, swallowed: int) -> Iterator[Figure]:
    """Yield what is to be seen of all rounds. A token whose answer was lost is known to nobody who could give it back."""
    pictures = [one for one in rounds if one.wants == "picture"]
    yield Figure("posts", sum(one.posts > 0 for one in rounds), len(rounds))
    yield Figure("posts doubled", sum(one.posts > 1 for one in rounds), 0)
    yield Figure("without their picture", sum(not one.has_all for one in pictures), 0)
    yield Figure("without its description", sum(not one.is_described for one in pictures), 0)
    yield Figure("without their poll", sum(not one.has_all for one in rounds if one.wants == "poll"), 0)
    yield Figure("edits lost", sum(not one.is_edited for one in rounds), 0)
    yield Figure("still there when deleted", sum(not one.is_deleted for one in rounds), 0)
    yield Figure("not signed out", sum(not one.is_signed_out for one in rounds), 0)
    yield Figure("tokens left", max(tokens - swallowed, 0), 0)


def main(words: Sequence[str]) -> int:
    """Go the rounds, print the table; return 0 where all of it holds."""
    asked = _arguments().parse_args(words)
    name = urlsplit(asked.home).hostname or ""
    trusted = ssl.create_default_context(cafile=asked.authority)
    door = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    door.load_cert_chain(asked.certificate, asked.key)
    address, port = _place(asked.upstream)
    losses = Losses(asked.answers, asked.requests, asked.looks, tuple(asked.spare))
    proxy = LossyProxy(
        _place(asked.listen), Upstream(name, address, port, trusted), seed=asked.seed, losses=losses, tls=door
    )
    go_directly(name, address)
    accounts = [Account(*one.split(":", 2)) for one in asked.account]
    run = secrets.token_hex(3)
    proxy.is_quiet = True
    homes = [HomeAccount(asked.home, one, asked.software, _browser(asked)) for one in accounts]
    proxy.is_quiet = False
    since = datetime.now(UTC).replace(microsecond=0)
    owners = list({home.account.login: home for home in homes}.values())
    before = sum(home.tokens_of_ours(since) for home in owners)
    done: list[Round] = []
    lock = threading.Lock()

    def go(place: int) -> None:
        for number in range(place, asked.rounds, len(accounts)):
            browser = _browser(asked, source=f"127.0.{100 + number // 200}.{1 + number % 200}")
            forum = ForumBrowser(asked.forum, asked.board, accounts[place], name, asked.software, browser)
            one = go_round(number, run, forum, homes[place])
            with lock:
                done.append(one)
                print(f"{len(done)}/{asked.rounds} {one}", flush=True)

    with ThreadPoolExecutor(len(accounts)) as pool:
        list(pool.map(go, range(len(accounts))))
    for one, home in ((one, home) for one in done for home in homes if one.posts):
        one.posts = max(one.posts, len(home.posts_with(one.mark)))
    tokens = _tokens_left(owners, since, before + proxy.swallowed_tokens, asked.patience) - before
    return _tell(done, proxy, tokens)


def _tokens_left(homes: Sequence[HomeAccount], since: datetime, wanted: int, patience_s: float) -> int:
    """Return how many permissions are left once those that were given back in vain had their next turn."""
    until = time.monotonic() + patience_s
    while (left := sum(home.tokens_of_ours(since) for home in homes)) > wanted and time.monotonic() < until:
        time.sleep(_TOKENS_EVERY_S)
    return left


def _tell(done: Sequence[Round], proxy: LossyProxy, tokens: int) -> int:
    table = list(figures(done, tokens, proxy.swallowed_tokens))
    print(f"\n{'figure':<28}{'found':>8}{'wanted':>8}")
    for one in table:
        print(f"{one.name:<28}{one.found:>8}{one.wanted:>8}{'' if one.holds else '   !'}")
    print(
        f"\ntokens whose answer was lost before we had them: {proxy.swallowed_tokens} (at the home server now: {tokens})"
    )
    print(f"\n{'asked':<44}" + "".join(f"{fate.value:>14}" for fate in Fate))
    for call in sorted({call for call, _ in proxy.counts if "/api/" in call or "/oauth/" in call}):
        print(f"{call:<44}" + "".join(f"{proxy.counts[call, fate]:>14}" for fate in Fate))
    said = {one: sum(one in each.said for each in done) for each in done for one in each.said}
    print("\nwhat the forum said, in how many rounds")
    for words, times in sorted(said.items(), key=lambda pair: -pair[1]):
        print(f"{times:>4}  {words}")
    for each in done:
        if each.stuck:
            print(f"stuck: {each.mark} {each.stuck}")
    took = sorted(one.took_s for one in done)
    print(f"\nrounds took {took[0]:.0f} to {took[-1]:.0f} s, half of them under {took[len(took) // 2]:.0f} s")
    return 0 if all(one.holds for one in table) else 1


def _browser(asked: argparse.Namespace, source: str = "") -> requests.Session:
    browser = requests.Session()
    browser.trust_env, browser.verify = False, asked.authority or True
    browser.headers.update(
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Accept-Language": "en"}
    )
    host = urlsplit(asked.forum).hostname or ""
    if source and socket.gethostbyname(host).startswith("127."):
        browser.mount(asked.forum, _From(source))
    return browser


def _place(text: str) -> tuple[str, int]:
    address, _, port = text.rpartition(":")
    return address, int(port)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make peers", description=__doc__)
    parser.add_argument("--home", required=True, help="address of the home server, https://…")
    parser.add_argument("--software", required=True, help="what it runs: gotosocial, hollo")
    parser.add_argument("--forum", required=True, help="address of our forum")
    parser.add_argument("--board", default="respite")
    parser.add_argument(
        "--account", action="append", required=True, help="name:login:password, as often as you like"
    )
    parser.add_argument(
        "--listen", required=True, help="address:port to which the home server's name leads the forum"
    )
    parser.add_argument("--upstream", required=True, help="address:port where the home server really is")
    parser.add_argument("--certificate", required=True, help="of the home server's name, for the proxy")
    parser.add_argument("--key", required=True)
    parser.add_argument("--authority", help="a PEM file to trust, where it is none of the usual ones")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument(
        "--answers", type=float, default=Losses.answers, help="share of answers that are lost"
    )
    parser.add_argument(
        "--requests", type=float, default=Losses.requests, help="share of requests that are lost"
    )
    parser.add_argument(
        "--looks", type=float, default=Losses.answers_to_looks, help="share of answers to a GET"
    )
    parser.add_argument(
        "--patience", type=float, default=4500, help="seconds in which tokens may still be given back"
    )
    parser.add_argument(
        "--spare", action="append", default=[],
        help="a path of which nothing is lost; with /oauth/token no token is left at all",
    )  # fmt: skip
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
