"""Crawlers find every product on sale, in every market, and leave personal pages alone."""

import gzip
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from catalog import services
from catalog.domain import Status
from catalog.search.index import SearchUnavailable
from catalog.search.tantivy_index import TantivyIndex
from catalog.sitemaps import shards
from media.services import forget_sitemap
from tests.catalog.factories import NOON, a_category, a_product

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Five products on sale and a draft, in an index of their own."""
    index = TantivyIndex(str(tmp_path / "search"))
    monkeypatch.setattr(shards, "search_index", lambda: index)
    forget_sitemap(shards.POINTER)
    services.save_categories(categories=[a_category("lighting"), a_category("lighting/table-lamps")])
    goods = [a_product(slug=f"lamp-{i}", title=f"Lamp {i}", updated_at=NOON + timedelta(minutes=i)) for i in range(5)]
    index.rebuild([*goods, a_product(slug="secret", status=Status.DRAFT)])
    return goods


def locations(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    content = gzip.decompress(answer.content) if path.endswith(".gz") else answer.content
    return [found.text.removeprefix("http://localhost:8000") for found in ElementTree.fromstring(content).iter(LOC)]


def test_every_product_on_sale_is_listed_once_in_every_market(client, shop, monkeypatch):
    monkeypatch.setattr(shards, "MAX_URLS", 8)
    monkeypatch.setattr(shards, "_READ", 2)
    assert shards.write_shards(now=NOON) == 3
    index = locations(client, "/sitemap.xml")
    assert index[0] == "/sitemaps/pages.xml"
    listed = [locations(client, path) for path in index[1:]]
    assert [len(urls) for urls in listed] == [8, 8, 4]
    wanted = [prefix + product.path for product in shop for prefix in ("", "/en-gb", "/de", "/fr")]
    assert sorted(url for urls in listed for url in urls) == sorted(wanted)


@pytest.mark.django_db
def test_categories_are_listed_before_any_product_is(client, shop):
    assert locations(client, "/sitemap.xml") == ["/sitemaps/pages.xml"]
    pages = locations(client, "/sitemaps/pages.xml")
    assert {"/", "/de/", "/c/lighting/table-lamps/", "/fr/c/lighting/"} <= set(pages)


def test_a_crawler_half_through_keeps_its_shards_until_the_run_after_the_next(client, shop):
    runs = []
    for hours in range(3):
        shards.write_shards(now=NOON + timedelta(hours=hours))
        runs.append(locations(client, "/sitemap.xml")[1])
    assert len(set(runs)) == 3
    assert [client.get(path).status_code for path in runs] == [404, 200, 200]


def test_a_run_that_fails_leaves_the_last_one_in_use(client, shop, monkeypatch):
    shards.write_shards(now=NOON)
    before = locations(client, "/sitemap.xml")
    monkeypatch.setattr(shards, "_active_products", lambda: iter([shop[0], None]))
    with pytest.raises(AttributeError):
        shards.write_shards(now=NOON + timedelta(hours=1))
    assert locations(client, "/sitemap.xml") == before


def test_running_twice_in_the_same_second_does_no_harm(client, shop):
    for _ in range(2):
        shards.write_shards(now=NOON)
    assert len(locations(client, locations(client, "/sitemap.xml")[1])) == 20


@pytest.mark.parametrize("name", ["20260101000000-1", "../../files/x", "20260101000000-0"])
def test_no_other_file_can_be_read_as_a_shard(client, name):
    assert client.get(f"/sitemaps/{name}.xml.gz").status_code == 404


def test_an_index_that_is_missing_takes_no_address_away(client, shop, tmp_path, monkeypatch):
    shards.write_shards(now=NOON)
    before = shards.current()
    monkeypatch.setattr(shards, "search_index", lambda: TantivyIndex(str(tmp_path / "nowhere")))
    with pytest.raises(SearchUnavailable):
        shards.write_shards(now=NOON + timedelta(hours=1))
    assert shards.current() == before


def test_robots_keep_to_public_pages(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    refused = re.findall(r"Disallow: (\S+)", answer.content.decode())
    assert {"/cart/", "/de/checkout/", "/admin/", "/fr/search/"} <= set(refused)
    assert not any("/".startswith(path) or "/c/x/".startswith(path) for path in refused)
    assert "Sitemap: http://localhost:8000/sitemap.xml" in answer.content.decode()
