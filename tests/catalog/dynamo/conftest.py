"""A DAX node on a port of this machine, and the shop's calls through it with DAX's own client."""

import pytest

from catalog.dynamo.client import writer
from catalog.dynamo.dax import DaxCalls
from catalog.dynamo.products import DynamoProducts
from catalog.repository import CatalogUnavailable
from shopcloud.lib import ids
from tests.catalog.dynamo.dax_patience import connected, patiently, wait_long
from tests.catalog.dynamo.dax_server import DaxServer
from tests.catalog.factories import a_product


@pytest.fixture
def server(settings):
    server = DaxServer()
    settings.DAX_ENDPOINT = server.url
    yield server
    server.stop()


@pytest.fixture
def patient(monkeypatch):
    wait_long(monkeypatch)


@pytest.fixture
def through(server):
    """Calls through the node, with a breaker of their own. Its client is connected by the first of them, at once."""
    client = connected()
    through = DaxCalls(writer(), connect=lambda: client, tier=f"dax-{ids.product_id()}")
    yield through
    through._here().close()
    client.close()


@pytest.fixture
def unconnected(server):
    """Calls through the node that nobody has spoken to."""
    through = DaxCalls(writer(), tier=f"dax-{ids.product_id()}")
    yield through
    through._here().close()


@pytest.fixture
def shop(through):
    return DynamoProducts(writer(), dax=through)


@pytest.fixture
def product(shop):
    """One saved through the node, however busy the machine is."""
    return patiently(lambda: shop.create(a_product(category=f"{ids.product_id()}/lamps")), CatalogUnavailable)
