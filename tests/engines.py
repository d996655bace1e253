"""A pytest plugin, loaded before the settings: real engines in `var/test`, and names of its own for every worker.

The engines are shared by the workers of a run; databases, tables, buckets, keys and folders carry the worker's name,
so that tests may run in parallel and beside a running shop.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Stack

VAR = Path(__file__).resolve().parent.parent / "var" / "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TOGETHER = ("tests/journeys/", "tests/orders/proofs/", "tests/observability/")
_started: list[Stack] = []


def _start() -> None:
    stack = Stack(VAR)
    was_up = stack.supervisor() is not None
    stack.up()
    if not was_up:
        _started.append(stack)
    (VAR / "static").mkdir(exist_ok=True)
    os.environ.update(stack.environment())


def names_of(worker: str) -> dict[str, str]:
    """The environment that keeps one worker's (or one running shop's) things apart from every other's."""
    return {
        "REDIS_PREFIX": f"test-{worker}",
        "DYNAMODB_TABLE_PREFIX": f"test-{worker}-",
        "MEDIA_BUCKET": f"test-{worker}-media",
        "DOWNLOADS_BUCKET": f"test-{worker}-downloads",
        "LAKE_BUCKET": f"test-{worker}-lake",
        "SEARCH_URL": f"tantivy://{VAR}/search-{worker}",
        "EMAIL_URL": f"file://{VAR}/mail-{worker}",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }


# At import, not in a hook: the settings are read as soon as pytest-django is configured.
if WORKER == "main":
    _start()
os.environ.update(names_of(WORKER))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """All journeys in one worker, for they share one running shop; all proofs in one, for they count what is left on
    the engines; all that watches in one, for it watches one purchase; every other test wherever there is room.

    xdist's own `loadgroup` marks tests by renaming them, which pytest no longer lets it do.
    """
    from xdist.scheduler import LoadScopeScheduling

    class SomeTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)

    return SomeTogether(config, log)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    # Only what this run started; a developer's own engines stay up.
    if "SHOPCLOUD_KEEP_ENGINES" not in os.environ:
        for stack in _started:
            stack.down()
