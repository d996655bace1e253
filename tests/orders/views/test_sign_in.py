"""What signing in, up and out does to the browser's cart."""

import pytest
from django.test import Client

from orders.carts.cookie import NAME
from orders.models import SavedCart
from tests.conftest import PASSWORD, code_in, confirm, forget_keys
from tests.orders.goods import on_sale

pytestmark = pytest.mark.django_db(transaction=True)
OURS = {"Sec-Fetch-Site": "same-origin"}


def browser() -> Client:
    return Client(raise_request_exception=False, headers=OURS)


def add(client, quantity=1):
    return client.post("/cart/lines/", {"product_id": "lamps", "sku": "LAMP-S", "quantity": quantity})


def sign_in(client, person):
    confirm(person)
    return client.post("/account/login/", {"login": person.email, "password": PASSWORD})


def text(client, path="/cart/") -> str:
    return " ".join(client.get(path).content.decode().split())


def test_two_devices_share_one_cart(buyer):
    on_sale()
    laptop, phone = browser(), browser()
    add(laptop, 2)
    sign_in(laptop, buyer)
    add(phone)
    answer = sign_in(phone, buyer)
    assert answer.cookies[NAME].value
    page = text(phone)
    assert "We added 1 item to the cart you had from before." in page
    assert "$149.97" in page
    assert "$149.97" in text(laptop)
    assert "We added" not in text(phone)


def test_a_new_account_keeps_what_the_guest_chose(mailoutbox):
    on_sale()
    client = browser()
    add(client, 3)
    assert client.post("/account/signup/", {"email": "ada@example.com", "password1": PASSWORD}).status_code == 302
    client.post("/account/confirm-email/", {"code": code_in(mailoutbox[-1].body)})
    assert SavedCart.objects.get(user__email="ada@example.com").count == 3
    assert "$149.97" in text(client)


def test_signing_in_without_a_cart_begins_none(buyer):
    client = browser()
    assert NAME not in sign_in(client, buyer).cookies
    assert not SavedCart.objects.exists()
    assert "Your cart is empty" in text(client)


def test_after_redis_lost_everything_the_cart_is_back_on_return(buyer):
    on_sale()
    client = browser()
    sign_in(client, buyer)
    add(client, 2)
    forget_keys()
    assert "Your cart is empty" in text(client)
    sign_in(client, buyer)
    assert "$99.98" in text(client)


def test_signing_out_leaves_no_cart_for_the_next_one_at_the_computer(buyer, other_buyer):
    on_sale()
    client = browser()
    sign_in(client, buyer)
    add(client)
    assert client.post("/account/logout/").cookies[NAME].value == ""
    assert "Your cart is empty" in text(client)
    sign_in(client, buyer)
    assert "The LAMP-S" in text(client)


def test_a_cart_outlives_the_session_in_its_own_browser_but_is_not_given_to_another_person(buyer, other_buyer):
    on_sale()
    client = browser()
    sign_in(client, buyer)
    add(client)
    del client.cookies["sessionid"]
    assert "The LAMP-S" in text(client)
    add(client)
    assert SavedCart.objects.get(user=buyer).count == 2
    sign_in(client, other_buyer)
    assert "Your cart is empty" in text(client)
    assert 'id="cart-count"' not in text(client, "/cart/badge/")
    add(client, 5)
    assert SavedCart.objects.get(user=buyer).count == 2
    assert SavedCart.objects.get(user=other_buyer).count == 5


def test_a_person_signed_in_elsewhere_than_by_allauth_gets_the_carts_joined_at_the_next_look(guest, buyer):
    on_sale()
    add(guest)
    guest.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    assert "The LAMP-S" in text(guest)
    assert SavedCart.objects.get(user=buyer).count == 1
