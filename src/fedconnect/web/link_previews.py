"""What is shown of a page where its address is shared, and what search engines read first.

None of boards that want to be found by nobody. Of a conversation that is not public, or whose first post is gone, no word but its
board's; of one behind a warning the warning alone. Ref: OpenGraph protocol, HTML canonical, Mastodon `fediverse:creator`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fedconnect.forum.thread_pages import ThreadPage
from fedconnect.foundation import own_address
from fedconnect.foundation.html import plain
from fedconnect.models.board import Board
from fedconnect.site.identity import get_site
from fedconnect.site.tints import tint_number

_LONGEST = 200
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """Plain texts and whole addresses; `creator` is the handle of who began it, where they let search engines find them."""

    title: str
    description: str
    url: str
    image: str
    image_alt: str
    kind: str = "website"
    published: datetime | None = None
    creator: str = ""


def of_forum(path: str) -> LinkPreview:
    """Return what is shown of a page of the forum's own, such as `/`."""
    site, base = get_site(), own_address.base_url()
    return LinkPreview(
        site.name, plain(site.description, _LONGEST), base + path, f"{base}/card.png", site.name
    )


def of_board(board: Board, path: str, page: int = 1) -> LinkPreview | None:
    """Return what is shown of a board's page; None of one that wants to be found by nobody."""
    if board.is_discreet or board.is_local_only:
        return None
    base = own_address.base_url()
    url = f"{base}{path}" + (f"?page={page}" if page > 1 else "")
    return LinkPreview(board.name, plain(board.summary, _LONGEST), url, _card(board), board.name)


def of_thread(shown: ThreadPage) -> LinkPreview | None:
    """Return what is shown of a conversation; None on a board that wants to be found by nobody."""
    board, thread = shown.board, shown.thread
    found = of_board(board, f"/boards/{board.slug}/threads/{thread.id}", shown.page)
    starter = shown.posts[0] if shown.posts and shown.posts[0].is_starter else None
    if found is None or not thread.is_public or not thread.title:
        return found
    description, creator, published = "", "", None
    if starter is not None and not starter.is_deleted:
        description = starter.warning or starter.excerpt
        creator = starter.handle if not starter.is_noindex and not thread.is_anonymous else ""
        published = starter.published
    return LinkPreview(
        plain(thread.title, _LONGEST_TITLE), plain(description, _LONGEST), found.url, found.image, board.name,
        "article", published, creator,
    )  # fmt: skip


def _card(board: Board) -> str:
    return f"{own_address.base_url()}/boards/{board.slug}/card.png?v={tint_number(board)}"
