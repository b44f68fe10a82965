"""The demo's month as it goes by: people write, readers come, moderators decide, each on the road that they would take in
life; between two steps the clock moves on.

Nothing here knows a table or opens a session: what stands in the forum afterwards came through its inbox and its pages.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from fedconnect.activitypub.vocabulary import Document
from fedconnect.demo import quickened_clock
from fedconnect.demo.home.home_pages import as_html
from fedconnect.demo.home.living_home import LivingHome
from fedconnect.demo.home.resident import moment
from fedconnect.demo.moderators import TEAMS, DemoModerators
from fedconnect.demo.peer import Peer
from fedconnect.demo.quickened_clock import QuickenedClock
from fedconnect.demo.readers import Readers
from fedconnect.demo.spammers import Spammers
from fedconnect.demo.world import LEFT_FROM, MODERATORS, DemoWorld, MonthPost, moment_of
from fedconnect.foundation import clock, queue
from fedconnect.foundation.errors import FedConnectError

log = structlog.get_logger()
STEP = timedelta(hours=6)
#: A step takes at least so long, or those who work for it would fall behind.
_LEAST_S = 0.5
_NEWCOMERS = 6  # a step
_REPORTED_AFTER = 0.3  # of a day: a step later at least, when the post is there
_FIRST_NUMBER = 1_000_000  # of what the script writes: what people write through the API is numbered from 1
#: What rings for what falls due by time alone; in the demo's time each rings at every step.
_BELLS = ("inbox", "hearings", "listening", "companions", "hourly", "safeguarding", "sweep")

Deed = tuple[float, Callable[[], object]]


@dataclass
class Month:
    """What happens in the month that ends at `begun`; `call` runs a command of the forum, as whoever runs it does."""

    world: DemoWorld
    begun: datetime
    home: LivingHome
    peer: Peer
    readers: Readers
    moderators: DemoModerators
    spammers: Spammers
    call: Callable[..., None]
    deeds: list[Deed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deeds = sorted(self._script(), key=lambda deed: deed[0])

    def live(self, time_of_demo: QuickenedClock) -> None:
        """Go on from what time it is in the demo until today."""
        while not time_of_demo.is_lived:
            begun, before = time.monotonic(), clock.now()
            time_of_demo.move_to(before + STEP)
            self.step(before, clock.now())
            quickened_clock.keep(self.peer.told.parent)
            self.home.save()
            time.sleep(max(0.0, _LEAST_S - (time.monotonic() - begun)))
        self.home.deliverer.wait()

    def step(self, before: datetime, now: datetime) -> None:
        """Let happen what does between two moments."""
        self.peer.tell_until(now)
        done = int(self.kept.read_text()) if self.kept.exists() else 0
        due = [deed for day, deed in self.deeds[done:] if day <= self._day_of(now)]
        for deed in due:
            try:
                deed()
            except FedConnectError as error:
                log.info("demo_deed_failed", reason=type(error).__name__)
        if due:
            self.kept.write_text(str(done + len(due)))
        self.home.deliverer.wait()
        self.readers.come((now - before) / timedelta(days=1), _NEWCOMERS)
        for bell in _BELLS:
            queue.enqueue_once(bell)

    @property
    def kept(self) -> Path:
        """The file that says how many deeds are done."""
        return self.peer.told.with_name("deeds")

    def post_uri(self, post: MonthPost) -> str:
        """Return the id of a post of the month."""
        return f"{self.home.base}/users/{post.by}/statuses/{_FIRST_NUMBER + post.number}"

    def note(self, post: MonthPost) -> Document:
        """Return a post of the month as its server sends it."""
        person, board = self.home.people[post.by], f"{self.home.forum}/boards/{post.board}"
        answered = next((one for one in self.world.posts if one.name == post.answers), None)
        made = person.note(
            as_html(post.text), board, id=self.post_uri(post), published=moment(moment_of(post.at, self.begun)),
            inReplyTo=self.post_uri(answered) if answered is not None else None,
        )  # fmt: skip
        hashtags = [
            {"type": "Hashtag", "href": f"{self.home.base}/tags/{tag}", "name": f"#{tag}"}
            for tag in post.tags
        ]
        mention = {"type": "Mention", "href": board, "name": f"@{post.board}"}
        return {**made, "tag": [mention, *hashtags], "contentMap": {"en": made["content"]}}

    def _day_of(self, at: datetime) -> float:
        return (at - moment_of(0, self.begun)) / timedelta(days=1)

    def _script(self) -> list[Deed]:
        found: list[Deed] = [(0.0, self._found_team), (0.8, self._join_team)]
        found += [(1.3, self.moderators.set_up), (1.1, self._follow_companions), (6.0, self._ask_for_letter)]
        found += [
            (min(day + 0.4 + 0.3 * (day % 2), LEFT_FROM), partial(self._moderate, day))
            for day in range(1, int(LEFT_FROM))
        ]
        for post in self.world.posts:
            found.append((post.at, partial(self._write, post)))
            if post.verdict is not None:
                by = "kofi" if post.by != "kofi" else "lena"
                found.append(
                    (
                        post.at + _REPORTED_AFTER,
                        partial(self._report, post, by, "Please have a look at this."),
                    )
                )
                if post.verdict.appeal:
                    found.append(
                        (LEFT_FROM + 0.3, partial(self.moderators.object_to, post.by, post.verdict.appeal))
                    )
        by_name = {one.name: one for one in self.world.posts}
        found += [
            (one.at, partial(self._report, by_name[one.post], one.by, one.words))
            for one in self.world.reports
        ]
        for one in self.world.messages:
            to = f"{self.home.forum}/boards/{one.board}"
            found.append((one.at, partial(self.home.write_private, one.by, to, one.text)))
        found += [
            (one.at, partial(self._ask_unnamed, one.by, one.board, one.text)) for one in self.world.questions
        ]
        found.append((29.45, self.spammers.send))
        return found

    def _found_team(self) -> None:
        """Let whoever runs the forum say so by command, and ask people to moderate."""
        self.call("admin", "add", f"@ade@{self.home.host}")
        self.moderators.ask("ade")

    def _join_team(self) -> None:
        for name in TEAMS:
            sent = [one.html for one in self.home.messages.get(name, []) if one.kind == "private"]
            self.moderators.accept(name, sent)

    def _moderate(self, day: int) -> None:
        self.moderators.work(MODERATORS[day % 2] if day % 7 else MODERATORS[0])

    def _follow_companions(self) -> None:
        for name, slug in (("dora", "respite"), ("sam", "caring")):
            companion = f"{self.home.forum}/boards/{slug}/companion"
            self.home.note_follow(name, companion)
            self.home.say(
                name, {**self.home.people[name].follow(companion), "to": [companion]}, companion + "/inbox"
            )

    def _ask_for_letter(self) -> None:
        letter = f"{self.home.forum}/services/letter"
        self.home.write_private("dora", letter, "topics respite, dementia, night, carer, sleep, hospital")
        self.home.write_private("dora", letter, "letter daily")

    def _write(self, post: MonthPost) -> None:
        note = self.note(post)
        self.home.serve(note)
        self.home.say(post.by, self.home.people[post.by].create(note))

    def _report(self, post: MonthPost, by: str, words: str) -> None:
        """Report a post as Mastodon does: its author and the post, in one Flag."""
        person = self.home.people[by]
        about = [f"{self.home.base}/users/{post.by}", self.post_uri(post)]
        name = f"{person.uri}#flags/{post.number}"
        self.home.say(by, {**person.activity("Flag", about, content=words), "id": name, "to": [about[0]]})

    def _ask_unnamed(self, by: str, slug: str, text: str) -> None:
        self.readers.browser_of(by).post(f"/boards/{slug}/ask", {"text": text, "for": "me"})

    def serve_past(self) -> None:
        """Serve what was written before a restart: others may ask for it again."""
        today = self._day_of(clock.now())
        for post in self.world.posts:
            if post.at <= today:
                self.home.serve(self.note(post))
