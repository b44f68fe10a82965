"""What the forms of a word have in common, in the languages that our pages speak: carer, carers; Pflege, pflegen.

Stems are looked for and never shown: what a page says are words of the post.
"""

from __future__ import annotations

import threading
from functools import lru_cache

import snowballstemmer

_ALGORITHMS = {"en": "english", "de": "german", "es": "spanish"}
LANGUAGES = tuple(_ALGORITHMS)
_stemmers = {language: snowballstemmer.stemmer(name) for language, name in _ALGORITHMS.items()}
_lock = threading.Lock()  # a stemmer keeps the word that it is at


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a lower-case word behind its language, `en:carer`: one of another language is another word, as
    German would have cars and carers as the same. In a language that we know no stems of it is the word, `:carer`.
    """
    code = language.partition("-")[0].casefold()
    if code not in _stemmers:
        return f":{word}"
    with _lock:
        return f"{code}:{_stemmers[code].stemWord(word)}"


def stems_of(word: str) -> tuple[str, ...]:
    """Return what a word's stem may be where nobody said which language it is."""
    return tuple(stem(word, language) for language in ["", *LANGUAGES])
