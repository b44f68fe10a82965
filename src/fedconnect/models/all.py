"""Every table of the core, for migrations and for tests."""

from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.base import Row
from fedconnect.models.blocklist import AllowedServer, Blocklist, ListAgreement, ListedServer
from fedconnect.models.board import Board, Follow, LinkedGroup, Moderator
from fedconnect.models.board_rules import Admin, BoardRules, Invitation
from fedconnect.models.bookmark import Bookmark, LocalFollow
from fedconnect.models.bot_actor import BotBoost, BotFollow, BotNote
from fedconnect.models.case import Case, CaseNote, Evidence, EvidenceOpened, Report
from fedconnect.models.clock_mark import ClockMark
from fedconnect.models.decision import Appeal, Ban, Decision
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.fetch_task import FetchBudget, FetchTask
from fedconnect.models.hashtag import AnsweredQuestion, FollowedHashtag, HashtagPost
from fedconnect.models.hearing import Hearing, Impression, PostVector, WordCounts
from fedconnect.models.home_server import HomeServer, HomeServerApp
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance
from fedconnect.models.link_token import LinkToken
from fedconnect.models.listener import KeptAway, Listener, ListenerAsk
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.own_actor import OwnActor
from fedconnect.models.passed_on import PassedOn, PassedOnPlace
from fedconnect.models.person import Person, PersonKey
from fedconnect.models.plugin_event import PluginEvent
from fedconnect.models.post import Post, Reaction, Tombstone
from fedconnect.models.profile import OptOut, Profile, ReaderMatches, Rematch
from fedconnect.models.proxied_image import ProxiedImage
from fedconnect.models.quote_approval import QuoteApproval
from fedconnect.models.reader import Grant, Reader, ReaderSession, SignIn, UnkeptToken
from fedconnect.models.reader_state import Mute, Notification, ReadMarker, Topic
from fedconnect.models.screening_rule import ScreeningRule
from fedconnect.models.site import OwnPicture, Site
from fedconnect.models.submission import Submission, UnsentPost
from fedconnect.models.thesaurus import LearntThesaurus
from fedconnect.models.thread import Thread
from fedconnect.models.travel_consent import TravelConsent
from fedconnect.models.web_push import PushKey, PushSubscription

__all__ = [
    "Admin",
    "AllowedServer",
    "AnonymousQuestion",
    "AnsweredQuestion",
    "Appeal",
    "Ban",
    "Blocklist",
    "Board",
    "BoardRules",
    "Bookmark",
    "BotBoost",
    "BotFollow",
    "BotNote",
    "Case",
    "CaseNote",
    "ClockMark",
    "Decision",
    "Delivery",
    "DirectMessage",
    "Evidence",
    "EvidenceOpened",
    "FetchBudget",
    "FetchTask",
    "Follow",
    "FollowedHashtag",
    "Grant",
    "HashtagPost",
    "Hearing",
    "HomeServer",
    "HomeServerApp",
    "Impression",
    "InboundActivity",
    "Instance",
    "Invitation",
    "KeptAway",
    "LearntThesaurus",
    "LinkToken",
    "LinkedGroup",
    "ListAgreement",
    "ListedServer",
    "Listener",
    "ListenerAsk",
    "LocalFollow",
    "Moderator",
    "Mute",
    "Notification",
    "OptOut",
    "OutboundActivity",
    "OwnActor",
    "OwnPicture",
    "PassedOn",
    "PassedOnPlace",
    "Person",
    "PersonKey",
    "PluginEvent",
    "Post",
    "PostVector",
    "Profile",
    "ProxiedImage",
    "PushKey",
    "PushSubscription",
    "QuoteApproval",
    "Reaction",
    "ReadMarker",
    "Reader",
    "ReaderMatches",
    "ReaderSession",
    "Rematch",
    "Report",
    "Row",
    "ScreeningRule",
    "SignIn",
    "Site",
    "Submission",
    "Thread",
    "Tombstone",
    "Topic",
    "TravelConsent",
    "UnkeptToken",
    "UnsentPost",
    "WordCounts",
]  # fmt: skip
