"""The wheel is whole: outside any checkout it migrates, serves pages and runs its plugins."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from support.processes import environment, free_port, kill_tree, wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_contains_templates_migrations_plugins_and_the_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "templates/base.html",
        "templates/boards/show.html",
        "migrations/env.py",
        "plugins/funding/__init__.py",
        "plugins/funding/README.md",
    ):
        assert f"fedconnect/_bundled/{name}" in names
    for name in ("web/static/fedconnect.css", "demo/polis.tsv.gz", "demo/ATTRIBUTION.md"):
        assert f"fedconnect/{name}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "tests" in name and "_bundled" not in name]


def test_an_installed_wheel_serves_a_forum_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = next((home / "lib").glob("python*/site-packages"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    # The dependencies come from this environment, fedconnect itself from the wheel alone.
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(ours))
    where = subprocess.run(
        [str(python), "-c", "import fedconnect; print(fedconnect.__file__)"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    ).stdout  # fmt: skip
    assert str(site) in where
    port = free_port()
    env = environment(tmp_path / "data", port)
    with (tmp_path / "log").open("ab") as log:
        process = subprocess.Popen(
            [str(python), "-m", "fedconnect.cli", "up"], cwd=tmp_path, env=env, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/boards/lobby")
        wait_for(f"http://127.0.0.1:{port}/funding/")
        wait_for(f"http://127.0.0.1:{port}/static/fedconnect.css")
    finally:
        kill_tree(process)
    assert os.listdir(tmp_path / "data")
