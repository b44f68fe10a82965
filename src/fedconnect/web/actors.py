"""Our actors and their collections as ActivityPub. None of them tells a number of people."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import own_keys, strict_json, vocabulary
from fedconnect.activitypub.vocabulary import PUBLIC
from fedconnect.federation import render
from fedconnect.federation.outbound import followers_synchronization, quote_approvals
from fedconnect.forum import boards, moderators, thread_lists, thread_pages, welcome_post
from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import NotFound
from fedconnect.web.authorized_fetch import check_reader, prove_reader
from fedconnect.web.negotiation import activity_json, wants_activitypub
from fedconnect.web.pagination import page_number

actors = Blueprint("actors", __name__)


_OPEN = frozenset({"actors.instance_actor", "actors.instance_outbox"})


@actors.before_request
def check_signature() -> None:
    """With authorized fetch, only the instance actor is read unsigned; pages for people stay open."""
    if request.endpoint not in _OPEN and (request.endpoint != "actors.own_post" or wants_activitypub()):
        check_reader()


@actors.get("/actor")
def instance_actor() -> BaseResponse:
    """The actor that signs our fetches: readable by anybody, unsigned, or nobody could check us."""
    with database.read_transaction() as session:
        return activity_json(
            render.instance_actor(own_keys.signer(session, own_keys.INSTANCE)), max_age_s=600
        )


@actors.get("/actor/outbox")
def instance_outbox() -> BaseResponse:
    """The instance actor says nothing."""
    return activity_json(render.collection(own_keys.base_url() + "/actor/outbox", []))


@actors.get("/boards/<slug>/outbox")
def outbox(slug: str) -> BaseResponse:
    """What a board announced lately, for servers that meet it for the first time."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        uri = boards.board_uri(slug) + "/outbox"
        if "page" not in request.args:
            return activity_json(render.paged_collection(uri))
        page_number()
        items = [
            {
                "id": render.announce_uri(board, line.id, line.boosts_undone),
                "type": "Announce",
                "actor": boards.board_uri(slug),
                "to": [PUBLIC],
                "cc": [boards.board_uri(slug) + "/followers"],
                "published": line.published.isoformat(timespec="seconds").replace("+00:00", "Z"),
                "object": line.starter_uri,
            }
            for line in thread_lists.list_feed(session, board)
        ]
        return activity_json(render.collection_page(uri, 1, items, more=False))


@actors.get("/boards/<slug>/followers")
@actors.get("/boards/<slug>/following")
def followers(slug: str) -> BaseResponse:
    """There are such collections; who and how many is nobody's business."""
    with database.read_transaction() as session:
        boards.get_board(session, slug)
    return activity_json(
        render.closed_collection(boards.board_uri(slug) + "/" + request.path.rpartition("/")[2])
    )


@actors.get("/boards/<slug>/moderators")
def board_moderators(slug: str) -> BaseResponse:
    """Who looks after a board, for the server of each alone: their names are nobody else's business. Ref: FEP-1b12."""
    who = prove_reader() if "signature" in request.headers else ""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        team = moderators.list_moderators(session, board)
    people = [person.uri for person in team if who and vocabulary.same_origin(person.uri, who)]
    answer = activity_json(render.collection(boards.board_uri(slug) + "/moderators", people))
    answer.vary.add("Signature")
    if who:
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


@actors.get("/boards/<slug>/featured")
def featured(slug: str) -> BaseResponse:
    """A board's pinned threads: its welcome embedded, since Mastodon pins only an actor's own posts."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        post = welcome_post.find_welcome(session, board)
        items: list[object] = []
        if post is not None and post.source:
            thread, post = thread_pages.get_own_post(session, board, _last_number(post.uri))
            note = render.own_note(board, thread, post, post.source)
            del note["@context"]
            items = [note]
        items += [uri for uri in thread_lists.list_pinned(session, board) if post is None or uri != post.uri]
    return activity_json(render.collection(boards.board_uri(slug) + "/featured", items))


@actors.get("/boards/<slug>/posts/<post_id>")
def own_post(slug: str, post_id: str) -> BaseResponse:
    """A note that the board itself wrote; as a page, its thread."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread, post = thread_pages.get_own_post(session, board, _number(post_id))
        if not wants_activitypub():
            return _varied(redirect(f"/boards/{slug}/threads/{thread.id}", 303))
        return activity_json(render.own_note(board, thread, post, post.source))


@actors.get("/boards/<slug>/posts/<post_id>/replies")
def own_post_replies(slug: str, post_id: str) -> BaseResponse:
    """The answers to a note of the board's own. Ref: ActivityPub §5 (replies), FEP-7458."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        _, post = thread_pages.get_own_post(session, board, _number(post_id))
        answers = thread_pages.list_replies(session, board, post)
    return activity_json(render.collection(post.uri + "/replies", answers))


@actors.get("/boards/<slug>/stamps/<stamp_id>")
def stamp(slug: str, stamp_id: str) -> BaseResponse:
    """Leave to quote a note of the board's own. Ref: FEP-044f."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        return activity_json(
            render.stamp(board, quote_approvals.get_stamp(session, board, _number(stamp_id)))
        )


@actors.get("/boards/<slug>/followers_synchronization")
def show_followers(slug: str) -> BaseResponse:
    """Which people of the asking server follow a board: told to that server alone. Ref: FEP-8fcf."""
    asker = prove_reader()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        found = followers_synchronization.followers_at(session, board, vocabulary.host(asker))
    uri = boards.board_uri(slug) + "/followers_synchronization"
    answer = activity_json(render.collection(uri, found))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@actors.get("/boards/<slug>/announces/<name>")
def announce(slug: str, name: str) -> BaseResponse:
    """A board's announcement of a thread, by its id."""
    thread_id, _, nth = name.partition("-")
    undone = _number(nth) - 1 if nth else 0
    if nth and undone < 1:
        raise NotFound("the first has no number")
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        document = thread_pages.find_announcement(
            session, render.announce_uri(board, _number(thread_id), undone)
        )
    if document is None:
        raise NotFound("no such announcement")
    return activity_json(strict_json.loads(document.encode()))


@actors.get("/boards/<slug>/threads/<thread_id>/context")
def context(slug: str, thread_id: str) -> BaseResponse:
    """A thread's whole conversation as ids. Ref: FEP-7888 and FEP-f228."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread = thread_pages.get_thread(session, board, _number(thread_id))
        uri = render.context_uri(board, thread.id)
        if "page" not in request.args:
            document = render.paged_collection(uri)
            document["attributedTo"] = boards.board_uri(slug)
            return activity_json(document)
        page = page_number()
        items, more = thread_pages.list_context(session, board, thread, page)
    return activity_json(render.collection_page(uri, page, items, more=more))


def _number(text: str) -> int:
    number = ids.parse_id(text)
    if number is None:
        raise NotFound("no id")
    return number


def _last_number(uri: str) -> int:
    return _number(uri.rpartition("/")[2])


def _varied(answer: BaseResponse) -> BaseResponse:
    answer.headers["Vary"] = "Accept"
    return answer
