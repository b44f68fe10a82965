"""compose.yaml is valid, and its topology works: the same commands and settings, run as processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from fedconnect.embedded_valkey import valkey_binary
from support.keeper import dying_with_us
from support.postgres import create_database
from support.processes import command, free_port, kill_tree, running, wait_for
from support.remote import RemoteServer

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_the_file_meets_the_compose_schema() -> None:
    tool = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [str(tool), "--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_nothing_listens_beyond_loopback_and_no_password_is_written_down() -> None:
    for bot in COMPOSE["services"].values():
        for port in bot.get("ports", []):
            assert port.startswith("127.0.0.1:")
    text = (ROOT / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert f"${{{name}:?" in text
        for line in text.splitlines():
            if name in line and not line.startswith("#"):
                assert f"${{{name}:?" in line


def test_l3_no_service_may_write_beyond_its_volumes_or_gain_a_right() -> None:
    for name, bot in COMPOSE["services"].items():
        assert bot["read_only"] is True, name
        assert bot["cap_drop"] == ["ALL"], name
        assert bot["security_opt"] == ["no-new-privileges:true"], name
        assert bot.get("user", "") not in {"", "root", "0"} or bot["build"] == ".", name
    assert "\nUSER fedconnect\n" in (ROOT / "Dockerfile").read_text()
    assert "--requirepass" in COMPOSE["services"]["valkey"]["command"]
    assert "@valkey" in COMPOSE["services"]["web"]["environment"]["FEDCONNECT_REDIS_URL"]


def test_every_setting_in_the_files_is_one_of_ours() -> None:
    from fedconnect.foundation.settings import SETTINGS

    known = {setting.variable for setting in SETTINGS}
    for name in ("compose.yaml", "Dockerfile"):
        assert set(re.findall(r"FEDCONNECT_[A-Z_]+", (ROOT / name).read_text())) <= known


def test_the_same_topology_takes_a_follow_and_answers_it(
    tmp_path: Path, postgres_url: str, remote: RemoteServer
) -> None:
    web_port, valkey_port = free_port(), free_port()
    base = f"http://127.0.0.1:{web_port}"
    values = {
        "FEDCONNECT_BASE_URL": base,
        "POSTGRES_PASSWORD": "x",
        "VALKEY_PASSWORD": "y",
        "FEDCONNECT_TRUSTED_PROXIES": "127.0.0.1/32",
    }
    env = {name: value for name, value in os.environ.items() if not name.startswith("FEDCONNECT_")}
    for name, text in COMPOSE["services"]["web"]["environment"].items():
        env[name] = re.sub(r"\$\{(\w+)[^}]*\}", lambda match: values[match[1]], text)
    assert env["FEDCONNECT_DATABASE_URL"] == "postgresql://fedconnect:x@postgres/fedconnect"
    env["FEDCONNECT_DATABASE_URL"] = create_database(postgres_url, "composed")  # the host `postgres`
    env["FEDCONNECT_REDIS_URL"] = env["FEDCONNECT_REDIS_URL"].replace(
        "valkey:6379", f"127.0.0.1:{valkey_port}"
    )
    env |= {
        "FEDCONNECT_DATA_DIR": str(tmp_path / "data"),
        "FEDCONNECT_BIND": f"127.0.0.1:{web_port}",
        "FEDCONNECT_ALLOWED_PRIVATE_ADDRESSES": "127.0.0.0/8",
    }
    with ExitStack() as stack:
        words = COMPOSE["services"]["valkey"]["command"]
        assert words[0] == "valkey-server"
        words = [re.sub(r"\$\{(\w+)[^}]*\}", lambda match: values[match[1]], word) for word in words]
        valkey = subprocess.Popen(
            [valkey_binary(), *words[1:], "--port", str(valkey_port), "--bind", "127.0.0.1", "--dir", str(tmp_path)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=dying_with_us(),
        )  # fmt: skip
        stack.callback(kill_tree, valkey)
        services = COMPOSE["services"]
        subprocess.run(command(*services["migrate"]["command"]), env=env, check=True, capture_output=True)
        made = command("board", "create", "respite", "--name", "Respite")
        subprocess.run(made, env=env, check=True, capture_output=True)
        stack.enter_context(running(*services["web"]["command"], env=env, log=tmp_path / "web.log"))
        commands = [services["worker"]["command"]] * services["worker"]["deploy"]["replicas"]
        for words in (*commands, services["delivery"]["command"]):
            stack.enter_context(running(*words, env=env, log=tmp_path / "worker.log"))
        wait_for(base + "/health")
        _follow_and_wait(base, remote)


def _follow_and_wait(base: str, remote: RemoteServer) -> None:
    import json
    import time

    import requests

    ana = remote.person("ana", key=1)
    body = json.dumps(ana.follow(base + "/boards/respite")).encode()
    answer = requests.post(base + "/inbox", data=body, headers=ana.sign(base + "/inbox", body), timeout=10)
    assert answer.status_code == 202
    for _ in range(100):
        if remote.delivered("Accept"):
            return
        time.sleep(0.1)
    raise AssertionError("no Accept within ten seconds")
