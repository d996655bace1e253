"""Options are told in the words of the market wherever shoppers read them; an order keeps those it was bought in."""

import pytest
from django.core import mail as mailbox
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.domain import Variant
from catalog.models import TypeAttribute
from catalog.product_types import TYPES, Attribute, Kind, Type, open_types
from orders import alert_mail, mail, queries
from orders.invoices.contents import invoice_contents
from orders.models import BoughtTogether, OrderLine, StockAlert
from orders.services.pay_order import start_payment
from shopcloud.markets import FRANCE, GERMANY, US
from tests.catalog.test_round_trips import trips as trips
from tests.orders.api.conftest import API, Phone
from tests.orders.goods import NOW, cart_of, on_sale, order, order_of
from tests.orders.payments.sale import RETURN_URL

pytestmark = pytest.mark.django_db(transaction=True)
BERLIN = {"name": "Mara Lind", "line1": "Lange Str. 5", "postal_code": "10115", "city": "Berlin", "country": "DE"}
LAMPS = Type(
    "lamp",
    "Lamp",
    (
        Attribute("size", Kind.TEXT, words=(("de", (("Large", "Groß"), ("Small", "Klein"))),)),
        Attribute("Finish", Kind.TEXT, words=(("de", (("Oak", "Eiche"),)), ("fr", (("Oak", "Chêne"),)))),
    ),
)


@pytest.fixture
def lamp():
    """A lamp in two sizes, whose type has words for its options, and nobody has read them yet."""
    open_types([LAMPS])
    prices = {"USD": 4999, "EUR": 4999}
    sizes = tuple(
        Variant(sku=sku, options={"size": size, "finish": "Oak"}, prices=prices)
        for sku, size in (("LAMP-S", "Small"), ("LAMP-L", "Large"))
    )
    return on_sale(variants=sizes, product_type="lamp", translations={"de": {"title": "Halo-Leuchte"}})


