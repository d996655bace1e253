"""Public pages while Redis is there and says nothing."""

import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.test import Client

from catalog import cache, categories, services
from shopcloud import pages
from shopcloud.lib import clock, ids, redis, snapshot
from shopcloud.lib.resilience import breaker
from tests.catalog.factories import a_category, a_product
from tests.chaos.proxy import proxy_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(settings):
    """What lies between the shop and its store."""
    url = urlsplit(configured.REDIS_URL)
    with proxy_to(url.hostname, url.port) as proxy:
        settings.REDIS_URL = url._replace(netloc=url.netloc.replace(f":{url.port}", f":{proxy.port}")).geturl()
        redis.store.cache_clear()
        yield proxy
    redis.store.cache_clear()
    breaker("cache").close()


@pytest.fixture
def product(line):
    top = ids.product_id()
    services.save_categories(categories=[a_category(top, "Lighting")])
    return services.create_product(product=a_product(category=top, featured=True), now=clock.now())


def waited(path: str) -> float:
    """How long a page took whose process remembers nothing."""
    pages._memory.clear()
    cache.at_hand.clear()
    categories.forget()
    snapshot.forget_all()
    started = time.monotonic()
    assert Client().get(path).status_code == 200
    return time.monotonic() - started


def test_a_call_waits_for_one_answer(line):
    redis.store().ping()
    line.hush()
    for _warm_and_new in range(2):
        started = time.monotonic()
        with pytest.raises(redis.NoAnswer):
            redis.store().get("anything")
        assert time.monotonic() - started < 1.5


def test_no_page_takes_five_seconds_and_the_next_ones_do_not_wait(line, product):
    seen = ["/", product.path, f"/c/{product.category}/"]
    assert max(map(waited, seen)) < 5
    line.hush()
    assert max(map(waited, seen)) < 5
    assert max(map(waited, seen)) < 2
