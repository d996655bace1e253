"""What the catalog tells a phone can be kept, and asking again for what it has costs no bytes."""

from dataclasses import replace

import pytest

from catalog import services
from tests.catalog.factories import NOON

READS = (
    "products/?category=lighting", "products/{product_id}/", "products/{product_id}/reviews/", "categories/",
    "collections/", "search/?q=lamp", "suggest/?q=la",
)  # fmt: skip


@pytest.mark.parametrize("read", READS)
def test_what_a_phone_has_is_not_sent_again(phone, goods, read):
    address = f"/api/v1/{read.format(product_id=goods['Halo lamp'].product_id)}"
    first = phone.get(address)
    again = phone.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == first["ETag"]
    assert (
        again["Cache-Control"] == first["Cache-Control"] == ("no-cache" if "search" in read else "public, max-age=60")
    )


def test_a_change_and_another_market_are_sent(phone, goods):
    lamp = goods["Halo lamp"]
    address = f"/api/v1/products/{lamp.product_id}/"
    had = phone.get(address)["ETag"]
    abroad = phone.get(f"{address}?market=de", HTTP_IF_NONE_MATCH=had)
    assert (abroad.status_code, abroad.json()["price"]["currency"]) == (200, "EUR")
    renamed = replace(lamp, title="Halo lamp II")
    services.save_product(product=renamed, expected_version=lamp.version, now=NOON)
    fresh = phone.get(address, HTTP_IF_NONE_MATCH=had)
    assert (fresh.status_code, fresh.json()["title"]) == (200, "Halo lamp II")


def test_an_error_is_not_kept(phone, goods):
    missing = phone.get("/api/v1/products/nosuch/", HTTP_IF_NONE_MATCH="*")
    assert (missing.status_code, missing.headers.get("Cache-Control")) == (404, None)
