"""What moderators decide: each action in a file of its own, listed in `registry`."""
