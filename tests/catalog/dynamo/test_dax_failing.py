"""What the shop does while DAX fails: its own client meets a node that dies, is silent, hangs up or is too busy."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from amazondax import EndpointRefresher
from amazondax.Cluster import Cluster

from catalog.cache import CachedProducts
from catalog.domain import Freshness
from catalog.dynamo import dax as dax_module
from catalog.dynamo.calls import FAILURES
from catalog.dynamo.client import writer
from catalog.dynamo.dax import ANSWER_SECONDS, DaxCalls
from catalog.dynamo.products import DynamoProducts
from catalog.repository import CatalogUnavailable
from shopcloud.lib import ids
from tests.catalog.dynamo.dax_server import DaxServer, eventually
from tests.catalog.factories import a_product
from tests.catalog.test_outages import calls_to

CACHED, STRONG = Freshness.CACHED, Freshness.STRONG
# Beside waiting for DAX: DynamoDB's answer, on a machine that runs other tests at the same time.
SPARE_SECONDS = 1.5


def read(shop, product):
    """How long a read took, which found the product."""
    started = time.monotonic()
    assert shop.get(product.product_id, freshness=CACHED) == product
    return time.monotonic() - started


def used_again(shop, product, server, through):
    """One of the next few reads is answered by the node, which is trusted again."""
    through._breaker.reset_timeout = 0
    for _ in range(5):
        before = server.cluster.asked["getItem"]
        read(shop, product)
        if server.cluster.asked["getItem"] > before and through._breaker.current_state == "closed":
            return True
    return False


BUSY = ("ThrottlingException", "InternalServerErrorException", "AccessDeniedException", "unauthorized", "recovering")
BROKEN = [{"dead": True}, {"silent": True}, {"cut": True}, *({"refusing": code} for code in BUSY)]


def be(server, *, dead=None, **state):
    if dead is not None:
        server.stop() if dead else server.start()
    for name, value in state.items():
        setattr(server, name, value)


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_dax_lost_in_the_middle_of_traffic_fails_no_read_and_is_used_again(shop, product, server, through, broken):
    def look(number):
        if number == 40:
            be(server, **broken)
        started = time.monotonic()
        found = shop.get(product.product_id, freshness=CACHED) == product
        many = list(shop.get_many([product.product_id], freshness=CACHED)) == [product.product_id]
        return found and many, time.monotonic() - started

    with ThreadPoolExecutor(8) as shoppers:
        looks = list(shoppers.map(look, range(120)))
    assert all(seen for seen, _seconds in looks)
    assert max(seconds for _seen, seconds in looks) < 2 * ANSWER_SECONDS + SPARE_SECONDS
    assert through._breaker.current_state == "open"
    be(server, **dict.fromkeys(broken, False))
    assert used_again(shop, product, server, through)


def test_no_shopper_waits_for_another_while_the_node_is_silent(shop, product, server, through):
    read(shop, product)
    for backend in through._here()._client._cluster._router.backends.values():
        # As once a minute: whoever comes first asks for the table's keys, and the others wait for what it is told.
        backend.client._key_cache._cache.clear()
    server.silent = True
    with ThreadPoolExecutor(8) as shoppers:
        waits = list(shoppers.map(lambda _: read(shop, product), range(8)))
    assert max(waits) < ANSWER_SECONDS + SPARE_SECONDS
    server.silent = False


def test_connecting_to_silent_nodes_one_after_the_other_keeps_nobody_waiting(server, unconnected, monkeypatch):
    server.silent = True
    _named(monkeypatch, *[server] * 4)
    product = DynamoProducts(writer()).create(a_product())
    shop = DynamoProducts(writer(), dax=unconnected)
    assert ANSWER_SECONDS <= read(shop, product) < ANSWER_SECONDS + SPARE_SECONDS
    # It is still being tried, in the background.
    assert read(shop, product) < ANSWER_SECONDS


def test_a_cluster_that_is_silent_from_the_start_is_left_alone_like_any_other(server, unconnected, monkeypatch):
    server.silent = True
    _named(monkeypatch, *[server] * 4)
    product = DynamoProducts(writer()).create(a_product())
    shop = DynamoProducts(writer(), dax=unconnected)
    for _attempt in range(FAILURES):
        # Those who come while it is still being tried wait for nothing and find nothing out.
        eventually(lambda: read(shop, product) >= ANSWER_SECONDS)
        assert read(shop, product) < ANSWER_SECONDS
    assert unconnected._breaker.current_state == "open"
    unconnected._breaker.reset_timeout = 0
    eventually(lambda: read(shop, product) >= ANSWER_SECONDS)
    assert read(shop, product) < ANSWER_SECONDS
    assert unconnected._breaker.current_state == "open"


def test_a_shop_without_a_cluster_reads_and_saves(server, unconnected):
    server.stop()
    shop = DynamoProducts(writer(), dax=unconnected)
    product = shop.create(a_product())
    for _ in range(6):
        assert read(shop, product) < SPARE_SECONDS
    assert unconnected._breaker.current_state == "open"


def test_a_node_that_was_away_for_long_is_found_again(server, monkeypatch):
    monkeypatch.setattr(Cluster, "HEALTH_CHECK_INTERVAL", 0.1)
    monkeypatch.setattr(Cluster, "HEALTH_CHECK_RETRY_DELAY", 0.02)
    through = DaxCalls(writer(), tier=f"dax-{ids.product_id()}")
    shop = DynamoProducts(writer(), dax=through)
    product = shop.create(a_product())
    # On a busy machine the first connection takes longer than a call waits, and goes on in the background.
    eventually(lambda: through._here()._client)
    router = through._here()._client._cluster._router
    server.stop()
    eventually(lambda: not router.all_routes)
    saved = shop.put(replace(product, title="Without any"), expected_version=1)
    assert shop.get(product.product_id, freshness=CACHED) == saved
    server.start()
    eventually(lambda: router.all_routes)
    server.cluster.items.clear()
    assert used_again(shop, saved, server, through)
    through._here().close()


def test_when_the_leading_node_dies_the_other_takes_its_place(server, monkeypatch):
    monkeypatch.setattr(Cluster, "CLUSTER_UPDATE_INTERVAL", 0.6)
    other = DaxServer(beside=server)
    _named(monkeypatch, server, other)
    through = DaxCalls(writer(), tier=f"dax-{ids.product_id()}")
    shop = DynamoProducts(writer(), dax=through)
    product = shop.create(a_product())
    eventually(lambda: read(shop, product) and server.greeted and other.greeted)
    server.stop()
    with ThreadPoolExecutor(8) as shoppers:
        assert max(shoppers.map(lambda _: read(shop, product), range(80))) < SPARE_SECONDS
    router = through._here()._client._cluster._router
    eventually(lambda: [node.addrport.port for node in router.leader_routes] == [other.port])
    assert used_again(shop, product, other, through)
    saves = server.cluster.asked["updateItem"]
    shop.put(replace(product, title="By the other"), expected_version=1)
    assert server.cluster.asked["updateItem"] == saves + 1
    through._here().close()
    other.stop()


def test_a_node_that_the_client_drops_during_a_read_fails_no_read(shop, product, through):
    for backend in through._here()._client._cluster._router.backends.values():
        backend.client.close()
    for _ in range(4):
        read(shop, product)
    assert through._breaker.current_state == "open"


def test_a_save_that_may_have_happened_is_looked_up_and_not_repeated(shop, product, server, through):
    server.cut = True
    for version in range(1, FAILURES + 1):
        # The last of them opens the circuit: it was sent all the same.
        saved = shop.put(replace(product, title="Once"), expected_version=version)
        assert saved == shop.get(product.product_id, freshness=STRONG)
        assert (saved.title, saved.version) == ("Once", version + 1)
    assert through._breaker.current_state == "open"


def test_a_save_that_is_the_trial_of_a_resting_node_is_not_repeated(shop, product, server, through):
    server.cut = True
    through._breaker.open()
    through._breaker.reset_timeout = 0
    saved = shop.put(replace(product, title="Once"), expected_version=1)
    assert (saved.title, saved.version) == ("Once", 2)
    assert saved == shop.get(product.product_id, freshness=STRONG)


def test_a_save_waits_for_a_slow_node_that_readers_are_spared(shop, product, server, through):
    server.slow = ANSWER_SECONDS + 0.3
    assert ANSWER_SECONDS <= read(shop, product) < ANSWER_SECONDS + SPARE_SECONDS
    saved = shop.put(replace(product, title="At last"), expected_version=1)
    assert shop.get(product.product_id, freshness=STRONG) == saved
    assert through._breaker.current_state == "closed"


def test_a_save_goes_past_a_node_that_takes_no_connection(shop, product, server):
    server.stop()
    with pytest.raises(CatalogUnavailable):
        # Sent over a connection that has just broken: nobody knows what became of it.
        shop.put(replace(product, title="Sent"), expected_version=1)
    saved = shop.put(replace(product, title="Past it"), expected_version=1)
    assert shop.get(product.product_id, freshness=STRONG) == saved


def test_a_save_goes_past_a_node_that_is_too_busy(shop, product, server):
    server.refusing = "ThrottlingException"
    saved = shop.put(replace(product, title="Past it"), expected_version=1)
    assert shop.get(product.product_id, freshness=STRONG) == saved


def test_with_dax_and_dynamodb_away_last_known_copies_answer(shop, product, server):
    CachedProducts(shop).get(product.product_id, freshness=CACHED)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = calls_to(probe.getsockname()[1])
        server.stop()
        dark = DynamoProducts(dead, dax=DaxCalls(dead, tier=f"dax-{ids.product_id()}"))
        copies = CachedProducts(dark)
        copies._products.expire([product.product_id])
        assert copies.get(product.product_id, freshness=CACHED) == replace(product, stale=True)


def test_one_client_is_made_on_first_use_and_nobody_waits_for_it(server, product):
    made, may_connect = [], threading.Event()

    def slow():
        made.append(threading.get_ident())
        may_connect.wait(30)
        return dax_module.connect()

    through = DaxCalls(writer(), connect=slow, tier=f"dax-{ids.product_id()}")
    shop = DynamoProducts(writer(), dax=through)
    assert made == []
    with ThreadPoolExecutor(8) as shoppers:
        reading = [shoppers.submit(read, shop, product) for _ in range(8)]
        eventually(lambda: sum(one.done() for one in reading) >= 7)
        may_connect.set()
        assert all(one.result() for one in reading)
    assert len(made) == 1
    eventually(lambda: used_again(shop, product, server, through))
    through._here().close()


def _named(monkeypatch, *nodes):
    """The name of a cluster stands for the addresses of all its nodes."""
    addresses = [("cluster.test", ("127.0.0.1", node.port), socket.AF_INET) for node in nodes]
    monkeypatch.setattr(EndpointRefresher, "_resolve_dns", lambda host, port: list(addresses))
