"""What the demo's readers do: they settle in once, come by now and then, and look at what stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import structlog

from fedconnect.demo.visitor import Visitor
from fedconnect.demo.world import DemoWorld, Inhabitant
from fedconnect.foundation.errors import FedConnectError

log = structlog.get_logger()
#: Each comes from an address of their own, and from another one each time that they sign in, as people with telephones do
#: (RFC 2544: a range that leads nowhere).
_ADDRESS = "198.18.{}.{}"
_VISITS_A_DAY = 0.45
#: Who offers to answer where nobody does, and where.
LISTENERS = {"sam": ("caring", "neighbours"), "wanda": ("respite",), "yusuf": ("benefits",)}


@dataclass
class Readers:
    """The readers of a world with their browsers; `dice` makes each month the same."""

    world: DemoWorld
    forum: str
    host: str
    dice: Random = field(default_factory=lambda: Random(7))  # noqa: S311  nothing is secret
    browsers: dict[str, Visitor] = field(default_factory=dict)
    sign_ins: int = 0

    def __post_init__(self) -> None:
        for name in self.world.people:
            self.browsers[name] = Visitor(self.forum, name, "")

    def come(self, days: float, newcomers: int) -> None:
        """Let some of them come by in so many days; a few who were not here yet settle in."""
        settled = [name for name, browser in self.browsers.items() if browser.is_signed_in]
        for name in [name for name in self.browsers if name not in settled][:newcomers]:
            self._safely(name, self._settle)
        for name in settled:
            if self.dice.random() < _VISITS_A_DAY * days:
                self._safely(name, self._visit)

    def browser_of(self, name: str) -> Visitor:
        """Return somebody's browser, signed in.

        Raises:
            NotSignedIn: they cannot.
        """
        browser = self.browsers[name]
        if not browser.is_signed_in or browser.get("/you").status == 401:  # it has run out meanwhile
            browser.cookies.clear()
            self.sign_ins += 1
            browser.address = _ADDRESS.format(self.sign_ins // 250 % 250, self.sign_ins % 250 + 1)
            browser.sign_in(self.host)
        return browser

    def _safely(self, name: str, deed: object) -> None:
        try:
            deed(self.browser_of(name), self.world.people[name])  # type: ignore[operator]
        except FedConnectError as error:
            log.info("demo_visit_failed", reason=type(error).__name__)

    def _settle(self, browser: Visitor, person: Inhabitant) -> None:
        """Name topics, follow boards, say whether the forum may learn; some offer to listen."""
        browser.post("/you/interests/learning", {"learns": "yes" if self.dice.random() < 0.6 else "no"})
        browser.post("/you/topics", {"topics": person.cares})
        for slug in person.boards:
            browser.post(f"/boards/{slug}/following", {"how": "here"})
        for slug in LISTENERS.get(person.name, ()):
            hours = {"from": "7", "to": "23", "zone": "Europe/London"}
            browser.post(f"/boards/{slug}/listening", hours)
        browser.look_at(browser.get("/"), 8)

    def _visit(self, browser: Visitor, person: Inhabitant) -> None:
        """Look at one's own page, or at a board, and open what looks good there."""
        where = "/" if self.dice.random() < 0.75 else f"/boards/{self.dice.choice(person.boards)}"
        page = browser.get(where)
        browser.look_at(page, self.dice.randint(4, 14))
        if page.threads and self.dice.random() < 0.5:
            browser.look_at(browser.get(self.dice.choice(page.threads[:8])), 20)
