"""FedConnect: a forum of topic boards that people follow and post to from their own Mastodon account."""

__version__ = "0.1.0"
