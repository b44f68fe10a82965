"""The fair hearing of a post: its promise, its audience, its pace, and who has really seen it."""
