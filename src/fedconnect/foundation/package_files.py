"""Where templates, migrations and plugins lie: beside src/ in a checkout, inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def find_bundled(name: str) -> Path:
    """Return the folder `templates`, `migrations` or `plugins`.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    checkout = _PACKAGE.parents[1]
    if _PACKAGE.parent.name == "src" and (checkout / name).is_dir():
        return checkout / name
    inside = _PACKAGE / "_bundled" / name
    if not inside.is_dir():
        raise FileNotFoundError(f"this installation lacks its {name} folder; install the wheel again")
    return inside
