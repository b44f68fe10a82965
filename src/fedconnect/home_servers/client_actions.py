"""What readers do with a post or a board through their own server: mark, boost, follow, delete, report.

None of it has an object that could be fetched, so what counts is the home server's answer. While it is waited for, a
post may be edited, removed or deleted: its row is read anew afterwards.
"""

from __future__ import annotations

from fedconnect.accounts import grants
from fedconnect.accounts.grants import PermissionNeeded
from fedconnect.accounts.mastodon_api import Document, HomeAway, HomeClient, HomeRefused, PermissionGone, text
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import reactions, removal
from fedconnect.foundation import database
from fedconnect.home_servers.home_posts import fetch_home_status, find_home_id
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState, ReactionKind

_NOT_THERE = frozenset({404, 410})
_ROADS = {ReactionKind.LIKE: ("favourite", "favourited"), ReactionKind.BOOST: ("reblog", "reblogged")}


def react(visit: Visit, post: Post, kind: ReactionKind, *, on: bool) -> None:
    """Favourite or boost a post in the reader's name, or take that back.

    Raises:
        PermissionNeeded, HomeAway, HomeRefused.
    """
    verb, answered = _ROADS[kind]
    client = _client(visit, Permission.MARK)
    number = find_home_id(client, post.uri)
    response = _told(visit, Permission.MARK, client, f"/api/v1/statuses/{number}/{'' if on else 'un'}{verb}")
    shown = (
        response.get("reblog")
        if isinstance(response, dict) and isinstance(response.get("reblog"), dict)
        else response
    )
    stands = on if not isinstance(shown, dict) else bool(shown.get(answered, on))
    with database.transaction() as session:
        person = session.get_one(Person, visit.person_id)
        if not stands:
            reactions.remove_reaction(session, person, kind, "", post.uri)
        elif (left := session.get(Post, post.id)) is not None and left.state is not PostState.DELETED:
            reactions.add_reaction(session, left, person, kind, "")


def bookmark(visit: Visit, post: Post, *, on: bool) -> None:
    """Bookmark a post on the reader's own server too. Raises: as mark."""
    client = _client(visit, Permission.MARK)
    number = find_home_id(client, post.uri)
    _told(visit, Permission.MARK, client, f"/api/v1/statuses/{number}/{'' if on else 'un'}bookmark")


def follow(visit: Visit, handle: str, *, on: bool) -> None:
    """Follow a board from the reader's own account, with its announcements; or end that.

    The Follow itself then arrives at the board's inbox like anybody's. Raises: as mark.
    """
    client = _client(visit, Permission.FOLLOW)
    found = client.get("/api/v2/search", q=handle, resolve="true", type="accounts", limit="1")
    accounts = found.get("accounts") if isinstance(found, dict) else None
    found_accounts = accounts if isinstance(accounts, list) else []
    number = next((text(one, "id", 100) for one in found_accounts if _is_called(one, handle)), "")
    if not number:
        raise HomeRefused(client.host, 404, f"it cannot find {handle}")
    path = f"/api/v1/accounts/{number}/{'follow' if on else 'unfollow'}"
    _told(visit, Permission.FOLLOW, client, path, {"reblogs": True} if on else None)


def _is_called(account: object, handle: str) -> bool:
    """Whether an account that was found is the one that was looked for: a server that cannot resolve a handle looks for
    its words in names, and people may call themselves what they like."""
    return text(account, "acct", 400).casefold() == handle.removeprefix("@").casefold()


def delete(visit: Visit, post: Post) -> None:
    """Delete a post of the reader's own: on their server, and here at once. Raises: as mark."""
    client = _client(visit, Permission.WRITE)
    number = find_home_id(client, post.uri)
    try:
        _delete_at_home(client, number)
    except PermissionGone as error:
        _lost(visit, Permission.WRITE, error)
    with database.transaction() as session:
        person = session.get_one(Person, visit.person_id)
        removal.delete_by_author(session, session.get(Post, post.id), post.uri, person)


def _delete_at_home(client: HomeClient, number: str) -> None:
    """Delete a post at home, or find that it is not there any more. Whether a call whose answer was lost did it, one more
    call tells."""
    for is_last in (False, True):
        try:
            client.delete(f"/api/v1/statuses/{number}")
            return
        except HomeAway as error:
            if is_last or not error.is_in_doubt:
                raise
        except HomeRefused as error:
            if error.response_status in _NOT_THERE:
                return
            raise


def pass_report_on(visit: Visit, post: Post, words: str) -> None:
    """Tell the reader's own moderators as well. Raises: as mark."""
    client = _client(visit, Permission.REPORT)
    status = fetch_home_status(client, post.uri)
    document: Document = {
        "account_id": text(status.get("account"), "id", 100),
        "status_ids": [text(status, "id", 100)],
        "comment": words[:1000],
        "forward": False,
    }
    _told(visit, Permission.REPORT, client, "/api/v1/reports", document)


def _client(visit: Visit, permission: Permission) -> HomeClient:
    return grants.client_for(visit.reader_id, permission)


def _told(
    visit: Visit,
    permission: Permission,
    client: HomeClient,
    path: str,
    document: Document | None = None,
) -> object:
    try:
        return client.post(path, document)
    except PermissionGone as error:
        _lost(visit, permission, error)
        raise


def _lost(visit: Visit, permission: Permission, error: PermissionGone) -> None:
    if error.is_dead:
        grants.note_dead(visit.reader_id, error.token)
    raise PermissionNeeded(permission) from error
