"""Sessions, carts and caches on a real cluster: a master that dies is replaced, and a cluster that is gone is told."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from django.core.cache import cache
from django.db import connection
from django.test import Client
from redis.connection import Connection

from catalog.domain import Freshness
from catalog.records import product_record
from catalog.repository import products
from orders.carts import store
from orders.carts.sweep import sweep
from orders.proofs import shop
from shopcloud.lib import clock, redis, throttle
from tests.orders.goods import on_sale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PEOPLE = 50
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def test_the_cache_keeps_what_it_is_given_wherever_in_the_cluster_it_lies(cluster):
    many = {f"key-{number}": {"number": number} for number in range(60)}
    cache.set_many(many, 60)
    assert cache.get_many([*many, "unknown"]) == many
    assert len({cluster.master_of(cache.make_key(key)).port for key in many}) == 3
    assert (cache.add("key-1", "other"), cache.get("key-1")) == (False, {"number": 1})
    cache.delete_many(["key-1", "key-2"])
    assert (cache.get("key-1", "gone"), cache.incr("count", 2) if cache.add("count", 1) else 0) == ("gone", 3)
    assert cache.touch("count", 0.01) is not None


def test_clearing_the_cache_leaves_carts_alone(cluster):
    redis.store().set(redis.key("cart", "{a}"), "kept")
    cache.set("page", "1")
    cache.clear()
    assert (cache.get("page"), redis.store().get(redis.key("cart", "{a}"))) == (None, b"kept")


def test_uses_are_counted_wherever_they_lie_and_forgotten_with_their_window(cluster):
    doors = [f"door-{number}" for number in range(20)]
    assert all(throttle.within(door, most=1, seconds=86_400) for door in doors)
    assert not any(throttle.within(door, most=1, seconds=86_400) for door in doors)
    counted = redis.store().keys(redis.key("rate", "door-*"), target_nodes="primaries")
    assert len(counted) >= 20
    assert all(0 < redis.store().ttl(counter) <= 86_400 for counter in counted)


def test_carts_that_are_due_are_forgotten_wherever_they_lie(cluster):
    now = clock.now()
    for number in range(20):
        store.create(cart_id=f"cart-{number}", market="us", now=now)
    assert sweep(now=now + timedelta(days=15)) == 20
    assert redis.store().zcard(redis.key("cart-expiries")) == 0


def test_copies_of_products_are_kept_wherever_they_lie_and_late_readers_change_none(cluster):
    made = [on_sale(f"LAMP-{number}", units=None) for number in range(20)]
    wanted = [product.product_id for product in made]
    keys = [redis.key("product", product_id) for product_id in wanted]
    redis.store().delete(*keys)
    assert list(products().get_many(wanted, freshness=Freshness.CACHED).values()) == made
    assert len({cluster.master_of(key).port for key in keys}) == 3
    kept = [redis.store().get(key) for key in keys]
    products()._fill({product.product_id: replace(product, title="Older") for product in made})
    assert None not in kept
    assert [redis.store().get(key) for key in keys] == kept


def test_copies_are_kept_in_one_round_trip_to_each_node(cluster, monkeypatch):
    made = [on_sale(f"LAMP-{number}", units=None) for number in range(60)]
    sent = []
    send = Connection.send_packed_command
    monkeypatch.setattr(
        Connection, "send_packed_command", lambda self, *told, **how: (sent.append(self.port), send(self, *told, **how))
    )
    for _cold_and_run_out in range(2):
        sent.clear()
        products()._products.fill({product.product_id: product_record(product) for product in made}, fresh_seconds=-1)
        assert len(sent) == len(set(sent)) == 3


def test_a_master_that_dies_costs_seconds_and_no_cart(cluster, make_person):
    lamp = on_sale("LAMP-S", units=500)
    people = [sign_in(make_person(f"buyer{number}@example.com")) for number in range(PEOPLE)]
    with shop.running(connection.settings_dict["NAME"]) as address, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda person: add(address, person, lamp), people)) <= {200, 201, 302, 303}
        before = list(pool.map(lambda person: held(address, person), people))
        assert before == [1] * PEOPLE
        browsing = Browsing(address + lamp.path)
        killed = cluster.master_of(session_key(people[0]))
        died = time.monotonic()
        killed.kill()
        # The slowest is who tells: a person whose session or cart lay on the dead master.
        last = max(pool.map(lambda person: seconds_until_added(address, person, lamp, died), people))
        browsing.stop()
        after = list(pool.map(lambda person: held(address, person), people))
    print(f"\nall {PEOPLE} wrote again {last:.1f} s after; {browsing.answers} anonymous pages meanwhile")
    assert browsing.failed == []
    assert browsing.answers > 20
    assert after == [2] * PEOPLE
    assert last < 5


def test_a_master_that_falls_silent_keeps_nobody_waiting_for_more_than_an_answer(cluster):
    many = {f"{{one}}{number}": number for number in range(10)}
    cache.set_many(many, 60)
    with cluster.master_of(cache.make_key("{one}")).silent():
        for call in (lambda: cache.get("{one}1"), lambda: cache.get_many(many)):
            started = time.monotonic()
            with pytest.raises(redis.Unavailable):
                call()
            waited = time.monotonic() - started
            print(f"\na call took {waited:.1f} s")
            assert waited < 2.5


def test_without_the_cluster_people_browse_signed_out_and_checkout_says_so(cluster, make_person):
    lamp = on_sale("LAMP-S", units=5)
    person = sign_in(make_person("buyer@example.com"))
    with shop.running(connection.settings_dict["NAME"]) as address:
        assert add(address, person, lamp) < 400
        for node in cluster.nodes:
            node.kill()
        page = person.get(address + lamp.path, timeout=20)
        assert (page.status_code, lamp.title in page.text) == (200, True)
        checkout = person.get(f"{address}/checkout/", timeout=20)
        assert (checkout.status_code, "Retry-After" in checkout.headers) == (503, True)
        assert "Traceback" not in checkout.text
        # Nobody is signed out for good by a store that was away.
        assert not {"sessionid", "cart"} & {cookie.name for cookie in [*page.cookies, *checkout.cookies]}


def sign_in(person) -> requests.Session:
    """A browser of its own, signed in."""
    signed_in = Client()
    signed_in.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    browser = requests.Session()
    browser.cookies.set("sessionid", signed_in.cookies["sessionid"].value, domain="127.0.0.1", path="/")
    return browser


def add(address: str, person: requests.Session, product) -> int:
    form = {"product_id": product.product_id, "sku": product.variants[0].sku, "quantity": 1}
    answer = person.post(f"{address}/cart/lines/", form, headers=SAME_ORIGIN, timeout=20, allow_redirects=False)
    return answer.status_code


def held(address: str, person: requests.Session) -> int:
    """How many units the person's cart holds; fails where the person is not signed in any more."""
    badge = person.get(f"{address}/cart/badge/", timeout=20).text
    assert "Sign in" not in badge
    return int(re.search(r"Cart, (\d+) item", badge)[1])


def seconds_until_added(address: str, person: requests.Session, product, since: float) -> float:
    while add(address, person, product) >= 400:
        assert time.monotonic() - since < 30
        time.sleep(0.1)
    return time.monotonic() - since


def session_key(person: requests.Session) -> str:
    return cache.make_key(f"django.contrib.sessions.cache{person.cookies['sessionid']}")


class Browsing:
    """Somebody without a session who opens one page after another, until told to stop."""

    def __init__(self, page: str) -> None:
        self.answers, self.failed, self._on = 0, [], True
        self._thread = threading.Thread(target=self._go, args=(page,), daemon=True)
        self._thread.start()

    def _go(self, page: str) -> None:
        while self._on:
            status = requests.get(page, timeout=20).status_code
            self.answers += 1
            if status != 200:
                self.failed.append(status)

    def stop(self) -> None:
        self._on = False
        self._thread.join(timeout=30)
