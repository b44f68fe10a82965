"""Where templates, migrations and plugins lie: in a checkout, in a wheel, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from fedconnect.foundation import package_files
from fedconnect.foundation.package_files import find_bundled


def installed_in(folder: Path, monkeypatch: pytest.MonkeyPatch, *folders: str) -> Path:
    """An installation whose package lies in a folder, with these folders beside and in it."""
    (folder / "fedconnect").mkdir(parents=True)
    monkeypatch.setattr(package_files, "_PACKAGE", folder / "fedconnect")
    for name in folders:
        (folder / name).resolve().mkdir(parents=True)
    return folder


def test_an_installation_without_it_is_incomplete_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = installed_in(tmp_path / "site-packages", monkeypatch, "fedconnect/_bundled/templates")
    with pytest.raises(FileNotFoundError, match="plugins"):
        find_bundled("plugins")
    (folder / "fedconnect/_bundled/plugins").write_text("a file is no folder")
    with pytest.raises(FileNotFoundError):
        find_bundled("plugins")


def test_a_folder_that_only_lies_beside_a_wheel_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = installed_in(
        tmp_path / "site-packages", monkeypatch, "../templates", "templates", "fedconnect/_bundled/templates"
    )
    assert find_bundled("templates") == folder / "fedconnect/_bundled/templates"


def test_in_a_checkout_it_lies_beside_src_and_goes_before_what_a_wheel_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_in(tmp_path / "src", monkeypatch, "../templates", "fedconnect/_bundled/templates")
    assert find_bundled("templates") == tmp_path / "templates"


def test_what_a_checkout_lacks_is_looked_for_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = installed_in(tmp_path / "src", monkeypatch, "fedconnect/_bundled/templates")
    (tmp_path / "templates").write_text("a file is no folder")
    assert find_bundled("templates") == folder / "fedconnect/_bundled/templates"


@pytest.mark.parametrize("name", ["templates", "migrations", "plugins"])
def test_this_very_installation_is_complete(name: str) -> None:
    assert any(find_bundled(name).iterdir())
