"""A board's collections: its outbox, who follows it, who looks after it, what is pinned."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import vocabulary
from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.federation import render
from fedconnect.federation.outbound import followers_synchronization
from fedconnect.forum import (
    announced_posts,
    boards,
    moderators,
    thread_collections,
    thread_lists,
    welcome_post,
)
from fedconnect.foundation import database
from fedconnect.web.authorized_fetch import check_reader, prove_reader
from fedconnect.web.negotiation import activity_json
from fedconnect.web.pagination import page_number
from fedconnect.web.path_ids import read_id

blueprint = Blueprint("activitypub/board_collections", __name__)
blueprint.before_request(check_reader)


@blueprint.get("/boards/<slug>/outbox")
def outbox(slug: str) -> BaseResponse:
    """What a board announced lately, for servers that meet it for the first time: the newest embedded, since a board would
    begin empty on those that fetch nothing more. Ref: FEP-1b12."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        uri = boards.board_uri(slug) + "/outbox"
        if "page" not in request.args:
            return activity_json(render.paged_collection(uri))
        page_number()
        lines = [line for line in thread_lists.list_feed(session, board) if not line.is_from_linked_group]
        kept_back = announced_posts.find_unboosted(
            session, [line.starter_uri for line in lines], boards.board_uri(slug)
        )
        lines = [line for line in lines if line.starter_uri not in kept_back]
        whole = announced_posts.find_announced(session, [line.starter_uri for line in lines])
        # PieFed stops reading at the first item that is a plain id.
        items = [
            {
                "id": render.announce_uri(board, line.id, line.boosts_undone),
                "type": "Announce",
                "actor": boards.board_uri(slug),
                "to": [PUBLIC],
                "cc": [boards.board_uri(slug) + "/followers"],
                "published": line.published.isoformat(timespec="seconds").replace("+00:00", "Z"),
                "object": render.create_announced(board, *whole[line.starter_uri]),
            }
            for line in lines
            if line.starter_uri in whole
        ]
        return activity_json(render.collection_page(uri, 1, items, more=False))


@blueprint.get("/boards/<slug>/followers")
@blueprint.get("/boards/<slug>/following")
def followers(slug: str) -> BaseResponse:
    """There are such collections; who and how many is nobody's business."""
    with database.read_transaction() as session:
        boards.get_board(session, slug)
    return activity_json(
        render.closed_collection(boards.board_uri(slug) + "/" + request.path.rpartition("/")[2])
    )


@blueprint.get("/boards/<slug>/moderators")
def board_moderators(slug: str) -> BaseResponse:
    """Who looks after a board: for everybody the moderators' common actor, which decides, and for the server of each who does their
    own names, which are nobody else's business. Ref: FEP-1b12."""
    who = prove_reader() if "signature" in request.headers else ""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        team = moderators.list_moderators(session, board)
    people = [moderators.common_actor_uri()]
    people += [person.uri for person in team if who and vocabulary.same_origin(person.uri, who)]
    response = activity_json(render.collection(boards.board_uri(slug) + "/moderators", people))
    response.vary.add("Signature")
    if who:
        response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/boards/<slug>/featured")
def featured(slug: str) -> BaseResponse:
    """A board's pinned threads, embedded: Mastodon pins only an actor's own posts, as the welcome is, and threadiverse servers
    read no plain ids."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        post = welcome_post.find_welcome(session, board)
        items: list[object] = []
        if post is not None and post.source:
            thread, post = thread_collections.get_own_post(
                session, board, read_id(post.uri.rpartition("/")[2])
            )
            note = render.own_note(board, thread, post, post.source)
            del note["@context"]
            items = [note]
        pinned = [uri for uri in thread_lists.list_pinned(session, board) if post is None or uri != post.uri]
        whole = announced_posts.find_announced(session, pinned)
        items += [
            render.create_announced(board, *whole[uri])["object"]
            if uri in whole
            else {"id": uri, "type": "Note"}
            for uri in pinned
        ]
    return activity_json(render.collection(boards.board_uri(slug) + "/featured", items))


@blueprint.get("/boards/<slug>/followers_synchronization")
def followers_of_asker(slug: str) -> BaseResponse:
    """Which people of the asking server follow a board: told to that server alone. Ref: FEP-8fcf."""
    asker = prove_reader()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        found = followers_synchronization.followers_at(session, board, vocabulary.host(asker))
    uri = boards.board_uri(slug) + "/followers_synchronization"
    response = activity_json(render.collection(uri, found))
    response.headers["Cache-Control"] = "private, no-store"
    return response
