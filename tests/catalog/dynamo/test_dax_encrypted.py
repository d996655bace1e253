"""An encrypted cluster, as it stands in AWS: the client looks at its name and at who vouches for it."""

from dataclasses import replace

import pytest

from catalog.domain import Freshness
from catalog.dynamo.client import writer
from catalog.dynamo.dax import DaxCalls
from catalog.dynamo.products import DynamoProducts
from shopcloud.lib import ids
from tests.catalog.dynamo.dax_certificates import Authority
from tests.catalog.dynamo.dax_server import DaxServer
from tests.catalog.factories import a_product

HOST = "localhost"


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """Whom this machine trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


@pytest.fixture
def server(settings, authority):
    server = DaxServer(tls=authority.node(HOST))
    settings.DAX_ENDPOINT = f"daxs://{HOST}:{server.port}"
    yield server
    server.stop()


def test_an_encrypted_cluster_is_read_and_saved_through(shop, product, server):
    assert shop.get(product.product_id, freshness=Freshness.CACHED) == product
    assert (server.cluster.asked["putItem"], server.cluster.asked["getItem"]) == (1, 1)


@pytest.mark.parametrize("stranger", ["of another name", "of another authority"])
def test_a_stranger_in_its_place_is_told_nothing_and_fails_no_read(
    shop, product, server, through, authority, tmp_path, stranger
):
    server.stop()
    other = authority.node("elsewhere.test") if "name" in stranger else Authority(tmp_path, "other").node(HOST)
    server.tls = other
    server.start()
    greeted = server.greeted
    assert shop.get(product.product_id, freshness=Freshness.CACHED) == product
    saved = shop.put(replace(product, title="Past it"), expected_version=1)
    for _ in range(3):
        assert shop.get(product.product_id, freshness=Freshness.CACHED) == saved
    fresh = DaxCalls(writer(), tier=f"dax-{ids.product_id()}")
    made = DynamoProducts(writer(), dax=fresh).create(a_product())
    assert shop.get(made.product_id, freshness=Freshness.CACHED) == made
    assert server.greeted == greeted
    assert through._breaker.current_state == "open"
