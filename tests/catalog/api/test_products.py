"""A product as a phone reads it, and a category as it pages through it."""

import pytest

from catalog import services
from tests.catalog.factories import NOON, a_category, a_product


def told(name, value):
    return {"name": name, "label": name.capitalize(), "value": value, "text": value}


def test_a_product_comes_whole_in_dollars(phone, goods):
    lamp = goods["Halo lamp"]
    body = phone.get(f"/api/v1/products/{lamp.product_id}/").json()
    assert body == {
        "product_id": lamp.product_id,
        "slug": "halo-lamp",
        "title": "Halo lamp",
        "brand": "Nordlys",
        "category": "lighting/table-lamps",
        "kind": "physical",
        "description": "Warm light.\n\nOak foot.",
        "attributes": {"material": "Oak", "height_cm": "42"},
        "details": [
            {"name": "material", "label": "Material", "value": "Oak", "text": "Oak"},
            {"name": "height_cm", "label": "Height cm", "value": "42", "text": "42"},
        ],
        "price": {"amount": 12900, "currency": "USD"},
        "variants": [
            {
                "sku": lamp.variants[0].sku,
                "options": {"size": "Small", "finish": "Oak"},
                "details": [told("size", "Small"), told("finish", "Oak")],
                "price": {"amount": 12900, "currency": "USD"},
                "available": True,
            },
            {
                "sku": lamp.variants[1].sku,
                "options": {"size": "Large", "finish": "Oak"},
                "details": [told("size", "Large"), told("finish", "Oak")],
                "price": {"amount": 15900, "currency": "USD"},
                "available": True,
            },
        ],
        "images": [
            {"url": "http://testserver/media/images/a/960.webp", "width": 960, "height": 960, "alt": "A lamp"},
            {"url": "http://testserver/media/images/b/960.webp", "width": 960, "height": 960, "alt": ""},
        ],
        "model": "http://testserver/media/models/a.glb",
        "rating": {"average": 0.0, "count": 0},
    }


def test_a_market_has_its_own_prices(phone, goods):
    body = phone.get(f"/api/v1/products/{goods['Halo lamp'].product_id}/?market=de").json()
    assert body["price"] == {"amount": 11900, "currency": "EUR"}
    assert [v["price"]["currency"] for v in body["variants"]] == ["EUR", "EUR"]


def test_a_product_without_a_price_in_the_market_says_so_with_null(phone, goods):
    body = phone.get(f"/api/v1/products/{goods['Ebb mug'].product_id}/?market=uk").json()
    assert (body["price"], body["model"]) == (None, None)


@pytest.mark.parametrize("title", ["Coming lamp", "Bygone lamp"])
def test_what_is_not_on_sale_cannot_be_read(phone, goods, title):
    product_id = goods[title].product_id
    for path in (f"products/{product_id}/", f"products/{product_id}/reviews/"):
        refused = phone.get(f"/api/v1/{path}")
        assert (refused.status_code, refused.json()["code"]) == (404, "product_not_found")
    listed = phone.get("/api/v1/products/?category=lighting").json()["results"]
    assert product_id not in [card["product_id"] for card in listed]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("products/nosuch/", 404, "product_not_found"),
        ("products/NO%20SUCH/", 404, "product_not_found"),
        (f"products/{'x' * 300}/", 404, "product_not_found"),
        ("products/nosuch/reviews/", 404, "product_not_found"),
        ("products/", 400, "invalid"),
        ("products/?category=garden/gnomes", 404, "category_not_found"),
        ("products/?category=Not%20a%20path", 404, "category_not_found"),
        ("products/?category=lighting&cursor=bogus", 400, "bad_cursor"),
        ("products/?category=lighting&cursor=%00", 400, "invalid"),
        (f"products/?category=lighting&cursor={'x' * 5000}", 400, "invalid"),
        ("products/?category=lighting&market=mars", 400, "unknown_market"),
        ("categories/?market=mars", 400, "unknown_market"),
        ("nowhere/", 404, "not_found"),
    ],
)
def test_what_does_not_exist_is_a_problem_with_a_code(phone, goods, path, status, code):
    refused = phone.get(f"/api/v1/{path}")
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["detail"]


