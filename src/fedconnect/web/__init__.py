"""HTML pages, and the ActivityPub and discovery endpoints: who, what, one domain call, one answer."""
