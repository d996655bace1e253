"""docker-compose.yml opens the same shop as the one command."""

import shutil
import subprocess
from typing import Any

import pytest
import yaml

from deploy.local import shop
from deploy.local.engines import postgres
from deploy.local.state import REPOSITORY
from tests.deploy.test_state import EXPORTED


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]


def test_every_process_of_the_shop_runs_with_the_command_of_the_one_command(compose: dict[str, Any]):
    for name, command in shop.COMMANDS.items():
        assert tuple(compose[name]["command"][: len(command)]) == command


def test_every_process_is_told_the_same_settings(compose: dict[str, Any]):
    for name in shop.COMMANDS:
        environment = compose[name]["environment"]
        assert EXPORTED | {"PUBLIC_URL", "REALTIME_URL", "METRICS_PORT", "SHOPCLOUD_PROCESS"} == set(environment)
        assert environment["SHOPCLOUD_PROCESS"] == name


def test_no_database_writes_people_s_addresses_into_its_log(compose: dict[str, Any]):
    quiet = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
    assert quiet.items() <= postgres.SETTINGS.items()
    assert {f"{name}={value}" for name, value in quiet.items()} <= set(compose["postgres"]["command"])


def test_the_shop_waits_for_its_stores_and_its_migrations(compose: dict[str, Any]):
    stores = {"postgres", "valkey", "dynamodb", "s3"}
    waited = dict(compose["migrate"]["depends_on"])
    assert waited.pop("opensearch") == {"condition": "service_healthy", "required": False}
    assert set(waited) == stores
    for name in stores:
        assert compose[name]["healthcheck"]["test"]
        assert compose[name]["volumes"]
    for name in shop.COMMANDS:
        assert compose[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert compose[name]["healthcheck"]["test"]


def test_only_the_shop_is_reachable_and_only_from_this_machine(compose: dict[str, Any]):
    published = {name: one["ports"] for name, one in compose.items() if "ports" in one}
    assert set(published) == {"web", "realtime", "prometheus", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_docker_accepts_the_file():
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("docker compose is not installed")
    done = subprocess.run(
        [docker, "compose", "--profile", "*", "config", "-q"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
