"""The actor that signs our fetches. It is readable unsigned whatever the settings say, or nobody could check us."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import own_keys
from fedconnect.federation import render
from fedconnect.foundation import database, own_address
from fedconnect.web.negotiation import activity_json

blueprint = Blueprint("activitypub/instance_actor", __name__)


@blueprint.get("/actor")
def instance_actor() -> BaseResponse:
    """The actor that signs our fetches: readable by anybody, unsigned, or nobody could check us."""
    with database.read_transaction() as session:
        return activity_json(
            render.instance_actor(own_keys.signer(session, own_keys.INSTANCE)), max_age_s=600
        )


@blueprint.get("/actor/outbox")
def instance_outbox() -> BaseResponse:
    """The instance actor says nothing."""
    return activity_json(render.collection(own_address.base_url() + "/actor/outbox", []))
