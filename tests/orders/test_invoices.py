"""The document itself: readable on every page, in the buyer's language, the same bytes each time; and who opens it."""

import re
from decimal import Decimal

import pytest

from orders import mail
from orders.invoices.document import pdf
from orders.invoices.seller import seller_for
from orders.models import Order, OrderLine
from orders.services.issue_invoice import issue_credit_note, issue_invoice
from orders.services.pay_order import start_payment
from orders.services.refund_order import refund_order
from shopcloud.lib.money import format_rate
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order() -> Order:
    made = place(physical=False, digital=True)
    start_payment(order=made, return_url=RETURN_URL, token="tok_ok", now=NOW)
    made.refresh_from_db()
    return made


def issued(order: Order):
    return issue_invoice(order_number=order.number, now=NOW)


def pages(document: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", document))


def test_the_same_invoice_is_the_same_bytes(order):
    assert pdf(issued(order)) == pdf(issued(order))
    assert pdf(issued(order)).startswith(b"%PDF-")


def test_every_accent_has_its_letter(order, caplog):
    OrderLine.objects.update(title="Łódź é ő ß € Große Straße")
    document = pdf(issued(order))
    assert pages(document) == 1 and "missing" not in caplog.text.lower()


def test_a_long_order_goes_over_pages(order):
    invoice = issued(order)
    invoice.contents["positions"] *= 40
    assert pages(pdf(invoice)) > 2


def test_each_country_has_its_own_paper(order):
    invoice = issued(order)
    for country, size in (("US", b"612.00 792.00"), ("DE", b"595.28 841.89")):
        invoice.contents["country"] = country
        assert b"/MediaBox [0 0 " + size + b"]" in pdf(invoice)


@pytest.mark.parametrize(("country", "vat_id"), [("DE", "EU1"), ("GB", "GB1"), ("US", ""), ("FR", "EU1")])
def test_the_seller_shows_the_vat_id_of_the_country_of_delivery(settings, country, vat_id):
    settings.SHOP_VAT_IDS = ["EU:EU1", "GB:GB1"]
    assert seller_for(country).vat_id == vat_id


@pytest.mark.parametrize(
    ("rate", "language", "shown"),
    [("0.19", "de", "19\xa0%"), ("0.055", "fr", "5,5\xa0%"), ("0.0725", "en", "7.25%"), ("0", "en", "0%")],
)
def test_rates_are_written_as_people_write_them(rate, language, shown):
    assert format_rate(Decimal(rate), language).replace("\u202f", "\xa0") == shown


def test_the_buyer_opens_it_with_the_link_of_the_mail(guest, order):
    text = mail.compose(order=order, kind="confirmation").body
    link = re.search(r"http://localhost:8000(/orders/\S+/invoice/\?key=\S+)", text)
    answer = guest.get(link[1], follow=True)
    assert answer.redirect_chain == [(f"/orders/{order.number}/invoice/", 302)]
    assert answer["Content-Type"] == "application/pdf" and answer.content[:5] == b"%PDF-"
    assert answer["Content-Disposition"] == 'inline; filename="INV-2026-000001.pdf"'.replace("2026", str(NOW.year))
    assert "no-store" in answer["Cache-Control"]


def test_a_stranger_finds_no_invoice(guest, signed_in, order):
    number = issued(order).number
    for path in (f"/orders/{order.number}/invoice/", f"/orders/{order.number}/documents/{number}/"):
        assert guest.get(path).status_code == signed_in.get(path).status_code == 404
        assert guest.get(f"/api/v1{path}").status_code == 404


def test_one_orders_key_opens_no_other_orders_document(guest, order):
    number = issued(order).number
    other = place(number="SC-TEST0002", physical=False, digital=True)
    assert guest.get(f"/orders/{other.number}/documents/{number}/?key={other.access_token}").status_code == 404


def test_the_page_of_a_paid_order_leads_to_its_documents(guest, order):
    refund = refund_order(order=order, reason="late", amount=100, now=NOW)
    note = issue_credit_note(refund_id=refund.pk, now=NOW)
    page = guest.get(f"/orders/{order.number}/?key={order.access_token}", follow=True).content.decode()
    assert f"/orders/{order.number}/invoice/" in page and f"/documents/{note.number}/" in page
    assert guest.get(note.get_absolute_url()).content[:5] == b"%PDF-"


def test_an_app_lists_and_fetches_them(client, order):
    key = {"X-Order-Key": order.access_token}
    invoice = client.get(f"/api/v1/orders/{order.number}/invoice/", headers={**key, "Accept": "application/pdf"})
    assert invoice.status_code == 200 and invoice["Content-Type"] == "application/pdf"
    (listed,) = client.get(f"/api/v1/orders/{order.number}/documents/", headers=key).json()["results"]
    assert listed["kind"] == "invoice" and listed["total"] == {"amount": 500, "currency": "USD"}
    assert client.get(listed["url"], headers=key).content == invoice.content
    missing = client.get(f"{listed['url'][:-2]}9/", headers=key)
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


def test_an_unpaid_order_has_no_invoice_yet(client):
    order = place(number="SC-TEST0003")
    path, key = f"/api/v1/orders/{order.number}/invoice/", {"X-Order-Key": order.access_token}
    assert client.get(path, headers=key).json()["code"] == "not_invoiced"
    refused = client.get(path, headers={**key, "Accept": "application/pdf"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_invoiced")


def test_staff_find_and_open_it(client, admin_person, make_person, order):
    invoice = issued(order)
    client.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    for term in (invoice.number, order.number, str(invoice.sequence)):
        assert invoice.filename in client.get("/admin/orders/invoice/", {"q": term}).content.decode()
    assert client.get(f"/admin/orders/invoice/{invoice.pk}/pdf/").content[:5] == b"%PDF-"
    assert invoice.filename in client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    client.force_login(
        make_person("clerk@example.com", staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(f"/admin/orders/invoice/{invoice.pk}/pdf/").status_code == 403
