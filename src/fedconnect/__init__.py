"""FedConnect: a forum of topic boards that people follow and post to from their own Mastodon account."""

import os

# Before numpy is loaded: what we multiply is small, and threads that wait for each other cost a page three times its time.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "0.1.0"
