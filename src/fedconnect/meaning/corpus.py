"""What posts say, gathered for learning: stems with their forms, and each post as its stems. In a job's memory alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from fedconnect.meaning.parameters import MeaningParameters
from fedconnect.meaning.stems import stem

MOST_STEMS = 250_000  # distinct ones that are looked at, and
MOST_WORDS = 400_000  # distinct forms of them: 150 MB
_MOST_FORMS = 16
_WORDS_A_POST = 300  # distinct ones that are read, from its beginning


class Corpus:
    """Posts, the youngest first, up to `most_posts`; of one author up to `posts_an_author`.

    By place of a stem: its word in `stems`, its `forms` with how many posts have each. `posts`: stems (uint32) and how often each
    (float32), `authors` whose each is.
    """

    def __init__(self, parameters: MeaningParameters) -> None:
        self._parameters = parameters
        self._of_author: Counter[int] = Counter()
        self.stems: dict[str, int] = {}
        self.forms: list[Counter[str]] = []
        self._words = 0
        self.authors: list[int] = []
        self.posts: list[tuple[NDArray[np.uint32], NDArray[np.float32]]] = []

    @property
    def is_full(self) -> bool:
        """Whether no more posts are taken."""
        return len(self.posts) >= self._parameters.most_posts

    def takes(self, author: int) -> bool:
        """Whether another post of this author is taken."""
        return not self.is_full and self._of_author[author] < self._parameters.posts_an_author

    def add(self, words: Iterable[str], language: str, author: int) -> None:
        """Take a post in, as the words of its text; one of an author who has enough in it already is left out."""
        if not self.takes(author):
            return
        counts: Counter[int] = Counter()
        for word, count in islice(Counter(words).items(), _WORDS_A_POST):
            place = self._place(stem(word, language))
            if place is not None:
                counts[place] += count
                self._note_form(self.forms[place], word)
        if counts:
            self._of_author[author] += 1
            self.authors.append(author)
            self.posts.append(
                (
                    np.fromiter(counts, np.uint32, len(counts)),
                    np.fromiter(counts.values(), np.float32, len(counts)),
                )
            )

    def _note_form(self, known: Counter[str], word: str) -> None:
        if word in known:
            known[word] += 1
        elif len(known) < _MOST_FORMS and self._words < MOST_WORDS:
            known[word] = 1
            self._words += 1

    def _place(self, stem: str) -> int | None:
        place = self.stems.get(stem)
        if place is None and len(self.stems) < MOST_STEMS and self._words < MOST_WORDS:
            place = self.stems[stem] = len(self.forms)
            self.forms.append(Counter())
        return place
