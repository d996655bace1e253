"""Checkout and the order's page: one form, one order, nobody else's business."""

import re
from decimal import Decimal

import pytest

from accounts.domain import PostalAddress
from accounts.services import add_address
from orders import stock
from orders.models import Order, OrderNote, Payment, ShippingRate, StockLevel
from orders.payments.gateway import Outcome
from orders.services.pay_order import apply_outcome
from shopcloud.lib import snapshot
from tests.orders.goods import ADDRESS, NOW, download, on_sale, order_of

pytestmark = pytest.mark.django_db(transaction=True)
# A cursor of ours in form, whose moment leaves the calendar when it is turned to UTC.
YEAR_ONE = "MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCAx"
BERLIN = {"name": "Mara Lind", "line1": "Lange Str. 5", "postal_code": "10115", "city": "Berlin", "country": "DE"}


def text(response) -> str:
    return " ".join(response.content.decode().split())


def fill_cart(browser, sku="LAMP-S", quantity=1, prefix=""):
    form = {"product_id": sku.lower().replace("-", ""), "sku": sku, "quantity": quantity}
    assert browser.post(f"{prefix}/cart/lines/", form).status_code == 302


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="(\d+)"', page)[1]


def filled(browser, prefix="", **changes) -> dict[str, str]:
    """The form as a buyer would send it: what is typed, and what the summary says for it."""
    typed = {
        "email": "mara@example.com",
        "shipping_method": "standard",
        **(ADDRESS if not prefix else BERLIN),
        **changes,
    }
    summary = browser.get(f"{prefix}/checkout/summary/", typed).content.decode()
    return {**{name: hidden(summary, name) for name in ("cart_version", "seen_total")}, **typed}


@pytest.fixture
def shopper(guest):
    on_sale(units=5)
    fill_cart(guest)
    return guest


def test_a_guest_orders_and_is_sent_to_pay(shopper):
    response = shopper.post("/checkout/", filled(shopper))
    placed = Order.objects.get()
    assert response.status_code == 302
    assert "/sandbox-pay/" in response.url
    assert (placed.email, placed.total) == ("mara@example.com", 4999 + 595 + 362)
    assert "Order placed" in text(shopper.get(f"/orders/{placed.number}/"))


def test_a_paid_order_shows_it(shopper):
    shopper.post("/checkout/", filled(shopper))
    placed = Order.objects.get()
    payment = Payment.objects.get()
    apply_outcome(payment_id=payment.pk, outcome=Outcome(status=Payment.Status.CAPTURED, reference="r"), now=NOW)
    page = text(shopper.get(f"/orders/{placed.number}/"))
    assert "Your order is paid" in page
    assert "Go to payment" not in page
    assert "Payment received" in page


def test_sending_the_form_twice_leads_to_the_same_order(shopper):
    form = filled(shopper)
    first, second = shopper.post("/checkout/", form), shopper.post("/checkout/", form)
    assert Order.objects.count() == 1
    assert first.url == second.url
    assert StockLevel.objects.get(sku="LAMP-S").available == 4


