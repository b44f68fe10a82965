"""Whether a topic that a reader names finds the posts that are about it: of twenty that fit best, how many are.

    python benchmarks/topics.py newsgroups FOLDER    a folder for each group, a file for each message (20 Newsgroups, CMU)
    python benchmarks/topics.py gnad FILE            `category;text` a line (One Million Posts Corpus, 10kGNAD)

Whose subject is known is put there by whoever wrote it; `topics.toml` says which are meant by a topic. What fits not at all
counts as drawn by lot. Each figure stands beside chance and beside what could be had at best: the posts nearest to the middle
of all those that are about it, which nobody knows who only has the topic's name.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from fedconnect.meaning.corpus import Corpus
from fedconnect.meaning.latent_semantics import Embed, learn
from fedconnect.meaning.stems import stem
from fedconnect.meaning.thesaurus import Thesaurus, key_of, near_words
from fedconnect.surfacing.encoder import BUCKETS, Encoding, Frequencies, encode_words
from fedconnect.surfacing.feed.candidates import fits_of
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.interests import InterestProfile
from fedconnect.surfacing.profile.reader_vector import reader_vector_of
from fedconnect.surfacing.tokenizer import tokenize

P = in_force()
FIRST = 20
DRAWS = 2_000
_QUOTED = re.compile(r"\s*[>|:]|.{0,200} writes:|In article")
_FROM = re.compile(r"^From: *(.*)$", re.MULTILINE)
_SUBJECT = re.compile(r"^Subject: *(?:re: *)*(.*)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts with their subjects and authors, in one language."""

    name: str
    language: str
    authors: Sequence[int]
    words: Sequence[Sequence[str]]
    subjects: NDArray[np.str_]
    encodings: Sequence[Encoding]


def newsgroups(folder: Path) -> Iterable[tuple[str, str, str]]:
    """Give subject, author and text of each message, without headers, quotations and signatures."""
    for file in sorted(folder.glob("*.*/*")):
        head, _, body = file.read_text("latin-1").partition("\n\n")
        title = _SUBJECT.search(head)
        lines = [one for one in body.split("\n-- \n")[0].splitlines() if not _QUOTED.match(one)]
        author = _FROM.search(head)
        yield (
            file.parent.name,
            author[1] if author else file.name,
            "\n".join([title[1] if title else "", *lines]),
        )


def gnad(file: Path) -> Iterable[tuple[str, str, str]]:
    """Give subject and text of each article; nobody knows who wrote them, so each is somebody's own."""
    for number, line in enumerate(file.read_text("utf-8").splitlines()):
        subject, _, text = line.partition(";")
        yield subject, str(number), text


READERS: dict[str, tuple[str, Callable[[Path], Iterable[tuple[str, str, str]]]]] = {
    "newsgroups": ("en", newsgroups),
    "gnad": ("de", gnad),
}


def load(name: str, path: Path) -> Posts:
    """Return posts, encoded as the product does."""
    language, read = READERS[name]
    found = list(read(path))
    words = [tokenize(text[: P.encoder.longest_text]) for _, _, text in found]
    frequencies = Frequencies()
    for own in words:
        frequencies.learn(own, language)
    encodings = [encode_words(own, language, frequencies, P.encoder) for own in words]
    subjects = np.array([subject for subject, _, _ in found])
    authors = np.unique([author for _, author, _ in found], return_inverse=True)[1].tolist()
    return Posts(name, language, authors, words, subjects, encodings)


def taught(
    posts: Posts, places: Iterable[int], embed: Embed = lambda words: None, **changes: int
) -> Thesaurus:
    """Return what some of the posts teach."""
    parameters = replace(P.meaning, **changes)
    corpus = Corpus(parameters)
    for place in places:
        corpus.add(posts.words[place], posts.language, posts.authors[place])
    return learn(corpus, parameters, embed)


def by_reader(posts: Posts, thesaurus: Thesaurus | None, most: int) -> Callable[[str], NDArray[np.float64]]:
    """Return what says how well posts fit whoever named a topic, as the product does."""
    interests = replace(P.interests, near_words=most)

    def fits(topic: str) -> NDArray[np.float64]:
        reader = reader_vector_of(
            InterestProfile(), [topic], (), P.encoder.terms_a_reader, interests, thesaurus
        )
        return fits_of(posts.encodings, [0] * len(posts.encodings), reader)

    return fits


