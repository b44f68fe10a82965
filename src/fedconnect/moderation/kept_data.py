"""What is kept of people and for how long, as the privacy notice says it where the admins wrote none.

Each line names the tables that it speaks of; a test sees that no table which names a person or a reader is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from fedconnect.accounts import sessions
from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.moderation import retention
from fedconnect.surfacing.hearing import impressions, link_tokens

RECEIVED_DAYS, KNOWN_DAYS = 7, 30  # as upkeep of received messages has it


@dataclass(frozen=True, slots=True)
class KeptData:
    """What is kept: `what`, of whom and for how long; `tables` by name."""

    what: Sentence
    tables: frozenset[str]


def _kept(what: Sentence, tables: str) -> KeptData:
    return KeptData(what, frozenset(tables.split()))


KEPT: tuple[KeptData, ...] = (
    _kept(
        Sentence(
            "Public posts written to a board, and the public replies to them, with their author’s name, handle and server, until "
            "the author deletes them or asks us to. Boosts and favourites of those posts."
        ),
        "person person_key post reaction thread tombstone quote_approval",
    ),
    _kept(Sentence("Who follows a board, until they unfollow it."), "follow bot_follow linked_group"),
    _kept(
        Sentence(
            "Messages from other servers as they came: %(days)s days, then only that they came, for %(known)s days.",
            {"days": RECEIVED_DAYS, "known": KNOWN_DAYS},
        ),
        "inbound_activity bot_note direct_message fetch_task",
    ),
    _kept(
        Sentence(
            "If you sign in: who you are on your own server, what you permitted and in which browsers you’re signed in (system and "
            "browser in two words). A session ends after %(idle)s days without a visit, and after %(longest)s days at most.",
            {"idle": sessions.IDLE.days, "longest": sessions.LONGEST.days},
        ),
        "reader reader_session reader_grant sign_in unkept_token push_subscription",
    ),
    _kept(
        Sentence(
            "What you saved, muted, followed here and began to write, which conversations you opened, and your notifications. You "
            "can see and delete them on your page."
        ),
        "bookmark local_follow mute read_marker notification submission unsent_post topic",
    ),
    _kept(
        Sentence(
            "If you say yes to it: words of posts you turned to, so that quiet posts find you. That a post was seen is kept for "
            "%(seen)s days; by whom, nobody can tell. Of a link in a letter we keep a digest for %(link)s hours.",
            {"seen": impressions.KEPT.days, "link": int(link_tokens.LIFE.total_seconds() // 3600)},
        ),
        "profile reader_matches rematch opt_out travel_consent passed_on passed_on_place impression hearing link_token",
    ),
    _kept(
        Sentence(
            "Of moderation: the log of decisions, for good, without names. Who reported something: %(reporters)s days after the "
            "case is closed. A reported post as it was, sealed: %(evidence)s days. Private messages to moderators, sealed: "
            "%(sealed)s days after the case is closed. Moderators’ notes: %(notes)s days.",
            {
                "reporters": retention.REPORTERS.days,
                "evidence": retention.EVIDENCE.days,
                "sealed": retention.SEALED.days,
                "notes": retention.NOTES.days,
            },
        ),
        "decision appeal ban report report_case case_note evidence evidence_opened anonymous_question",
    ),
    _kept(
        Sentence("Who moderates a board or runs this forum, who was asked to, and who offered to listen."),
        "moderator admin invitation listener listener_ask kept_away followed_hashtag hashtag_post answered_question",
    ),
)
