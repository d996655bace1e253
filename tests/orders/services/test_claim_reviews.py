"""A person stays one reviewer whatever address they have, and whoever gets their old address is somebody else."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import privacy
from accounts.models import User
from catalog import queries, services
from catalog.domain import Freshness
from catalog.dynamo.client import writer
from catalog.dynamo.tables import REVIEWS
from catalog.dynamo.values import encode_all
from catalog.repository import products
from catalog.reviews import OwnReview, ReviewStatus
from catalog.votes import Voter, has_voted, vote_helpful
from orders.models import Order
from orders.reviewing import reviewer_of
from orders.services.claim_orders import claim_orders
from orders.services.claim_reviews import claim_reviews
from orders.services.review_product import review_product, withdraw_product_review
from shopcloud.lib import clock, ids
from shopcloud.lib.outbox import relay
from shopcloud.subscriptions import HANDLERS
from shopcloud.wiring import known
from tests.catalog.factories import a_product
from tests.catalog.test_reviews import review
from tests.conftest import PASSWORD, code_in, confirm
from tests.orders.conftest import empty_shelves as empty_shelves
from tests.orders.payments import sale

pytestmark = pytest.mark.django_db(transaction=True)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def lamp(monkeypatch):
    """A lamp of its own in each test, which its orders hold."""
    made = products().create(a_product())
    monkeypatch.setitem(sale._LINES["lamp"], "product_id", made.product_id)
    return made


@pytest.fixture
def old() -> str:
    return f"{ids.product_id()}@old.example.com"


@pytest.fixture
def person(make_person, old):
    made = make_person(old)
    confirm(made)
    return made


def sent(number: str = "SC-TEST0001", **changes) -> Order:
    order = sale.place(number=number, placed_at=clock.now(), **changes)
    order.lines.update(fulfilled=2)
    Order.objects.filter(pk=order.pk).update(paid_at=clock.now(), status=Order.Status.FULFILLED)
    return Order.objects.select_related("user").get(pk=order.pk)


def say(order: Order, lamp, **changes):
    words = {"author": "Mara", "rating": 4, "title": "", "body": "Lovely light.", "now": clock.now(), **changes}
    return review_product(order=order, product_id=lamp.product_id, **words)


def publish(said):
    return services.answer_review(
        product_id=said.review.product_id, review_id=said.review.review_id, version=said.version, publish=True
    )


def as_before(order: Order, lamp, buyer: str, **changes):
    """A review as the release before kept it: under the address."""
    words = {"author": "Mara", "rating": 4, "title": "", "body": "Lovely light.", "now": clock.now(), **changes}
    return publish(services.say_review(product_id=lamp.product_id, buyer=buyer, purchase=order.number, **words))


def vote(said, buyer: str):
    of_review = {"product_id": said.review.product_id, "review_id": said.review.review_id}
    return vote_helpful(**of_review, voter=Voter(person=buyer), client="192.0.2.1")


def voted(said, buyer: str) -> bool:
    of_review = {"product_id": said.review.product_id, "review_id": said.review.review_id}
    return has_voted(**of_review, voter=Voter(person=buyer))


def moved_to(person: User, email: str, mailoutbox) -> User:
    """By the pages, as people change their address; then what follows from it."""
    client = Client(headers=SAME_SITE)
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": email, "action_add": ""})
    client.post("/account/confirm-email/", {"code": code_in(mailoutbox[-1].body)})
    relay(subscriptions=HANDLERS, now=clock.now() + timedelta(seconds=1))
    person.refresh_from_db()
    assert person.email == email
    return person


def ratings(lamp) -> int:
    return products().get(lamp.product_id, freshness=Freshness.STRONG).rating.count


def forget(person: User) -> None:
    now = clock.now()
    wish = privacy.ask_to_be_forgotten(user=person, now=now)
    assert privacy.go_on(request_id=wish.pk, now=now + timedelta(minutes=1))


def test_after_a_change_of_address_the_review_is_theirs_and_counts_once(person, lamp, mailoutbox):
    order = sent(user=person, email=person.email)
    said = publish(say(order, lamp))
    moved_to(person, f"{ids.product_id()}@new.example.com", mailoutbox)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(f"/orders/{order.number}/", follow=True).content.decode()
    assert "Your review is published." in html and "Write a review" not in html
    with pytest.raises(OwnReview):
        vote(said, str(person.reviewer))
    order = Order.objects.select_related("user").get(pk=order.pk)
    again = publish(say(order, lamp, rating=2))
    assert (again.review.review_id, ratings(lamp)) == (said.review.review_id, 1)
    services.withdraw_review(product_id=lamp.product_id, buyer=reviewer_of(order))
    assert ratings(lamp) == 0


def test_one_vote_a_person_whatever_address_they_have(person, lamp, mailoutbox, other_buyer):
    said = as_before(sent(user=other_buyer), lamp, str(other_buyer.reviewer))
    client = Client(headers=SAME_SITE)
    url = f"{lamp.path}reviews/{said.review.review_id}/vote/"
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.post(url)
    moved_to(person, f"{ids.product_id()}@new.example.com", mailoutbox)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.post(url)
    assert [one.helpful for one in queries.reviews_of(lamp.product_id, limit=50).reviews] == [1]


def test_copies_and_erasures_find_everything_under_addresses_of_old(person, lamp, mailoutbox, other_buyer):
    publish(say(sent(user=person, email=person.email), lamp, body="Words of mine."))
    others = products().create(a_product())
    theirs = review(others, review_id="r1")
    vote_helpful(
        product_id=others.product_id, review_id=theirs.review_id, voter=Voter(person=str(person.reviewer)), client="x"
    )
    moved_to(person, f"{ids.product_id()}@new.example.com", mailoutbox)
    told = known.of_reviews(privacy.subject_of(person))
    assert [one["review"]["body"] for one in told["reviews"]] == ["Words of mine."]
    assert told["review_votes"] == [{"product_id": others.product_id, "review_id": "r1"}]
    forget(person)
    assert (ratings(lamp), queries.reviews_of(lamp.product_id, limit=50).reviews) == (0, ())
    assert [one.helpful for one in queries.reviews_of(others.product_id, limit=50).reviews] == [0]


def claimed(make_person, lamp, email: str) -> tuple:
    """An order of a guest, what they said of it, and the person into whose account both came."""
    order = sent(email=email)
    said = publish(say(order, lamp))
    person = make_person(email)
    confirm(person)
    claim_orders(user_id=person.pk)
    claim_reviews(user_id=person.pk)
    return order, said, person


def test_what_a_guest_said_comes_into_their_account_and_stays_there(make_person, lamp, mailoutbox, old):
    order, said, person = claimed(make_person, lamp, old)
    claim_reviews(user_id=person.pk)
    moved_to(person, f"{ids.product_id()}@new.example.com", mailoutbox)
    mine = str(person.reviewer)
    found = queries.spoken_review(lamp.product_id, buyer=mine)
    assert found.review == said.review and queries.spoken_reviews([lamp.product_id], buyer=mine) == {
        lamp.product_id: found
    }
    changed = publish(say(Order.objects.select_related("user").get(pk=order.pk), lamp, rating=1))
    assert (changed.review.review_id, ratings(lamp)) == (said.review.review_id, 1)
    forget(person)
    assert ratings(lamp) == 0 and rows_of(lamp) == []


def rows_of(lamp) -> list:
    asked = {"KeyConditionExpression": "product_id = :product", "TableName": REVIEWS.full_name, "ConsistentRead": True}
    return writer().read("query", **asked, ExpressionAttributeValues=encode_all({":product": lamp.product_id}))["Items"]


def test_whoever_gets_the_old_address_inherits_nothing(make_person, lamp, mailoutbox, old):
    _order, said, person = claimed(make_person, lamp, old)
    moved_to(person, f"{ids.product_id()}@new.example.com", mailoutbox)
    guests = sent("SC-TEST0002", email=old)
    assert queries.spoken_review(lamp.product_id, buyer=old) is None
    assert queries.spoken_reviews([lamp.product_id], buyer=old) == {} and queries.reviews_by(old).reviews == ()
    theirs = publish(say(guests, lamp, rating=1))
    assert theirs.review.review_id != said.review.review_id and ratings(lamp) == 2
    assert queries.spoken_reviews([lamp.product_id], buyer=old) == {lamp.product_id: theirs}
    newcomer = make_person(old)
    confirm(newcomer)
    claim_orders(user_id=newcomer.pk)
    claim_reviews(user_id=newcomer.pk)
    assert queries.spoken_review(lamp.product_id, buyer=str(newcomer.reviewer)).review == theirs.review
    forget(newcomer)
    assert queries.spoken_review(lamp.product_id, buyer=str(person.reviewer)).review == said.review
    assert ratings(lamp) == 1


def test_a_guest_keeps_their_review_when_the_earlier_owner_of_the_address_is_forgotten(
    make_person, lamp, mailoutbox, old
):
    _order, _said, person = claimed(make_person, lamp, old)
    moved_to(person, f"{ids.product_id()}@new.example.com", mailoutbox)
    guests = sent("SC-TEST0002", email=old)
    theirs = publish(say(guests, lamp, rating=1))
    forget(person)
    assert queries.spoken_review(lamp.product_id, buyer=old) == theirs
    assert queries.spoken_reviews([lamp.product_id], buyer=old) == {lamp.product_id: theirs}
    publish(say(guests, lamp, rating=2))
    assert ratings(lamp) == 1
    withdraw_product_review(order=guests, product_id=lamp.product_id)
    assert ratings(lamp) == 0


def test_what_was_said_while_the_order_came_into_an_account_is_the_accounts(make_person, lamp, old):
    as_guest = sent(email=old)
    person = make_person(old)
    confirm(person)
    claim_orders(user_id=person.pk)
    claim_reviews(user_id=person.pk)
    said = say(as_guest, lamp)
    assert queries.spoken_review(lamp.product_id, buyer=str(person.reviewer)).review == said.review


def test_two_reviews_of_one_person_become_one(person, lamp, other_buyer):
    order = sent(user=person, email=person.email)
    earlier = as_before(order, lamp, person.email, rating=1)
    vote(earlier, str(person.reviewer))
    said = publish(say(order, lamp, rating=5))
    assert ratings(lamp) == 2
    call_command("claim_reviews")
    assert queries.reviews_of(lamp.product_id, limit=50).reviews == (said.review,)
    assert ratings(lamp) == 1
    statuses = {one.review.rating: one.status for one in queries.reviews_by(str(person.reviewer)).reviews}
    assert statuses == {1: ReviewStatus.WITHDRAWN, 5: ReviewStatus.PUBLISHED}
    forget(person)
    assert rows_of(lamp) == []


def test_reviews_from_before_are_known_by_their_orders_under_addresses_of_old(person, lamp, old):
    """The address had changed before accounts kept reviews; somebody else has it now, and said something too."""
    order = sent(user=person, email=old)
    as_before(order, lamp, old)
    User.objects.filter(pk=person.pk).update(email="changed@example.com")
    person.emailaddress_set.update(email="changed@example.com")
    mug = products().create(a_product())
    services.say_review(
        product_id=mug.product_id, buyer=old, author="B", rating=1, title="", body="B", now=clock.now(), purchase="SC-B"
    )
    call_command("claim_reviews")
    assert [one.review.product_id for one in queries.reviews_by(str(person.reviewer)).reviews] == [lamp.product_id]
    assert [one.review.product_id for one in queries.reviews_by(old).reviews] == [mug.product_id]


def test_who_proves_an_address_of_somebody_elses_review_does_not_get_it(person, make_person, lamp, old):
    as_before(sent(user=person, email=old), lamp, old)
    User.objects.filter(pk=person.pk).update(email="changed@example.com")
    person.emailaddress_set.update(email="changed@example.com")
    newcomer = make_person(old)
    confirm(newcomer)
    for somebody in (newcomer, person):
        claim_reviews(user_id=somebody.pk)
    assert queries.reviews_by(str(newcomer.reviewer)).reviews == ()
    assert len(queries.reviews_by(str(person.reviewer)).reviews) == 1


def test_votes_from_before_come_along_and_two_of_one_person_count_once(person, lamp, other_buyer):
    one = as_before(sent(user=other_buyer), lamp, str(other_buyer.reviewer))
    mug = products().create(a_product())
    review(mug, review_id="r1")
    for buyer in (person.email, str(person.reviewer)):
        vote(one, buyer)
    vote_helpful(product_id=mug.product_id, review_id="r1", voter=Voter(person=person.email), client="192.0.2.1")
    claim_reviews(user_id=person.pk)
    assert [said.helpful for said in queries.reviews_of(lamp.product_id, limit=50).reviews] == [1]
    assert [said.helpful for said in queries.reviews_of(mug.product_id, limit=50).reviews] == [1]
    assert voted(one, str(person.reviewer)) and not voted(one, person.email)
    assert len(queries.reviews_by(str(person.reviewer)).votes) == 2 and queries.reviews_by(person.email).votes == ()
