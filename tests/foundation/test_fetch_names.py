"""Names that lead where nobody may go, asked of a real resolver in a network of its own.

The kernel of that network counts the connections that were begun, so "refused" means that no packet left.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.heavy

SCRIPT = Path(__file__).parents[1] / "support" / "fenced_network.py"
FENCE = ["unshare", "--user", "--map-root-user", "--mount", "--net"]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What came of every fetch in the fenced network."""
    tools = all(
        shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin") for tool in ("unshare", "ip")
    )
    if not tools or subprocess.run([*FENCE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine permits no namespaces; test_fetch.py covers the same with a false resolver")
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    answer = subprocess.run(
        [*FENCE, sys.executable, str(SCRIPT)], capture_output=True, text=True, timeout=120, check=False,
        env=environment,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-2000:]
    return json.loads(answer.stdout.splitlines()[-1])


def test_f01_and_f02_no_name_leads_to_a_private_address(found: dict[str, Any]) -> None:
    free = {"swallowed.example", "silent.example", "stalled TLS", "rebound at first"}
    refused = {name: one for name, one in found.items() if name not in free}
    assert len(refused) >= 17
    assert {one["outcome"] for one in refused.values()} == {"AddressRefused"}
    assert {name for name, one in refused.items() if one["connections"]} == set()


def test_f02_a_name_that_changes_its_mind_is_refused_when_it_does(found: dict[str, Any]) -> None:
    assert (
        found["rebound at first"]["outcome"] == "FetchFailed"
    )  # tried where it was checked: at the public one
    assert found["rebound later"] == {**found["rebound later"], "outcome": "AddressRefused", "connections": 0}


@pytest.mark.parametrize(
    ("name", "within_s"), [("swallowed.example", 6), ("silent.example", 6), ("stalled TLS", 11)]
)
def test_f07_silence_at_any_stage_ends_in_time(found: dict[str, Any], name: str, within_s: float) -> None:
    assert found[name]["outcome"] == "FetchFailed"
    assert found[name]["seconds"] <= within_s
