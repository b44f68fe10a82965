"""How each kind of fetch task is done, declared as a durable row."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.activitypub import documents, vocabulary
from fedconnect.activitypub.vocabulary import Document
from fedconnect.federation import authority, fetch_budget
from fedconnect.federation.backfill import ancestors, fetch_queue, moved_accounts, posts_from_origin
from fedconnect.federation.outbound import followers_synchronization
from fedconnect.foundation import durable, fetch
from fedconnect.foundation.durable_kind import Backoff, Claim, Done, End, Kind
from fedconnect.foundation.errors import FedConnectError, FetchFailed
from fedconnect.models.fetch_task import FetchKind, FetchState, FetchTask
from fedconnect.models.post import Post

_MOST_PAGES = 5
_TASK_S = 60.0  # for all that one task asks of others, well within its lease


def run_next() -> bool:
    """Do one fetch task that is due; False where there is none."""
    claimed = durable.claim(FETCH_TASKS)
    for one in claimed:
        durable.work(FETCH_TASKS, one, _run)
    return bool(claimed)


def _run(claimed: Claim[FetchTask]) -> End:
    task = claimed.item
    with fetch.time_limit(_TASK_S):
        try:
            return _RUN[task.kind](task)
        except FedConnectError as error:
            if error.retryable:
                raise
            reason = error.detail or type(error).__name__  # it is not to be had, and that is an answer
            return Done(reason, then=lambda session: _go_on(session, task))


def _post(task: FetchTask) -> End:
    """Ask a post's origin for it: new, changed or gone."""
    try:
        note = posts_from_origin.fetch_note(task.cause, task.uri)
    except FetchFailed as error:
        if not error.is_gone:
            raise
        note = None
    if note is None:
        return Done(posts_from_origin.drop_what_is_gone(task.uri))
    outcome = "kept" if posts_from_origin.keep(task, *note) else "known"
    return Done(outcome, then=lambda session: _go_on(session, task))


def _replies(task: FetchTask) -> End:
    """Walk a collection of replies at its origin, and mean to fetch those that are not here."""
    charge = partial(fetch_budget.charge, task.cause)
    found: dict[str, None] = {}
    following: str | Document | None = task.uri
    for _ in range(_MOST_PAGES):
        if following is None:
            break
        if isinstance(following, str):
            if not vocabulary.same_origin(following, task.uri):
                break
            charge(following)
            document = documents.fetch_document(following, before_another=charge)
        else:
            document = following
        page = vocabulary.parse_collection(document)
        found |= dict.fromkeys(page.items)
        following = page.following
    items = list(found)[:500]

    def mean(session: Session) -> None:
        known = set(session.execute(select(Post.uri).where(Post.uri.in_(items))).scalars())
        fresh = [uri for uri in items if uri not in known and not authority.is_ours(uri)]
        for uri in fresh[: fetch_budget.MOST_PER_KEY]:
            fetch_queue.fetch_post(session, uri, cause=task.cause, asker=task.asker)
        _go_on(session, task)

    return Done(f"{len(items)} replies found", then=mean)


def _followers(task: FetchTask) -> End:
    charge = partial(fetch_budget.charge, task.cause)
    charge(task.uri)
    return Done(followers_synchronization.compare(task.uri, task.linked_group_uri, charge))


def _go_on(session: Session, task: FetchTask) -> None:
    """Mean what comes after a task, however it ended: the next look, or the post that waited for it."""
    if task.kind is FetchKind.REPLIES:
        fetch_queue.look_once_more(session, task.uri, task.cause, task.round, task.asker)
    elif task.kind is FetchKind.REVISIT:
        fetch_queue.revisit(session, task.uri, task.linked_group_uri, number=task.round + 1)
    elif task.kind is FetchKind.ANCESTORS:
        ancestors.release(session, task)


_RUN = {
    FetchKind.POST: _post,
    FetchKind.REVISIT: _post,
    FetchKind.ANCESTORS: ancestors.climb,
    FetchKind.REPLIES: _replies,
    FetchKind.FOLLOWERS: _followers,
    FetchKind.ACTOR: moved_accounts.read_actor,
}

FETCH_TASKS: Kind[FetchTask] = Kind(
    name="backfill",
    row=FetchTask,
    open=(FetchState.QUEUED,),
    done=FetchState.DONE,
    failed=FetchState.FAILED,
    decode=lambda row: row,
    backoff=Backoff((300, 1200), 3600),
    lease=timedelta(minutes=10),
    most_attempts=5,
    lane=FetchTask.asker,
    given_up=_go_on,
)
