"""What the demo's moderators do: they are asked and say yes, set their boards up, and work through their list each day."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import structlog

from fedconnect.demo.readers import Readers
from fedconnect.demo.visitor import SeenPage, Visitor
from fedconnect.demo.world import MODERATORS, DemoVerdict, DemoWorld
from fedconnect.foundation.errors import FedConnectError

log = structlog.get_logger()
_CASE = re.compile(r'href="/moderation/(\d{1,19})"')
_MINE = re.compile(r'href="/decisions/(\d{1,19})"')
_INVITATION = re.compile(r"/invitations/(\d{1,19})")
_MOST_AT_ONCE = 12
_TOLD = 40  # letters by which a post is told from others
#: Who looks after what: those who are asked first.
TEAMS = {
    "priya": ("respite", "caring", "benefits", "neighbours", "housing", "policing", "income", "services", "our_town"),
    "tom": ("respite", "caring", "benefits", "neighbours"),
    "mo": ("respite", "caring", "benefits", "neighbours"),
}  # fmt: skip


@dataclass
class DemoModerators:
    """The team of a world; `readers` have the browsers."""

    world: DemoWorld
    readers: Readers
    decided: set[str] = field(default_factory=set)

    def ask(self, admin: str) -> None:
        """Let whoever runs the forum ask each of the team to look after boards."""
        browser = self.readers.browser_of(admin)
        for name, slugs in TEAMS.items():
            for slug in slugs:
                handle = f"@{name}@{self.readers.host}"
                browser.post(
                    f"/boards/{slug}/team", {"handle": handle, "words": "Would you?", "how": "invite"}
                )

    def accept(self, name: str, messages: list[str]) -> int:
        """Let somebody say yes to what they were asked in private messages; return how often."""
        asked = list(dict.fromkeys(found for text in messages for found in _INVITATION.findall(text)))
        browser = self.readers.browser_of(name)
        for number in asked:
            browser.post(f"/invitations/{number}", {"how": "yes"})
        return len(asked)

    def set_up(self) -> None:
        """Let the respite board take questions without a name, hold a word for a look, and its companion speak."""
        browser = self.readers.browser_of(MODERATORS[0])
        form = browser.get("/boards/respite/care")
        kept = {name: (form.values_of(name) or [""])[0] for name in (
            "open_from", "open_to", "zone", "holds_after_hours", "slow_minutes", "threads_a_stranger", "threads_a_server",
        )}  # fmt: skip
        browser.post("/boards/respite/care", {**kept, "takes_anonymous": "on", "reason": "Some ask only so."})
        held = {"kind": "words", "value": "crypto", "how": "force", "reason": "We read these first."}
        browser.post("/boards/benefits/screening", held)

    def work(self, name: str) -> None:
        """Let somebody work through their list: what the month's script knows is decided as it says, all else is left as it
        is, shown or answered."""
        try:
            browser = self.readers.browser_of(name)
            listed = browser.get("/moderation")
            for number in list(dict.fromkeys(_CASE.findall(listed.text)))[:_MOST_AT_ONCE]:
                self._decide(browser, number)
        except FedConnectError as error:
            log.info("demo_moderation_failed", reason=type(error).__name__)

    def look(self, name: str) -> None:
        """Let somebody open their list, and decide nothing."""
        self.readers.browser_of(name).get("/moderation")

    def object_to(self, name: str, words: str) -> bool:
        """Let an author ask for another look at what was decided about them last; whether there was anything."""
        browser = self.readers.browser_of(name)
        found = _MINE.findall(browser.get("/you/decisions").text)
        if not found:
            return False
        return browser.post(f"/decisions/{found[0]}/appeal", {"words": words}).status == 303

    def _decide(self, browser: Visitor, number: str) -> None:
        page = browser.get(f"/moderation/{number}")
        verdict = self._verdict_on(page)
        if verdict is not None:
            rule = _rule(page, verdict.rule)
            fields = {"action": verdict.action, "rule": rule, "reason": verdict.reason, "days": "7"}
        elif 'value="release"' in page.text:
            fields = {"action": "release", "rule": _rule(page, 3), "reason": "Nothing is wrong with it."}
        elif f"/moderation/{number}/answer" in page.text:
            browser.post(
                f"/moderation/{number}/answer", {"words": "Thank you for writing. We’ve talked about it."}
            )
            return
        else:
            fields = {"action": "leave", "rule": _rule(page, 3), "reason": "It may stay as it is."}
        browser.post(f"/moderation/{number}", fields)

    def _verdict_on(self, page: SeenPage) -> DemoVerdict | None:
        shown = " ".join(html.unescape(re.sub(r"<[^>]{0,2000}>", " ", page.text)).split())
        for post in self.world.posts:
            if post.verdict is not None and " ".join(post.text.split())[:_TOLD] in shown:
                return post.verdict
        return None


def _rule(page: SeenPage, number: int) -> str:
    """Return a rule as the form names it, by its number; the last where there are fewer."""
    rules = page.values_of("rule")
    mine = [rule for rule in rules if rule.startswith(f"{number}.")]
    return (mine or rules[-1:] or [""])[0]