def test_without_a_cart_checkout_leads_back_to_it(guest):
    assert guest.get("/checkout/").url == "/cart/"
    assert guest.post("/checkout/", {"email": "mara@example.com"}).url == "/cart/"
    assert guest.get("/checkout/summary/")["HX-Redirect"] == "/cart/"


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "mara@"), ("name", " "), ("line1", ""), ("city", "x" * 90), ("postal_code", "94A05"), ("region", "ZZ")],
)
def test_a_wrong_field_is_named_beside_itself_and_keeps_what_was_typed(shopper, field, value):
    response = shopper.post("/checkout/", {**filled(shopper), field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert "1 Market St" in page or field == "line1"
    assert not Order.objects.exists()


def test_a_country_the_market_does_not_serve_is_refused(shopper):
    response = shopper.post("/checkout/", {**filled(shopper), "country": "DE"})
    assert response.status_code == 422
    assert "We do not deliver to this country" in text(response)


def test_a_state_chosen_without_scripts_has_its_tax_confirmed_first(shopper):
    before = filled(shopper, region="")
    response = shopper.post("/checkout/", {**before, "region": "CA"})
    assert response.status_code == 422
    assert "The total is now $59.56" in text(response)
    again = {name: hidden(response.content.decode(), name) for name in ("cart_version", "seen_total")}
    assert "/sandbox-pay/" in shopper.post("/checkout/", {**before, "region": "CA", **again}).url


def test_the_totals_can_be_updated_without_scripts(shopper):
    page = text(
        shopper.post("/checkout/", {"update": "1", "region": "CA", "shipping_method": "express", "name": "Mara"})
    )
    assert "$14.95" in page
    assert 'value="Mara"' in page
    assert "$3.62" in page


def test_the_summary_follows_the_form(shopper):
    fragment = shopper.get("/checkout/summary/", {"region": "OR", "shipping_method": "express"}).content.decode()
    assert "$64.94" in fragment
    assert "<html" not in fragment
    assert "$59.56" in shopper.get("/checkout/summary/", {"region": "CA", "shipping_method": "drone"}).content.decode()


def test_what_sold_out_while_paying_leads_back_to_the_cart_with_a_word(shopper):
    form = filled(shopper)
    stock.set_on_hand(sku="LAMP-S", product_id="lamps", on_hand=0, now=NOW)
    response = shopper.post("/checkout/", form, follow=True)
    assert response.redirect_chain == [("/cart/", 302)]
    assert "The LAMP-S just sold out" in text(response)
    assert "not charged" in text(response)
    assert not Order.objects.exists()


def test_a_cart_changed_in_another_tab_is_shown_once_more(shopper):
    form = filled(shopper)
    fill_cart(shopper, quantity=2)
    response = shopper.post("/checkout/", form)
    assert response.status_code == 422
    assert "Your cart changed meanwhile" in text(response)
    assert "$149.97" in text(response)


def test_an_address_in_germany_needs_no_state_and_holds_the_tax(guest):
    on_sale(usd=1000)
    fill_cart(guest, prefix="/de")
    page = guest.get("/de/checkout/").content.decode()
    assert 'name="region"' not in page
    assert guest.post("/de/checkout/", filled(guest, "/de", postal_code="1011")).status_code == 422
    assert "/sandbox-pay/" in guest.post("/de/checkout/", filled(guest, "/de")).url
    assert (Order.objects.get().currency, Order.objects.get().total) == ("EUR", 1490)


def test_downloads_ask_for_no_address(guest):
    download()
    fill_cart(guest, "PATTERN")
    page = guest.get("/checkout/").content.decode()
    assert 'name="line1"' not in page
    assert "Everything in your cart is a download" in page
    form = {"email": "mara@example.com", "country": "US"}
    refused = guest.post("/checkout/", form)
    assert (refused.status_code, 'id="id_region_error"' in text(refused)) == (422, True)
    summary = guest.get("/checkout/summary/", {"country": "US", "region": "TX"}).content.decode()
    assert "$3.12" in summary
    form |= {"region": "TX", "seen_total": hidden(summary, "seen_total")}
    assert "/sandbox-pay/" in guest.post("/checkout/", form).url
    placed = Order.objects.get()
    assert (placed.tax_country, placed.tax_region, placed.tax) == ("US", "TX", 312)


def test_a_download_is_taxed_in_the_country_the_buyer_names(guest):
    download()
    fill_cart(guest, "PATTERN", prefix="/de")
    page = guest.get("/de/checkout/").content.decode()
    assert '<option value="DE" selected>' in page
    form = {"email": "mara@example.com", "country": "HU"}
    assert guest.post("/de/checkout/", form).status_code == 302
    line = Order.objects.get().lines.get()
    assert (line.tax_jurisdiction, line.tax_rate, line.tax_base + line.tax) == ("HU", Decimal("0.27"), 4999)


VIENNA = {"name": "Eva Huber", "line1": "Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"}
FIRM = {"company": "Huber GmbH", "vat_id": "at u13585627"}


def test_a_company_in_another_state_pays_without_vat(guest):
    on_sale(usd=11900)
    fill_cart(guest, prefix="/de")
    page = guest.get("/de/checkout/").content.decode()
    assert "Buying for a company?" in page or "vat_id" in page
    form = filled(guest, "/de", **VIENNA, **FIRM)
    summary = text(guest.get("/de/checkout/summary/", form))
    assert "99,17" in summary  # 119.00 holds 20 % Austrian VAT; delivery is free from 50.00
    placed = guest.post("/de/checkout/", form)
    assert "/sandbox-pay/" in placed.url
    order = Order.objects.get()
    assert (order.reverse_charge, order.tax, order.total, order.vat_id) == (True, 0, 9917, "ATU13585627")
    assert (order.company, order.vat_id_check, order.payments.get().amount) == ("Huber GmbH", "format", 9917)
    shown = text(guest.get(f"/de/orders/{order.number}/"))
    assert "Huber GmbH" in shown
    assert "ATU13585627" in shown


def test_a_german_company_pays_german_vat(guest):
    on_sale(usd=11900)
    fill_cart(guest, prefix="/de")
    guest.post("/de/checkout/", filled(guest, "/de", company="Lind GmbH", vat_id="DE136695976"))
    order = Order.objects.get()
    assert (order.reverse_charge, order.tax, order.total, order.vat_id) == (False, 1900, 11900, "DE136695976")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"vat_id": "ATU13585628", "company": "Huber GmbH"}, "vat_id"),
        ({"vat_id": "DE136695976", "company": "Huber GmbH"}, "vat_id"),
        ({"vat_id": "ATU13585627", "company": ""}, "company"),
        ({"vat_id": "x" * 31, "company": "Huber GmbH"}, "vat_id"),
    ],
)
def test_a_vat_id_that_cannot_be_is_told_beside_its_field(guest, changes, field):
    on_sale()
    fill_cart(guest, prefix="/de")
    form = filled(guest, "/de", **VIENNA, **changes)
    page = guest.post("/de/checkout/", form).content.decode()
    assert f'id="id_{field}_error"' in page
    assert re.search(r'<details class="business" open', page)
    assert not Order.objects.exists()


