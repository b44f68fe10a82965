"""What we fetch of our own accord: forwarded posts, what sister boards announce, the rest of a conversation.

A fetch task only ever asks the origin of a thing for that thing; what comes is kept as a received activity and
takes the same road as everything else. All of it within the bounds of fetch_budget.py.
Ref: FEP-7888 and FEP-f228 (contexts), ActivityPub §7.1.2 (ghost replies), Mastodon's fetch-all-replies.
"""
