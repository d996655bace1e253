"""The image holds what the shop runs and nothing beside it, and a process writes only where it is meant to."""

import ast
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.state import REPOSITORY
from tests.deploy import terraform

APPS = ("accounts", "analytics", "catalog", "media", "orders", "shopcloud")
DOCKERFILE = (REPOSITORY / "deploy/docker/Dockerfile").read_text()


def _rules() -> list[str]:
    lines = (REPOSITORY / ".dockerignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _brought() -> set[str]:
    return {rule.removeprefix("!") for rule in _rules() if rule.startswith("!")}


def _is_brought(path: str, brought: set[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in brought)


def _imported(file: Path) -> Iterator[str]:
    """The files of `deploy` that a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "deploy":
                path = name.replace(".", "/")
                yield from (one for one in (f"{path}.py", f"{path}/__init__.py") if (REPOSITORY / one).is_file())


def _used() -> set[str]:
    """The files of `deploy` that the shop's own code imports, and what those import in turn."""
    waiting = [path for app in APPS for path in (REPOSITORY / app).rglob("*.py")]
    waiting.append(REPOSITORY / "deploy/docker/gunicorn.conf.py")
    found: set[str] = set()
    while waiting:
        new = set(_imported(waiting.pop())) - found
        found |= new
        waiting += [REPOSITORY / one for one in new]
    return found


def test_what_the_shop_imports_is_in_the_image() -> None:
    assert _used() >= {"deploy/metrics_folder.py", "deploy/cost/report.py"}
    assert [one for one in sorted(_used()) if not _is_brought(one, _brought())] == []
    assert [one for one in sorted(_used()) if not _is_brought(one, _brought() - {"deploy/bench"})] != []
    assert {*APPS, "manage.py", "requirements.txt", "deploy/docker", "deploy/demo"} <= _brought()


def test_nothing_is_in_the_image_that_is_not_named() -> None:
    assert _rules()[0] == "*"
    unwanted = ("tests/conftest.py", ".env", ".git", "var/jwt.pem", "deploy/terraform/local.py", "requirements-dev.txt")
    assert [one for one in unwanted if _is_brought(one, _brought())] == []
    assert [one for one in _brought() if not (REPOSITORY / one).exists()] == []


def _written() -> set[str]:
    return set(json.loads(re.search(r"^VOLUME (.+)$", DOCKERFILE, re.MULTILINE)[1]))  # type: ignore[index]


def test_a_process_writes_only_what_the_image_declares() -> None:
    compute = terraform.module("compute")
    assert set(terraform.local(compute, "writable").values()) == _written()
    assert "readonlyRootFilesystem = true" in (terraform.FOLDER / "modules/compute/main.tf").read_text()
    services: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    ours = {name: one for name, one in services.items() if one["image"] == "shopcloud"}
    assert set(ours) >= {"migrate", "web", "realtime", "worker", "search", "beat"}
    for one in ours.values():
        assert one["read_only"]
        assert {*one["tmpfs"], *(volume.split(":")[1] for volume in one["volumes"])} == _written()


def test_a_process_is_nobody_s_and_owns_none_of_the_code() -> None:
    last = DOCKERFILE.rsplit("FROM ", 1)[1]
    assert re.search(r"useradd --uid 10001 ", last)
    assert re.findall(r"^USER (\w+)$", last, re.MULTILINE) == ["shopcloud"]
    assert "--chown" not in last
    assert re.findall(r"install --directory --owner shopcloud .*?(/.+)$", last, re.MULTILINE) == ["/var/lib/shop"]


LISTS_ITSELF = """import os, sys
from pathlib import Path
mine = [p for root in ("/app", "/opt/venv") for p in [root, *map(str, Path(root).rglob("*"))] if os.access(p, os.W_OK)]
assert not [p for p in mine if not os.path.islink(p)], mine[:5]
assert (os.getuid(), os.getgid()) == (10001, 10001)
assert all(os.access(p, os.W_OK) for p in sys.argv[1:])
assert sorted(p.name for p in Path("/app").iterdir() if p.name[0] != "_") == APPS
assert not Path("/app/tests").exists() and not list(Path("/app").rglob(".env"))
"""


def test_the_image_that_is_built_is_what_its_file_says() -> None:
    image, engine = os.environ.get("IMAGE_TEST"), shutil.which("docker") or shutil.which("podman")
    if not image or not engine:
        pytest.skip("IMAGE_TEST names no image, or neither docker nor podman is installed")
    there = sorted({one.split("/")[0] for one in _brought()} | {"static"})
    command = ["python", "-c", LISTS_ITSELF.replace("APPS", repr(there)), *sorted(_written())]
    done = subprocess.run(
        [engine, "run", "--rm", "--read-only", "--tmpfs", "/tmp", image, *command],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
