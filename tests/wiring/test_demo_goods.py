"""The demo's own goods keep the rules that every product keeps. Their pictures are not stored for this."""

import json
import re
from itertools import chain

import pytest
from django.conf import settings

from catalog.admin.typed import TypedForm
from catalog.domain import LANGUAGES, Image, Model3D
from catalog.models import TypeAttribute
from catalog.product_types import open_types
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


# What is read alike in every language: figures, and measures such as "Ø 40 cm" and "180 × 90 cm".
MEASURE = re.compile(r"(Ø )?[0-9]+( × [0-9]+)?( cm)?")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_goods_say_of_themselves_has_words_in_every_language(language):
    kinds = {found.code: {a.name: a for a in found.attributes} for found in TYPES}
    told = {}
    for rank, described in enumerate(GOODS.products):
        product = product_of(described, rank, UnstoredFiles(), NOON)
        known = kinds[product.product_type]
        for name, value in chain(product.attributes.items(), *(v.options.items() for v in product.variants)):
            assert language in dict(known[name].labels), name
            told[name, value] = dict(dict(known[name].words).get(language, ())).get(value)
    assert len(told) > 300
    assert [said for said, words in told.items() if words is None and not MEASURE.fullmatch(said[1])] == []


def test_no_words_are_kept_for_what_no_goods_say():
    said = {(n, v) for p in GOODS.products for n, v in p["attributes"].items()}
    said |= {(n, v) for p in GOODS.products for variant in p["variants"] for n, v in variant["options"].items()}
    kept = {
        (a.name, value) for kind in TYPES for a in kind.attributes for _lang, words in a.words for value, _ in words
    }
    assert kept <= said


def test_staff_can_save_the_types_as_they_are(db):
    open_types(TYPES)
    for attribute in TypeAttribute.objects.all():
        attribute.full_clean()


def test_every_product_is_told_in_each_language_and_nothing_else_is():
    folder = settings.BASE_DIR / "deploy" / "demo"
    slugs = [slug for path in folder.glob("translations*.json") for slug in json.loads(path.read_text())]
    assert sorted(slugs) == sorted(product["slug"] for product in GOODS.products)
    for product in GOODS.products:
        assert set(product["translations"]) == set(LANGUAGES), product["slug"]
        for said in product["translations"].values():
            assert set(said) == {"title", "description"} and all(said.values()), product["slug"]
            # No paragraph was left out.
            assert said["description"].count("\n\n") == product["description"].count("\n\n"), product["slug"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_products_have_one_title(language):
    titles = [product["translations"][language]["title"] for product in GOODS.products]
    assert len(set(titles)) == len(titles)
