"""One request, asked again in the other form of signature where the first is refused. Ref: SWICG, ActivityPub and HTTP
Signatures, "How to upgrade supported versions"."""

from __future__ import annotations

from collections.abc import Callable

from fedconnect.activitypub import signature_forms
from fedconnect.foundation import fetch
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.foundation.http_connections import TOTAL_S
from fedconnect.models.instance import SignatureForm

_REFUSED = frozenset([400, 401, 403])
_LOOKED_AT = 4096  # bytes of an answer


def knock(host: str, ask: Callable[[SignatureForm], HttpResponse]) -> HttpResponse:
    """Ask a server in the form that it reads, and at most once more, in the other form, where it refuses the signature.
    Both together take no longer than one may. What the second time taught is remembered for the host.

    Return the answer that counts: the second one; where both are refused, the one to draft-cavage, which every server
    reads. Raises what `ask` does.
    """
    forms = signature_forms.forms_for(host)
    with fetch.time_limit(TOTAL_S):
        answer = ask(forms.first)
        if forms.second is None or not _is_refused(answer, forms.first):
            return answer
        again = ask(forms.second)
    if again.status in _REFUSED:
        signature_forms.note_knock(host, None)
        return answer if forms.first is SignatureForm.CAVAGE else again
    signature_forms.note_knock(host, forms.second if 200 <= again.status < 300 else None)
    return again


def _is_refused(answer: HttpResponse, form: SignatureForm) -> bool:
    """Whether an answer may mean that the signature was not understood.

    Every server reads draft-cavage, so whoever refuses it for another reason, as a firewall does, is not taken for one
    that wants RFC 9421: a 400 or 403 has to speak of the signature.
    """
    if answer.status not in _REFUSED:
        return False
    if form is SignatureForm.RFC9421 or answer.status == 401 or "accept-signature" in answer.headers:
        return True
    return b"signature" in answer.body[:_LOOKED_AT].lower()
