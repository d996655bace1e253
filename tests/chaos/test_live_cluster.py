"""Open pages hear of orders and stock over a real cluster, and go on to do so when masters of it die."""

import itertools
import os
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client

from accounts.notifications import pushing
from accounts.notifications.words import Kind
from orders.events import OrderPaid
from shopcloud.lib import realtime, redis
from shopcloud.wiring import notifications
from tests.chaos.cluster import Node, ValkeyCluster
from tests.chaos.live import Listening, listening, until
from tests.orders.payments.sale import place
from tests.realtime_process import open_realtime

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
versions = itertools.count(1)


@pytest.fixture
def live(cluster):
    """The address of a realtime process whose store is the cluster."""
    url = urlsplit(os.environ["DATABASE_URL"])
    database = url._replace(path="/" + str(connection.settings_dict["NAME"])).geturl()
    with open_realtime(DATABASE_URL=database, REDIS_URL=cluster.url) as address:
        yield f"{address}/events"


def browser_of(person) -> dict[str, str]:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return {configured.SESSION_COOKIE_NAME: client.cookies[configured.SESSION_COOKIE_NAME].value}


def master(cluster: ValkeyCluster, sku: str) -> Node:
    return cluster.master_of(redis.key("last", f"stock:{sku}"))


def seconds_until_heard(one: Listening, event: str, tell: Callable[[], None], cluster: ValkeyCluster) -> float:
    """From now on, of something that is told again and again; what a page that came back is told anew counts not."""
    began, before, mark = time.monotonic(), len(one.of(event)), next(versions)

    def look() -> bool:
        tell()
        return any(said.get("version", mark + 1) > mark for said in one.of(event)[before:])

    until(look, lambda: f"no {event} is heard: {one.answers}\n{cluster.told()}", 30)
    return time.monotonic() - began


def test_a_buyer_hears_of_their_order_and_a_page_of_stock_whichever_master_dies(live, cluster, make_person):
    buyer, other = make_person("buyer@example.com"), make_person("other@example.com")
    place(user=buyer)
    feed, sku = redis.key("feed", pushing.feed_of(buyer.pk)), ""

    def ship() -> None:
        pushing.push_order(user_id=buyer.pk, order="SC-TEST0001", kind=Kind.ORDER_SHIPPED)

    def sell() -> None:
        realtime.publish({f"stock:{sku}": {"sku": sku, "available": 1, "version": next(versions)}})

    # Of one shard there is one replica: the two deaths are in two of them.
    sku = next(f"MUG-{n}" for n in itertools.count() if master(cluster, f"MUG-{n}") is not cluster.master_of(feed))
    with (
        listening(f"{live}/me/", browser_of(buyer)) as mine,
        listening(f"{live}/me/", browser_of(other)) as theirs,
        listening(f"{live}/stock/?sku=LAMP-L&sku={sku}") as page,
    ):
        until(lambda: mine.of("unread") and theirs.of("unread") and page.answers, "nobody listens")
        sent = time.monotonic()
        notifications.tell_paid(OrderPaid(order_number="SC-TEST0001", payment_id=1))
        until(lambda: mine.of("order") and mine.of("notification"), "the order was not heard of")
        assert mine.heard[-1].at - sent < 2
        assert mine.of("order") == [{"order": "SC-TEST0001", "kind": "order_paid"}]
        assert seconds_until_heard(page, "stock", sell, cluster) < 2
        cluster.master_of(feed).kill()
        orders = seconds_until_heard(mine, "order", ship, cluster)
        # A client has one node that it asks about scripts: that one dies.
        redis.store().replace_default_node(redis.store().get_node_from_key(redis.key("last", f"stock:{sku}")))
        master(cluster, sku).kill()
        stock = seconds_until_heard(page, "stock", sell, cluster)
    print(f"\nheard again {orders:.1f} s and {stock:.1f} s after")
    assert max(orders, stock) < 15
    assert mine.of("order")[1]["kind"] == "order_shipped"
    assert len({one.id for one in mine.heard if one.event == "order"}) == len(mine.of("order"))
    told = [said["version"] for said in page.of("stock") if said["sku"] == sku]
    assert told == sorted(told)
    assert theirs.of("order") == []
