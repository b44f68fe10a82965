"""What a reader cares for: asked once, plainly; seen, reset and switched off on one page."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards, topics
from fedconnect.foundation import database
from fedconnect.models.profile import Order
from fedconnect.surfacing.hearing import opt_outs, travel_consent
from fedconnect.surfacing.profile import profiles
from fedconnect.surfacing.profile.profiles import Choices
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("you/interests", __name__)
Key = TypeVar("Key")
_SHOWN_WORDS = 30


@blueprint.get("/you/interests")
def show() -> Response:
    """What is chosen for a reader, and why."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        profile = profiles.find_profile(session, visit.reader_id)
        learnt = profiles.read_interests(profile)
        named = {board.id: board for board in boards.list_boards(session)}
        refused = opt_outs.has_opted_out(session, visit.person_id)
        travels = travel_consent.lets_travel(session, visit.person_id)
        chosen = topics.list_topics(session, visit.reader_id)
    dear = [named[one] for one, _ in _weightiest(learnt.boards) if one in named]
    return personal_page(
        "you/interests.html",
        choices=profiles.choices_of(profile),
        liked=[word for word, _ in _weightiest(learnt.liked)][:_SHOWN_WORDS],
        disliked=[word for word, _ in _weightiest(learnt.disliked)][:_SHOWN_WORDS],
        dear=dear,
        topics=chosen,
        refused=refused,
        travels=travels,
    )


@blueprint.post("/you/interests")
def choose() -> BaseResponse:
    """Take over what a reader chose."""
    visit = current_visit.get_visit()
    form = request.form
    choices = Choices(
        learns=form.get("learns") == "yes",
        is_personal=form.get("personal") == "yes",
        counts_views=form.get("counts") == "yes",
        order=Order.NEWEST if form.get("order") == "newest" else Order.RELEVANCE,
    )
    with database.transaction() as session:
        profiles.choose(session, visit.reader_id, choices)
    return redirect("/you/interests", 303)


@blueprint.post("/you/interests/learning")
def save_consent() -> BaseResponse:
    """Take over the answer to the one question: may we learn what you care for?"""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        known = profiles.choices_of(profiles.find_profile(session, visit.reader_id))
        profiles.choose(session, visit.reader_id, replace(known, learns=request.form.get("learns") == "yes"))
    return redirect("/", 303)


@blueprint.post("/you/interests/reset")
def reset() -> BaseResponse:
    """Forget all that was learnt."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        profiles.reset(session, visit.reader_id)
    return redirect("/you/interests", 303)


@blueprint.post("/you/interests/refusal")
def refuse() -> BaseResponse:
    """Say no, or take it back: my own posts are not to be brought to anybody, or not beyond their boards."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        how = request.form.get("how")
        if how in {"travel", "stay"}:
            travel_consent.answer(session, visit.person_id, allows=how == "travel")
        elif how == "allow":
            opt_outs.opt_in(session, visit.person_id)
        else:
            opt_outs.opt_out(session, visit.person_id)
    return redirect("/you/interests", 303)


def _weightiest(weights: dict[Key, float]) -> list[tuple[Key, float]]:
    return sorted(weights.items(), key=lambda one: -one[1])
