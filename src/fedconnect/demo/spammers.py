"""A wave of spam: strangers of another server who say the same, within minutes."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.demo.home.deliverer import deliver
from fedconnect.demo.home.document_server import DocumentServer
from fedconnect.demo.home.resident import ago

_TEXT = "Sell your house for cash this very week, friends, no agents and no waiting, write to us today at https://cash.example/house"
_MANY = 6


class Spammers(DocumentServer):
    """Their server: nobody else lives there."""

    remembers = 20

    def __init__(
        self, address: str, port: int, forum: str, key_of_all: rsa.RSAPrivateKey, board: str = "neighbours"
    ) -> None:
        self.key_of_all = key_of_all
        self.forum, self.board = forum, board
        super().__init__(address, port)
        self.runs("mastodon")
        self.wave = [self.person(f"deal{number}", key=1) for number in range(1, _MANY + 1)]

    def key(self, number: int) -> rsa.RSAPrivateKey:
        """Return the one key of all accounts here."""
        return self.key_of_all

    def send(self) -> None:
        """Send the wave."""
        for one in self.wave:
            note = one.note(
                _TEXT,
                f"{self.forum}/boards/{self.board}",
                id=f"{one.uri}/statuses/1",
                published=ago(minutes=1),
            )
            self.serve(note)
            deliver(one.key, one.key_id, f"{self.forum}/inbox", one.create(note))
