"""Rows go in, come out and change by prepared statements as they do by the ORM's."""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from django.db import IntegrityError, NotSupportedError, connection
from django.db.models import F
from django.forms.models import model_to_dict

from orders.models import Order, OrderLine, PartnerEndpoint, Promotion
from shopcloud.lib import prepared, residency
from shopcloud.lib.prepared import insert, move, select

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def an_order(cart: str) -> Order:
    return Order(
        email="o'brien@example.com",
        market="us",
        language="en",
        currency="USD",
        subtotal=500,
        total=500,
        tax_country="DE",
        shipping_address={"name": "O'Brien", "city": "Köln"},
        shipping_tax_rate=Decimal("0.0725"),
        cart_id=cart,
        cart_version=1,
        placed_at=AT,
    )


def stored(row) -> dict:
    found = type(row).objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name not in {"id", "number", "access_token", "cart_id"}}


def test_a_row_is_the_same_as_a_saved_one():
    saved, inserted = an_order("a"), an_order("b")
    saved.save()
    insert(inserted)
    assert stored(inserted) == stored(saved)
    assert model_to_dict(Order.objects.get(pk=inserted.pk)) == model_to_dict(inserted)


@pytest.mark.parametrize(
    ("name", "value"),
    [("reverse_charge", 0), ("shipping", False), ("company", True), ("shipping", "0")],
)
def test_a_value_that_its_field_converts_is_converted(name, value):
    saved, inserted, moved = an_order("a"), an_order("b"), an_order("c")
    for order in (saved, inserted):
        setattr(order, name, value)
    saved.save()
    insert(inserted)
    insert(moved)
    move(moved, "status", origins=None, changes={name: value})
    assert stored(inserted) == stored(moved) == stored(saved)


def test_a_secret_is_sealed_on_its_way():
    url = "https://partner.example/"
    endpoint = PartnerEndpoint(name="Warehouse", url=url, kinds=[], secret="whsec_plain", created_at=AT)
    insert(endpoint)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM orders_partnerendpoint")
        assert cursor.fetchone()[0].startswith("sealed:")
    assert PartnerEndpoint.objects.get().secret == "whsec_plain"


def test_many_rows_get_their_keys_in_order_and_can_be_changed_afterwards():
    order = an_order("a")
    insert(order)
    lines = [
        OrderLine(order=order, sku=sku, product_id="p", slug="p", title=sku, quantity=1, unit_price=5, total=5)
        for sku in ("A", "B", "C")
    ]
    insert(*lines)
    assert [OrderLine.objects.get(pk=line.pk).sku for line in lines] == ["A", "B", "C"]
    lines[0].title = "Changed"
    lines[0].save()
    assert order.lines.count() == 3


def test_nothing_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert()


def test_an_expression_is_refused():
    order = an_order("a")
    order.total = F("subtotal")
    with pytest.raises(TypeError, match="save"):
        insert(order)


def two_lines(order: Order) -> list[OrderLine]:
    named = {"product_id": "p", "slug": "p", "options": {"size": "S"}, "tax_rate": Decimal("0.19")}
    lines = [OrderLine(order=order, sku=s, title=s, quantity=1, unit_price=5, total=5, **named) for s in ("A", "B")]
    insert(*lines)
    return lines


def test_rows_are_those_that_the_orm_reads():
    order = an_order("a")
    insert(order)
    two_lines(order)
    assert model_to_dict(select(Order, number=order.number)[0]) == model_to_dict(Order.objects.get(pk=order.pk))
    backwards = OrderLine.objects.filter(order=order).order_by("-sku")
    assert [*map(model_to_dict, select(OrderLine, order_id=order.pk, order_by="-sku"))] == [
        *map(model_to_dict, backwards)
    ]
    assert select(OrderLine, order_id=order.pk, sku="Z") == []


def test_flags_are_told_apart():
    for name, active in (("now", True), ("later", False)):
        Promotion.objects.create(name=name, active=active, automatic=True, percent=10)
    assert [p.name for p in select(Promotion, active=True, automatic=True, order_by="id")] == ["now"]
    assert [p.name for p in select(Promotion, active=False)] == ["later"]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only():
    order = an_order("a")
    insert(order)
    with pytest.raises(RuntimeError, match="transaction"):
        select(Order, id=order.pk, lock=True)
    with residency.atomic():
        assert select(Order, id=order.pk, lock=True) == [order]


