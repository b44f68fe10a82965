"""Every hook, in one file. Each ships with a plugin that uses it; docs/plugins.md lists them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pluggy

from fedconnect.drafts import PostDraft
from fedconnect.events import BotMessaged, PostEdited, PostPublished, PostWithdrawn
from fedconnect.foundation.settings import Settings
from fedconnect.hooks.views import BotView, Link, PersonView, PostView, Verdict

hookspec = pluggy.HookspecMarker("fedconnect")
hookimpl = pluggy.HookimplMarker("fedconnect")


class FedConnectSpec:
    """The hooks. A hook that raises is logged with its plugin's name and counts as silence (or HOLD)."""

    @hookspec
    def startup(self, settings: Settings) -> None:
        """Check your own settings; raise to stop the server."""

    @hookspec
    def register_pages(self) -> Sequence[Any] | None:
        """Return Flask blueprints; each is mounted under /<plugin name>."""

    @hookspec
    def register_links(self) -> Sequence[Link] | None:
        """Return links for the navigation of every page."""

    @hookspec
    def screen_post(self, draft: PostDraft, author: PersonView) -> Verdict | None:
        """Say whether a draft is published, held or refused; called with no transaction open."""

    @hookspec
    def post_published(self, event: PostPublished, post: PostView) -> None:
        """Hear of a published post: after commit, in a job, perhaps twice."""

    @hookspec
    def post_edited(self, event: PostEdited, post: PostView) -> None:
        """Hear of an edit: after commit, in a job, perhaps twice."""

    @hookspec
    def post_withdrawn(self, event: PostWithdrawn) -> None:
        """Hear that a post may no longer be shown: after commit, in a job, perhaps twice."""

    @hookspec
    def render_post_footer(self, post: PostView) -> str | None:
        """Return safe HTML (Markup) to stand under a post; shown in plugin-name order."""

    @hookspec
    def register_bots(self) -> Sequence[BotView] | None:
        """Return actors that people may follow and write to in private, `@name@host`."""

    @hookspec
    def message_received(self, event: BotMessaged) -> None:
        """Hear what somebody wrote to a service in private: after commit, in a job, perhaps twice."""

    @hookspec
    def on_the_hour(self, now: datetime) -> None:
        """Do what is due; called about once an hour, in a job, by one worker."""

    @hookspec
    def embed_words(self, words: Sequence[str]) -> Any | None:
        """Return a vector for each word, in their order, as a table of numbers: words that mean alike have vectors that point
        alike. They stand in for what is learnt from posts; once a day, in a job, up to 16,000 words."""

    @hookspec
    def nodeinfo_metadata(self) -> Mapping[str, Any] | None:
        """Return facts for NodeInfo, shown under metadata.<plugin>."""
