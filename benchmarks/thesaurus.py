"""What it costs to learn a thesaurus, and to use it: a worker once a day, a reader's page each time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np

from fedconnect.meaning.corpus import Corpus
from fedconnect.meaning.latent_semantics import learn
from fedconnect.meaning.thesaurus import Thesaurus
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.reader_vector import ReaderVector, reader_vector_of
from surfacing import P, cpu, peak_mb, tell

_WORDS = 60_000


def learn_thesaurus() -> None:
    """A worker learns from as many posts as it ever does, 120 words each, by 2,000 people."""
    dice = np.random.default_rng(9)
    shares = 1 / (np.arange(1, _WORDS + 1) + 120.0)
    corpus, begun = Corpus(P.meaning), time.process_time()
    for number in range(P.meaning.most_posts):
        places = dice.choice(_WORDS, 120, p=shares / shares.sum())
        corpus.add([f"word{place}" for place in places.tolist()], "en", number % 2_000)
    packed = learn(corpus, P.meaning).pack()
    print(json.dumps([time.process_time() - begun, peak_mb(), len(packed) / 1e6]))


def learning() -> None:
    run = subprocess.run([sys.executable, __file__, "learn"], capture_output=True, text=True, check=True)
    cost, peak, size = json.loads(run.stdout)
    tell("learning the thesaurus from 20,000 posts", cost, 0.0, "s CPU", "at most 60", holds=cost <= 60)
    tell("memory of that job", peak, 0.0, "MB", "under 600", holds=peak < 600)
    tell("the row that it writes", size, 0.0, "MB", "under 6", holds=size < 6)


def naming() -> None:
    """What a reader's topics cost a page: looked up for the first time, and then as a process knows them."""
    words = [f"word{number}" for number in range(20_000)]
    corpus = Corpus(replace(P.meaning, least_posts=1))
    dice = np.random.default_rng(9)
    for number in range(3_000):
        corpus.add([words[place] for place in (dice.zipf(1.2, 120) % len(words)).tolist()], "en", number)
    thesaurus = learn(corpus, P.meaning)
    for count in (5, 200):
        topics = words[:count]
        interests = InterestProfile(liked=dict.fromkeys(words[500:564], 0.125))

        def ready(
            near: Thesaurus | None, topics: list[str] = topics, liked: InterestProfile = interests
        ) -> ReaderVector:
            return reader_vector_of(liked, topics, (), P.encoder.terms_a_reader, P.interests, near)

        begun = time.process_time()
        ready(thesaurus)
        first = time.process_time() - begun
        again, bare = cpu(lambda: ready(thesaurus), 50), cpu(lambda: ready(None), 50)
        tell(f"a reader of {count} topics made ready", 1e3 * again, 1e3 * bare, "ms CPU", "told", holds=True)
        tell("the same for the first time", 1e3 * first, 1e3 * bare, "ms CPU", "told", holds=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["learn"]:
        learn_thesaurus()
    else:
        naming()
        learning()
