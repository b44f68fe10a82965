"""Readers: how they sign in with the account they have, and what they permit us to do there."""
