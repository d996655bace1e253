"""The demo's own goods keep the rules that every product keeps. Their pictures are not stored for this."""

import json

from django.conf import settings

from catalog.admin.typed import TypedForm
from catalog.domain import LANGUAGES, Image, Model3D
from catalog.views.home import FEATURED
from shopcloud.wiring.demo.goods import product_of, read_goods, reviews_of
from shopcloud.wiring.demo.types import TYPES
from tests.catalog.factories import NOON


class UnstoredFiles:
    def image(self, path, alt):
        return Image(path, 1, 1, alt)

    def model(self, path):
        return Model3D(path, 1)

    def download(self, path):
        return path


GOODS = read_goods(settings.BASE_DIR / "deploy" / "demo")


def test_every_product_and_review_keeps_the_rules():
    products = [product_of(described, rank, UnstoredFiles(), NOON) for rank, described in enumerate(GOODS.products)]
    skus = [variant.sku for product in products for variant in product.variants]
    assert len({p.product_id for p in products}) == len(products) > 100
    assert len(set(skus)) == len(skus)
    assert sum(len(list(reviews_of(described, NOON))) for described in GOODS.products) > 100


def test_every_product_has_its_category():
    paths = {category["path"] for category in GOODS.categories}
    assert {product["category"] for product in GOODS.products} <= paths


def test_every_product_has_a_type_whose_attributes_it_fills_as_asked(db):
    kinds = {found.code: found for found in TYPES}
    for rank, described in enumerate(GOODS.products):
        product = product_of(described, rank, UnstoredFiles(), NOON)
        form = TypedForm(kinds[product.product_type], product.attributes, None)
        filled = TypedForm(
            kinds[product.product_type],
            product.attributes,
            {f"typed-{name}": value for name, value in form.initial.items()},
        )
        assert filled.is_valid(), (product.title, filled.errors)
        assert filled.values() == dict(product.attributes)


def test_translations_are_of_products_there_are_and_cover_the_home_page():
    translated = {product["slug"] for product in GOODS.products if product["translations"]}
    words = json.loads((settings.BASE_DIR / "deploy" / "demo" / "translations.json").read_text())
    assert translated == set(words)
    on_the_home_page = [product["slug"] for product in GOODS.products if product.get("featured")][:FEATURED]
    assert set(on_the_home_page) <= translated
    for texts in words.values():
        assert set(texts) == set(LANGUAGES)
        assert all(set(said) == {"title", "description"} for said in texts.values())
