"""A cart is one hash: its writes are atomic, bounded and few, and it is forgotten in time."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.carts import store
from orders.carts.cart import CartNotFound
from orders.carts.store import BadQuantity, CartChanged, CartFull, NewLine
from orders.carts.sweep import sweep
from shopcloud.lib import redis
from shopcloud.lib.money import Money

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def cart(name: str = "c1"):
    return store.create(cart_id=name, market="us", now=NOW)


def add(sku: str = "LAMP", quantity: int = 1, *, cart_id: str = "c1", now: datetime = NOW):
    line = NewLine(sku, "p1", quantity, Money(1299, "USD"), "us")
    return store.put_line(cart_id=cart_id, line=line, add=True, now=now)


def put(sku: str, quantity: int):
    return store.put_line(cart_id="c1", line=NewLine(sku, "p1", quantity, None, "us"), add=False, now=NOW)


def test_what_was_written_is_read_again_in_the_order_it_was_added():
    cart()
    add("LAMP", 2)
    add("MUG")
    written = add("LAMP")
    assert store.read("c1") == written
    assert [(line.sku, line.quantity) for line in written.lines] == [("LAMP", 3), ("MUG", 1)]
    assert written.lines[0].seen_price == Money(1299, "USD")
    assert written.count == 4


def test_every_change_raises_the_version_and_reading_does_not():
    versions = [cart().version, add().version, add().version, put("LAMP", 0).version]
    assert versions == sorted(set(versions))
    assert store.read("c1").version == versions[-1]


def test_a_cart_made_anew_never_repeats_a_version():
    cart()
    last = add().version
    redis.store().delete(redis.key("cart", "{c1}"))
    assert store.create(cart_id="c1", market="us", now=NOW + timedelta(seconds=1)).version > last


def test_removing_what_is_not_there_changes_nothing():
    before = cart()
    assert put("LAMP", 0) == before


@pytest.mark.parametrize("first", [99, 60])
def test_a_line_holds_99_units_at_most(first):
    cart()
    add("LAMP", first)
    with pytest.raises(BadQuantity, match="1 to 99"):
        add("LAMP", 40)
    assert store.read("c1").count == first


def test_a_cart_holds_50_lines_at_most_but_its_lines_can_still_change():
    cart()
    for n in range(50):
        add(f"SKU{n}")
    with pytest.raises(CartFull, match="50"):
        add("ONE-MORE")
    assert add("SKU7").line("SKU7").quantity == 2


def test_an_unknown_cart_is_not_made_by_writing_to_it():
    with pytest.raises(CartNotFound):
        add(cart_id="never-made")
    with pytest.raises(CartNotFound):
        store.read("never-made")


def test_a_cart_is_cleared_only_in_the_version_that_was_meant():
    cart()
    seen = add().version
    add("MUG")
    with pytest.raises(CartChanged):
        store.clear(cart_id="c1", now=NOW, version=seen)
    assert store.clear(cart_id="c1", now=NOW, version=store.read("c1").version).lines == ()


def test_a_cart_is_forgotten_two_weeks_after_its_last_change():
    cart("old")
    cart("touched")
    add(cart_id="touched", now=NOW + timedelta(days=1))
    assert sweep(now=NOW + timedelta(days=14, seconds=1)) == 1
    with pytest.raises(CartNotFound):
        store.read("old")
    assert store.read("touched").count == 1


def test_a_cart_touched_while_it_was_swept_is_spared():
    cart()
    due = NOW + timedelta(days=14, seconds=1)
    add(now=due)
    redis.store().zadd(redis.key("cart-expiries"), {"c1": 0})
    sweep(now=due)
    assert store.read("c1").count == 1


def test_the_store_itself_forgets_a_cart_that_the_sweep_missed():
    cart()
    assert redis.store().pttl(redis.key("cart", "{c1}")) != -1


def test_a_write_is_one_command_on_one_slot_and_notes_the_expiry_where_that_moved(monkeypatch):
    cart()
    sent = []
    pool = redis.store().connection_pool
    send = pool.connection_class.send_command
    monkeypatch.setattr(
        pool.connection_class, "send_command", lambda self, *args, **kw: (sent.append(args), send(self, *args, **kw))[1]
    )
    add()
    add(now=NOW + timedelta(hours=2))
    assert [command[0] for command in sent] == ["EVALSHA", "EVALSHA", "ZADD"]