def test_the_summary_says_what_is_wrong_with_a_vat_id_and_counts_it_as_not_typed(guest):
    on_sale(usd=11900)
    fill_cart(guest, prefix="/de")
    shown = guest.get("/de/checkout/summary/", {**VIENNA, "vat_id": "ATU1", "company": "Huber"}).content.decode()
    assert "line-trouble" in shown
    assert hidden(shown, "seen_total") == "11900"
    island = guest.get("/de/checkout/summary/", {"country": "DE", "postal_code": "27498"}).content.decode()
    assert "27498" in island


def test_another_country_may_cost_another_delivery(guest):
    on_sale(usd=1000)
    fill_cart(guest, prefix="/de")
    near = guest.get("/de/checkout/summary/", {"country": "AT"}).content.decode()
    far = guest.get("/de/checkout/summary/", {"country": "FI"}).content.decode()
    assert (hidden(near, "seen_total"), hidden(far, "seen_total")) == ("1490", "2290")
    assert "12,90" in far.partition("hx-swap-oob")[2]


def test_what_is_too_heavy_for_every_delivery_leads_back_to_the_cart(guest):
    on_sale(usd=1000)
    fill_cart(guest)
    ShippingRate.objects.filter(method__zone__market="us").update(from_grams=1)
    snapshot.forget_all()
    assert "too heavy" in text(guest.get("/checkout/", follow=True))
    assert guest.get("/checkout/summary/")["HX-Redirect"] == "/cart/"


def test_a_parcel_across_a_customs_border_is_refused(guest):
    on_sale()
    fill_cart(guest, prefix="/de")
    form = filled(guest, "/de", postal_code="27498", city="Helgoland")
    assert guest.post("/de/checkout/", form).status_code == 422
    assert not Order.objects.exists()


def test_a_signed_in_buyer_finds_the_saved_address_filled_in(signed_in, buyer):
    add_address(user=buyer, address=PostalAddress(**ADDRESS))
    other = add_address(user=buyer, address=PostalAddress(**{**ADDRESS, "line1": "9 Other Way"}))
    on_sale()
    fill_cart(signed_in)
    page = signed_in.get("/checkout/").content.decode()
    assert 'value="1 Market St"' in page
    assert 'value="buyer@example.com"' in page
    assert 'value="9 Other Way"' in signed_in.get(f"/checkout/?address={other.pk}").content.decode()
    assert signed_in.get("/checkout/?address=nonsense").status_code == 200
    signed_in.post("/checkout/", filled(signed_in))
    assert Order.objects.get().user == buyer


# -- the order's page ------------------------------------------------------------------------------------------


