"""Whatever buyers and staff do, in whatever order, the books of stock and money balance after every step.

A Hypothesis state machine on the real stores. `BOOKS_RUNS` and `BOOKS_STEPS` make it longer: 200 runs of 50 steps are
the full proof.
"""

import os
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from orders import ledgers, stock
from orders.models import Order, Payment, Refund, ReturnRequest, SandboxCharge, StockLevel
from orders.payments import sandbox_provider
from orders.refunds import RefundTooLarge
from orders.services.answer_return import approve_return, decline_return
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.services.cart_codes import CodeRefused, GiftCardRefused
from orders.services.expire_orders import expire_unpaid_orders
from orders.services.fulfil_order import CannotFulfil, fulfil_order, send_items
from orders.services.pay_order import NotPayable, poll_order, reconcile_payments, start_payment
from orders.services.place_order import CodeNotApplied
from orders.services.receive_return import Arrived, BadArrival, receive_return
from orders.services.refund_items import refund_items
from orders.services.refund_order import NothingToRefund, reconcile_refunds, refund_cancelled_order, refund_order
from orders.services.refund_return import refund_return
from orders.services.request_return import CannotReturn, request_return
from orders.stock import BadStock, OutOfStock
from tests.orders.goods import NOW, cart_of, download, on_sale, order
from tests.orders.offers import coupon, enter, gift_card

RUNS, STEPS = int(os.environ.get("BOOKS_RUNS", "6")), int(os.environ.get("BOOKS_STEPS", "30"))
RETURN_URL = "http://localhost:8000/"
SKUS = ("BOOK-A", "BOOK-B")
FILE, CODE = "BOOK-FILE", "THREE-TIMES"
TABLES = (
    "orders_order, orders_stockitem, orders_stocklevel, orders_stockmovement, orders_stockreservation, "
    "orders_sandboxcharge, orders_promotion, orders_coupon, orders_giftcard, platform_outboxevent"
)
units = strategies.integers(1, 4)
chosen = strategies.sampled_from([*["tok_ok"] * 3, "tok_declined", "tok_3ds", "tok_refund_timeout"])
tokens = chosen | strategies.sampled_from(["tok_timeout", "tok_timeout_before", None])
skus = strategies.sampled_from(SKUS)


