"""What a reader cares for: asked once, plainly; seen, taken along, reset and switched off on one page."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards, topics
from fedconnect.foundation import clock, database
from fedconnect.models.profile import Order, Profile
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.profile import interests, profiles
from fedconnect.surfacing.profile.profiles import Choices
from fedconnect.web import current_visit

Key = TypeVar("Key")
caring = Blueprint("caring", __name__, url_prefix="/you/interests")
_SHOWN_WORDS = 30


@caring.get("")
def overview() -> Response:
    """What is chosen for a reader, and why."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        profile, learnt = _read(session, visit)
        named = {board.id: board for board in boards.list_boards(session)}
        refused = opt_outs.has_opted_out(session, visit.person_id)
        chosen = topics.list_topics(session, visit.reader_id)
    dear = [named[one] for one, _ in _weightiest(learnt.boards) if one in named]
    return _page(
        "you/interests.html",
        choices=profiles.choices_of(profile),
        liked=[word for word, _ in _weightiest(learnt.liked)][:_SHOWN_WORDS],
        disliked=[word for word, _ in _weightiest(learnt.disliked)][:_SHOWN_WORDS],
        dear=dear,
        topics=chosen,
        refused=refused,
    )


@caring.post("")
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


@caring.post("/learning")
def answer_question() -> BaseResponse:
    """Take over the answer to the one question: may we learn what you care for?"""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        known = profiles.choices_of(profiles.find_profile(session, visit.reader_id))
        profiles.choose(session, visit.reader_id, replace(known, learns=request.form.get("learns") == "yes"))
    return redirect("/", 303)


@caring.post("/reset")
def reset() -> BaseResponse:
    """Forget all that was learnt."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        profiles.reset(session, visit.reader_id)
    return redirect("/you/interests", 303)


@caring.post("/refusal")
def refuse() -> BaseResponse:
    """Say no, or take it back: my own posts are not to be brought to anybody."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        if request.form.get("how") == "allow":
            opt_outs.opt_in(session, visit.person_id)
        else:
            opt_outs.opt_out(session, visit.person_id)
    return redirect("/you/interests", 303)


@caring.get("/export")
def export() -> Response:
    """Return everything that was learnt and told, as JSON to take along."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        profile, learnt = _read(session, visit)
        slugs = {board.id: board.slug for board in boards.list_boards(session)}
        told = [one.topic for one in topics.list_topics(session, visit.reader_id)]
        refused = opt_outs.has_opted_out(session, visit.person_id)
    choices = profiles.choices_of(profile)
    answer = jsonify(
        {
            "handle": visit.handle,
            "written": clock.now().isoformat(timespec="seconds"),
            "learning": choices.learns,
            "personal": choices.is_personal,
            "counts_views": choices.counts_views,
            "order": choices.order.value,
            "topics": told,
            "words": learnt.liked,
            "words_against": learnt.disliked,
            "boards": {slugs[one]: weight for one, weight in learnt.boards.items() if one in slugs},
            "own_posts_surfaced": not refused,
        }
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="interests.json"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _read(session: Session, visit: Visit) -> tuple[Profile | None, interests.Profile]:
    profile = profiles.find_profile(session, visit.reader_id)
    return profile, profiles.read_interests(profile)


def _weightiest(weights: dict[Key, float]) -> list[tuple[Key, float]]:
    return sorted(weights.items(), key=lambda one: -one[1])


def _page(template: str, **facts: object) -> Response:
    answer = make_response(render_template(template, **facts))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
