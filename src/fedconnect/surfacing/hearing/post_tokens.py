"""What a post says, and that nothing else is kept of its words."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import html
from fedconnect.models.hearing import PostVector
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.surfacing.encoder import Encoding, weigh
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.tokenizer import tokenize


def words_of(post: Post, thread: Thread) -> list[str]:
    """Return a post's words, repeated as in its text, up to the bound."""
    title = thread.title if post.is_starter else ""
    text, most = f"{title}\n{html.text_of(post.body_html)}\n", in_force().encoder.longest_text
    words = tokenize(text[:most])
    hashtags = tokenize(post.hashtags[: max(0, most - len(text))])
    return words + [word for word in hashtags if word not in words]  # one in the text counts once


def read_vector(vector: PostVector) -> Encoding:
    """Return a stored vector."""
    return Encoding.unpack(vector.packed, vector.words.split(), vector.simhash)


def forget_edited_away(session: Session, post_id: int) -> None:
    """Keep of a post's vector only words that the post still says; what it says now is added when it is placed."""
    vector = session.execute(select(PostVector).where(PostVector.post_id == post_id)).scalar_one_or_none()
    if vector is None:
        return
    post = session.get_one(Post, post_id)
    said = set(words_of(post, session.get_one(Thread, post.thread_id)))
    known = read_vector(vector)
    kept = np.array([word in said for word in known.words], np.bool_)
    if not kept.all():
        words = [word for word in known.words if word in said]
        left = weigh(words, known.buckets[kept], known.weights[kept], len(words))
        vector.say(" ".join(left.words), left.pack(), left.simhash)
