"""A forum with real content: Polis conversations, sent through the signed inbox by a demo peer."""