def test_a_row_moves_from_where_it_may_and_knows_it():
    order = an_order("a")
    insert(order)
    late = Order.objects.get(pk=order.pk)
    assert move(order, "status", origins=[Order.Status.AWAITING_PAYMENT], changes={"status": "paid", "paid_at": AT})
    assert not move(late, "status", origins=[Order.Status.AWAITING_PAYMENT], changes={"status": "cancelled"})
    assert (order.status, order.paid_at, late.status) == ("paid", AT, "awaiting_payment")
    assert Order.objects.values_list("status", "paid_at").get(pk=order.pk) == ("paid", AT)


def test_an_expression_is_no_change():
    order = an_order("a")
    insert(order)
    with pytest.raises(TypeError, match="save"):
        move(order, "status", origins=None, changes={"total": F("subtotal")})


def test_rows_at_hand_are_not_asked_for_again(django_assert_num_queries):
    order = an_order("a")
    insert(order)
    lines = two_lines(order)
    read = select(Order, id=order.pk)[0]
    prepared.attach(read, "lines", select(OrderLine, order_id=order.pk, order_by="id"))
    with django_assert_num_queries(0):
        assert [line.order for line in read.lines.all()] == [read, read]
    assert list(read.lines.filter(sku="B")) == [lines[1]]


def test_postgresql_keeps_one_plan_whatever_the_size_of_a_number():
    order = an_order("a")
    insert(order)
    for number in (1, 40_000, 3_000_000_000, 2**60):
        select(OrderLine, order_id=number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM \"orders_orderline\"%'")
        assert cursor.fetchone() == (1,)


@pytest.fixture
def elsewhere():
    """Another session with the same database."""
    settings = connection.get_connection_params() | {"autocommit": True}
    settings = {name: value for name, value in settings.items() if name not in {"context", "cursor_factory"}}
    with psycopg.connect(**settings) as session:
        yield session


@pytest.fixture
def asked(transactional_db):
    """An order that this session has asked for often enough to have a plan."""
    order = an_order("a")
    insert(order)
    assert [select(Order, id=order.pk) for _ in range(4)] == [[order]] * 4
    return order


@pytest.fixture
def overtaken(asked, elsewhere):
    """The same, and then a column got another type, as by a migration while the shop is open."""
    elsewhere.execute("ALTER TABLE orders_order ALTER COLUMN tracking TYPE varchar(130)")
    yield asked
    elsewhere.execute("ALTER TABLE orders_order ALTER COLUMN tracking TYPE varchar(120)")


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_a_migration_overtook_is_made_anew(overtaken):
    assert select(Order, id=overtaken.pk) == [overtaken]


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_a_migration_overtook_costs_one_transaction_at_most(overtaken):
    with pytest.raises(NotSupportedError), residency.atomic():
        select(Order, id=overtaken.pk)
    with residency.atomic():
        assert select(Order, id=overtaken.pk) == [overtaken]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asked_before", [1, 4])
def test_a_request_whose_connection_has_died_meanwhile_gets_another(elsewhere, asked_before):
    order = an_order("a")
    insert(order)
    assert [select(Order, id=order.pk) for _ in range(asked_before)] == [[order]] * asked_before
    elsewhere.execute("SELECT pg_terminate_backend(%s, 1000)", [connection.connection.info.backend_pid])
    # As at the beginning of every request.
    connection.close_if_unusable_or_obsolete()
    assert select(Order, id=order.pk) == [order]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_postgresql_refuses_leaves_the_row_as_it_was():
    order = an_order("a")
    insert(order)
    with pytest.raises(IntegrityError), residency.atomic():
        move(order, "status", origins=[order.status], changes={"status": "paid", "total": 501})
    assert (order.status, order.total) == ("awaiting_payment", 500)


@pytest.fixture
def locked(asked):
    """A lock of the session, not of a transaction, as a key of idempotency holds one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(77)")
        yield 77
        cursor.execute("SELECT pg_advisory_unlock(77)")


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_a_migration_overtook_lets_go_of_no_lock_of_the_session(locked, overtaken, elsewhere):
    assert select(Order, id=overtaken.pk) == [overtaken]
    assert elsewhere.execute("SELECT pg_try_advisory_lock(%s)", [locked]).fetchone() == (False,)
