"""Somebody names a topic, and is found by a post that puts it in another word."""

from __future__ import annotations

from fedconnect.jobs import meaning
from fedconnect.meaning import learnt_thesaurus
from support.forum import Forum
from support.readership import Readership
from support.remote import RemotePerson


def test_a_post_that_says_carers_stands_near_the_topic_carer(
    forum: Forum, readers: Readership, ana: RemotePerson
) -> None:
    dora = readers.reader("dora", topics="carer")
    readers.write(ana, "Two carers, one bed: who slept on the floor?")
    assert "near your topic" not in dora.page("/")
    meaning.run()
    learnt_thesaurus.clear()
    page = dora.page("/")
    assert "near your topic “carer”: carers" in page
    german = dora.get("/", **{"Accept-Language": "de"}).text
    assert "nahe an Ihrem Thema „carer“: carers" in german