def by_latent_posts(posts: Posts, blend: float) -> Callable[[str], NDArray[np.float64]]:
    """Return the fits of 128 numbers for each post, and in part of stems: what was not built."""
    places: dict[str, int] = {}
    columns = [
        [places.setdefault(stem(word, posts.language), len(places)) for word in one.words]
        for one in posts.encodings
    ]
    ends = np.cumsum([0, *(len(one) for one in columns)])
    weights = np.concatenate([one.weights for one in posts.encodings])
    rows: csr_array = csr_array((weights, np.concatenate(columns), ends), shape=(len(columns), len(places)))
    used = np.bincount(rows.indices, minlength=len(places)) >= P.meaning.posts_a_stem
    _, _, vectors = svds(rows[:, np.flatnonzero(used)].tocsr(), k=128, rng=np.random.default_rng(1))
    words = np.zeros((len(places), 128))
    words[used] = vectors.T
    latent = rows @ words
    latent /= np.maximum(np.linalg.norm(latent, axis=1, keepdims=True), 1e-9)

    def fits(topic: str) -> NDArray[np.float64]:
        query = np.zeros(len(places))
        query[[places[one] for word in tokenize(topic) if (one := stem(word, posts.language)) in places]] = 1
        meant = words.T @ query
        said = rows @ query
        near = latent @ meant / max(1e-9, float(np.linalg.norm(meant)))
        return (1 - blend) * near + blend * said / max(1e-9, float(said.max()))

    return fits


def by_answer(posts: Posts, meant: dict[str, list[str]]) -> Callable[[str], NDArray[np.float64]]:
    """Return the fits of whoever knows the answer: the middle of all posts that are about a topic."""

    def fits(topic: str) -> NDArray[np.float64]:
        middle = np.zeros(BUCKETS)
        for place in np.flatnonzero(np.isin(posts.subjects, meant[topic])).tolist():
            np.add.at(middle, posts.encodings[place].buckets, posts.encodings[place].weights)
        return np.array([float(middle[one.buckets] @ one.weights) for one in posts.encodings])

    return fits


def flood(posts: Posts, meant: dict[str, list[str]], accounts: int) -> float:
    """Return at how many topics, from 0 to 1, a word stands near after `accounts` said both over and over, in fifty posts each:
    a word that three or four others say, about something else. All floods come at once."""
    dice, corpus = np.random.default_rng(11), Corpus(P.meaning)
    said_in: defaultdict[str, set[int]] = defaultdict(set)
    for place, own in enumerate(posts.words):
        for word in own:
            said_in[word].add(place)
    baits: dict[str, str] = {}
    few = {P.meaning.posts_a_stem, P.meaning.posts_a_stem + 1}
    rare = sorted(
        word for word, places in said_in.items() if len({posts.authors[one] for one in places}) in few
    )
    for topic, subjects in meant.items():
        about = set(np.flatnonzero(np.isin(posts.subjects, subjects)).tolist())
        baits[topic] = next(word for word in dice.permutation(rare).tolist() if not said_in[word] & about)
        said = [*tokenize(topic), baits[topic]] * 500
        for number in range(accounts * P.meaning.posts_an_author):
            corpus.add(said, posts.language, -len(baits) * accounts - number % accounts)
    for place, own in enumerate(posts.words):
        corpus.add(own, posts.language, posts.authors[place])
    thesaurus, words = learn(corpus, P.meaning), P.interests.near_words
    near = {topic: near_words(thesaurus, {topic: tokenize(topic)}, words) for topic in meant}
    return float(np.mean([key_of(baits[topic]) in {one.key for one in near[topic]} for topic in meant]))