class Books(RuleBasedStateMachine):
    """The shop with two things to send and one to download."""

    shelf: dict = {}
    orders = Bundle("orders")

    @initialize()
    def an_empty_shop(self):
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {TABLES} CASCADE")
        self.now = NOW
        self.came_in = dict.fromkeys(SKUS, 0)
        for sku in SKUS:
            self.set_level(sku, 5)
        coupon(CODE, limit=3)
        self.card = gift_card(60_00)

    # -- stock -------------------------------------------------------------------------------------------------

    def set_level(self, sku, on_hand):
        before = sum(StockLevel.objects.filter(sku=sku).values_list("on_hand", flat=True))
        with suppress(BadStock):
            stock.set_on_hand(sku=sku, product_id=self.shelf[sku].product_id, on_hand=on_hand, now=self.now)
            self.came_in[sku] += on_hand - before

    @rule(sku=skus, on_hand=strategies.integers(0, 12))
    def count_the_shelf(self, sku, on_hand):
        self.set_level(sku, on_hand)

    @rule(sku=skus, quantity=units)
    def receive(self, sku, quantity):
        stock.receive(sku=sku, quantity=quantity, now=self.now)
        self.came_in[sku] += quantity

    # -- buying ------------------------------------------------------------------------------------------------

    @rule(
        target=orders,
        quantities=strategies.dictionaries(skus, units, max_size=2),
        file=strategies.booleans(),
        with_coupon=strategies.booleans(),
        with_card=strategies.booleans(),
    )
    def place(self, quantities, file, with_coupon, with_card):
        wanted = [(self.shelf[sku], n) for sku, n in quantities.items()] + [(self.shelf[FILE], 1)] * file
        if not wanted:
            return multiple()
        try:
            cart_id = cart_of(*wanted)
            for code in [CODE] * with_coupon + [self.card.code] * with_card:
                enter(cart_id, code)
            return order(cart_id, shipping_method=None, now=self.now).number
        except OutOfStock as refusal:
            assert quantities[refusal.sku] > refusal.available
            return multiple()
        except (CodeRefused, GiftCardRefused, CodeNotApplied):
            return multiple()

    @rule(
        number=orders, token=strategies.sampled_from([*["tok_ok"] * 3, "tok_declined", "tok_timeout", "tok_3ds", None])
    )
    def pay(self, number, token):
        with suppress(NotPayable):
            start_payment(order=self.order(number), return_url=RETURN_URL, now=self.now, token=token)

    @rule(number=orders, token=chosen, back=strategies.booleans())
    def choose_on_the_provider_page(self, number, token, back):
        for charge in self.charges(number, SandboxCharge.Status.OPEN):
            sandbox_provider.pay(charge_id=charge.pk, token=token)
        if back:
            poll_order(number=number, now=self.now)

    @rule(number=orders, approved=strategies.booleans())
    def answer_the_bank(self, number, approved):
        for charge in self.charges(number, SandboxCharge.Status.REQUIRES_ACTION):
            sandbox_provider.answer_challenge(charge_id=charge.pk, approved=approved)

    # -- time --------------------------------------------------------------------------------------------------

    @rule(minutes=strategies.integers(1, 40))
    def let_time_pass(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def expire(self):
        expire_unpaid_orders(now=self.now)

    @rule()
    def work_in_the_background(self):
        """What the relay and beat do; afterwards nothing is under way, so the provider's books must agree too."""
        for number in Order.objects.filter(status=Order.Status.CANCELLED).values_list("number", flat=True):
            refund_cancelled_order(order_number=number, now=self.now)
        reconcile_payments(now=self.now, older_than=timedelta(seconds=-1))
        reconcile_refunds(now=self.now, older_than=timedelta(seconds=-1))
        assert not Refund.objects.filter(status=Refund.Status.CREATED).exists()
        assert ledgers.breaches() == []

    # -- after the sale ----------------------------------------------------------------------------------------

    @rule(number=orders, reason=strategies.sampled_from([CancelReason.BY_BUYER, CancelReason.BY_STAFF]))
    def cancel(self, number, reason):
        with suppress(CannotCancel):
            cancel_order(order=self.order(number), reason=reason, now=self.now)

    @rule(number=orders, amount=strategies.none() | strategies.integers(1, 20_000))
    def refund(self, number, amount):
        with suppress(NothingToRefund, RefundTooLarge):
            refund_order(order=self.order(number), reason="goodwill", now=self.now, amount=amount)

    @rule(number=orders, sku=skus, quantity=units, shipping=strategies.booleans())
    def refund_some(self, number, sku, quantity, shipping):
        with suppress(NothingToRefund, RefundTooLarge):
            refund_items(
                order=self.order(number), quantities={sku: quantity}, shipping=shipping, reason="items", now=self.now
            )

    @rule(number=orders, sku=skus, quantity=units)
    def send_some(self, number, sku, quantity):
        with suppress(CannotFulfil):
            send_items(order=self.order(number), quantities={sku: quantity}, now=self.now)

    @rule(number=orders)
    def send_the_rest(self, number):
        with suppress(CannotFulfil):
            fulfil_order(order=self.order(number), now=self.now)

    @rule(number=orders, sku=skus, quantity=units)
    def ask_to_return(self, number, sku, quantity):
        with suppress(CannotReturn):
            request_return(order=self.order(number), quantities={sku: quantity}, reason="too large", now=self.now)

    @rule(number=orders, approved=strategies.booleans())
    def answer_a_return(self, number, approved):
        for request in self.returns(number, ReturnRequest.Status.REQUESTED):
            if approved:
                approve_return(request=request, now=self.now)
            else:
                decline_return(request=request, answer="worn", now=self.now)

    @rule(number=orders, missing=strategies.integers(0, 1), restock=strategies.booleans())
    def receive_a_return(self, number, missing, restock):
        for request in self.returns(number, ReturnRequest.Status.APPROVED):
            parts = {part.line.sku: part.quantity - missing for part in request.lines.select_related("line")}
            arrived = {sku: Arrived(quantity, restock=restock) for sku, quantity in parts.items() if quantity}
            with suppress(BadArrival):
                receive_return(request=request, arrived=arrived, now=self.now)

    @rule(number=orders, shipping=strategies.booleans())
    def refund_a_return(self, number, shipping):
        for request in self.returns(number, ReturnRequest.Status.RECEIVED):
            with suppress(NothingToRefund, RefundTooLarge):
                refund_return(request=request, shipping=shipping, now=self.now)

    # -- what must always be true ------------------------------------------------------------------------------

    @invariant()
    def the_books_balance(self):
        assert ledgers.stock_breaches() == []
        assert ledgers.money_breaches(at_rest=False) == []

    @invariant()
    def every_unit_is_somewhere(self):
        """On hand, or sold and not brought back: counted here beside the shop's own ledger."""
        totals = ledgers.totals()
        assert totals.on_hand + totals.sold - totals.returned == sum(self.came_in.values())

    @invariant()
    def no_payment_gives_back_more_than_it_took(self):
        assert all(payment.refunded <= payment.amount for payment in Payment.objects.all())

    def order(self, number):
        return Order.objects.get(number=number)

    def returns(self, number, status):
        return list(ReturnRequest.objects.filter(order__number=number, status=status))

    def charges(self, number, status):
        return SandboxCharge.objects.filter(idempotency_key__startswith=f"{number}-", status=status)


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(3600)
def test_the_books_balance_after_every_step(monkeypatch):
    # A broker would only carry the provider's news, which come by the background's own question here.
    monkeypatch.setattr("orders.payments.sandbox_delivery.announce", lambda *_told, **_how: None)
    Books.shelf = {sku: on_sale(sku, units=5) for sku in SKUS} | {FILE: download(FILE)}
    profile = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Books, settings=profile)
