"""Our bots as ActivityPub: their actors, what they boosted, and notes that only their addressee may read."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import own_keys, vocabulary
from fedconnect.federation import render
from fedconnect.federation.outbound import boost_bots
from fedconnect.federation.outbound import bot_actors as own_bots
from fedconnect.federation.outbound.bot_actors import BotActor
from fedconnect.federation.render import jsonld_contexts
from fedconnect.forum.boards import get_board
from fedconnect.foundation import database, ids, own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.models.bot_actor import BotBoost
from fedconnect.web.authorized_fetch import check_reader, prove_reader
from fedconnect.web.negotiation import activity_json, wants_activitypub
from fedconnect.web.pagination import page_number

blueprint = Blueprint("activitypub/bots", __name__)


@blueprint.get("/boards/<slug>/companion")
def companion(slug: str) -> BaseResponse:
    """A board's quiet companion; as a page, the board's quiet posts."""
    with database.read_transaction() as session:
        return _actor(session, own_bots.companion_of(get_board(session, slug)))


@blueprint.get("/services/<name>")
def bot(name: str) -> BaseResponse:
    """A plugin's service; as a page, what the plugin says of it."""
    with database.read_transaction() as session:
        return _actor(session, get_bot(session, name))


@blueprint.get("/boards/<slug>/companion/outbox")
def companion_outbox(slug: str) -> BaseResponse:
    """What a companion boosted lately."""
    check_reader()
    with database.read_transaction() as session:
        board = get_board(session, slug)
        uri = own_bots.companion_of(board).uri
        if "page" not in request.args:
            return activity_json(render.paged_collection(uri + "/outbox"))
        page_number()
        items = []
        for _, post, author in boost_bots.list_boosts(session, board):
            document = render.companion_announce(uri, post, author.uri)
            del document["@context"]
            items.append(document)
    return activity_json(render.collection_page(uri + "/outbox", 1, items, more=False))


@blueprint.get("/boards/<slug>/companion/boosts/<post_id>")
def companion_boost(slug: str, post_id: str) -> BaseResponse:
    """One boost of a companion, by its id."""
    check_reader()
    with database.read_transaction() as session:
        board = get_board(session, slug)
        found = boost_bots.find_boost(session, board, ids.parse_id(post_id) or 0)
        if found is None:
            raise NotFound("no such boost")
        boost, post, author = found
        document = render.companion_announce(own_bots.companion_of(board).uri, post, author.uri)
        return activity_json({**document, "published": _moment(boost)})


@blueprint.get("/services/<name>/outbox")
def bot_outbox(name: str) -> BaseResponse:
    """What a service wrote is for its addressees alone."""
    check_reader()
    with database.read_transaction() as session:
        return activity_json(render.collection(get_bot(session, name).uri + "/outbox", []))


@blueprint.get("/boards/<slug>/companion/<any(followers, following):which>")
def companion_people(slug: str, which: str) -> BaseResponse:
    """There are such collections; who and how many is nobody's business."""
    check_reader()
    with database.read_transaction() as session:
        uri = own_bots.companion_of(get_board(session, slug)).uri
    return activity_json(render.closed_collection(f"{uri}/{which}"))


@blueprint.get("/services/<name>/<any(followers, following):which>")
def bot_people(name: str, which: str) -> BaseResponse:
    """The same for a service."""
    check_reader()
    with database.read_transaction() as session:
        uri = get_bot(session, name).uri
    return activity_json(render.closed_collection(f"{uri}/{which}"))


@blueprint.get("/boards/<slug>/companion/featured")
def companion_featured(slug: str) -> BaseResponse:
    """A companion pins nothing: what it has boosted is already over."""
    check_reader()
    with database.read_transaction() as session:
        uri = own_bots.companion_of(get_board(session, slug)).uri
    return activity_json(render.collection(uri + "/featured", []))


@blueprint.get("/services/<name>/featured")
def bot_featured(name: str) -> BaseResponse:
    """A service pins nothing: what it wrote is for its addressees alone."""
    check_reader()
    with database.read_transaction() as session:
        return activity_json(render.collection(get_bot(session, name).uri + "/featured", []))


@blueprint.get("/services/<name>/notes/<note_id>")
def note(name: str, note_id: str) -> BaseResponse:
    """A private note, for the server of the one it was written to alone."""
    asker = prove_reader()
    with database.read_transaction() as session:
        found = own_bots.find_note(session, get_bot(session, name), note_id)
        if found is None or not vocabulary.same_origin(asker, found[1].uri):
            raise NotFound("no such note, or somebody else's")
        document = render.bot_note(get_bot(session, name).uri, found[1], found[0])["object"]
    response = activity_json({"@context": jsonld_contexts.NOTE, **document})
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _actor(session: Session, found: BotActor) -> BaseResponse:
    if not wants_activitypub():
        response = redirect(found.page.removeprefix(own_address.base_url()), 303)
        response.headers["Vary"] = "Accept"
        return response
    check_reader()
    signer = own_keys.signer(session, found.name)
    return activity_json(
        render.bot_actor(
            found.uri, found.handle, found.title, found.summary, found.page, found.language, signer
        )
    )


def get_bot(session: Session, name: str) -> BotActor:
    """Return the bot of a plugin. Raises NotFound."""
    found = own_bots.find_handle(session, name) if not name.endswith("_quiet") else None
    if found is None:
        raise NotFound("no such service")
    return found


def _moment(boost: BotBoost) -> str:
    return boost.at.isoformat(timespec="seconds").replace("+00:00", "Z")
