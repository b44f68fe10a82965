"""Every table of the core, for migrations and for tests."""

from fedconnect.models.base import Row
from fedconnect.models.board import Board, Follow, Moderator
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.instance import Instance
from fedconnect.models.notice import Notice
from fedconnect.models.outbound import Delivery, OutboundActivity
from fedconnect.models.own_actor import OwnActor
from fedconnect.models.person import Person, PersonKey
from fedconnect.models.plugin_reaction import PluginReaction
from fedconnect.models.post import Mark, Post, Tombstone
from fedconnect.models.thread import Thread

__all__ = [
    "Board", "Delivery", "Follow", "InboundActivity", "Instance", "Mark", "Moderator", "Notice",
    "OutboundActivity", "OwnActor", "Person", "PersonKey", "PluginReaction", "Post", "Row", "Thread",
    "Tombstone",
]  # fmt: skip
