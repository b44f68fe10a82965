"""Of whatever twelve kinds of software send, each word, link, picture, formula and answer stands in title or body, or it is told
that something does not. `NOTHING_LOST=5000` tries as many documents (`make lost`)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedconnect.activitypub.vocabulary import parse_note
from fedconnect.federation.note_drafts import draft_of
from fedconnect.forum.post_content import headline
from support.peer_posts import BOARD, SOFTWARE, Document, documents
from support.seen import seen, words_in

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.heavy]
EXAMPLES = int(os.environ.get("NOTHING_LOST", "300"))


def lost(document: Document) -> tuple[list[str], list[str]]:
    """Return the words and the addresses of a document that are neither in its title nor in its body, nor beside them."""
    draft = draft_of(parse_note(document))
    if draft.is_left_out:
        return [], []
    head = headline(draft)
    html = document.get("content") or next(iter((document.get("contentMap") or {}).values()), "")
    if document.get("mediaType") == "text/markdown":
        html = html.replace("&", "&amp;").replace("<", "&lt;")
    words, addresses = seen(html)
    options = [one["name"] for one in document.get("oneOf") or []]
    words += words_in(" ".join(options))
    title = words_in(document.get("name") or "")
    told, places = seen(head.body_html)
    told += words_in(head.title) + words_in(draft.warning)
    told += words_in(" ".join(one.name for one in draft.poll.options) if draft.poll is not None else "")
    for medium in draft.attachments:
        places.add(medium.url)
    missing = [word for word in words if word not in told and word != "talk"]
    # a name that is only the beginning of the content, cut somewhere, may end with half a word
    missing += [word for word in title if not any(known.startswith(word) for known in told)]
    return missing, sorted(addresses - places - {BOARD})


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_word_and_address_is_in_title_or_body(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SOFTWARE)))
    document = data.draw(documents(name))
    assert lost(document) == ([], []), name


@settings(max_examples=EXAMPLES // 3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_most_of_what_is_sent_is_shown_whole(data: st.DataObject) -> None:
    document = data.draw(documents(data.draw(st.sampled_from(sorted(SOFTWARE)))))
    assert not draft_of(parse_note(document)).is_left_out


@pytest.mark.parametrize(
    ("content", "words", "addresses"),
    [
        (
            "<p>a <script>b</script><img src='https://x.example/1' alt='c'></p>",
            {"a", "c"},
            {"https://x.example/1"},
        ),
        ("<math><mi>x</mi><annotation encoding='application/x-tex'>y</annotation></math>", {"y"}, set()),
        ("<iframe src='https://x.example/2' title='t'>u</iframe>", {"t"}, {"https://x.example/2"}),
        ("<table><tr><td>a<td>b</table>", {"a", "b"}, set()),
    ],
)
def test_what_is_seen_is_told_by_another_parser(content: str, words: set[str], addresses: set[str]) -> None:
    assert (set(seen(content)[0]), seen(content)[1]) == (words, addresses)
