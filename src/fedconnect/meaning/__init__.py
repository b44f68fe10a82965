"""Which words stand near which, so that a topic finds posts that say it otherwise."""
