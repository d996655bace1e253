"""The demo catalog as committed: whole, consistent, light, and safe to seed from."""

import json
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "deploy" / "demo"
ASSETS = DEMO / "assets"
DESCRIBED = [json.loads(path.read_text()) for path in sorted(DEMO.glob("catalog-*.json"))]
CATEGORIES = [category for each in DESCRIBED for category in each["categories"]]
PRODUCTS = [product for each in DESCRIBED for product in each["products"]]
VARIANTS = [variant for product in PRODUCTS for variant in product["variants"]]


def referenced() -> set[str]:
    files = {image["file"] for product in PRODUCTS for image in product["images"]}
    files |= {product[key] for product in PRODUCTS for key in ("model", "digital_file") if product[key]}
    return files | {category["image"] for category in CATEGORIES}


def test_the_shop_has_about_120_products_in_six_departments():
    assert 110 <= len(PRODUCTS) <= 130
    assert len({product["category"].split("/")[0] for product in PRODUCTS}) == 6
    assert {product["kind"] for product in PRODUCTS} == {"physical", "digital"}


def test_every_file_a_product_names_is_there_and_no_other():
    folders = ("renders", "models", "downloads")
    there = {f"{folder}/{path.name}" for folder in folders for path in (ASSETS / folder).glob("*")}
    assert there == referenced()


def test_no_two_products_share_a_slug_a_title_a_sku_a_barcode_or_a_picture():
    for values in (
        [product["slug"] for product in PRODUCTS],
        [product["title"] for product in PRODUCTS],
        [variant["sku"] for variant in VARIANTS],
        [variant["barcode"] for variant in VARIANTS],
        [image["file"] for product in PRODUCTS for image in product["images"]],
    ):
        assert len(values) == len(set(values))


def test_every_product_hangs_on_a_leaf_of_the_tree():
    paths = {category["path"] for category in CATEGORIES}
    parents = {path.rpartition("/")[0] for path in paths} - {""}
    assert parents <= paths
    assert {product["category"] for product in PRODUCTS} == paths - parents


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category["path"])
def test_every_category_is_named_and_told_in_each_language(category):
    assert set(category["names"]) == set(category["translations"]) == {"de", "fr"}
    assert category["description"] and all(said["description"] for said in category["translations"].values())


def test_every_barcode_is_an_ean_13_of_the_range_for_use_in_a_shop():
    for variant in VARIANTS:
        digits = [int(digit) for digit in variant["barcode"]]
        assert len(digits) == 13 and digits[0] == 2
        assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def test_every_variant_has_a_price_in_each_currency_and_a_stock():
    for variant in VARIANTS:
        assert set(variant["prices"]) == {"USD", "EUR", "GBP"}
        assert all(isinstance(price, int) and 100 <= price <= 300_000 for price in variant["prices"].values())
        assert variant["stock"] >= 0
    assert any(variant["prices"]["EUR"] != variant["prices"]["USD"] for variant in VARIANTS)


def test_stock_is_mostly_ample_sometimes_low_sometimes_gone():
    stocks = [v["stock"] for product in PRODUCTS if product["kind"] == "physical" for v in product["variants"]]
    assert stocks.count(0) >= 3 and stocks.count(1) >= 1
    assert sum(stock >= 5 for stock in stocks) > 0.7 * len(stocks)


def test_every_product_has_one_to_six_variants_told_apart_by_their_options():
    for product in PRODUCTS:
        options = [tuple(sorted(variant["options"].items())) for variant in product["variants"]]
        assert 1 <= len(options) == len(set(options)) <= 6
        assert len({tuple(sorted(variant["options"])) for variant in product["variants"]}) == 1


def test_a_variants_picture_shows_its_own_finish():
    shown = 0
    for product in PRODUCTS:
        for variant in product["variants"]:
            if "image" in variant:
                finish = variant["options"]["finish"].lower().replace(" ", "-")
                assert f"-{finish}-1.webp" in product["images"][variant["image"]]["file"]
                shown += 1
    assert shown > len(PRODUCTS)


def test_copy_and_reviews_are_real_sentences():
    for product in PRODUCTS:
        assert len(product["description"].split("\n\n")) >= 2 and len(product["description"]) > 100
        assert "lorem" not in product["description"].lower()
        assert product["images"] and all(image["alt"] for image in product["images"])
        assert len(product["reviews"]) <= 12
        for review in product["reviews"]:
            assert 1 <= review["rating"] <= 5 and review["author"] and len(review["body"]) > 20
    ratings = {review["rating"] for product in PRODUCTS for review in product["reviews"]}
    assert ratings >= {2, 3, 4, 5}


def test_digital_goods_have_a_file_and_physical_ones_do_not():
    assert all((product["kind"] == "digital") == bool(product["digital_file"]) for product in PRODUCTS)
