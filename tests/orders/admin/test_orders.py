"""The order's page: who sees it, who may press its buttons, and what they do."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import handlers, mail
from orders.models import Mailing, Order, OrderDiscount, OrderNote, Payment, Refund
from orders.services.issue_invoice import issue_invoice
from orders.services.refund_order import refund_order
from orders.timeline import timeline
from shopcloud.lib import clock, events
from shopcloud.lib import staff as staff_pages
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db
SUBMITTED = {"_form_submitted": "on"}


def page(order: Order) -> str:
    return f"/admin/orders/order/{order.pk}/change/"


def press(client, order: Order, button: str, **fields):
    return client.post(f"/admin/orders/order/{order.pk}/{button}/", {**SUBMITTED, **fields}, follow=False)


def buttons(client, order: Order) -> set[str]:
    html = client.get(page(order)).content.decode()
    every = ("fulfil", "refund", "resend", "cancel")
    return {name for name in every if f'hx-get="/admin/orders/order/{order.pk}/{name}' in html}


@pytest.mark.parametrize("role", ["orders", "finance", "support"])
def test_who_works_with_orders_reads_them(staff, paid, role):
    answer = staff(role).get(page(paid))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert paid.number in html and paid.email in html and paid.money(paid.total).format() in html


@pytest.mark.parametrize("role", ["", "catalog", "analyst"])
def test_who_does_not_is_refused(staff, paid, role):
    client = staff(role)
    assert client.get("/admin/orders/order/").status_code == 403
    assert client.get(page(paid)).status_code == 403
    assert press(client, paid, "cancel").status_code == 403


def test_a_buyer_does_not_get_into_the_admin(signed_in, paid):
    answer = signed_in.get(page(paid))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_the_page_keeps_the_key_to_the_buyers_page_to_itself(staff, paid):
    html = staff("orders").get(page(paid)).content.decode()
    assert paid.access_token not in html


@pytest.mark.parametrize(
    ("role", "seen"),
    [("orders", {"fulfil", "resend", "cancel"}), ("finance", {"refund"}), ("support", {"resend"})],
)
def test_each_role_has_its_own_buttons(staff, paid, role, seen):
    assert buttons(staff(role), paid) == seen


def test_an_unpaid_order_can_only_be_cancelled(staff, unpaid):
    assert buttons(staff("orders"), unpaid) == {"cancel", "resend"}


OTHERS = [("support", "cancel"), ("support", "fulfil"), ("orders", "refund"), ("finance", "cancel")]


@pytest.mark.parametrize(("role", "button"), OTHERS)
def test_a_button_of_another_role_is_refused_also_by_its_address(staff, paid, role, button):
    assert press(staff(role), paid, button, reason="because").status_code == 403
    paid.refresh_from_db()
    assert paid.status == Order.Status.PAID and not Refund.objects.exists()


def test_opening_a_dialog_changes_nothing(staff, paid):
    answer = staff("orders").get(f"/admin/orders/order/{paid.pk}/cancel/")
    assert answer.status_code == 200 and "Cancel this order?" in answer.content.decode()
    paid.refresh_from_db()
    assert paid.status == Order.Status.PAID


def test_an_order_is_fulfilled_with_its_tracking_number_and_an_author(staff, paid):
    answer = press(staff("orders"), paid, "fulfil", tracking=" 1Z999 ")
    assert answer["HX-Redirect"] == page(paid)
    paid.refresh_from_db()
    assert (paid.status, paid.tracking) == ("fulfilled", "1Z999")
    assert OrderNote.objects.get(order=paid, text="On its way to you").author.email == "orders@shop.example"
    assert LogEntry.objects.get(object_id=str(paid.pk)).get_change_message() == "Marked as fulfilled."


def test_an_order_is_cancelled_and_its_money_is_promised_back(staff, paid):
    press(staff("orders"), paid, "cancel")
    paid.refresh_from_db()
    assert (paid.status, paid.cancel_reason) == ("cancelled", "by_staff")
    assert OutboxEvent.objects.filter(event_name="OrderCancelled").count() == 1


def test_losing_a_race_is_said_and_not_written_into_the_history(staff, paid):
    client = staff("orders")
    press(client, paid, "fulfil")
    press(client, paid, "cancel")
    assert "can no longer be cancelled" in client.get(page(paid)).content.decode()
    paid.refresh_from_db()
    assert paid.status == "fulfilled"
    assert LogEntry.objects.count() == 1


def test_a_part_of_the_money_is_given_back(staff, paid):
    press(staff("finance"), paid, "refund", amount="1.50", reason="Scratched")
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (150, "Scratched", "succeeded")
    assert Payment.objects.get(order=paid).refunded == 150


@pytest.mark.parametrize("amount", ["abc", "0", "-1", "1.505", "9999999", "NaN"])
def test_an_amount_that_cannot_be_given_back_is_refused_in_the_dialog(staff, paid, amount):
    answer = press(staff("finance"), paid, "refund", amount=amount, reason="because")
    assert answer.status_code == 200 and "HX-Redirect" not in answer
    assert not Refund.objects.exists()


@pytest.mark.parametrize("kind", ["confirmation", "refund", "shipment"])
def test_a_mail_the_order_had_is_sent_once_more(staff, paid, kind):
    about = None if kind == "confirmation" else 7
    first = Mailing.objects.create(order=paid, kind=kind, about=about, due_at=clock.now(), sent_at=clock.now())
    press(staff("support"), paid, "resend", mailing=first.pk)
    told = OutboxEvent.objects.get(event_name="MailRequested").payload
    assert (told["kind"], told["about"]) == (kind, about) and told["occasion"]
    assert OrderNote.objects.filter(order=paid, text=f"Mail sent again: {kind}", for_customer=False).exists()
    asked = events.load("MailRequested", told)
    handlers.mail_request(asked)
    handlers.mail_request(asked)
    assert Mailing.objects.filter(order=paid, kind=kind, about=about).count() == 2


def test_a_mail_that_no_longer_holds_or_never_was_is_not_sent(staff, paid):
    client = staff("support")
    other = Mailing.objects.create(
        order=place(number="SC-OTHER001", physical=False, digital=True), kind="confirmation", due_at=clock.now()
    )
    asked = Mailing.objects.create(order=paid, kind="payment_request", due_at=clock.now(), sent_at=clock.now())
    for mailing in (other.pk, asked.pk, "x", ""):
        assert "HX-Redirect" not in press(client, paid, "resend", mailing=mailing)
    assert not OutboxEvent.objects.filter(event_name="MailRequested").exists()


def test_a_note_is_for_staff_or_for_the_customer_who_may_be_mailed_it(staff, paid, guest):
    client = staff("support")
    press(client, paid, "note", text="Called twice")
    press(client, paid, "note", text="It leaves on Monday", for_customer="on")
    press(client, paid, "note", text="It left today", mailed="on")
    shown = guest.get(f"/orders/{paid.number}/?key={paid.access_token}", follow=True).content.decode()
    assert "Called twice" not in shown and "It leaves on Monday" in shown and "It left today" in shown
    told = OutboxEvent.objects.get(event_name="MailRequested").payload
    assert "It left today" in mail.compose(order=paid, kind=told["kind"], about=told["about"]).body


def test_the_timeline_tells_all_in_its_order(staff, paid):
    Mailing.objects.create(order=paid, kind="confirmation", due_at=clock.now(), sent_at=clock.now())
    refund_order(order=paid, reason="Scratched", amount=100, now=clock.now())
    issue_invoice(order_number=paid.number, now=clock.now())
    told = timeline(paid)
    assert [entry.at for entry in told] == sorted(entry.at for entry in told)
    assert {entry.source for entry in told} >= {"note", "payment", "refund", "mail", "document"}
    html = staff("support").get(page(paid)).content.decode()
    for part in ("Payment received", "Mail sent: confirmation", "Scratched", "INV-"):
        assert part in html


def test_an_order_cannot_be_edited_added_or_deleted(staff, paid, admin_person):
    client = staff("orders")
    client.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    client.post(page(paid), {"email": "thief@example.com", "total": "1"})
    paid.refresh_from_db()
    assert paid.email != "thief@example.com"
    assert client.get("/admin/orders/order/add/").status_code == 403
    assert client.post(f"/admin/orders/order/{paid.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("found_by", ["number", "small number", "email", "start of the email"])
def test_an_order_is_found_by_number_and_by_email(staff, unpaid, found_by):
    other = place(number="SC-OTHER001", email="somebody@else.example")
    terms = {
        "number": unpaid.number,
        "small number": unpaid.number.lower(),
        "email": unpaid.email,
        "start of the email": unpaid.email[:4],
    }
    html = staff("orders").get("/admin/orders/order/", {"q": terms[found_by]}).content.decode()
    assert unpaid.number in html and other.number not in html


@pytest.mark.parametrize("query", ["?q=%00", "?p=99999", "?p=x", "?o=9.9", "?nonsense=1", "?status__exact=paid&q=%25"])
def test_a_strange_address_of_the_list_is_no_error(staff, unpaid, query):
    assert staff("orders").get(f"/admin/orders/order/{query}", follow=True).status_code == 200


@pytest.mark.parametrize("query", ["access_token__startswith=a", "email__contains=a", "status__exact=%00"])
def test_the_list_cannot_be_asked_what_no_filter_offers(staff, unpaid, query):
    assert staff("orders").get(f"/admin/orders/order/?{query}").status_code == 400


def test_the_filters_of_the_list_can_be_asked(staff, unpaid):
    browser = staff("orders")
    for query in ("status__exact=paid", "market=us", "placed_at_from=2026-01-01&placed_at_to="):
        assert browser.get(f"/admin/orders/order/?{query}").status_code == 200


def test_the_list_never_counts_more_than_it_lists(staff, unpaid, monkeypatch):
    monkeypatch.setattr(staff_pages, "MOST_LISTED", 3)
    for i in range(5):
        place(number=f"SC-MANY000{i}", digital=True, physical=False)
    with CaptureQueriesContext(connection) as queries:
        html = staff("orders").get("/admin/orders/order/").content.decode()
    counts = [q["sql"] for q in queries if "COUNT(" in q["sql"].upper() and "orders_order" in q["sql"]]
    assert counts and all("LIMIT 3" in sql for sql in counts)
    assert "3 orders" in " ".join(html.split())


def test_an_orders_page_costs_as_much_with_many_lines_as_with_one(staff, paid):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(paid)).status_code == 200
        return len(queries)

    client, (line, *_others) = staff("orders"), paid.lines.all()
    client.get(page(paid))  # What a process reads once and keeps is no cost of the page.
    few = statements()
    for i in range(20):
        line.pk, line.sku = None, f"MORE-{i}"
        line.save()
    assert statements() == few <= 30


def test_the_page_tells_what_gift_cards_and_offers_took(staff, paid):
    Order.objects.filter(pk=paid.pk).update(gift_card=700)
    OrderDiscount.objects.create(order=paid, name="Welcome", code="WELCOME10", amount=120, shipping=0)
    html = staff("orders").get(page(paid)).content.decode()
    assert "$7.00" in html and "Welcome (WELCOME10): −$1.20" in html
