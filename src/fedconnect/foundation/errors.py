"""One family of errors: a status, a text that may be shown, and a detail for the log alone."""

from __future__ import annotations

from fedconnect.foundation.translatable_sentences import Blank, Sentence


class FedConnectError(Exception):
    """Something that went wrong in a way that we foresaw.

    `safe` may be shown to anybody, with its blanks filled in; `sentence` is the same for pages, which say it in
    their reader's language. `detail` is for the log; of what another server sent, that server is told it too.
    """

    status = 500
    safe = "Something went wrong here."
    retryable = False

    def __init__(self, detail: str = "", *, safe: str | None = None, **blanks: Blank) -> None:
        self.detail = detail
        self.sentence = Sentence(self.safe if safe is None else safe, blanks)
        self.safe = str(self.sentence)
        super().__init__(detail or self.safe)


class Malformed(FedConnectError):
    """What was sent is not what its format says (400)."""

    status = 400
    safe = "This could not be read."


class Unproven(FedConnectError):
    """The signature is missing, wrong or somebody else's (401)."""

    status = 401
    safe = "The signature is missing, wrong, or not the sender's."


class NotPermitted(FedConnectError):
    """The sender is known and may not do this (403)."""

    status = 403
    safe = "This is not permitted."


class NotFound(FedConnectError):
    """There is nothing here, or nothing that this reader may see (404, the same bytes for both)."""

    status = 404
    safe = "There is nothing at this address."


class Gone(FedConnectError):
    """There was something here and its author took it back (410)."""

    status = 410
    safe = "This was deleted."


class Removed(Gone):
    """There was something here and a moderator removed it (410)."""

    safe = "A moderator removed this."


class WrongMediaType(FedConnectError):
    """A body of a type that this address does not take (415)."""

    status = 415
    safe = "Send application/activity+json."


class Busy(FedConnectError):
    """Try again soon (503 with Retry-After)."""

    status = 503
    safe = "Please try again in a moment."
    retryable = True
    retry_after_s = 30


class TooMany(Busy):
    """More than one sender's share (429 with Retry-After)."""

    status = 429
    safe = "Too many at once. Please come back later; nothing is lost."

    def __init__(self, detail: str = "", *, retry_after_s: int = 30) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class FetchFailed(FedConnectError):
    """Another server could not be read; `status` of its answer where it gave one."""

    status = 502
    safe = "The other server could not be reached."

    def __init__(
        self,
        detail: str = "",
        *,
        response_status: int | None = None,
        retryable: bool = True,
        safe: str | None = None,
        **blanks: Blank,
    ) -> None:
        super().__init__(detail, safe=safe, **blanks)
        self.response_status = response_status
        self.retryable = retryable

    @property
    def is_gone(self) -> bool:
        """Whether the other server said that the thing is not there (404) or was removed (410)."""
        return self.response_status in {404, 410}


class AddressRefused(FetchFailed):
    """The address leads where outgoing requests may not go."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, retryable=False)


class NetworkNeeded(BaseException):
    """Another server would have to be asked, within `fetch.forbidden()`.

    No failure, and so nothing that `except Exception` may catch: whoever forbade it does the work elsewhere.
    """


class InvalidSettings(FedConnectError):
    """Settings that cannot work; one line for each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class LostClaim(FedConnectError):
    """Another worker took this row over, so our change is rolled back."""

    status = 503
    retryable = True