def test_the_pages_of_a_category_hold_every_product_once(phone, goods):
    for number in range(60):
        services.create_product(product=a_product(title=f"Lamp {number}", rank=100 + number), now=NOON)
    seen, url, pages = [], "/api/v1/products/?category=lighting&market=de", 0
    while url:
        page = phone.get(url).json()
        seen += [card["product_id"] for card in page["results"]]
        assert all(card["price"]["currency"] == "EUR" for card in page["results"])
        url, pages = page["next"], pages + 1
    assert (pages, len(seen), len(set(seen))) == (3, 63, 63)
    assert page["previous"]


def test_the_tree_speaks_the_markets_language(phone, goods):
    tree = phone.get("/api/v1/categories/?market=de").json()
    light = next(category for category in tree["results"] if category["path"] == "lighting")
    assert light == {
        "path": "lighting", "name": "Licht", "parent": "", "description": "",
        "seo_title": "Licht", "seo_description": "",
    }  # fmt: skip
    assert (tree["next"], tree["previous"]) == (None, None)


def test_the_tree_tells_the_texts_of_its_categories_in_the_market_s_language(phone, db):
    texts = {"description": "Warm.", "seo_title": "Lamps to buy", "seo_description": "All of them."}
    german = {"description": "Schön warm.", "seo_title": "Lampen kaufen"}
    services.save_categories(
        categories=[a_category("told-lamps", "Lamps", names={"de": "Lampen"}, translations={"de": german}, **texts)]
    )
    for market, wanted in (
        ("uk", ("Lamps", "Warm.", "Lamps to buy", "All of them.")),
        ("de", ("Lampen", "Schön warm.", "Lampen kaufen", "Schön warm.")),
    ):
        results = phone.get(f"/api/v1/categories/?market={market}").json()["results"]
        told = next(category for category in results if category["path"] == "told-lamps")
        assert (told["name"], told["description"], told["seo_title"], told["seo_description"]) == wanted


@pytest.mark.parametrize("path", ["products/abc/", "categories/", "search/"])
def test_the_catalog_cannot_be_written(phone, goods, path):
    refused = phone.post(f"/api/v1/{path}", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert refused["Content-Type"] == "application/problem+json"
    assert "GET" in refused["Allow"]


def test_an_answer_names_the_tiers_and_its_request(phone, goods):
    answer = phone.get(f"/api/v1/products/{goods['Halo lamp'].product_id}/")
    assert "cache" in answer["Server-Timing"]
    assert answer["X-Request-ID"]


def test_a_product_and_its_card_speak_the_language_of_the_market(phone, db):
    words = {"de": {"title": "Halo-Leuchte", "description": "Warmes Licht."}, "fr": {"title": "Lampe Halo"}}
    services.save_categories(categories=[a_category("words"), a_category("words/lamps")])
    lamp = services.create_product(product=a_product(category="words/lamps", translations=words), now=NOON)
    for market, title, text in (
        ("us", "Halo lamp", "Warm light.\n\nOak foot."),
        ("uk", "Halo lamp", "Warm light.\n\nOak foot."),
        ("de", "Halo-Leuchte", "Warmes Licht."),
        ("fr", "Lampe Halo", "Warm light.\n\nOak foot."),
    ):
        body = phone.get(f"/api/v1/products/{lamp.product_id}/?market={market}").json()
        assert (body["title"], body["description"]) == (title, text)
        cards = phone.get(f"/api/v1/products/?category=words/lamps&market={market}").json()["results"]
        assert [card["title"] for card in cards] == [title]
    services.archive_product(product_id=lamp.product_id, expected_version=lamp.version, now=NOON)
