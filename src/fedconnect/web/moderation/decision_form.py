"""The form for a decision: who sends it, what they typed, and what a page shows of it."""

from __future__ import annotations

from typing import Any

from flask import request

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.casework.decision_form import DecisionForm, OfferedForm, read_days
from fedconnect.web import current_visit

_decisions = RateLimit("decisions of a moderator", 300, 300)


def deciding_visit() -> Visit:
    """Return who wants to decide something, which counts."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_decisions, str(visit.reader_id))
    return visit


def read_decision() -> DecisionForm:
    """Return the decision as it was typed."""
    form = request.form
    params = ActionParams(
        title=form.get("title", "")[:400],
        board=form.get("board", "")[:24],
        thread=form.get("thread", "")[:400],
        warning=form.get("warning", "")[:500],
        days=read_days(form.get("days", "7")),
    )
    return DecisionForm(
        form.get("action", ""), form.get("reason", ""), form.get("rule", ""), form.get("gentle", ""), params
    )


def form_facts(form: OfferedForm) -> dict[str, Any]:
    """Return what a page needs for the form for a decision."""
    return {
        "post": form.post,
        "thread": form.thread,
        "actions": form.actions,
        "rules": form.rules,
        "gentle": form.gentle,
        "others": form.others,
        "days": form.days,
    }
