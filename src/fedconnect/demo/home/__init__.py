"""A home server with people on it: client API, OAuth with PKCE and ActivityPub on one origin. The demo runs one; the tests
run the same, which they let misbehave (tests/support/home.py)."""
