"""Decisions that are made elsewhere than on a case: on who looks after a board, on its settings, on other servers."""

from __future__ import annotations

from fedconnect.foundation.translatable_sentences import Sentence
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation.actions.action import DecisionType, Federated, Letter

APPOINT = DecisionType(
    DecisionKind.APPOINT,
    Sentence("Somebody began to look after the board"),
    Letter.PLAIN,
    federated=Federated("Add", collection="moderators"),
)
DISMISS = DecisionType(
    DecisionKind.DISMISS,
    Sentence("Somebody no longer looks after the board"),
    Letter.PLAIN,
    federated=Federated("Remove", collection="moderators"),
)
SETTINGS = DecisionType(DecisionKind.SETTINGS, Sentence("A setting was changed"), shows_detail=True)
RULES = DecisionType(DecisionKind.RULES, Sentence("The rules were changed"), shows_detail=True)
UPHOLD = DecisionType(DecisionKind.UPHOLD, Sentence("An objection was heard, and the decision stands"))
OVERTURN = DecisionType(
    DecisionKind.OVERTURN, Sentence("An objection was heard, and the decision was taken back")
)
ASK = DecisionType(
    DecisionKind.ASK,
    Sentence("The board asked for somebody who does not want to be named"),
    is_about_thread=True,
)
SERVER = DecisionType(
    DecisionKind.SERVER, Sentence("How far another server is trusted was changed"), shows_detail=True
)

OTHER_DECISIONS = (APPOINT, DISMISS, SETTINGS, RULES, UPHOLD, OVERTURN, ASK, SERVER)
