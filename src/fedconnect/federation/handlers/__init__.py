"""One file an activity type: `apply(session, activity, gathered)`; registry.py lists them."""
