"""What readers see counts by whose it is."""

from __future__ import annotations

from fedconnect.surfacing.feed.qualifying_views import judge_showings
from fedconnect.surfacing.hearing.impressions import Showing
from support.forum import Forum
from support.rows import signed_in, written_by


def test_what_somebody_sees_who_came_today_or_is_gone_counts_for_nothing(forum: Forum) -> None:
    post = written_by(signed_in("dora"))
    fresh = signed_in("fay", days=0)
    seen = [Showing(fresh.reader_id, post.id, 1, "list"), Showing(1, post.id, 1, "list")]
    assert judge_showings(seen) == {}


def test_what_others_see_counts_and_says_whether_they_are_in_the_audience(forum: Forum) -> None:
    post, eve = written_by(signed_in("dora")), signed_in("eve")
    one = Showing(eve.reader_id, post.id, 1, "list")
    assert judge_showings([one]) == {one: False}, "its hearing has not begun"
