"""What a web process holds before anybody asks for anything."""

import json
import subprocess
import sys

import pytest

ONLY_SOME_NEED = {"duckdb", "fpdf", "numpy", "openpyxl", "opensearchpy", "pyarrow"}
MOST_MB = 200
LOOK = """
import json, pathlib, sys
import shopcloud.wsgi
held = next(line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
print(json.dumps([int(held.split()[1]) / 1024, sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def idle() -> tuple[float, set[str]]:
    """Its megabytes and the modules it loaded."""
    told = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=60)
    megabytes, modules = json.loads(told.stdout.splitlines()[-1])
    return megabytes, set(modules)


def test_an_idle_web_process_takes_less_than_200_megabytes(idle):
    megabytes, _modules = idle
    assert megabytes < MOST_MB


def test_it_does_not_load_what_only_workers_and_a_few_pages_need(idle):
    _megabytes, modules = idle
    assert "django" in modules
    assert not ONLY_SOME_NEED & modules
