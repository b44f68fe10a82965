"""One message on its way to one inbox: signed and posted, in a second form too where its server refuses the first."""

from __future__ import annotations

import time

import structlog

from fedconnect.activitypub import double_knock, own_keys
from fedconnect.federation.outbound import followers_synchronization, send_outcome
from fedconnect.federation.outbound.delivery_kind import OutgoingMessage
from fedconnect.federation.outbound.host_health import HostHealth
from fedconnect.federation.outbound.send_outcome import SendOutcome
from fedconnect.foundation import database, fetch
from fedconnect.foundation.durable_kind import Claim, Failed
from fedconnect.foundation.errors import AddressRefused, FedConnectError, FetchFailed
from fedconnect.foundation.fetch import HttpResponse
from fedconnect.models.instance import SignatureForm

log = structlog.get_logger()


def send(claimed: Claim[OutgoingMessage]) -> SendOutcome:
    """Send one message, and return what came of it, whatever happens."""
    began = time.monotonic()
    message = claimed.item
    try:
        with database.read_transaction() as session:
            signer = own_keys.signer(session, message.actor)
            extra = followers_synchronization.headers_for(session, message)

        def ask(form: SignatureForm) -> HttpResponse:
            headers = signer.sign("POST", message.inbox, message.body, extra, form)
            return fetch.post(message.inbox, message.body, headers=headers)

        response = double_knock.knock(message.host, ask)
    except AddressRefused as error:  # a failure to fetch, too, and yet for good
        return SendOutcome(Failed(f"not sent: {error.detail}"), HostHealth.UP)
    except FetchFailed as error:
        return SendOutcome(send_outcome.later(claimed, error.detail), HostHealth.DOWN, is_unanswered=True)
    except FedConnectError as error:
        reason = f"not sent: {error.detail}"  # a trouble of our own database is over some time
        return SendOutcome(
            send_outcome.later(claimed, reason) if error.retryable else Failed(reason), HostHealth.UP
        )
    except Exception as error:
        log.exception("delivery_unforeseen", id=claimed.id)
        return SendOutcome(send_outcome.later(claimed, f"unforeseen: {type(error).__name__}"), HostHealth.UP)
    return send_outcome.judge(claimed, response, took_s=time.monotonic() - began)
