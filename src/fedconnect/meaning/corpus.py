"""What posts say, gathered for learning: stems with their forms, and each post as its stems. In a job's memory alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fedconnect.meaning.parameters import MeaningParameters
from fedconnect.meaning.stems import stem

MOST_STEMS = 250_000  # distinct ones that are looked at: about 100 MB
_MOST_FORMS = 16


class Corpus:
    """Posts, the youngest first, up to `most_posts`; of one author so many that nobody teaches a thesaurus alone.

    By place of a stem: its word in `stems`, its `forms` with how many posts have each, its authors up to
    `posts_a_stem`. `posts`: stems (uint32) and how often each (float32).
    """

    def __init__(self, parameters: MeaningParameters) -> None:
        self._parameters = parameters
        self._of_author: Counter[int] = Counter()
        self.stems: dict[str, int] = {}
        self.forms: list[Counter[str]] = []
        self.authors: list[set[int]] = []
        self.posts: list[tuple[NDArray[np.uint32], NDArray[np.float32]]] = []

    @property
    def is_full(self) -> bool:
        """Whether no more posts are taken."""
        return len(self.posts) >= self._parameters.most_posts

    def add(self, words: Iterable[str], language: str, author: int) -> None:
        """Take a post in, as the words of its text; one of an author who has enough in it already is left out."""
        if self.is_full or self._of_author[author] >= self._parameters.posts_an_author:
            return
        counts: Counter[int] = Counter()
        forms = Counter(words)
        for word, count in forms.items():
            place = self._place(stem(word, language))
            if place is None:
                continue
            counts[place] += count
            known = self.forms[place]
            if word in known or len(known) < _MOST_FORMS:
                known[word] += 1
            if len(self.authors[place]) < self._parameters.posts_a_stem:
                self.authors[place].add(author)
        if counts:
            self._of_author[author] += 1
            self.posts.append(
                (
                    np.fromiter(counts, np.uint32, len(counts)),
                    np.fromiter(counts.values(), np.float32, len(counts)),
                )
            )

    def _place(self, stem: str) -> int | None:
        place = self.stems.get(stem)
        if place is None and len(self.stems) < MOST_STEMS:
            place = self.stems[stem] = len(self.forms)
            self.forms.append(Counter())
            self.authors.append(set())
        return place
