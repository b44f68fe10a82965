"""What a reader cares for: what they told us, and what they let us learn."""
