"""Semantics: a sentence model says which words mean alike, in place of what this installation learnt from its posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fedconnect.foundation.settings import Settings
from fedconnect.hooks.specs import hookimpl

from . import sentence_model


@hookimpl
def startup(settings: Settings) -> None:
    """Look whether the model is installed; without it the server does not start. It is not loaded yet."""
    sentence_model.require()


@hookimpl
def embed_words(words: Sequence[str]) -> Any:
    """Return what the model says of each word."""
    return sentence_model.embed(words)
