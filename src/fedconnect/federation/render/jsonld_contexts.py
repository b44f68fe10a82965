"""JSON-LD contexts. Peers that cannot fetch them read ours too, so only the two that everybody ships are named
and our few extensions stand inline.
"""

from __future__ import annotations

from typing import Any

from fedconnect.activitypub.vocabulary import ACTIVITYSTREAMS, SECURITY

ACTOR: list[Any] = [
    ACTIVITYSTREAMS,
    SECURITY,
    {
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "toot": "http://joinmastodon.org/ns#",
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "lemmy": "https://join-lemmy.org/ns#",
        "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "sc": "http://schema.org/",
        "language": "sc:inLanguage",
        "identifier": "sc:identifier",
        "webfinger": "https://w3id.org/fep/2c59#webfinger",
    },
]
NOTE: list[Any] = [
    ACTIVITYSTREAMS,
    {
        "sensitive": "as:sensitive",
        "gts": "https://gotosocial.org/ns#",
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
        "canReply": {"@id": "gts:canReply", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    },
]
QUOTE: list[Any] = [
    ACTIVITYSTREAMS,
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    },
]
