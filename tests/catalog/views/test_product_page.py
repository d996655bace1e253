"""A product's page as shoppers, caches and search engines see it."""

import json
import re
from dataclasses import replace

import pytest

from catalog import services
from catalog.domain import Kind, Status, Variant
from catalog.reviews import Review
from tests.catalog.factories import NOON, a_product


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def structured(body: str) -> dict:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    assert found
    return {item["@type"]: item for item in json.loads(found[1])["@graph"]}


@pytest.mark.django_db
def test_a_product_page_costs_no_sql_and_sets_no_cookie(guest, lamp, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = guest.get(lamp.path)

    assert response.status_code == 200
    assert "s-maxage=60" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_signed_in_person_sees_the_same_bytes_as_a_guest(guest, signed_in, lamp):
    assert guest.get(lamp.path).content == signed_in.get(lamp.path + "?fresh=1").content


@pytest.mark.parametrize(
    ("prefix", "price", "tax"),
    [("", "$129.00", "plus sales tax"), ("/de", "119,00", None), ("/fr", "119,00", None)],
)
def test_each_market_has_its_price(guest, lamp, prefix, price, tax):
    body = page(guest, prefix + lamp.path)

    assert price in body
    assert tax is None or tax in body


def test_what_is_not_sold_in_a_market_cannot_be_put_into_its_cart(guest, lamp):
    body = page(guest, "/en-gb" + lamp.path)

    assert "We do not sell this in your country" in body
    assert "data-add" not in body


def test_a_wrong_slug_leads_to_the_one_address(guest, lamp):
    response = guest.get(f"/de/p/something-else-{lamp.product_id}/")

    assert response.status_code == 301
    assert response["Location"] == "/de" + lamp.path


@pytest.mark.parametrize(
    "path", ["/p/halo-lamp-nosuchproduct/", "/p/halo-lamp/", "/p/halo-lamp-nosuchproduct/reviews/"]
)
def test_an_unknown_product_is_not_found(guest, shelves, path):
    assert guest.get(path).status_code == 404


def test_a_draft_is_not_found(guest, put_on_sale):
    [draft] = put_on_sale(a_product(status=Status.DRAFT))

    assert guest.get(draft.path).status_code == 404


def test_an_archived_product_says_that_it_is_no_longer_sold(guest, lamp):
    services.archive_product(product_id=lamp.product_id, expected_version=lamp.version, now=NOON)

    response = guest.get(lamp.path)

    assert response.status_code == 410
    body = response.content.decode()
    assert "Halo lamp is no longer sold" in body
    assert 'href="/c/lighting/table-lamps/"' in body
    assert "data-add" not in body


def test_the_form_holds_the_sku_that_the_page_shows(guest, lamp):
    large = lamp.variants[1]

    body = page(guest, f"{lamp.path}?sku={large.sku}")

    assert "$159.00" in body
    assert re.search(rf'value="{large.sku}" checked', body)


def test_an_unknown_sku_in_the_address_shows_the_first_that_can_be_bought(guest, lamp):
    assert re.search(rf'value="{lamp.variants[0].sku}" checked', page(guest, lamp.path + "?sku=NO-SUCH-SKU"))


def test_a_sold_out_product_cannot_be_added(guest, put_on_sale):
    lonely = Variant("LONELY-1", {}, {"USD": 900}, in_stock=False)
    [gone] = put_on_sale(a_product(variants=(lonely,)))
    services.mark_availability(product_id=gone.product_id, sku="LONELY-1", in_stock=False)

    body = page(guest, gone.path)

    assert "Sold out" in body
    assert re.search(r"data-add disabled", body)


def test_leading_options_are_links_that_keep_the_form_true(guest, put_on_sale):
    variants = tuple(
        Variant(f"V-{colour}-{size}", {"Colour": colour, "Size": size}, {"USD": 1000})
        for colour in ("Oak", "Ash")
        for size in ("S", "L")
    )
    [chair] = put_on_sale(a_product(variants=variants))

    body = page(guest, chair.path + "?sku=V-Ash-L")

    assert 'href="?sku=V-Oak-L"' in body  # the other colour, in the chosen size
    assert re.findall(r'type="radio" name="sku" value="(V-[^"]+)"', body) == ["V-Ash-S", "V-Ash-L"]


def test_search_engines_read_the_price_and_the_way_here(guest, lamp):
    data = structured(page(guest, lamp.path))

    assert data["Product"]["offers"][0]["price"] == "129.00"
    assert data["Product"]["offers"][0]["priceCurrency"] == "USD"
    steps = [step["name"] for step in data["BreadcrumbList"]["itemListElement"]]
    assert steps == ["ShopCloud", "Lighting", "Table lamps", "Halo lamp"]


def test_a_description_cannot_end_the_data_block(guest, put_on_sale):
    [sly] = put_on_sale(a_product(description="</script><script>alert(1)</script>"))

    body = page(guest, sly.path)

    assert "<script>alert(1)" not in body
    assert structured(body)["Product"]["description"] == "</script><script>alert(1)</script>"


def test_each_market_names_its_twins(guest, lamp, settings):
    body = page(guest, "/fr" + lamp.path)

    assert f'<link rel="canonical" href="{settings.PUBLIC_URL}/fr{lamp.path}">' in body
    for language, prefix in (("en", ""), ("en-gb", "/en-gb"), ("de", "/de"), ("fr", "/fr"), ("x-default", "")):
        assert f'hreflang="{language}" href="{settings.PUBLIC_URL}{prefix}{lamp.path}"' in body


def test_a_digital_product_says_how_it_is_delivered(guest, put_on_sale):
    [book] = put_on_sale(a_product(kind=Kind.DIGITAL, variants=(Variant("BOOK", {}, {"USD": 900}),), download="d/x"))

    body = page(guest, book.path)

    assert "you get your link by email" in body
    assert "data-stepper" not in body


def test_pictures_hold_their_place_before_they_load(guest, lamp):
    body = page(guest, lamp.path)

    pictures = re.findall(r'<img(?:"[^"]*"|[^">])*>', body)
    assert pictures
    assert all(re.search(r'width="\d+" height="\d+"', picture) for picture in pictures)


def test_a_last_known_copy_is_marked_and_not_kept(guest, lamp, monkeypatch):
    monkeypatch.setattr("catalog.queries.product", lambda *_args, **_kwargs: replace(lamp, stale=True))

    response = guest.get(lamp.path)

    assert "as we last knew it" in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_reviews_are_read_a_page_at_a_time(guest, lamp):
    for number in range(12):
        services.add_review(
            review=Review(
                review_id=f"r{number}",
                product_id=lamp.product_id,
                author="Mara",
                rating=4,
                body=f"Review {number}.",
                created_at=NOON,
            )
        )

    first = page(guest, lamp.path + "reviews/")
    more = re.search(r'rel="next" href="([^"]+)"', first)

    assert first.count('class="review"') == 10
    assert more and page(guest, more[1]).count('class="review"') == 2


def test_a_broken_review_cursor_is_refused(guest, lamp):
    assert guest.get(lamp.path + "reviews/?cursor=nonsense").status_code == 400
