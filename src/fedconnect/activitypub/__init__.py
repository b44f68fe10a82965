"""The protocol without the domain: vocabulary, signatures, own keys, documents, remote actors."""
