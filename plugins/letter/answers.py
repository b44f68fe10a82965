"""What the letter answers to a message."""

from __future__ import annotations

from html import escape

from fedconnect.foundation import own_address

from . import subscribers
from .wishes import Pace, Wish


def answer(person_uri: str, wish: Wish) -> str:
    """Return the answer to a message, as safe HTML: what holds now, and how to change it."""
    if wish.stops:
        return "<p>Done: you are forgotten here, and get no more letters. Thank you for having read them.</p>"
    known = subscribers.find(person_uri)
    if known is None:
        state = "You get no letter yet."
    elif known.pace is Pace.OFF:
        state = "You get no letter just now; your topics are kept."
    else:
        about = ", ".join(escape(topic) for topic in known.topics) or "whatever few have seen"
        often = "once a day" if known.pace is Pace.DAILY else "once a week"
        state = f"You get a letter {often}, about: {about}."
    page = own_address.base_url() + "/letter/"
    return (
        f"<p>{state}</p><p>You can write to me in private, one wish a line:<br>topics respite, dementia<br>"
        "letter weekly (or daily, or off)<br>stop</p>"
        "<p>A letter holds links only. To open one within two days counts as one reader of its post, and nobody learns "
        f'that it was you, or that you get a letter: <a href="{page}">{page}</a></p>'
    )
