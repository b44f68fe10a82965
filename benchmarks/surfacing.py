"""What the hearing costs: encoding, one post to 100,000 readers, all of them by 10,000 posts, one visit, memory.

Each figure stands beside the same product without what we add to it, measured in the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from fedconnect.surfacing.encoder import BUCKETS, Encoding, Frequencies, encode, simhash_of
from fedconnect.surfacing.feed.candidates import fits_of, likeness_among
from fedconnect.surfacing.feed.ranking import Candidates, arrange
from fedconnect.surfacing.hearing.audience import audience_of, best_of
from fedconnect.surfacing.hearing.matching import ReaderIndex, each_match, posts_matrix, readers_matrix
from fedconnect.surfacing.parameters import in_force
from fedconnect.surfacing.profile.reader_vector import ReaderVector

READERS, POSTS, BOARDS = 100_000, 10_000, 200
LIVE_POSTS = 1_000_000
P = in_force()
DICE = np.random.default_rng(5)
_WORDS = 60_000


def words_drawn(count: int, rows: int) -> np.ndarray:
    """Draw buckets as words are used: the commonest in about two of a hundred posts, the rest far less."""
    shares = 1 / (np.arange(1, _WORDS + 1) + 120.0)
    places = DICE.choice(_WORDS, size=(rows, count), p=shares / shares.sum())
    return (places * 2_654_435_761 % BUCKETS).astype(np.uint32)


def vectors(rows: int, count: int) -> list[Encoding]:
    """Return posts or tastes of so many words each."""
    weights = DICE.random((rows, count), dtype=np.float32) + 0.1
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    found = []
    for buckets, own in zip(words_drawn(count, rows), weights, strict=True):
        found.append(Encoding(("",) * count, buckets, own, 0))
    return found


def cpu(work: Callable[[], object], times: int = 1) -> float:
    """Return the CPU seconds of one go, the best of three."""
    best = float("inf")
    for _ in range(3 if times > 1 else 1):
        begun = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - begun) / times)
    return best


def tell(name: str, figure: float, ceiling: float, unit: str, goal: str, *, holds: bool) -> None:
    """Print one figure."""
    ratio = round(figure / ceiling, 2) if ceiling else None
    print(
        json.dumps(
            {
                "figure": name,
                "value": round(figure, 4),
                "ceiling": round(ceiling, 4),
                "unit": unit,
                "ratio": ratio,
                "goal": goal,
                "holds": holds,
            }
        )
    )


def encode_some(count: int) -> float:
    """Encode posts of eighty words and return how many in a second of CPU."""
    dice = np.random.default_rng(count)
    texts = [" ".join(f"word{n}" for n in dice.zipf(1.3, 80) % 50_000) for _ in range(count)]
    frequencies = Frequencies()
    for text in texts[:500]:
        frequencies.learn(text.split(), "en")
    begun = time.process_time()
    for text in texts:
        encode(text, "en", frequencies, P.encoder)
    return count / (time.process_time() - begun)


def split_some(count: int) -> float:
    """Only split the same texts at spaces and hash nothing: what nobody could do without."""
    dice = np.random.default_rng(count)
    texts = [" ".join(f"word{n}" for n in dice.zipf(1.3, 80) % 50_000) for _ in range(count)]
    begun = time.process_time()
    for text in texts:
        simhash_of(np.zeros(64, np.uint32), np.ones(64, np.float32))
        dict.fromkeys(text.casefold().split())
    return count / (time.process_time() - begun)


def encoding() -> None:
    with ProcessPoolExecutor(2) as pool:
        ours = sum(pool.map(encode_some, [6_000, 6_001]))
        bare = sum(pool.map(split_some, [6_000, 6_001]))
    tell("encoding, two processes", ours, bare, "posts/s", "at least 8,000", holds=ours >= 8_000)


def matching() -> None:
    reader_vectors = []
    for one in vectors(READERS, P.encoder.terms_a_reader):
        boards = DICE.choice(BOARDS, 2)
        reader_vectors.append(
            ReaderVector(one.words, one.buckets, one.weights, {int(boards[0]): 1.0, int(boards[1]): 0.5})
        )
    readers = readers_matrix(reader_vectors, range(BOARDS), P.interests)
    posts = vectors(POSTS, P.encoder.terms_a_post)
    board_of = DICE.integers(0, BOARDS, POSTS).tolist()
    desk = ReaderIndex(readers)
    first = reader_vectors[: READERS // 20]
    del reader_vectors
    numbers = iter(range(10_000_000))

    def fits() -> np.ndarray:
        place = next(numbers) % POSTS
        return desk.fits(posts[place], board_of[place])

    def placed() -> None:
        found = fits()
        audience_of(found, READERS, P.audience)
        best_of(found, P.audience.best)

    def named() -> None:
        best_of(fits(), P.audience.best)

    bare, five_hundred = cpu(fits, 200), cpu(named, 200)
    tell(
        "one post to its 500 best of 100,000 readers",
        1e3 * five_hundred,
        1e3 * bare,
        "ms CPU",
        "at most 1.5 times",
        holds=five_hundred <= 1.5 * bare,
    )
    whole = cpu(placed, 200)
    tell(
        "the same with its audience's four thresholds", 1e3 * whole, 1e3 * bare, "ms CPU", "told", holds=True
    )
    matrix = posts_matrix(posts, board_of, readers)
    by_word = matrix.T.tocsr()

    def product() -> None:
        for start in range(0, READERS, 1_000):
            _ = readers.rows[start : start + 1_000] @ by_word

    part = 20  # a twentieth of the readers: the product is the same for each
    few = readers.rows[: READERS // part]

    def bare_product() -> None:
        for start in range(0, few.shape[0], 1_000):
            _ = few[start : start + 1_000] @ by_word

    plain = min(cpu(bare_product) for _ in range(2)) * part
    ours = min(cpu(lambda: each_match(few, matrix, 50)) for _ in range(2)) * part
    tell(
        "100,000 readers by 10,000 posts, the best 50 of each",
        ours,
        plain,
        "s CPU",
        "at most 2 times",
        holds=ours <= 2 * plain,
    )
    named = readers_matrix([with_near_words(one) for one in first], range(BOARDS), P.interests).rows
    with_topics = min(cpu(lambda: each_match(named, matrix, 50)) for _ in range(2)) * part
    tell(
        "the same where each of them named topics, with words near those",
        with_topics,
        plain,
        "s CPU",
        "at most 2 times",
        holds=with_topics <= 2 * plain,
    )


def with_near_words(one: ReaderVector) -> ReaderVector:
    """Return a reader who named topics besides: as many words more as stand near them."""
    buckets = np.concatenate([one.buckets, words_drawn(P.interests.near_words, 1)[0]])
    more = np.full(P.interests.near_words, 0.05, np.float32)
    return replace(one, buckets=buckets, weights=np.concatenate([one.weights, more]))


def visit() -> None:
    count = 400
    posts = vectors(count, P.encoder.terms_a_post)
    buckets = words_drawn(64, 1)[0]
    reader_vector = ReaderVector(("",) * 64, buckets, np.full(64, 0.125, np.float32), {1: 1.0})
    boards = DICE.integers(0, 4, count).tolist()
    found = Candidates(
        fit=fits_of(posts, boards, reader_vector), age_h=DICE.random(count) * 168, heard=DICE.random(count) * 10,
        shown=DICE.random(count) * 40, floor=np.full(count, 10.0), hours=np.full(count, 48.0),
        in_audience=DICE.random(count) < 0.3, author=np.arange(count), duplicates=np.arange(count),
        barred=np.zeros(count, bool), answers=np.zeros(count, bool),
        seen=DICE.random(count) < 0.3, board=np.array(boards, np.int64),
        passed=np.zeros(count, np.int64), answered=DICE.random(count) < 0.3,
    )  # fmt: skip
    ours = cpu(lambda: arrange(found, likeness_among(posts), P.ranking, P.hearing), 200)
    bare = cpu(lambda: fits_of(posts, boards, reader_vector), 200)
    tell(
        "one visit: 400 candidates become a page", 1e3 * (ours + bare), 1e3 * bare, "ms CPU", "at most 1 ms",
        holds=ours + bare <= 1e-3,
    )  # fmt: skip


def job_memory() -> None:
    """The job with all readers at its desk, 10,000 posts to match, and the hashes of a million live posts."""
    reader_vectors = [
        ReaderVector((), one.buckets, one.weights, {1: 1.0})
        for one in vectors(READERS, P.encoder.terms_a_reader)
    ]
    readers = readers_matrix(reader_vectors, range(BOARDS), P.interests)
    desk = ReaderIndex(readers)
    matrix = posts_matrix(vectors(POSTS, P.encoder.terms_a_post), [1] * POSTS, readers)
    hashes = DICE.integers(0, 2**63, LIVE_POSTS).astype(np.uint64)
    ids = list(range(LIVE_POSTS))
    each_match(readers.rows[:2_000], matrix, 50)
    assert desk.count == READERS
    assert len(ids) == len(hashes)
    print(peak_mb())


def peak_mb() -> float:
    """Return the most memory that this program has held, not counting what started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def memory() -> None:
    run = [sys.executable, __file__]
    job = float(subprocess.run([*run, "job-memory"], capture_output=True, text=True, check=True).stdout)
    tell(
        "memory of the job: 100,000 readers, 1,000,000 live posts",
        job,
        0.0,
        "MB",
        "under 1,500",
        holds=job < 1_500,
    )
    told = "; print(int(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]) / 1024)"
    bare = "import fedconnect.app" + told
    web = (
        "import sys, fedconnect.app; from fedconnect.surfacing import feed; assert 'scipy' not in sys.modules"
        + told
    )
    with_feed, without = (
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for code in (web, bare)
    )
    tell(
        "memory of a web process once somebody has read",
        with_feed,
        without,
        "MB",
        "none of it in web",
        holds=True,
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["job-memory"]:
        job_memory()
    else:
        visit()
        matching()
        memory()
        encoding()