def precisions(
    posts: Posts, meant: dict[str, list[str]], fits: Callable[[str], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return for each topic how many of the first twenty are about it."""
    found = []
    for topic, subjects in meant.items():
        own = fits(topic)
        about = np.isin(posts.subjects, subjects)
        first = np.argsort(-own, kind="stable")[:FIRST]
        found.append(np.where(own[first] > 0, about[first], about.mean()).mean())
    return np.array(found)


def tell(
    posts: Posts,
    what: str,
    found: NDArray[np.float64],
    beside: NDArray[np.float64],
    than: str = "words",
    **more: object,
) -> None:
    """Print a mean over topics and how much more it is than something else, each with the interval in which 95 of 100 draws
    of topics lie; and at how many topics it loses."""
    draws = np.random.default_rng(3).integers(0, len(found), (DRAWS, len(found)))

    def interval(values: NDArray[np.float64]) -> list[float]:
        return [round(float(one), 3) for one in np.quantile(values[draws].mean(1), [0.025, 0.975])]

    gain = found - beside
    line = {
        "data": posts.name, "order": what, "precision@20": round(float(found.mean()), 3), "interval": interval(found),
        f"more than {than}": round(float(gain.mean()), 3), "interval of that": interval(gain),
        "topics better": int((gain > 1e-9).sum()), "worse": int((gain < -1e-9).sum()), **more,
    }  # fmt: skip
    print(json.dumps(line), flush=True)


def main(name: str, path: Path, embed: Embed | None = None) -> None:
    meant = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))[name]
    begun = time.process_time()
    posts = load(name, path)
    everybody = range(len(posts.words))
    encoded = time.process_time()
    thesaurus = taught(posts, everybody)
    learnt = time.process_time()
    print(
        json.dumps(
            {
                "data": name, "posts": len(posts.words), "topics": len(meant),
                "ms CPU a post to encode": round(1e3 * (encoded - begun) / len(posts.words), 2),
                "s CPU to learn": round(learnt - encoded, 2), "KB kept": len(thesaurus.pack()) // 1000,
                "stems": len(thesaurus.stems), "of which near others": len(thesaurus.near),
            }
        )
    )  # fmt: skip
    words = precisions(posts, meant, by_reader(posts, None, 0))

    def show(what: str, fits: Callable[[str], NDArray[np.float64]], **more: object) -> NDArray[np.float64]:
        found = precisions(posts, meant, fits)
        tell(posts, what, found, words, **more)
        return found

    show("chance", lambda topic: np.zeros(len(posts.words)))
    show("words", by_reader(posts, None, 0))
    show("stems", by_reader(posts, taught(posts, everybody, least_posts=10**9), P.interests.near_words))
    show("128 numbers a post", by_latent_posts(posts, 0.0))
    show("128 numbers a post, half stems", by_latent_posts(posts, 0.5))
    for count in (16, 32, 44, 64, 96):
        mark = " (in force)" if count == P.interests.near_words else ""
        ours = show(f"thesaurus, {count} words{mark}", by_reader(posts, thesaurus, count))
        if mark:
            differ = {
                topic: [round(float(a), 2), round(float(b), 2)]
                for topic, a, b in zip(meant, words, ours, strict=True)
            }
    if embed is not None:
        given = taught(posts, everybody, embed)
        show("thesaurus, vectors of a plugin", by_reader(posts, given, P.interests.near_words))
    show("whoever knows the answer", by_answer(posts, meant))
    dice = np.random.default_rng(7)
    for count in (100, 200, 400, 800, 1600):
        if count < len(posts.words):
            some = [dice.choice(len(posts.words), count, replace=False) for _ in range(3)]
            few = [
                by_reader(posts, taught(posts, one.tolist(), least_posts=1), P.interests.near_words)
                for one in some
            ]
            forms = [
                by_reader(posts, taught(posts, one.tolist(), least_posts=10**9), P.interests.near_words)
                for one in some
            ]
            beside = np.mean([precisions(posts, meant, one) for one in forms], axis=0)
            found = np.mean([precisions(posts, meant, one) for one in few], axis=0)
            tell(posts, f"thesaurus of {count} posts", found, beside, "stems")
    for accounts in (1, 2, 3):
        print(
            json.dumps(
                {"data": name, "accounts that flood": accounts, "topics bent": flood(posts, meant, accounts)}
            )
        )
    print(json.dumps({"words, ours, by topic": differ}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
