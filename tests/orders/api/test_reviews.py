"""Reviews over REST: read by everyone in four orders, written by people who bought, voted for by people signed in."""

import pytest
from rest_framework.test import APIClient

from accounts.privacy import Subject
from catalog import queries, services
from catalog.repository import CatalogUnavailable, products
from catalog.reviews import ReviewStatus
from orders.api import reviews
from orders.services.fulfil_order import fulfil_order
from orders.services.pay_order import start_payment
from orders.services.review_product import review_product
from shopcloud.lib import clock
from shopcloud.lib.idempotency import IdempotencyKey
from shopcloud.wiring import known, privacy
from tests.catalog.factories import a_product
from tests.catalog.test_reviews import review
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db
WORDS = {"rating": 4, "title": "Soft", "body": "Lovely light.", "author": "Mara"}


@pytest.fixture
def lamp(monkeypatch):
    """A lamp of its own in each test, in place of the one that orders of the tests hold."""
    made = products().create(a_product())
    monkeypatch.setitem(sale_lines()["lamp"], "product_id", made.product_id)
    return made


def sale_lines():
    from tests.orders.payments import sale

    return sale._LINES


@pytest.fixture
def sent(lamp, buyer):
    """The lamp, bought and sent."""
    order = place(user=buyer, placed_at=clock.now())
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    order.refresh_from_db()
    fulfil_order(order=order, now=clock.now())
    return order


def url(lamp, *rest):
    return "/".join(["/api/v1/products", lamp.product_id, "reviews", *rest, ""])


def publish(lamp, buyer):
    said = queries.spoken_review(lamp.product_id, buyer=str(buyer.reviewer))
    services.answer_review(
        product_id=lamp.product_id, review_id=said.review.review_id, version=said.version, publish=True
    )
    return said.review.review_id


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_a_buyer_writes_changes_and_takes_back_a_review(buyers_phone, buyer, lamp, sent):
    written = buyers_phone.post(url(lamp), WORDS, format="json")
    made = written.json()
    assert (written.status_code, made["status"], made["body"]) == (201, "pending", WORDS["body"])
    again = buyers_phone.post(url(lamp), WORDS, format="json")
    assert refusal(again) == (409, "already_reviewed") and again.json()["review_id"] == made["review_id"]
    publish(lamp, buyer)
    own = url(lamp, made["review_id"])
    assert buyers_phone.get(own).json()["status"] == "published"
    changed = buyers_phone.put(own, {**WORDS, "rating": 2}, format="json")
    assert (changed.status_code, changed.json()["rating"], changed.json()["status"]) == (200, 2, "pending")
    assert buyers_phone.delete(own).status_code == 204
    assert refusal(buyers_phone.delete(own)) == refusal(buyers_phone.get(own)) == (404, "review_not_found")
    said = queries.spoken_review(lamp.product_id, buyer=str(buyer.reviewer))
    assert said.status is ReviewStatus.WITHDRAWN
    assert buyers_phone.post(url(lamp), WORDS, format="json").status_code == 201


def test_a_repeated_key_answers_with_the_first_review(buyers_phone, lamp, sent):
    answers = [buyers_phone.post(url(lamp), WORDS, format="json", HTTP_IDEMPOTENCY_KEY="k1") for _twice in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].content == answers[1].content and answers[1]["Idempotency-Replayed"] == "true"


