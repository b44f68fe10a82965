"""What falls due by time alone: somebody is asked to answer what nobody answers, authors hear what came of their posts, and
answers that nobody replied to are heard.

It has a place in the timetable: where little happens, nothing else would ring, and that is where it is needed most.
"""

from __future__ import annotations

from fedconnect.foundation import queue
from fedconnect.jobs import sweep
from fedconnect.listening import asks
from fedconnect.surfacing.hearing import outcome, scheduling


def run() -> None:
    """Ask, tell and begin what is due."""
    queue.clear("listening")
    sweep.mind_the_clock()  # after an outage nobody is asked before a post has had its time
    scheduling.hear_unanswered_replies()
    asks.ask_next()
    outcome.tell_ended()