@pytest.fixture
def shopper(guest, lamp):
    guest.post("/cart/lines/", {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": 1})
    return guest


def text(response) -> str:
    return " ".join(response.content.decode().split())


def german_order(lamp):
    return order_of((lamp, 1), market=GERMANY, address=BERLIN)


@pytest.mark.parametrize("path", ["/cart/", "/checkout/"])
@pytest.mark.parametrize(
    ("prefix", "options"), [("", "Small / Oak"), ("/de", "Klein / Eiche"), ("/fr", "Small / Chêne")]
)
def test_cart_and_checkout_tell_options_in_the_words_of_the_market(shopper, path, prefix, options):
    assert f">{options}<" in text(shopper.get(prefix + path))


def test_what_was_put_into_the_cart_or_aside_is_told_so_too(shopper, lamp):
    more = {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": 1}
    assert "Klein / Eiche ·" in text(shopper.post("/de/cart/lines/", more, headers={"HX-Request": "true"}))
    shopper.post("/cart/saved/LAMP-S/")
    assert ">Klein / Eiche<" in text(shopper.get("/de/cart/"))


def test_a_wishlist_tells_title_and_options_in_the_words_of_the_market(guest, lamp):
    guest.post(f"/wishlist/items/{lamp.product_id}/", {"sku": "LAMP-S"})
    german = text(guest.get("/de/wishlist/"))
    assert ">Halo-Leuchte</a>" in german and ">Klein / Eiche<" in german
    assert ">Small / Oak<" in text(guest.get("/wishlist/"))


def test_what_goes_together_is_told_in_the_words_of_the_market(guest, lamp):
    on_sale("BULB", translations={"de": {"title": "Glühlampe"}})
    BoughtTogether.objects.create(
        product_id=lamp.product_id, other_id="bulb", buyers=9, lift=2, rank=1, counted_to=NOW.date()
    )
    page = text(guest.get(f"/de{lamp.path}together/"))
    assert ">Halo-Leuchte</h3>" in page and ">Klein / Eiche<" in page and ">Glühlampe</a>" in page
    told = Phone().get(f"{API}/products/{lamp.product_id}/together/?market=de").json()["results"]
    assert [(item["title"], item["options"]) for item in told] == [("Halo-Leuchte", "Klein / Eiche"), ("Glühlampe", "")]


def test_a_phone_reads_its_cart_wishes_and_orders_in_the_words_of_its_market(lamp, buyer):
    phone = Phone()
    phone.force_authenticate(buyer)
    cart = phone.cart_with((lamp, 1), market="de")
    phone.put(f"{API}/me/wishlist/{lamp.product_id}/", {"sku": "LAMP-S"}, format="json")
    (line,) = phone.get(f"{API}/carts/{cart}/?market=de").json()["lines"]
    (wish,) = phone.get(f"{API}/me/wishlist/?market=de").json()["results"]
    said = {"size": "Klein", "finish": "Eiche"}
    assert (line["sku"], line["options"], wish["options"]) == ("LAMP-S", said, "Klein / Eiche")
    for language, finish in (("en", "Oak"), ("fr", "Chêne")):
        (line,) = phone.get(f"{API}/carts/{cart}/?market=us", HTTP_ACCEPT_LANGUAGE=language).json()["lines"]
        assert line["options"] == {"size": "Small", "finish": finish}
    placed = phone.order(cart, market="de", shipping_address=BERLIN).json()
    assert placed["lines"][0]["options"] == said


def test_an_order_keeps_the_words_it_was_bought_in_whatever_becomes_of_them(guest, lamp):
    placed = german_order(lamp)
    TypeAttribute.objects.filter(name="size").update(choices_de="Small = Winzig")
    TYPES.forget()
    assert OrderLine.objects.get().options == {"size": "Klein", "finish": "Eiche"}
    for prefix in ("", "/de"):
        page = text(guest.get(f"{prefix}/orders/{placed.number}/?key={placed.access_token}", follow=True))
        assert ">Klein / Eiche<" in page
    assert (
        queries.priced_cart(cart_of((lamp, 1), market=GERMANY), market=GERMANY, now=NOW)
        .lines[0]
        .options.startswith("W")
    )


def test_an_order_tells_options_in_the_order_of_its_cart_and_one_of_an_earlier_release_tells_them_too(guest):
    # A column of JSON gives the shorter name first.
    chest = on_sale("CHEST", variants=(Variant("CHEST", {"finish": "Oak", "size": "Small"}, {"USD": 4999}),))
    placed = order_of((chest, 1))

    def told() -> str:
        return text(guest.get(f"/orders/{placed.number}/?key={placed.access_token}", follow=True))

    assert ">Oak / Small<" in told()
    assert "(Oak / Small)" in mail.compose(order=placed, kind="confirmation").body
    OrderLine.objects.update(label="")
    assert ">Small / Oak<" in told()


def test_mail_and_invoice_of_an_order_say_its_words(lamp):
    placed = german_order(lamp)
    start_payment(order=placed, return_url=RETURN_URL, token="tok_ok", now=NOW)
    placed.refresh_from_db()
    told = mail.compose(order=placed, kind="confirmation")
    assert "(Klein / Eiche)" in told.body and "Klein / Eiche" in told.alternatives[0][0]
    assert invoice_contents(placed, issued_at=NOW)["positions"][0]["details"] == "LAMP-S · Klein / Eiche"


def test_who_waited_for_a_variant_is_told_which_in_the_language_asked_in(lamp):
    alert = StockAlert.objects.create(
        sku="LAMP-S", product_id=lamp.product_id, email="m@example.com", language="de", created_at=NOW
    )
    assert "Halo-Leuchte (Klein / Eiche)" in alert_mail.back_in_stock(alert, lamp).body
    assert not mailbox.outbox


def test_words_that_are_at_hand_cost_no_trip(trips, lamp):
    TYPES.get()
    form = {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": 1}
    browser = Client(headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"})
    browser.post("/de/cart/lines/", form)
    with trips() as seen:
        assert "Klein" in browser.post("/de/cart/lines/", form).content.decode()
    assert (seen.sql, seen.dynamo) == ([], [])
    assert len(seen.redis) <= 3, seen.redis


def test_an_order_with_words_is_placed_in_as_many_statements_as_one_without(lamp):
    mug = on_sale("MUG")
    # What is the same for everybody is read by the first of the process.
    german_order(lamp), german_order(mug)
    statements = []
    for product in (mug, lamp):
        cart_id = cart_of((product, 1), market=GERMANY)
        with CaptureQueriesContext(connection) as captured:
            order(cart_id, market=GERMANY, address=BERLIN)
        statements.append(len(captured))
    assert [line.options["size"] for line in OrderLine.objects.order_by("pk")] == ["Klein", "Small", "Small", "Klein"]
    assert statements[0] == statements[1] <= 15


def test_a_cart_stands_without_the_words(lamp, monkeypatch):
    def away():
        raise OperationalError("the server closed the connection")

    cart_id = cart_of((lamp, 1), market=FRANCE)
    monkeypatch.setattr(TYPES, "_load", away)
    monkeypatch.setattr(TYPES, "_last_known", _unknown)
    TYPES.forget()
    for market in (US, FRANCE):
        assert queries.priced_cart(cart_id, market=market, now=NOW).lines[0].options == "Small / Oak"


def _unknown():
    from shopcloud.lib.snapshot import SnapshotUnavailable

    raise SnapshotUnavailable("product-types")