def test_the_answer_kept_for_a_repeated_key_is_told_to_its_person_and_goes_with_them(buyers_phone, buyer, lamp, sent):
    buyers_phone.post(url(lamp), WORDS, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    kept = IdempotencyKey.objects.filter(response__contains=WORDS["body"])
    assert kept.exists() and buyer.email not in kept.get().response
    subject = Subject(buyer.pk, (buyer.email,))
    (told,) = known.of_requests(subject)["answers_to_apps"]
    assert WORDS["body"] in told["response"]
    assert known.of_requests(Subject(buyer.pk + 1, ()))["answers_to_apps"] == []
    privacy.erase_answers(Subject(buyer.pk + 1, ()))
    assert kept.exists()
    privacy.erase_answers(subject)
    assert not kept.exists()


def test_a_review_that_was_kept_but_answered_too_late_is_answered_when_its_key_comes_again(
    buyers_phone, buyer, lamp, sent, monkeypatch
):
    def late(**asked):
        review_product(**asked)
        raise CatalogUnavailable

    def tried(**words):
        return buyers_phone.post(url(lamp), WORDS | words, format="json", HTTP_IDEMPOTENCY_KEY="late1")

    with monkeypatch.context() as slow:
        slow.setattr(reviews, "review_product", late)
        assert tried().status_code == 503
    again = tried()
    said = queries.spoken_review(lamp.product_id, buyer=str(buyer.reviewer))
    assert (again.status_code, again.json()["review_id"], said.version) == (201, said.review.review_id, 1)
    assert tried().content == again.content
    other = buyers_phone.post(url(lamp), WORDS, format="json", HTTP_IDEMPOTENCY_KEY="late2")
    assert refusal(other) == (409, "already_reviewed")


@pytest.mark.parametrize("bought", ["nothing", "not yet sent"])
def test_only_who_bought_and_received_it_can_review(buyers_phone, buyer, lamp, bought):
    if bought == "not yet sent":
        order = place(user=buyer, placed_at=clock.now())
        start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    assert refusal(buyers_phone.post(url(lamp), WORDS, format="json")) == (403, "not_a_buyer")
    assert queries.spoken_review(lamp.product_id, buyer=str(buyer.reviewer)) is None


def test_strangers_read_and_do_not_write(phone, lamp):
    review(lamp, review_id="r1")
    assert [one["review_id"] for one in phone.get(url(lamp)).json()["results"]] == ["r1"]
    for method, path in (("post", url(lamp)), ("put", url(lamp, "r1")), ("put", url(lamp, "r1", "vote"))):
        assert getattr(phone, method)(path, WORDS, format="json").status_code == 401


@pytest.mark.parametrize(
    ("field", "value"), [("rating", 0), ("rating", 6), ("body", "  "), ("body", "x" * 5001), ("author", "")]
)
def test_a_review_that_breaks_a_rule_is_refused_by_field(buyers_phone, lamp, sent, field, value):
    refused = buyers_phone.post(url(lamp), {**WORDS, field: value}, format="json")
    assert refusal(refused) == (400, "invalid") and list(refused.json()["errors"]) == [field]


def test_another_buyers_review_is_not_there(buyers_phone, buyer, other_buyer, lamp, sent):
    made = buyers_phone.post(url(lamp), WORDS, format="json").json()
    others = APIClient()
    others.force_authenticate(other_buyer)
    for answer in (
        others.get(url(lamp, made["review_id"])),
        others.put(url(lamp, made["review_id"]), WORDS, format="json"),
        others.delete(url(lamp, made["review_id"])),
    ):
        assert refusal(answer) == (404, "review_not_found")
    assert queries.spoken_review(lamp.product_id, buyer=str(buyer.reviewer)).status is ReviewStatus.PENDING


def test_a_person_votes_once_takes_it_back_and_never_for_themselves(buyers_phone, buyer, other_buyer, lamp, sent):
    buyers_phone.post(url(lamp), WORDS, format="json")
    vote = url(lamp, publish(lamp, buyer), "vote")
    others = APIClient()
    others.force_authenticate(other_buyer)

    def helpful():
        return others.get(url(lamp) + "?sort=helpful").json()["results"][0]["helpful"]

    assert [others.put(vote).status_code for _twice in range(2)] == [204, 204] and helpful() == 1
    assert refusal(buyers_phone.put(vote)) == (409, "own_review") and helpful() == 1
    assert [others.delete(vote).status_code for _twice in range(2)] == [204, 204] and helpful() == 0
    assert refusal(others.put(url(lamp, "nothing", "vote"))) == (404, "review_not_found")


def test_reviews_are_sorted_filtered_and_paged(phone, lamp):
    for number in range(24):
        review(lamp, review_id=f"r{number}", rating=1 + number % 2)
    found, following = [], url(lamp) + "?sort=highest&stars=2"
    while following:
        page = phone.get(following).json()
        found += [one["rating"] for one in page["results"]]
        following = page["next"]
    assert found == [2] * 12
    for asked in ("sort=best", "stars=9"):
        assert refusal(phone.get(f"{url(lamp)}?{asked}")) == (400, "invalid")
    assert refusal(phone.get(f"{url(lamp)}?sort=highest&cursor=x")) == (400, "bad_cursor")
