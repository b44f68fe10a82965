"""Listeners: people who offered to answer where nobody does, here or by a private message."""
