"""While a release is rolled out, processes of the one before read what the newer one wrote: they leave alone what they
do not know."""

import json

import pytest

from catalog import queries, review_pages, services
from catalog.dynamo import review_orders
from catalog.records import card_from, card_of, card_record, product_from, product_record
from catalog.reviews import Review
from catalog.search import document as documents
from shopcloud.lib import ids
from tests.catalog.factories import NOON, a_product

MORE = {"colour_of_tomorrow": {"name": "Teal", "codes": [1, 2]}}


# Mappings whose keys are data, not fields.
BY_NAME = {"prices", "titles", "translations", "attributes", "options"}


def with_more(value):
    """The same with a key more in every mapping, however deep."""
    if isinstance(value, dict):
        return {**{name: with_more(said) if name not in BY_NAME else said for name, said in value.items()}, **MORE}
    if isinstance(value, list):
        return [with_more(part) for part in value]
    return value


@pytest.fixture
def lamp():
    return a_product(translations={"de": {"title": "Lampe"}})


def test_cards_of_the_search_index(lamp):
    written = documents.document(lamp, documents.words_of)["card"]
    newer = json.dumps(with_more(json.loads(written)))
    assert newer.count("colour_of_tomorrow") == 1 + len(lamp.images[:2]) > 1
    assert documents.card_of(newer.encode()) == documents.card_of(written.encode()) == card_of(lamp)


def test_cards_of_category_pages(lamp):
    record = card_record(card_of(lamp))
    newer = {**record, **MORE, "images": [[*image, "blurred"] for image in record["images"]]}
    newer["rating"] = [*record["rating"], "steady"]
    assert card_from(newer) == card_from(record) == card_of(lamp)


def test_products_as_they_are_kept(lamp):
    dated = {"version": 3, "created_at": NOON.isoformat(), "updated_at": NOON.isoformat()}
    record = json.loads(json.dumps({**product_record(lamp), **dated}))
    assert product_from(with_more(record)) == product_from(record)


@pytest.mark.django_db
def test_kept_reviews(lamp):
    services.create_product(product=lamp, now=NOON)
    said = Review(
        product_id=lamp.product_id, review_id=ids.event_id(), author="Mara", rating=4, body="Lovely.", created_at=NOON
    )
    services.add_review(review=said)
    page = queries.reviews_of(lamp.product_id)
    newer = [*with_more(review_orders.page_record(page)), MORE]
    review_pages._first_pages.write({lamp.product_id: newer})
    assert review_pages._first_pages.read([lamp.product_id])[0].value == newer
    assert queries.reviews_of(lamp.product_id) == page
    assert page.reviews == (said,)