def test_an_order_is_shown_to_its_owner_and_to_nobody_else(guest, signed_in, buyer, other_buyer, client):
    placed = order_of((on_sale(), 1), user=buyer)
    path = f"/orders/{placed.number}/"
    assert signed_in.get(path).status_code == 200
    assert guest.get(path).status_code == 404
    client.force_login(other_buyer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path).status_code == 404
    assert client.post(f"{path}cancellation/").status_code == 404
    assert client.post(f"{path}payment/").status_code == 404
    assert guest.get("/orders/SC-NOSUCH/").status_code == 404


def test_a_guests_link_opens_the_order_once_and_leaves_the_address_bar(guest):
    placed = order_of((on_sale(), 1))
    path = f"/orders/{placed.number}/"
    assert guest.get(f"{path}?key=guess").status_code == 404
    response = guest.get(f"{path}?key={placed.access_token}")
    assert (response.status_code, response.url) == (302, path)
    assert guest.get(path).status_code == 200


def test_a_failed_payment_says_so_and_can_be_tried_again(shopper):
    shopper.post("/checkout/", filled(shopper))
    placed, payment = Order.objects.get(), Payment.objects.get()
    declined = Outcome(status=Payment.Status.FAILED, reference="r", failure="The card was declined.")
    apply_outcome(payment_id=payment.pk, outcome=declined, now=NOW)
    page = text(shopper.get(f"/orders/{placed.number}/"))
    assert "The payment did not go through." in page
    assert "The card was declined." in page
    assert "/sandbox-pay/" in shopper.post(f"/orders/{placed.number}/payment/").url
    assert Payment.objects.count() == 2


def test_a_buyer_cancels_an_order_and_cannot_pay_it_any_more(shopper):
    shopper.post("/checkout/", filled(shopper))
    path = f"/orders/{Order.objects.get().number}/"
    page = text(shopper.post(f"{path}cancellation/", follow=True))
    assert "This order was cancelled" in page
    assert "Cancel this order" not in page
    assert "was cancelled" in text(shopper.post(f"{path}payment/", follow=True))
    assert "can no longer be cancelled" in text(shopper.post(f"{path}cancellation/", follow=True))
    assert StockLevel.objects.get(sku="LAMP-S").available == 5


def test_the_history_lists_a_persons_own_orders_page_by_page(signed_in, buyer, other_buyer, monkeypatch):
    from orders import queries

    lamp = on_sale()
    mine = [order_of((lamp, 1), user=buyer) for _ in range(3)]
    theirs = order_of((lamp, 1), user=other_buyer)
    first = queries.orders_of(buyer, limit=2)
    second = queries.orders_of(buyer, cursor=first.next, limit=2)
    assert [o.number for o in (*first.orders, *second.orders)] == [o.number for o in reversed(mine)]
    assert second.next is None
    page = text(signed_in.get("/account/orders/"))
    assert mine[0].number in page
    assert theirs.number not in page


@pytest.mark.parametrize("cursor", ["x", "%00", "MjAyNg", "a" * 500, YEAR_ONE])
def test_a_made_up_cursor_is_not_found(signed_in, cursor):
    assert signed_in.get(f"/account/orders/?cursor={cursor}").status_code == 404


def test_a_person_without_orders_sees_a_way_on_and_a_guest_signs_in_first(signed_in, guest):
    assert "No orders yet" in text(signed_in.get("/account/orders/"))
    assert "/account/login/" in guest.get("/account/orders/").url


def test_every_note_of_the_timeline_is_shown_in_order(signed_in, buyer):
    placed = order_of((on_sale(), 1), user=buyer)
    OrderNote.write(order=placed, text="Packed", at=NOW, for_customer=True)
    OrderNote.write(order=placed, text="secret", at=NOW)
    page = text(signed_in.get(f"/orders/{placed.number}/"))
    assert page.index("Order placed") < page.index("Packed")
    assert "secret" not in page


def test_new_sums_change_the_words_of_the_pay_button_and_leave_the_button(shopper):
    """A field that loses the focus to the button asks for new sums: the click under way must not be lost."""
    page = text(shopper.get("/checkout/"))
    assert re.search(r'button-large[^>]*>.*<span id="pay-words">Pay \$', page)
    answer = text(shopper.get("/checkout/summary/?region=CA&country=US", headers={"HX-Request": "true"}))
    assert re.search(r'<span id="pay-words" hx-swap-oob="true">Pay \$', answer)
    assert "button-large" not in answer
