"""A reader's own page: candidates, one pure ranking, and a reason on each post."""
