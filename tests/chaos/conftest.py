"""The shelves are emptied after each test, as everywhere where goods are put on sale; a store that is a cluster."""

import pytest

from orders.carts import store as cart_store
from orders.wishes import guest
from shopcloud.lib import redis
from tests.chaos.cluster import valkey_cluster
from tests.orders.conftest import empty_shelves

__all__ = ["empty_shelves"]


@pytest.fixture
def cluster(tmp_path, settings, monkeypatch):
    """The shop's store is a cluster: of this process, and of those it starts."""
    with valkey_cluster(tmp_path) as nodes:
        settings.REDIS_URL = nodes.url
        monkeypatch.setenv("REDIS_URL", nodes.url)
        _forget_clients()
        yield nodes
    monkeypatch.undo()
    _forget_clients()


def _forget_clients() -> None:
    for remembered in (redis.store, cart_store.script, guest._script):
        remembered.cache_clear()
