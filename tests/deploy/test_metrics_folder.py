"""Several processes of one service count together, and what an ended one counted stays."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import create_server

import psutil
import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from deploy import metrics_folder
from deploy.local.state import REPOSITORY

COUNTS = """
import sys
from deploy import metrics_folder
metrics_folder.choose("web")
from shopcloud.lib import metrics
for _ in range(int(sys.argv[1])):
    metrics.REQUESTS.labels("/", "GET", "2xx").inc()
metrics.REQUEST_SECONDS.labels("/").observe(0.3)
metrics.BREAKER_STATE.labels("cache").set(2)
"""
REQUESTS = "shop_http_requests_total"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOPCLOUD_VAR", str(tmp_path))
    monkeypatch.setenv(metrics_folder.VARIABLE, str(tmp_path / "metrics" / "web"))
    return metrics_folder.choose("web")


def count(times: int) -> int:
    with subprocess.Popen([sys.executable, "-c", COUNTS, str(times)], cwd=REPOSITORY) as process:
        assert process.wait(timeout=30) == 0
    return process.pid


def counted() -> dict[str, float]:
    with metrics_folder.reading() as folder:
        found = MultiProcessCollector(None, path=folder).collect()
        return {sample.name: sample.value for metric in found for sample in metric.samples if sample.labels}


def test_what_ended_processes_counted_stays_and_what_they_showed_goes(folder: Path):
    first, second = count(3), count(4)
    before = counted()
    assert before[REQUESTS] == 7
    assert before["shop_breaker_state"] == 2
    for pid in (first, second, first):
        metrics_folder.let_go(pid)
    after = counted()
    assert after.pop("shop_breaker_state", None) is None
    assert after == {name: value for name, value in before.items() if name != "shop_breaker_state"}
    assert {file.name for file in folder.glob("*.db")} == {"counter_ended.db", "histogram_ended.db"}


def test_a_start_forgets_the_run_before(folder: Path):
    count(3)
    metrics_folder.empty()
    assert counted() == {}


@pytest.mark.parametrize(
    ("command", "is_one"),
    [
        ("/venv/bin/celery -A shopcloud worker -Q default", True),
        ("/venv/lib/celery/__main__.py -A shopcloud worker", True),
        ("/venv/bin/celery -A shopcloud inspect ping --destination celery@worker", False),
        ("/venv/bin/celery -A shopcloud beat", False),
        ("manage.py worker", False),
    ],
)
def test_only_a_worker_counts_as_a_worker(command: str, is_one: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "argv", command.split())
    assert metrics_folder.is_celery_worker() is is_one


@pytest.fixture
def gunicorn(tmp_path: Path) -> Iterator[tuple[psutil.Process, str]]:
    with closing(create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "SHOPCLOUD_VAR": str(tmp_path), "WEB_CONCURRENCY": "2"}
    environment.pop(metrics_folder.VARIABLE, None)
    program = str(Path(sys.executable).with_name("gunicorn"))
    command = [program, "-c", "deploy/docker/gunicorn.conf.py", "shopcloud.wsgi", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment) as process:
        try:
            yield psutil.Process(process.pid), f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def scrape(at: str) -> dict[str, float]:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{at}/metrics", timeout=30) as response:
                lines = [line.rpartition(" ") for line in response.read().decode().splitlines() if line[0] != "#"]
                return {name: float(value) for name, _, value in lines}
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_any_of_gunicorn_s_workers_tells_the_counts_of_all_also_of_one_that_was_replaced(
    gunicorn: tuple[psutil.Process, str],
):
    master, at = gunicorn
    name = f'{REQUESTS}{{method="GET",route="robots.txt",status="2xx"}}'
    scrape(at)
    for _ in range(40):
        urllib.request.urlopen(f"{at}/robots.txt", timeout=30).close()
    assert {scrape(at).get(name) for _ in range(10)} == {40}
    old = master.children()
    old[0].send_signal(signal.SIGTERM)
    old[0].wait(timeout=20)
    deadline = time.monotonic() + 20
    while len(master.children()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {scrape(at)[name] for _ in range(10)} == {40}
