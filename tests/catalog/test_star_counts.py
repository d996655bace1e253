"""How many reviews gave each number of stars is counted with the average, and shown where it explains all of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command

from catalog import queries, services
from catalog.dynamo import reviews
from catalog.dynamo.client import writer
from catalog.dynamo.tables import PRODUCTS
from catalog.repository import products
from catalog.reviews import Review
from shopcloud.lib import aws, ids
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return products().create(a_product())


def review(product, rating, place=0):
    return Review(
        review_id=ids.product_id(),
        product_id=product.product_id,
        author="Mara",
        rating=rating,
        body="Lovely.",
        created_at=NOON + timedelta(minutes=place),
    )


def forget_counts(product):
    """As an earlier release left the product: rated, its stars not counted one by one."""
    aws.dynamodb().update_item(
        TableName=PRODUCTS.full_name,
        Key={"product_id": {"S": product.product_id}},
        UpdateExpression="REMOVE stars_1, stars_2, stars_3, stars_4, stars_5",
    )


def stars_of(product):
    return queries.reviews_of(product.product_id).stars


def test_each_review_counts_among_its_like(product):
    for place, rating in enumerate((5, 5, 3, 1)):
        services.add_review(review=review(product, rating, place))
    assert stars_of(product) == (2, 0, 1, 0, 1)


def test_reviews_of_many_at_once_are_all_counted(product):
    sent = [review(product, 1 + place % 5, place) for place in range(10)]
    with ThreadPoolExecutor(4) as people:
        assert all(people.map(lambda one: reviews.add(writer(), one), sent))
    assert stars_of(product) == (2, 2, 2, 2, 2)


def test_what_is_taken_back_is_counted_no_more(product):
    words = {"author": "Mara", "rating": 4, "title": "", "body": "Lovely.", "now": NOON}
    said = services.say_review(product_id=product.product_id, buyer="mara@example.com", **words)
    assert stars_of(product) == ()
    services.answer_review(
        product_id=product.product_id, review_id=said.review.review_id, version=said.version, publish=True
    )
    services.add_review(review=review(product, 2, 1))
    assert stars_of(product) == (0, 1, 0, 1, 0)
    services.withdraw_review(product_id=product.product_id, buyer="mara@example.com")
    assert stars_of(product) == (0, 0, 0, 1, 0)


def test_reviews_of_an_earlier_release_are_counted_by_a_command(product, capsys):
    for place, rating in enumerate((5, 4, 4)):
        services.add_review(review=review(product, rating, place))
    forget_counts(product)
    services.add_review(review=review(product, 1, 3))
    assert stars_of(product) == ()
    call_command("count_review_stars")
    assert stars_of(product) == (1, 2, 0, 0, 1)
    services.add_review(review=review(product, 4, 4))
    assert stars_of(product) == (1, 3, 0, 0, 1)


def test_a_rating_that_reviews_do_not_explain_shows_no_counts(product):
    services.add_review(review=review(product, 5))
    products().set_rating(product.product_id, total=90, count=20)
    assert services.count_stars(product_id=product.product_id) is False
    assert stars_of(product) == ()


def test_a_page_shows_how_many_gave_each_number_of_stars(product, guest):
    for place, rating in enumerate((5, 5, 1)):
        services.add_review(review=review(product, rating, place))
    html = guest.get(f"{product.path}reviews/").content.decode()
    assert 'aria-label="Reviews by stars"' in html
    assert '<progress max="3" value="2"' in html and '<progress max="3" value="1"' in html
    assert "Bewertungen nach Sternen" in guest.get(f"/de{product.path}reviews/").content.decode()


def test_a_page_without_counts_shows_its_reviews_alone(product, guest):
    services.add_review(review=review(product, 5))
    forget_counts(product)
    html = guest.get(f"{product.path}reviews/").content.decode()
    assert "Lovely." in html and "star-counts" not in html
