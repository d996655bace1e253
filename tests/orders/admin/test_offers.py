"""Promotions, coupons and gift cards in the admin, by the roles that work with them."""

import re

import pytest

from orders import deals
from orders.models import Coupon, GiftCard, GiftCardEntry, Promotion, PromotionUse
from tests.orders.admin.test_orders import SUBMITTED
from tests.orders.goods import cart_of, on_sale, order
from tests.orders.offers import coupon, enter, gift_card, promotion

pytestmark = pytest.mark.django_db
ADMIN = "/admin/orders"
PROMOTION = {
    "name": "Light week",
    "active": "on",
    "kind": "percent",
    "percent": "10",
    "amounts": "",
    "buy": "0",
    "get": "0",
    "scope": "categories",
    "targets": "lighting/",
    "minimums": "USD 50, EUR 45.50",
    "priority": "0",
    "stacking": "stacks",
    "automatic": "on",
}


def errors_of(answer) -> dict:
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


def test_a_promotion_is_made_and_offered_at_once(staff, django_capture_on_commit_callbacks):
    deals.AUTOMATIC.get()
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff("orders").post(f"{ADMIN}/promotion/add/", PROMOTION)
    assert answer.status_code == 302, errors_of(answer)
    made = Promotion.objects.get()
    assert (made.targets, made.minimums) == (["lighting"], {"USD": 5000, "EUR": 4550})
    assert [rule.name for rule in deals.AUTOMATIC.get()] == ["Light week"]


def test_it_is_shown_in_one_sentence(staff):
    browser = staff("orders")
    browser.post(f"{ADMIN}/promotion/add/", PROMOTION)
    page = browser.get(f"{ADMIN}/promotion/{Promotion.objects.get().pk}/change/").content.decode()
    assert "10 % off lighting from 45.50 EUR / 50.00 USD by itself" in page
    assert "10 % off lighting" in browser.get(f"{ADMIN}/promotion/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": "0"}, "percent"),
        ({"kind": "fixed"}, "amounts"),
        ({"kind": "buy_x_get_y", "percent": "100", "buy": "2"}, "get"),
        ({"targets": ""}, "targets"),
        ({"minimums": "fifty dollars"}, "minimums"),
        ({"minimums": "USD 1.234"}, "minimums"),
        (
            {"starts_at_0": "2026-12-02", "starts_at_1": "00:00", "ends_at_0": "2026-12-01", "ends_at_1": "00:00"},
            "ends_at",
        ),
        ({"per_customer": "0"}, "per_customer"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(staff, changes, field):
    assert field in errors_of(staff("orders").post(f"{ADMIN}/promotion/add/", PROMOTION | changes))
    assert not Promotion.objects.exists()


def test_a_limit_counts_what_was_used_before_and_cannot_be_below(staff):
    code = coupon()
    for n in range(2):
        order(enter(cart_of((on_sale(f"MUG{n}"), 1)), code.code), email=f"buyer{n}@example.com")
    browser, page = staff("orders"), f"{ADMIN}/coupon/{code.pk}/change/"
    sent = {"code": code.code, "promotion": code.promotion_id}
    assert "limit" in errors_of(browser.post(page, sent | {"limit": "1"}))
    assert browser.post(page, sent | {"limit": "2"}).status_code == 302
    assert Coupon.objects.get().uses == 2


def test_many_codes_are_made_at_once_and_exported(staff):
    code = coupon()
    browser = staff("orders")
    page = f"{ADMIN}/promotion/{code.promotion_id}"
    asked = {**SUBMITTED, "number": "50", "limit": "1", "prefix": "spring"}
    browser.post(f"{page}/make_codes/", asked)
    made = Coupon.objects.filter(code__startswith="SPRING-")
    assert made.count() == 50
    assert {one.limit for one in made} == {1}
    exported = browser.get(f"{page}/export_codes/")
    assert exported["Content-Type"].startswith("text/csv")
    lines = exported.content.decode().split()
    assert len(lines) == 1 + 51
    assert made.first().code in exported.content.decode()


def test_a_code_is_typed_in_any_case_and_only_once(staff):
    code = coupon("WELCOME10")
    answer = staff("orders").post(f"{ADMIN}/coupon/add/", {"code": "welcome10", "promotion": code.promotion_id})
    assert "code" in errors_of(answer)


def test_an_automatic_promotion_takes_no_codes(staff):
    offer = promotion()
    answer = staff("orders").post(f"{ADMIN}/coupon/add/", {"code": "X10", "promotion": offer.pk})
    assert "promotion" in errors_of(answer)


def test_finance_issues_a_gift_card_and_sees_its_code_once(staff):
    browser = staff("finance")
    answer = browser.post(
        f"{ADMIN}/giftcard/add/", {"value": "50.00", "currency": "EUR", "note": "goodwill"}, follow=True
    )
    card = GiftCard.objects.get()
    assert (card.initial, card.balance, card.currency, card.issued_by.email) == (
        5000,
        5000,
        "EUR",
        "finance@shop.example",
    )
    (code,) = set(re.findall(r"GIFT(?:-\w{4}){4}", answer.content.decode()))
    assert GiftCardEntry.objects.get().amount == 5000
    again = browser.get(f"{ADMIN}/giftcard/{card.pk}/change/").content.decode()
    assert code not in again
    assert card.last4 in browser.get(f"{ADMIN}/giftcard/?q={code}").content.decode()


def test_a_gift_card_is_blocked_but_its_balance_cannot_be_typed(staff):
    card = gift_card().card
    page = f"{ADMIN}/giftcard/{card.pk}/change/"
    empty = {f"entries-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    answer = staff("finance").post(page, {"note": "lost", "balance": "999999", "initial": "999999", **empty})
    assert answer.status_code == 302, errors_of(answer)
    card.refresh_from_db()
    assert (card.active, card.balance, card.initial) == (False, 5000, 5000)


@pytest.mark.parametrize("value", ["0", "-5", "abc", "50.001", "1000000"])
def test_a_value_no_card_may_have_is_refused(staff, value):
    assert "value" in errors_of(staff("finance").post(f"{ADMIN}/giftcard/add/", {"value": value, "currency": "USD"}))


@pytest.mark.parametrize("role", ["support", "orders"])
def test_who_may_only_look_issues_nothing(staff, role):
    browser = staff(role)
    assert browser.get(f"{ADMIN}/giftcard/").status_code == 200
    assert browser.get(f"{ADMIN}/giftcard/add/").status_code == 403


def test_uses_are_listed_and_name_nobody(staff):
    code = coupon(per_customer=1)
    placed = order(enter(cart_of((on_sale(), 1)), code.code))
    browser = staff("support")
    listed = browser.get(f"{ADMIN}/promotionuse/?q=welcome10").content.decode()
    assert placed.number in listed
    assert PromotionUse.objects.get().customer not in listed
