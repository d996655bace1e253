"""Invoices are numbered once and without gaps, say what was sold, and are credited to the last minor unit."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from orders.invoices.contents import DoesNotAddUp
from orders.models import Invoice, InvoiceSeries, Order, OrderLine, Refund
from orders.services.issue_invoice import NothingToInvoice, issue_credit_note, issue_invoice
from orders.services.pay_order import start_payment
from orders.services.refund_order import refund_order
from shopcloud.lib import guards
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
GERMAN = {"language": "de", "market": "de", "currency": "EUR", "tax_included": True}


def paid(number: str = "SC-TEST0001", **changes) -> Order:
    order = place(number=number, physical=False, digital=True, **changes)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order


def with_vat(number: str = "SC-TEST0001") -> Order:
    """5.00 with 19 % inside: 80 cents of it."""
    order = place(number=number, physical=False, digital=True, tax=80, **GERMAN)
    OrderLine.objects.filter(order=order).update(tax_rate="0.19", tax=80)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order


def issue(order: Order) -> Invoice:
    return issue_invoice(order_number=order.number, now=NOW)


def rush(jobs: list) -> list:
    start = threading.Barrier(AT_ONCE, timeout=20)

    def one(job):
        try:
            if job[0] < AT_ONCE:
                start.wait()
            return issue(job[1])
        except IntegrityError as lost:
            return lost
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, enumerate(jobs)))


def numbers() -> list[int]:
    return sorted(Invoice.objects.values_list("sequence", flat=True))


def test_an_order_has_one_invoice_however_often_it_is_asked_for():
    order = paid()
    first, again = issue(order), issue_invoice(order_number=order.number, now=NOW + timedelta(days=1))
    assert first == again and first.number == "INV-2026-000001"


def test_an_unpaid_order_has_none():
    with pytest.raises(NothingToInvoice):
        issue(place())
    assert not InvoiceSeries.objects.exists()


def test_numbers_begin_again_with_the_year():
    orders = [paid(f"SC-TEST000{n}") for n in range(3)]
    issued = [issue_invoice(order_number=o.number, now=NOW + timedelta(days=60 * n)) for n, o in enumerate(orders)]
    assert [i.number for i in issued] == ["INV-2026-000001", "INV-2027-000001", "INV-2027-000002"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_invoices_issued_at_once_leave_no_gap_and_share_no_number(seed):
    orders = [paid(f"SC-RACE{seed}{n:03}") for n in range(12)]
    answers = rush(orders + orders)
    assert all(isinstance(answer, Invoice) for answer in answers)
    assert numbers() == list(range(1, 13))
    assert InvoiceSeries.objects.get().last == 12


def test_a_transaction_that_fails_gives_its_number_back():
    first, second = paid("SC-TEST0001"), paid("SC-TEST0002")
    with pytest.raises(RuntimeError), transaction.atomic():
        issue(first)
        raise RuntimeError
    assert issue(second).sequence == 1


@pytest.fixture
def numbers_may_repeat():
    """The table without the constraint that would stop the control run."""
    unique = next(c for c in Invoice._meta.constraints if c.name == "invoice_number_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Invoice, unique)
    yield
    Invoice.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Invoice, unique)


def test_control_without_the_guard_two_invoices_have_one_number(numbers_may_repeat):
    orders = [paid(f"SC-RACE0{n:03}") for n in range(40)]
    InvoiceSeries.objects.create(name="INV-2026")
    with guards.removed("issue_invoice.number"):
        answers = rush(orders)
    assert all(isinstance(answer, Invoice) for answer in answers)
    assert len(set(numbers())) < len(orders)


def test_the_invoice_says_what_was_sold_with_its_tax():
    says = issue(with_vat()).contents
    assert says["total"] == 500 and says["tax"] == 80 and says["net"] == 420
    assert says["rates"] == [{"rate": "0.19", "net": 420, "tax": 80}]
    assert says["payments"] == [{"by": "sandbox", "amount": 500}]
    assert not re.search("tok_|access", str(says))


def test_positions_that_do_not_sum_to_the_total_make_no_invoice():
    order = paid()
    OrderLine.objects.filter(order=order).update(unit_price=400, total=400)
    with pytest.raises(DoesNotAddUp):
        issue(order)
    assert not Invoice.objects.exists()


def test_parts_given_back_credit_the_invoice_to_the_last_cent():
    order = with_vat()
    notes = []
    for amount in (150, 149, 201):
        refund = refund_order(order=order, reason="scratched", amount=amount, now=NOW)
        notes.append(issue_credit_note(refund_id=refund.pk, now=NOW))
        assert issue_credit_note(refund_id=refund.pk, now=NOW) == notes[-1]
    assert [note.number for note in notes] == [f"CN-2026-00000{n}" for n in (1, 2, 3)]
    assert [note.total for note in notes] == [150, 149, 201]
    assert sum(note.tax for note in notes) == issue(order).tax == 80
    assert notes[0].contents["invoice_number"] == issue(order).number


def test_a_refund_that_has_not_gone_through_has_no_credit_note():
    order = paid()
    refund = Refund.objects.create(payment=order.payments.get(), amount=100, created_at=NOW)
    assert issue_credit_note(refund_id=refund.pk, now=NOW) is None


def test_what_was_issued_cannot_be_numbered_twice_in_the_store():
    issued = issue(paid())
    with pytest.raises(IntegrityError):
        Invoice.objects.create(
            order=paid("SC-TEST0002"), kind="invoice", series_id=issued.series_id, sequence=issued.sequence,
            total=1, tax=0, contents={}, issued_at=NOW,
        )  # fmt: skip
