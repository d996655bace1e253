"""The first page of the admin, and the pages of events and people beside it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from orders import figures, stock
from shopcloud.lib import clock
from shopcloud.lib.outbox import MAX_ATTEMPTS, OutboxEvent
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead_letter(db) -> OutboxEvent:
    now = clock.now()
    return OutboxEvent.objects.create(
        event_name="OrderPaid",
        payload={"order_number": "SC-1"},
        recorded_at=now,
        due_at=now,
        attempts=MAX_ATTEMPTS,
        last_error="Traceback\nConnectionRefusedError: nobody there",
    )


def test_sales_are_summed_by_day_and_by_currency():
    now = clock.now().replace(hour=12)
    for number, status, currency, total, days in (
        ("SC-1", "paid", "USD", 1000, 0),
        ("SC-2", "fulfilled", "USD", 500, 0),
        ("SC-3", "paid", "EUR", 700, 3),
        ("SC-4", "awaiting_payment", "USD", 9000, 0),
        ("SC-5", "cancelled", "USD", 9000, 13),
        ("SC-6", "paid", "USD", 40, 14),
    ):
        order = place(number=number, digital=True, physical=False)
        changes = {
            "status": status,
            "currency": currency,
            "subtotal": total,
            "total": total,
            "placed_at": now - timedelta(days=days),
        }
        type(order).objects.filter(pk=order.pk).update(**changes)
    with CaptureQueriesContext(connection) as queries:
        sales = figures.sales(now=now)
    assert len(queries) == 1
    assert (sales.today.paid, sales.today.unpaid) == (2, 1)
    assert [str(money) for money in sales.revenue_today] == ["15.00 USD"]
    assert [str(money) for money in sales.revenue] == ["7.00 EUR", "15.00 USD"]
    assert (len(sales.days), sales.days[0].unpaid, sales.days[-4].paid) == (14, 1, 1)


def test_the_dashboard_tells_each_role_what_it_may_know(staff, unpaid, dead_letter):
    stock.set_on_hand(sku="MUG-LOW", product_id="mugs", on_hand=1, now=clock.now())
    seen = {}
    for role in ("orders", "finance", "analyst", "catalog", "support", ""):
        html = staff(role).get("/admin/").content.decode()
        marks = {"sales": "Revenue today", "orders": unpaid.email, "stock": "MUG-LOW", "dead": "Dead letters"}
        seen[role] = {name for name, mark in marks.items() if mark in html}
    assert seen == {
        "orders": {"sales", "orders", "stock"},
        "finance": {"sales", "orders", "dead"},
        "analyst": {"sales", "stock"},
        "catalog": {"stock"},
        "support": {"sales", "orders"},
        "": set(),
    }


def test_an_empty_shop_has_a_dashboard(admin_person, client):
    client.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get("/admin/").content.decode()
    assert "No orders yet" in html and "Nothing is running out" in html and "Every event was delivered" in html


def test_the_dashboard_costs_the_same_however_many_orders(admin_person, client):
    client.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/admin/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/")
    for i in range(12):
        place(number=f"SC-MORE00{i}", digital=True, physical=False, placed_at=clock.now())
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/")
    assert len(many) == len(few) <= 10


def test_a_dead_letter_is_delivered_again(staff, dead_letter):
    page = f"/admin/platform/outboxevent/{dead_letter.pk}/change/"
    client = staff("finance")
    html = client.get(page).content.decode()
    assert "nobody there" in html and "dead letter" in html
    client.post(f"/admin/platform/outboxevent/{dead_letter.pk}/retry/", {"_form_submitted": "on"})
    dead_letter.refresh_from_db()
    assert dead_letter.attempts == 0
    assert LogEntry.objects.get().get_change_message() == "Put back in the queue."


def test_several_dead_letters_are_delivered_again_at_once(staff, dead_letter):
    answer = staff("finance").post(
        "/admin/platform/outboxevent/", {"action": "retry_chosen", "_selected_action": [str(dead_letter.pk)]}
    )
    dead_letter.refresh_from_db()
    assert (answer.status_code, dead_letter.attempts) == (302, 0)


def test_an_event_is_not_delivered_again_by_whoever_may_not(staff, dead_letter):
    answer = staff("orders").post(f"/admin/platform/outboxevent/{dead_letter.pk}/retry/", {"_form_submitted": "on"})
    assert answer.status_code == 403
    dead_letter.refresh_from_db()
    assert dead_letter.attempts == MAX_ATTEMPTS


def test_events_are_found_by_their_state(staff, dead_letter):
    client = staff("finance")
    assert "nobody there" in client.get("/admin/platform/outboxevent/?state=dead").content.decode()
    assert "nobody there" not in client.get("/admin/platform/outboxevent/?state=delivered").content.decode()


def test_no_role_can_make_itself_or_others_more(staff, buyer):
    for role in ("orders", "support"):
        client = staff(role)
        assert client.get(f"/admin/accounts/user/{buyer.pk}/change/").status_code == 200
        client.post(f"/admin/accounts/user/{buyer.pk}/change/", {"is_superuser": "on", "email": buyer.email})
        assert client.get(f"/admin/accounts/user/{buyer.pk}/password/").status_code == 403
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_superuser_makes_an_account_and_gives_it_a_role(admin_person, client, db):
    client.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    secret = "a long and unusual phrase"
    asked = {"email": "New@Shop.example", "password1": secret, "password2": secret, "usable_password": "true"}
    answer = client.post("/admin/accounts/user/add/", asked)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    made = User.objects.get(email="new@shop.example")
    assert made.check_password(secret)
    assert client.get(f"/admin/accounts/user/{made.pk}/change/").status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        "orders/order",
        "orders/payment",
        "orders/refund",
        "orders/downloadgrant",
        "orders/stocklevel",
        "accounts/user",
        "accounts/address",
        "auth/group",
        "catalog/catalogproduct",
        "platform/outboxevent",
    ],
)
def test_every_list_opens_and_searches(admin_person, client, page, unpaid, dead_letter):
    client.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/admin/{page}/").status_code == 200
    assert client.get(f"/admin/{page}/?q=something").status_code == 200


@pytest.mark.parametrize(("role", "may"), [("catalog", 200), ("support", 403), ("finance", 403)])
def test_the_catalog_role_alone_adds_products(staff, role, may):
    assert staff(role).get("/admin/catalog/catalogproduct/add/").status_code == may


def test_the_menu_offers_what_the_role_opens(staff):
    html = staff("catalog").get("/admin/").content.decode()
    assert 'href="/admin/catalog/catalogproduct/"' in html and 'href="/admin/orders/stocklevel/"' in html
    assert 'href="/admin/orders/order/"' not in html and 'href="/admin/accounts/user/"' not in html
