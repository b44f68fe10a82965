"""Every table of the core, for migrations and for tests."""

from fedconnect.models.base import Row
from fedconnect.models.blocklist import AllowedServer, Blocklist, ListAgreement, ListedServer
from fedconnect.models.board import Board, Follow, Moderator, Sister
from fedconnect.models.case import Case, CaseNote, Evidence, EvidenceOpened, Report
from fedconnect.models.clock_mark import ClockMark
from fedconnect.models.conduct import Admin, Conduct, Invitation
from fedconnect.models.decision import Appeal, Ban, Decision
from fedconnect.models.fetch_task import FetchTask, Spending
from fedconnect.models.gathered import Gathered, GatheredTag
from fedconnect.models.hearing import Hearing, Impression, PostVector, WordCounts
from fedconnect.models.home import Home, HomeApp
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance
from fedconnect.models.keeping import LocalFollow, Saved
from fedconnect.models.medium import Medium
from fedconnect.models.notice import Notice
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.own_actor import OwnActor
from fedconnect.models.person import Person, PersonKey
from fedconnect.models.plugin_event import PluginEvent
from fedconnect.models.post import Mark, Post, Tombstone
from fedconnect.models.profile import Listener, Matches, PassedOn, Profile, Refusal, Rematch
from fedconnect.models.push import PushKey, PushSubscription
from fedconnect.models.quote import QuoteStamp
from fedconnect.models.reader import Grant, Reader, ReaderSession, SignIn
from fedconnect.models.reading import Interest, News, Shield, ThreadSeen
from fedconnect.models.screening import ScreeningRule
from fedconnect.models.service import CompanionBoost, ServiceFollow, ServiceNote
from fedconnect.models.submission import Draft, Submission
from fedconnect.models.thread import Thread
from fedconnect.models.unnamed import Unnamed

__all__ = [
    "Admin", "AllowedServer", "Appeal", "Ban", "Blocklist", "Board", "Case", "CaseNote", "ClockMark", "CompanionBoost", "Conduct", "Decision", "Delivery", "Draft", "Evidence", "EvidenceOpened", "FetchTask", "Follow", "Gathered", "GatheredTag", "Grant", "Hearing", "Home", "HomeApp",
    "Impression", "InboundActivity", "Instance", "Interest", "Invitation", "ListAgreement", "ListedServer", "Listener", "LocalFollow", "Mark", "Matches", "Medium", "Moderator", "News", "Notice", "OutboundActivity", "OwnActor",
    "PassedOn", "Person", "PersonKey", "PluginEvent", "Post", "PostVector", "Profile", "PushKey", "PushSubscription", "QuoteStamp", "Reader", "ReaderSession", "Refusal", "Rematch", "Report", "Row",
    "Saved", "ScreeningRule", "ServiceFollow", "ServiceNote", "Shield", "SignIn", "Sister", "Spending", "Submission", "Thread", "ThreadSeen", "Tombstone", "Unnamed",
    "WordCounts",
]  # fmt: skip
